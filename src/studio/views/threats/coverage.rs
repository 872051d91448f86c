//! What has been looked at and what has not: each threat against what answers and reveals it, each element against STRIDE,
//! public frameworks. It is told as decisions that are missing, never as a share.

use egui::{Sense, Ui, Vec2};

use super::{State, frameworks};
use crate::analysis::coverage::{Cell, Coverage, Gap, ThreatCoverage, coverage_with};
use crate::analysis::risk::Rating;
use crate::model::{ItemId, Project, Stride, Target, ThreatId};
use crate::picture::Role;
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets::{self, Chip, Column, Row, Table};
use crate::studio::words;

/// What the view remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    part: usize,
    /// Only what something is missing of.
    only_gaps: bool,
    pub(super) framework: usize,
    made: Option<(u64, Coverage)>,
}

impl Memory {
    fn refresh(&mut self, ctx: &ViewContext<'_>) {
        let revision = ctx.session.revision();
        if self.made.as_ref().is_none_or(|(of, _)| *of != revision) {
            self.made = Some((revision, coverage_with(ctx.project(), ctx.catalog(), ctx.register())));
        }
    }
}

/// Draws the view.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    state.coverage.refresh(ctx);
    let Some((revision, coverage)) = state.coverage.made.take() else { return };
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    head(ui, ctx, state, &coverage);
    match state.coverage.part {
        0 => threats(ui, ctx, state, &coverage),
        1 => elements(ui, ctx, state, &coverage),
        _ => frameworks::show(ui, ctx, state, &coverage),
    }
    state.coverage.made = Some((revision, coverage));
}

/// Every gap, with how many threats have it.
fn gap_counts(coverage: &Coverage) -> Vec<(Gap, usize)> {
    let count = |gap: Gap| coverage.threats.iter().filter(|one| one.gaps.contains(&gap)).count();
    Gap::ALL.iter().map(|gap| (*gap, count(*gap))).filter(|(_, count)| *count > 0).collect()
}

fn head(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State, coverage: &Coverage) {
    let gaps = gap_counts(coverage);
    let open = coverage.questions().open;
    let asked = ctx.derived().suggestions().questions.len();
    let missing: usize = gaps.iter().map(|(_, count)| count).sum::<usize>() + asked;
    let sentence = match (missing, coverage.threats.len()) {
        (_, 0) if open == 0 => "There is nothing to look at yet: draw the system first.".to_owned(),
        (0, _) => "No decision is missing.".to_owned(),
        (missing, _) => format!("{} missing.", words::counted(missing, "decision is", "decisions are")),
    };
    widgets::section(ui, &sentence);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 6.0);
        for (gap, count) in gaps {
            let label = format!("{count} {}", gap.label());
            let chip = Chip::new(&label).clickable().show(ui).response;
            if chip.on_hover_text("List these threats").clicked() {
                state.register.query.clear();
                state.register.query.gap = Some(gap);
                state.tab = 1;
            }
        }
        if asked > 0 {
            let label = words::counted(asked, "question open", "questions open");
            if Chip::new(&label).icon("circle-help").clickable().show(ui).response.clicked() {
                state.show_questions();
                state.next_question = false;
            }
        }
    });
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let parts = ["Threats", "Elements", "Frameworks"];
        widgets::segmented(ui, "Coverage of", &parts, &mut state.coverage.part);
        ui.add_space(12.0);
        if state.coverage.part < 2 {
            widgets::checkbox(ui, &mut state.coverage.only_gaps, "Only where something is missing");
        }
        let told = match state.coverage.part {
            1 => {
                let questions = coverage.questions();
                format!(
                    "{} answered with threats, {} looked at without, {} not looked at",
                    questions.with_threats, questions.reviewed, questions.open
                )
            }
            _ => String::new(),
        };
        widgets::label(ui, &told, Look::SMALL, Role::TextTertiary);
    });
}

/// What stands in a cell: a good sign with how many, what is on its way, or a gap. Exactly the gaps that are counted above
/// the table are shown as such.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Good(String),
    Part(String),
    Missing(String),
    /// Nothing is there, and nothing has to be.
    None,
}

fn mark(cells: &mut Row<'_>, mark: &Mark) {
    let (icon, text, role, tint) = match mark {
        Mark::Good(text) => ("circle-check", text.as_str(), Role::TextSecondary, Role::Good),
        Mark::Part(text) => ("clock", text.as_str(), Role::TextSecondary, Role::TextTertiary),
        Mark::Missing(text) => ("circle-help", text.as_str(), Role::Accent, Role::Accent),
        Mark::None => {
            cells.text("–", Look::BODY, Role::TextTertiary);
            return;
        }
    };
    cells.paint(|ui, cell| {
        let middle = cell.center().y;
        icons::paint_at(
            ui.painter(),
            icon,
            egui::pos2(cell.left() + 8.0, middle),
            14.0,
            theme::color(ui, tint),
        );
        let text = widgets::line_within(ui, text, Look::BODY, theme::color(ui, role), cell.width() - 30.0);
        widgets::put_left(ui.painter(), cell.left() + 21.0, middle, text);
    });
}

fn marks(project: &Project, one: &ThreatCoverage) -> [Mark; 7] {
    let has = |gap: Gap| one.gaps.contains(&gap);
    let threat = project.threats.get(one.threat);
    let decision = threat.map_or("", |threat| threat.treatment.label());
    let owner = threat.map_or("", |threat| threat.owner.trim());
    let few = |ids: &[String]| match ids {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {}", rest.len()),
    };
    let missing = |words: &str| Mark::Missing(words.to_owned());
    let controls: Vec<String> = one.controls.iter().map(|id| project.name_of((*id).into())).collect();
    let rules: Vec<String> = one.rules.iter().map(|id| project.name_of((*id).into())).collect();
    [
        if has(Gap::NoOwner) { missing("nobody") } else { Mark::Good(owner.to_owned()) },
        if has(Gap::Undecided) { missing("decide") } else { Mark::Good(decision.to_owned()) },
        match (one.controls.len(), one.in_place.len()) {
            (0, _) if has(Gap::NoControl) => missing("no control"),
            (0, _) => Mark::None,
            (_, 0) => Mark::Part(few(&controls)),
            _ => Mark::Good(few(&controls)),
        },
        match (one.controls.len(), one.in_place.len()) {
            (0, _) => Mark::None,
            (_, 0) => missing("none in place"),
            (all, placed) if placed < all => Mark::Part(format!("{placed} of {all}")),
            (all, _) => Mark::Good(format!("{all} of {all}")),
        },
        match (one.rules.is_empty(), has(Gap::NoRule)) {
            (true, true) => missing("no rule"),
            (true, false) => Mark::None,
            (false, true) => Mark::Missing(format!("{}, not in force", few(&rules))),
            (false, false) => Mark::Good(few(&rules)),
        },
        match (one.metrics.len(), one.collected.len()) {
            (0, _) => missing("no metric"),
            (_, 0) => missing("not collected"),
            (all, some) if some < all => Mark::Part(format!("{some} of {all}")),
            (all, _) => Mark::Good(format!("{all} of {all}")),
        },
        match (one.evidence.len(), one.fresh, one.measured) {
            (0, ..) if has(Gap::NoEvidence) => missing("none"),
            // Without a rule in force there is nothing yet that could be shown to work.
            (0, ..) => Mark::None,
            (count, 0, _) => Mark::Part(format!("{count} stale")),
            // What prevents is not measured by what was detected.
            (_, fresh, false) => Mark::Part(format!("{fresh}, claim counts")),
            (_, fresh, true) => Mark::Good(fresh.to_string()),
        },
    ]
}

fn threats(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, coverage: &Coverage) {
    let only = state.coverage.only_gaps;
    let rows: Vec<&ThreatCoverage> =
        coverage.threats.iter().filter(|one| !only || !one.gaps.is_empty()).collect();
    let columns = [
        Column::exact("Id", 62.0),
        Column::grow("Threat", 1.0, 170.0),
        Column::exact("Now", 70.0),
        Column::exact("Owner", 104.0),
        Column::exact("Decision", 112.0),
        Column::grow("Controls", 0.6, 140.0),
        Column::exact("In place", 112.0),
        Column::grow("Policy rules", 0.6, 140.0),
        Column::exact("Telemetry", 116.0),
        Column::exact("Evidence", 84.0),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    table.head(ui, None);
    if rows.is_empty() {
        ui.add_space(12.0);
        let words = if coverage.threats.is_empty() { "No live threat yet" } else { "Nothing is missing" };
        widgets::label(ui, words, Look::BODY, Role::TextTertiary);
    }
    let register = ctx.register();
    table.rows(ui, "coverage of threats", rows.len(), |ui, index| {
        let Some(one) = rows.get(index) else { return };
        let Some(threat) = ctx.project().threats.get(one.threat) else { return };
        let lacks: Vec<&str> = one.gaps.iter().map(|gap| gap.label()).collect();
        let told = if lacks.is_empty() { "nothing is missing".to_owned() } else { lacks.join(", ") };
        let name = format!("{} {}: {told}", threat.id, threat.title);
        let response = table.row(ui, threat.id, &name, false, |cells| {
            cells.text(&threat.id.to_string(), Look::CODE, Role::TextTertiary);
            cells.text(&threat.title, Look::BODY_STRONG, Role::Text);
            let row = register.row(threat.id);
            match row.and_then(|row| Some((row.risk(Rating::Current)?, row.band(Rating::Current)?))) {
                Some((risk, band)) => cells.ui(|ui| {
                    widgets::badge(ui, band, &format!("{risk:.1}"));
                }),
                None => mark(cells, &Mark::Missing("rate".to_owned())),
            }
            for one in &marks(ctx.project(), one) {
                mark(cells, one);
            }
        });
        let collected = one.collected.join(", ");
        let metrics = one.metrics.join(", ");
        let hint = format!("Missing: {told}\nWould show in: {metrics}\nCollected: {collected}");
        if response.on_hover_text(hint).clicked() {
            open(ctx, state, one.threat);
        }
    });
}

/// Shows a threat among all threats.
pub(super) fn open(ctx: &mut ViewContext<'_>, state: &mut State, id: ThreatId) {
    ctx.select(vec![id.into()]);
    state.tab = 1;
}

fn elements(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, coverage: &Coverage) {
    let only = state.coverage.only_gaps;
    let rows: Vec<_> =
        coverage.elements.iter().filter(|element| !only || element.cells.contains(&Cell::Open)).collect();
    let mut columns = vec![Column::exact("Id", 62.0), Column::grow("Element", 1.0, 180.0)];
    let width = if ui.available_width() >= 1300.0 { 168.0 } else { 136.0 };
    columns.extend(Stride::ALL.iter().map(|stride| Column::exact(stride.label(), width)));
    ui.spacing_mut().item_spacing.y = 0.0;
    let table = Table::new(ui, &columns);
    table.head(ui, None);
    let project = ctx.project();
    table.rows(ui, "coverage of elements", rows.len(), |ui, index| {
        let Some(element) = rows.get(index) else { return };
        let item = ItemId::from(element.element);
        let open: Vec<&str> = Stride::ALL
            .iter()
            .filter(|stride| *element.cell(**stride) == Cell::Open)
            .map(|stride| stride.label())
            .collect();
        let told = if open.is_empty() {
            "everything was looked at".to_owned()
        } else {
            format!("not looked at: {}", open.join(", "))
        };
        let element_name = project.name_of(item);
        let mut pressed = None;
        let response = table.row(ui, item, &format!("{item} {element_name}: {told}"), false, |cells| {
            cells.text(&item.to_string(), Look::CODE, Role::TextTertiary);
            cells.text(&element_name, Look::BODY_STRONG, Role::Text);
            for stride in Stride::ALL {
                let cell = element.cell(*stride);
                cells.ui(|ui| {
                    if stride_cell(ui, cell, &format!("{} at {element_name}", stride.label())) {
                        pressed = Some(*stride);
                    }
                });
            }
        });
        if let Some(stride) = pressed {
            show_cell(state, element.element, stride, element.cell(stride));
        } else if response.clicked() {
            state.look_at(element.element);
        }
    });
}

/// Threats of a cell are listed; an open one shows what is suggested there.
fn show_cell(state: &mut State, element: Target, stride: Stride, cell: &Cell) {
    if matches!(cell, Cell::Threats { .. }) {
        state.register.query.clear();
        state.register.query.element = Some(element);
        state.register.query.stride.insert(stride);
        state.tab = 1;
    } else {
        state.look_at(element);
    }
}

fn stride_cell(ui: &mut Ui, cell: &Cell, about: &str) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(96.0, 28.0), Sense::click());
    let told = match cell {
        Cell::Threats { threats, .. } => words::counted(threats.len(), "threat", "threats"),
        Cell::Reviewed => "looked at, none".to_owned(),
        Cell::Open => "not looked at".to_owned(),
        Cell::NotApplicable => "does not apply".to_owned(),
    };
    let pressable = *cell != Cell::NotApplicable;
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, pressable, format!("{about}: {told}")));
    if pressable && let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    let left = rect.left() + 12.0;
    let middle = rect.center().y;
    let tertiary = theme::color(ui, Role::TextTertiary);
    match cell {
        Cell::Threats { threats, band: Some(band) } => {
            widgets::paint_badge(ui, *band, &threats.len().to_string(), egui::pos2(left + 12.0, middle));
        }
        Cell::Threats { threats, band: None } => {
            let count = widgets::line(ui, format!("{} not rated", threats.len()), Look::SMALL, tertiary);
            widgets::put_left(ui.painter(), left - 6.0, middle, count);
        }
        Cell::Reviewed => {
            icons::paint_at(
                ui.painter(),
                "check",
                egui::pos2(left, middle),
                14.0,
                theme::color(ui, Role::Good),
            );
        }
        Cell::Open => {
            let tint = theme::color(ui, Role::Accent);
            icons::paint_at(ui.painter(), "circle-help", egui::pos2(left, middle), 16.0, tint);
        }
        Cell::NotApplicable => {
            let dash = widgets::line(ui, "–", Look::BODY, tertiary);
            widgets::put_left(ui.painter(), left - 4.0, middle, dash);
        }
    }
    widgets::focus_ring(ui, &response, rect.shrink(1.0), 6.0);
    pressable && response.on_hover_text(told).clicked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::coverage::coverage_with;
    use crate::analysis::risk::register;
    use crate::catalog::Catalog;

    /// The cells in the style of a question are the gaps that the headline counts.
    #[test]
    fn as_many_cells_ask_as_gaps_are_counted() {
        let mut project = crate::model::Project::new("gaps");
        for (number, change) in [
            |_: &mut crate::model::Threat| {},
            |threat: &mut crate::model::Threat| threat.owner = "Kim".to_owned(),
            |threat: &mut crate::model::Threat| threat.treatment = crate::model::Treatment::Accept,
            |threat: &mut crate::model::Threat| threat.catalog = Some("AG-001".to_owned()),
        ]
        .into_iter()
        .enumerate()
        {
            let id = ThreatId(u32::try_from(number).unwrap() + 1);
            let mut threat = crate::model::Threat {
                id,
                likelihood: Some(3.0),
                impact: Some(3.0),
                ..crate::model::Threat::default()
            };
            change(&mut threat);
            project.threats.insert(threat);
        }
        let coverage = coverage_with(&project, Catalog::builtin(), &register(&project));
        assert_eq!(coverage.threats.len(), 4);
        for one in &coverage.threats {
            let asks = marks(&project, one).iter().filter(|mark| matches!(mark, Mark::Missing(_))).count();
            assert_eq!(asks, one.gaps.len(), "{}: {:?}", one.threat, one.gaps);
        }
        assert!(gap_counts(&coverage).contains(&(Gap::NoTelemetry, 4)));
    }
}
