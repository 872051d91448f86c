//! Scope, method and scales.

use super::super::document::{Block, Callout, Chapter, Figure, Row, Table, Text};
use super::super::figures;
use super::super::input::ChapterKey;
use super::super::words;
use super::control::beside;
use super::draft::Draft;
use super::tables::{dash, left, right, small};
use crate::model::{AssumptionState, Method, Scheme, Strength};

pub(super) fn chapter(draft: &mut Draft<'_>) -> Chapter {
    let mut chapter = Draft::begin(ChapterKey::Scope);
    let description = draft.project.description.trim();
    chapter.lead = if description.is_empty() {
        format!("The assessment covers {} as the model draws it.", draft.system()).into()
    } else {
        Text::from(first_sentences(description, 220))
    };
    chapter.blocks.push(beside("In scope", vec![Block::Paragraph(in_scope(draft))]));
    chapter.blocks.push(beside("Out of scope", out_of_scope(draft)));
    chapter.blocks.push(beside("Method", method(draft)));
    chapter.blocks.push(beside("Strength of a control", vec![Block::Table(strength(draft.method))]));
    chapter.blocks.push(beside("Assumptions", assumptions(draft)));
    chapter.blocks.push(beside("Open questions", vec![questions(draft)]));
    chapter.blocks.push(Block::Section("Scales with anchors".to_owned()));
    chapter.blocks.push(beside("Likelihood", vec![Block::Table(likelihood(draft))]));
    chapter.blocks.push(beside("Impact", vec![Block::Table(impact(draft))]));
    chapter.blocks.push(bands_figure(draft));
    let callout = Callout {
        head: "What the numbers are not".to_owned(),
        text: "Ratings are judgements on a coarse scale, and the effect of controls follows conventions where nothing was \
               measured. Differences of a few tenths lie inside the spread of votes. Loss figures compare threats and \
               plans; they are not a forecast and not a reserve."
            .into(),
    };
    chapter.blocks.push(beside("Limits of the method", vec![Block::Callout(callout)]));
    chapter
}

/// Whole sentences from the beginning, as many as fit.
pub(super) fn first_sentences(text: &str, most: usize) -> String {
    let mut kept = String::new();
    for sentence in text.split_inclusive(['.', '!', '?']) {
        if !kept.is_empty() && kept.chars().count() + sentence.chars().count() > most {
            break;
        }
        kept.push_str(sentence);
    }
    words::sentence(&kept)
}

fn in_scope(draft: &Draft<'_>) -> Text {
    let diagram = &draft.project.diagram;
    let components = diagram.components().filter(|component| !component.out_of_scope).count();
    let interfaces = diagram.interfaces().filter(|interface| !interface.out_of_scope).count();
    let crossing = draft.crossings.len();
    let zones = diagram.zones.len();
    let zones =
        if zones == 0 { String::new() } else { format!(" in {}", words::counted(zones, "trust zone")) };
    let crossing = match crossing {
        0 => "none of which crosses a zone".to_owned(),
        1 => "one of which crosses a zone".to_owned(),
        n => format!("{} of which cross a zone", words::count(n)),
    };
    Text::new().plain(format!(
        "{}{zones}, {} ({crossing}), {}, {}. The purpose is to decide what is treated until the next review, and to record the risk that stays.",
        words::capital(&words::counted(components, "component")),
        words::counted(interfaces, "interface"),
        words::counted(draft.project.assets.len(), "asset"),
        words::counted(draft.live_count(), "threat"),
    ))
}

fn out_of_scope(draft: &Draft<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let said = draft.project.out_of_scope.trim();
    if !said.is_empty() {
        blocks.push(Block::Paragraph(Text::new().linked(said)));
    }
    let reason = |text: &str| {
        if text.trim().is_empty() { Text::new().absent("no reason given") } else { text.trim().into() }
    };
    let mut rows: Vec<Row> = Vec::new();
    for component in draft.project.diagram.components().filter(|component| component.out_of_scope) {
        let name = Text::new().id(component.id).plain(format!(" {}", component.name));
        rows.push(Row::new(vec![name.into(), reason(&component.out_of_scope_reason).into()]));
    }
    for interface in draft.project.diagram.interfaces().filter(|interface| interface.out_of_scope) {
        let name =
            Text::new().id(interface.id).plain(format!(" {}", draft.project.interface_name(interface)));
        rows.push(Row::new(vec![name.into(), reason(&interface.out_of_scope_reason).into()]));
    }
    if !rows.is_empty() {
        blocks.push(Block::Table(small(vec![left("Left out", 52.0), left("Reason", 74.0)], rows)));
    }
    if blocks.is_empty() {
        blocks.push(Block::Paragraph(Text::new().absent("The model names nothing that is left out.")));
    }
    blocks
}

fn method(draft: &Draft<'_>) -> Vec<Block> {
    let method = draft.method;
    let votes = draft.project.threats.iter().filter(|threat| !threat.likelihood_votes.is_empty()).count();
    let rated = if votes == 0 {
        "Each threat is rated on likelihood and impact with no listed control. ".to_owned()
    } else {
        format!(
            "Each threat is rated on likelihood and impact with no listed control; {} by vote, and the spread of the votes is kept. ",
            if votes == draft.project.threats.len() { "all".to_owned() } else { words::count(votes) }
        )
    };
    let paragraphs = [
        ("Find. ", "Threats are looked for at each component and at each interface with STRIDE, and against public lists; the references in the register name them. ".to_owned() + "A suggestion is taken over or set aside with a reason."),
        ("Rate. ", rated + "Ratings are logarithmic: one level is a factor of " + &factor(method) + ". The score is likelihood plus impact, 2 to 10, with one decimal." + decides(method)),
        ("Reduce. ", format!(
            "A control lowers likelihood or impact by its strength, its state and its coverage. Layers multiply, related layers count less (correlation {} within a family, {} across), and no stack removes more than {}. Measured evidence replaces the claim.",
            method.family_correlation, method.cross_correlation, words::percent(method.cap)
        )),
        ("Estimate. ", match method.middle_loss {
            Some(_) => "Expected loss is mean frequency times mean loss of one event, from a threat's own ranges where people gave them, else from the anchors below, with what controls leave of both. It is rounded for each threat; every sum is the sum of printed values.".to_owned(),
            None if draft.register.inherent.loss.is_some() => "Impact levels carry no money, so expected loss is known, and printed, only for threats with a range of their own: mean frequency times mean loss of one event.".to_owned(),
            None => "Impact levels carry no money, so no loss is printed; the order is by score.".to_owned(),
        }),
    ];
    paragraphs
        .into_iter()
        .map(|(head, text)| Block::Paragraph(Text::new().strong(head).plain(text)))
        .collect()
}

/// How many times as much a level is as the one below: "five", "4.5".
fn factor(method: &Method) -> String {
    let factor = method.factor();
    if factor == factor.round() && factor <= 12.0 {
        words::count(factor as usize)
    } else {
        words::figure(factor)
    }
}

/// What decides the band, where it is not the score.
fn decides(method: &Method) -> &'static str {
    match method.scheme {
        Scheme::Score => "",
        Scheme::Five => " The band is that of the cell in the grid of five by five.",
        Scheme::Three => " The band is that of the cell in the grid of three by three.",
        Scheme::Owasp => {
            " The band is that of the OWASP Risk Rating: the means of its factors, 0 to 9, below 3 low and from 6 high."
        }
    }
}

fn strength(method: &Method) -> Table {
    let states =
        ["verified or implemented: in full", "partial: half", "planned or proposed: nothing until done"];
    let rows =
        [Strength::High, Strength::Medium, Strength::Low].into_iter().zip(states).map(|(strength, state)| {
            let share = strength.effectiveness();
            let levels = -method.level_change(share);
            Row::new(vec![
                strength.label().into(),
                words::percent(share).into(),
                format!("{levels:.2}").into(),
                state.into(),
            ])
        });
    let columns = vec![
        left("Word", 24.0),
        right("Reduces by", 22.0),
        right("Levels", 20.0),
        left("  State counts as", 60.0),
    ];
    small(columns, rows.collect())
}

fn assumptions(draft: &Draft<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let diagram = &draft.project.diagram;
    let of_components = diagram.components().map(|component| component.assumptions().count());
    let of_interfaces = diagram.interfaces().map(|interface| interface.assumptions().count());
    let unconfirmed: Vec<usize> = of_components.chain(of_interfaces).filter(|number| *number > 0).collect();
    if !unconfirmed.is_empty() {
        let answers = unconfirmed.iter().sum();
        let verb = if answers == 1 { "is" } else { "are" };
        blocks.push(Block::Paragraph(
            format!(
                "{} about {} {verb} assumed from what is usual and not confirmed; the risks rest on them as if they were.",
                words::sentence(&words::counted(answers, "answer")).trim_end_matches('.'),
                words::counted(unconfirmed.len(), "element"),
            )
            .into(),
        ));
    }
    if draft.project.assumptions.is_empty() {
        if blocks.is_empty() {
            blocks.push(Block::Paragraph(Text::new().absent("No assumption is recorded.")));
        }
        return blocks;
    }
    let rows = draft.project.assumptions.iter().map(|assumption| {
        let state = match assumption.state {
            AssumptionState::Unconfirmed => Text::new().absent("not checked"),
            AssumptionState::Confirmed => Text::from(match assumption.date {
                Some(date) => format!("Confirmed {}", words::date(date)),
                None => "Confirmed".to_owned(),
            }),
            AssumptionState::Rejected => Text::new().strong("Rejected"),
        };
        let links = if assumption.links.is_empty() {
            dash()
        } else {
            Text::new().ids(assumption.links.iter().copied(), " ")
        };
        Row::of(
            assumption.id,
            vec![
                Text::new().id(assumption.id).into(),
                Text::new().linked(&assumption.text).into(),
                links.into(),
                state.into(),
            ],
        )
    });
    let columns = vec![left("Id", 12.0), left("Assumption", 62.0), left("Holds", 26.0), left("State", 26.0)];
    blocks.push(Block::Table(small(columns, rows.collect())));
    blocks
}

fn questions(draft: &Draft<'_>) -> Block {
    use jiff::Unit;
    let open: Vec<_> =
        draft.project.questions.iter().filter(|question| question.answer.trim().is_empty()).collect();
    if open.is_empty() {
        return Block::Paragraph("No question is open.".into());
    }
    let rows = open.iter().map(|question| {
        let age = question.date.filter(|date| *date <= draft.date()).and_then(|date| {
            date.until((Unit::Day, draft.date()))
                .ok()
                .map(|span| words::figures(span.get_days().unsigned_abs() as usize, "day"))
        });
        let links = if question.links.is_empty() {
            dash()
        } else {
            Text::new().ids(question.links.iter().copied(), " ")
        };
        Row::of(
            question.id,
            vec![
                Text::new().id(question.id).into(),
                Text::new().linked(&question.text).into(),
                links.into(),
                age.map_or_else(dash, Text::from).into(),
            ],
        )
    });
    let columns =
        vec![left("Id", 12.0), left("Question", 66.0), left("About", 28.0), right("Open for", 20.0)];
    Block::Table(small(columns, rows.collect()))
}

fn likelihood(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let method = draft.method;
    let rows = (1..).zip(method.likelihood_words()).map(|(level, name)| {
        let yearly = method.frequency(method.middle_of_level(level));
        let words_for = if yearly >= 1.0 {
            match yearly {
                y if y < 1.5 => "about once a year".to_owned(),
                y if y < 12.0 => format!("about {} times a year", words::thousands(y)),
                y => format!("about {} times a month", words::thousands((y / 12.0).max(1.0))),
            }
        } else {
            format!("about once in {} years", words::thousands(1.0 / yearly.max(1e-9)))
        };
        Row::new(vec![
            level.to_string().into(),
            name.clone().into(),
            words::figure(yearly).into(),
            Text::new().plain("  ").quiet(words_for).into(),
        ])
    });
    Table {
        number,
        caption: format!(
            "Likelihood levels. One on the scale of five is {} times the one below.",
            factor(method)
        )
        .into(),
        columns: vec![
            left("Level", 12.0),
            left("Word", 34.0),
            right("Events a year", 26.0),
            left("  In words", 54.0),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn impact(draft: &mut Draft<'_>) -> Table {
    let number = draft.table();
    let method = draft.method;
    let rows = (1..).zip(method.impact_words()).map(|(level, name)| {
        let loss = method
            .loss(method.middle_of_level(level))
            .map_or_else(|| Text::new().absent("no money named"), |loss| draft.money(loss).into());
        Row::new(vec![level.to_string().into(), name.clone().into(), loss.into()])
    });
    Table {
        number,
        caption: format!(
            "Impact levels: what one event costs. One on the scale of five is {} times the one below.",
            factor(method)
        )
        .into(),
        columns: vec![
            left("Level", 12.0),
            left("Word", 34.0),
            right("Loss of one event", 26.0),
            left("", 54.0),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn bands_figure(draft: &mut Draft<'_>) -> Block {
    let number = draft.figure();
    let appetite = words::decimal(draft.method.appetite);
    let caption = format!(
        "Score is likelihood plus impact. The heavy line is the appetite: score {appetite}. Bands are cut along lines of equal expected loss, so two threats in one band cost about the same."
    );
    let picture = figures::scale(draft.method, 126.0);
    let alternative = format!(
        "The field of scores. Medium from {}, High from {}, Critical from {}; appetite {appetite}.",
        words::decimal(draft.method.medium_from),
        words::decimal(draft.method.high_from),
        words::decimal(draft.method.critical_from),
    );
    Block::Figure(Box::new(Figure {
        number,
        caption: caption.into(),
        picture,
        alternative,
        head: "Bands and appetite".to_owned(),
        ..Figure::default()
    }))
}
