//! The layered engine: each group is laid out by itself from the inside out; then boxes change places and groups turn
//! where that is better for the drawing as a whole.

use crate::simulation::Progress;

use super::draw::Drawing;
use super::engine::{LayoutEngine, LayoutRequest, LayoutResult};
use super::level::Style;
use super::nest::Nest;
use super::polish::Polish;
use super::{search, settle};

/// Lays out nested groups in columns and rows by the flows between them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layered;

/// With more boxes than this no drawing is looked at as a whole; nor is one in which most stay where they are.
const SEARCHED: usize = 160;
/// How often boxes change places and the drawing is made anew, and how often each box may do so in between.
const POLISHED: usize = 3;
const PASSES: usize = 12;
/// A pass that makes the flows shorter by less than this share is the last.
const WORTH: f32 = 0.0005;
/// The shapes that are tried for what stands in a group, as shares of the frame's.
const SHAPES: [f32; 3] = [1.0, 0.7, 0.5];

impl LayoutEngine for Layered {
    fn lay_out(&self, request: &LayoutRequest, progress: &dyn Progress) -> Option<LayoutResult> {
        let nest = Nest::new(request);
        let fixed = request.nodes.iter().filter(|node| node.fixed.is_some()).count();
        let small = !request.at_once && request.nodes.len() <= SEARCHED && fixed * 2 <= request.nodes.len();
        let drawing = if small {
            let mut best: Option<(f32, Drawing)> = None;
            for (dense, shape) in
                [false, true].into_iter().flat_map(|dense| SHAPES.map(|shape| (dense, shape)))
            {
                let drawing = nest.draw(style(request, shape, dense));
                let polished = polish(&nest, drawing.clone(), progress)?;
                for drawing in [drawing, polished] {
                    let badness = search::badness(&nest, &drawing);
                    if best.as_ref().is_none_or(|(least, _)| badness < *least) {
                        best = Some((badness, drawing));
                    }
                }
            }
            search::improve(&nest, best?.1, progress)?
        } else {
            let drawings = SHAPES.map(|shape| nest.draw(style(request, shape, true)));
            let badness = |drawing: &Drawing| search::badness(&nest, drawing);
            let best = drawings.into_iter().min_by(|a, b| badness(a).total_cmp(&badness(b)))?;
            polish(&nest, best, progress)?
        };
        progress.step(1.0).then(|| settle::settle(request, drawing.open))
    }
}

fn style(request: &LayoutRequest, shape: f32, dense: bool) -> Style {
    Style { aspect: request.aspect.max(0.2) * shape, dense }
}

/// The drawing with boxes where their flows are short; none when it was told to stop.
fn polish(nest: &Nest<'_>, mut drawing: Drawing, progress: &dyn Progress) -> Option<Drawing> {
    for round in 0..POLISHED {
        let mut polish = Polish::new(nest, &drawing);
        let total = polish.total();
        for pass in 0..PASSES {
            if !progress.step((round as f32 + pass as f32 / PASSES as f32) / POLISHED as f32) {
                return None;
            }
            if polish.pass() < total * WORTH {
                break;
            }
        }
        let plans = polish.plans(&drawing);
        drawing = nest.redraw(&plans, &drawing);
    }
    Some(drawing)
}
