//! The typefaces, as they come with the program.

/// A typeface at a weight. The screen's faces first, then paper's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// Inter 400.
    Ui,
    /// Inter 500.
    UiMedium,
    /// Inter 600.
    UiSemibold,
    /// JetBrains Mono 400.
    Code,
    /// JetBrains Mono 500.
    CodeMedium,
    /// Source Serif 4, display cut.
    SerifDisplay,
    /// Source Serif 4, 400.
    Serif,
    /// Source Serif 4, 600.
    SerifSemibold,
    /// IBM Plex Sans 400.
    Sans,
    /// IBM Plex Sans 600.
    SansSemibold,
    /// IBM Plex Sans Italic.
    SansItalic,
    /// IBM Plex Sans Condensed 400.
    Condensed,
    /// IBM Plex Sans Condensed 600.
    CondensedSemibold,
    /// IBM Plex Mono 400.
    PaperMono,
    /// DejaVu Sans: every character that the others lack.
    Fallback,
}

impl Face {
    /// All faces.
    pub const ALL: [Self; 15] = [
        Self::Ui,
        Self::UiMedium,
        Self::UiSemibold,
        Self::Code,
        Self::CodeMedium,
        Self::SerifDisplay,
        Self::Serif,
        Self::SerifSemibold,
        Self::Sans,
        Self::SansSemibold,
        Self::SansItalic,
        Self::Condensed,
        Self::CondensedSemibold,
        Self::PaperMono,
        Self::Fallback,
    ];

    /// The font file.
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Ui => include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
            Self::UiMedium => include_bytes!("../../assets/fonts/Inter-Medium.ttf"),
            Self::UiSemibold => include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
            Self::Code => include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
            Self::CodeMedium => include_bytes!("../../assets/fonts/JetBrainsMono-Medium.ttf"),
            Self::SerifDisplay => include_bytes!("../../assets/fonts/SourceSerif4Display-Regular.ttf"),
            Self::Serif => include_bytes!("../../assets/fonts/SourceSerif4-Regular.ttf"),
            Self::SerifSemibold => include_bytes!("../../assets/fonts/SourceSerif4-SemiBold.ttf"),
            Self::Sans => include_bytes!("../../assets/fonts/IBMPlexSans-Regular.ttf"),
            Self::SansSemibold => include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.ttf"),
            Self::SansItalic => include_bytes!("../../assets/fonts/IBMPlexSans-Italic.ttf"),
            Self::Condensed => include_bytes!("../../assets/fonts/IBMPlexSansCondensed-Regular.ttf"),
            Self::CondensedSemibold => include_bytes!("../../assets/fonts/IBMPlexSansCondensed-SemiBold.ttf"),
            Self::PaperMono => include_bytes!("../../assets/fonts/IBMPlexMono-Regular.ttf"),
            Self::Fallback => include_bytes!("../../assets/fonts/DejaVuSans.ttf"),
        }
    }
}
