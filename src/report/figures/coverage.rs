//! Every element against every category of threat that applies to it.

use super::{SEVEN, SMALL, say};
use crate::model::{Band, ItemId, Stride};
use crate::picture::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke, signs, text};

/// What stands where an element and a category meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// Threats, and the worst of their current bands; none where nobody has rated them.
    Threats(Option<Band>, usize),
    /// Looked at, and none found.
    Reviewed,
    /// Nobody has looked.
    Open,
    /// Does not apply.
    Apart,
}

/// An element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CoverageRow {
    pub(crate) item: ItemId,
    pub(crate) name: String,
    pub(crate) slots: [Slot; 6],
    /// Begins a new group.
    pub(crate) starts_group: bool,
}

/// The matrix over that width.
pub(crate) fn matrix(rows: &[CoverageRow], width: f32) -> Picture {
    const PITCH: f32 = 6.9;
    let mut out = PictureBuilder::new();
    let cell = 12.0;
    let first = width - 6.0 * cell;
    for (index, stride) in Stride::ALL.iter().enumerate() {
        let x = first + (index as f32 + 0.5) * cell;
        let letter = stride.letter().to_string();
        say(
            &mut out,
            Point::new(x, 1.6),
            &letter,
            Face::SansSemibold,
            SEVEN * 1.1,
            Role::Text,
            Align::Center,
        );
        say(
            &mut out,
            Point::new(x, 4.8),
            verb(*stride),
            Face::Sans,
            SMALL * 0.97,
            Role::TextSecondary,
            Align::Center,
        );
    }
    out.line(Point::new(0.0, 7.0), Point::new(width, 7.0), Stroke::solid(Role::Text, 0.28));
    let mut y = 7.6;
    for (index, row) in rows.iter().enumerate() {
        if row.starts_group && index > 0 {
            out.line(
                Point::new(0.0, y + 0.6),
                Point::new(width, y + 0.6),
                Stroke::solid(Role::Control, 0.28),
            );
            y += 2.0;
        }
        let middle = y + PITCH / 2.0;
        out.item(Some(row.item));
        let id = row.item.to_string();
        say(&mut out, Point::new(0.0, middle), &id, Face::Condensed, SEVEN, Role::Accent, Align::Left);
        let name = text::fit(&row.name, Face::Sans, SEVEN, first - 11.0);
        say(&mut out, Point::new(9.0, middle), &name, Face::Sans, SEVEN, Role::Text, Align::Left);
        for (index, slot) in row.slots.iter().enumerate() {
            let rect = Rect::new(first + index as f32 * cell + 0.6, y + 0.5, cell - 1.2, PITCH - 1.0);
            draw(&mut out, *slot, rect);
        }
        out.item(None);
        y += PITCH;
        out.line(Point::new(0.0, y), Point::new(width, y), Stroke::solid(Role::Line, 0.18));
    }
    out.finish_in(Rect::new(0.0, 0.0, width, y + 0.5))
}

fn draw(out: &mut PictureBuilder, slot: Slot, rect: Rect) {
    let center = rect.center();
    match slot {
        Slot::Threats(band, count) => {
            let ground = band.map_or(Role::Hover, Role::SeveritySoft);
            out.rect(rect, 0.0, Some(ground.into()), None);
            match band {
                Some(band) => signs::severity_sign(out, band, center.offset(-2.0, 0.0), 2.6),
                None => say(
                    out,
                    center.offset(-2.0, 0.0),
                    "–",
                    Face::Sans,
                    SEVEN,
                    Role::TextSecondary,
                    Align::Center,
                ),
            }
            let number = count.to_string();
            say(out, center.offset(1.6, 0.0), &number, Face::SansSemibold, SEVEN, Role::Text, Align::Center);
        }
        Slot::Reviewed => {
            say(out, center, "✓", Face::Sans, SEVEN, Role::TextSecondary, Align::Center);
        }
        Slot::Open => {
            out.rect(rect, 0.0, None, Some(Stroke::dashed(Role::Text, 0.28, &[0.9, 0.6])));
            say(out, center, "?", Face::SansSemibold, SEVEN, Role::Text, Align::Center);
        }
        Slot::Apart => {
            let (from, to) = (center.offset(-0.9, 0.0), center.offset(0.9, 0.0));
            out.line(from, to, Stroke::solid(Role::Control, 0.2));
        }
    }
}

fn verb(stride: Stride) -> &'static str {
    match stride {
        Stride::Spoofing => "spoof",
        Stride::Tampering => "tamper",
        Stride::Repudiation => "repudiate",
        Stride::InformationDisclosure => "disclose",
        Stride::DenialOfService => "deny",
        Stride::ElevationOfPrivilege => "elevate",
    }
}
