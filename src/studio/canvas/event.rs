//! What goes into the machine of gestures, and what comes out of it.

use crate::model::{ComponentId, ComponentKind, InterfaceId, ItemId, ZoneId};
use crate::picture::{Point, Rect};

use super::Drop;
use super::carry::Walk;

/// What the pointer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tool {
    /// Select, move, connect.
    #[default]
    Select,
    /// Pan.
    Pan,
    /// Put a component down.
    Add(ComponentKind),
    /// Draw a flow from one component to another.
    Flow,
    /// Draw a zone.
    Zone,
    /// Draw an open boundary line.
    Line,
    /// Put a note down.
    Note,
}

/// Which button is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Primary,
    /// The wheel, the right one, or the left one while space is held: they pan.
    Pan,
}

/// What happens on the canvas. `at` is in the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// A button went down. `add` is whether shift or control is held.
    Press {
        /// Where.
        at: Point,
        /// Which button.
        button: Button,
        /// Adds to what is selected.
        add: bool,
        /// A drag from here takes copies along.
        copy: bool,
    },
    /// The pointer moved, with or without a button.
    Move {
        /// Where to.
        at: Point,
        /// Nothing snaps.
        free: bool,
    },
    /// The button went up.
    Release {
        /// Where.
        at: Point,
    },
    /// The button was pressed twice in the same place.
    DoubleClick {
        /// Where.
        at: Point,
    },
    /// An end is taken up by key: of a new flow from what is selected, or the receiver's end of the selected flow, or
    /// with `start` the sender's.
    PickUp {
        /// The sender's end.
        start: bool,
    },
    /// What is carried goes to another target.
    Walk(Walk),
    /// What is carried goes to a target whose name begins with what is typed.
    Letter(char),
    /// Enter: what goes on is done.
    Confirm,
    /// Esc.
    Cancel,
}

/// What a gesture asks for once it is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Select exactly these.
    Select(Vec<ItemId>),
    /// Add one to the selection, or take it out.
    Toggle(ItemId),
    /// Move what is seen, in the world's units.
    Pan(f32, f32),
    /// Move things.
    Move {
        /// Which.
        items: Vec<ItemId>,
        /// How far.
        by: (f32, f32),
        /// Into which zone.
        into: Drop,
    },
    /// Put copies of things down.
    Copy {
        /// Of which.
        items: Vec<ItemId>,
        /// How far from them.
        by: (f32, f32),
        /// Into which zone.
        into: Drop,
    },
    /// Give a thing that frame.
    Resize(ItemId, Rect),
    /// Draw an interface.
    Connect(ComponentId, ComponentId),
    /// Draw an interface to a component that is created there.
    ConnectToNew(ComponentId, Point),
    /// Attach an end of an interface elsewhere; `start` is whether it is the sender's end.
    Reattach {
        /// Which interface.
        flow: InterfaceId,
        /// The sender's end.
        start: bool,
        /// Where to.
        to: ComponentId,
    },
    /// Move a bend of a boundary line.
    MoveBend(ItemId, usize, Point),
    /// Give a flow these bends.
    Bend(InterfaceId, Vec<Point>),
    /// Move a flow's label.
    MoveLabel(InterfaceId, f32, f32),
    /// Put a component down.
    AddComponent(ComponentKind, Point),
    /// Draw a zone.
    AddZone(Rect),
    /// Draw a boundary line.
    AddLine(Vec<Point>),
    /// Open a zone that is drawn as a box.
    Open(ZoneId),
    /// Put a note down.
    AddNote(Point),
    /// List the interfaces that one line stands for.
    ListInterfaces(InterfaceId, Point),
    /// Rename in place.
    Rename(ItemId),
    /// Put what is at the other ends of the interfaces that leave the view at a thing into the view.
    PutEndsIn(ItemId),
    /// Show the threats of a thing.
    ShowThreats(ItemId),
}
