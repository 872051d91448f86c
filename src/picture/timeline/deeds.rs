//! The lanes of deeds: what was decided, what was done, and how that compares with the labels.

use crate::model::{Band, ResponseAction};
use crate::picture::text::width;
use crate::picture::{Point, Rect, Role, Stroke};
use crate::simulation::grid::{Interval, merged};
use crate::simulation::run::Run;
use crate::simulation::time::duration_words;

use super::axis::TimeAxis;
use super::hits::{Deed, Deeds};
use super::lanes::Drawing;
use super::windows_of;

pub(super) const DECISIONS: f32 = 58.0;
pub(super) const RESPONSE_ROW: f32 = 28.0;
pub(super) const OUTCOME: f32 = 40.0;

/// Responses of one kind: a row of the lane.
pub(super) struct ResponseRow {
    words: &'static str,
    icon: &'static str,
    /// Stretches, those that meet made one, with what is said at them and the responses that they are made of.
    stretches: Vec<(Interval, String, Vec<usize>)>,
}

/// The responses to an agent by kind, the gravest first. What is only logged is left out.
pub(super) fn response_rows(run: &Run, agent: &str, axis: TimeAxis) -> Vec<ResponseRow> {
    let kinds: [(Option<ResponseAction>, &str, &str); 5] = [
        (Some(ResponseAction::Isolate), "isolate", "unlink"),
        (Some(ResponseAction::Restrict), "restrict", "shield"),
        (None, "approval asked", "circle-help"),
        (Some(ResponseAction::Notify), "notify", "bell"),
        (Some(ResponseAction::Allow), "let go on", "check"),
    ];
    let mut rows = Vec::new();
    for (action, words, icon) in kinds {
        let own = run
            .responses
            .iter()
            .enumerate()
            .filter(|(_, response)| response.agent == agent && response.action == action);
        let mut stretches: Vec<(Interval, String, Vec<usize>)> = Vec::new();
        for (number, response) in own {
            let asked = response.approval.as_ref();
            let until = response
                .until_ms
                .or(asked.and_then(|approval| approval.answered_ms))
                .unwrap_or(response.t_ms);
            if !axis.shows(response.t_ms, until) {
                continue;
            }
            let said = asked.map_or_else(|| words.to_owned(), |approval| approval.outcome.clone());
            match stretches.last_mut() {
                Some((last, _, numbers)) if response.t_ms <= last.to_ms => {
                    last.to_ms = last.to_ms.max(until);
                    numbers.push(number);
                }
                _ => {
                    let stretch = Interval { from_ms: response.t_ms, to_ms: until, open: false };
                    stretches.push((stretch, said, vec![number]));
                }
            }
        }
        if !stretches.is_empty() {
            rows.push(ResponseRow { words, icon, stretches });
        }
    }
    rows
}

/// The shortest length of time that people count in and that is no shorter than this.
fn round_length(ms: i64) -> i64 {
    const SECONDS: [i64; 20] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
        172_800, 604_800,
    ];
    let day = 86_400_000;
    let known = SECONDS.into_iter().map(|seconds| seconds * 1000).find(|length| *length >= ms);
    known.unwrap_or_else(|| (ms + day - 1) / day * day)
}

impl Drawing<'_> {
    /// Bars for what was allowed, crossed discs for what was denied.
    pub(super) fn decisions(&mut self, rect: Rect) {
        let most = (rect.w / 11.0).floor().clamp(4.0, 200.0) as i64;
        let span = (self.axis.to_ms - self.axis.from_ms).max(1);
        let each = round_length(span / most + 1);
        // The last may end beyond the axis.
        let count = (span / each + 1) as usize;
        let mut allowed: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut denied: Vec<Vec<usize>> = vec![Vec::new(); count];
        let records = self.run.decisions.iter().enumerate();
        let own = records.filter(|(_, record)| record.agent == self.agent);
        for (number, record) in own.filter(|(_, record)| self.axis.shows(record.t_ms, record.t_ms)) {
            let bin = (((record.t_ms - self.axis.from_ms) / each) as usize).min(count - 1);
            let bins = if record.denied() { &mut denied } else { &mut allowed };
            if let Some(slot) = bins.get_mut(bin) {
                slot.push(number);
            }
        }
        let total: usize = denied.iter().map(Vec::len).sum();
        let lines = [format!("allowed, per {}", duration_words(each)), format!("{total} denied")];
        self.names(rect.y, "Decisions", &lines);
        let most = allowed.iter().map(Vec::len).max().unwrap_or(0).max(1) as f32;
        let step = rect.w * (each as f64 / span as f64) as f32;
        let high = rect.h - 22.0;
        let wide = |bin: usize, less: f32| (step.min(rect.w - step * bin as f32) - less).max(1.0);
        let filled =
            |bins: Vec<Vec<usize>>| bins.into_iter().enumerate().filter(|(_, numbers)| !numbers.is_empty());
        let from = self.axis.from_ms;
        for (bin, numbers) in filled(allowed) {
            let h = (high * numbers.len() as f32 / most).max(1.5);
            let bar = Rect::new(rect.x + step * bin as f32 + 0.75, rect.bottom() - h, wide(bin, 1.5), h);
            self.out.rect(bar, 0.0, Some(Role::Chart(5).at(0.5)), None);
            let column = Rect::new(rect.x + step * bin as f32, rect.y, wide(bin, 0.0), rect.h);
            let (from_ms, what) = (from + each * bin as i64, Deeds::Allowed(numbers));
            self.deeds.push(Deed { rect: column, from_ms, to_ms: from_ms + each, what });
        }
        let mark = Role::SeverityMark(Band::Critical);
        for (bin, numbers) in filled(denied) {
            let c = Point::new((rect.x + step * (bin as f32 + 0.5)).min(rect.right()), rect.y + 9.0);
            let r = (step * 0.46).clamp(3.0, 6.5);
            self.out.circle(
                c,
                r,
                Some(Role::SeveritySoft(Band::Critical).into()),
                Some(Stroke::solid(mark, 1.5)),
            );
            let d = r * 0.45;
            self.out.line(c.offset(-d, -d), c.offset(d, d), Stroke::solid(mark, 1.5));
            self.out.line(c.offset(-d, d), c.offset(d, -d), Stroke::solid(mark, 1.5));
            let disc = Rect::new(c.x - r, c.y - r, 2.0 * r, 2.0 * r);
            let (from_ms, what) = (from + each * bin as i64, Deeds::Denied(numbers));
            self.deeds.push(Deed { rect: disc, from_ms, to_ms: from_ms + each, what });
        }
        self.out.line(
            Point::new(rect.x, rect.bottom()),
            Point::new(rect.right(), rect.bottom()),
            Stroke::solid(Role::Edge, 1.0),
        );
    }

    /// A row for each kind of response; words where they find room.
    pub(super) fn responses(&mut self, rect: Rect, rows: &[ResponseRow]) {
        let own = self.run.responses.iter().filter(|response| response.agent == self.agent);
        let worst = own.map(|response| response.severity).max();
        let severity = worst.map(|severity| format!("up to {} severity", severity.label().to_lowercase()));
        self.names(rect.y, "Responses", &severity.into_iter().collect::<Vec<_>>());
        for (number, row) in rows.iter().enumerate() {
            let y = rect.y + number as f32 * RESPONSE_ROW;
            let middle = y + (RESPONSE_ROW - 4.0) / 2.0;
            let mut free_from = 0.0f32;
            for (index, (stretch, said, numbers)) in row.stretches.iter().enumerate() {
                let (x0, x1) = (self.axis.x(stretch.from_ms), self.axis.x(stretch.to_ms));
                self.deeds.push(Deed {
                    rect: Rect::new(x0, y, (x1 - x0).max(18.0), RESPONSE_ROW - 4.0),
                    from_ms: stretch.from_ms,
                    to_ms: stretch.to_ms,
                    what: Deeds::Responses(numbers.clone()),
                });
                if stretch.to_ms > stretch.from_ms {
                    let bar = Rect::new(x0, y, (x1 - x0).max(3.0), RESPONSE_ROW - 4.0);
                    self.out.rect(
                        bar,
                        3.0,
                        Some(Role::AccentSoft.into()),
                        Some(Stroke::solid(Role::Accent, 1.0)),
                    );
                }
                let inside = x1 - x0 > 26.0 + width(said, self.plain, 13.0);
                let start = if inside { x0 + 7.0 } else { x1.max(x0 + 3.0) + 4.0 };
                let next = row
                    .stretches
                    .get(index + 1)
                    .map_or(self.axis.right, |(next, _, _)| self.axis.x(next.from_ms));
                let room = if inside { x1 } else { next } - start;
                if start < free_from || room < 16.0 {
                    continue;
                }
                self.out.icon(row.icon, Rect::new(start, middle - 7.0, 14.0, 14.0), Role::TextSecondary);
                free_from = start + 18.0;
                let said = if room < 20.0 + width(said, self.plain, 13.0) && said != row.words {
                    row.words
                } else {
                    said
                };
                if room >= 22.0 + width(said, self.plain, 13.0) {
                    self.text(start + 19.0, middle, said, self.plain, 13.0, Role::Text);
                    free_from = start + 24.0 + width(said, self.plain, 13.0);
                }
            }
        }
    }

    /// How each attack went, and which alarms met none.
    pub(super) fn outcome(&mut self, rect: Rect) {
        self.names(rect.y, "Outcome", &["against the labels".to_owned()]);
        let mut items: Vec<(i64, &'static str, Role, &'static str, String)> = Vec::new();
        let denials = self.run.scores.as_ref().and_then(|scores| scores.with_denials.as_ref());
        for (index, window) in windows_of(self.run, self.agent) {
            if !self.axis.shows(window.label.start_ms, window.label.end_ms) {
                continue;
            }
            let start = window.label.start_ms;
            items.push(match window.detected_ms {
                Some(at) if window.firing_before => (
                    start,
                    "check",
                    Role::Good,
                    "Detected",
                    format!("was already firing, {}", duration_words(at - start)),
                ),
                Some(at) => (
                    start,
                    "check",
                    Role::Good,
                    "Detected",
                    if at > start {
                        format!("after {}", duration_words(at - start))
                    } else {
                        "at once".to_owned()
                    },
                ),
                // No number went over its bound, but a request was refused.
                None if denials
                    .and_then(|denials| denials.windows.get(index))
                    .is_some_and(|window| window.detected_ms.is_some()) =>
                {
                    let words = "a request was denied".to_owned();
                    (start, "ban", Role::SeverityText(Band::Medium), "No metric alarm", words)
                }
                None => (start, "x", Role::SeverityText(Band::High), "Missed", "no alarm".to_owned()),
            });
        }
        let grace = self.run.grace_ms;
        let windows = windows_of(self.run, self.agent);
        let own = self
            .run
            .conditions
            .iter()
            .flat_map(|condition| &condition.series)
            .filter(|series| series.agent == self.agent);
        let alarms = merged(own.flat_map(|series| series.firing.iter().copied()).collect());
        for alarm in alarms.iter().filter(|alarm| self.axis.shows(alarm.from_ms, alarm.to_ms)) {
            let met = windows
                .iter()
                .any(|(_, window)| alarm.touches(window.label.start_ms, window.label.end_ms + grace));
            if !met {
                items.push((
                    alarm.from_ms,
                    "x",
                    Role::SeverityText(Band::High),
                    "False alarm",
                    "no label here".to_owned(),
                ));
            }
        }
        items.sort_by_key(|item| item.0);
        let places: Vec<f32> = items
            .iter()
            .map(|item| self.axis.x(item.0).min(self.axis.right - 18.0).max(self.axis.left))
            .collect();
        let mut free_from = 0.0f32;
        for (number, (_, icon, role, head, words)) in items.into_iter().enumerate() {
            let Some(x) = places.get(number).copied() else { continue };
            // Where many stand close together the sign alone remains, and then the first sign of several.
            if x < free_from {
                continue;
            }
            self.out.icon(icon, Rect::new(x + 2.0, rect.y + 1.0, 14.0, 14.0), role);
            let (first, second) = (width(head, self.strong, 13.0), width(&words, self.plain, 12.5));
            let next = places.get(number + 1).copied().filter(|next| *next >= x + 18.0);
            let room = next.unwrap_or(self.axis.right) - x - 20.0;
            // Beside the edge the words stand before their sign.
            let fits_before = |wide: f32| next.is_none() && x - wide - 4.0 >= free_from;
            let lines = [
                (rect.y + 8.0, head, self.strong, 13.0, role, first),
                (rect.y + 26.0, words.as_str(), self.plain, 12.5, Role::TextSecondary, second),
            ];
            let before = room < first.max(second) && fits_before(first.max(second));
            let mut taken = x + 18.0;
            for (y, words, face, size, role, wide) in lines {
                if before {
                    self.text(x - wide - 4.0, y, words, face, size, role);
                } else if room >= wide {
                    self.text(x + 20.0, y, words, face, size, role);
                    taken = taken.max(x + 24.0 + wide);
                }
            }
            free_from = taken.min(next.unwrap_or(taken));
        }
    }
}
