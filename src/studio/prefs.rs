//! How the window is set. None of it belongs to a model.

use crate::picture::scene::Overlay;

use super::canvas::Shown;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the window is set. None of it belongs to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefs {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// The outline is open (in a roomy window).
    pub outline: bool,
    /// The left column shows the stencils and not the outline.
    pub stencils: bool,
    /// The inspector is open (in a roomy window).
    pub inspector: bool,
    /// The outline is open as a drawer (in a narrow window).
    pub outline_drawer: bool,
    /// The inspector is open as a drawer (in a narrow window).
    pub inspector_drawer: bool,
    /// The problems strip is unfolded.
    pub problems: bool,
    /// Risk is shown on the diagram.
    pub show_risk: bool,
    /// Assets are shown on the diagram.
    pub show_assets: bool,
    /// What the diagram is coloured by.
    pub overlay: Overlay,
    /// Attack paths are shown on the diagram.
    pub show_paths: bool,
    /// The side lists are open.
    pub side_lists: bool,
    /// The columns of the register, by their names; empty is the usual ones.
    pub register_columns: Vec<String>,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            outline: true,
            stencils: false,
            inspector: true,
            outline_drawer: false,
            inspector_drawer: false,
            problems: true,
            show_risk: true,
            show_assets: true,
            overlay: Overlay::Nothing,
            show_paths: false,
            side_lists: false,
            register_columns: Vec::new(),
        }
    }
}

impl Prefs {
    /// What the diagram shows besides the system itself.
    pub fn shown(&self) -> Shown {
        Shown { risk: self.show_risk, assets: self.show_assets, overlay: self.overlay }
    }

    /// Whether the left column can be seen: the outline, or the stencils.
    pub fn outline_shown(&self, narrow: bool) -> bool {
        if narrow { self.outline_drawer } else { self.outline }
    }

    /// Whether the stencils can be seen.
    pub fn stencils_shown(&self, narrow: bool) -> bool {
        self.stencils && self.outline_shown(narrow)
    }

    /// Whether the inspector can be seen.
    pub fn inspector_shown(&self, narrow: bool) -> bool {
        if narrow { self.inspector_drawer } else { self.inspector }
    }

    /// Opens or closes the outline in a window of that kind; where the stencils are, it takes their place.
    pub fn toggle_outline(&mut self, narrow: bool) {
        let has_stencils = std::mem::take(&mut self.stencils);
        if has_stencils && self.outline_shown(narrow) {
            return;
        }
        let open = if narrow { &mut self.outline_drawer } else { &mut self.outline };
        *open = !*open;
    }

    /// Opens or closes the inspector of a window of that kind.
    pub fn toggle_inspector(&mut self, narrow: bool) {
        let open = if narrow { &mut self.inspector_drawer } else { &mut self.inspector };
        *open = !*open;
    }

    /// Opens the inspector of a window of that kind.
    pub fn show_inspector(&mut self, narrow: bool) {
        let open = if narrow { &mut self.inspector_drawer } else { &mut self.inspector };
        *open = true;
    }

    /// Brings the stencils into the left column.
    pub fn show_stencils(&mut self, narrow: bool) {
        self.stencils = true;
        if narrow {
            self.outline_drawer = true;
        } else {
            self.outline = true;
        }
    }
}
