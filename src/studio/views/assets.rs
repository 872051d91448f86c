//! Assets: what is worth protecting, as a table, with everything about the chosen one beside it.

use egui::{Frame, Margin, Panel, Ui, Vec2};

use crate::analysis::risk::Rating;
use crate::edit::verbs;
use crate::model::{Asset, AssetId, AssetKind, Band, ItemId, Project, Sensitivity, Target};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::theme::{self, Look, size};
use crate::studio::widgets::{self, Button, Chip, Column, Field, Table};

use super::ViewContext;
use super::parts::{self, paragraph_value, text_value};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    filter: String,
    sorted: Option<(usize, bool)>,
}

/// Draws the view.
pub fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let chosen = match ctx.session.selection().single() {
        Some(ItemId::Asset(id)) => ctx.project().assets.get(id),
        _ => None,
    };
    if let Some(asset) = chosen {
        let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
        let width = if ui.available_width() > 1100.0 { 420.0 } else { size::DRAWER };
        Panel::right("asset").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
            widgets::scroll(ui, "asset", |ui| {
                ui.push_id(asset.id, |ui| details(ui, ctx, asset));
            });
        });
    }
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::same(20));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        if ctx.project().assets.is_empty() {
            let sentence = "Nothing is named yet that would be worth protecting. Name data, models, credentials, functions; then say where they rest and which interfaces carry them.";
            if widgets::empty_state(ui, "gem", sentence, "New asset", "") {
                ctx.ask(Command::NewAsset);
            }
            return;
        }
        ui.horizontal(|ui| {
            widgets::section(ui, "Assets");
            widgets::count(ui, ctx.project().assets.len());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if Button::primary("New asset").icon("plus").show(ui).clicked() {
                    ctx.ask(Command::NewAsset);
                }
                widgets::search_field(ui, "Filter assets", "Filter: name, owner, place", 260.0, &mut state.filter);
            });
        });
        ui.add_space(8.0);
        widgets::card(ui, 0.0, |ui| table(ui, ctx, state));
    });
}

/// What the table shows of an asset, worked out once for filter, order and row.
struct Line<'a> {
    asset: &'a Asset,
    stored: String,
    carried: usize,
    threats: usize,
    worst: Option<(Band, f64)>,
}

fn lines<'a>(ctx: &ViewContext<'a>, state: &State) -> Vec<Line<'a>> {
    let project = ctx.project();
    let register = ctx.derived().register();
    let wanted = state.filter.trim().to_lowercase();
    let mut lines: Vec<Line<'a>> = project
        .assets
        .iter()
        .map(|asset| {
            let names: Vec<String> = asset.stored_in.iter().map(|id| project.name_of((*id).into())).collect();
            let about = |threat: &&crate::model::Threat| {
                threat.targets.contains(&Target::Asset(asset.id))
                    || threat.statement.assets.contains(&asset.id)
            };
            let threats: Vec<_> = project.threats.iter().filter(about).collect();
            let rows = threats.iter().filter_map(|threat| register.row(threat.id));
            let rated = rows.filter_map(|row| row.band(Rating::Current).zip(row.risk(Rating::Current)));
            // Where a grid decides, a lower score may stand in the graver cell.
            let worst = rated.max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            Line {
                asset,
                stored: names.join(", "),
                carried: project
                    .diagram
                    .interfaces()
                    .filter(|interface| interface.assets.contains(&asset.id))
                    .count(),
                threats: threats.len(),
                worst,
            }
        })
        .filter(|line| {
            let words =
                format!("{} {} {} {}", line.asset.name, line.asset.owner, line.stored, line.asset.kind);
            wanted.is_empty() || words.to_lowercase().contains(&wanted)
        })
        .collect();
    let (by, falling) = state.sorted.unwrap_or((0, false));
    match by {
        1 => lines.sort_by(|a, b| a.asset.name.cmp(&b.asset.name)),
        2 => lines.sort_by_key(|line| line.asset.kind),
        3 => lines.sort_by_key(|line| line.asset.sensitivity),
        4 => lines.sort_by(|a, b| a.stored.cmp(&b.stored)),
        5 => lines.sort_by_key(|line| line.carried),
        6 => lines.sort_by(|a, b| a.asset.owner.cmp(&b.asset.owner)),
        7 => lines.sort_by(|a, b| {
            let (a, b) = (a.worst, b.worst);
            a.map(|worst| worst.0)
                .cmp(&b.map(|worst| worst.0))
                .then(a.map_or(0.0, |worst| worst.1).total_cmp(&b.map_or(0.0, |worst| worst.1)))
        }),
        _ => {}
    }
    if falling {
        lines.reverse();
    }
    lines
}

fn table(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let columns = [
        Column::exact("Id", 56.0),
        Column::grow("Asset", 3.0, 130.0),
        Column::exact("Kind", 104.0),
        Column::exact("Sensitivity", 116.0),
        Column::grow("Stored in", 2.0, 100.0),
        Column::exact("Carried by", 104.0),
        Column::grow("Owner", 1.0, 90.0),
        Column::exact("Worst risk now", 150.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    if let Some(column) = table.head(ui, Some(state.sorted.unwrap_or((0, false)))) {
        let falling = state.sorted.is_some_and(|(by, falling)| by == column && !falling);
        state.sorted = Some((column, falling));
    }
    let lines = lines(ctx, state);
    if lines.is_empty() {
        ui.add_space(12.0);
        ui.vertical_centered(|ui| {
            widgets::label(ui, "No asset matches the filter", Look::BODY, Role::TextTertiary)
        });
        ui.add_space(12.0);
    }
    table.rows(ui, "assets", lines.len(), |ui, index| {
        let Some(line) = lines.get(index) else { return };
        let asset = line.asset;
        let selected = ctx.session.selection().contains(asset.id);
        let response = table.row(ui, asset.id, &asset.name, selected, |row| {
            row.text(&asset.id.to_string(), Look::CODE, Role::TextTertiary);
            row.text(&asset.name, Look::BODY_STRONG, Role::Text);
            row.text(asset.kind.label(), Look::BODY, Role::TextSecondary);
            match asset.classified() {
                Some(level) => row.text(level.label(), Look::BODY, Role::Text),
                None => row.text("not known yet", Look::BODY, Role::Accent),
            }
            match line.stored.as_str() {
                "" => row.text("nowhere yet", Look::BODY, Role::TextTertiary),
                stored => row.text(stored, Look::BODY, Role::TextSecondary),
            }
            row.text(&counted(line.carried, "interface"), Look::BODY, Role::TextSecondary);
            match asset.owner.as_str() {
                "" => row.text("no owner", Look::BODY, Role::TextTertiary),
                owner => row.text(owner, Look::BODY, Role::TextSecondary),
            }
            match line.worst {
                Some((band, risk)) => row.ui(|ui| {
                    widgets::badge(ui, band, &format!("{risk:.1}"));
                    widgets::label(ui, &counted(line.threats, "threat"), Look::SMALL, Role::TextTertiary);
                }),
                None => row.text(&counted(line.threats, "threat"), Look::BODY, Role::TextTertiary),
            }
        });
        if response.clicked() {
            ctx.select(vec![asset.id.into()]);
        }
    });
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}"),
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

/// Every field of an asset.
pub fn details(ui: &mut Ui, ctx: &mut ViewContext<'_>, asset: &Asset) {
    let project = ctx.project();
    let id = asset.id;
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
    ui.horizontal(|ui| {
        widgets::caption(ui, "Asset");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, "trash-2", &format!("Delete {}", asset.name)).clicked() {
                ctx.commit(verbs::delete(project, &[id.into()]));
            }
            widgets::label(ui, &id.to_string(), Look::CODE, Role::TextTertiary);
        });
    });
    let width = ui.available_width();
    if let Some(name) = text_value(ui, ctx, Field::new("Name").look(Look::HEADING).width(width), &asset.name)
    {
        ctx.commit(verbs::change_asset(project, id, "name", |asset| asset.name = name));
    }
    if asset.name.trim().is_empty() {
        widgets::small(
            ui,
            "An asset needs a name, so that interfaces and policies can speak of it.",
            Role::SeverityText(Band::Critical),
        );
    }
    let hint = "What it is, in a sentence";
    if let Some(text) = paragraph_value(ui, ctx, "Description", hint, 2, &asset.description) {
        ctx.commit(verbs::change_asset(project, id, "description", |asset| asset.description = text));
    }
    let field = width - 108.0;
    widgets::property(ui, "Kind", |ui| {
        if let Some(kind) =
            widgets::choose(ui, "Kind", asset.kind, AssetKind::ALL, field, |kind| kind.label().to_owned())
        {
            ctx.commit(verbs::change_asset(project, id, "kind", |asset| asset.kind = kind));
        }
    });
    widgets::property(ui, "Sensitivity", |ui| {
        let label = |sensitivity: Sensitivity| sensitivity.label().to_owned();
        if let Some(new) =
            widgets::choose_known(ui, "Sensitivity", asset.classified(), Sensitivity::ALL, field, label)
        {
            ctx.commit(verbs::change_asset(project, id, "sensitivity", |asset| match new {
                Some(level) => asset.classify(level),
                None => asset.unclassified = true,
            }));
        }
    });
    widgets::property(ui, "Owner", |ui| {
        let box_ = Field::new("Owner").icon("user").hint("Who answers for it").width(field);
        if let Some(owner) = text_value(ui, ctx, box_, &asset.owner) {
            ctx.commit(verbs::change_asset(project, id, "owner", |asset| asset.owner = owner));
        }
    });
    widgets::heading(ui, "How much it hurts", None);
    levels(ui, ctx, asset);
    places(ui, ctx, project, asset);
    let hint = "Anything else";
    widgets::caption(ui, "Notes");
    if let Some(text) = paragraph_value(ui, ctx, "Notes", hint, 2, &asset.notes) {
        ctx.commit(verbs::change_asset(project, id, "notes", |asset| asset.notes = text));
    }
}

type Loss = fn(&mut Asset) -> &mut Option<u8>;

fn levels(ui: &mut Ui, ctx: &mut ViewContext<'_>, asset: &Asset) {
    let project = ctx.project();
    let losses: [(&str, &str, Option<u8>, Loss); 3] = [
        ("Known", "when others know it", asset.confidentiality, |asset| &mut asset.confidentiality),
        ("Changed", "when it is changed", asset.integrity, |asset| &mut asset.integrity),
        ("Gone", "when it is gone", asset.availability, |asset| &mut asset.availability),
    ];
    for (name, sentence, level, pick) in losses {
        widgets::property(ui, name, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                for number in 1..=5_u8 {
                    let words = number.to_string();
                    let impact = project.method.impact_name(f64::from(number)).to_owned();
                    let chip = ui
                        .push_id((name, number), |ui| Chip::toggle(&words, level == Some(number)).show(ui))
                        .inner;
                    let response = chip.response.on_hover_text(format!("{impact} {sentence}"));
                    if response.clicked() {
                        let new = (level != Some(number)).then_some(number);
                        ctx.commit(verbs::change_asset(project, asset.id, "value", |asset| {
                            *pick(asset) = new;
                        }));
                    }
                }
                let words =
                    level.map_or("not known yet", |level| project.method.impact_name(f64::from(level)));
                widgets::label(ui, words, Look::SMALL, Role::TextTertiary);
            });
        });
    }
}

fn places(ui: &mut Ui, ctx: &mut ViewContext<'_>, project: &Project, asset: &Asset) {
    let id = asset.id;
    let components: Vec<ItemId> = project.diagram.components().map(|component| component.id.into()).collect();
    let only = |list: Vec<ItemId>| {
        list.into_iter()
            .filter_map(|item| if let ItemId::Component(id) = item { Some(id) } else { None })
            .collect()
    };
    widgets::heading(ui, "Where it is", None);
    widgets::caption(ui, "Stored in");
    wrapped(ui, |ui| {
        let linked: Vec<ItemId> = asset.stored_in.iter().map(|id| (*id).into()).collect();
        if let Some(list) =
            parts::link_list(ui, ctx, "Say where it is stored", "database", &linked, &components)
        {
            ctx.commit(verbs::change_asset(project, id, "places", |asset| asset.stored_in = only(list)));
        }
    });
    widgets::caption(ui, "Worked with by");
    wrapped(ui, |ui| {
        let linked: Vec<ItemId> = asset.processed_by.iter().map(|id| (*id).into()).collect();
        if let Some(list) = parts::link_list(ui, ctx, "Say who works with it", "cog", &linked, &components) {
            ctx.commit(verbs::change_asset(project, id, "places", |asset| asset.processed_by = only(list)));
        }
    });
    widgets::caption(ui, "Carried by");
    wrapped(ui, |ui| carried(ui, ctx, project, id));
}

fn carried(ui: &mut Ui, ctx: &mut ViewContext<'_>, project: &Project, id: AssetId) {
    let all: Vec<ItemId> = project.diagram.interfaces().map(|interface| interface.id.into()).collect();
    let carries = |interface: &&crate::model::Interface| interface.assets.contains(&id);
    let linked: Vec<ItemId> =
        project.diagram.interfaces().filter(carries).map(|interface| interface.id.into()).collect();
    let Some(list) = parts::link_list(ui, ctx, "Say which interface carries it", "spline", &linked, &all)
    else {
        return;
    };
    let changed = linked
        .iter()
        .filter(|item| !list.contains(item))
        .chain(list.iter().filter(|item| !linked.contains(item)));
    for item in changed.copied().collect::<Vec<_>>() {
        let ItemId::Interface(interface) = item else { continue };
        let carries = list.contains(&item);
        let change = verbs::change_interface(project, interface, "assets carried", |interface| {
            interface.assets.retain(|asset| *asset != id);
            if carries {
                interface.assets.push(id);
                interface.assets.sort_unstable();
            }
        });
        ctx.commit(change);
        ctx.ask(Request::Seal);
    }
}

fn wrapped(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        contents(ui);
    });
}
