//! Attack paths: how somebody from outside reaches what is worth protecting, step by step, and what would cut the way.

use egui::{Pos2, Sense, Ui, Vec2, WidgetInfo};

use crate::analysis::agents::AgentCheck;
use crate::analysis::paths::{AttackPath, Goal, PathStep, few};
use crate::model::{Band, ItemId, Project};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::icons;
use crate::studio::keys;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip};
use crate::studio::words;

use super::{GraphChoice, State, findings};

/// Draws the list of paths, the likeliest first, and what else follows from the graph.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let report = ctx.derived().paths();
    widgets::scroll(ui, "paths", |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        widgets::section(ui, "Attack paths");
        widgets::small(
            ui,
            "Probabilities are estimates of the model, assuming that steps are independent.",
            Role::TextTertiary,
        );
        ui.add_space(6.0);
        if ctx.derived().awaits_first_check() {
            widgets::small(ui, "This model is large and still being looked at…", Role::TextSecondary);
            return;
        }
        if report.paths.is_empty() {
            let why = if report.sources.is_empty() {
                "Nothing on the diagram is untrusted: no external, no human, no zone of trust 0 or 1."
            } else {
                "No way leads from an untrusted source to a sensitive asset."
            };
            widgets::small(ui, why, Role::TextSecondary);
        }
        for (index, path) in report.paths.iter().enumerate() {
            row(ui, ctx, state, index, path);
        }
        ui.add_space(10.0);
        findings::show(ui, ctx, state);
        agents(ui, ctx);
    });
}

fn row(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State, index: usize, path: &AttackPath) {
    let project = ctx.project();
    let chosen = state.graph == GraphChoice::Path(index);
    let names: Vec<String> = path.components().into_iter().map(|id| project.name_of(id.into())).collect();
    let goal = goal_name(project, path);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 54.0), Sense::click());
    let said = format!("Path to {goal}: {}", names.join(", "));
    response.widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, chosen, &said));
    widgets::row_ground(ui, &response, rect, chosen);
    icons::paint_at(
        ui.painter(),
        "route",
        Pos2::new(rect.left() + 18.0, rect.top() + 18.0),
        16.0,
        theme::color(ui, Role::TextSecondary),
    );
    let number = widgets::line(
        ui,
        format!("p {:.2}", path.probability),
        Look::BODY_STRONG,
        theme::color(ui, Role::Text),
    );
    let end = widgets::put_right(ui.painter(), rect.right() - 10.0, rect.top() + 18.0, number);
    let title = widgets::line_within(
        ui,
        goal,
        Look::BODY_STRONG,
        theme::color(ui, Role::Text),
        end - rect.left() - 46.0,
    );
    widgets::put_left(ui.painter(), rect.left() + 36.0, rect.top() + 18.0, title);
    let words = widgets::line_within(
        ui,
        names.join(" → "),
        Look::SMALL,
        theme::color(ui, Role::TextSecondary),
        rect.width() - 46.0,
    );
    widgets::put_left(ui.painter(), rect.left() + 36.0, rect.top() + 38.0, words);
    widgets::focus_ring(ui, &response, rect, 8.0);
    if response.clicked() {
        state.graph = GraphChoice::Path(index);
    }
}

/// What a path leads to: the assets at its end, or the component where it ends when no asset is named as sensitive.
fn goal_name(project: &Project, path: &AttackPath) -> String {
    if path.assets.is_empty() {
        return project.name_of(path.target().into());
    }
    path.assets.iter().map(|id| project.name_of((*id).into())).collect::<Vec<_>>().join(", ")
}

fn agents(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    // Those with too much at once are among the findings, where they can be opened.
    let is_quiet = |check: &&AgentCheck| !check.trifecta && !check.breaks_rule_of_two;
    let quiet: Vec<&AgentCheck> = ctx.derived().agent_checks().iter().filter(is_quiet).collect();
    if quiet.is_empty() {
        return;
    }
    let project = ctx.project();
    widgets::heading(ui, "Agents without the trifecta", Some(quiet.len()));
    for check in quiet {
        ui.horizontal(|ui| {
            icons::show(ui, "check", 16.0, theme::color(ui, Role::Good));
            if widgets::link(ui, &project.name_of(check.agent.into())).clicked() {
                ctx.ask(Request::Reveal(check.agent.into()));
            }
            widgets::label(ui, "trifecta not present", Look::SMALL, Role::TextSecondary);
        });
    }
    ui.add_space(8.0);
}

/// The chosen path, step by step.
pub(super) fn detail(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &State) {
    let report = ctx.derived().paths();
    let project = ctx.project();
    let chosen = match state.graph {
        GraphChoice::Finding(finding) if finding.is_in(report) => return findings::detail(ui, ctx, finding),
        GraphChoice::Finding(_) => 0,
        GraphChoice::Path(place) => place,
    };
    let place = if chosen < report.paths.len() { chosen } else { 0 };
    let Some(path) = report.paths.get(place) else {
        widgets::empty_state(
            ui,
            "route",
            "No path to show. Draw where data comes from and where it rests, and this fills by itself.",
            "",
            "",
        );
        return;
    };
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
    widgets::paragraph(ui, &format!("To {}", goal_name(project, path)), Look::HERO, Role::Text);
    let source = project.name_of(path.source.component.into());
    let words = format!(
        "Starts at {source}: {}. Model estimate: {:.0} % over {}.",
        path.source.why,
        path.probability * 100.0,
        words::counted(path.steps.len(), "step", "steps")
    );
    widgets::paragraph(ui, &words, Look::BODY, Role::TextSecondary);
    ui.horizontal(|ui| {
        let caps = keys::caps(Command::PlayAttackPath);
        if Button::primary("Play on the diagram").icon("play").keys(&caps).show(ui).clicked() {
            ctx.ask(Request::PlayPath(place));
        }
        if Button::plain("Show on the diagram").icon("network").show(ui).clicked() {
            ctx.prefs.show_paths = true;
            let mut items: Vec<ItemId> = path.components().into_iter().map(ItemId::from).collect();
            items.extend(path.interfaces().into_iter().map(ItemId::from));
            ctx.ask(Request::Select(items));
            ctx.ask(Command::GoSystem);
        }
    });
    for (index, step) in path.steps.iter().enumerate() {
        widgets::card(ui, 14.0, |ui| {
            ui.set_width(ui.available_width());
            one(ui, ctx, index, step);
        });
    }
    // Each asset at the end of the path may be reached by other ways too; those with one answer share it.
    let mut answers: Vec<(&Goal, Vec<String>)> = Vec::new();
    for goal in report.goals.iter().filter(|goal| is_goal_of(goal, path)) {
        let name = goal.asset.map(|id| project.name_of(id.into()));
        let same = |other: &Goal| {
            (&other.reach, &other.checkpoints, &other.cut) == (&goal.reach, &goal.checkpoints, &goal.cut)
        };
        match answers.iter_mut().find(|(other, _)| same(other)) {
            Some((_, names)) => names.extend(name),
            None => answers.push((goal, name.into_iter().collect())),
        }
    }
    for (goal, assets) in answers {
        let names =
            |ids: Vec<ItemId>| few(&ids.into_iter().map(|id| project.name_of(id)).collect::<Vec<_>>());
        let there = if assets.is_empty() { "there".to_owned() } else { format!("to {}", few(&assets)) };
        widgets::heading(ui, &format!("What would stop every path {there}"), None);
        let reach = &goal.reach;
        let words = format!(
            "Reached by any way in {:.1} ± {:.1} % of {} sampled worlds{}.",
            reach.probability * 100.0,
            reach.error * 100.0,
            reach.worlds,
            reach.fewer()
        );
        widgets::paragraph(ui, &words, Look::BODY, Role::TextSecondary);
        if !goal.checkpoints.is_empty() {
            widgets::paragraph(
                ui,
                &format!(
                    "Every path passes {}.",
                    names(goal.checkpoints.iter().map(|id| (*id).into()).collect())
                ),
                Look::BODY,
                Role::TextSecondary,
            );
        }
        if let Some(cut) = goal.cut.as_ref().filter(|cut| !cut.items().is_empty()) {
            let words = if cut.is_small() {
                let all: Vec<String> = cut.items().into_iter().map(|id| project.name_of(id)).collect();
                format!("Smallest cut: harden {}.", all.join(", "))
            } else {
                format!("No small cut: {} elements would have to be hardened together.", cut.items().len())
            };
            widgets::paragraph(ui, &words, Look::BODY, Role::TextSecondary);
        }
    }
}

/// Whether a path ends at what a goal is about.
fn is_goal_of(goal: &Goal, path: &AttackPath) -> bool {
    goal.asset.map_or(path.assets.is_empty(), |asset| path.assets.contains(&asset))
}

fn one(ui: &mut Ui, ctx: &mut ViewContext<'_>, index: usize, step: &PathStep) {
    let project = ctx.project();
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.horizontal(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(22.0, 22.0));
        ui.painter().circle_filled(rect.center(), 10.0, theme::color(ui, Role::SeverityMark(Band::High)));
        let number = widgets::line(
            ui,
            (index + 1).to_string(),
            Look::COUNT,
            theme::color(ui, Role::SeverityOn(Band::High)),
        );
        widgets::put_center(ui.painter(), rect.center(), number);
        let words = format!("{} → {}", project.name_of(step.from.into()), project.name_of(step.to.into()));
        widgets::label(ui, &words, Look::HEADING, Role::Text);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            widgets::label(ui, &format!("p {:.2}", step.probability), Look::BODY_STRONG, Role::Text);
            if let Some(interface) = step.interface
                && Chip::new(&interface.to_string()).icon("spline").clickable().show(ui).response.clicked()
            {
                ctx.ask(Request::Reveal(interface.into()));
            }
        });
    });
    for reason in &step.reasons {
        widgets::small(ui, &format!("· {reason}"), Role::TextSecondary);
    }
    if let Some(control) = step.cut_by() {
        let words = format!(
            "{} {} would bring it to p {:.2}",
            control.control,
            project.name_of(control.control.into()),
            control.probability_if_done
        );
        widgets::small(ui, &words, Role::Good);
    } else if let Some(suggested) = step.suggested {
        let title = crate::catalog::Catalog::builtin()
            .control(suggested)
            .map_or(suggested, |control| control.title.as_str());
        widgets::small(ui, &format!("No control stands here. The catalogue suggests: {title}."), Role::Good);
    }
}
