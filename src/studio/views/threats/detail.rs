//! One threat in full: the sentence, categories, targets, ratings, controls, treatment, decisions.

use egui::{Layout, Ui, Vec2};

use super::{bulk, controls, ratings, references, register, statement, treatment};
use crate::edit::verbs;
use crate::model::{Band, ItemId, Stride, Target, Threat, ThreatId, ThreatStatus};
use crate::picture::Role;
use crate::studio::theme::Look;
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Chip, Field};

/// Draws a threat with everything that can be said of it.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
    head(ui, ctx, threat);
    statement::show(ui, ctx, threat);
    ui.add_space(4.0);
    if ui.available_width() > 700.0 {
        ui.columns(2, |columns| {
            let [left, right] = columns else { return };
            categories(left, ctx, threat);
            targets(right, ctx, threat);
        });
    } else {
        categories(ui, ctx, threat);
        targets(ui, ctx, threat);
    }
    references::show(ui, ctx, threat);
    tags(ui, ctx, threat);
    widgets::card(ui, 14.0, |ui| ratings::show(ui, ctx, threat));
    controls::show(ui, ctx, threat);
    treatment::show(ui, ctx, threat);
    decisions(ui, ctx, threat);
    ui.add_space(24.0);
}

pub(super) fn change(
    ctx: &mut ViewContext<'_>,
    id: ThreatId,
    field: &'static str,
    change: impl FnOnce(&mut Threat),
) {
    ctx.commit(verbs::change_threat(ctx.project(), id, field, change));
}

fn head(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    // In a narrow column owner and day stand in a line of their own.
    let two_lines = ui.available_width() < 620.0;
    ui.horizontal(|ui| {
        widgets::label(ui, &id.to_string(), Look::CODE, Role::TextTertiary);
        let label = |status: ThreatStatus| status.label().to_owned();
        if let Some(status) =
            widgets::choose(ui, "Status", threat.standing(ctx.today), ThreatStatus::ALL, 150.0, label)
        {
            register::set_status(ctx, &[id], status);
        }
        if let Some(catalog) = &threat.catalog {
            Chip::new(&format!("From {catalog}")).show(ui);
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            let copy = widgets::icon_button(ui, "copy", &format!("Copy {} to other targets", threat.title));
            bulk::copy_menu(&copy, ctx, &[id]);
            if widgets::icon_button(ui, "trash-2", &format!("Delete {}", threat.title)).clicked() {
                ctx.commit(verbs::delete(ctx.project(), &[id.into()]));
            }
            if !two_lines {
                due(ui, ctx, threat);
                widgets::label(ui, "Due", Look::SMALL, Role::TextTertiary);
                owner(ui, ctx, threat);
            }
        });
    });
    if two_lines {
        ui.horizontal(|ui| {
            owner(ui, ctx, threat);
            widgets::label(ui, "Due", Look::SMALL, Role::TextTertiary);
            due(ui, ctx, threat);
        });
    }
    let field =
        Field::new("Title").look(Look::TITLE).height(42.0).wraps().hint("What can go wrong, in a few words");
    if let Some(title) = parts::text_value(ui, ctx, field, &threat.title) {
        change(ctx, id, "title", |threat| threat.title = title);
    }
}

fn owner(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let field = Field::new("Owner").icon("user").hint("Owner").width(180.0);
    if let Some(owner) = parts::text_value(ui, ctx, field, &threat.owner) {
        change(ctx, threat.id, "owner", |threat| threat.owner = owner);
    }
}

fn due(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    if let Some(due) = parts::date_value(ui, "Due", threat.due, 140.0) {
        change(ctx, threat.id, "due date", |threat| threat.due = due);
    }
}

fn categories(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    widgets::caption(ui, "STRIDE");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for stride in Stride::ALL {
            let on = threat.stride.contains(stride);
            let label = format!("{}  {}", stride.letter(), stride.label());
            if Chip::toggle(&label, on).show(ui).response.clicked() {
                change(ctx, threat.id, "STRIDE", |threat| {
                    if !threat.stride.remove(stride) {
                        threat.stride.insert(*stride);
                    }
                });
            }
        }
    });
}

fn targets(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let project = ctx.project();
    widgets::caption(ui, "Targets");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        let linked: Vec<ItemId> = threat.targets.iter().map(|target| (*target).into()).collect();
        let offers = parts::targets(project);
        if let Some(list) = parts::link_list(ui, ctx, "Aim it at", "target", &linked, &offers) {
            let targets: Vec<Target> = list.into_iter().filter_map(|item| item.try_into().ok()).collect();
            ctx.commit(verbs::retarget(project, threat.id, targets));
        }
    });
    if threat.targets.is_empty() {
        widgets::small(ui, "Aimed at nothing: the diagram cannot show it.", Role::SeverityText(Band::Medium));
    }
}

fn tags(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    widgets::caption(ui, "Tags");
    let known: std::collections::BTreeSet<&String> =
        ctx.project().threats.iter().flat_map(|other| &other.tags).collect();
    let offers: Vec<String> = known.into_iter().cloned().collect();
    if let Some(tags) = parts::name_list(ui, "tags", "", &threat.tags, &offers) {
        change(ctx, threat.id, "tags", |threat| threat.tags = tags);
    }
}

fn decisions(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    widgets::heading(ui, "Decisions", None);
    for decision in &threat.decisions {
        ui.horizontal_top(|ui| {
            let date = decision.date.map(crate::studio::words::day).unwrap_or_default();
            ui.scope(|ui| {
                ui.set_width(100.0);
                widgets::label(ui, &date, Look::BODY, Role::TextTertiary);
            });
            let by = if decision.by.is_empty() { String::new() } else { format!(" ({})", decision.by) };
            widgets::paragraph(ui, &format!("{}{by}", decision.text), Look::BODY, Role::TextSecondary);
        });
    }
    if let Some(text) = parts::add_text(ui, "Note a decision", "What was decided") {
        let decision = parts::decided(ctx, text);
        change(ctx, threat.id, "decisions", |threat| threat.decisions.push(decision));
    }
    parts::ask_for_name(ui, ctx);
}
