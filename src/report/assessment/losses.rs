//! Losses in a year: the curve with its reading, and its figures in a table.

use super::super::document::{Block, Callout, Figure, Row, Table, Text};
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{left, right};
use crate::analysis::risk::{Rating, exposures};
use crate::picture::losses::{LossOptions, PERCENTILES, loss_chart, reading, sentence};
use crate::simulation::Quiet;
use crate::simulation::losses::{Losses, Setup, simulate};

/// So many threats that are left out are named.
const MOST_NAMED: usize = 12;

/// The section, where people gave quantities: a range of their own, or a tolerance.
pub(super) fn section(draft: &mut Draft<'_>) -> Vec<Block> {
    let given = !draft.method.tolerance_curve.is_empty()
        || draft
            .project
            .threats
            .iter()
            .any(|threat| threat.frequency_range.is_some() || threat.loss_range.is_some());
    if !given {
        return Vec::new();
    }
    let (exposures, without) = exposures(draft.project, &draft.register);
    let own = exposures.iter().filter(|exposure| exposure.own_frequency || exposure.own_loss).count();
    let setup = Setup::new(exposures, draft.method.trials, draft.method.seed);
    // The same years as on the screen and on the command line: they hang on the seed alone.
    let Ok(losses) = simulate(&setup, &Quiet) else { return Vec::new() };
    if losses.threats.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Section("Loss in a year".to_owned()), curve(draft, &losses)];
    if let Some(words) = reading(&losses, draft.method) {
        let callout = Callout { head: String::new(), text: words.into() };
        blocks.push(beside("Reading", vec![Block::Callout(callout)]));
    }
    blocks.push(beside("Percentiles", vec![Block::Table(percentiles(draft, &losses))]));
    let threats = losses.threats.len();
    let mut basis = format!(
        "A model estimate, as good as its ranges: {} on ranges that people gave, the others on those that their levels stand for. Each year draws a frequency, a Poisson number of events and the loss of each; controls work on the same events, so that the differences are theirs.",
        if own == threats {
            "every threat rests".to_owned()
        } else {
            format!("{} of {} rest", words::count(own), words::count(threats))
        }
    );
    if !without.is_empty() {
        let mut named: Vec<String> = without.iter().take(MOST_NAMED).map(ToString::to_string).collect();
        if without.len() > MOST_NAMED {
            named.push(format!("{} more", without.len() - MOST_NAMED));
        }
        basis.push_str(&format!(" Left out, because not rated: {}.", words::list(&named)));
    }
    blocks.push(beside("Basis", vec![Block::Paragraph(basis.into())]));
    blocks
}

fn curve(draft: &mut Draft<'_>, losses: &Losses) -> Block {
    let number = draft.figure();
    let options = LossOptions { width: 126.0, height: 78.0, paper: true };
    let picture = loss_chart(losses, draft.method, options).picture;
    let tolerance = if draft.method.tolerance_curve.is_empty() {
        "The tolerance is what the appetite allows a single risk."
    } else {
        "The tolerance is the one that was set for the system."
    };
    let caption = format!(
        "Chance that losses in one year reach the amount on the axis. {tolerance} Where the solid line lies above it, the system is outside; the shaded gap is that excess."
    );
    Block::Figure(Box::new(Figure {
        number,
        caption: caption.into(),
        picture,
        alternative: sentence(losses, draft.method),
        head: "Loss curve".to_owned(),
        ..Figure::default()
    }))
}

fn percentiles(draft: &mut Draft<'_>, losses: &Losses) -> Table {
    let number = draft.table();
    let rows = Rating::ALL.map(|rating| {
        let curve = &losses.curves[rating as usize];
        let mut cells = vec![
            rating.label().into(),
            Text::new()
                .strong(draft.money(draft.total_loss(rating).unwrap_or(losses.expected[rating as usize])))
                .into(),
            Text::new()
                .plain(draft.money(curve.mean))
                .quiet(format!(" ± {}", draft.money(curve.mean_error)))
                .into(),
        ];
        cells.extend(PERCENTILES.map(|share| draft.money(curve.percentile(share).value).into()));
        Row::new(cells)
    });
    Table {
        number,
        caption: format!(
            "Annual loss, {} simulated years, seed {}: the expected loss, and the mean of the simulated years with its standard error.",
            words::thousands(f64::from(losses.trials)),
            losses.seed
        )
        .into(),
        columns: vec![
            left("Rating", 20.0),
            right("Expected", 19.0),
            right("Simulated mean", 33.0),
            right("Median", 18.0),
            right("1 year in 10", 18.0),
            right("1 year in 20", 18.0),
        ],
        rows: rows.into(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::input::ReportInput;
    use super::*;
    use crate::model::{Estimate, Project, Threat, ThreatId};

    #[test]
    fn losses_stand_in_the_report_where_people_gave_quantities() {
        let mut project = Project::new("Test");
        project.method.trials = 1_000;
        let threat = Threat {
            id: ThreatId(1),
            title: "leak".to_owned(),
            likelihood: Some(3.0),
            impact: Some(4.0),
            ..Threat::default()
        };
        project.threats.insert(threat.clone());
        let blocks = |project: &Project| {
            let input = ReportInput::new(project, jiff::civil::date(2026, 3, 1));
            section(&mut Draft::new(&input, &[])).len()
        };
        assert_eq!(blocks(&project), 0);
        project.threats.insert(Threat { loss_range: Some(Estimate::lognormal(100.0, 900.0)), ..threat });
        assert_eq!(blocks(&project), 5);
    }
}
