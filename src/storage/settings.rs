//! What a person has chosen for the program itself.

use super::data_folder::DataFolder;
use super::file::{self, SaveError};
use crate::model::record::{choice, record};

const FILE: &str = "settings.ron";

record! {
    /// What a person has chosen for the program itself.
    pub struct Settings {
        /// Light, dark, or as the system has it.
        theme: Theme,
        /// How large everything is, 1 is as designed.
        zoom: f32 = 1.0,
        /// The person's name, for decisions, reviews and notes.
        author: String,
        /// What diagrams are coloured by.
        coloured_by: ColouredBy,
        /// The columns of the register of threats, by their names; empty is the usual ones.
        register_columns: Vec<String>,
    }
}

choice! {
    /// Light or dark.
    pub enum Theme {
        /// As the system has it.
        System = "As the system",
        /// Light.
        Light = "Light",
        /// Dark.
        Dark = "Dark",
    }
}

choice! {
    /// What diagrams are coloured by.
    pub enum ColouredBy {
        /// By nothing.
        Nothing = "Nothing",
        /// By the worst current risk.
        Risk = "Risk",
        /// By the most sensitive asset.
        Sensitivity = "Sensitivity",
        /// By the trust of the zone around.
        Trust = "Trust",
        /// By what nobody has answered.
        Questions = "Questions",
    }
}

/// The person's choices; what cannot be read is as designed.
pub fn load(folder: &DataFolder) -> Settings {
    let text = std::fs::read_to_string(folder.file(FILE)).unwrap_or_default();
    let mut settings: Settings = ron::from_str(&text).unwrap_or_default();
    settings.zoom = if settings.zoom.is_finite() { settings.zoom.clamp(0.5, 3.0) } else { 1.0 };
    settings
}

/// Keeps the person's choices.
pub fn store(folder: &DataFolder, settings: &Settings) -> Result<(), SaveError> {
    let text = ron::ser::to_string_pretty(settings, ron::ser::PrettyConfig::new());
    file::write_data(folder, FILE, text)
}
