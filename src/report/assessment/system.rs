//! The system: its diagram on pages of their own, components, interfaces, assets, zones.

use super::super::document::{Block, Cell, Chapter, Row, Table, Text};
use super::super::input::ChapterKey;
use super::super::words;
use super::draft::Draft;
use super::plates::plates;
use super::tables::{center, dash, left, or_absent, owner, right, tally};
use crate::model::{ComponentId, InterfaceId, QuestionId, Target, ZoneId};

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::System);
    if draft.project.diagram.component_count() == 0 {
        chapter.lead = "The model draws no component yet.".into();
        return chapter;
    }
    chapter.blocks.extend(plates(draft));
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
