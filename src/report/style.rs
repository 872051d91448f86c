//! The faces, sizes and leadings of the report. Sizes are points, as people name them; the pages are millimetres.

use super::document::Tone;
use super::page::POINT;
use crate::picture::{Face, Role};

/// How a kind of text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// The typeface.
    pub face: Face,
    /// Size in points.
    pub size: f32,
    /// From line to line, in points.
    pub leading: f32,
    /// The ink.
    pub role: Role,
}

const fn style(face: Face, size: f32, leading: f32, role: Role) -> Style {
    Style { face, size, leading, role }
}

/// The title on the cover, at its largest.
pub(crate) const COVER_TITLE: Style = style(Face::SerifDisplay, 38.0, 41.0, Role::Text);
/// The subtitle on the cover.
pub(crate) const COVER_SUBTITLE: Style = style(Face::Serif, 17.0, 22.0, Role::Accent);
/// The title of a chapter.
pub(crate) const CHAPTER: Style = style(Face::Serif, 24.0, 28.0, Role::Text);
/// The number of a chapter.
pub(crate) const CHAPTER_NUMBER: Style = style(Face::Serif, 24.0, 28.0, Role::Accent);
/// The sentence that sums everything up.
pub(crate) const VERDICT: Style = style(Face::Serif, 17.0, 22.5, Role::Text);
/// A number to be seen from afar.
pub(crate) const NUMERAL: Style = style(Face::Serif, 25.0, 27.0, Role::Text);
/// "of 24" beside it.
pub(crate) const NUMERAL_OF: Style = style(Face::Serif, 13.0, 27.0, Role::TextSecondary);
/// The title of a top risk.
pub(crate) const ENTRY: Style = style(Face::Serif, 14.0, 18.0, Role::Text);
/// A head within a chapter.
pub(crate) const SECTION: Style = style(Face::SerifSemibold, 12.5, 17.0, Role::Text);
/// The finding of a chapter.
pub(crate) const LEAD: Style = style(Face::Serif, 11.5, 17.0, Role::Text);
/// A head in the margin, or at the start of a paragraph.
pub(crate) const SIDE_HEAD: Style = style(Face::SansSemibold, 9.0, 12.0, Role::Text);
/// Running text.
pub(crate) const BODY: Style = style(Face::Sans, 9.0, 13.5, Role::Text);
/// A cell of a table.
pub(crate) const CELL: Style = style(Face::Sans, 8.0, 11.0, Role::Text);
/// A cell of a row of sums.
pub(crate) const CELL_TOTAL: Style = style(Face::SansSemibold, 8.0, 11.0, Role::Text);
/// The head of a table.
pub(crate) const CELL_HEAD: Style = style(Face::SansSemibold, 7.0, 9.0, Role::TextSecondary);
/// The smaller line in a cell.
pub(crate) const CELL_SECOND: Style = style(Face::Sans, 7.0, 9.5, Role::TextSecondary);
/// A cell of the register.
pub(crate) const REGISTER: Style = style(Face::Condensed, 8.3, 10.2, Role::Text);
/// A caption.
pub(crate) const CAPTION: Style = style(Face::Sans, 7.5, 10.5, Role::TextSecondary);
/// What runs at the head and foot of every page.
pub(crate) const RUNNING: Style = style(Face::Sans, 7.0, 9.0, Role::TextTertiary);
/// A line of the contents.
pub(crate) const CONTENTS: Style = style(Face::Serif, 11.0, 17.0, Role::Text);
/// The numeral of a decision.
pub(crate) const DECISION: Style = style(Face::Serif, 19.0, 22.0, Role::Accent);

impl Style {
    /// Size in millimetres.
    pub(crate) fn millimetres(self) -> f32 {
        self.size * POINT
    }

    /// From line to line in millimetres.
    pub(crate) fn line(self) -> f32 {
        self.leading * POINT
    }

    /// Another ink.
    pub(crate) const fn ink(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Another size, the leading in proportion.
    pub(crate) fn scaled(self, size: f32) -> Self {
        Self { size, leading: self.leading * size / self.size, ..self }
    }

    /// The same, semibold.
    pub(crate) fn strong(self) -> Self {
        let face = match self.face {
            Face::Serif | Face::SerifDisplay => Face::SerifSemibold,
            Face::Condensed => Face::CondensedSemibold,
            Face::Sans | Face::SansItalic => Face::SansSemibold,
            other => other,
        };
        Self { face, ..self }
    }

    /// How words of a tone are set in surroundings of this style.
    pub(crate) fn toned(self, tone: Tone) -> Self {
        let is_serif = matches!(self.face, Face::Serif | Face::SerifDisplay | Face::SerifSemibold);
        match tone {
            Tone::Plain => self,
            Tone::Strong if self.role == Role::TextSecondary => self.strong().ink(Role::Text),
            Tone::Strong => self.strong(),
            Tone::Quiet => self.ink(Role::TextSecondary),
            Tone::Faint => self.ink(Role::TextTertiary),
            Tone::Absent if is_serif => self.ink(Role::TextSecondary),
            Tone::Absent => Self { face: Face::SansItalic, role: Role::TextSecondary, ..self },
            Tone::Code => Self { face: Face::PaperMono, size: self.size * 0.94, ..self },
            Tone::Reference => self.ink(Role::Accent),
            Tone::Identifier if is_serif => self,
            Tone::Identifier => {
                let face = match self.face {
                    Face::SansSemibold | Face::CondensedSemibold => Face::CondensedSemibold,
                    _ => Face::Condensed,
                };
                Self { face, role: Role::Accent, ..self }
            }
        }
    }
}
