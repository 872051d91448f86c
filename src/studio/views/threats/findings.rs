//! What the graph says besides paths: loops, crossings, single points of failure, data where it should not be, and what falls
//! with a component. Each can be shown on the diagram, and says what would cut it.

use egui::{Pos2, Sense, Ui, Vec2, WidgetInfo};

use crate::analysis::agents::AgentCheck;
use crate::analysis::paths::{FindingKind, GraphFinding, few};
use crate::model::{ItemId, Project};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Button, Chip};
use crate::studio::{icons, keys};

use super::{GraphChoice, State};

/// So many of a kind are listed until all are asked for.
const FEW: usize = 6;

/// The parts that are named beside a finding.
const NAMED: usize = 24;

/// Draws the findings, kind by kind.
pub(super) fn show(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State) {
    let report = ctx.derived().paths();
    for kind in FindingKind::ALL {
        let number = report.count(kind);
        if number == 0 {
            continue;
        }
        widgets::heading(ui, kind.label(), Some(number));
        let all = state.unfolded.contains(kind.label());
        for place in 0..if all { number } else { number.min(FEW) } {
            row(ui, ctx, state, GraphFinding { kind, place });
        }
        if !all && number > FEW && widgets::link(ui, &format!("All {number}")).clicked() {
            state.unfolded.insert(kind.label());
        }
        ui.add_space(10.0);
    }
}

fn icon(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Agent => "octagon-alert",
        FindingKind::Clearance => "gem",
        FindingKind::Integrity => "pencil",
        FindingKind::Loop => "refresh-cw",
        FindingKind::SinglePoint => "split",
        FindingKind::BlastRadius => "radio-tower",
        FindingKind::Crossing => "square-dashed",
    }
}

fn row(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State, finding: GraphFinding) {
    let chosen = state.graph == GraphChoice::Finding(finding);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 30.0), Sense::click());
    let words = || finding.words(ctx.project(), ctx.derived().paths());
    response.widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, chosen, words()));
    if response.clicked() {
        state.graph = GraphChoice::Finding(finding);
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    widgets::row_ground(ui, &response, rect, chosen);
    let quiet = theme::color(ui, Role::TextSecondary);
    let at = Pos2::new(rect.left() + 18.0, rect.center().y);
    icons::paint_at(ui.painter(), icon(finding.kind), at, 16.0, quiet);
    let tint = theme::color(ui, if chosen { Role::Text } else { Role::TextSecondary });
    let line = widgets::line_within(ui, words(), Look::SMALL, tint, rect.width() - 46.0);
    widgets::put_left(ui.painter(), rect.left() + 36.0, rect.center().y, line);
    widgets::focus_ring(ui, &response, rect, 8.0);
}

/// A finding in full.
pub(super) fn detail(ui: &mut Ui, ctx: &mut ViewContext<'_>, finding: GraphFinding) {
    let (project, report) = (ctx.project(), ctx.derived().paths());
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 10.0);
    widgets::paragraph(ui, finding.kind.label(), Look::HERO, Role::Text);
    widgets::paragraph(ui, &finding.words(project, report), Look::BODY, Role::TextSecondary);
    let caps = keys::caps(Command::PlayAttackPath);
    if Button::primary("Show on the diagram").icon("network").keys(&caps).show(ui).clicked() {
        ctx.ask(Request::LightUp(finding));
    }
    if let Some(remedy) = finding.remedy(project, report) {
        widgets::card(ui, 14.0, |ui| {
            ui.set_width(ui.available_width());
            widgets::label(ui, "What would cut it", Look::HEADING, Role::Text);
            widgets::small(ui, &remedy.words(project), Role::Good);
            let about = crate::catalog::Catalog::builtin().control(remedy.catalog);
            if let Some(control) = about {
                widgets::small(ui, &control.description, Role::TextSecondary);
            }
            if let Some(listed) = remedy.listed
                && widgets::link(ui, &format!("Go to {listed}")).clicked()
            {
                ctx.ask(Request::Reveal(listed.into()));
            }
        });
    }
    if let Some(check) = report.agents.get(finding.place).filter(|_| finding.kind == FindingKind::Agent) {
        agent(ui, project, check);
    }
    if finding.kind == FindingKind::BlastRadius
        && let Some(blast) = report.blast.get(finding.place)
    {
        widgets::heading(ui, "Reached, with the chance of the likeliest way", Some(blast.reached.len()));
        for (id, chance) in blast.reached.iter().take(NAMED) {
            let words = format!("{}, {:.0} %", project.name_of((*id).into()), chance * 100.0);
            widgets::small(ui, &words, Role::TextSecondary);
        }
        return;
    }
    let items = finding.items(project, report);
    widgets::heading(ui, "What it is about", Some(items.len()));
    ui.horizontal_wrapped(|ui| {
        for item in items.into_iter().take(NAMED) {
            let icon = match item {
                ItemId::Interface(_) => "spline",
                ItemId::Zone(_) => "square-dashed",
                _ => "circle-dot",
            };
            if Chip::new(&project.name_of(item)).icon(icon).clickable().show(ui).response.clicked() {
                ctx.ask(Request::Reveal(item));
            }
        }
    });
}

/// The legs of an agent with what proves them, and the fewest interfaces without which one falls.
fn agent(ui: &mut Ui, project: &Project, check: &AgentCheck) {
    for leg in check.legs.iter().filter(|leg| leg.holds()) {
        widgets::heading(ui, leg.kind.label(), Some(leg.proofs.len()));
        for proof in leg.proofs.iter().take(FEW) {
            let name = project.name_of(proof.component.into());
            let asset = proof.asset.map(|id| format!(" ({})", project.name_of(id.into())));
            let words = format!("{name}: {}{}", proof.why, asset.unwrap_or_default());
            widgets::small(ui, &words, Role::TextSecondary);
        }
    }
    if !check.delegates.is_empty() {
        let names: Vec<String> = check.delegates.iter().map(|id| project.name_of((*id).into())).collect();
        widgets::small(ui, &format!("It can hand work to {}.", few(&names)), Role::TextSecondary);
    }
    if let Some(cut) = check.cuts.first() {
        let names: Vec<String> = cut.interfaces.iter().map(|id| project.name_of((*id).into())).collect();
        let words = format!("{} falls without {}.", cut.leg.label(), few(&names));
        widgets::small(ui, &words, Role::TextSecondary);
    }
}
