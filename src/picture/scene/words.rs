//! Where a component's name stands: beside its icon, over the whole box, at its top, or under it.

use crate::model::ComponentKind;
use crate::picture::Rect;
use crate::picture::route::RectIndex;
use crate::picture::text::{fit, width, wrap_lines, wrap_whole};

use super::Lettering;
use super::build::{NODE_HEIGHT, WORDS_LEFT, WORDS_RIGHT};

/// Narrower boxes have no room for an icon.
const ROOM_FOR_ICON: f32 = 120.0;
/// From line to line of a name.
pub(crate) const NAME_LINE: f32 = 18.0;
/// A name under its box is at least given this much room, and this much more than the box is wide.
const UNDER_LEAST: f32 = 132.0;
const UNDER_MORE: f32 = 36.0;
const MOST_LINES: usize = 3;
/// From the bottom of the box to a name under it.
const UNDER_GAP: f32 = 3.0;

/// How a component's words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wording {
    /// Beside the icon, the kind under the name.
    #[default]
    Beside,
    /// The name alone, centred over the whole box.
    Centred,
    /// The name alone, at the top of the box: other boxes stand in it.
    Top,
    /// The name alone, under the box.
    Under,
}

/// A name in lines, how it stands, and what it covers when it stands under its box.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    pub(super) wording: Wording,
    pub(super) lines: Vec<String>,
    pub(super) under: Option<Rect>,
}

/// How a name stands at a box. `holds` says that other boxes stand in this one.
pub(super) fn words(name: &str, kind: ComponentKind, rect: Rect, holds: bool, paper: bool) -> Words {
    let (face, size) = Lettering::of(paper).name;
    let stands = |wording, lines| Words { wording, lines, under: None };
    if holds {
        return stands(Wording::Top, wrap_lines(name, face, size, (rect.w - 24.0).max(size), 1));
    }
    let roomy = rect.w >= ROOM_FOR_ICON && rect.h >= NODE_HEIGHT - 16.0;
    let beside = rect.w - if paper { WORDS_RIGHT } else { WORDS_LEFT } - WORDS_RIGHT;
    let most = if rect.h >= NODE_HEIGHT { 2 } else { 1 };
    if roomy && let Some(lines) = wrap_whole(name, face, size, beside, most) {
        return stands(Wording::Beside, lines);
    }
    let most = (((rect.h - 6.0) / NAME_LINE).floor().max(1.0) as usize).min(MOST_LINES);
    // A circle is widest in its middle: one line has more room there than each of three.
    let fits = |rows| wrap_whole(name, face, size, across(kind, rect, rows), rows);
    if let Some(lines) = (1..=most).find_map(fits) {
        return stands(Wording::Centred, lines);
    }
    if roomy {
        return stands(Wording::Centred, wrap_lines(name, face, size, across(kind, rect, most), most));
    }
    let room = (rect.w + UNDER_MORE).max(UNDER_LEAST);
    let lines = wrap_lines(name, face, size, room, MOST_LINES);
    let wide = lines.iter().map(|line| width(line, face, size)).fold(0.0, f32::max);
    let high = lines.len() as f32 * NAME_LINE;
    let under = Rect::new(rect.center().x - wide / 2.0, rect.bottom() + UNDER_GAP, wide, high);
    Words { wording: Wording::Under, lines, under: Some(under) }
}

impl Words {
    /// The name without those of its lines under the box that would stand on another box: what is left ends in "…".
    pub(super) fn clear_of(mut self, own: Rect, boxes: &RectIndex, paper: bool) -> Self {
        let Some(under) = self.under else { return self };
        let (face, size) = Lettering::of(paper).name;
        let meets = |rows: usize| {
            let rect = Rect { h: rows as f32 * NAME_LINE, ..under };
            let mut met = false;
            boxes.visit(rect, |other, _| met |= other != own && !other.contains_rect(own));
            met
        };
        let all = self.lines.len();
        let rows = (1..=all).rev().find(|rows| !meets(*rows)).unwrap_or(1);
        if rows < all {
            self.lines.truncate(rows);
            if let Some(last) = self.lines.last_mut() {
                *last = fit(&format!("{last}…"), face, size, under.w.max(size));
                if !last.ends_with('…') {
                    last.push('…');
                }
            }
            self.under = Some(Rect { h: rows as f32 * NAME_LINE, ..under });
        }
        self
    }
}

/// How wide a silhouette is where that many centred lines stand.
fn across(kind: ComponentKind, rect: Rect, rows: usize) -> f32 {
    // From the middle to the outer edge of the first line's letters.
    let reach = (rows as f32 - 1.0) * NAME_LINE / 2.0 + 7.0;
    let inset = match kind {
        ComponentKind::Process => {
            let radius = rect.w.min(rect.h) / 2.0;
            4.0 + radius - (radius * radius - reach * reach).max(0.0).sqrt()
        }
        ComponentKind::Model => 4.0 + 16f32.min(rect.w / 4.0) * (2.0 * reach / rect.h.max(1.0)).min(1.0),
        ComponentKind::External => 9.0,
        _ => 6.0,
    };
    (rect.w - 2.0 * inset).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_whole() {
        let check = |name: &str, w: f32, h: f32, wording: Wording, lines: &[&str]| {
            let rect = Rect::new(10.0, 20.0, w, h);
            let stands = words(name, ComponentKind::Agent, rect, false, false);
            assert_eq!(stands.wording, wording, "{name} in {w}×{h}: {:?}", stands.lines);
            assert_eq!(stands.lines, lines, "{name} in {w}×{h}");
            let under = stands.under.map(|under| under.y >= rect.bottom());
            assert_eq!(under, (wording == Wording::Under).then_some(true));
        };
        check("assistant", 148.0, 68.0, Wording::Beside, &["assistant"]);
        check("Language model", 148.0, 68.0, Wording::Beside, &["Language", "model"]);
        check("Database", 90.0, 60.0, Wording::Centred, &["Database"]);
        check("Web Application Server", 100.0, 60.0, Wording::Centred, &["Web", "Application", "Server"]);
        check("Database", 40.0, 40.0, Wording::Under, &["Database"]);
        check("VPCmonitoring", 80.0, 60.0, Wording::Under, &["VPCmonitoring"]);
        check(
            "Billing and settlement of all orders",
            184.0,
            68.0,
            Wording::Centred,
            &["Billing and settlement of", "all orders"],
        );
    }

    #[test]
    fn a_circle_has_more_room_in_its_middle() {
        let check = |name: &str, side: f32, expected: Wording| {
            let rect = Rect::new(0.0, 0.0, side, side);
            let stands = words(name, ComponentKind::Process, rect, false, false);
            assert_eq!(stands.wording, expected, "{name} in {side}: {:?}", stands.lines);
        };
        check("Browser", 88.0, Wording::Centred);
        check("Daemon", 78.0, Wording::Centred);
        check("Blockchain Integration", 88.0, Wording::Under);
        check("My CloudWatch", 50.0, Wording::Under);
    }

    #[test]
    fn a_box_around_others_has_its_name_at_the_top() {
        let stands =
            words("Custom VPC", ComponentKind::Process, Rect::new(0.0, 0.0, 400.0, 300.0), true, false);
        assert_eq!((stands.wording, stands.lines.len()), (Wording::Top, 1));
    }
}
