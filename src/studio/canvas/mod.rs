//! The canvas: the diagram as it is drawn, pointed at and changed by hand.

mod camera;
mod gesture;
mod snap;

pub use camera::Camera;
pub use gesture::{Button, Drop, Event, Gesture, Ground, Intent, Tool};
