//! The head of a timeline: the moments of its axis, and what is read at one of them.

use crate::picture::signs::arrowhead;
use crate::picture::text::{baseline, fit, width};
use crate::picture::{Face, Picture, Point, Rect, Role, Stroke};
use crate::simulation::run::Run;
use crate::simulation::time::duration_words;

use super::axis::{clock, date, figure};
use super::lanes::{AXIS, Drawing, NAMES};
use super::{ConditionState, Lane, LaneKind, Timeline, TimelineOptions, reading};
use crate::model::Band;

/// As high as the head is by itself: a line for the moments, one for the agent.
const HEIGHT: f32 = 42.0;

/// The head alone, to stay in sight while the lanes scroll away below it.
pub fn head(run: &Run, timeline: &Timeline, options: &TimelineOptions) -> Picture {
    let mut drawing = Drawing::new(run, &timeline.agent, timeline.axis, options.paper);
    drawing.moments();
    if let Some(t) = options.playhead.filter(|t| timeline.axis.shows(*t, *t)) {
        drawing.playhead(t, HEIGHT, &timeline.lanes);
    }
    drawing.out.finish_in(Rect::new(0.0, 0.0, options.width, HEIGHT))
}

impl Drawing<'_> {
    /// The moments in words, the day, and whose time it is.
    pub(super) fn moments(&mut self) {
        for (t, words) in self.axis.ticks() {
            let x = self.axis.x(t);
            let align = self.axis.align(x);
            let at = Point::new(x, baseline(10.0, self.plain, 12.5));
            self.out.aligned(at, words, self.plain, 12.5, Role::TextTertiary, align);
        }
        let day = format!("{} UTC", date(self.axis.from_ms));
        self.text(0.0, 10.0, &day, self.plain, 12.5, Role::TextTertiary);
        let agent = fit(self.agent, self.strong, 13.0, NAMES - 6.0);
        self.text(0.0, 30.0, &agent, self.strong, 13.0, Role::TextSecondary);
    }

    /// The reading stands in the axis row, so that it never hides the lines.
    pub(super) fn playhead(&mut self, t: i64, bottom: f32, lanes: &[Lane]) {
        let x = self.axis.x(t);
        self.out.line(Point::new(x, AXIS - 2.0), Point::new(x, bottom), Stroke::solid(Role::Accent, 1.5));
        let tip = Point::new(x, AXIS);
        self.out.path(arrowhead(tip, tip.offset(0.0, -10.0), 8.0, 11.0), Some(Role::Accent.into()), None);
        let mut readings: Vec<String> = Vec::new();
        let mut state = String::new();
        for lane in lanes {
            let LaneKind::Condition { condition: number, series } = lane.kind else { continue };
            let Some(condition) = self.run.conditions.get(number) else { continue };
            let Some(series) = condition.series.get(series) else { continue };
            let reading = reading(self.run, number, condition, series, t);
            let Some(value) = reading.value else { continue };
            readings.push(format!("   {} {}", reading.metric, figure(value)));
            let said = match reading.state {
                ConditionState::Quiet => continue,
                ConditionState::Pending { since_ms } => {
                    format!("{} held {}", reading.metric, duration_words(t - since_ms))
                }
                ConditionState::Firing { since_ms } => {
                    format!("{} firing for {}", reading.metric, duration_words(t - since_ms))
                }
            };
            if state.is_empty() {
                state = said;
            }
        }
        let face = if self.paper { Face::Sans } else { Face::UiMedium };
        let room = self.axis.right - self.axis.left - 40.0;
        // The line below the lanes has them all; here stand as many as find room, whole.
        let mut words = clock(t, true);
        let mut left_for = room - width(&words, face, 12.5) - width(&state, face, 12.5) - 20.0;
        for reading in readings {
            left_for -= width(&reading, face, 12.5);
            if left_for < 0.0 {
                break;
            }
            words.push_str(&reading);
        }
        let wide = width(&words, face, 12.5);
        let state = fit(&state, face, 12.5, (room - wide - 20.0).max(0.0));
        let all = wide + if state.is_empty() { 0.0 } else { width(&state, face, 12.5) + 14.0 } + 20.0;
        let left =
            if x + 10.0 + all <= self.axis.right { x + 10.0 } else { (x - 10.0 - all).max(self.axis.left) };
        let plate = Rect::new(left, 0.0, all, 22.0);
        self.out.rect(plate, 5.0, Some(Role::Panel.into()), Some(Stroke::solid(Role::Accent, 1.0)));
        self.text(left + 10.0, 11.0, &words, face, 12.5, Role::Text);
        self.text(left + 24.0 + wide, 11.0, &state, face, 12.5, Role::SeverityText(Band::High));
    }
}
