//! One threat in full: the sentence, categories, targets, ratings, controls, treatment, decisions.

use egui::{Layout, Ui, Vec2};

use super::{controls, ratings};
use crate::edit::verbs;
use crate::model::{
    Acceptance, Band, Framework, ItemId, Reference, Stride, Target, Threat, ThreatId, ThreatStatus, Treatment,
};
use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Chip, Field};

/// Draws a threat with everything that can be said of it.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
    head(ui, ctx, threat);
    statement(ui, ctx, threat);
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
    references(ui, ctx, threat);
    widgets::card(ui, 14.0, |ui| ratings::show(ui, ctx, threat));
    controls::show(ui, ctx, threat);
    treatment(ui, ctx, threat);
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
        if let Some(status) = widgets::choose(ui, "Status", threat.status, ThreatStatus::ALL, 150.0, label) {
            change(ctx, id, "status", |threat| threat.status = status);
        }
        if let Some(catalog) = &threat.catalog {
            Chip::new(&format!("From {catalog}")).show(ui);
        }
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
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
    let field = Field::new("Title").look(Look::TITLE).height(42.0).hint("What can go wrong, in a few words");
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

/// The sentence as it reads, and its parts to fill in.
fn statement(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    let project = ctx.project();
    let parts_of = &threat.statement;
    let names: Vec<String> = parts_of.assets.iter().map(|asset| project.name_of((*asset).into())).collect();
    let or = |text: &str, gap: &str| {
        if text.trim().is_empty() { format!("[{gap}]") } else { text.trim().to_owned() }
    };
    let with = if parts_of.prerequisites.trim().is_empty() {
        String::new()
    } else {
        format!(" {}", parts_of.prerequisites.trim())
    };
    let harm = if parts_of.harm.trim().is_empty() && names.is_empty() {
        String::new()
    } else {
        format!(
            ", and so harms {} of {}",
            or(&parts_of.harm, "what suffers"),
            or(&names.join(", "), "which asset")
        )
    };
    let sentence = format!(
        "{}{with} can {}, which leads to {}{harm}.",
        or(&parts_of.source, "who"),
        or(&parts_of.action, "do what"),
        or(&parts_of.effect, "what effect"),
    );
    widgets::paragraph(ui, &sentence, Look { size: 17.0, line: 26.0, ..Look::BODY }, Role::TextSecondary);
    egui::CollapsingHeader::new(
        Look::SMALL_MEDIUM.text("Change the sentence", theme::color(ui, Role::Accent)),
    )
    .id_salt(("statement", id))
    .show(ui, |ui| {
        type Pick = fn(&mut crate::model::Statement) -> &mut String;
        let rows: [(&str, &str, &str, Pick); 5] = [
            ("Who", "Anyone who can chat with the agent", &parts_of.source, |s| &mut s.source),
            ("With what", "with a valid account", &parts_of.prerequisites, |s| &mut s.prerequisites),
            ("Can", "hide instructions in a fetched page", &parts_of.action, |s| &mut s.action),
            ("Leads to", "tool calls outside the task", &parts_of.effect, |s| &mut s.effect),
            ("Harms", "the confidentiality and integrity", &parts_of.harm, |s| &mut s.harm),
        ];
        for (name, hint, value, pick) in rows {
            widgets::property(ui, name, |ui| {
                if let Some(text) = parts::text_value(ui, ctx, Field::new(name).hint(hint), value) {
                    change(ctx, id, "statement", |threat| *pick(&mut threat.statement) = text);
                }
            });
        }
        widgets::property_tall(ui, "Of assets", |ui| {
            ui.horizontal_wrapped(|ui| {
                let linked: Vec<ItemId> = parts_of.assets.iter().map(|asset| (*asset).into()).collect();
                let offers: Vec<ItemId> = project.assets.ids().map(ItemId::from).collect();
                if let Some(list) = parts::link_list(ui, ctx, "Name an asset", "gem", &linked, &offers) {
                    let assets = list
                        .into_iter()
                        .filter_map(|item| if let ItemId::Asset(id) = item { Some(id) } else { None })
                        .collect();
                    change(ctx, id, "statement", |threat| threat.statement.assets = assets);
                }
            });
        });
    });
    let hint = "More than a sentence, where needed";
    if let Some(text) = parts::paragraph_value(ui, ctx, "Description", hint, 1, &threat.description) {
        change(ctx, id, "description", |threat| threat.description = text);
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
        let mut offers: Vec<ItemId> = project.diagram.components().map(|c| c.id.into()).collect();
        offers.extend(project.diagram.interfaces().map(|i| ItemId::from(i.id)));
        offers.extend(project.diagram.zones.ids().map(ItemId::from));
        offers.extend(project.assets.ids().map(ItemId::from));
        if let Some(list) = parts::link_list(ui, ctx, "Aim it at", "target", &linked, &offers) {
            let targets: Vec<Target> = list.into_iter().filter_map(|item| item.try_into().ok()).collect();
            ctx.commit(verbs::retarget(project, threat.id, targets));
        }
    });
    if threat.targets.is_empty() {
        widgets::small(ui, "Aimed at nothing: the diagram cannot show it.", Role::SeverityText(Band::Medium));
    }
}

fn references(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    widgets::caption(ui, "References");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for (index, reference) in threat.references.iter().enumerate() {
            let edition =
                if reference.edition.is_empty() { String::new() } else { format!(":{}", reference.edition) };
            let label = format!("{}{edition}", reference.id);
            let close = format!("Remove {label}");
            let chip = Chip::new(&label).closes(&close).show(ui);
            chip.response.on_hover_text(reference.framework.label());
            if chip.closed {
                change(ctx, threat.id, "references", |threat| {
                    threat.references.remove(index);
                });
            }
        }
        if let Some(text) = parts::add_text(ui, "Add a reference", "CWE-1427 or LLM01:2025") {
            let (id, edition) = text.split_once(':').unwrap_or((&text, ""));
            let reference = Reference {
                framework: framework_of(id),
                id: id.trim().to_owned(),
                edition: edition.trim().to_owned(),
                ..Reference::default()
            };
            change(ctx, threat.id, "references", |threat| threat.references.push(reference));
        }
    });
}

fn framework_of(id: &str) -> Framework {
    let id = id.trim().to_uppercase();
    let known = [
        ("CWE-", Framework::Cwe),
        ("CAPEC-", Framework::Capec),
        ("AML.", Framework::Atlas),
        ("LLM", Framework::OwaspLlm),
        ("ASI", Framework::OwaspAgentic),
        ("CIS-", Framework::Cis),
        ("A.", Framework::Iso27001),
    ];
    known
        .iter()
        .find(|(start, _)| id.starts_with(start))
        .map_or(Framework::Other, |(_, framework)| *framework)
}

type Words = fn(&mut Acceptance) -> &mut String;

fn treatment(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat) {
    let id = threat.id;
    widgets::heading(ui, "Treatment", None);
    widgets::property(ui, "Decision", |ui| {
        let label = |treatment: Treatment| treatment.label().to_owned();
        if let Some(treatment) =
            widgets::choose(ui, "Treatment", threat.treatment, Treatment::ALL, 200.0, label)
        {
            change(ctx, id, "treatment", |threat| {
                threat.treatment = treatment;
                if treatment == Treatment::Accept && threat.acceptance.is_none() {
                    threat.acceptance = Some(Acceptance::default());
                }
            });
        }
    });
    let Some(acceptance) = threat.acceptance.as_ref().filter(|_| threat.treatment == Treatment::Accept)
    else {
        return;
    };
    let rows: [(&str, &str, &str, Words); 4] = [
        ("Accepted by", "Who has the right to", &acceptance.approver, |a| &mut a.approver),
        ("Role", "In which role", &acceptance.role, |a| &mut a.role),
        ("Reason", "Why it is lived with", &acceptance.reason, |a| &mut a.reason),
        ("Eased by", "What eases it meanwhile", &acceptance.compensating, |a| &mut a.compensating),
    ];
    for (name, hint, value, pick) in rows {
        widgets::property(ui, name, |ui| {
            if let Some(text) = parts::text_value(ui, ctx, Field::new(name).hint(hint), value) {
                change(ctx, id, "acceptance", |threat| {
                    *pick(threat.acceptance.get_or_insert_default()) = text;
                });
            }
        });
    }
    widgets::property(ui, "Until", |ui| {
        if let Some(date) = parts::date_value(ui, "Accepted until", acceptance.expiry, 160.0) {
            change(ctx, id, "acceptance", |threat| threat.acceptance.get_or_insert_default().expiry = date);
        }
    });
    if acceptance.approver.trim().is_empty() || acceptance.expiry.is_none() {
        widgets::small(
            ui,
            "An acceptance needs somebody with the right to accept, and a day on which it ends.",
            Role::SeverityText(Band::Medium),
        );
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
