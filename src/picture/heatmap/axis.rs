//! Words under the columns of a field, set so that none is cut: in a row, in two rows by turns, smaller, or turned.

use crate::picture::text::{baseline, cap_height, width};
use crate::picture::{Align, Face, PictureBuilder, Point, Role, Shape, TextMark};

/// How much smaller than wanted words may be.
const SMALLER: f32 = 0.86;

/// From the middle of one row to the middle of the next, in ems.
const PITCH: f32 = 1.25;

/// Words for the columns, from the first, and how they are set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ColumnWords {
    words: Vec<String>,
    face: Face,
    wanted: f32,
    size: f32,
    set: Setting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// Side by side.
    Row,
    /// Every other one in a second row, so that each has the room of two columns.
    ByTurns,
    /// Read downwards: whatever their length, they fit.
    Turned,
}

impl ColumnWords {
    /// Words in the first way that cuts none: the first choice of words side by side; then the last choice side by side,
    /// smaller, by turns in two rows, both, and turned.
    pub(super) fn fitting(choices: &[Vec<String>], face: Face, size: f32, column: f32) -> Self {
        let of = |words: &[String], share: f32, set| Self {
            words: words.to_vec(),
            face,
            wanted: size,
            size: size * share,
            set,
        };
        let last = choices.last().map_or(&[][..], Vec::as_slice);
        let mut ways: Vec<Self> = choices.iter().map(|words| of(words, 1.0, Setting::Row)).collect();
        ways.extend([
            of(last, SMALLER, Setting::Row),
            of(last, 1.0, Setting::ByTurns),
            of(last, SMALLER, Setting::ByTurns),
        ]);
        ways.into_iter().find(|way| way.is_clear(column)).unwrap_or_else(|| of(last, 1.0, Setting::Turned))
    }

    /// Whether neighbours in a row keep a gap.
    fn is_clear(&self, column: f32) -> bool {
        let apart = if self.set == Setting::ByTurns { 2 } else { 1 };
        let gap = self.size * 0.3;
        let widths: Vec<f32> = self.words.iter().map(|word| width(word, self.face, self.size)).collect();
        widths
            .iter()
            .zip(widths.iter().skip(apart))
            .all(|(a, b)| (a + b) / 2.0 + gap <= column * apart as f32)
    }

    /// How much deeper than one row of the wanted size they reach.
    pub(super) fn extra(&self) -> f32 {
        match self.set {
            Setting::Row => 0.0,
            Setting::ByTurns => self.size * PITCH,
            Setting::Turned => {
                let longest = self.words.iter().map(|word| width(word, self.face, self.size));
                (longest.fold(0.0, f32::max) - self.wanted).max(0.0)
            }
        }
    }

    /// Draws them under the middles of the columns; the first row is centred on a height.
    pub(super) fn draw(
        &self,
        out: &mut PictureBuilder,
        middles: impl Iterator<Item = f32>,
        y: f32,
        role: Role,
    ) {
        let (face, size) = (self.face, self.size);
        for (place, (word, x)) in self.words.iter().zip(middles).enumerate() {
            if self.set == Setting::Turned {
                let top = y - self.wanted / 2.0;
                out.add(Shape::Text(TextMark {
                    at: Point::new(x - cap_height(face, size) / 2.0, top),
                    text: word.clone(),
                    face,
                    size,
                    paint: role.into(),
                    align: Align::Left,
                    rotate: 90.0,
                    max_width: None,
                }));
                continue;
            }
            let row = if self.set == Setting::ByTurns { place % 2 } else { 0 };
            let at = Point::new(x, baseline(y + row as f32 * size * PITCH, face, size));
            out.aligned(at, word, face, size, role, Align::Center);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_set_in_the_first_way_that_cuts_none() {
        let check = |words: &[&str], column: f32, wanted: (Setting, bool)| {
            let named: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let numbered = (1..).zip(words).map(|(number, word)| format!("{number} {word}")).collect();
            let set = ColumnWords::fitting(&[numbered, named], Face::UiMedium, 14.0, column);
            let is_numbered = set.words.first().is_some_and(|word| word.starts_with("1 "));
            assert_eq!((set.set, is_numbered), wanted, "{words:?} in {column}");
            assert!(set.size >= 12.0, "still to be read");
        };
        let five = ["Slight", "Minor", "Moderate", "Major", "Severe"];
        check(&five, 96.0, (Setting::Row, true));
        check(&five, 66.0, (Setting::Row, false));
        check(&five, 44.0, (Setting::ByTurns, false));
        check(&["Low", "Medium", "High"], 73.3, (Setting::Row, true));
        check(&["Negligible", "Bearable", "Considerable", "Disastrous"], 58.0, (Setting::ByTurns, false));
        check(&["Unternehmensgefährdend"; 5], 44.0, (Setting::Turned, false));
        check(&[], 44.0, (Setting::Row, false));
    }
}
