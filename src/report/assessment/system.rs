//! The system: its diagram on pages of their own, components, interfaces, assets, zones.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::{Block, Cell, Chapter, Figure, FigurePlace, Plate, Row, Table, Text};
use super::super::figures::say;
use super::super::input::ChapterKey;
use super::super::words;
use super::draft::Draft;
use super::tables::{center, dash, left, or_absent, owner, right, tally};
use crate::analysis::compare::ChangeKind;
use crate::model::{
    Band, Component, ComponentId, ComponentKind, InterfaceId, ItemId, Place, QuestionId, Target, View, ZoneId,
};
use crate::picture::layout::{LayoutOptions, layout};
use crate::picture::scene::silhouette;
use crate::picture::{
    Align, DiagramScene, Face, PaintOptions, Picture, PictureBuilder, Point, Rect, Role, SceneOptions,
    Stroke, signs,
};
use crate::simulation::Quiet;

/// Above so many components the diagram is drawn in parts.
const MOST_ON_A_PLATE: usize = 40;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::System);
    if draft.project.diagram.component_count() == 0 {
        chapter.lead = "The model draws no component yet.".into();
        return chapter;
    }
    for view in plates(draft) {
        let number = draft.figure();
        chapter.blocks.push(Block::Plate(Box::new(plate(draft, &view, number))));
    }
    chapter.blocks.push(Block::Table(components(draft)));
    if draft.project.diagram.interface_count() > 0 {
        chapter.blocks.push(Block::Table(interfaces(draft)));
    }
    match (draft.project.assets.is_empty(), draft.project.diagram.zones.is_empty()) {
        (true, true) => {}
        (false, false) if draft.project.assets.len() <= 14 && draft.project.diagram.zones.len() <= 14 => {
            let (assets, zones) = (assets(draft), zones(draft));
            let column = |table: Table| vec![Block::Table(Table { wide: false, ..table })];
            chapter.blocks.push(Block::Columns(vec![(98.0, column(assets)), (66.0, column(zones))]));
        }
        (no_assets, no_zones) => {
            if !no_assets {
                chapter.blocks.push(Block::Table(assets(draft)));
            }
            if !no_zones {
                chapter.blocks.push(Block::Table(zones(draft)));
            }
        }
    }
    chapter
}

/// The first view, or an empty one that shows the whole model.
fn first_view(draft: &Draft<'_>) -> View {
    draft.project.views.iter().next().cloned().unwrap_or_default()
}

/// The drawing for the cover: shapes without words, what is new since the last sign-off heavy.
pub(super) fn cover_drawing(draft: &Draft<'_>) -> Picture {
    if draft.project.diagram.component_count() == 0 {
        return Picture::default();
    }
    let view = plates(draft).into_iter().next().map_or_else(|| first_view(draft), |part| part.view);
    let options = SceneOptions { paper: true, ..SceneOptions::default() };
    let mut scene = DiagramScene::build(draft.project, &view, &options);
    // Notes are words, and without them empty boxes.
    scene.notes.clear();
    let boxes = scene.nodes.iter().map(|node| node.rect).chain(scene.zones.iter().map(|zone| zone.rect));
    let lines = scene.flows.iter().flat_map(|flow| flow.points.iter().map(|p| Rect::around(*p, *p)));
    scene.bounds = boxes.chain(lines).reduce(Rect::union).unwrap_or_default();
    let heavy = new_interfaces(draft).into_iter().map(ItemId::from).collect();
    scene.picture(&PaintOptions { heavy, without_words: true, ..PaintOptions::default() })
}

fn new_interfaces(draft: &Draft<'_>) -> BTreeSet<InterfaceId> {
    let added = |baseline: &super::draft::Baseline| {
        baseline
            .comparison
            .interfaces
            .iter()
            .filter(|change| change.kind == ChangeKind::Added)
            .filter_map(|change| match change.item {
                ItemId::Interface(id) => Some(id),
                _ => None,
            })
            .collect()
    };
    draft.baseline.as_ref().map(added).unwrap_or_default()
}

/// A drawing of the whole system or of a part of it.
struct PlateView {
    view: View,
    /// What it shows, where it does not show everything.
    part: String,
}

fn plates(draft: &Draft<'_>) -> Vec<PlateView> {
    let project = draft.project;
    let view = first_view(draft);
    if project.diagram.component_count() <= MOST_ON_A_PLATE {
        return vec![PlateView { view, part: String::new() }];
    }
    let mut plates = vec![overview(draft)];
    let top = |component: &Component| project.diagram.zone_chain(component.zone).last().copied();
    let mut groups: BTreeMap<Option<ZoneId>, Vec<ComponentId>> = BTreeMap::new();
    for component in project.diagram.components() {
        groups.entry(top(component)).or_default().push(component.id);
    }
    for (zone, components) in groups {
        let name = zone.map_or_else(
            || "outside of every zone".to_owned(),
            |zone| format!("{zone} {}", project.name_of(zone.into())),
        );
        let parts = components.len().div_ceil(MOST_ON_A_PLATE);
        for (index, chunk) in components.chunks(MOST_ON_A_PLATE).enumerate() {
            let part =
                if parts > 1 { format!("{name}, part {} of {parts}", index + 1) } else { name.clone() };
            plates.push(PlateView { view: laid_out(draft, chunk), part });
        }
    }
    plates
}

/// Zones as boxes with the number of what is in them.
fn overview(draft: &Draft<'_>) -> PlateView {
    let project = draft.project;
    let mut places: BTreeMap<ItemId, Place> = BTreeMap::new();
    for zone in project.diagram.zones.iter().filter(|zone| zone.parent.is_none()) {
        places.insert(zone.id.into(), Place { collapsed: true, ..Place::default() });
    }
    for component in
        project.diagram.components().filter(|component| component.zone.is_none()).take(MOST_ON_A_PLATE)
    {
        places.insert(component.id.into(), Place::default());
    }
    let view = View { only_placed: true, name: "Overview".to_owned(), places, ..View::default() };
    PlateView { view: arranged(draft, view), part: "all zones, folded".to_owned() }
}

fn laid_out(draft: &Draft<'_>, components: &[ComponentId]) -> View {
    let diagram = &draft.project.diagram;
    let mut places: BTreeMap<ItemId, Place> = BTreeMap::new();
    for id in components {
        places.insert((*id).into(), Place::default());
        let zone = diagram.component(*id).and_then(|component| component.zone);
        for zone in diagram.zone_chain(zone) {
            places.insert(zone.into(), Place::default());
        }
    }
    for interface in diagram.interfaces() {
        let inside = |end: Option<ComponentId>| end.is_some_and(|id| components.contains(&id));
        if inside(interface.from) && inside(interface.to) {
            places.insert(interface.id.into(), Place::default());
        }
    }
    arranged(draft, View { only_placed: true, places, ..View::default() })
}

fn arranged(draft: &Draft<'_>, view: View) -> View {
    let found = layout(draft.project, &view, &LayoutOptions::default(), &Quiet).unwrap_or_default();
    let mut places = view.places.clone();
    for (item, place) in found {
        let collapsed = view.places.get(&item).is_some_and(|old| old.collapsed);
        places.insert(item, Place { collapsed, ..place });
    }
    View { places, ..view }
}

fn plate(draft: &Draft<'_>, part: &PlateView, number: u32) -> Plate {
    let risk: BTreeMap<Target, (Band, usize)> = draft
        .register
        .by_target
        .iter()
        .filter_map(|(target, risk)| Some((*target, (risk.band?, risk.threats.len()))))
        .collect();
    let options = SceneOptions { risk: Some(risk), assets: true, paper: true, ..SceneOptions::default() };
    let scene = DiagramScene::build(draft.project, &part.view, &options);
    let fresh = new_interfaces(draft);
    let heavy = fresh.iter().copied().map(ItemId::from).collect();
    let picture = scene.picture(&PaintOptions { heavy, ..PaintOptions::default() });
    let shown: BTreeSet<ComponentKind> = scene.nodes.iter().map(|node| node.kind).collect();
    let what = if part.part.is_empty() { String::new() } else { format!(" of {}", part.part) };
    let mut caption = Text::new().plain(format!("Components, interfaces and trust zones{what}."));
    if !fresh.is_empty() {
        let ids = fresh.iter().take(5).copied();
        caption = caption.plain(" Heavy lines are new: ").ids(ids, ", ").plain(".");
    }
    caption = caption
        .plain(" A box at the top right of a component counts its threats and shows the worst current band.");
    let figure = Figure {
        number,
        caption,
        alternative: scene.description.clone(),
        picture,
        place: FigurePlace::Wide,
        ..Figure::default()
    };
    let badge = scene.nodes.iter().any(|node| node.badge.is_some());
    let chips = scene.nodes.iter().any(|node| !node.chips.is_empty());
    Plate { figure, legend: legend(&shown, !scene.zones.is_empty(), chips, badge) }
}

/// The kinds that are drawn, as they are drawn.
fn legend(kinds: &BTreeSet<ComponentKind>, zones: bool, chips: bool, badge: bool) -> Picture {
    let mut out = PictureBuilder::new();
    let (height, width) = (5.2, 10.0);
    let mut x = 0.0;
    let size = 7.0 * super::super::page::POINT;
    let word = |out: &mut PictureBuilder, x: &mut f32, drawn: f32, words: &str| {
        let at = Point::new(*x + drawn + 1.8, height / 2.0);
        say(out, at, words, Face::Sans, size, Role::TextSecondary, Align::Left);
        *x += drawn + 1.8 + crate::picture::text::width(words, Face::Sans, size) + 7.0;
    };
    for kind in kinds {
        let large = Rect::new(0.0, 0.0, width * 8.0, height * 8.0);
        let (outline, inner) = silhouette(*kind, large);
        let mut shape = PictureBuilder::new();
        shape.path(outline, Some(Role::Node.into()), Some(Stroke::solid(Role::Text, 2.4)));
        for line in inner {
            shape.path(line, None, Some(Stroke::solid(Role::Text, 1.8)));
        }
        out.picture(&shape.finish_in(large).scaled(1.0 / 8.0), x, 0.0);
        word(&mut out, &mut x, width, kind.label());
    }
    if zones {
        let rect = Rect::new(x, 0.2, width, height - 0.4);
        out.rect(rect, 1.0, None, Some(Stroke::dashed(Role::Control, 0.3, &[1.6, 1.0])));
        word(&mut out, &mut x, width, "Trust zone");
    }
    if chips {
        let rect = Rect::new(x, 0.9, 9.0, 3.4);
        out.rect(rect, 1.7, Some(Role::Hover.into()), Some(Stroke::solid(Role::Edge, 0.2)));
        say(&mut out, rect.center(), "name", Face::Sans, size * 0.86, Role::Text, Align::Center);
        word(&mut out, &mut x, 9.0, "Asset kept there");
    }
    if badge {
        let rect = Rect::new(x, 0.6, 9.0, 4.0);
        out.rect(rect, 0.8, Some(Role::Paper.into()), Some(Stroke::solid(Role::Text, 0.25)));
        signs::severity_sign(&mut out, Band::Critical, rect.center().offset(-1.8, 0.0), 2.5);
        say(
            &mut out,
            rect.center().offset(1.8, 0.0),
            "n",
            Face::SansSemibold,
            size,
            Role::Text,
            Align::Center,
        );
        word(&mut out, &mut x, 9.0, "Threats; worst band now");
    }
    out.finish_in(Rect::new(0.0, 0.0, x, height))
}

/// How many threats, and the worst band of those that are rated.
fn threats_at(draft: &Draft<'_>, target: Target) -> (Cell, Cell) {
    match draft.register.by_target.get(&target) {
        Some(risk) => {
            let worst = match risk.band {
                Some(band) => Text::new().band(band),
                None => Text::new().absent("not rated"),
            };
            (tally(risk.threats.len()), worst.into())
        }
        None => (dash().into(), dash().into()),
    }
}

fn components(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let rows = draft
        .project
        .diagram
        .components()
        .map(|component| {
            let (threats, worst) = threats_at(draft, Target::Component(component.id));
            let mut second = Text::new().linked(component.description.trim());
            if component.out_of_scope {
                second = Text::new().absent("out of scope. ").and(second);
            }
            Row::of(
                component.id,
                vec![
                    Text::new().id(component.id).into(),
                    Cell::from(Text::new().strong(component.name.as_str())).second(second),
                    component.kind.label().into(),
                    component.zone.map_or_else(dash, |zone| Text::new().id(zone)).into(),
                    Cell::from(or_absent(&component.technology, "not named")),
                    threats,
                    worst,
                ],
            )
        })
        .collect();
    Table {
        number,
        caption:
            "Components. Threats: those that name the component as target; the worst current band beside it."
                .into(),
        columns: vec![
            left("Id", 12.0),
            left("Component", 62.0),
            left("Kind", 17.0),
            left("Zone", 12.0),
            left("Technology", 34.0),
            right("Threats", 13.0),
            left("Worst", 20.0),
        ],
        rows,
        wide: true,
        rows_are: "components",
        ..Table::default()
    }
}

/// The question that somebody has asked about an interface and nobody has answered.
fn open_question(draft: &Draft<'_>, interface: InterfaceId) -> Option<QuestionId> {
    let about = |question: &&crate::model::Question| {
        question.answer.trim().is_empty() && question.links.contains(&interface.into())
    };
    draft.project.questions.iter().find(about).map(|question| question.id)
}

fn interfaces(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let crossing = draft.crossings.len();
    let all = draft.project.diagram.interface_count();
    let rows = draft
        .project
        .diagram
        .interfaces()
        .map(|interface| {
            let end = |id: Option<ComponentId>| match id {
                Some(id) => Text::new().id(id),
                None => Text::new().absent("nothing"),
            };
            let arrow = if interface.both_ways { " ↔ " } else { " → " };
            let ends = end(interface.from).plain(arrow).and(end(interface.to));
            let crosses = match draft.crossings.get(&interface.id) {
                None => Text::new().with("inside", super::super::document::Tone::Faint),
                Some(crossing) => {
                    let zone = |component: ComponentId| {
                        draft.project.diagram.component(component).and_then(|component| component.zone)
                    };
                    let side = |zone: Option<ZoneId>| {
                        zone.map_or_else(|| Text::new().absent("outside"), |zone| Text::new().id(zone))
                    };
                    side(zone(crossing.from)).plain(arrow).and(side(zone(crossing.to)))
                }
            };
            let unknown = || {
                let text = Text::new().absent("unknown");
                match open_question(draft, interface.id) {
                    Some(question) => text.plain(", ").id(question),
                    None => text,
                }
            };
            let protocol = match (interface.protocol.trim(), interface.port) {
                ("", None) => Text::new().absent("unknown"),
                ("", Some(port)) => format!("port {port}").into(),
                (protocol, None) => Text::from(protocol),
                (protocol, Some(port)) => format!("{protocol} {port}").into(),
            };
            let assets = if interface.assets.is_empty() {
                dash()
            } else {
                Text::new().ids(interface.assets.iter().copied(), " ")
            };
            let (threats, _) = threats_at(draft, Target::Interface(interface.id));
            Row::of(
                interface.id,
                vec![
                    Text::new().id(interface.id).into(),
                    Cell::from(ends).second(Text::new().linked(interface.description.trim())),
                    crosses.into(),
                    protocol.into(),
                    interface.authentication.map_or_else(unknown, |one| one.label().into()).into(),
                    interface.encryption.map_or_else(unknown, |one| one.label().into()).into(),
                    assets.into(),
                    threats,
                ],
            )
        })
        .collect();
    let caption = format!(
        "Interfaces. {} of {} cross a zone. Unknown values are printed as unknown, with the open question where there is one.",
        words::capital(&words::count(crossing)),
        words::count(all)
    );
    Table {
        number,
        caption: caption.into(),
        columns: vec![
            left("Id", 12.0),
            left("From, to and content", 46.0),
            left("Crosses", 21.0),
            left("Protocol, port", 25.0),
            left("Authentication", 23.0),
            left("Encryption", 20.0),
            left("Assets", 11.0),
            right("Threats", 12.0),
        ],
        rows,
        wide: true,
        rows_are: "interfaces",
        ..Table::default()
    }
}

fn assets(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let rows = draft
        .project
        .assets
        .iter()
        .map(|asset| {
            let kept = if asset.stored_in.is_empty() {
                Text::new().absent("not placed")
            } else {
                Text::new().ids(asset.stored_in.iter().copied(), " ")
            };
            let needs = [asset.confidentiality, asset.integrity, asset.availability]
                .map(|need| need.map_or_else(|| "–".to_owned(), |need| need.to_string()))
                .join(" ");
            Row::of(
                asset.id,
                vec![
                    Text::new().id(asset.id).into(),
                    Cell::from(asset.name.clone()).second(asset.kind.label()),
                    words::capital(asset.sensitivity.label()).into(),
                    needs.into(),
                    owner(&asset.owner).into(),
                    kept.into(),
                ],
            )
        })
        .collect();
    Table {
        number,
        caption: "Assets. C I A: how much it hurts when it is known, changed or gone, 1 to 5.".into(),
        columns: vec![
            left("Id", 8.0),
            left("Asset", 26.0),
            left("Sensitivity", 18.0),
            center("C I A", 12.0),
            left(" Owner", 18.0),
            left("Kept in", 16.0),
        ],
        rows,
        wide: true,
        rows_are: "assets",
        ..Table::default()
    }
}

fn zones(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let rows = draft
        .project
        .diagram
        .zones
        .iter()
        .map(|zone| {
            let inside = draft
                .project
                .diagram
                .components()
                .filter(|component| component.zone == Some(zone.id))
                .count();
            let second = match zone.parent {
                Some(parent) => Text::new().plain("in ").id(parent),
                None => Text::new(),
            };
            Row::of(
                zone.id,
                vec![
                    Text::new().id(zone.id).into(),
                    Cell::from(zone.name.clone()).second(second),
                    tally(inside),
                    zone.trust.to_string().into(),
                ],
            )
        })
        .collect();
    Table {
        number,
        caption: "Trust zones. Trust: 0 the public, 4 the crown jewels.".into(),
        columns: vec![left("Id", 9.0), left("Zone", 27.0), right("Components", 19.0), right("Trust", 11.0)],
        rows,
        wide: true,
        rows_are: "zones",
        ..Table::default()
    }
}
