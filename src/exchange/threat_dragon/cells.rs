//! The cells of a diagram: elements, boundaries, notes and flows.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::box_tree::{Rectangle, box_around, parent_of};
use super::super::document::{Fields, Losses, coordinate, text_of};
use super::threats::read_threats;
use super::{DRAWING, FORMAT_NAME};
use crate::model::{
    Answer, Attributes, BoundaryLine, Component, ComponentId, ComponentKind, Encryption, Interface, ItemId,
    Note, Origin, Place, Project, Target, View, Zone, ZoneId, plain_word,
};

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Element(ComponentKind),
    Box,
    Curve,
    Note,
    Flow,
}

/// A cell of a diagram. In version 1 the data stand on the cell itself, in version 2 below it.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) kind: CellKind,
    id: String,
    name: String,
    outer: Fields,
    /// None in version 1.
    data: Option<Fields>,
}

impl Cell {
    /// Reads what the cell is and what it is called; otherwise says what it claims to be.
    pub(super) fn read(value: Value) -> Result<Self, String> {
        let mut cell = Fields::of(value).ok_or("a cell that is not an object")?;
        let mut data = cell.object("data");
        let kind_of =
            |fields: &Fields, key: &str| fields.0.get(key).and_then(text_of).and_then(|word| kind(&word));
        let kind = data
            .as_ref()
            .and_then(|data| kind_of(data, "type"))
            .or_else(|| kind_of(&cell, "type"))
            .or_else(|| kind_of(&cell, "shape"))
            .ok_or_else(|| {
                let claimed = cell.0.get("shape").or_else(|| cell.0.get("type")).and_then(text_of);
                format!("a cell of the kind {}", claimed.as_deref().unwrap_or("that it does not name"))
            })?;
        let id = cell.0.get("id").and_then(text_of).unwrap_or_default();
        let given = match &mut data {
            Some(data) => data.word("name"),
            None => cell.word("name"),
        };
        let written = given.or_else(|| drawn_name(&cell)).unwrap_or_default();
        let name = written.split_whitespace().collect::<Vec<_>>().join(" ");
        if name != written && kind != CellKind::Note {
            data.as_mut().unwrap_or(&mut cell).keep("name", written.clone());
        }
        let name = if kind == CellKind::Note { written } else { name };
        Ok(Self { kind, id, name, outer: cell, data })
    }

    /// Where the description, the flags and the threats stand.
    fn data(&mut self) -> &mut Fields {
        self.data.as_mut().unwrap_or(&mut self.outer)
    }

    fn rectangle(&self) -> Option<Rectangle> {
        let (x, y) = self.outer.0.get("position").and_then(Fields::point)?;
        let size =
            |key: &str| self.outer.0.get("size")?.get(key).and_then(coordinate).filter(|size| *size > 0.0);
        let (w, h) = match self.kind {
            CellKind::Element(ComponentKind::Process) => (100.0, 100.0),
            _ => (150.0, 80.0),
        };
        Some(Rectangle { x, y, w: size("width").unwrap_or(w), h: size("height").unwrap_or(h) })
    }

    fn points(&self) -> Vec<(f32, f32)> {
        let vertices = self.outer.0.get("vertices").and_then(Value::as_array);
        vertices.map(|all| all.iter().filter_map(Fields::point).collect()).unwrap_or_default()
    }

    fn end(&self, key: &str) -> End {
        let Some(end) = self.outer.0.get(key) else { return End::Missing };
        match (end.get("cell").or_else(|| end.get("id")).and_then(text_of), Fields::point(end)) {
            (Some(cell), _) => End::At(cell),
            (None, Some(point)) => End::Loose(point),
            (None, None) => End::Missing,
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        let yes = self.data().0.get(key).and_then(Value::as_bool) == Some(true);
        // A false is only a box that nobody ticked: not known, and kept for the way back.
        if yes {
            self.data().flag(key);
        }
        yes
    }

    fn text(&mut self, key: &str) -> String {
        self.data().text(key).unwrap_or_default()
    }

    fn into_origin(self, what: &'static str, losses: &mut Losses) -> Origin {
        let Self { id, name, outer: mut cell, data, .. } = self;
        losses.unused(what, &name, &cell, DRAWING);
        if let Some(data) = data {
            losses.unused(what, &name, &data, DRAWING);
            cell.keep("data", data.0);
        }
        cell.into_origin(FORMAT_NAME, &id)
    }
}

enum End {
    At(String),
    Loose((f32, f32)),
    Missing,
}

fn kind(word: &str) -> Option<CellKind> {
    let word = plain_word(word);
    let word = word.strip_prefix("tm").unwrap_or(&word);
    Some(match word {
        "actor" => CellKind::Element(ComponentKind::External),
        "process" => CellKind::Element(ComponentKind::Process),
        "store" => CellKind::Element(ComponentKind::Store),
        "flow" | "edge" => CellKind::Flow,
        // Older files spell the shapes of boundaries in several ways.
        _ if word.contains("box") => CellKind::Box,
        _ if word.contains("bound") || word.contains("bround") || word.contains("curve") => CellKind::Curve,
        _ if word.contains("text") => CellKind::Note,
        _ => return None,
    })
}

/// The name as it is drawn, where no other is given.
fn drawn_name(cell: &Fields) -> Option<String> {
    let at = |path: &[&str]| {
        let found = path.iter().try_fold(cell.0.get("attrs")?, |value, key| value.get(key))?;
        text_of(found).filter(|text| !text.trim().is_empty())
    };
    let label = || {
        let label = cell.0.get("labels")?.get(0)?;
        let text = ["labelText", "label", "text"]
            .iter()
            .find_map(|key| label.get("attrs")?.get(key)?.get("text"))?;
        text_of(text).filter(|text| !text.trim().is_empty())
    };
    at(&["text", "text"]).or_else(|| at(&["label", "text"])).or_else(|| at(&["label"])).or_else(label)
}

/// Puts the cells of a diagram into the model and onto its view. Boxes come first and flows last.
pub(super) fn place(project: &mut Project, view: &mut View, cells: Vec<Cell>, losses: &mut Losses) {
    let mut boxes: Vec<(ZoneId, Rectangle)> = Vec::new();
    let mut elements: BTreeMap<String, ComponentId> = BTreeMap::new();
    let mut others: BTreeMap<String, String> = BTreeMap::new();
    for cell in cells {
        let id = cell.id.clone();
        let label = cell.name.clone();
        match cell.kind {
            CellKind::Box => {
                let (zone, rectangle) = add_zone(project, view, cell, losses);
                boxes.extend(rectangle.map(|rectangle| (zone, rectangle)));
                others.insert(id, label);
            }
            CellKind::Element(kind) => {
                let zone = cell.rectangle().and_then(|rectangle| box_around(rectangle, &boxes));
                elements.insert(id, add_component(project, view, cell, kind, zone, losses));
            }
            CellKind::Curve => {
                add_line(project, view, cell, losses);
                others.insert(id, label);
            }
            CellKind::Note => {
                add_note(project, view, cell, losses);
                others.insert(id, label);
            }
            CellKind::Flow => add_interface(project, view, cell, &elements, &others, losses),
        }
    }
    for index in 0..boxes.len() {
        let parent = parent_of(index, &boxes);
        if let Some(zone) = boxes.get(index).and_then(|(id, _)| project.diagram.zones.get_mut(*id)) {
            zone.parent = parent;
        }
    }
}

fn set_place(view: &mut View, item: impl Into<ItemId>, rectangle: Option<Rectangle>) {
    if let Some(Rectangle { x, y, w, h }) = rectangle {
        view.places.insert(item.into(), Place { x, y, w, h, ..Place::default() });
    }
}

fn add_zone(
    project: &mut Project,
    view: &mut View,
    mut cell: Cell,
    losses: &mut Losses,
) -> (ZoneId, Option<Rectangle>) {
    let id = project.next_zone();
    project.reserve(id.into());
    let rectangle = cell.rectangle();
    set_place(view, id, rectangle);
    let (name, description) = (cell.name.clone(), cell.text("description"));
    read_threats(project, cell.data(), Target::Zone(id), &name, losses);
    let origin = Some(cell.into_origin("boundary", losses));
    project.diagram.zones.insert(Zone { id, name, description, origin, ..Zone::default() });
    (id, rectangle)
}

fn add_component(
    project: &mut Project,
    view: &mut View,
    mut cell: Cell,
    kind: ComponentKind,
    zone: Option<ZoneId>,
    losses: &mut Losses,
) -> ComponentId {
    let id = project.next_component();
    project.reserve(id.into());
    set_place(view, id, cell.rectangle());
    let mut attributes = Attributes::default();
    for (flag, attribute) in [
        ("providesAuthentication", "authenticated"),
        ("isWebApplication", "web_facing"),
        ("isALog", "stores_logs"),
        ("isEncrypted", "encrypted_at_rest"),
        ("isSigned", "integrity_protected"),
        ("storesCredentials", "stores_credentials"),
    ] {
        if cell.flag(flag) {
            attributes.set(attribute, Some(Answer::Yes));
        }
    }
    let mut component = Component {
        id,
        kind,
        name: cell.name.clone(),
        zone,
        description: cell.text("description"),
        attributes,
        out_of_scope: cell.flag("outOfScope"),
        out_of_scope_reason: cell.text("reasonOutOfScope"),
        ..Component::default()
    };
    let name = component.name.clone();
    read_threats(project, cell.data(), Target::Component(id), &name, losses);
    component.origin = Some(cell.into_origin("element", losses));
    project.diagram.put_component(component);
    id
}

fn add_line(project: &mut Project, view: &mut View, mut cell: Cell, losses: &mut Losses) {
    let id = project.next_line();
    project.reserve(id.into());
    let end = |end: End| match end {
        End::Loose(point) => Some(point),
        _ => None,
    };
    let points: Vec<_> =
        end(cell.end("source")).into_iter().chain(cell.points()).chain(end(cell.end("target"))).collect();
    if points.len() >= 2 {
        view.places.insert(id.into(), Place { points, ..Place::default() });
    }
    let (name, description) = (cell.name.clone(), cell.text("description"));
    read_threats(project, cell.data(), Target::Line(id), &name, losses);
    let origin = Some(cell.into_origin("boundary", losses));
    project.diagram.lines.insert(BoundaryLine { id, name, description, origin, ..BoundaryLine::default() });
}

fn add_note(project: &mut Project, view: &mut View, cell: Cell, losses: &mut Losses) {
    let id = project.next_note();
    project.reserve(id.into());
    set_place(view, id, cell.rectangle());
    let text = cell.name.clone();
    let origin = Some(cell.into_origin("text", losses));
    project.notes.insert(Note { id, text, origin, ..Note::default() });
}

fn add_interface(
    project: &mut Project,
    view: &mut View,
    mut cell: Cell,
    elements: &BTreeMap<String, ComponentId>,
    others: &BTreeMap<String, String>,
    losses: &mut Losses,
) {
    let id = project.next_interface();
    project.reserve(id.into());
    let mut points = cell.points();
    let mut attach = |key: &str, cell: &Cell| match cell.end(key) {
        End::At(end) => {
            let found = elements.get(&end).copied();
            if found.is_none() {
                let at = others.get(&end).map_or("something that is not in the diagram", String::as_str);
                losses.add(
                    format!("flow {}", cell.name),
                    format!("its {key} at {at}"),
                    "flows end at elements; the end is loose here",
                );
            }
            (found, None)
        }
        End::Loose(point) => (None, Some(point)),
        End::Missing => (None, None),
    };
    let (from, start) = attach("source", &cell);
    let (to, finish) = attach("target", &cell);
    points.splice(0..0, start);
    points.extend(finish);
    if !points.is_empty() {
        view.places.insert(id.into(), Place { points, ..Place::default() });
    }
    let protocol = cell.text("protocol");
    let tls = ["https", "tls", "ssl", "wss"].iter().any(|word| protocol.to_lowercase().contains(word));
    let encrypted = cell.flag("isEncrypted");
    let mut interface = Interface {
        id,
        name: cell.name.clone(),
        from,
        to,
        both_ways: cell.flag("isBidirectional"),
        encryption: encrypted.then_some(if tls { Encryption::Tls } else { Encryption::Other }),
        protocol,
        description: cell.text("description"),
        out_of_scope: cell.flag("outOfScope"),
        out_of_scope_reason: cell.text("reasonOutOfScope"),
        ..Interface::default()
    };
    let name = interface.name.clone();
    read_threats(project, cell.data(), Target::Interface(id), &name, losses);
    interface.origin = Some(cell.into_origin("flow", losses));
    if let Err(error) = project.diagram.put_interface(interface) {
        losses.add(format!("flow {name}"), "the flow", error.to_string());
    }
}
