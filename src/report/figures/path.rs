//! An attack path: boxes in a row, the interfaces between them, the controls across.

use super::{SEVEN, SMALL, say};
use crate::analysis::paths::{AttackPath, StepControl};
use crate::model::{Component, ComponentKind, ControlStatus, Project};
use crate::picture::scene::silhouette;
use crate::picture::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke, signs, text};

const BOX: (f32, f32) = (25.5, 10.0);
/// Boxes that stand in one row.
const IN_A_ROW: usize = 5;
const ROW: f32 = 25.0;

/// The path over that width. More than five boxes stand in rows.
pub(crate) fn attack_path(project: &Project, path: &AttackPath, width: f32) -> Picture {
    let mut out = PictureBuilder::new();
    let components = path.components();
    let rows = components.len().div_ceil(IN_A_ROW).max(1);
    let in_row = components.len().div_ceil(rows).max(1);
    let gap = if in_row > 1 { (width - in_row as f32 * BOX.0) / (in_row - 1) as f32 } else { 0.0 };
    // Few boxes would stand far apart: the arrows are kept short enough to be followed.
    let gap = gap.min(38.0);
    let guarded = path.steps.iter().any(|step| !step.controls.is_empty());
    let top = if guarded { 4.4 } else { 0.6 };
    let place = |index: usize| {
        let (row, column) = (index / in_row, index % in_row);
        Rect::new(column as f32 * (BOX.0 + gap), top + row as f32 * ROW, BOX.0, BOX.1)
    };
    for (index, step) in path.steps.iter().enumerate() {
        let (from, to) = (place(index), place(index + 1));
        let same_row = (to.y - from.y).abs() < 0.1;
        let (start, end) = if same_row {
            (Point::new(from.right(), from.center().y), Point::new(to.x, to.center().y))
        } else {
            // From the end of a row down and back to the beginning of the next.
            let turn = from.bottom() + 7.6;
            let (down, back) =
                (Point::new(from.center().x, from.bottom()), Point::new(from.center().x, turn));
            let under = Point::new(to.center().x, turn);
            let line = crate::picture::Path::polyline(&[down, back, under]);
            out.path(line, None, Some(Stroke::solid(Role::Text, 0.4)));
            (under, Point::new(to.center().x, to.y))
        };
        out.line(start, end, Stroke::solid(Role::Text, 0.4));
        out.path(signs::arrowhead(end, start, 2.1, 2.0), Some(Role::Text.into()), None);
        let middle = if same_row {
            Point::new(f32::midpoint(start.x, end.x), start.y)
        } else {
            Point::new(f32::midpoint(from.center().x, to.center().x), end.y - 4.0)
        };
        let below = if same_row { from.center().y + 5.2 } else { middle.y + 3.0 };
        if let Some(interface) = step.interface {
            let at = Point::new(middle.x, below);
            say(&mut out, at, &interface.to_string(), Face::Condensed, SEVEN, Role::Accent, Align::Center);
        }
        let words = format!("p {:.2}", step.probability);
        say(
            &mut out,
            Point::new(middle.x, below + 3.2),
            &words,
            Face::Sans,
            SMALL,
            Role::TextSecondary,
            Align::Center,
        );
        if same_row {
            controls(&mut out, &step.controls, middle, gap);
        }
    }
    let last = components.len().saturating_sub(1);
    for (index, id) in components.iter().enumerate() {
        if let Some(component) = project.diagram.component(*id) {
            node(&mut out, component, place(index), index == last);
        }
    }
    let height = top + (rows as f32 - 1.0) * ROW + BOX.1 + 6.5;
    out.finish_in(Rect::new(0.0, 0.0, width, height))
}

fn node(out: &mut PictureBuilder, component: &Component, rect: Rect, target: bool) {
    let weight = if target { 0.6 } else { 0.35 };
    // The outlines are made for boxes of the screen, so they are drawn large and shrunk.
    let large = Rect::new(0.0, 0.0, rect.w * 6.0, rect.h * 6.0);
    let (outline, inner) = silhouette(component.kind, large);
    let mut shape = PictureBuilder::new();
    shape.path(outline, Some(Role::Node.into()), Some(Stroke::solid(Role::Text, weight * 6.0)));
    for line in inner {
        shape.path(line, None, Some(Stroke::solid(Role::Text, 0.25 * 6.0)));
    }
    let shape = shape.finish_in(large).scaled(1.0 / 6.0);
    out.item(Some(component.id.into()));
    out.picture(&shape, rect.x, rect.y);
    let center = rect.center();
    let lower = if component.kind == ComponentKind::Store { 0.5 } else { 0.0 };
    let room = rect.w - if component.kind == ComponentKind::Model { 5.5 } else { 3.6 };
    let name = text::fit(&component.name, Face::SansSemibold, SEVEN, room);
    say(out, center.offset(0.0, -1.5 + lower), &name, Face::SansSemibold, SEVEN, Role::Text, Align::Center);
    let id = component.id.to_string();
    say(out, center.offset(0.0, 1.9 + lower), &id, Face::Sans, SMALL, Role::TextSecondary, Align::Center);
    out.item(None);
}

/// Across the arrow: in place solid, partial solid in the lower half, the rest dashed.
fn controls(out: &mut PictureBuilder, controls: &[StepControl], middle: Point, gap: f32) {
    let most = (((gap - 6.0) / 4.4).floor().max(1.0) as usize).min(5);
    let shown = controls.len().min(most);
    let mut x = middle.x - 2.2 * shown.saturating_sub(1) as f32 - 1.0;
    for (index, control) in controls.iter().take(shown).enumerate() {
        let rect = Rect::new(x - 0.75, middle.y - 3.1, 1.5, 6.2);
        let ink = Some(Role::Text.into());
        match control.status {
            ControlStatus::Implemented | ControlStatus::Verified => {
                out.rect(rect, 0.0, ink, None);
            }
            ControlStatus::Partial => {
                out.rect(rect, 0.0, Some(Role::Paper.into()), Some(Stroke::solid(Role::Text, 0.25)));
                out.rect(Rect::new(rect.x, middle.y, rect.w, 3.1), 0.0, ink, None);
            }
            ControlStatus::Proposed | ControlStatus::Planned => {
                let dashes = Stroke::dashed(Role::Text, 0.25, &[0.7, 0.5]);
                out.rect(rect, 0.0, Some(Role::Paper.into()), Some(dashes));
            }
        }
        let rest = controls.len() - shown;
        let name = if index + 1 == shown && rest > 0 {
            format!("{} +{rest}", control.control)
        } else {
            control.control.to_string()
        };
        let raised = if index % 2 == 1 { 2.9 } else { 0.0 };
        let at = Point::new(x, middle.y - 4.9 - raised);
        say(out, at, &name, Face::Condensed, SMALL, Role::TextSecondary, Align::Center);
        x += 4.4;
    }
}
