//! The risk overview: the field, counts by band, by category.

use super::super::document::{Block, Callout, Cell, Chapter, Figure, FigurePlace, Row, Table, Text};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::page::FULL_WIDTH;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{bands, dash, left, owner, rated, right, tally};
use crate::analysis::risk::{Rating, RiskRow};
use crate::model::{Band, Stride, Threat, ThreatId};
use crate::picture::heatmap::{HeatmapOptions, heatmap};
use crate::picture::{Picture, PictureBuilder, Rect};

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Overview);
    chapter.lead = lead(draft);
    chapter.blocks.push(field(draft));
    if draft.is_unrated() {
        return chapter;
    }
    let number = draft.figure();
    let shown = bands(draft);
    let picture = figures::bands(&draft.register, &shown, 124.0);
    let counts: Vec<String> = shown
        .iter()
        .map(|band| {
            format!("{} {}", draft.register.current.bands.get(band).copied().unwrap_or(0), band.label())
        })
        .collect();
    chapter.blocks.push(Block::Figure(Box::new(Figure {
        number,
        caption: format!(
            "All {} by band at each rating.",
            words::figures(draft.live_count() - draft.register.unrated.len(), "rated threat")
        )
        .into(),
        picture,
        alternative: format!("Counts by band. Now: {}.", counts.join(", ")),
        head: "By band".to_owned(),
        ..Figure::default()
    })));
    if let Some(reading) = reading(draft) {
        let callout = Callout { head: String::new(), text: reading };
        chapter.blocks.push(beside("Reading", vec![Block::Callout(callout)]));
    }
    chapter.blocks.push(Block::Table(by_stride(draft)));
    chapter.blocks.extend(super::losses::section(draft));
    chapter
}

fn lead(draft: &Draft<'_>) -> Text {
    let above = |rating| draft.above(rating).len();
    let (inherent, now, plan) = (above(Rating::Inherent), above(Rating::Current), above(Rating::Planned));
    let losses = Rating::ALL.map(|rating| draft.total_loss(rating));
    if draft.live_count() == 0 {
        return "No threat is recorded, so there is nothing to rate.".into();
    }
    if draft.is_unrated() {
        return "No threat has been rated yet.".into();
    }
    let leaves = match plan {
        0 => "leaves none above appetite".to_owned(),
        1 => "leaves one above appetite".to_owned(),
        n => format!("leaves {} above appetite", words::count(n)),
    };
    match losses {
        [Some(before), Some(today), Some(after)] => format!(
            "Controls in place have taken the expected loss from {} to {} a year. The plan takes it to {} and {leaves}.",
            draft.money(before),
            draft.money(today),
            draft.money(after)
        )
        .into(),
        _ => format!(
            "Without any control {} would lie above appetite; with those in place it is {}. The plan {leaves}.",
            words::counted(inherent, "threat"),
            words::count(now)
        )
        .into(),
    }
}

/// The field with the key to its right.
fn field(draft: &mut Draft<'_>) -> Block {
    let number = draft.figure();
    let above = draft.above(Rating::Current);
    let options = HeatmapOptions { only_above_appetite: true, ..HeatmapOptions::paper(92.0, 98.0) };
    let field = heatmap(&draft.register, draft.method, &options).picture;
    let key = figures::key(&draft.register, &above);
    let alternative = format!("{} Full data: the threat register.", field.description);
    let within = draft.live_count().saturating_sub(above.len() + draft.register.unrated.len());
    let caption = match above.len() {
        _ if draft.is_unrated() => draft.nothing_rated().to_owned(),
        0 => "Current risk of all threats; none lies above the appetite.".to_owned(),
        n => format!(
            "From inherent through current to planned, for the {} above appetite; rings are the other {} at their current place. Marks that would overlap are moved sideways, never up or down.",
            if n == 1 { "one threat".to_owned() } else { format!("{} threats", words::count(n)) },
            words::count(within),
        ),
    };
    let picture = side_by_side(&field, &key, FULL_WIDTH);
    Block::Figure(Box::new(Figure {
        number,
        caption: caption.into(),
        picture,
        alternative,
        place: FigurePlace::Wide,
        ..Figure::default()
    }))
}

/// The first at the left, the second at the right edge.
fn side_by_side(first: &Picture, second: &Picture, width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    out.picture(first, -first.bounds.x, -first.bounds.y);
    let x = (width - second.bounds.w).max(first.bounds.w + 2.0);
    out.picture(second, x - second.bounds.x, 4.0 - second.bounds.y);
    let height = first.bounds.h.max(second.bounds.h + 4.0);
    out.finish_in(Rect::new(0.0, 0.0, x + second.bounds.w, height))
}

/// What stands out, in sentences made from the numbers.
fn reading(draft: &Draft<'_>) -> Option<Text> {
    let above = draft.above(Rating::Current);
    let gain = |row: &RiskRow, from: Rating, to: Rating| Some(row.risk(from)? - row.risk(to)?);
    let mut text = Text::new();
    let hardly: Vec<ThreatId> = above
        .iter()
        .filter(|(row, _)| gain(row, Rating::Inherent, Rating::Current).is_some_and(|gain| gain < 0.15))
        .map(|(row, _)| row.threat)
        .take(4)
        .collect();
    if !hardly.is_empty() {
        let verb = if hardly.len() == 1 {
            " has hardly moved from its inherent score: what answers it is not in place. "
        } else {
            " have hardly moved from their inherent scores: what answers them is not in place. "
        };
        text = text.ids(hardly, ", ").plain(verb);
    }
    let live = draft.live();
    let furthest = live
        .iter()
        .filter_map(|(row, _)| Some((gain(row, Rating::Current, Rating::Planned)?, row.threat)))
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    if let Some((gain, threat)) = furthest.filter(|(gain, _)| *gain >= 0.3) {
        text =
            text.id(threat).plain(format!(" moves furthest under the plan, by {}. ", words::decimal(gain)));
    }
    let stay: Vec<ThreatId> =
        draft.above(Rating::Planned).iter().map(|(row, _)| row.threat).take(6).collect();
    if !stay.is_empty() {
        let verb = if stay.len() == 1 { " ends" } else { " end" };
        text = text
            .ids(stay, ", ")
            .plain(format!("{verb} above the line even when every listed control is complete."));
    }
    if !draft.register.unrated.is_empty() {
        text = text.plain(format!(
            " Not rated and so not drawn: {}.",
            words::counted(draft.register.unrated.len(), "threat")
        ));
    }
    (!text.is_empty()).then_some(text)
}

fn by_stride(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let shown = bands(draft);
    let live = draft.live();
    let counted = |stride: Option<Stride>| -> Vec<&(&RiskRow, &Threat)> {
        live.iter().filter(|(_, threat)| threat.first_stride() == stride).collect()
    };
    let sum = |rows: &[&(&RiskRow, &Threat)]| -> f64 {
        rows.iter().filter_map(|(row, _)| Draft::loss(row, Rating::Current)).sum()
    };
    let groups: Vec<Option<Stride>> =
        Stride::ALL.iter().copied().map(Some).chain(counted(None).first().map(|_| None)).collect();
    let largest = groups.iter().map(|stride| sum(&counted(*stride))).fold(0.0, f64::max);
    let money = draft.has_money();
    let mut rows = Vec::new();
    for stride in groups {
        let group = counted(stride);
        let also = stride.map_or(0, |stride| {
            live.iter()
                .filter(|(_, threat)| {
                    threat.stride.contains(&stride) && threat.first_stride() != Some(stride)
                })
                .count()
        });
        let name = match stride {
            Some(stride) => {
                Text::new().strong(stride.letter().to_string()).plain(format!("  {}", stride.label()))
            }
            None => Text::new().absent("no category"),
        };
        let mut cells: Vec<Cell> = vec![name.into()];
        cells.extend(shown.iter().map(|band| tally(in_band(&group, *band))));
        cells.push(Text::new().strong(group.len().to_string()).into());
        cells.push(tally(also));
        if money {
            let loss = sum(&group);
            cells.push(if loss > 0.0 { words::thousands(loss).into() } else { dash().into() });
            cells.push(Cell::drawn(figures::loss_bar(loss, largest, 20.0)));
        }
        rows.push(Row::new(cells));
    }
    let all: Vec<&(&RiskRow, &Threat)> = live.iter().collect();
    let mut cells: Vec<Cell> = vec!["All threats".into()];
    cells.extend(shown.iter().map(|band| tally(in_band(&all, *band))));
    cells.push(all.len().to_string().into());
    cells.push(Text::new().into());
    if money {
        cells.push(words::thousands(sum(&all)).into());
        cells.push(Text::new().into());
    }
    rows.push(Row::total(cells));
    let mut columns = vec![left("Category", 42.0)];
    columns.extend(shown.iter().map(|band| right(Text::new().band(*band), 18.0)));
    columns.extend([right("All", 12.0), right("Also", 11.0)]);
    if money {
        columns.push(right(format!("Expected loss, {}k a year", draft.method.currency), 22.0));
        columns.push(left("", 22.0));
    }
    Table {
        number,
        caption: "Current risk by STRIDE category. A threat counts once, under its first category; “also” counts those for which it is a further one.".into(),
        columns,
        rows,
        wide: true,
        rows_are: "categories",
        ..Table::default()
    }
}

/// How many rows lie in a band now.
pub(super) fn in_band(rows: &[&(&RiskRow, &Threat)], band: Band) -> usize {
    rows.iter().filter(|(row, _)| row.band(Rating::Current) == Some(band)).count()
}

/// The second page of the short report: the field, and what lies above the appetite.
pub(super) fn above_appetite(draft: &mut Draft<'_>) -> Chapter {
    const MOST: usize = 40;
    let mut chapter = Draft::begin(ChapterKey::TopRisks);
    chapter.title = "Risks above appetite".into();
    chapter.blocks.push(field(draft));
    if draft.above(Rating::Current).is_empty() {
        let text =
            if draft.is_unrated() { draft.nothing_rated() } else { "No threat lies above the appetite." };
        chapter.blocks.push(Block::Paragraph(text.into()));
        return chapter;
    }
    let number = draft.table();
    let above = draft.above(Rating::Current);
    let money = draft.has_money();
    let sum = |rows: &[(&RiskRow, &Threat)]| -> f64 {
        rows.iter().filter_map(|(row, _)| Draft::loss(row, Rating::Current)).sum()
    };
    let mut rows: Vec<Row> = above
        .iter()
        .take(MOST)
        .map(|(row, threat)| {
            let mut cells: Vec<Cell> = vec![
                Text::new().id(threat.id).into(),
                Cell::from(threat.title.clone()).at_most(2),
                rated(draft, row.current, true).into(),
                rated(draft, row.planned, false).into(),
            ];
            if money {
                cells.push(
                    Draft::loss(row, Rating::Current)
                        .map_or_else(dash, |loss| words::thousands(loss).into())
                        .into(),
                );
            }
            cells.push(Cell::from(Text::new().plain("  ").and(owner(&threat.owner))).at_most(1));
            cells.push(
                threat
                    .due
                    .map_or_else(|| Text::new().absent("no date"), |due| words::date(due).into())
                    .into(),
            );
            Row::of(threat.id, cells)
        })
        .collect();
    let within: Vec<(&RiskRow, &Threat)> =
        draft.live().into_iter().filter(|(row, _)| !row.is_above_appetite(Rating::Current)).collect();
    let total = |name: String, loss: f64| {
        let mut cells: Vec<Cell> =
            vec![Text::new().into(), name.into(), Text::new().into(), Text::new().into()];
        if money {
            cells.push(words::thousands(loss).into());
        }
        Row::total(cells)
    };
    if above.len() > MOST {
        rows.push(Row::more(above.len() - MOST, "the detailed report"));
    }
    rows.push(total(format!("{} above appetite", words::capital(&words::count(above.len()))), sum(&above)));
    rows.push(total(
        format!("{} within appetite", words::capital(&words::count(within.len()))),
        sum(&within),
    ));
    let mut columns =
        vec![left("Id", 13.0), left("Threat", 52.0), left("Current", 24.0), left("Planned", 24.0)];
    if money {
        columns.push(right(format!("{}k a year", draft.method.currency), 17.0));
    }
    columns.extend([left("  Owner", 24.0), left("Due", 20.0)]);
    chapter.blocks.push(Block::Table(Table {
        number,
        caption: format!(
            "The {} above appetite.",
            if above.len() == 1 {
                "threat".to_owned()
            } else {
                format!("{} threats", words::count(above.len()))
            }
        )
        .into(),
        columns,
        rows,
        wide: true,
        rows_are: "threats",
        ..Table::default()
    }));
    chapter
}
