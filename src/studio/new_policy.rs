//! What a new policy starts from: nothing but strict defaults, or one of the presets, each with the threats that it answers.

use egui::{Key, Modifiers, Sense, Ui, Vec2, WidgetInfo};

use crate::catalog::{policy_presets, started};
use crate::model::{Policy, Project, Rule};
use crate::picture::Role;
use crate::session::Session;

use super::theme::{self, Look};
use super::widgets::{self, Button};
use super::{dialogs, icons, words};

/// A policy with strict defaults and one rule to fill in.
fn empty(project: &Project) -> Policy {
    Policy {
        name: format!("Policy {}", project.next_policy().0),
        description: "Says what agents may do. Starts in draft; nothing is enforced until it is active."
            .to_owned(),
        rules: vec![Rule { name: "Resource usage limits".to_owned(), ..Rule::default() }],
        ..started(project)
    }
}

/// Draws the list; gives back the policy that was chosen, or that nothing was.
pub(super) fn show(ui: &mut Ui, session: &Session) -> Option<dialogs::Ended> {
    let project = session.project();
    widgets::paragraph(
        ui,
        "Start strict and loosen what the logs allow. A new policy is a draft: nothing is enforced until it is in force.",
        Look::BODY,
        Role::TextSecondary,
    );
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut chosen = None;
    if row(ui, 1, "Empty policy", "One rule without conditions, strict responses.", "") {
        chosen = Some(empty(project));
    }
    for (preset, number) in policy_presets().iter().zip(2..) {
        let answers = match preset.answered(project) {
            0 => "answers no threat of this model yet".to_owned(),
            count => format!("answers {} of this model", words::counted(count, "threat", "threats")),
        };
        if row(ui, number, &preset.title, &preset.description, &answers) {
            chosen = Some(preset.policy(project));
        }
    }
    let cancelled = dialogs::buttons(ui, |ui| Button::plain("Cancel").keys("Esc").show(ui).clicked());
    match chosen {
        Some(policy) => Some(dialogs::Ended::NewPolicy(Box::new(policy))),
        None => cancelled.then_some(dialogs::Ended::Closed),
    }
}

/// One line of the list, chosen by a press or its digit.
fn row(ui: &mut Ui, number: usize, title: &str, description: &str, answers: &str) -> bool {
    let color = |ui: &Ui, role| theme::color(ui, role);
    let room = ui.available_width() - 60.0;
    let secondary = color(ui, Role::TextSecondary);
    let text = widgets::lines(ui, description, Look::SMALL, secondary, room);
    let height = 34.0 + text.size().y + if answers.is_empty() { 6.0 } else { 22.0 };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::MenuItem, true, title));
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect, 8.0, fill);
    }
    widgets::focus_ring(ui, &response, rect.shrink(1.0), 8.0);
    let icon = if number == 1 { "file-plus" } else { "scroll-text" };
    icons::paint_at(ui.painter(), icon, egui::pos2(rect.left() + 16.0, rect.top() + 18.0), 16.0, secondary);
    let left = rect.left() + 34.0;
    let name = widgets::line(ui, title, Look::BODY_STRONG, color(ui, Role::Text));
    widgets::put_left(ui.painter(), left, rect.top() + 18.0, name);
    let below = rect.top() + 30.0;
    let bottom = below + text.size().y;
    ui.painter().galley(egui::pos2(left, below), text, secondary);
    if !answers.is_empty() {
        let role = if answers.contains(" no ") { Role::TextTertiary } else { Role::Good };
        let words = widgets::line(ui, answers, Look::SMALL, color(ui, role));
        widgets::put_left(ui.painter(), left, bottom + 10.0, words);
    }
    let digit = number.to_string();
    let width = widgets::key_caps_width(ui, &digit);
    let caps = egui::pos2(rect.right() - 10.0 - width, rect.top() + 18.0);
    widgets::paint_key_caps(ui, &digit, caps, false);
    let pressed = Key::from_name(&digit)
        .is_some_and(|key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)));
    response.clicked() || pressed
}
