//! Before you sign: what a careful reader would miss, the review's period, and who signs.

use egui::{Sense, Ui, Vec2, WidgetInfo};

use crate::analysis::risk::Rating;
use crate::catalog::Severity;
use crate::edit::verbs;
use crate::model::{Band, ItemId, Review, ReviewId, SignOff, SignOffDecision, Treatment};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button, Field};

/// Draws the column.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    widgets::section(ui, "Before you sign");
    checks(ui, ctx);
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    contents(ui, ctx);
    ui.add_space(6.0);
    widgets::divider(ui);
    ui.add_space(6.0);
    sign_off(ui, ctx);
}

/// How a line of the check list stands.
#[derive(Clone, Copy, PartialEq)]
enum Stands {
    Good,
    Wrong,
    Note,
}

fn line(ui: &mut Ui, stands: Stands, title: &str, sentence: &str) -> bool {
    let good = stands != Stands::Wrong;
    let (rect, response) = ui.allocate_exact_size(
        Vec2::new(ui.available_width(), 42.0),
        if good { Sense::hover() } else { Sense::click() },
    );
    let access = if good { egui::Role::Label } else { egui::Role::Button };
    response.widget_info(|| WidgetInfo::labeled(access, true, format!("{title}. {sentence}")));
    if let Some(fill) = (!good).then(|| widgets::quiet_fill(ui, &response)).flatten() {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    let (icon, role) = match stands {
        Stands::Good => ("check", Role::Good),
        Stands::Wrong => ("octagon-alert", Role::SeverityText(Band::Critical)),
        Stands::Note => ("info", Role::TextTertiary),
    };
    icons::paint_at(
        ui.painter(),
        icon,
        egui::pos2(rect.left() + 10.0, rect.top() + 12.0),
        16.0,
        theme::color(ui, role),
    );
    let room = rect.width() - 50.0;
    let galley = widgets::line_within(ui, title, Look::BODY_STRONG, theme::color(ui, Role::Text), room);
    widgets::put_left(ui.painter(), rect.left() + 28.0, rect.top() + 12.0, galley);
    let galley = widgets::line_within(ui, sentence, Look::SMALL, theme::color(ui, Role::TextSecondary), room);
    widgets::put_left(ui.painter(), rect.left() + 28.0, rect.top() + 31.0, galley);
    if !good {
        let tint = theme::color(ui, Role::TextTertiary);
        icons::paint_at(
            ui.painter(),
            "chevron-right",
            egui::pos2(rect.right() - 10.0, rect.center().y),
            14.0,
            tint,
        );
        widgets::focus_ring(ui, &response, rect, 6.0);
    }
    response.clicked()
}

fn checks(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let project = ctx.project();
    let register = ctx.derived().register();
    let undecided: Vec<_> = register
        .live()
        .filter(|row| row.is_above_appetite(Rating::Planned))
        .filter_map(|row| project.threats.get(row.threat))
        .filter(|threat| matches!(threat.treatment, Treatment::Undecided | Treatment::Mitigate))
        .collect();
    if let Some(first) = undecided.first() {
        let title = if undecided.len() == 1 {
            format!("{} has no decision", first.id)
        } else {
            format!("{} threats have no decision", undecided.len())
        };
        if line(ui, Stands::Wrong, &title, "Above appetite after the plan") {
            ctx.ask(Request::Reveal(first.id.into()));
        }
    } else {
        line(ui, Stands::Good, "Each risk above appetite is decided", "Counted after the plan");
    }
    let findings = ctx.derived().findings();
    let errors: Vec<_> =
        findings.iter().filter(|f| f.severity == Severity::Error && f.suppressed.is_none()).collect();
    if ctx.derived().awaits_first_check() {
        line(ui, Stands::Wrong, "The model is still being checked", "It is large; this takes a while");
    } else if errors.is_empty() {
        line(ui, Stands::Good, "No errors in the model", "All lint rules of that severity pass");
    } else {
        let mut rules: Vec<&str> = errors.iter().map(|finding| finding.rule.as_str()).collect();
        rules.dedup();
        let count = errors.len();
        let title = format!("{count} error{} in the model", if count == 1 { "" } else { "s" });
        if line(ui, Stands::Wrong, &title, &rules.join(", ")) {
            ctx.ask(Command::NextProblem);
        }
    }
    let loose: Vec<_> = register
        .live()
        .filter(|row| row.band(Rating::Current).is_some_and(|band| band >= Band::High))
        .filter_map(|row| project.threats.get(row.threat))
        .filter(|threat| threat.owner.trim().is_empty() || threat.due.is_none())
        .collect();
    match loose.first() {
        Some(first) => {
            let title = format!("{} lacks an owner or a date", first.id);
            if line(ui, Stands::Wrong, &title, "High risks need both") {
                ctx.ask(Request::Reveal(first.id.into()));
            }
        }
        None => {
            line(ui, Stands::Good, "Every high risk has owner and date", "Those high or critical today");
        }
    }
    let stale = ctx.derived().register().stale.iter().next();
    if project.evidence.is_empty() {
        if line(ui, Stands::Wrong, "No simulation is recorded", "Run the policies and record the evidence") {
            ctx.ask(Command::GoSimulate);
        }
    } else if let Some((id, why)) = stale {
        if line(
            ui,
            Stands::Wrong,
            &format!("{id} is out of date"),
            &crate::studio::words::capital(why.label()),
        ) {
            ctx.ask(Command::GoSimulate);
        }
    } else {
        line(ui, Stands::Good, "Simulation matches the policy", "Neither policy nor settings have changed");
    }
    if ctx.session.is_dirty() {
        line(ui, Stands::Note, "The model has unsaved changes", "The report shows them; save to keep them");
    }
}

fn contents(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let project = ctx.project();
    widgets::heading(ui, "Contents", None);
    widgets::property(ui, "Classification", |ui| {
        if let Some(text) =
            parts::text_value(ui, ctx, Field::new("Classification").hint("Internal"), &project.classification)
        {
            ctx.commit(verbs::change_details(project, "classification", |details| {
                details.classification = text;
            }));
        }
    });
    widgets::property(ui, "Version", |ui| {
        if let Some(text) = parts::text_value(ui, ctx, Field::new("Version").hint("1"), &project.version) {
            ctx.commit(verbs::change_details(project, "version", |details| details.version = text));
        }
    });
    widgets::property(ui, "Next review", |ui| {
        let width = ui.available_width();
        if let Some(date) = parts::date_value(ui, "Next review", project.review_due, width) {
            ctx.commit(verbs::change_details(project, "next review", |details| details.review_due = date));
        }
    });
}

fn sign_off(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let project = ctx.project();
    widgets::heading(ui, "Sign-off", None);
    let open = project.reviews.iter().rfind(|review| review.snapshot.is_none());
    let Some(review) = open.or_else(|| project.reviews.iter().last()) else {
        widgets::small(
            ui,
            "No review yet. A review collects decisions and signatures, and freezes the scores that the next one is compared with.",
            Role::TextSecondary,
        );
        if Button::plain("Start a review").icon("calendar").show(ui).clicked() {
            ctx.ask(Command::NewReview);
        }
        return;
    };
    let id = review.id;
    if let Some(name) = parts::text_value(ui, ctx, Field::new("Review name"), &review.name) {
        ctx.commit(verbs::change_review(project, id, "name", |review| review.name = name));
    }
    if let Some(names) =
        parts::name_list(ui, "participants", "user", &review.participants, &parts::people(ctx))
    {
        ctx.commit(verbs::change_review(project, id, "participants", |review| review.participants = names));
    }
    decisions(ui, ctx, review);
    for (index, sign) in review.sign_offs.iter().enumerate() {
        ui.push_id(("sign-off", index), |ui| signature(ui, ctx, id, index, sign));
        widgets::divider(ui);
    }
    if let Some(name) = parts::add_text(ui, "Add somebody who signs", "Name, role") {
        let (name, role) =
            name.split_once(',').map_or((name.as_str(), ""), |(name, role)| (name.trim(), role.trim()));
        let sign = SignOff { name: name.to_owned(), role: role.to_owned(), ..SignOff::default() };
        ctx.commit(verbs::change_review(project, id, "sign-offs", |review| review.sign_offs.push(sign)));
    }
    if review.snapshot.is_none() {
        let waiting = review.sign_offs.iter().any(|sign| sign.decision == SignOffDecision::Waiting);
        let freeze = Button::plain("Close the review")
            .icon("lock")
            .enabled(!waiting && !review.sign_offs.is_empty())
            .show(ui);
        let freeze = freeze.on_hover_text("Freezes the scores, so that the next review shows what changed");
        if freeze.clicked() {
            close(ctx, review);
        }
        if waiting {
            widgets::small(ui, "It can be closed when everybody has said yes or no.", Role::TextTertiary);
        }
    } else {
        widgets::small(
            ui,
            "This review is closed. Its scores are what the next one is compared with.",
            Role::TextTertiary,
        );
        if Button::plain("Start a review").icon("calendar").show(ui).clicked() {
            ctx.ask(Command::NewReview);
        }
    }
}

/// What the review decided; the report prints it above the signatures.
fn decisions(ui: &mut Ui, ctx: &mut ViewContext<'_>, review: &Review) {
    for (index, decision) in review.decisions.iter().enumerate() {
        ui.horizontal_top(|ui| {
            let room = ui.available_width() - 40.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = 0.0;
                widgets::paragraph(ui, &decision.text, Look::BODY, Role::Text);
                let date = decision.date.map(crate::studio::words::day);
                let by = Some(decision.by.clone()).filter(|name| !name.is_empty());
                let words: Vec<String> = date.into_iter().chain(by).collect();
                widgets::small(ui, &words.join(", "), Role::TextTertiary);
            });
            let name = format!("Remove decision {}", index + 1);
            if widgets::icon_button(ui, "x", &name).clicked() {
                ctx.commit(verbs::change_review(ctx.project(), review.id, "decisions", |review| {
                    review.decisions.remove(index);
                }));
            }
        });
    }
    if let Some(text) = parts::add_text(ui, "Note a decision", "What the review decided") {
        let decision = parts::decided(ctx, text);
        ctx.commit(verbs::change_review(ctx.project(), review.id, "decisions", |review| {
            review.decisions.push(decision);
        }));
    }
    parts::ask_for_name(ui, ctx);
}

fn close(ctx: &mut ViewContext<'_>, review: &Review) {
    let snapshot = crate::analysis::snapshot::snapshot(ctx.project());
    let today = ctx.today;
    ctx.commit(verbs::change_review(ctx.project(), review.id, "snapshot", |review| {
        review.snapshot = Some(snapshot);
        review.date = review.date.or(Some(today));
    }));
    ctx.select(vec![ItemId::from(review.id)]);
}

fn signature(ui: &mut Ui, ctx: &mut ViewContext<'_>, id: ReviewId, index: usize, sign: &SignOff) {
    let project = ctx.project();
    ui.horizontal(|ui| {
        let room = ui.available_width() - 170.0;
        ui.vertical(|ui| {
            ui.set_width(room);
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::label(ui, &sign.name, Look::BODY_MEDIUM, Role::Text);
            widgets::label(ui, &sign.role, Look::SMALL, Role::TextTertiary);
        });
        let label = |decision: SignOffDecision| decision.label().to_owned();
        if let Some(decision) = widgets::choose(
            ui,
            &format!("Decision of {}", sign.name),
            sign.decision,
            SignOffDecision::ALL,
            158.0,
            label,
        ) {
            let today = ctx.today;
            ctx.commit(verbs::change_review(project, id, "sign-off", |review| {
                if let Some(sign) = review.sign_offs.get_mut(index) {
                    sign.decision = decision;
                    sign.date = (decision != SignOffDecision::Waiting).then_some(today);
                }
            }));
        }
    });
    if let Some(date) = sign.date {
        widgets::small(
            ui,
            &format!("{} on {}", sign.decision.label(), crate::studio::words::day(date)),
            Role::TextTertiary,
        );
    }
}
