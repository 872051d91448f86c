//! One condition of a rule as a row of fields, with what violates it in words below.

use egui::{Pos2, Ui, Vec2};

use crate::edit::verbs::{self, Way};
use crate::model::{
    Band, CommunicationCondition, Condition, Direction, Effect, MetricCondition, MetricKind, Operator,
    Permission, Project, Reading, ResourceCondition, Rule,
};
use crate::picture::Role;
use crate::simulation::time::parse_duration;
use crate::simulation::words;
use crate::studio::theme::{self, Look};
use crate::studio::widgets::{self, Field};
use crate::studio::words::{duration, parse_length};
use crate::studio::{icons, views::parts};

use crate::studio::views::ViewContext;

/// The row of a condition.
pub(super) fn row(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    rule: &Rule,
    index: usize,
    one: &Condition,
    number: usize,
) {
    let mut changed: Changed = None;
    match one {
        Condition::Metric(condition) => {
            metric(ui, ctx, condition, &mut changed, &format!("r{number}c{index}"));
        }
        Condition::Resource(condition) => {
            resource(ui, ctx, condition, &mut changed, &format!("r{number}c{index}"));
        }
        Condition::Communication(condition) => {
            communication(ui, ctx, (rule, index), condition, &mut changed, &format!("r{number}c{index}"));
        }
    }
    let (project, id) = (ctx.project(), rule.id);
    let change = match changed {
        None => return,
        Some(Change::Moved(way)) => verbs::move_condition(project, id, index, way),
        Some(Change::Gone) => verbs::change_rule(project, id, "conditions", |rule| {
            rule.conditions.remove(index);
        }),
        Some(Change::To(new)) => verbs::change_rule(project, id, "conditions", |rule| {
            if let Some(old) = rule.conditions.get_mut(index) {
                *old = new;
            }
        }),
    };
    ctx.commit(change);
}

type Changed = Option<Change>;

/// What is done to a condition.
enum Change {
    To(Condition),
    Gone,
    Moved(Way),
}

fn metric(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    condition: &MetricCondition,
    changed: &mut Changed,
    id: &str,
) {
    let project = ctx.project();
    let set = |changed: &mut Changed, change: &dyn Fn(&mut MetricCondition)| {
        let mut new = condition.clone();
        change(&mut new);
        *changed = Some(Change::To(Condition::Metric(new)));
    };
    let (reading, kind, assumed) = words::reading_of(project, condition);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        let names = metrics(project);
        let named = of("Metric", id);
        let field = Field::new(&named).hint("A metric's name").look(Look::CODE).width(150.0);
        let mut name = condition.metric.clone();
        let response = widgets::field_with_list(ui, field, &of("Known metrics", id), &names, &mut name);
        ctx.seal_when_left(&response);
        if response.changed() {
            set(changed, &|new| name.trim().clone_into(&mut new.metric));
        }
        word(ui, "must stay");
        if let Some(operator) =
            widgets::choose(ui, &of("Comparison", id), condition.operator, Operator::ALL, 66.0, |operator| {
                operator.label().to_owned()
            })
        {
            set(changed, &|new| new.operator = operator);
        }
        let unit = project.simulation.metrics.get(&condition.metric).map_or("", |info| info.unit.as_str());
        let named = of("Bound", id);
        let field = Field::new(&named).unit(unit).width(88.0);
        let parse = |text: &str| {
            text.trim()
                .replace([' ', '\u{2009}'], "")
                .parse::<f64>()
                .map_err(|_| "Type a number, like 80".to_owned())
        };
        if let Some(value) =
            widgets::number_field(ui, field, &condition.value, |value| format!("{value}"), parse)
        {
            set(changed, &|new| new.value = value);
        }
        word(ui, "for");
        let parse = parse_length;
        let named = of("Duration", id);
        let field = Field::new(&named).width(76.0);
        if let Some(ms) = widgets::number_field(ui, field, &condition.duration_ms, |ms| duration(*ms), parse)
        {
            set(changed, &|new| new.duration_ms = ms);
        }
        let fallback = format!("{} (default)", kind.default_reading().label());
        let shown = condition.reading.unwrap_or_else(|| kind.default_reading()).label();
        // As wide as its words, in the next line where this one has no room for them.
        let color = theme::color(ui, Role::Text);
        let width = (widgets::line(ui, shown, Look::BODY, color).size().x + 44.0).clamp(120.0, 230.0);
        if ui.available_size_before_wrap().x < width + 150.0 {
            ui.end_row();
        }
        word(ui, "read as");
        widgets::picker(ui, &of("Reading", id), None, shown, false, width, |ui| {
            if widgets::menu_item(ui, None, &fallback, "", condition.reading.is_none(), true).clicked() {
                set(changed, &|new| new.reading = None);
            }
            for reading in Reading::ALL {
                if widgets::menu_item(
                    ui,
                    None,
                    reading.label(),
                    "",
                    condition.reading == Some(*reading),
                    true,
                )
                .clicked()
                {
                    set(changed, &|new| new.reading = Some(*reading));
                }
            }
        });
        let timing = ui.scope_id().with("timing");
        let open = condition.hold_for_ms > 0
            || condition.keep_firing_for_ms > 0
            || ui.data(|data| data.get_temp(timing).unwrap_or(false));
        if widgets::tool_button(ui, "clock", &of("Timing", id), "", open, true).clicked() {
            ui.data_mut(|data| data.insert_temp(timing, !open));
        }
        remove(ui, &condition.metric, changed);
        if open {
            ui.end_row();
            timing_fields(ui, condition, changed, id, reading);
        }
    });
    sentence(
        ui,
        &format!("when {}.", words::violation(project, condition)),
        true,
        &format!("{id} · {}", kind.label()),
    );
    let grown = reading == Reading::For && kind == MetricKind::Counter;
    if grown {
        hint(ui, "A counter only grows, so a level is crossed for ever: read it as an increase.");
    } else if assumed {
        hint(ui, "Nothing says what the numbers of this metric mean; they are taken for a level.");
    }
}

/// The metrics that the model describes, then those that are known to reveal threats.
fn metrics(project: &Project) -> Vec<&str> {
    let own = &project.simulation.metrics;
    let known = crate::catalog::Catalog::builtin().metrics.iter().map(|metric| metric.name.as_str());
    own.keys().map(String::as_str).chain(known.filter(|name| !own.contains_key(*name))).collect()
}

/// How long a violation lasts until it fires, and how long an alarm stays.
fn timing_fields(
    ui: &mut Ui,
    condition: &MetricCondition,
    changed: &mut Changed,
    id: &str,
    reading: Reading,
) {
    let parse = |text: &str| match text.trim() {
        "" | "0" => Ok(0),
        text => parse_duration(text).map_err(|_| "Type a time, like 30s or 5m".to_owned()),
    };
    let mut set = |change: &dyn Fn(&mut MetricCondition)| {
        let mut new = condition.clone();
        change(&mut new);
        *changed = Some(Change::To(Condition::Metric(new)));
    };
    if reading != Reading::For || condition.duration_ms == 0 {
        word(ui, "fires once that has lasted");
        let named = of("Hold", id);
        let field = Field::new(&named).hint("at once").width(90.0);
        let ms = condition.hold_for_ms;
        if let Some(ms) = widgets::number_field(ui, field, &ms, |ms| time_or_nothing(*ms), parse) {
            set(&|new| new.hold_for_ms = ms);
        }
    }
    word(ui, "and stays on after the last violation for");
    let named = of("Keep firing", id);
    let field = Field::new(&named).hint("no time").width(90.0);
    let ms = condition.keep_firing_for_ms;
    if let Some(ms) = widgets::number_field(ui, field, &ms, |ms| time_or_nothing(*ms), parse) {
        set(&|new| new.keep_firing_for_ms = ms);
    }
}

fn time_or_nothing(ms: i64) -> String {
    if ms == 0 { String::new() } else { duration(ms) }
}

fn resource(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    condition: &ResourceCondition,
    changed: &mut Changed,
    id: &str,
) {
    let project = ctx.project();
    let set = |changed: &mut Changed, change: &dyn Fn(&mut ResourceCondition)| {
        let mut new = condition.clone();
        change(&mut new);
        *changed = Some(Change::To(Condition::Resource(new)));
    };
    let denied = condition.permission == Permission::Deny;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        mark(ui, !denied);
        word(ui, "May");
        let label = |permission: Permission| {
            if permission == Permission::Deny {
                "not touch".to_owned()
            } else {
                permission.label().to_owned()
            }
        };
        if let Some(permission) =
            widgets::choose(ui, &of("Permission", id), condition.permission, Permission::ALL, 150.0, label)
        {
            set(changed, &|new| new.permission = permission);
        }
        let named = of("Resource", id);
        // The button that removes the condition stays on its line.
        let room = (ui.available_size_before_wrap().x - 44.0).clamp(140.0, 250.0);
        let field = Field::new(&named).icon("gem").hint("An asset's name").look(Look::CODE).width(room);
        let names: Vec<&str> = project.assets.iter().map(|asset| asset.name.as_str()).collect();
        let mut name = condition.resource.clone();
        let response = widgets::field_with_list(ui, field, &of("Asset", id), &names, &mut name);
        ctx.seal_when_left(&response);
        if response.changed() {
            set(changed, &|new| name.clone_into(&mut new.resource));
        }
        remove(ui, &condition.resource, changed);
    });
    sentence(ui, &words::resource_sentence(condition), false, id);
    if !project.assets.iter().any(|asset| asset.name == condition.resource) {
        hint(ui, "No asset has this name, so nothing on the diagram is bound by it.");
    }
}

fn communication(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    (rule, index): (&Rule, usize),
    condition: &CommunicationCondition,
    changed: &mut Changed,
    id: &str,
) {
    let project = ctx.project();
    let set = |changed: &mut Changed, change: &dyn Fn(&mut CommunicationCondition)| {
        let mut new = condition.clone();
        change(&mut new);
        *changed = Some(Change::To(Condition::Communication(new)));
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        let (_, rect) = ui.allocate_space(Vec2::new(22.0, 32.0));
        ui.painter().circle_filled(rect.center(), 10.0, theme::color(ui, Role::Active));
        let galley = widgets::line(ui, (index + 1).to_string(), Look::COUNT, theme::color(ui, Role::Text));
        let size = galley.size();
        ui.painter().galley(rect.center() - size / 2.0, galley, theme::color(ui, Role::Text));
        let label = |direction: Option<Direction>| match direction {
            Some(Direction::Outbound) => "Outbound to".to_owned(),
            Some(Direction::Inbound) => "Inbound from".to_owned(),
            None => "Either way with".to_owned(),
        };
        let ways = [Some(Direction::Outbound), Some(Direction::Inbound), None];
        if let Some(direction) =
            widgets::choose(ui, &of("Direction", id), condition.direction, &ways, 148.0, label)
        {
            set(changed, &|new| new.direction = direction);
        }
        let mut offers: Vec<String> = vec!["*".to_owned()];
        offers.extend(project.simulation.groups.iter().map(|group| group.name.clone()));
        offers.extend(project.diagram.components().map(|component| component.name.clone()));
        if let Some(list) =
            parts::name_list(ui, &of("Destinations", id), "", &condition.destinations, &offers)
        {
            set(changed, &|new| list.clone_into(&mut new.destinations));
        }
        word(ui, "is");
        let label =
            |effect: Effect| if effect == Effect::Allow { "allowed".to_owned() } else { "denied".to_owned() };
        if let Some(effect) = widgets::choose(
            ui,
            &of("Effect", id),
            condition.effect,
            &[Effect::Allow, Effect::Deny],
            108.0,
            label,
        ) {
            set(changed, &|new| new.effect = effect);
        }
        remove(ui, &format!("line {}", index + 1), changed);
    });
    let earlier = rule.conditions.get(..index).unwrap_or_default();
    let words = words::communication_sentence(condition, earlier);
    sentence_beside(ui, &words, false, id, |ui| {
        // From the right; the first line that matches decides.
        let count = rule.conditions.len();
        for (icon, way, place) in [("arrow-down", Way::Later, "later"), ("arrow-up", Way::Sooner, "sooner")] {
            let name = format!("Ask line {} {place} in {}", index + 1, rule.name);
            if way.from(index, count).is_some() && widgets::icon_button(ui, icon, &name).clicked() {
                *changed = Some(Change::Moved(way));
            }
        }
    });
}

/// "Bound of r0c1": several conditions stand in one view, and each field has a name of its own.
fn of(what: &str, id: &str) -> String {
    format!("{what} of {id}")
}

fn word(ui: &mut Ui, text: &str) {
    let color = theme::color(ui, Role::TextSecondary);
    let galley = widgets::line(ui, text, Look::BODY, color);
    let (_, rect) = ui.allocate_space(Vec2::new(galley.size().x, 32.0));
    widgets::put_left(ui.painter(), rect.left(), rect.center().y, galley);
}

fn mark(ui: &mut Ui, allowed: bool) {
    let (_, rect) = ui.allocate_space(Vec2::new(20.0, 32.0));
    let (icon, role) =
        if allowed { ("check", Role::Good) } else { ("ban", Role::SeverityText(Band::Critical)) };
    icons::paint_at(ui.painter(), icon, rect.center(), 16.0, theme::color(ui, role));
}

fn remove(ui: &mut Ui, what: &str, changed: &mut Changed) {
    if widgets::icon_button(ui, "x", &format!("Remove the condition on {what}")).clicked() {
        *changed = Some(Change::Gone);
    }
}

fn sentence(ui: &mut Ui, text: &str, violated: bool, id: &str) {
    sentence_beside(ui, text, violated, id, |_| {});
}

/// The sentence of a condition with its id at the right, and between them what can be done with its place.
fn sentence_beside(ui: &mut Ui, text: &str, violated: bool, id: &str, buttons: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(20.0, 18.0));
        if violated {
            let tint = theme::color(ui, Role::SeverityText(Band::Critical));
            icons::paint_at(
                ui.painter(),
                "octagon-alert",
                Pos2::new(rect.center().x, rect.center().y),
                14.0,
                tint,
            );
            widgets::label(ui, "Violated", Look::SMALL_STRONG, Role::SeverityText(Band::Critical));
        }
        let room = ui.available_width() - 130.0;
        ui.scope(|ui| {
            ui.set_max_width(room);
            widgets::small(ui, text, Role::TextSecondary);
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            widgets::label(ui, id, Look::CODE, Role::TextTertiary);
            buttons(ui);
        });
    });
}

/// A warning below a condition.
pub(super) fn hint(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(20.0, 18.0));
        let tint = theme::color(ui, Role::SeverityText(Band::Medium));
        icons::paint_at(ui.painter(), "triangle-alert", rect.center(), 14.0, tint);
        widgets::small(ui, text, Role::SeverityText(Band::Medium));
    });
}
