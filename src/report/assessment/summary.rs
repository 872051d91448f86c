//! The executive summary: one page that a manager can decide on.

use super::super::document::{
    Block, Cell, Chapter, DecisionAsked, Density, Figure, Numeral, Row, Table, Text,
};
use super::super::figures;
use super::super::figures::Step;
use super::super::input::ChapterKey;
use super::super::words;
use super::draft::Draft;
use super::tables::{bands, left, owner, rated, right, small, tally};
use crate::analysis::compare::Movement;
use crate::analysis::risk::Rating;
use crate::model::{ControlStatus, PolicyStatus, Threat, ThreatId};
use crate::picture::heatmap::{HeatmapOptions, heatmap};

/// A decision names so many of the things that it is about.
const MOST_NAMED: usize = 6;
/// The width of one of the two columns.
const COLUMN: f32 = 82.0;

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Summary);
    let decisions = decisions(draft);
    chapter.blocks.push(Block::Verdict(verdict(draft)));
    chapter.blocks.push(Block::Numerals(numerals(draft)));
    let first = vec![
        Block::Section(moved_head(draft)),
        moved_figure(draft),
        Block::Section("Where current risk lies".to_owned()),
        field_figure(draft),
    ];
    let asked = words::capital(&words::counted(decisions.len(), "decision"));
    let mut second = vec![Block::Section(format!("{asked} asked"))];
    if decisions.is_empty() {
        let text = if draft.is_unrated() {
            "The model asks for no decision. Find and rate threats first: the decisions follow from them."
        } else {
            "The model asks for no decision: nothing lies above the appetite after the plan, nothing is overdue, and no policy waits for approval."
        };
        second.push(Block::Paragraph(text.into()));
    }
    second.push(Block::Decisions(decisions));
    second.push(Block::Section("Counts by band".to_owned()));
    second.push(Block::Table(Table { density: Density::Tight, ..counts(draft) }));
    let above = above_table(draft);
    if !above.rows.is_empty() {
        second.push(Block::Section("Above appetite now".to_owned()));
        second.push(Block::Table(Table { density: Density::Tight, ..above }));
    }
    chapter.blocks.push(Block::Columns(vec![(1.0, first), (1.0, second)]));
    chapter.blocks.push(Block::Remark(remark(draft)));
    chapter
}

/// The sentence that sums everything up, made from the counts alone.
pub(super) fn verdict(draft: &Draft<'_>) -> Text {
    let name = draft.system();
    let system = words::capital(&name);
    let live = draft.live_count();
    let unrated = draft.register.unrated.len();
    let appetite = words::decimal(draft.method.appetite);
    if live == 0 {
        return format!("Nothing has been rated: the model of {name} records no threat that counts.").into();
    }
    if unrated == live {
        return format!(
            "Nothing has been rated: {} of {name} {} for a first rating.",
            words::counted(live, "threat"),
            if live == 1 { "waits" } else { "wait" }
        )
        .into();
    }
    let above = draft.above(Rating::Current).len();
    let after: Vec<ThreatId> = draft.above(Rating::Planned).iter().map(|(row, _)| row.threat).collect();
    let trend = draft.baseline.as_ref().map_or("", |baseline| {
        let (before, now) = (baseline.above, above);
        let better = baseline.comparison.moved(Movement::Better).count();
        let worse = baseline.comparison.moved(Movement::Worse).count();
        // Where the signs disagree, the sentence keeps to the counts.
        if now <= before && better > worse {
            ", and improving"
        } else if now >= before && worse > better {
            ", and getting worse"
        } else {
            ""
        }
    });
    let mut text = if above == 0 {
        format!(
            "{system} is inside its appetite{trend}: none of its {} lies at or above {appetite}.",
            words::counted(live, "threat")
        )
    } else {
        let lie = if above == 1 { "lies" } else { "lie" };
        format!(
            "{system} is outside its appetite{trend}. {} of {} {lie} at or above {appetite}",
            words::capital(&words::count(above)),
            words::counted(live, "threat"),
        )
    };
    if above > 0 {
        match after.as_slice() {
            [] => text.push_str("; the plan brings all of them below it."),
            [one] if above == 1 => {
                text.push_str(&format!(
                    "; {one} stays there even when the plan is complete, and needs a decision."
                ));
            }
            [one] => text.push_str(&format!("; the plan leaves one, {one}, which needs a decision.")),
            many if many.len() <= 3 => {
                text.push_str(&format!("; the plan leaves {}, which need a decision.", words::list(many)));
            }
            many => text.push_str(&format!(
                "; the plan leaves {} of them, which need a decision.",
                words::count(many.len())
            )),
        }
    }
    if unrated > 0 {
        text.push_str(&format!(
            " {} not rated.",
            words::capital(&match unrated {
                1 => "one threat is".to_owned(),
                n => format!("{} threats are", words::count(n)),
            })
        ));
    }
    text.into()
}

fn numerals(draft: &Draft<'_>) -> Vec<Numeral> {
    let live = draft.live_count();
    let above = draft.above(Rating::Current);
    let before = |what: String| {
        draft.baseline.as_ref().map_or_else(String::new, |baseline| format!("{what} at {}", baseline.name))
    };
    let mut numerals = vec![Numeral {
        value: above.len().to_string(),
        of: format!("of {}", words::thousands(live as f64)),
        label: "threats above appetite".to_owned(),
        note: draft
            .baseline
            .as_ref()
            .map_or_else(String::new, |baseline| before(format!("{} of {}", baseline.above, baseline.live))),
    }];
    if let Some(loss) = draft.total_loss(Rating::Current) {
        let planned = draft
            .total_loss(Rating::Planned)
            .map_or_else(String::new, |planned| format!("{} after the plan", draft.money(planned)));
        numerals.push(Numeral {
            value: draft.money(loss),
            of: String::new(),
            label: "expected loss a year".to_owned(),
            note: planned,
        });
    }
    let owned =
        above.iter().filter(|(_, threat)| !threat.owner.trim().is_empty() && threat.due.is_some()).count();
    let overdue =
        draft.actions().iter().filter(|control| control.due.is_some_and(|due| due < draft.date())).count();
    numerals.push(Numeral {
        value: owned.to_string(),
        of: format!("of {}", above.len()),
        label: "of these with owner and date".to_owned(),
        note: match overdue {
            0 => "no action is overdue".to_owned(),
            1 => "1 action is overdue".to_owned(),
            n => format!("{n} actions are overdue"),
        },
    });
    let controls = draft.project.controls.len();
    let in_place =
        draft.project.controls.iter().filter(|control| control.status >= ControlStatus::Implemented).count();
    let measured = draft.project.controls.iter().filter(|control| draft.evidence(control).is_some()).count();
    numerals.push(Numeral {
        value: in_place.to_string(),
        of: format!("of {controls}"),
        label: "controls in place".to_owned(),
        note: match measured {
            0 => "none with recorded evidence".to_owned(),
            n => format!("{n} with recorded evidence"),
        },
    });
    numerals
}

fn moved_head(draft: &Draft<'_>) -> String {
    match &draft.baseline {
        Some(baseline) => format!("What moved since {}", baseline.name),
        None => "What controls do".to_owned(),
    }
}

/// With a baseline the bridge from then to now; without one from no control to the plan.
fn moved_figure(draft: &mut Draft<'_>) -> Block {
    if draft.baseline.is_none() && draft.is_unrated() {
        return Block::Paragraph(Text::new().absent(draft.nothing_rated()));
    }
    let number = draft.figure();
    let above = |rating| draft.above(rating).len();
    let (steps, caption) = match &draft.baseline {
        Some(baseline) => {
            let steps = bridge(draft);
            (steps, format!("Threats above appetite, {} to now.", baseline.short))
        }
        None => (
            vec![
                ("No control".to_owned(), Step::Total(above(Rating::Inherent))),
                ("Now".to_owned(), Step::Total(above(Rating::Current))),
                ("After the plan".to_owned(), Step::Total(above(Rating::Planned))),
            ],
            "Threats above appetite: with no listed control, with those in place, with all of them. There is no earlier baseline.".to_owned(),
        ),
    };
    let alternative = format!(
        "Bridge of threats above appetite. {}.",
        steps
            .iter()
            .map(|(name, step)| match step {
                Step::Total(count) => format!("{name} {count}"),
                Step::Change(change) => format!("{name} {change:+}"),
            })
            .collect::<Vec<_>>()
            .join(", ")
    );
    let picture = figures::bridge(&steps, COLUMN, 40.0);
    Block::Figure(Box::new(Figure {
        number,
        caption: caption.into(),
        picture,
        alternative,
        ..Figure::default()
    }))
}

/// From the count then to the count now; the steps close by construction, since each threat that crossed is in one.
pub(super) fn bridge(draft: &Draft<'_>) -> Vec<(String, Step)> {
    let Some(baseline) = &draft.baseline else { return Vec::new() };
    let method = draft.method;
    let old = draft.input.since.map_or(method, |old| &old.method);
    let (mut closed, mut improved, mut new, mut worse) = (0i64, 0i64, 0i64, 0i64);
    for change in &baseline.comparison.threats {
        let before = change.before.as_ref().filter(|state| state.status.is_live());
        let after = change.after.as_ref().filter(|state| state.status.is_live());
        let was = before.and_then(|state| state.current).is_some_and(|risk| old.above_appetite(risk));
        let is = after.and_then(|state| state.current).is_some_and(|risk| method.above_appetite(risk));
        match (was, is, before.is_some(), after.is_some()) {
            (true, false, _, false) => closed += 1,
            (true, false, _, true) => improved += 1,
            (false, true, false, _) => new += 1,
            (false, true, true, _) => worse += 1,
            _ => {}
        }
    }
    let now = draft.above(Rating::Current).len();
    debug_assert_eq!(
        baseline.above as i64 - closed - improved + new + worse,
        now as i64,
        "the bridge closes"
    );
    vec![
        (baseline.short.clone(), Step::Total(baseline.above)),
        ("Closed".to_owned(), Step::Change(-closed)),
        ("Improved".to_owned(), Step::Change(-improved)),
        ("New".to_owned(), Step::Change(new)),
        ("Worse".to_owned(), Step::Change(worse)),
        ("Now".to_owned(), Step::Total(now)),
    ]
}

fn field_figure(draft: &mut Draft<'_>) -> Block {
    let number = draft.figure();
    let options = HeatmapOptions {
        movement: false,
        only_above_appetite: true,
        terse: true,
        ..HeatmapOptions::paper(62.0, 52.0)
    };
    let picture = heatmap(&draft.register, draft.method, &options).picture;
    let above = draft.above(Rating::Current).len();
    let live = draft.live_count();
    let caption = match (live, above) {
        _ if draft.is_unrated() => draft.nothing_rated().to_owned(),
        (_, 0) => {
            format!("Current risk of all {}; none lies above the appetite.", words::figures(live, "threat"))
        }
        _ => format!(
            "Current risk of all {}. Numbered: the {above} above the appetite.",
            words::figures(live, "threat")
        ),
    };
    let alternative = picture.description.clone();
    Block::Figure(Box::new(Figure {
        number,
        caption: caption.into(),
        picture,
        alternative,
        ..Figure::default()
    }))
}

fn counts(draft: &Draft<'_>) -> Table {
    let mut columns = vec![left("", 34.0)];
    columns.extend(Rating::ALL.map(|rating| right(rating.label(), 20.0)));
    let mut rows: Vec<Row> = bands(draft)
        .into_iter()
        .map(|band| {
            let mut cells = vec![Text::new().band(band).into()];
            for rating in Rating::ALL {
                let count = draft.register.summary(rating).bands.get(&band).copied().unwrap_or(0);
                let cell = if rating == Rating::Current && count > 0 {
                    Text::new().strong(count.to_string()).into()
                } else {
                    tally(count)
                };
                cells.push(cell);
            }
            Row::new(cells)
        })
        .collect();
    let rated = draft.live_count() - draft.register.unrated.len();
    let mut cells = vec![Text::from("All rated threats").into()];
    cells.extend(Rating::ALL.map(|_| words::thousands(rated as f64).into()));
    rows.push(Row::total(cells));
    small(columns, rows)
}

fn above_table(draft: &Draft<'_>) -> Table {
    const MOST: usize = 4;
    let above = draft.above(Rating::Current);
    let mut rows: Vec<Row> = above
        .iter()
        .take(MOST)
        .map(|(row, threat)| {
            let due = match threat.due {
                Some(due) => Text::new().plain(format!(", {}", words::date(due))),
                None => Text::new().plain(", ").absent("no date"),
            };
            let planned = match (row.band(Rating::Planned), row.risk(Rating::Planned)) {
                (Some(band), Some(risk)) => {
                    Text::new().sign(band).plain(format!("\u{a0}{}", words::decimal(risk)))
                }
                _ => Text::new().absent("not rated"),
            };
            Row::new(vec![
                Text::new().id(threat.id).into(),
                Cell::from(threat.title.clone()).at_most(1).second(owner(&threat.owner).and(due)),
                rated(draft, row.current, true).into(),
                planned.into(),
            ])
        })
        .collect();
    if above.len() > MOST {
        let more = Text::new().plain(format!("and {} more, in ", above.len() - MOST));
        let more = draft.see(more, ChapterKey::Register, "the register");
        rows.push(Row::total(vec![Text::new().into(), more.into()]));
    }
    let columns = vec![left("Id", 11.0), left("Threat", 38.0), left("Current", 22.0), left("Planned", 11.0)];
    small(columns, rows)
}

fn remark(draft: &Draft<'_>) -> Text {
    let appetite = words::decimal(draft.method.appetite);
    let mut text = Text::new().plain(format!("Appetite: a score of {appetite} (likelihood + impact)"));
    if let Some(middle) = draft.method.middle_loss {
        // On a log scale of fives, a score is a yearly loss: the middle of both scales makes 6.
        let loss =
            draft.method.middle_frequency * middle * draft.method.factor().powf(draft.method.appetite - 6.0);
        text = text.plain(format!(", about {} expected loss a year for one threat", draft.money(loss)));
    }
    text = text.plain(". Figures are estimates of the model; method in ");
    text = draft.see(text, ChapterKey::Scope, "the detailed report");
    text = text.plain(". Every number traces to an identifier in ");
    draft.see(text, ChapterKey::Register, "the detailed report").plain(".")
}

/// What the model asks of its readers, most pressing first; at most three.
pub(super) fn decisions(draft: &Draft<'_>) -> Vec<DecisionAsked> {
    let mut asked = Vec::new();
    asked.extend(stay_above(draft));
    asked.extend(expired(draft));
    asked.extend(fund(draft));
    asked.extend(unrated(draft));
    asked.extend(policies(draft));
    asked.truncate(3);
    for (number, decision) in (1..).zip(&mut asked) {
        decision.number = number;
    }
    asked
}

/// Threats that stay above the appetite after the plan, and that nobody lives with by word.
fn stay_above(draft: &Draft<'_>) -> Option<DecisionAsked> {
    let stay: Vec<&Threat> = draft
        .above(Rating::Planned)
        .into_iter()
        .filter(|(_, threat)| !draft.acceptance_holds(threat))
        .map(|(_, threat)| threat)
        .collect();
    let first = stay.first()?;
    let by = stay.iter().filter_map(|threat| threat.due).min();
    let what = match stay.as_slice() {
        [one] => Text::new().plain("Accept ").id(one.id).plain(" above the appetite, or change the system"),
        many => Text::new().plain(format!(
            "Accept {} risks above the appetite, or change the system",
            words::count(many.len())
        )),
    };
    let reason = match stay.as_slice() {
        [one] => {
            let planned = draft.register.row(one.id).and_then(|row| row.risk(Rating::Planned));
            Text::new().plain(format!(
                "“{}” stays at {} with every listed control, above {}.",
                one.title,
                planned.map_or_else(|| "an unknown score".to_owned(), words::decimal),
                words::decimal(draft.method.appetite),
            ))
        }
        many => {
            let shown: Vec<ThreatId> = many.iter().take(6).map(|threat| threat.id).collect();
            let more = if many.len() > shown.len() { " and others" } else { "" };
            Text::new().ids(shown, ", ").plain(format!("{more} stay above it with every listed control."))
        }
    };
    Some(DecisionAsked {
        number: 0,
        what,
        reason,
        cost: String::new(),
        decides: decider(draft, first),
        by: by.map(words::date).unwrap_or_default(),
    })
}

/// Who has the right to accept: whoever did so before, else the system's owner.
fn decider(draft: &Draft<'_>, threat: &Threat) -> String {
    let before = threat
        .acceptance
        .as_ref()
        .map(|acceptance| acceptance.approver.clone())
        .filter(|name| !name.trim().is_empty());
    before.unwrap_or_else(|| draft.project.owner.clone())
}

fn expired(draft: &Draft<'_>) -> Option<DecisionAsked> {
    let expired: Vec<&Threat> = draft
        .accepted()
        .into_iter()
        .filter(|(_, threat)| {
            threat.acceptance.as_ref().is_some_and(|acceptance| acceptance.has_expired(draft.date()))
        })
        .map(|(_, threat)| threat)
        .collect();
    let first = expired.first()?;
    let ids: Vec<ThreatId> = expired.iter().take(6).map(|threat| threat.id).collect();
    Some(DecisionAsked {
        number: 0,
        what: Text::new().plain(format!(
            "Renew or end {}",
            words::counted(expired.len(), "acceptance").replacen("one ", "an ", 1)
        )),
        reason: Text::new()
            .plain("Expired: ")
            .ids(ids, ", ")
            .plain(". An acceptance that expires returns its threat to open."),
        cost: String::new(),
        decides: decider(draft, first),
        by: String::new(),
    })
}

/// Controls that are not agreed yet or not done, and that answer what lies above the appetite.
fn fund(draft: &Draft<'_>) -> Option<DecisionAsked> {
    let above: Vec<ThreatId> = draft.above(Rating::Current).iter().map(|(row, _)| row.threat).collect();
    let wanted: Vec<_> = draft
        .actions()
        .into_iter()
        .filter(|control| {
            control.status <= ControlStatus::Planned && control.threats.iter().any(|id| above.contains(id))
        })
        .collect();
    let last = wanted.iter().filter_map(|control| control.due).max();
    let costs: Vec<f64> = wanted.iter().filter_map(|control| control.cost).collect();
    let answered: Vec<ThreatId> = above
        .iter()
        .copied()
        .filter(|id| wanted.iter().any(|control| control.threats.contains(id)))
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let what = match wanted.as_slice() {
        [one] => Text::new().plain(format!("Go ahead with {}", lower_first(&one.name))),
        many => Text::new()
            .plain(format!("Go ahead with {} controls that are not begun", words::count(many.len()))),
    };
    let ids: Vec<_> = wanted.iter().take(MOST_NAMED).map(|control| control.id).collect();
    let others = |count: usize| if count > MOST_NAMED { " and others" } else { "" };
    let reason = Text::new()
        .ids(ids, ", ")
        .plain(others(wanted.len()))
        .plain(if wanted.len() == 1 { " answers " } else { " answer " })
        .ids(answered.iter().take(MOST_NAMED).copied(), ", ")
        .plain(others(answered.len()))
        .plain(", above the appetite now.");
    Some(DecisionAsked {
        number: 0,
        what,
        reason,
        cost: if costs.is_empty() { String::new() } else { draft.money(costs.iter().sum()) },
        decides: draft.project.owner.clone(),
        by: last.map(words::date).unwrap_or_default(),
    })
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        // A name that begins with two capitals is an abbreviation.
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(std::iter::once(second)).chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

fn unrated(draft: &Draft<'_>) -> Option<DecisionAsked> {
    let unrated = &draft.register.unrated;
    (!unrated.is_empty()).then(|| DecisionAsked {
        number: 0,
        what: format!("Rate {}", words::counted(unrated.len(), "threat")).into(),
        reason: Text::new()
            .ids(unrated.iter().take(8).copied(), ", ")
            .plain(if unrated.len() > 8 { " and others" } else { "" })
            .plain(" carry no rating, so this report cannot say where they stand."),
        cost: String::new(),
        decides: draft.project.owner.clone(),
        by: draft.project.review_due.map(words::date).unwrap_or_default(),
    })
}

fn policies(draft: &Draft<'_>) -> Option<DecisionAsked> {
    let waiting: Vec<_> = draft
        .project
        .policies
        .iter()
        .filter(|policy| matches!(policy.status, PolicyStatus::Draft | PolicyStatus::Staged))
        .collect();
    let first = waiting.first()?;
    let what = match waiting.as_slice() {
        [one] => format!("Approve the policy “{}”", one.name),
        many => format!("Approve {} policies", words::count(many.len())),
    };
    let ids: Vec<_> = waiting.iter().take(6).map(|policy| policy.id).collect();
    let reason = Text::new().ids(ids, ", ").plain(format!(
        " {} rules that are not in force yet (",
        if waiting.len() == 1 { "holds" } else { "hold" }
    ));
    let reason = draft.see(reason, ChapterKey::Policies, "see the detailed report").plain(").");
    Some(DecisionAsked {
        number: 0,
        what: what.into(),
        reason,
        cost: String::new(),
        decides: words::list(&first.review.approvers),
        by: draft.project.review_due.map(words::date).unwrap_or_default(),
    })
}
