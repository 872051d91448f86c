//! Open Threat Model 0.1 and 0.2 (JSON and YAML).
//!
//! Positions are relative to the parent and become places on the view of their representation. A component inside of
//! another stands in the zone of the outermost one. Percentages become levels: 0 is 1, 100 is 5.

mod risks;

use std::collections::BTreeMap;

use serde_json::Value;

use self::risks::Risks;
use super::document::{Fields, Losses, coordinate, number_of, text_of};
use super::{ImportError, words};
use crate::model::{
    Asset, AssetId, Component, ComponentId, FORMAT, Interface, ItemId, Place, Project, Sensitivity, Target,
    View, ViewId, Zone, ZoneId, ZoneKind, plain_word,
};

/// The name of the format in origins.
const FORMAT_NAME: &str = "otm";

/// Keys that draw or that stand elsewhere in the model as well.
const QUIET: &[&str] = &["id", "parent", "representations", "otmVersion"];

/// Reads a model.
pub(super) fn import(document: Value) -> Result<(Project, Losses), ImportError> {
    let not_a_model =
        |what: &str| ImportError::NotAModel(format!("an Open Threat Model has {what}, and this has none"));
    let mut top = Fields::of(document).ok_or_else(|| not_a_model("an object at the top"))?;
    let version = top.0.get("otmVersion").and_then(text_of).ok_or_else(|| not_a_model("an `otmVersion`"))?;
    let mut about = top.object("project").ok_or_else(|| not_a_model("a `project`"))?;
    let name = about.text("name").ok_or_else(|| not_a_model("a `project.name`"))?;

    let mut losses = Losses::default();
    if !version.starts_with("0.") {
        losses.add(
            "model",
            format!("its version {version}"),
            "versions 0.1 and 0.2 are known; it was read as one of them",
        );
    }
    let project = Project {
        name,
        format: FORMAT,
        version: "1".to_owned(),
        description: about.text("description").unwrap_or_default(),
        owner: about.text("owner").unwrap_or_default(),
        ..Project::default()
    };
    losses.unused("project", &project.name, &about, QUIET);
    let id = about.0.get("id").and_then(text_of).unwrap_or_default();

    let mut import = Import { project, losses, ..Import::default() };
    import.read_representations(top.list("representations"));
    import.read_zones(top.list("trustZones"));
    import.read_assets(top.list("assets"));
    let mut risks = Risks::read(&mut import, top.list("threats"), top.list("mitigations"));
    import.read_components(top.list("components"), &mut risks);
    import.read_flows(top.list("dataflows"), &mut risks);
    risks.finish(&mut import);

    import.losses.unused("model", "as a whole", &top, QUIET);
    top.keep("project", about.0);
    top.keep("representations", std::mem::take(&mut import.representations));
    import.project.origin = Some(top.into_origin(FORMAT_NAME, &id));
    import.project.reserve_all();
    Ok((import.project, import.losses))
}

/// A model while it is read.
#[derive(Default)]
struct Import {
    project: Project,
    losses: Losses,
    representations: Vec<Value>,
    views: BTreeMap<String, ViewId>,
    zones: BTreeMap<String, ZoneId>,
    components: BTreeMap<String, ComponentId>,
    assets: BTreeMap<String, AssetId>,
    /// Where things stand in each representation, seen from the drawing's corner.
    corners: BTreeMap<(String, ViewId), (f32, f32)>,
}

/// A parent as the file names it.
fn parent_of(value: &Value) -> Option<(Parent, String)> {
    let parent = value.get("parent")?;
    let named = |key: &str| parent.get(key).and_then(text_of);
    let zone = named("trustZone").map(|id| (Parent::Zone, id));
    zone.or_else(|| named("component").map(|id| (Parent::Component, id)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parent {
    Zone,
    Component,
}

impl Import {
    fn read_representations(&mut self, all: Vec<Value>) {
        let diagrams = all
            .iter()
            .filter(|value| value.get("type").and_then(Value::as_str) == Some("diagram"))
            .filter_map(|value| {
                Some((value.get("id").and_then(text_of)?, value.get("name").and_then(text_of)))
            })
            .collect::<Vec<_>>();
        for (id, name) in &diagrams {
            let view = self.project.next_view();
            self.project.reserve(view.into());
            self.views.insert(id.clone(), view);
            self.project.views.insert(View {
                id: view,
                name: name.clone().unwrap_or_else(|| id.clone()),
                only_placed: diagrams.len() > 1,
                ..View::default()
            });
        }
        self.representations = all;
    }

    fn read_zones(&mut self, all: Vec<Value>) {
        let all = self.objects("trust zone", all);
        for fields in &all {
            let id = self.project.next_zone();
            self.project.reserve(id.into());
            if let Some(foreign) = fields.0.get("id").and_then(text_of) {
                self.zones.insert(foreign, id);
            }
            // The parents are filled in below, once every zone is known.
            self.project.diagram.zones.insert(Zone { id, ..Zone::default() });
        }
        let parents: BTreeMap<String, String> = all
            .iter()
            .filter_map(|fields| {
                let (_, parent) = parent_of(&Value::Object(fields.0.clone()))?;
                Some((text_of(fields.0.get("id")?)?, parent))
            })
            .collect();
        let order = outermost_first(&all, &parents);
        let ids: Vec<ZoneId> = self.project.diagram.zones.ids().collect();
        let mut numbered: Vec<Option<Fields>> = all.into_iter().map(Some).collect();
        for index in order {
            let (Some(mut fields), Some(id)) =
                (numbered.get_mut(index).and_then(Option::take), ids.get(index).copied())
            else {
                continue;
            };
            let foreign = fields.0.get("id").and_then(text_of).unwrap_or_default();
            let name = fields.word("name").unwrap_or_else(|| foreign.clone());
            let parent_name = parents.get(&foreign);
            let parent =
                parent_name.and_then(|parent| self.zones.get(parent)).copied().filter(|parent| *parent != id);
            if let (Some(parent_name), None) = (parent_name, parent) {
                self.losses.add(
                    format!("trust zone {name}"),
                    format!("its parent {parent_name}"),
                    "there is no such zone",
                );
            }
            self.set_place(id.into(), &foreign, parent_name, fields.0.get("representations"));
            let rating = fields.0.get("risk").and_then(|risk| risk.get("trustRating")).and_then(number_of);
            let kind_word = fields.0.get("type").and_then(text_of).unwrap_or_default();
            let zone = Zone {
                id,
                kind: zone_kind(&kind_word, &name),
                trust: rating.map_or(2, trust_level),
                parent,
                description: fields.text("description").unwrap_or_default(),
                ..Zone::default()
            };
            self.losses.unused("trust zone", &name, &fields, &[QUIET, &["type", "risk"]].concat());
            let origin = Some(fields.into_origin(FORMAT_NAME, &foreign));
            self.project.diagram.zones.insert(Zone { name, origin, ..zone });
        }
        self.open_rings();
    }

    /// Zones that are each inside of the other stand side by side here.
    fn open_rings(&mut self) {
        let ids: Vec<ZoneId> = self.project.diagram.zones.ids().collect();
        for id in ids {
            let chain = self.project.diagram.zone_chain(Some(id));
            let closes = chain
                .last()
                .and_then(|last| self.project.diagram.zones.get(*last))
                .and_then(|zone| zone.parent);
            if closes.is_some()
                && let Some(zone) = self.project.diagram.zones.get_mut(id)
            {
                zone.parent = None;
                self.losses.add(
                    format!("trust zone {}", zone.name),
                    "its parent",
                    "the parents of zones form a ring",
                );
            }
        }
    }

    fn read_assets(&mut self, all: Vec<Value>) {
        for mut fields in self.objects("asset", all) {
            let id = self.project.next_asset();
            self.project.reserve(id.into());
            let foreign = fields.0.get("id").and_then(text_of).unwrap_or_default();
            self.assets.insert(foreign.clone(), id);
            let name = fields.word("name").unwrap_or_else(|| foreign.clone());
            let mut risk = fields.object("risk").unwrap_or_default();
            let mut level = |key: &str| risk.number(key).map(|percent| percent_level(percent).round() as u8);
            let (confidentiality, integrity, availability) =
                (level("confidentiality"), level("integrity"), level("availability"));
            let notes = risk.text("comment").unwrap_or_default();
            if !risk.0.is_empty() {
                fields.keep("risk", risk.0);
            }
            let asset = Asset {
                id,
                description: fields.text("description").unwrap_or_default(),
                sensitivity: confidentiality.map_or(Sensitivity::default(), sensitivity_of),
                confidentiality,
                integrity,
                availability,
                notes,
                ..Asset::default()
            };
            self.losses.unused("asset", &name, &fields, QUIET);
            let origin = Some(fields.into_origin(FORMAT_NAME, &foreign));
            self.project.assets.insert(Asset { name, origin, ..asset });
        }
    }

    fn read_components(&mut self, all: Vec<Value>, risks: &mut Risks) {
        let all = self.objects("component", all);
        let mut parents: BTreeMap<String, (Parent, String)> = BTreeMap::new();
        for fields in &all {
            if let Some(id) = fields.0.get("id").and_then(text_of) {
                parents.extend(parent_of(&Value::Object(fields.0.clone())).map(|parent| (id, parent)));
            }
        }
        let within: BTreeMap<String, String> =
            parents.iter().map(|(id, (_, parent))| (id.clone(), parent.clone())).collect();
        let order = outermost_first(&all, &within);
        let ids: Vec<ComponentId> = (1..=all.len() as u32).map(ComponentId).collect();
        let mut numbered: Vec<Option<Fields>> = all.into_iter().map(Some).collect();
        for index in order {
            let (Some(fields), Some(id)) =
                (numbered.get_mut(index).and_then(Option::take), ids.get(index).copied())
            else {
                continue;
            };
            self.read_component(fields, id, &parents, risks);
        }
        for id in ids {
            self.project.reserve(id.into());
        }
    }

    fn read_component(
        &mut self,
        mut fields: Fields,
        id: ComponentId,
        parents: &BTreeMap<String, (Parent, String)>,
        risks: &mut Risks,
    ) {
        let foreign = fields.0.get("id").and_then(text_of).unwrap_or_default();
        self.components.insert(foreign.clone(), id);
        let name = fields.word("name").unwrap_or_else(|| foreign.clone());
        let zone = self.zone_of(&foreign, &name, parents);
        self.set_place(
            id.into(),
            &foreign,
            parents.get(&foreign).map(|(_, id)| id),
            fields.0.get("representations"),
        );
        let technology = fields.text("type").unwrap_or_default();
        if let Some(mut held) = fields.object("assets") {
            for (key, stored) in [("processed", false), ("stored", true)] {
                for asset in self.named_assets(&format!("component {name}"), held.texts(key)) {
                    if let Some(asset) = self.project.assets.get_mut(asset) {
                        if stored { asset.stored_in.push(id) } else { asset.processed_by.push(id) }
                    }
                }
            }
        }
        risks.apply(self, Target::Component(id), &format!("component {name}"), fields.list("threats"));
        let component = Component {
            id,
            kind: words::component_kind(&technology),
            zone,
            technology,
            description: fields.text("description").unwrap_or_default(),
            tags: fields.texts("tags"),
            ..Component::default()
        };
        self.losses.unused("component", &name, &fields, QUIET);
        let origin = Some(fields.into_origin(FORMAT_NAME, &foreign));
        self.project.diagram.put_component(Component { name, origin, ..component });
    }

    /// The zone around a component, through the components around it.
    fn zone_of(
        &mut self,
        foreign: &str,
        name: &str,
        parents: &BTreeMap<String, (Parent, String)>,
    ) -> Option<ZoneId> {
        let mut inside_component = false;
        let mut at = foreign;
        for _ in 0..=parents.len() {
            let (kind, parent) = parents.get(at)?;
            match kind {
                Parent::Zone => {
                    let zone = self.zones.get(parent).copied();
                    if zone.is_none() {
                        self.losses.add(
                            format!("component {name}"),
                            format!("its zone {parent}"),
                            "there is no such zone",
                        );
                    } else if inside_component {
                        let why = "components do not hold components here; it stands in the zone, the parent is kept for the way back";
                        self.losses.add(
                            format!("component {name}"),
                            "the component that it is inside of",
                            why,
                        );
                    }
                    return zone;
                }
                Parent::Component => {
                    inside_component = true;
                    at = parent;
                }
            }
        }
        self.losses.add(format!("component {name}"), "its parent", "the parents of components form a ring");
        None
    }

    fn read_flows(&mut self, all: Vec<Value>, risks: &mut Risks) {
        for mut fields in self.objects("dataflow", all) {
            let id = self.project.next_interface();
            self.project.reserve(id.into());
            let foreign = fields.0.get("id").and_then(text_of).unwrap_or_default();
            let name = fields.word("name").unwrap_or_else(|| foreign.clone());
            let from = self.flow_end(&mut fields, "source", &name);
            let to = self.flow_end(&mut fields, "destination", &name);
            let carried = fields.texts("assets");
            let assets = self.named_assets(&format!("dataflow {name}"), carried);
            risks.apply(self, Target::Interface(id), &format!("dataflow {name}"), fields.list("threats"));
            let interface = Interface {
                id,
                from,
                to,
                both_ways: fields.flag("bidirectional").unwrap_or_default(),
                assets,
                description: fields.text("description").unwrap_or_default(),
                tags: fields.texts("tags"),
                ..Interface::default()
            };
            self.losses.unused("dataflow", &name, &fields, &[QUIET, &["source", "destination"]].concat());
            let origin = Some(fields.into_origin(FORMAT_NAME, &foreign));
            let put =
                self.project.diagram.put_interface(Interface { name: name.clone(), origin, ..interface });
            if let Err(error) = put {
                self.losses.add(format!("dataflow {name}"), "the dataflow", error.to_string());
            }
        }
    }

    fn flow_end(&mut self, fields: &mut Fields, key: &str, flow: &str) -> Option<ComponentId> {
        let named = fields.0.get(key).and_then(text_of)?;
        if let Some(component) = self.components.get(&named) {
            fields.0.shift_remove(key);
            return Some(*component);
        }
        let zone = self.zones.get(&named).and_then(|zone| self.project.diagram.zones.get(*zone));
        let what = match zone {
            Some(zone) => format!("its {key}, the trust zone {}", zone.name),
            None => format!("its {key} {named}"),
        };
        let why = if zone.is_some() { "dataflows end at components" } else { "there is no such component" };
        self.losses.add(format!("dataflow {flow}"), what, format!("{why}; the end is loose here"));
        None
    }

    fn named_assets(&mut self, holder: &str, names: Vec<String>) -> Vec<AssetId> {
        let mut found = Vec::new();
        for name in names {
            match self.assets.get(&name) {
                Some(asset) => found.push(*asset),
                None => self.losses.add(holder, format!("the asset {name}"), "there is no such asset"),
            }
        }
        found
    }

    /// Puts a thing where its representations say, from the corner of its parent.
    fn set_place(
        &mut self,
        item: ItemId,
        foreign: &str,
        parent: Option<&String>,
        representations: Option<&Value>,
    ) {
        for drawn in representations.and_then(Value::as_array).into_iter().flatten() {
            let view =
                drawn.get("representation").and_then(text_of).and_then(|id| self.views.get(&id).copied());
            let (Some(view), Some((x, y))) = (view, drawn.get("position").and_then(Fields::point)) else {
                continue;
            };
            let (left, top) = parent
                .and_then(|parent| self.corners.get(&(parent.clone(), view)))
                .copied()
                .unwrap_or_default();
            let size =
                |key: &str| drawn.get("size")?.get(key).and_then(coordinate).filter(|size| *size > 0.0);
            let place = Place {
                x: left + x,
                y: top + y,
                w: size("width").unwrap_or_default(),
                h: size("height").unwrap_or_default(),
                ..Place::default()
            };
            self.corners.insert((foreign.to_owned(), view), (place.x, place.y));
            if let Some(view) = self.project.views.get_mut(view) {
                view.places.insert(item, place);
            }
        }
    }

    fn objects(&mut self, kind: &str, all: Vec<Value>) -> Vec<Fields> {
        let mut objects = Vec::new();
        for (number, value) in all.into_iter().enumerate() {
            match Fields::of(value) {
                Some(fields) => objects.push(fields),
                None => self.losses.add(format!("{kind} {}", number + 1), "it", "it is not an object"),
            }
        }
        objects
    }
}

/// The order in which parents come before what is inside of them; rings come as they stand.
fn outermost_first(all: &[Fields], parents: &BTreeMap<String, String>) -> Vec<usize> {
    let depth = |fields: &Fields| {
        let mut at = fields.0.get("id").and_then(text_of);
        let mut depth = 0;
        while let Some(parent) = at.as_ref().and_then(|id| parents.get(id)).filter(|_| depth <= all.len()) {
            at = Some(parent.clone());
            depth += 1;
        }
        depth
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| all.get(*index).map(depth));
    order
}

/// 0 to 100 as a level from 1 to 5.
fn percent_level(percent: f64) -> f64 {
    1.0 + percent.clamp(0.0, 100.0) / 25.0
}

/// 0 to 100 as a trust level from 0 to 4.
fn trust_level(rating: f64) -> u8 {
    (rating.clamp(0.0, 100.0) / 25.0).round() as u8
}

fn sensitivity_of(confidentiality: u8) -> Sensitivity {
    match confidentiality {
        0 | 1 => Sensitivity::Public,
        2 => Sensitivity::Internal,
        3 | 4 => Sensitivity::Confidential,
        _ => Sensitivity::Restricted,
    }
}

fn zone_kind(word: &str, name: &str) -> ZoneKind {
    let named = |part: &str| plain_word(word).contains(part) || plain_word(name).contains(part);
    if named("cloud") {
        ZoneKind::Cloud
    } else if named("container") || named("sandbox") || named("cluster") {
        ZoneKind::Execution
    } else {
        ZoneKind::Network
    }
}
