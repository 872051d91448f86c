//! The attacks that are made up on top of a trace: listed, changed, taken off, saved with the trace.

use egui::{Ui, Vec2};

use crate::edit::verbs;
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::attack_dialog::described;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button};

/// Draws the list for a trace of the model.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, number: usize) {
    let settings = &ctx.project().simulation;
    let Some(set) = settings.traces.get(number) else { return };
    widgets::heading(ui, "Made-up attacks", Some(set.attacks.len()));
    if set.attacks.is_empty() {
        let sentence = "None. A synthetic attack on top of the trace shows whether a policy would find it, and its label is exact.";
        widgets::small(ui, sentence, Role::TextSecondary);
    }
    for (place, attack) in set.attacks.iter().enumerate() {
        let unit = settings.metrics.get(&attack.metric).map_or("", |info| info.unit.as_str());
        ui.push_id(place, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
                icons::show(ui, "zap", 16.0, theme::color(ui, Role::Chart(2)));
                ui.vertical(|ui| {
                    ui.set_width((ui.available_width() - 92.0).max(120.0));
                    let title = format!("{}, synthetic", attack.shape.label());
                    widgets::label(ui, &title, Look::BODY_MEDIUM, Role::Text);
                    widgets::small(ui, &described(attack, unit), Role::TextTertiary);
                });
                let name = format!("{} {}", attack.shape.label().to_lowercase(), place + 1);
                if widgets::icon_button(ui, "pencil", &format!("Change the {name}…")).clicked() {
                    ctx.ask(Request::ChangeAttack(place));
                }
                if widgets::icon_button(ui, "x", &format!("Take off the {name}")).clicked() {
                    let change = verbs::change_simulation(ctx.project(), "attacks", |settings| {
                        if let Some(set) = settings.traces.get_mut(number) {
                            set.attacks.remove(place);
                        }
                    });
                    ctx.commit(change);
                    if ctx.session.results().simulation.is_some() {
                        ctx.ask(Command::Simulate);
                    }
                }
            });
        });
    }
    ui.horizontal_wrapped(|ui| {
        if Button::plain("Add an attack…").icon("zap").show(ui).clicked() {
            ctx.ask(Command::AddAttack);
        }
        let run = ctx.session.results().simulation.is_some();
        if Button::quiet("Save the trace and its labels…").icon("save").enabled(run).show(ui).clicked() {
            ctx.ask(Command::SaveTrace);
        }
    });
}
