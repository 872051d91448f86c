//! The report without pages: chapters of blocks of text, tables and figures.

use jiff::civil::Date;

use super::input::{ChapterKey, Profile};
use crate::model::{Band, ItemId, ThreatId};
use crate::picture::Picture;

/// A place in the report that can be led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anchor {
    /// The row of a thing of the model.
    Item(ItemId),
    /// The entry of a threat among the top risks.
    TopRisk(ThreatId),
    /// A chapter.
    Chapter(ChapterKey),
    /// A figure by its number.
    Figure(u32),
    /// A table by its number.
    Table(u32),
}

/// How words are set within their surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As the surroundings.
    #[default]
    Plain,
    /// Semibold.
    Strong,
    /// In the second ink.
    Quiet,
    /// In the third ink.
    Faint,
    /// In italics: what is unknown or absent.
    Absent,
    /// Rule text, fingerprints.
    Code,
    /// An identifier: narrow, accented, never broken.
    Identifier,
    /// Accented: a reference to another place.
    Reference,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    /// Words.
    Words {
        /// The words.
        text: String,
        /// How they are set.
        tone: Tone,
        /// Where they lead.
        link: Option<Anchor>,
    },
    /// The sign of a severity; its word always stands near.
    Sign(Band),
    /// An empty box to tick.
    CheckBox,
    /// The line ends here.
    Break,
}

/// A paragraph's worth of text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// No text.
    pub fn new() -> Self {
        Self::default()
    }

    /// More words of a tone.
    pub fn with(mut self, text: impl Into<String>, tone: Tone) -> Self {
        self.0.push(Span::Words { text: text.into(), tone, link: None });
        self
    }

    /// More plain words.
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.with(text, Tone::Plain)
    }

    /// More semibold words.
    pub fn strong(self, text: impl Into<String>) -> Self {
        self.with(text, Tone::Strong)
    }

    /// More words in the second ink.
    pub fn quiet(self, text: impl Into<String>) -> Self {
        self.with(text, Tone::Quiet)
    }

    /// A word for what is not there.
    pub fn absent(self, text: impl Into<String>) -> Self {
        self.with(text, Tone::Absent)
    }

    /// An identifier that leads to its row.
    pub fn id(mut self, item: impl Into<ItemId>) -> Self {
        let item = item.into();
        self.0.push(Span::Words {
            text: item.to_string(),
            tone: Tone::Identifier,
            link: Some(Anchor::Item(item)),
        });
        self
    }

    /// Identifiers one after another.
    pub fn ids<T: Into<ItemId>>(mut self, items: impl IntoIterator<Item = T>, between: &str) -> Self {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self = self.plain(between);
            }
            self = self.id(item);
        }
        self
    }

    /// Words that lead to another place.
    pub fn link(mut self, text: impl Into<String>, anchor: Anchor) -> Self {
        self.0.push(Span::Words { text: text.into(), tone: Tone::Reference, link: Some(anchor) });
        self
    }

    /// A sign and its word.
    pub fn band(mut self, band: Band) -> Self {
        self.0.push(Span::Sign(band));
        self.plain(format!("\u{a0}{}", band.label()))
    }

    /// A sign alone, where its word stands in the same row.
    pub fn sign(mut self, band: Band) -> Self {
        self.0.push(Span::Sign(band));
        self
    }

    /// An empty box and what ticking it says.
    pub fn check_box(mut self, says: &str) -> Self {
        self.0.push(Span::CheckBox);
        self.plain(format!("\u{a0}{}\u{a0}\u{a0}", says.replace(' ', "\u{a0}")))
    }

    /// The line ends here.
    pub fn line_break(mut self) -> Self {
        self.0.push(Span::Break);
        self
    }

    /// More text.
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// Words as people wrote them, with the identifiers in them made to lead to their rows.
    pub fn linked(self, text: &str) -> Self {
        let mut out = self;
        let mut plain = String::new();
        for piece in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let word = piece.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            match word.parse::<ItemId>() {
                Ok(item) => {
                    if !plain.is_empty() {
                        out = out.plain(std::mem::take(&mut plain));
                    }
                    out = out.id(item);
                    plain.push_str(piece.strip_prefix(word).unwrap_or_default());
                }
                Err(_) => plain.push_str(piece),
            }
        }
        if plain.is_empty() { out } else { out.plain(plain) }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words alone; a sign stands as nothing, since its word stands near.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for span in &self.0 {
            match span {
                Span::Words { text, .. } => words.push_str(text),
                Span::Break => words.push('\n'),
                Span::CheckBox => words.push('☐'),
                Span::Sign(_) => {}
            }
        }
        words.replace('\u{a0}', " ").trim().to_owned()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new().plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new().plain(text)
    }
}

/// Which side a column's text keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Words.
    #[default]
    Left,
    /// Numbers.
    Right,
    /// Marks.
    Center,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// What stands above it.
    pub head: Text,
    /// Its share of the width.
    pub share: f32,
    /// Which side its text keeps to.
    pub side: Side,
}

/// What stands in a row and a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// The text.
    pub text: Text,
    /// The smaller line below it: identifiers and references.
    pub second: Text,
    /// A small drawing in millimetres, from its left top corner; it stands where the text would begin.
    pub drawing: Option<Picture>,
    /// Longer text is cut with "…" after so many lines; 0 is never.
    pub most_lines: usize,
}

impl<T: Into<Text>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Cell {
    /// The same with a second line.
    pub fn second(mut self, second: impl Into<Text>) -> Self {
        self.second = second.into();
        self
    }

    /// A drawing alone, with the words that say the same.
    pub fn drawn(picture: Picture) -> Self {
        Self { drawing: Some(picture), ..Self::default() }
    }

    /// The same, cut after so many lines.
    pub fn at_most(mut self, lines: usize) -> Self {
        self.most_lines = lines;
        self
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// One for each column.
    pub cells: Vec<Cell>,
    /// Sums: semibold, no line below.
    pub total: bool,
    /// Stands for so many rows that are not printed.
    pub stands_for: usize,
    /// What leads here.
    pub anchor: Option<Anchor>,
    /// What the outline says, if it has an entry.
    pub bookmark: Option<String>,
}

impl Row {
    /// A row of cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, ..Self::default() }
    }

    /// A row that a thing of the model leads to.
    pub fn of(item: impl Into<ItemId>, cells: Vec<Cell>) -> Self {
        Self { cells, anchor: Some(Anchor::Item(item.into())), ..Self::default() }
    }

    /// A row that stands for so many others, which are to be found elsewhere.
    pub fn more(count: usize, place: &str) -> Self {
        let words = format!("and {} more, in {place}", crate::report::words::thousands(count as f64));
        let cells = vec![Cell::default(), Text::new().quiet(words).into()];
        Self { cells, stands_for: count, ..Self::default() }
    }

    /// A row of sums.
    pub fn total(cells: Vec<Cell>) -> Self {
        Self { cells, total: true, ..Self::default() }
    }
}

/// How tight a table is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// As most are.
    #[default]
    Normal,
    /// As the register is: narrow titles, less air.
    Register,
    /// As the plain tables beside side heads are: labels and values without a head.
    Facts,
    /// As the tables of a top risk are.
    Tight,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Its number; 0 for a small one that has neither number nor caption.
    pub number: u32,
    /// How to read it, in a sentence.
    pub caption: Text,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Over both columns of the page.
    pub wide: bool,
    /// How tight it is set.
    pub density: Density,
    /// What its rows are, in the plural, for "Table 9 continued: threats 20 to 24 of 24".
    pub rows_are: &'static str,
}

/// How a figure stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FigurePlace {
    /// In the main column; head and caption in the margin.
    #[default]
    Main,
    /// Over both columns; caption below.
    Wide,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figure {
    /// Its number; 0 for a drawing that belongs to something else.
    pub number: u32,
    /// What is shown and how to read it.
    pub caption: Text,
    /// The drawing, in millimetres.
    pub picture: Picture,
    /// What it shows, for those who cannot see it.
    pub alternative: String,
    /// How it stands on the page.
    pub place: FigurePlace,
    /// The side head above a caption in the margin.
    pub head: String,
    /// More in the margin below the caption.
    pub beside: Vec<Block>,
}

/// Words that should not be missed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Callout {
    /// A semibold first line; may be empty.
    pub head: String,
    /// The words.
    pub text: Text,
}

/// Something that a reader is asked to decide.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DecisionAsked {
    /// From 1.
    pub number: usize,
    /// What is asked.
    pub what: Text,
    /// Why, in a line or two.
    pub reason: Text,
    /// What it costs; empty when nobody knows.
    pub cost: String,
    /// Who decides; empty when nobody is named.
    pub decides: String,
    /// By when; empty when no day is named.
    pub by: String,
}

impl DecisionAsked {
    /// What is known of its cost, who decides and by when, each with its name.
    pub fn facts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [("Cost", self.cost.as_str()), ("Decides", &self.decides), ("By", &self.by)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
    }
}

/// A number to be seen from afar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numeral {
    /// The number.
    pub value: String,
    /// "of 24", smaller.
    pub of: String,
    /// What it counts.
    pub label: String,
    /// What it is compared with.
    pub note: String,
}

/// A line for a signature.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SignatureLine {
    /// Who signs; empty leaves room for a name.
    pub name: String,
    /// In which role.
    pub role: String,
    /// What is signed for.
    pub statement: String,
    /// What was said already (`Approved, 9 Oct 2026`); empty leaves boxes to tick.
    pub decided: String,
}

/// One of the top risks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RiskEntry {
    /// Which threat.
    pub threat: ThreatId,
    /// Its title.
    pub title: String,
    /// The band it is in now, and its score as text.
    pub rating: Option<(Band, String)>,
    /// A small field with its place before, now and after the plan, in millimetres.
    pub field: Picture,
    /// What the small field shows.
    pub field_alternative: String,
    /// What happens, in two or three sentences.
    pub scenario: Text,
    /// Likelihood, impact, score and band at each rating.
    pub ratings: Table,
    /// The likeliest path to it.
    pub path: Option<Figure>,
    /// The controls that answer it; without any rows a sentence is printed in its place.
    pub controls: Table,
    /// Owner, due date, votes, treatment.
    pub facts: Vec<(String, Text)>,
}

/// A figure on a page of its own, on its side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plate {
    /// The figure; its picture is scaled to the room that there is, in whatever unit it is drawn.
    pub figure: Figure,
    /// Drawn below it, under a rule, in millimetres.
    pub legend: Picture,
}

/// A piece of a chapter.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The sentence that sums everything up.
    Verdict(Text),
    /// Numbers to be seen from afar.
    Numerals(Vec<Numeral>),
    /// A head within a chapter.
    Section(String),
    /// A paragraph.
    Paragraph(Text),
    /// A remark in small print.
    Remark(Text),
    /// A table.
    Table(Table),
    /// A figure.
    Figure(Box<Figure>),
    /// A figure on a page of its own.
    Plate(Box<Plate>),
    /// Words that should not be missed.
    Callout(Callout),
    /// What a reader is asked to decide.
    Decisions(Vec<DecisionAsked>),
    /// A head in the margin with blocks beside it.
    Beside {
        /// The head.
        head: String,
        /// Smaller words below it.
        note: Text,
        /// What stands in the main column.
        blocks: Vec<Block>,
    },
    /// Columns side by side, each with its share of the width, never split.
    Columns(Vec<(f32, Vec<Block>)>),
    /// One of the top risks.
    Risk(Box<RiskEntry>),
    /// The list of chapters with their pages.
    Contents,
    /// Words and what they mean.
    Terms(Vec<(String, String)>),
    /// Lines for signatures, all on one page.
    Signatures(Vec<SignatureLine>),
    /// Small columns under a rule: a head and lines.
    Record(Vec<(String, Vec<Text>)>),
}

/// A chapter.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// Which.
    pub key: ChapterKey,
    /// Its number; none for front and back matter.
    pub number: Option<u32>,
    /// Its title.
    pub title: String,
    /// The finding in a sentence.
    pub lead: Text,
    /// May begin on a page that has room left.
    pub follows_on: bool,
    /// Takes one page whatever happens: it is set closer, then what does not fit is left out and counted.
    pub one_page: bool,
    /// What is in it.
    pub blocks: Vec<Block>,
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cover {
    /// Who answers for the system.
    pub owner: String,
    /// The system.
    pub title: String,
    /// What the report is.
    pub subtitle: String,
    /// The system drawn without words, in whatever unit; it is scaled to the page.
    pub drawing: Picture,
    /// Small columns at the foot: a head and lines.
    pub facts: Vec<(String, Vec<Text>)>,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The title, for readers and libraries.
    pub title: String,
    /// What runs at the head of every page, left.
    pub running_head: String,
    /// What runs at the foot of every page, left.
    pub running_foot: String,
    /// What runs at the foot of every page, in the middle.
    pub running_version: String,
    /// Who made it.
    pub author: String,
    /// What it is about, in a sentence.
    pub subject: String,
    /// Who may read it; empty when nobody said.
    pub classification: String,
    /// The date on it.
    pub date: Date,
    /// How much is printed.
    pub profile: Profile,
    /// The fingerprint of the model, in hexadecimal.
    pub fingerprint: String,
    /// The first page.
    pub cover: Cover,
    /// The chapters.
    pub chapters: Vec<Chapter>,
}

impl Document {
    /// The chapter with that key.
    pub fn chapter(&self, key: ChapterKey) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.key == key)
    }
}
