//! Views: where things stand on a drawing. One model has one graph and any number of views of it.

use std::collections::BTreeMap;

use super::record::{keyed, record};
use super::{ItemId, ViewId};

record! {
    /// A drawing of the model or of a part of it.
    pub struct View {
        /// `V-1`.
        id: ViewId,
        /// `Whole system`.
        name: String,
        /// What it shows, in a sentence.
        description: String,
        /// Shows only what has a place here; otherwise the whole model.
        only_placed: bool,
        /// Flows are drawn as curves, unless they say otherwise.
        curved: bool,
        /// Where things stand. What has no place yet is laid out when the view is opened.
        places: BTreeMap<ItemId, Place>,
    }
}

record! {
    /// Where a thing stands, in points at 100 %, y downward.
    pub struct Place {
        /// Left edge.
        x: f32,
        /// Top edge.
        y: f32,
        /// Width; 0 is the kind's own.
        w: f32,
        /// Height; 0 is the kind's own.
        h: f32,
        /// Stays where it is when the rest is laid out.
        pinned: bool,
        /// A zone drawn as a box.
        collapsed: bool,
        /// Bends of an interface, or the course of a boundary line.
        points: Vec<(f32, f32)>,
        /// How far a label was moved from where it would stand.
        label: Option<(f32, f32)>,
        /// An interface drawn as a curve, or right-angled; none is as the view has it.
        curved: Option<bool>,
    }
}

keyed! { View => ViewId }
