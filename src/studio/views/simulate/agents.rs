//! Whom policies can bind and what they can call destinations: the agents that the model lists, and its named groups.

use std::collections::BTreeSet;

use egui::{Ui, Vec2};

use crate::edit::verbs;
use crate::model::{AgentInstance, ComponentId, ComponentKind, NamedGroup, Project, SimulationSettings};
use crate::picture::Role;
use crate::simulation::Trace;
use crate::simulation::scope::Agents;
use crate::studio::theme::Look;
use crate::studio::views::ViewContext;
use crate::studio::views::parts;
use crate::studio::widgets::{self, Button, Column, Field, Table};

/// Rows of this many agents are shown before the list scrolls on its own.
const MOST_AGENTS: usize = 10;

const ROW: f32 = 40.0;

/// What is done to an agent of the list.
enum Step {
    Name(String),
    Type(String),
    Environment(String),
    Component(Option<ComponentId>),
    Remove,
}

/// The agents of the model, with those of the trace at hand to be listed.
pub(super) fn agents(ui: &mut Ui, ctx: &mut ViewContext<'_>, trace: Option<&Trace>) {
    let project = ctx.project();
    let listed = &project.simulation.agents;
    ui.set_width(ui.available_width());
    ui.spacing_mut().item_spacing.y = 4.0;
    widgets::heading(ui, "Agents", Some(listed.len()));
    let sentence = if listed.is_empty() {
        "None is listed, so every agent of a trace counts, and one whose type or environment nobody names is taken to be of all."
    } else {
        "Policies bind these alone: an agent that is not listed is not watched. The name is the one in the trace."
    };
    widgets::small(ui, sentence, Role::TextTertiary);
    if !listed.is_empty() {
        table(ui, ctx);
    }
    ui.add_space(4.0);
    let unlisted = trace.map(|trace| unlisted(project, trace)).unwrap_or_default();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
        if Button::plain("Add an agent").icon("plus").small().show(ui).clicked() {
            let name = free_name("agent", listed.iter().map(|agent| agent.name.as_str()));
            change(ctx, "agents", |all| all.agents.push(AgentInstance { name, ..AgentInstance::default() }));
        }
        if !unlisted.is_empty() {
            let words = match unlisted.len() {
                1 => "List the agent of the trace that is missing".to_owned(),
                _ if listed.is_empty() => format!("List the {} agents of the trace", unlisted.len()),
                count => format!("List the {count} agents of the trace that are missing"),
            };
            if Button::plain(&words).icon("list").small().show(ui).clicked() {
                let missing = instances(&unlisted, trace);
                change(ctx, "agents", |all| all.agents.extend(missing));
            }
        }
    });
}

/// The agents of a trace that the model does not list.
fn unlisted<'a>(project: &Project, trace: &'a Trace) -> BTreeSet<&'a str> {
    let listed: BTreeSet<&str> = project.simulation.agents.iter().map(|agent| agent.name.as_str()).collect();
    let names = trace.series.iter().map(|series| series.name.agent.as_str());
    names.filter(|name| !name.is_empty() && !listed.contains(name)).collect()
}

/// Agents as they would be listed, with the type and the environment that their labels name.
fn instances(names: &BTreeSet<&str>, trace: Option<&Trace>) -> Vec<AgentInstance> {
    let mut known = Agents::of(&Project::default(), trace, []).by_name;
    let known = names.iter().filter_map(|name| known.remove(*name));
    let instances = known.map(|agent| AgentInstance {
        name: agent.name,
        agent_type: agent.agent_type.unwrap_or_default(),
        environment: agent.environment.unwrap_or_default(),
        ..AgentInstance::default()
    });
    instances.collect()
}

fn table(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let project = ctx.project();
    let listed = &project.simulation.agents;
    let places = places(project);
    let columns = [
        Column::grow("Agent", 1.3, 130.0),
        Column::grow("Type", 1.0, 110.0),
        Column::grow("Environment", 1.0, 110.0),
        Column::exact("Component", 200.0),
        Column::exact("", 44.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns).row_height(ROW);
    table.head(ui, None);
    let mut done = None;
    let mut row = |ui: &mut Ui, index: usize| {
        let Some(agent) = listed.get(index) else { return };
        let name = &agent.name;
        table.row(ui, ("agent", index), &format!("Agent {name}"), false, |row| {
            let mut step = None;
            row.ui(|ui| {
                let others = || listed.iter().map(|agent| agent.name.as_str());
                let parse = |text: &str| only_name(text, name, others());
                let label = format!("Name of {name}");
                let field =
                    Field::new(&label).look(Look::CODE).width(ui.available_width() - 12.0).height(28.0);
                step = widgets::settled_field(ui, field, name, String::clone, parse).map(Step::Name);
            });
            for (what, word, make) in [
                ("Type", &agent.agent_type, Step::Type as fn(String) -> Step),
                ("Environment", &agent.environment, Step::Environment),
            ] {
                row.ui(|ui| {
                    let label = format!("{what} of {name}");
                    let width = ui.available_width() - 12.0;
                    let field = Field::new(&label).width(width).height(28.0).hint("not known");
                    let parse = |text: &str| Ok(text.trim().to_owned());
                    let typed = widgets::settled_field(ui, field, word, String::clone, parse);
                    step = step.take().or(typed.map(make));
                });
            }
            row.ui(|ui| {
                let label = |id: Option<ComponentId>| {
                    id.map_or_else(|| "not drawn".to_owned(), |id| project.name_of(id.into()))
                };
                let name = format!("Component of {name}");
                let chosen = widgets::choose(ui, &name, agent.component, &places, 188.0, label);
                step = step.take().or(chosen.map(Step::Component));
            });
            row.ui(|ui| {
                if widgets::icon_button(ui, "x", &format!("Take {name} off the list")).clicked() {
                    step = Some(Step::Remove);
                }
            });
            done = done.take().or(step.map(|step| (index, step)));
        });
    };
    if listed.len() > MOST_AGENTS {
        ui.scope(|ui| {
            ui.set_max_height(MOST_AGENTS as f32 * ROW);
            table.rows(ui, "agents of the model", listed.len(), row);
        });
    } else {
        (0..listed.len()).for_each(|index| row(ui, index));
    }
    let Some((index, step)) = done else { return };
    change(ctx, "agents", |all| {
        let Some(agent) = all.agents.get_mut(index) else { return };
        match step {
            Step::Name(name) => agent.name = name,
            Step::Type(word) => agent.agent_type = word,
            Step::Environment(word) => agent.environment = word,
            Step::Component(component) => agent.component = component,
            Step::Remove => {
                all.agents.remove(index);
            }
        }
    });
}

/// What an agent can be an instance of: the agents of the diagram, or any component where none is drawn as an agent.
fn places(project: &Project) -> Vec<Option<ComponentId>> {
    let all = || project.diagram.components();
    let is_agent = |kind: ComponentKind| kind == ComponentKind::Agent;
    let some = all().any(|component| is_agent(component.kind));
    let fitting = all().filter(|component| !some || is_agent(component.kind)).map(|component| component.id);
    std::iter::once(None).chain(fitting.map(Some)).collect()
}

/// The named groups of destinations, each with its members.
pub(super) fn groups(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let project = ctx.project();
    let groups = &project.simulation.groups;
    ui.set_width(ui.available_width());
    ui.spacing_mut().item_spacing.y = 6.0;
    widgets::heading(ui, "Named groups of destinations", Some(groups.len()));
    let sentence = "One name for several destinations in a communication condition. Members are names, *.suffix or address ranges.";
    widgets::small(ui, sentence, Role::TextTertiary);
    let offers: Vec<String> = project.diagram.components().map(|component| component.name.clone()).collect();
    let mut changed: Option<(usize, Option<NamedGroup>)> = None;
    for (index, group) in groups.iter().enumerate() {
        ui.push_id(("group", index), |ui| {
            ui.horizontal(|ui| {
                let others = || groups.iter().map(|group| group.name.as_str());
                let parse = |text: &str| only_name(text, &group.name, others());
                let label = format!("Name of group {}", group.name);
                let field = Field::new(&label).look(Look::CODE).width(240.0).height(28.0);
                if let Some(name) = widgets::settled_field(ui, field, &group.name, String::clone, parse) {
                    changed = Some((index, Some(NamedGroup { name, ..group.clone() })));
                }
                if widgets::icon_button(ui, "x", &format!("Remove the group {}", group.name)).clicked() {
                    changed = Some((index, None));
                }
            });
            if let Some(members) = parts::name_list(ui, &group.name, "globe", &group.members, &offers) {
                changed = Some((index, Some(NamedGroup { members, ..group.clone() })));
            }
        });
    }
    if Button::plain("Add a group").icon("plus").small().show(ui).clicked() {
        let name = free_name("group", groups.iter().map(|group| group.name.as_str()));
        change(ctx, "groups", |all| all.groups.push(NamedGroup { name, ..NamedGroup::default() }));
    } else if let Some((index, group)) = changed {
        change(ctx, "groups", |all| match (group, all.groups.get_mut(index)) {
            (Some(group), Some(place)) => *place = group,
            (None, Some(_)) => {
                all.groups.remove(index);
            }
            (_, None) => {}
        });
    }
}

fn change(ctx: &mut ViewContext<'_>, what: &'static str, change: impl FnOnce(&mut SimulationSettings)) {
    ctx.commit(verbs::change_simulation(ctx.project(), what, change));
}

/// A new name for what is called so now, unless another is called so already.
fn only_name<'a>(text: &str, now: &str, mut names: impl Iterator<Item = &'a str>) -> Result<String, String> {
    match text.trim() {
        "" => Err("It needs a name".to_owned()),
        text if text != now && names.any(|name| name == text) => Err(format!("{text} is listed already")),
        text => Ok(text.to_owned()),
    }
}

/// `agent-1`, or the first number that is free.
fn free_name<'a>(stem: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: BTreeSet<&str> = taken.collect();
    let mut names = (1..).map(|number| format!("{stem}-{number}"));
    names.find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}
