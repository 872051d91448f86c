//! The top risks, half a page each: what happens, how it is rated, the likeliest path, what answers it.

use super::super::document::{
    Block, Cell, Chapter, Density, Figure, FigurePlace, RiskEntry, Row, Table, Text,
};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::page::FULL_WIDTH;
use super::super::words;
use super::draft::Draft;
use super::tables::{dash, left, owner, right};
use crate::analysis::paths::{AttackPath, path_for_threat};
use crate::analysis::risk::{ControlEffect, Rating, RiskRow};
use crate::model::{Project, Threat, ThreatId, Treatment};

/// At most so many entries.
const MOST: usize = 10;
/// A scenario has about so many letters: four lines.
const MOST_SCENARIO: usize = 330;
/// An entry lists so many controls; the rest stand in the controls' own table.
const MOST_CONTROLS: usize = 6;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::TopRisks);
    chapter.follows_on = true;
    let chosen = chosen(draft);
    if chosen.is_empty() {
        chapter.blocks.push(Block::Paragraph(draft.nothing_rated().into()));
        return chapter;
    }
    for id in chosen {
        if let Some(entry) = entry(draft, id) {
            chapter.blocks.push(Block::Risk(Box::new(entry)));
        }
    }
    chapter
}

/// Those above the appetite, worst first; at least four where there are as many, so that the next in line are seen.
pub(super) fn chosen(draft: &Draft<'_>) -> Vec<ThreatId> {
    let rated: Vec<_> = draft.live().into_iter().filter(|(row, _)| row.current.is_some()).collect();
    let above = rated.iter().filter(|(row, _)| row.is_above_appetite(Rating::Current)).count();
    rated.iter().take(above.clamp(4, MOST)).map(|(row, _)| row.threat).collect()
}

fn entry(draft: &mut Draft<'_>, id: ThreatId) -> Option<RiskEntry> {
    let threat = draft.threat(id)?;
    let path = path_for_threat(draft.project, &draft.graph, id).filter(|path| !path.steps.is_empty());
    let number = path.as_ref().map(|_| draft.figure());
    let row = draft.register.row(id)?;
    let rating = row.current.map(|score| (draft.method.band_of(score), words::decimal(score.risk())));
    let told: Vec<String> = Rating::ALL
        .iter()
        .filter_map(|rating| Some(format!("{} {}", rating.label(), words::decimal(row.risk(*rating)?))))
        .collect();
    let figure = match (path, number) {
        (Some(path), Some(number)) => Some(path_figure(draft.project, &path, number)),
        _ => None,
    };
    Some(RiskEntry {
        threat: id,
        title: threat.title.clone(),
        rating,
        field: figures::small_field(draft.method, row),
        field_alternative: format!("Place of {id} on the risk field. {}.", told.join(", ")),
        scenario: scenario(draft.project, threat),
        ratings: ratings(draft, row),
        path: figure,
        controls: controls(draft, row),
        facts: facts(draft, row, threat),
    })
}

/// The statement as a sentence, then the description.
pub(super) fn scenario(project: &Project, threat: &Threat) -> Text {
    let statement = &threat.statement;
    let part = |text: &str| text.trim().trim_end_matches('.').to_owned();
    let mut sentence = part(&statement.source);
    if !sentence.is_empty() && !statement.prerequisites.trim().is_empty() {
        sentence.push_str(&format!(", {},", part(&statement.prerequisites)));
    }
    if !statement.action.trim().is_empty() {
        let can = if sentence.is_empty() { "Somebody can" } else { " can" };
        sentence.push_str(&format!("{can} {}", part(&statement.action)));
    }
    if !statement.effect.trim().is_empty() {
        let lead = if sentence.is_empty() { "This leads to" } else { ", which leads to" };
        sentence.push_str(&format!("{lead} {}", part(&statement.effect)));
    }
    if !statement.harm.trim().is_empty() {
        let assets: Vec<String> =
            statement.assets.iter().map(|asset| project.name_of((*asset).into())).collect();
        let of = if assets.is_empty() { String::new() } else { format!(" of {}", words::list(&assets)) };
        let lead = if sentence.is_empty() { "It harms" } else { " and harms" };
        sentence.push_str(&format!("{lead} {}{of}", part(&statement.harm)));
    }
    let mut text = Text::new();
    if !sentence.is_empty() {
        text = text.linked(&words::sentence(&sentence));
    }
    let description = threat.description.trim();
    // Whole sentences, as many as an entry has room for.
    let room = MOST_SCENARIO.saturating_sub(sentence.chars().count());
    if !description.is_empty() && (room > 60 || text.is_empty()) {
        let told = super::scope::first_sentences(description, room.max(120));
        if told.chars().count() <= room.max(120) {
            let gap = if text.is_empty() { "" } else { " " };
            text = text.plain(gap).linked(&told);
        }
    }
    if text.is_empty() { Text::new().absent("Nothing is written about it beyond its title.") } else { text }
}

fn ratings(draft: &Draft<'_>, row: &RiskRow) -> Table {
    let money = draft.has_money();
    let rows = Rating::ALL.into_iter().map(|rating| {
        let cells: Vec<Cell> = match row.score(rating) {
            Some(score) => {
                let risk = score.risk();
                let mut cells: Vec<Cell> = vec![
                    rating.label().into(),
                    words::decimal(score.likelihood).into(),
                    words::decimal(score.impact).into(),
                    words::decimal(risk).into(),
                    Text::new().plain("   ").band(draft.method.band_of(score)).into(),
                ];
                if money {
                    cells.push(
                        Draft::loss(row, rating)
                            .map_or_else(dash, |loss| words::thousands(loss).into())
                            .into(),
                    );
                }
                cells
            }
            None => vec![
                rating.label().into(),
                dash().into(),
                dash().into(),
                dash().into(),
                Text::new().absent("   not rated").into(),
            ],
        };
        Row::new(cells)
    });
    let mut columns = vec![
        left("Rating", 20.0),
        right("Likelihood", 16.0),
        right("Impact", 15.0),
        right("Score", 14.0),
        left("   Band", 38.0),
    ];
    if money {
        columns.push(right(format!("{}k a year", draft.method.currency), 23.0));
    }
    Table { columns, rows: rows.collect(), density: Density::Tight, ..Table::default() }
}

fn path_figure(project: &Project, path: &AttackPath, number: u32) -> Figure {
    let target = project.name_of(path.target().into());
    let chance = (path.probability * 100.0).round();
    let of = if chance < 1.0 { "fewer than 1".to_owned() } else { format!("{chance:.0}") };
    let caption = format!(
        "Likeliest path to {target}: {of} in 100 attempts (model estimate). Controls: solid in place, half partial, dashed not in place."
    );
    let steps: Vec<String> = path.components().iter().map(|id| project.name_of((*id).into())).collect();
    Figure {
        number,
        caption: caption.into(),
        picture: figures::attack_path(project, path, FULL_WIDTH),
        alternative: format!("Attack path: {}. About {of} in 100 attempts.", steps.join(" → ")),
        place: FigurePlace::Wide,
        ..Figure::default()
    }
}

fn controls(draft: &Draft<'_>, row: &RiskRow) -> Table {
    let mut effects: Vec<&ControlEffect> = row.effects.iter().collect();
    effects.sort_by(|a, b| b.complete.total_cmp(&a.complete).then(a.control.cmp(&b.control)));
    let rest = effects.len().saturating_sub(MOST_CONTROLS);
    effects.truncate(MOST_CONTROLS);
    effects.sort_by_key(|effect| effect.control);
    let mut rows: Vec<Row> = effects
        .into_iter()
        .filter_map(|effect| {
            let control = draft.project.controls.get(effect.control)?;
            let mut strength = Text::new().plain(format!(
                "{}, {}",
                control.strength.label().to_lowercase(),
                words::percent(effect.claimed)
            ));
            if let Some(measured) = effect.measured {
                strength = strength
                    .plain(" → ")
                    .strong(words::percent(measured.rate))
                    .plain(format!(" ({})", words::percent_range(measured.low, measured.high)));
            }
            let evidence = match draft.evidence(control) {
                Some(evidence) => {
                    let rule = evidence.rule.map_or_else(Text::new, |rule| Text::new().plain(", ").id(rule));
                    Text::new().id(evidence.id).and(rule)
                }
                None => Text::new().with("no evidence yet", super::super::document::Tone::Faint),
            };
            let drop = words::decimal(effect.drop_current);
            Some(Row::new(vec![
                Text::new().id(effect.control).into(),
                Cell::from(control.name.clone()).at_most(1),
                strength.into(),
                effect.status.label().into(),
                if effect.drop_current >= 0.05 { format!("−{drop}").into() } else { dash().into() },
                Cell::from(Text::new().plain("   ").and(evidence)).at_most(1),
            ]))
        })
        .collect();
    if rest > 0 {
        rows.push(Row::total(vec![
            Text::new().into(),
            format!("and {}", words::figures(rest, "weaker control")).into(),
        ]));
    }
    Table {
        columns: vec![
            left("Control", 13.0),
            left("Answers by", 50.0),
            left("Strength, claimed → measured", 46.0),
            left("State", 22.0),
            right("Now", 10.0),
            left("   Evidence", 29.0),
        ],
        rows,
        density: Density::Tight,
        ..Table::default()
    }
}

fn facts(draft: &Draft<'_>, row: &RiskRow, threat: &Threat) -> Vec<(String, Text)> {
    let due = match threat.due {
        Some(due) if due < draft.date() => Text::new().strong(format!("{}, overdue", words::date(due))),
        Some(due) => Text::new().strong(words::date(due)),
        None => Text::new().absent("no date"),
    };
    let votes = match (row.likelihood_spread, row.impact_spread) {
        (None, None) => Text::new().absent("not voted on"),
        (likelihood, impact) => {
            let told = |name: &str, spread: Option<crate::analysis::risk::Spread>| {
                spread.map(|spread| {
                    let range = if spread.min < spread.max {
                        format!("{} to {}", spread.min, spread.max)
                    } else {
                        spread.min.to_string()
                    };
                    format!("{name} {range}")
                })
            };
            let parts: Vec<String> =
                [told("Likelihood", likelihood), told("impact", impact)].into_iter().flatten().collect();
            let apart =
                [likelihood, impact].into_iter().flatten().any(crate::analysis::risk::Spread::disagrees);
            format!("{}{}", parts.join(", "), if apart { "; spread of two levels" } else { "" }).into()
        }
    };
    let mut treatment = match threat.treatment {
        Treatment::Undecided => Text::new().strong("Not decided"),
        other => Text::new().plain(other.label()),
    };
    if let Some(acceptance) = &threat.acceptance {
        let until = acceptance
            .expiry
            .map_or_else(|| "without an end date".to_owned(), |day| format!("until {}", words::date(day)));
        treatment = treatment.plain(format!("; accepted by {} {until}", acceptance.approver));
    } else if let Some(decision) = threat.decisions.last() {
        let said = words::sentence(&decision.text);
        // A decision often begins with the treatment's own word.
        treatment = if said.starts_with(threat.treatment.label()) {
            Text::new().linked(&said)
        } else {
            treatment.plain(". ").linked(&said)
        };
    }
    let name =
        if threat.owner.trim().is_empty() { owner("") } else { Text::new().strong(threat.owner.as_str()) };
    vec![
        ("Owner".to_owned(), name),
        ("Due".to_owned(), due),
        ("Votes".to_owned(), votes),
        ("Treatment".to_owned(), treatment),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::input::ReportInput;
    use super::*;
    use crate::model::Scheme;

    #[test]
    fn the_band_of_an_entry_is_that_of_its_cell() {
        let mut project = Project::new("Test");
        project.threats.insert(Threat {
            id: ThreatId(1),
            likelihood: Some(4.0),
            impact: Some(2.2),
            likelihood_votes: vec![3, 5],
            ..Threat::default()
        });
        for (scheme, band) in [(Scheme::Score, "Medium"), (Scheme::Three, "High")] {
            project.method.scheme = scheme;
            let input = ReportInput::new(&project, jiff::civil::date(2026, 3, 1));
            let draft = Draft::new(&input, &[]);
            let row = draft.register.row(ThreatId(1)).unwrap();
            let bands: Vec<String> =
                ratings(&draft, row).rows.iter().map(|row| row.cells[4].text.words()).collect();
            assert_eq!(bands, [band; 3]);
            // 3 + 2.2 to 5 + 2.2: nobody voted on the impact.
            let (least, most) = row.voted().unwrap();
            assert!((least - 5.2).abs() < 1e-9 && (most - 7.2).abs() < 1e-9, "{least} to {most}");
        }
    }

    #[test]
    fn a_measured_control_stands_with_its_interval_in_both_tables() {
        use crate::model::{
            Control, ControlFunction, ControlId, ControlStatus, Evidence, EvidenceId, Strength,
        };
        use crate::model::{Policy, PolicyId, PolicyStatus};
        let mut project = Project::new("Test");
        project.threats.insert(Threat {
            id: ThreatId(1),
            likelihood: Some(4.0),
            impact: Some(4.0),
            ..Threat::default()
        });
        project.controls.insert(Control {
            id: ControlId(1),
            name: "watch".to_owned(),
            strength: Strength::High,
            function: ControlFunction::Detective,
            status: ControlStatus::Implemented,
            threats: vec![ThreatId(1)],
            ..Control::default()
        });
        let policy = Policy { id: PolicyId(1), status: PolicyStatus::Active, ..Policy::default() };
        project.policies.insert(policy);
        let texts = |project: &Project| {
            let input = ReportInput::new(project, jiff::civil::date(2026, 3, 1));
            let draft = Draft::new(&input, &[]);
            let row = draft.register.row(ThreatId(1)).unwrap();
            let strength = controls(&draft, row).rows[0].cells[2].text.words();
            let listed = super::super::coverage::control_row(
                &draft,
                project.controls.get(ControlId(1)).unwrap(),
                row.effects.first(),
            );
            let measured = &listed.cells[4];
            (strength, measured.text.words(), measured.second.words())
        };
        let (strength, measured, second) = texts(&project);
        assert_eq!((strength.as_str(), measured.as_str(), second.as_str()), ("high, 80\u{2009}%", "–", ""));
        project.evidence.insert(Evidence {
            id: EvidenceId(1),
            policy: Some(PolicyId(1)),
            control: Some(ControlId(1)),
            windows: 4,
            detected: 2,
            ..Evidence::default()
        });
        let (strength, measured, second) = texts(&project);
        assert_eq!(strength, "high, 80\u{2009}% → 50\u{2009}% (15–85\u{2009}%)");
        assert_eq!((measured.as_str(), second.as_str()), ("50\u{2009}%", "15–85\u{2009}%"));
    }
}
