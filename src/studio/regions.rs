//! The regions of the window that F6 leads through, in their order: rail, outline, view, inspector, problems.

use egui::{Context, Id, Rect};

/// A region that the keyboard goes to as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// The steps at the left.
    Rail,
    /// The outline of the model.
    Outline,
    /// The view of the step.
    View,
    /// The inspector.
    Inspector,
    /// The problems strip.
    Problems,
}

impl Region {
    /// All, in the order of F6.
    pub const ALL: [Self; 5] = [Self::Rail, Self::Outline, Self::View, Self::Inspector, Self::Problems];

    fn id(self) -> Id {
        Id::unique("region").with(self)
    }
}

/// Notes that a region is drawn there in this frame.
pub fn note(ctx: &Context, region: Region, rect: Rect) {
    let frame = ctx.cumulative_frame_nr();
    ctx.data_mut(|data| data.insert_temp(region.id(), (frame, rect)));
}

/// Where a region was drawn in the last frame, if it was.
fn place(ctx: &Context, region: Region) -> Option<Rect> {
    let (frame, rect): (u64, Rect) = ctx.data(|data| data.get_temp(region.id()))?;
    (frame + 1 >= ctx.cumulative_frame_nr()).then_some(rect)
}

/// The region that the keyboard is in.
pub fn focused(ctx: &Context) -> Option<Region> {
    let id = ctx.memory(egui::Memory::focused)?;
    let center =
        ctx.viewport(|viewport| viewport.prev_pass.widgets.get(id).map(|widget| widget.rect.center()))?;
    // Drawers lie over the view, so the view is asked last.
    let order = [Region::Rail, Region::Outline, Region::Inspector, Region::Problems, Region::View];
    order.into_iter().find(|region| place(ctx, *region).is_some_and(|rect| rect.contains(center)))
}

/// The region after one, or the first; only those that are drawn count.
pub fn after(ctx: &Context, region: Option<Region>) -> Option<Region> {
    let start = region.and_then(|region| Region::ALL.iter().position(|other| *other == region));
    let start = start.map_or(0, |index| index + 1);
    (0..Region::ALL.len())
        .filter_map(|step| Region::ALL.get((start + step) % Region::ALL.len()).copied())
        .find(|region| place(ctx, *region).is_some())
}

/// Gives the keyboard to the first thing of a region that takes it.
pub fn enter(ctx: &Context, region: Region) {
    let Some(rect) = place(ctx, region) else { return };
    let first = ctx.viewport(|viewport| {
        let widgets = viewport.prev_pass.widgets.layers().flat_map(|(_, widgets)| widgets);
        widgets
            .filter(|widget| widget.enabled && widget.visible && widget.sense.is_focusable())
            .find(|widget| rect.contains(widget.rect.center()) && widget.rect.is_positive())
            .map(|widget| widget.id)
    });
    ctx.memory_mut(|memory| match first {
        Some(id) => memory.request_focus(id),
        None => {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        }
    });
}
