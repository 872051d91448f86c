//! The report as one HTML file with everything in it: figures are inline drawings, links lead within the page.

use std::fmt::Write as _;

use super::document::{
    Anchor, Block, Cell, Chapter, Document, Figure, RiskEntry, Row, Side, Span, Table, Text, Tone,
};
use super::words;
use crate::model::Band;
use crate::picture::{Palette, Picture, PictureBuilder, Point, Rect, signs, svg};

/// The report as HTML.
pub fn print(document: &Document) -> String {
    let mut writer = Writer { out: String::new(), drawings: 0 };
    writer.document(document);
    writer.out
}

const STYLE: &str = "\
:root{color-scheme:light}\
body{font:15px/1.55 'IBM Plex Sans',system-ui,sans-serif;color:#16202B;background:#fff;max-width:62rem;margin:2.5rem auto;padding:0 1.5rem}\
h1,h2{font-family:'Source Serif 4',Georgia,serif;font-weight:400;line-height:1.15}\
h1{font-size:2.6rem;margin:0 0 .3rem}h2{font-size:1.9rem;border-top:1.5px solid #16202B;padding-top:.7rem;margin-top:3.5rem}\
h2 span{color:#0B4F6C;margin-right:1.2rem}h3{font-size:1.05rem;margin:2rem 0 .5rem}h4{font-size:1rem;margin:1.4rem 0 .4rem}\
.lead,.verdict{font-family:'Source Serif 4',Georgia,serif;font-size:1.25rem;line-height:1.45}.verdict{font-size:1.5rem}\
.quiet{color:#4A5663}.faint{color:#66727F}.absent{font-style:italic;color:#4A5663}\
code{font:.9em 'IBM Plex Mono',ui-monospace,monospace}a{color:#0B4F6C;text-decoration:none}a:hover{text-decoration:underline}\
table{border-collapse:collapse;width:100%;margin:.6rem 0 1.6rem;font-size:.92rem}\
caption{text-align:left;color:#4A5663;padding-bottom:.4rem}caption b,figcaption b{color:#16202B}\
th{text-align:left;font-size:.82rem;color:#4A5663;border-bottom:1.5px solid #16202B;padding:.25rem .7rem .25rem 0;vertical-align:bottom}\
td{border-bottom:1px solid #E0E5E9;padding:.35rem .7rem .35rem 0;vertical-align:top}\
tr.total td{font-weight:600;border-bottom:0}.right{text-align:right}.center{text-align:center}.second{font-size:.85em;color:#4A5663}\
figure{margin:1.4rem 0}figure svg{max-width:100%;height:auto}figcaption{color:#4A5663;font-size:.9rem;margin-top:.4rem}\
.callout{border-left:3px solid #0B4F6C;padding:.1rem 0 .1rem 1rem;margin:1.2rem 0}\
.numerals{display:flex;flex-wrap:wrap;gap:1.5rem;margin:1.5rem 0}.numerals div{flex:1 1 9rem;border-top:1px solid #C5CDD3;padding-top:.5rem}\
.numerals strong{font:400 2.1rem 'Source Serif 4',Georgia,serif}\
.columns{display:flex;flex-wrap:wrap;gap:2rem}.columns>div{flex:1 1 22rem;min-width:0}\
svg.sign{height:1em;width:1em;vertical-align:-.12em}nav ol{list-style:none;padding:0}nav li{padding:.2rem 0}\
ol.decisions li{margin-bottom:.8rem}@media print{h2{break-before:page}table,figure,.callout{break-inside:avoid}}";

struct Writer {
    out: String,
    /// Names within drawings must differ from drawing to drawing.
    drawings: usize,
}

impl Writer {
    fn document(&mut self, document: &Document) {
        let title = escaped(&document.title);
        // Writing to a String cannot fail.
        let _ = writeln!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
        );
        let _ = writeln!(self.out, "<header>\n<h1>{}</h1>", escaped(&document.cover.title));
        let _ = writeln!(self.out, "<p class=\"lead\">{}</p>", escaped(&document.cover.subtitle));
        let mut facts = vec![words::long_date(document.date), document.running_version.clone()];
        facts.extend([document.classification.clone(), document.cover.owner.clone()]);
        facts.retain(|fact| !fact.is_empty());
        let _ = writeln!(self.out, "<p class=\"quiet\">{}</p>\n</header>", escaped(&facts.join(" · ")));
        self.out.push_str("<nav aria-label=\"Contents\">\n<ol>\n");
        for chapter in document.chapters.iter().filter(|chapter| chapter.number.is_some()) {
            let number = chapter.number.map(|number| number.to_string()).unwrap_or_default();
            let id = id_of(Anchor::Chapter(chapter.key));
            let _ = writeln!(self.out, "<li><a href=\"#{id}\">{number} {}</a></li>", escaped(&chapter.title));
        }
        self.out.push_str("</ol>\n</nav>\n<main>\n");
        for chapter in &document.chapters {
            self.chapter(chapter);
        }
        self.out.push_str("</main>\n</body>\n</html>\n");
    }

    fn chapter(&mut self, chapter: &Chapter) {
        let id = id_of(Anchor::Chapter(chapter.key));
        let number = chapter.number.map(|number| format!("<span>{number}</span>")).unwrap_or_default();
        let _ = writeln!(self.out, "<section>\n<h2 id=\"{id}\">{number}{}</h2>", escaped(&chapter.title));
        if !chapter.lead.is_empty() {
            self.paragraph(&chapter.lead, "lead");
        }
        for block in &chapter.blocks {
            self.block(block, 3);
        }
        self.out.push_str("</section>\n");
    }

    fn paragraph(&mut self, text: &Text, class: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(self.out, "<p{class}>{}</p>", inline(text));
    }

    fn heading(&mut self, level: usize, head: &str) {
        if !head.is_empty() {
            let level = level.min(6);
            let _ = writeln!(self.out, "<h{level}>{}</h{level}>", escaped(head));
        }
    }

    fn block(&mut self, block: &Block, level: usize) {
        match block {
            Block::Verdict(text) => self.paragraph(text, "verdict"),
            Block::Paragraph(text) => self.paragraph(text, ""),
            Block::Remark(text) => self.paragraph(text, "quiet"),
            Block::Section(head) => self.heading(level, head),
            Block::Numerals(numerals) => {
                self.out.push_str("<div class=\"numerals\">\n");
                for numeral in numerals {
                    let _ = writeln!(
                        self.out,
                        "<div><strong>{}</strong> {}<br>{}<br><span class=\"faint\">{}</span></div>",
                        escaped(&numeral.value),
                        escaped(&numeral.of),
                        escaped(&numeral.label),
                        escaped(&numeral.note)
                    );
                }
                self.out.push_str("</div>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => {
                self.heading(level, &figure.head);
                self.figure(figure);
                for block in &figure.beside {
                    self.block(block, level + 1);
                }
            }
            Block::Plate(plate) => self.figure(&plate.figure),
            Block::Callout(callout) => {
                self.out.push_str("<div class=\"callout\" role=\"note\">");
                if !callout.head.is_empty() {
                    let _ = write!(self.out, "<strong>{}</strong><br>", escaped(&callout.head));
                }
                let _ = writeln!(self.out, "{}</div>", inline(&callout.text));
            }
            Block::Decisions(decisions) => {
                self.out.push_str("<ol class=\"decisions\">\n");
                for decision in decisions {
                    let facts: Vec<String> =
                        decision.facts().map(|(name, value)| format!("{name} {}", escaped(value))).collect();
                    let _ = writeln!(
                        self.out,
                        "<li><strong>{}</strong><br><span class=\"quiet\">{}</span><br>{}</li>",
                        inline(&decision.what),
                        inline(&decision.reason),
                        facts.join(" · ")
                    );
                }
                self.out.push_str("</ol>\n");
            }
            Block::Beside { head, note, blocks } => {
                self.heading(level, head);
                if !note.is_empty() {
                    self.paragraph(note, "quiet");
                }
                for block in blocks {
                    self.block(block, level + 1);
                }
            }
            Block::Columns(columns) => {
                self.out.push_str("<div class=\"columns\">\n");
                for (_, blocks) in columns {
                    self.out.push_str("<div>\n");
                    for block in blocks {
                        self.block(block, level);
                    }
                    self.out.push_str("</div>\n");
                }
                self.out.push_str("</div>\n");
            }
            Block::Risk(entry) => self.risk(entry, level),
            Block::Contents => {}
            Block::Terms(terms) => {
                self.out.push_str("<dl>\n");
                for (term, meaning) in terms {
                    let _ = writeln!(self.out, "<dt>{}</dt><dd>{}</dd>", escaped(term), escaped(meaning));
                }
                self.out.push_str("</dl>\n");
            }
            Block::Signatures(lines) => {
                self.out.push_str("<table>\n<thead><tr><th scope=\"col\">Name and role</th><th scope=\"col\">Signs for</th><th scope=\"col\">Decision</th><th scope=\"col\">Date</th><th scope=\"col\">Signature</th></tr></thead>\n<tbody>\n");
                for line in lines {
                    let decision = if line.decided.is_empty() {
                        "☐ approve<br>☐ with conditions<br>☐ reject".to_owned()
                    } else {
                        escaped(&line.decided)
                    };
                    let _ = writeln!(
                        self.out,
                        "<tr><td><strong>{}</strong><br><span class=\"second\">{}</span></td><td>{}</td><td>{decision}</td><td></td><td></td></tr>",
                        escaped(&line.name),
                        escaped(&line.role),
                        escaped(&line.statement)
                    );
                }
                self.out.push_str("</tbody>\n</table>\n");
            }
            Block::Record(columns) => {
                for (head, lines) in columns {
                    let lines: Vec<String> = lines.iter().map(inline).collect();
                    let _ = writeln!(
                        self.out,
                        "<p class=\"quiet\"><strong>{}</strong> {}</p>",
                        escaped(head),
                        lines.join(" · ")
                    );
                }
            }
        }
    }

    fn risk(&mut self, entry: &RiskEntry, level: usize) {
        let id = id_of(Anchor::TopRisk(entry.threat));
        let _ = writeln!(
            self.out,
            "<h{level} id=\"{id}\"><a href=\"#{}\">{}</a> {}</h{level}>",
            id_of(Anchor::Item(entry.threat.into())),
            entry.threat,
            escaped(&entry.title)
        );
        if let Some((band, score)) = &entry.rating {
            let _ = writeln!(self.out, "<p>{} <strong>{} {score}</strong></p>", sign(*band), band.label());
        }
        self.paragraph(&entry.scenario, "");
        self.drawing(&entry.field, &entry.field_alternative, "");
        self.table(&entry.ratings);
        if let Some(path) = &entry.path {
            self.figure(path);
        }
        self.table(&entry.controls);
        self.out.push_str("<p>");
        for (label, value) in &entry.facts {
            let _ = write!(self.out, "<span class=\"faint\">{}</span> {} ", escaped(label), inline(value));
        }
        self.out.push_str("</p>\n");
    }

    fn figure(&mut self, figure: &Figure) {
        let number =
            if figure.number > 0 { format!("<b>Figure {}</b> ", figure.number) } else { String::new() };
        let caption = format!("{number}{}", inline(&figure.caption));
        let id = format!(" id=\"{}\"", id_of(Anchor::Figure(figure.number)));
        let _ = writeln!(self.out, "<figure{}>", if figure.number > 0 { id } else { String::new() });
        self.svg(&figure.picture, &figure.alternative);
        let _ = writeln!(self.out, "<figcaption>{caption}</figcaption>\n</figure>");
    }

    fn drawing(&mut self, picture: &Picture, alternative: &str, caption: &str) {
        self.out.push_str("<figure>\n");
        self.svg(picture, alternative);
        if !caption.is_empty() {
            let _ = writeln!(self.out, "<figcaption>{caption}</figcaption>");
        }
        self.out.push_str("</figure>\n");
    }

    fn svg(&mut self, picture: &Picture, alternative: &str) {
        self.drawings += 1;
        let described = Picture { description: alternative.to_owned(), ..picture.clone() };
        // Drawings in millimetres are small numbers: on screen a millimetre is four pixels.
        let scale = if picture.bounds.w < 300.0 { 4.4 } else { 1.0 };
        let options = svg::SvgOptions { title: alternative, ..svg::SvgOptions::default() };
        let text = svg::write(&described.scaled(scale), Palette::print(), &options);
        let body = text.split_once("?>").map_or(text.as_str(), |(_, body)| body);
        let mark = format!("f{}-", self.drawings);
        self.out.push_str(&renamed(body.trim(), &mark));
        self.out.push('\n');
    }

    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            return;
        }
        let id = if table.number > 0 {
            format!(" id=\"{}\"", id_of(Anchor::Table(table.number)))
        } else {
            String::new()
        };
        let _ = writeln!(self.out, "<table{id}>");
        if table.number > 0 {
            let _ = writeln!(
                self.out,
                "<caption><b>Table {}</b> {}</caption>",
                table.number,
                inline(&table.caption)
            );
        }
        if table.columns.iter().any(|column| !column.head.is_empty() && !column.head.words().is_empty()) {
            self.out.push_str("<thead><tr>");
            for column in &table.columns {
                let _ =
                    write!(self.out, "<th scope=\"col\"{}>{}</th>", class(column.side), inline(&column.head));
            }
            self.out.push_str("</tr></thead>\n");
        }
        self.out.push_str("<tbody>\n");
        for row in &table.rows {
            self.row(table, row);
        }
        self.out.push_str("</tbody>\n</table>\n");
    }

    fn row(&mut self, table: &Table, row: &Row) {
        let id = row.anchor.map(|anchor| format!(" id=\"{}\"", id_of(anchor))).unwrap_or_default();
        let total = if row.total { " class=\"total\"" } else { "" };
        let _ = write!(self.out, "<tr{id}{total}>");
        for (at, column) in table.columns.iter().enumerate() {
            let empty = Cell::default();
            let cell = row.cells.get(at).unwrap_or(&empty);
            let mut text = inline(&cell.text);
            if !cell.second.is_empty() {
                text = format!("{text}<br><span class=\"second\">{}</span>", inline(&cell.second));
            }
            let _ = write!(self.out, "<td{}>{text}", class(column.side));
            if let Some(drawing) = &cell.drawing {
                self.svg(drawing, &drawing.description);
            }
            self.out.push_str("</td>");
        }
        self.out.push_str("</tr>\n");
    }
}

fn class(side: Side) -> &'static str {
    match side {
        Side::Left => "",
        Side::Right => " class=\"right\"",
        Side::Center => " class=\"center\"",
    }
}

/// Names inside a drawing, made different from those of every other drawing on the page.
fn renamed(body: &str, mark: &str) -> String {
    body.replace(" id=\"", &format!(" id=\"{mark}"))
        .replace(
            "aria-labelledby=\"title description\"",
            &format!("aria-labelledby=\"{mark}title {mark}description\""),
        )
        .replace("url(#", &format!("url(#{mark}"))
        .replace("href=\"#", &format!("href=\"#{mark}"))
}

fn id_of(anchor: Anchor) -> String {
    match anchor {
        Anchor::Item(item) => item.to_string(),
        Anchor::TopRisk(threat) => format!("risk-{threat}"),
        Anchor::Chapter(key) => format!("chapter-{key:?}").to_lowercase(),
        Anchor::Figure(number) => format!("figure-{number}"),
        Anchor::Table(number) => format!("table-{number}"),
    }
}

fn inline(text: &Text) -> String {
    let mut out = String::new();
    for span in &text.0 {
        match span {
            Span::Words { text, tone, link } => {
                let words = escaped(text);
                let set = match tone {
                    Tone::Plain | Tone::Reference | Tone::Identifier => words,
                    Tone::Strong => format!("<strong>{words}</strong>"),
                    Tone::Quiet => format!("<span class=\"quiet\">{words}</span>"),
                    Tone::Faint => format!("<span class=\"faint\">{words}</span>"),
                    Tone::Absent => format!("<em class=\"absent\">{words}</em>"),
                    Tone::Code => format!("<code>{words}</code>"),
                };
                match link {
                    Some(anchor) => {
                        let _ = write!(out, "<a href=\"#{}\">{set}</a>", id_of(*anchor));
                    }
                    None => out.push_str(&set),
                }
            }
            Span::Sign(band) => out.push_str(&sign(*band)),
            Span::CheckBox => out.push('☐'),
            Span::Break => out.push_str("<br>"),
        }
    }
    out
}

/// The sign of a severity, drawn. Its word stands near, so it is not read out.
fn sign(band: Band) -> String {
    let mut out = PictureBuilder::new();
    signs::severity_sign(&mut out, band, Point::new(6.0, 6.0), 12.0);
    let picture = out.finish_in(Rect::new(0.0, 0.0, 12.0, 12.0));
    let text = svg::write(&picture, Palette::print(), &svg::SvgOptions::default());
    let start = text.find("</desc>").map_or(0, |at| at + "</desc>".len());
    let end = text.rfind("</svg>").unwrap_or(text.len());
    let body = text.get(start..end).unwrap_or_default().trim();
    format!("<svg class=\"sign\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">{body}</svg>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
