//! Colours by role. The screen's two themes are data in assets/tokens.ron; paper's is fixed here, from the report's rules.

use std::sync::OnceLock;

use crate::model::Band;

/// A colour, 0 to 255 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// From `#RRGGBB`.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |range| digits.get(range).and_then(|part| u8::from_str_radix(part, 16).ok());
        Some(Self(part(0..2)?, part(2..4)?, part(4..6)?))
    }

    /// `#RRGGBB`.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    pub fn luminance(self) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }

    /// Contrast with another colour, 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

macro_rules! roles {
    ($($(#[$meta:meta])* $role:ident : $path:literal, $paper:literal;)*) => {
        /// What a colour is for. Tokens and their contrast are in look.md of the design.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$meta])* $role,)*
            /// A severity's word.
            SeverityText(Band),
            /// A severity's sign, dot or outline.
            SeverityMark(Band),
            /// A severity's cell, badge or banner.
            SeveritySoft(Band),
            /// A number on a severity's mark.
            SeverityOn(Band),
            /// A severity's filling: the mark on screen, on paper lighter than the edge around it.
            SeverityFill(Band),
            /// The edge around a severity's filling.
            SeverityEdge(Band),
            /// The fill of a zone of that trust.
            TrustFill(u8),
            /// The line of a zone of that trust.
            TrustLine(u8),
            /// A chart's series, from 1.
            Chart(u8),
        }

        impl Role {
            /// The roles that stand for themselves.
            pub const PLAIN: &'static [Self] = &[$(Self::$role),*];

            fn token_path(self) -> Option<&'static str> {
                match self {
                    $(Self::$role => Some($path),)*
                    _ => None,
                }
            }

            fn on_paper(self) -> Option<&'static str> {
                match self {
                    $(Self::$role => Some($paper),)*
                    _ => None,
                }
            }
        }
    };
}

roles! {
    /// Canvas, page behind cards.
    Canvas: "surface.canvas", "#FFFFFF";
    /// Panels, bars, cards, menus.
    Panel: "surface.panel", "#FFFFFF";
    /// Buttons, cards on cards.
    Raised: "surface.raised", "#FFFFFF";
    /// Inputs, empty tracks.
    Field: "surface.field", "#FFFFFF";
    /// Under the pointer.
    Hover: "surface.hover", "#F3F6F7";
    /// Pressed, count badge, key cap.
    Active: "surface.active", "#E0E5E9";
    /// Fill of a component.
    Node: "surface.node", "#FFFFFF";
    /// Paper.
    Paper: "surface.paper", "#FFFFFF";
    /// Names, values.
    Text: "text.primary", "#16202B";
    /// Sentences, labels.
    TextSecondary: "text.secondary", "#4A5663";
    /// Captions, ids, units.
    TextTertiary: "text.tertiary", "#66727F";
    /// Disabled only.
    TextDisabled: "text.disabled", "#66727F";
    /// Links, active icon, selection line.
    Accent: "accent.text", "#0B4F6C";
    /// Primary button, switch on.
    AccentFill: "accent.fill", "#0B4F6C";
    /// Text on the accent.
    AccentOn: "accent.on", "#FFFFFF";
    /// Selected row, question card.
    AccentSoft: "accent.soft", "#F3F6F7";
    /// The focus ring.
    Focus: "focus", "#0B4F6C";
    /// Dividers, card edge; hairline on paper.
    Line: "border.line", "#E0E5E9";
    /// Button and chip outline; rule on paper.
    Edge: "border.edge", "#C5CDD3";
    /// Field, switch, node and flow outline; ink 3 on paper.
    Control: "border.control", "#66727F";
    /// Dots of the grid.
    GridDot: "grid_dot", "#FFFFFF";
    /// Done, meets target, risk down.
    Good: "good.text", "#0B4F6C";
    /// Soft ground of the same.
    GoodSoft: "good.soft", "#F3F6F7";
}

/// The colours of a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    plain: Vec<Rgb>,
    severity: [[Rgb; 6]; 5],
    trust: [(Rgb, Rgb); 5],
    chart: [Rgb; 5],
    /// Whether the ground is dark.
    pub is_dark: bool,
}

impl Palette {
    /// The screen's dark theme.
    pub fn dark() -> &'static Self {
        static DARK: OnceLock<Palette> = OnceLock::new();
        DARK.get_or_init(|| Self::from_tokens("dark", true))
    }

    /// The screen's light theme.
    pub fn light() -> &'static Self {
        static LIGHT: OnceLock<Palette> = OnceLock::new();
        LIGHT.get_or_init(|| Self::from_tokens("light", false))
    }

    /// Ink on paper.
    pub fn print() -> &'static Self {
        static PRINT: OnceLock<Palette> = OnceLock::new();
        PRINT.get_or_init(|| {
            let hex = |text: &str| Rgb::from_hex(text).unwrap_or(MISSING);
            let ink = |colors: [&str; 6]| colors.map(hex);
            Self {
                plain: Role::PLAIN.iter().map(|role| hex(role.on_paper().unwrap_or_default())).collect(),
                severity: [
                    ink(["#16202B", "#5B6B78", "#F1F4F5", "#16202B", "#F1F4F5", "#5B6B78"]),
                    ink(["#16202B", "#5B6B78", "#F1F4F5", "#16202B", "#DDE4E8", "#5B6B78"]),
                    ink(["#16202B", "#8A6414", "#F7E1AB", "#16202B", "#E3B04B", "#8A6414"]),
                    ink(["#16202B", "#BF5319", "#F1C49F", "#FFFFFF", "#BF5319", "#8F3D10"]),
                    ink(["#16202B", "#7B1E2B", "#DBA09B", "#FFFFFF", "#7B1E2B", "#5A121D"]),
                ],
                trust: ["#FFFFFF", "#F8FAFB", "#F3F6F7", "#EBF0F2", "#E0E8EB"]
                    .map(|fill| (hex(fill), hex("#66727F"))),
                chart: ["#0B4F6C", "#4A5663", "#8A6414", "#BF5319", "#66727F"].map(hex),
                is_dark: false,
            }
        })
    }

    /// The colour of a role.
    pub fn color(&self, role: Role) -> Rgb {
        let severity = |band: Band, part: usize| self.severity[band as usize][part];
        match role {
            Role::SeverityText(band) => severity(band, 0),
            Role::SeverityMark(band) => severity(band, 1),
            Role::SeveritySoft(band) => severity(band, 2),
            Role::SeverityOn(band) => severity(band, 3),
            Role::SeverityFill(band) => severity(band, 4),
            Role::SeverityEdge(band) => severity(band, 5),
            Role::TrustFill(level) => self.trust[usize::from(level.min(4))].0,
            Role::TrustLine(level) => self.trust[usize::from(level.min(4))].1,
            Role::Chart(series) => self.chart[usize::from(series.clamp(1, 5)) - 1],
            plain => {
                let index = Role::PLAIN.iter().position(|role| *role == plain);
                index.and_then(|index| self.plain.get(index).copied()).unwrap_or(MISSING)
            }
        }
    }

    fn from_tokens(theme: &str, is_dark: bool) -> Self {
        let tokens = Tokens(token_file());
        let color = |path: &str| tokens.color(&format!("{theme}.{path}"));
        let bands = ["very_low", "low", "medium", "high", "critical"];
        Self {
            plain: Role::PLAIN.iter().map(|role| color(role.token_path().unwrap_or_default())).collect(),
            severity: bands.map(|band| {
                ["text", "mark", "soft", "on", "mark", "mark"]
                    .map(|part| color(&format!("severity.{band}.{part}")))
            }),
            trust: [0, 1, 2, 3, 4]
                .map(|n| (color(&format!("trust.{n}.fill")), color(&format!("trust.{n}.line")))),
            chart: [0, 1, 2, 3, 4].map(|n| color(&format!("chart.{n}"))),
            is_dark,
        }
    }
}

/// What a missing token looks like; a test makes sure that none is.
const MISSING: Rgb = Rgb(255, 0, 255);

fn token_file() -> &'static ron::Value {
    static FILE: OnceLock<ron::Value> = OnceLock::new();
    FILE.get_or_init(|| ron::from_str(include_str!("../../assets/tokens.ron")).unwrap_or(ron::Value::Unit))
}

struct Tokens(&'static ron::Value);

impl Tokens {
    fn color(&self, path: &str) -> Rgb {
        let mut value = self.0;
        for step in path.split('.') {
            let next = match value {
                ron::Value::Map(map) => map.iter().find_map(|(key, value)| match key {
                    ron::Value::String(name) if name == step => Some(value),
                    _ => None,
                }),
                ron::Value::Seq(list) => step.parse::<usize>().ok().and_then(|index| list.get(index)),
                _ => None,
            };
            let Some(next) = next else { return MISSING };
            value = next;
        }
        match value {
            ron::Value::String(text) => Rgb::from_hex(text).unwrap_or(MISSING),
            _ => MISSING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_colour_in_every_theme() {
        for palette in [Palette::dark(), Palette::light(), Palette::print()] {
            let mut roles = Role::PLAIN.to_vec();
            for band in Band::ALL {
                roles.extend([Role::SeverityText(*band), Role::SeverityMark(*band)]);
                roles.extend([Role::SeveritySoft(*band), Role::SeverityOn(*band)]);
                roles.extend([Role::SeverityFill(*band), Role::SeverityEdge(*band)]);
            }
            roles.extend((0..5).flat_map(|n| [Role::TrustFill(n), Role::TrustLine(n), Role::Chart(n + 1)]));
            for role in roles {
                assert_ne!(palette.color(role), MISSING, "{role:?}");
            }
        }
    }

    #[test]
    fn text_keeps_its_contrast() {
        for palette in [Palette::dark(), Palette::light(), Palette::print()] {
            for surface in [Role::Canvas, Role::Panel, Role::Raised, Role::Field] {
                let ground = palette.color(surface);
                let mut words = vec![Role::Text, Role::TextSecondary, Role::TextTertiary, Role::Accent];
                words.extend(Band::ALL.iter().map(|band| Role::SeverityText(*band)));
                for word in words {
                    assert!(palette.color(word).contrast(ground) >= 4.5, "{word:?} on {surface:?}");
                }
                for band in Band::ALL {
                    let mark = palette.color(Role::SeverityMark(*band));
                    assert!(mark.contrast(ground) >= 3.0, "{band:?} mark on {surface:?}");
                }
            }
        }
    }
}
