//! Protection: what the security checks themselves cost, and the settings that decide it.

mod results;
mod settings;

use egui::{Frame, Margin, Panel, Ui};

use crate::edit::verbs;
use crate::model::{Protection, Tier};
use crate::picture::Role;
use crate::session::Command;
use crate::simulation::Workload;
use crate::studio::theme;
use crate::studio::widgets;

use super::ViewContext;

/// What the figures rest on, for the status bar.
pub(super) fn status(ctx: &ViewContext<'_>) -> String {
    let run = ctx.session.results().protection.as_ref();
    run.map_or_else(String::new, |dated| results::basis(&dated.value))
}

/// Draws the view.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let protection = &ctx.project().protection;
    if !protection.can_run() {
        Frame::new().fill(theme::color(ui, Role::Canvas)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            let sentence = "Security checks cost time. Say which checks run for which operations, and see here what that does to latency before production does.";
            if widgets::empty_state(ui, "timer", sentence, "Set up three tiers", "") {
                let enabled = Protection { enabled: true, tiers: three_tiers(), ..protection.clone() };
                ctx.commit(verbs::change_protection(ctx.project(), "tiers", |protection| *protection = enabled));
            }
        });
        return;
    }
    let width = if ui.available_width() >= 1180.0 { 340.0 } else { 300.0 };
    let frame = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
    Panel::right("protection settings").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "protection settings", |ui| {
            settings::show(ui, ctx);
        });
    });
    let frame = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::same(16));
    egui::CentralPanel::default().frame(frame).show(ui, |ui| {
        widgets::scroll(ui, "protection", |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            let Some(dated) = ctx.session.results().protection.clone() else {
                let sentence = "Simulate the checks under the load at the right: latency of each tier, how busy the workers are, what the cache answers.";
                if widgets::empty_state(ui, "play", sentence, "Simulate the security checks", "") {
                    ctx.ask(Command::RunProtection);
                }
                return;
            };
            results::show(ui, ctx, &dated);
        });
    });
}

/// Light checks for everything, more for what is sensitive, all for what is suspicious.
fn three_tiers() -> Vec<Tier> {
    let tier = |checks: [&str; 2], triggers: &[&str], target: f64, share: f64| Tier {
        checks: checks.map(str::to_owned).to_vec(),
        triggers: triggers.iter().map(|word| (*word).to_owned()).collect(),
        latency_target_ms: target,
        share,
        ..Tier::default()
    };
    vec![
        tier(["basic_validation", "rate_limiting"], &[], 5.0, 1.0),
        tier(
            ["behavioral_analysis", "content_scanning"],
            &["sensitive_data_access", "configuration_change"],
            50.0,
            0.05,
        ),
        tier(
            ["deep_behavioral_analysis", "threat_intelligence"],
            &["unusual_behavior", "security_alert"],
            200.0,
            0.01,
        ),
    ]
}

/// What the checks have to carry: the project's load, with the mix of operations and the rates of the last run where
/// there is one.
pub fn workload(session: &crate::session::Session) -> Workload {
    let simulation = session.results().simulation.as_ref().map(|dated| &dated.value);
    Workload::planned(
        &session.project().protection.load,
        simulation.and_then(|simulation| simulation.events.as_ref()),
        simulation.map(|simulation| &simulation.run),
    )
}
