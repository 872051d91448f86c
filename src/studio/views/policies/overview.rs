//! The list of policies, and what is said of the chosen one besides its rules: status, scope, monitoring, response, review.

use std::collections::BTreeSet;

use egui::{Sense, Ui, Vec2, WidgetInfo};

use crate::edit::verbs;
use crate::model::{
    AlertSeverity, AlertThreshold, Band, Frequency, LogLevel, Policy, PolicyId, PolicyStatus, Project,
    Response, ResponseAction,
};
use crate::picture::Role;
use crate::session::Command;
use crate::simulation::time::{duration_words, parse_duration};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Chip, Field};

use super::State;
use super::life::Life;

/// The list.
pub(super) fn list(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, shown: PolicyId) {
    egui::Frame::new().inner_margin(egui::Margin { left: 16, right: 10, top: 12, bottom: 4 }).show(
        ui,
        |ui| {
            ui.horizontal(|ui| {
                widgets::section(ui, "Policies");
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if widgets::icon_button(ui, "plus", "New policy…").clicked() {
                        ctx.ask(Command::NewPolicy);
                    }
                });
            });
        },
    );
    ui.spacing_mut().item_spacing.y = 2.0;
    for policy in &ctx.project().policies {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 56.0), Sense::click());
        let rect = rect.shrink2(Vec2::new(8.0, 0.0));
        let is_shown = policy.id == shown;
        response
            .widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, is_shown, policy.name.as_str()));
        let fill = if is_shown {
            Some(theme::color(ui, Role::AccentSoft))
        } else {
            widgets::quiet_fill(ui, &response)
        };
        if let Some(fill) = fill {
            ui.painter().rect_filled(rect, 8.0, fill);
        }
        widgets::focus_ring(ui, &response, rect.shrink(1.0), 8.0);
        let (icon, role) = status_look(policy.status);
        let word = widgets::line(ui, policy.status.label(), Look::SMALL_MEDIUM, theme::color(ui, role));
        let top = rect.top() + 19.0;
        let left = widgets::put_right(ui.painter(), rect.right() - 10.0, top, word);
        icons::paint_at(ui.painter(), icon, egui::pos2(left - 11.0, top), 14.0, theme::color(ui, role));
        let name = widgets::line_within(
            ui,
            policy.name.as_str(),
            Look::BODY_STRONG,
            theme::color(ui, Role::Text),
            left - 30.0 - rect.left(),
        );
        widgets::put_left(ui.painter(), rect.left() + 10.0, top, name);
        let rules = if policy.rules.len() == 1 {
            "1 rule".to_owned()
        } else {
            format!("{} rules", policy.rules.len())
        };
        let words = format!("{} {rules}, priority {}", policy.id, policy.priority);
        let words = widgets::line_within(
            ui,
            words,
            Look::SMALL,
            theme::color(ui, Role::TextSecondary),
            rect.width() - 20.0,
        );
        widgets::put_left(ui.painter(), rect.left() + 10.0, rect.top() + 38.0, words);
        if response.clicked() {
            state.choose(policy.id);
            ctx.select(vec![policy.id.into()]);
        }
    }
    ui.add_space(6.0);
    widgets::divider(ui);
}

pub(super) fn status_look(status: PolicyStatus) -> (&'static str, Role) {
    match status {
        PolicyStatus::Draft => ("square-pen", Role::TextTertiary),
        PolicyStatus::Staged => ("clock", Role::SeverityText(Band::Medium)),
        PolicyStatus::Approved => ("circle-check", Role::Accent),
        PolicyStatus::Active => ("check", Role::Good),
        PolicyStatus::Retired => ("minus", Role::TextTertiary),
    }
}

/// Everything about a policy but its rules.
pub(super) fn details(ui: &mut Ui, ctx: &mut ViewContext<'_>, life: &mut Life, policy: &Policy) {
    let project = ctx.project();
    let id = policy.id;
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    super::life::show(ui, ctx, life, policy);
    let width = ui.available_width() - 108.0;
    widgets::property(ui, "Priority", |ui| {
        let parse = |text: &str| text.trim().parse::<i32>().map_err(|_| "Type a whole number".to_owned());
        let field = Field::new("Priority").width(width);
        if let Some(priority) = widgets::number_field(ui, field, &policy.priority, ToString::to_string, parse)
        {
            ctx.commit(verbs::change_policy(project, id, "priority", |policy| policy.priority = priority));
        }
    });
    widgets::property(ui, "Author", |ui| {
        let field = Field::new("Author").icon("user").hint("Who wrote it").width(width);
        if let Some(author) = parts::text_value(ui, ctx, field, &policy.author) {
            ctx.commit(verbs::change_policy(project, id, "author", |policy| policy.author = author));
        }
    });
    widgets::caption(ui, "Reason");
    let hint = "Why the policy exists";
    if let Some(text) = parts::paragraph_value(ui, ctx, "Reason", hint, 2, &policy.rationale) {
        ctx.commit(verbs::change_policy(project, id, "reason", |policy| policy.rationale = text));
    }
    scope(ui, ctx, policy);
    monitoring(ui, ctx, policy);
    response(ui, ctx, policy);
    review(ui, ctx, policy);
    super::life::history(ui, ctx, life, policy);
}

fn known(project: &Project, pick: impl Fn(&crate::model::AgentInstance) -> &str) -> Vec<String> {
    let names: BTreeSet<&str> =
        project.simulation.agents.iter().map(pick).filter(|name| !name.is_empty()).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn scope(ui: &mut Ui, ctx: &mut ViewContext<'_>, policy: &Policy) {
    let project = ctx.project();
    let id = policy.id;
    ui.add_space(4.0);
    widgets::heading(ui, "Scope", None);
    widgets::caption(ui, "Agent types");
    let types = known(project, |agent| &agent.agent_type);
    if let Some(list) = parts::name_list(ui, "agent types", "bot", &policy.scope.agent_types, &types) {
        ctx.commit(verbs::change_policy(project, id, "scope", |policy| policy.scope.agent_types = list));
    }
    widgets::caption(ui, "Environments");
    let environments = known(project, |agent| &agent.environment);
    if let Some(list) =
        parts::name_list(ui, "environments", "server", &policy.scope.environments, &environments)
    {
        ctx.commit(verbs::change_policy(project, id, "scope", |policy| policy.scope.environments = list));
    }
    widgets::caption(ui, "Single agents");
    let agents = known(project, |agent| &agent.name);
    if let Some(list) = parts::name_list(ui, "agents", "bot", &policy.scope.agents, &agents) {
        ctx.commit(verbs::change_policy(project, id, "scope", |policy| policy.scope.agents = list));
    }
    let idle = |name: &&String| !types.contains(name) && name.as_str() != "*";
    let idle: Vec<&str> = policy.scope.agent_types.iter().filter(idle).map(String::as_str).collect();
    if !types.is_empty() && !idle.is_empty() {
        warning(
            ui,
            &format!("No agent is of type {}, so that part of the scope is idle.", idle.join(" or ")),
        );
    }
    if policy.scope.agent_types.is_empty()
        && policy.scope.environments.is_empty()
        && policy.scope.agents.is_empty()
    {
        widgets::small(ui, "Empty: it binds every agent everywhere.", Role::TextTertiary);
    }
}

fn monitoring(ui: &mut Ui, ctx: &mut ViewContext<'_>, policy: &Policy) {
    let project = ctx.project();
    let id = policy.id;
    ui.add_space(4.0);
    widgets::heading(ui, "Monitoring", None);
    let width = ui.available_width() - 108.0;
    widgets::property(ui, "Log level", |ui| {
        let label = |level: LogLevel| level.label().to_owned();
        if let Some(level) =
            widgets::choose(ui, "Log level", policy.monitoring.log_level, LogLevel::ALL, width, label)
        {
            ctx.commit(verbs::change_policy(project, id, "log level", |policy| {
                policy.monitoring.log_level = level;
            }));
        }
    });
    widgets::caption(ui, "Metrics collected");
    let metrics: Vec<String> = project.simulation.metrics.keys().cloned().collect();
    if let Some(list) = parts::name_list(ui, "metrics collected", "", &policy.monitoring.metrics, &metrics) {
        ctx.commit(verbs::change_policy(project, id, "metrics", |policy| policy.monitoring.metrics = list));
    }
    widgets::caption(ui, "How grave events are");
    for (index, alert) in policy.monitoring.alerts.iter().enumerate() {
        ui.push_id(("alert", index), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let room = (ui.available_width() - 136.0).max(80.0);
                let event_name = format!("Event {}", index + 1);
                let field = Field::new(&event_name).look(Look::SMALL).width(room);
                if let Some(event) = parts::text_value(ui, ctx, field, &alert.event) {
                    change_alert(ctx, id, index, |alert| alert.event = event);
                }
                let label = |severity: AlertSeverity| severity.label().to_owned();
                if let Some(severity) = widgets::choose(
                    ui,
                    &format!("Severity of {}", alert.event),
                    alert.severity,
                    AlertSeverity::ALL,
                    92.0,
                    label,
                ) {
                    change_alert(ctx, id, index, |alert| alert.severity = severity);
                }
                if widgets::icon_button(ui, "x", &format!("Remove {}", alert.event)).clicked() {
                    let change = |policy: &mut Policy| {
                        policy.monitoring.alerts.remove(index);
                    };
                    ctx.commit(verbs::change_policy(ctx.project(), id, "alerts", change));
                }
            });
        });
    }
    if Chip::new("Add an event").icon("plus").clickable().suggested().show(ui).response.clicked() {
        let event =
            if policy.monitoring.alerts.is_empty() { "policy_violation" } else { "suspicious_activity" };
        let alert =
            AlertThreshold { event: event.to_owned(), severity: AlertSeverity::Medium, ..Default::default() };
        ctx.commit(verbs::change_policy(project, id, "alerts", |policy| {
            policy.monitoring.alerts.push(alert);
        }));
    }
}

fn change_alert(
    ctx: &mut ViewContext<'_>,
    id: PolicyId,
    index: usize,
    change: impl FnOnce(&mut AlertThreshold),
) {
    ctx.commit(verbs::change_policy(ctx.project(), id, "alerts", |policy| {
        if let Some(alert) = policy.monitoring.alerts.get_mut(index) {
            change(alert);
        }
    }));
}

/// The sign that stands for a severity of alarms.
pub(crate) fn alert_band(severity: AlertSeverity) -> Band {
    match severity {
        AlertSeverity::Low => Band::Low,
        AlertSeverity::Medium => Band::Medium,
        AlertSeverity::High => Band::High,
    }
}

fn response(ui: &mut Ui, ctx: &mut ViewContext<'_>, policy: &Policy) {
    let project = ctx.project();
    let id = policy.id;
    ui.add_space(4.0);
    widgets::heading(ui, "Response", None);
    for severity in AlertSeverity::ALL {
        let actions = policy.response.automatic(*severity);
        ui.push_id(severity, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
                let (_, rect) = ui.allocate_space(Vec2::new(78.0, 24.0));
                let band = alert_band(*severity);
                let role = Role::SeverityText(band);
                widgets::paint_sign(ui, band, rect.left_center() + Vec2::new(7.0, 0.0), 12.0);
                let name = widgets::line(ui, severity.label(), Look::SMALL_STRONG, theme::color(ui, role));
                widgets::put_left(ui.painter(), rect.left() + 20.0, rect.center().y, name);
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
                    for action in ResponseAction::ALL {
                        let on = actions.contains(action);
                        let named = format!("{}: {}", severity.label(), action.label().to_lowercase());
                        if Chip::toggle(action.label(), on).named(&named).show(ui).response.clicked() {
                            let change =
                                |policy: &mut Policy| toggle(&mut policy.response, *severity, *action);
                            ctx.commit(verbs::change_policy(project, id, "response", change));
                        }
                    }
                });
            });
        });
    }
    widgets::caption(ui, "Asked where a person decides");
    if let Some(list) = parts::name_list(ui, "approvers", "user", &policy.response.approvers, &approvers(ctx))
    {
        ctx.commit(verbs::change_policy(project, id, "approvers", |policy| policy.response.approvers = list));
    }
    let width = ui.available_width() - 108.0;
    widgets::property(ui, "They have", |ui| {
        let parse = |text: &str| parse_duration(text).map_err(|_| "Type a time, like 10m".to_owned());
        let field = Field::new("Time to answer").width(width);
        let show = |ms: &i64| duration_words(*ms).replace([' ', '\u{2009}'], "");
        if let Some(ms) = widgets::number_field(ui, field, &policy.response.approval_timeout_ms, show, parse)
        {
            ctx.commit(verbs::change_policy(project, id, "time to answer", |policy| {
                policy.response.approval_timeout_ms = ms;
            }));
        }
    });
    widgets::property(ui, "No answer", |ui| {
        let label = |action: ResponseAction| action.label().to_owned();
        let current = policy.response.timeout_action;
        if let Some(action) =
            widgets::choose_known(ui, "When nobody answers", current, ResponseAction::ALL, width, label)
        {
            ctx.commit(verbs::change_policy(project, id, "timeout action", |policy| {
                policy.response.timeout_action = action;
            }));
        }
    });
    repeat(ui, ctx, policy, width);
}

/// Who may be asked: those whom policies name already, then everybody whom the model names.
fn approvers(ctx: &ViewContext<'_>) -> Vec<String> {
    let policies = &ctx.project().policies;
    let named =
        policies.iter().flat_map(|policy| policy.response.approvers.iter().chain(&policy.review.approvers));
    let mut all: Vec<String> = named.cloned().collect();
    all.sort();
    all.extend(parts::people(ctx));
    let mut seen = BTreeSet::new();
    all.retain(|name| seen.insert(name.clone()));
    all
}

/// How often people are told again while an alarm lasts.
fn repeat(ui: &mut Ui, ctx: &mut ViewContext<'_>, policy: &Policy, width: f32) {
    widgets::property(ui, "Tell again", |ui| {
        let parse = |text: &str| match text.trim() {
            "" | "never" | "0" => Ok(0),
            text => parse_duration(text).map_err(|_| "Type a time, like 4h, or never".to_owned()),
        };
        let field = Field::new("Repeat the notice every").hint("never").width(width);
        let show = |ms: &i64| match *ms {
            0 => String::new(),
            ms => duration_words(ms).replace([' ', '\u{2009}'], ""),
        };
        if let Some(ms) = widgets::number_field(ui, field, &policy.response.repeat_interval_ms, show, parse) {
            ctx.commit(verbs::change_policy(ctx.project(), policy.id, "repeat", |policy| {
                policy.response.repeat_interval_ms = ms;
            }));
        }
    });
}

fn toggle(response: &mut Response, severity: AlertSeverity, action: ResponseAction) {
    let list = match severity {
        AlertSeverity::Low => &mut response.low,
        AlertSeverity::Medium => &mut response.medium,
        AlertSeverity::High => &mut response.high,
    };
    if list.contains(&action) {
        list.retain(|other| *other != action);
    } else {
        list.push(action);
        list.sort_unstable();
    }
}

fn review(ui: &mut Ui, ctx: &mut ViewContext<'_>, policy: &Policy) {
    let project = ctx.project();
    let id = policy.id;
    ui.add_space(4.0);
    widgets::heading(ui, "Review", None);
    let width = ui.available_width() - 108.0;
    widgets::property(ui, "How often", |ui| {
        let label = |frequency: Frequency| frequency.label().to_owned();
        if let Some(frequency) =
            widgets::choose(ui, "How often", policy.review.frequency, Frequency::ALL, width, label)
        {
            ctx.commit(verbs::change_policy(project, id, "review", |policy| {
                policy.review.frequency = frequency;
            }));
        }
    });
    widgets::property(ui, "Last review", |ui| {
        if let Some(last) = parts::date_value(ui, "Last review", policy.review.last, width) {
            ctx.commit(verbs::change_policy(project, id, "last review", |policy| policy.review.last = last));
        }
    });
    widgets::caption(ui, "Approved by");
    if let Some(list) =
        parts::name_list(ui, "review approvers", "user", &policy.review.approvers, &approvers(ctx))
    {
        ctx.commit(verbs::change_policy(project, id, "review", |policy| policy.review.approvers = list));
    }
    if let Some(next) = policy.review.next() {
        widgets::small(ui, &format!("Next on {}.", crate::studio::words::day(next)), Role::TextSecondary);
    }
}

pub(super) fn warning(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(18.0, 18.0));
        icons::paint_at(
            ui.painter(),
            "triangle-alert",
            rect.center(),
            14.0,
            theme::color(ui, Role::SeverityText(Band::Medium)),
        );
        widgets::small(ui, text, Role::SeverityText(Band::Medium));
    });
}
