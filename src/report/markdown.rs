//! The report as Markdown: headings, paragraphs, pipe tables; each figure as the sentence that describes it.

use std::fmt::Write as _;

use super::document::{Block, Cell, Chapter, Document, Figure, Row, Side, Span, Table, Text, Tone};
use super::words;

/// The report as Markdown.
pub fn print(document: &Document) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# {}\n", escaped(&document.title));
    let mut facts: Vec<String> = vec![words::long_date(document.date)];
    facts.push(document.running_version.clone());
    if !document.classification.is_empty() {
        facts.insert(0, document.classification.clone());
    }
    let _ = writeln!(out, "{}\n", escaped(&facts.join(" · ")));
    for chapter in &document.chapters {
        if matches!(chapter.blocks.as_slice(), [Block::Contents, ..]) {
            continue;
        }
        print_chapter(&mut out, chapter);
    }
    out
}

fn print_chapter(out: &mut String, chapter: &Chapter) {
    let number = chapter.number.map(|number| format!("{number} ")).unwrap_or_default();
    let _ = writeln!(out, "## {number}{}\n", escaped(&chapter.title));
    if !chapter.lead.is_empty() {
        let _ = writeln!(out, "{}\n", inline(&chapter.lead));
    }
    for block in &chapter.blocks {
        print_block(out, block, 3);
    }
}

fn heading(out: &mut String, level: usize, head: &str) {
    if !head.is_empty() {
        let _ = writeln!(out, "{} {}\n", "#".repeat(level.min(6)), escaped(head));
    }
}

fn print_block(out: &mut String, block: &Block, level: usize) {
    match block {
        Block::Verdict(text) => {
            let _ = writeln!(out, "**{}**\n", inline(text));
        }
        Block::Paragraph(text) | Block::Remark(text) => {
            let _ = writeln!(out, "{}\n", inline(text));
        }
        Block::Numerals(numerals) => {
            for numeral in numerals {
                let of = if numeral.of.is_empty() { String::new() } else { format!(" {}", numeral.of) };
                let note =
                    if numeral.note.is_empty() { String::new() } else { format!(" ({})", numeral.note) };
                let line = format!("- **{}{of}** {}{note}", escaped(&numeral.value), escaped(&numeral.label));
                let _ = writeln!(out, "{line}");
            }
            out.push('\n');
        }
        Block::Section(head) => heading(out, level, head),
        Block::Table(table) => print_table(out, table),
        Block::Figure(figure) => {
            heading(out, level, &figure.head);
            print_figure(out, figure);
            for block in &figure.beside {
                print_block(out, block, level + 1);
            }
        }
        Block::Plate(plate) => print_figure(out, &plate.figure),
        Block::Callout(callout) => {
            if !callout.head.is_empty() {
                let _ = writeln!(out, "> **{}**  ", escaped(&callout.head));
            }
            let _ = writeln!(out, "> {}\n", inline(&callout.text));
        }
        Block::Decisions(decisions) => {
            for decision in decisions {
                let _ = writeln!(
                    out,
                    "{}. **{}** {}",
                    decision.number,
                    inline(&decision.what),
                    inline(&decision.reason)
                );
                let facts: Vec<String> =
                    decision.facts().map(|(name, value)| format!("{name} {}", escaped(value))).collect();
                if !facts.is_empty() {
                    let _ = writeln!(out, "   {}", facts.join(" · "));
                }
            }
            out.push('\n');
        }
        Block::Beside { head, note, blocks } => {
            heading(out, level, head);
            if !note.is_empty() {
                let _ = writeln!(out, "{}\n", inline(note));
            }
            for block in blocks {
                print_block(out, block, level + 1);
            }
        }
        Block::Columns(columns) => {
            for block in columns.iter().flat_map(|(_, blocks)| blocks) {
                print_block(out, block, level);
            }
        }
        Block::Risk(entry) => {
            heading(out, level, &format!("{} {}", entry.threat, entry.title));
            if let Some((band, score)) = &entry.rating {
                let _ = writeln!(out, "**{} {score}**\n", band.label());
            }
            let _ = writeln!(out, "{}\n", inline(&entry.scenario));
            print_table(out, &entry.ratings);
            if let Some(path) = &entry.path {
                print_figure(out, path);
            }
            if !entry.controls.rows.is_empty() {
                print_table(out, &entry.controls);
            }
            for (label, value) in &entry.facts {
                let _ = writeln!(out, "- {}: {}", escaped(label), inline(value));
            }
            out.push('\n');
        }
        Block::Contents => {}
        Block::Terms(terms) => {
            for (term, meaning) in terms {
                let _ = writeln!(out, "- **{}** {}", escaped(term), escaped(meaning));
            }
            out.push('\n');
        }
        Block::Signatures(lines) => {
            out.push_str(
                "| Name and role | Signs for | Decision | Date | Signature |\n|---|---|---|---|---|\n",
            );
            for line in lines {
                let decision = if line.decided.is_empty() {
                    "☐ approve ☐ with conditions ☐ reject"
                } else {
                    &line.decided
                };
                let _ = writeln!(
                    out,
                    "| **{}** {} | {} | {} | | |",
                    cell(&line.name),
                    cell(&line.role),
                    cell(&line.statement),
                    cell(decision)
                );
            }
            out.push('\n');
        }
        Block::Record(columns) => {
            for (head, lines) in columns {
                let lines: Vec<String> = lines.iter().map(inline).collect();
                let _ = writeln!(out, "- **{}** {}", escaped(head), lines.join(" · "));
            }
            out.push('\n');
        }
    }
}

fn print_figure(out: &mut String, figure: &Figure) {
    let number = if figure.number > 0 { format!("**Figure {}** ", figure.number) } else { String::new() };
    let _ = writeln!(out, "{number}{} *{}*\n", inline(&figure.caption), escaped(&figure.alternative));
}

fn print_table(out: &mut String, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    if table.number > 0 {
        let _ = writeln!(out, "**Table {}** {}\n", table.number, inline(&table.caption));
    }
    // A column of drawings alone says nothing here: its numbers stand beside it.
    let kept: Vec<usize> = (0..table.columns.len())
        .filter(|at| {
            let words = |row: &Row| {
                row.cells.get(*at).is_some_and(|cell| !cell.text.is_empty() || !cell.second.is_empty())
            };
            table.rows.iter().any(words)
        })
        .collect();
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let heads = kept
        .iter()
        .map(|at| table.columns.get(*at).map_or_else(String::new, |column| cell(&inline(&column.head))));
    out.push_str(&row(heads.collect()));
    let rule = kept.iter().map(|at| match table.columns.get(*at).map(|column| column.side) {
        Some(Side::Right) => "--:".to_owned(),
        Some(Side::Center) => ":-:".to_owned(),
        _ => "---".to_owned(),
    });
    out.push_str(&row(rule.collect()));
    for one in &table.rows {
        let cells = kept.iter().map(|at| {
            let text = one.cells.get(*at).map(cell_text).unwrap_or_default();
            if one.total && !text.is_empty() { format!("**{}**", text.replace("**", "")) } else { text }
        });
        out.push_str(&row(cells.collect()));
    }
    out.push('\n');
}

fn cell_text(one: &Cell) -> String {
    let text = inline(&one.text);
    if one.second.is_empty() { cell(&text) } else { cell(&format!("{text}<br>{}", inline(&one.second))) }
}

/// A text within a cell: no line ends, no bars.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', "<br>").trim().to_owned()
}

fn inline(text: &Text) -> String {
    let mut out = String::new();
    for span in &text.0 {
        match span {
            Span::Words { text, tone, .. } => {
                let (before, inner, after) = trimmed(text);
                let words = escaped(inner);
                let set = match tone {
                    _ if inner.is_empty() => String::new(),
                    Tone::Strong => format!("**{words}**"),
                    Tone::Absent => format!("*{words}*"),
                    Tone::Code => format!("`{}`", inner.replace('`', "'")),
                    _ => words,
                };
                out.push_str(&format!("{before}{set}{after}"));
            }
            // The sign's word stands beside it nearly everywhere; alone, the word is printed.
            Span::Sign(band) => out.push_str(sign(*band)),
            Span::CheckBox => out.push('☐'),
            Span::Break => out.push('\n'),
        }
    }
    out.replace('\u{a0}', " ").trim().to_owned()
}

fn sign(band: crate::model::Band) -> &'static str {
    use crate::model::Band;
    match band {
        Band::Critical => "⬢",
        Band::High => "▲",
        Band::Medium => "◆",
        Band::Low => "●",
        Band::VeryLow => "○",
    }
}

/// Blanks around emphasised words stand outside of the emphasis.
fn trimmed(text: &str) -> (&str, &str, &str) {
    let inner = text.trim();
    let start = text.len() - text.trim_start().len();
    let (before, rest) = text.split_at(start.min(text.len()));
    let (inner, after) = rest.split_at(inner.len().min(rest.len()));
    (before, inner, after)
}

/// Characters that Markdown would take for its own.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
