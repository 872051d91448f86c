//! The controls that answer one threat.

use egui::{Layout, Ui};

use crate::edit::verbs;
use crate::model::{Control, ControlStatus, Threat};
use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Column, Table};
use crate::studio::words;

/// Draws the controls that answer a threat, and the menu that adds one.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let project = ctx.project();
    let listed: Vec<&Control> = project.controls_of(threat.id).collect();
    ui.horizontal(|ui| {
        widgets::heading(ui, "Controls", Some(listed.len()));
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            let button = Button::plain("Add a control").icon("plus").small().show(ui);
            widgets::open_menu(&button, "Add a control", 360.0, |ui| add_control(ui, ctx, threat));
        });
    });
    if listed.is_empty() {
        widgets::small(
            ui,
            "Nothing is done about it yet. Add a control: one of the model, one of the catalogue, or an own.",
            Role::TextTertiary,
        );
        return;
    }
    let roomy = ui.available_width() >= 680.0;
    let mut columns = vec![Column::exact("Id", 56.0), Column::grow("Control", 2.0, 110.0)];
    if roomy {
        columns.push(Column::exact("Strength", 84.0));
    }
    columns.push(Column::exact("Status", 148.0));
    if roomy {
        columns.push(Column::grow("Rule that implements it", 1.5, 120.0));
    }
    columns.extend([Column::exact("Lowers risk by", 114.0).right(), Column::exact("", 34.0)]);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let table = Table::new(ui, &columns);
        table.head(ui, None);
        let row = ctx.derived().register().row(threat.id);
        for control in listed {
            let effect = row.and_then(|row| row.effects.iter().find(|effect| effect.control == control.id));
            let selected = ctx.session.selection().contains(control.id);
            let response = table.row(ui, control.id, &control.name, selected, |cells| {
                cells.text(&control.id.to_string(), Look::CODE, Role::TextTertiary);
                match effect.and_then(|effect| Some((effect.measured?, effect.claimed))) {
                    Some((measured, claimed)) => two_lines(cells, &control.name, &measured.beside(claimed)),
                    None => cells.text(&control.name, Look::BODY_STRONG, Role::Text),
                }
                if roomy {
                    cells.text(control.strength.label(), Look::BODY, Role::TextSecondary);
                }
                cells.ui(|ui| {
                    let label = |status: ControlStatus| status.label().to_owned();
                    if let Some(status) = widgets::choose(
                        ui,
                        &format!("Status of {}", control.name),
                        control.status,
                        ControlStatus::ALL,
                        140.0,
                        label,
                    ) {
                        ctx.commit(verbs::set_control_statuses(project, &[(control.id, status)]));
                    }
                });
                match project.rules_of(control.id).next() {
                    _ if !roomy => {}
                    Some((_, rule)) => cells.text(&rule.name, Look::BODY, Role::Accent),
                    None => cells.text("no rule yet", Look::BODY, Role::TextTertiary),
                }
                let words = effect.map_or_else(String::new, |effect| {
                    if effect.drop_current >= 0.05 {
                        format!("{:.1}", effect.drop_current)
                    } else if effect.drop_planned >= 0.05 {
                        format!("{:.1} planned", effect.drop_planned)
                    } else {
                        "0.0".to_owned()
                    }
                });
                cells.text(&words, Look::BODY_STRONG, Role::Text);
                cells.ui(|ui| {
                    if widgets::icon_button(ui, "unlink", &format!("Unlink {}", control.name)).clicked() {
                        ctx.commit(verbs::link_control(project, control.id, threat.id, false));
                    }
                });
            });
            let response = match effect {
                Some(effect) => {
                    let sentence = match effect.measured {
                        Some(measured) => format!(
                            "{}, {}.",
                            words::capital(&measured.beside(effect.claimed)),
                            effect.works.label()
                        ),
                        None => format!(
                            "Claimed {:.0} %, counts {:.0} % today, {}.",
                            effect.claimed * 100.0,
                            effect.now * 100.0,
                            effect.works.label()
                        ),
                    };
                    widgets::tooltip(response, &control.name, &sentence, "")
                }
                None => response,
            };
            if response.clicked() {
                ctx.reveal(control.id.into());
            }
        }
    });
    note_on_claims(ui, ctx, threat);
}

/// The name of a control, and under it how well it works.
fn two_lines(cells: &mut widgets::Row<'_>, name: &str, strength: &str) {
    cells.ui(|ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::label(ui, name, Look::BODY_STRONG, Role::Text);
            widgets::label(ui, strength, Look::SMALL, Role::TextSecondary);
        });
    });
}

/// Where an imported file claims more than the catalogue finds typical.
fn note_on_claims(ui: &mut Ui, ctx: &ViewContext<'_>, threat: &Threat) {
    let catalog = ctx.catalog();
    for control in ctx.project().controls_of(threat.id) {
        let typical =
            control.catalog.as_deref().and_then(|id| catalog.control(id)).map(|entry| entry.strength);
        let Some(typical) =
            typical.filter(|typical| typical.effectiveness() < control.strength.effectiveness())
        else {
            continue;
        };
        ui.horizontal_top(|ui| {
            icons::show(ui, "info", 14.0, theme::color(ui, Role::TextTertiary));
            let words = format!(
                "{} is rated {} here. The catalogue finds {} typical.",
                control.name,
                control.strength.label().to_lowercase(),
                typical.label().to_lowercase()
            );
            widgets::small(ui, &words, Role::TextTertiary);
        });
    }
}

fn add_control(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let project = ctx.project();
    let catalog = ctx.catalog();
    if widgets::menu_item(ui, Some("plus"), "A new control of our own", "", false, true).clicked() {
        let control =
            Control { name: "New control".to_owned(), threats: vec![threat.id], ..Control::default() };
        let (id, transaction) = verbs::add_control(project, control);
        ctx.commit_and_select(transaction, vec![id.into()]);
    }
    let others: Vec<&Control> =
        project.controls.iter().filter(|control| !control.threats.contains(&threat.id)).collect();
    if !others.is_empty() {
        widgets::menu_heading(ui, "Of this model");
    }
    for control in others {
        if widgets::menu_item(ui, Some("shield-check"), &control.name, "", false, true).clicked() {
            ctx.commit(verbs::link_control(project, control.id, threat.id, true));
        }
    }
    let suggested =
        threat.catalog.as_deref().and_then(|id| catalog.threat(id)).map(|entry| entry.controls.as_slice());
    widgets::menu_heading(
        ui,
        if suggested.is_some() { "The catalogue suggests" } else { "Of the catalogue" },
    );
    let taken = |id: &str| project.controls.iter().any(|control| control.catalog.as_deref() == Some(id));
    let offers = catalog
        .controls
        .iter()
        .filter(|entry| !taken(&entry.id) && suggested.is_none_or(|suggested| suggested.contains(&entry.id)));
    for entry in offers {
        let response = widgets::menu_item(
            ui,
            Some("shield-check"),
            &entry.title,
            entry.pack.as_deref().unwrap_or_default(),
            false,
            true,
        );
        if response.on_hover_text(&entry.description).clicked() {
            let control = entry.control(vec![threat.id]);
            let (_, transaction) = verbs::add_control(project, control);
            ctx.commit(transaction);
        }
    }
}
