//! The canvas: the diagram as it is drawn, pointed at and changed by hand.

pub mod actions;
pub mod arrange;
pub mod bends;
pub mod by_key;
pub mod camera;
pub mod carry;
pub mod choosing;
pub mod clips;
pub mod curves;
pub mod drop;
pub mod elsewhere;
pub mod event;
pub mod find;
pub mod gesture;
mod glide;
pub mod ground;
pub mod intents;
pub mod legend;
pub mod lit;
pub mod names;
pub mod overlay;
pub mod parts;
pub mod paths;
pub mod play;
#[cfg(test)]
mod put_tests;
pub mod room;
pub mod seat;
pub mod snap;
pub mod state;
pub mod surface;

pub use camera::Camera;
pub use carry::{Carried, Walk};
pub use drop::Dragged;
pub use event::{Button, Event, Intent, Tool};
pub use gesture::Gesture;
pub use ground::{Drop, Grip, Ground};
pub use intents::current_name;
pub use names::spoken;
pub use state::{Renaming, Shown, State, risk_by_target};
pub use surface::{middle, show};
