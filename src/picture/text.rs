//! How wide words are, from the fonts themselves, and how they are cut and broken to fit.

use std::sync::OnceLock;

use super::Face;

/// The width of one line of text at a size, without kerning or ligatures, as it is painted everywhere.
pub fn width(text: &str, face: Face, size: f32) -> f32 {
    let measure = Measure::of(face);
    text.chars().map(|c| measure.advance(c)).sum::<f32>() * size
}

/// The height of capital letters at a size: a line is centred on a height by putting its baseline half of it below.
pub fn cap_height(face: Face, size: f32) -> f32 {
    Measure::of(face).cap_height * size
}

/// The baseline of a line of text that is centred on that height.
pub fn baseline(center: f32, face: Face, size: f32) -> f32 {
    center + cap_height(face, size) / 2.0
}

/// The face that has a character: the wanted one, or the fallback.
pub fn face_for(c: char, face: Face) -> Face {
    if Measure::of(face).has(c) { face } else { Face::Fallback }
}

/// The text in pieces that each stand in one face.
pub fn runs(text: &str, face: Face) -> Vec<(Face, &str)> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut current = None;
    for (at, c) in text.char_indices() {
        let wanted = face_for(c, face);
        match current {
            Some(face) if face != wanted => {
                runs.push((face, text.get(start..at).unwrap_or_default()));
                start = at;
                current = Some(wanted);
            }
            Some(_) => {}
            None => current = Some(wanted),
        }
    }
    if let Some(face) = current {
        runs.push((face, text.get(start..).unwrap_or_default()));
    }
    runs
}

/// The text if it fits in a width, else as much of it as does with "…" at the end.
pub fn fit(text: &str, face: Face, size: f32, max: f32) -> String {
    if width(text, face, size) <= max {
        return text.to_owned();
    }
    let measure = Measure::of(face);
    let mut left = max - measure.advance('…') * size;
    let mut kept = String::new();
    for c in text.chars() {
        left -= measure.advance(c) * size;
        if left < 0.0 {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// The text in lines no wider than that. Words are kept whole where they fit; line ends in the text stay.
pub fn wrap(text: &str, face: Face, size: f32, max: f32) -> Vec<String> {
    let measure = Measure::of(face);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0.0;
        for word in pieces(paragraph) {
            let wide = width(word.trim_end(), face, size);
            if used + wide > max && !line.is_empty() {
                lines.push(line.trim_end().to_owned());
                line.clear();
                used = 0.0;
            }
            if wide <= max {
                line.push_str(word);
                used += width(word, face, size);
                continue;
            }
            for c in word.chars() {
                let advance = measure.advance(c) * size;
                if used + advance > max && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += advance;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// At most that many lines; what does not fit in them ends in "…".
pub fn wrap_lines(text: &str, face: Face, size: f32, max: f32, most: usize) -> Vec<String> {
    let mut lines = wrap(text, face, size, max);
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1));
        let last = rest.join(" ");
        // The ellipsis must show even where the cut falls on a line end that would have fitted.
        lines.push(fit(&format!("{last}\u{2003}\u{2003}\u{2003}"), face, size, max));
    }
    lines
}

/// The text in at most that many lines, if it can be had without breaking any word.
pub fn wrap_whole(text: &str, face: Face, size: f32, max: f32, most: usize) -> Option<Vec<String>> {
    let whole = |word: &str| width(word.trim_end(), face, size) <= max;
    if !text.lines().flat_map(pieces).all(whole) {
        return None;
    }
    Some(wrap(text, face, size, max)).filter(|lines| lines.len() <= most)
}

/// Where a line may be broken: after spaces, and after `_`, `-` and `/` inside of long names.
fn pieces(paragraph: &str) -> Vec<&str> {
    paragraph.split_inclusive([' ', '_', '-', '/']).collect()
}

struct Measure {
    font: Option<ttf_parser::Face<'static>>,
    units: f32,
    cap_height: f32,
    common: Vec<Option<f32>>,
    face: Face,
}

const COMMON: u32 = 0x250;

impl Measure {
    fn of(face: Face) -> &'static Self {
        static ALL: OnceLock<Vec<Measure>> = OnceLock::new();
        let all = ALL.get_or_init(|| Face::ALL.iter().map(|face| Self::new(*face)).collect());
        // The faces are made in the order of their numbers, so the lookup always finds one.
        all.get(face as usize).unwrap_or(&all[0])
    }

    fn new(face: Face) -> Self {
        let font = ttf_parser::Face::parse(face.file(), 0).ok();
        let units = font.as_ref().map_or(1000.0, |font| f32::from(font.units_per_em()));
        let cap_height =
            font.as_ref().and_then(ttf_parser::Face::capital_height).map_or(0.7, |h| f32::from(h) / units);
        let mut measure = Self { font, units, cap_height, common: Vec::new(), face };
        measure.common =
            (0..COMMON).map(|code| char::from_u32(code).and_then(|c| measure.look_up(c))).collect();
        measure
    }

    fn look_up(&self, c: char) -> Option<f32> {
        let font = self.font.as_ref()?;
        let glyph = font.glyph_index(c)?;
        font.glyph_hor_advance(glyph).map(|advance| f32::from(advance) / self.units)
    }

    fn own(&self, c: char) -> Option<f32> {
        if u32::from(c) < COMMON {
            self.common.get(u32::from(c) as usize).copied().flatten()
        } else {
            self.look_up(c)
        }
    }

    fn has(&self, c: char) -> bool {
        self.own(c).is_some()
    }

    fn advance(&self, c: char) -> f32 {
        match self.own(c) {
            Some(advance) => advance,
            None if self.face == Face::Fallback => 0.6,
            None => Self::of(Face::Fallback).advance(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_come_from_the_fonts() {
        for face in Face::ALL {
            let measure = Measure::of(face);
            assert_eq!(measure.face, face);
            assert!(measure.font.is_some(), "{face:?} is readable");
            assert!((0.5..0.9).contains(&measure.cap_height), "{face:?}: {}", measure.cap_height);
        }
        assert_eq!(width("", Face::Ui, 14.0), 0.0);
        assert!(width("WWWW", Face::Ui, 14.0) > 2.0 * width("iiii", Face::Ui, 14.0));
        assert_eq!(width("1111", Face::Ui, 14.0), width("8888", Face::Ui, 14.0), "digits are tabular");
        assert!((width("abc", Face::Code, 10.0) - 18.0).abs() < 0.1, "600 of 1000 each");
    }

    #[test]
    fn a_missing_character_is_measured_in_the_fallback() {
        assert_eq!(face_for('☃', Face::Ui), Face::Fallback);
        assert_eq!(width("☃", Face::Ui, 10.0), width("☃", Face::Fallback, 10.0));
        assert_eq!(runs("a☃b", Face::Ui), [(Face::Ui, "a"), (Face::Fallback, "☃"), (Face::Ui, "b")]);
        assert!(runs("", Face::Ui).is_empty());
    }

    #[test]
    fn fitting() {
        let check = |text: &str, max: f32, expected: &str| {
            let fitted = fit(text, Face::Code, 10.0, max);
            assert_eq!(fitted, expected);
            assert!(width(&fitted, Face::Code, 10.0) <= max.max(6.0));
        };
        check("assistant", 54.0, "assistant");
        check("assistant", 53.0, "assista…");
        check("one two", 30.0, "one…");
        check("one", 2.0, "…");
    }

    #[test]
    fn wrapping() {
        let check = |text: &str, max: f32, expected: &[&str]| {
            assert_eq!(wrap(text, Face::Code, 10.0, max), expected, "{text:?} in {max}");
        };
        check("one two three", 48.0, &["one two", "three"]);
        check("one two", 42.0, &["one two"]);
        check("abcdefgh", 24.0, &["abcd", "efgh"]);
        check("customer_data_store", 60.0, &["customer_", "data_store"]);
        check("a\nb", 60.0, &["a", "b"]);
        check("", 60.0, &[]);
        assert_eq!(wrap_lines("one two three four", Face::Code, 10.0, 42.0, 2), ["one two", "three…"]);
        assert_eq!(wrap_lines("one two", Face::Code, 10.0, 42.0, 2), ["one two"]);
        assert_eq!(wrap_whole("one two", Face::Code, 10.0, 20.0, 2), Some(vec!["one".into(), "two".into()]));
        assert_eq!(wrap_whole("one two", Face::Code, 10.0, 20.0, 1), None, "too many lines");
        assert_eq!(wrap_whole("one twofold", Face::Code, 10.0, 20.0, 3), None, "a word too long");
    }
}
