//! The canvas: the diagram as it is drawn, pointed at and changed by hand.

mod actions;
mod camera;
mod gesture;
mod overlay;
mod snap;
mod state;
mod surface;

pub use camera::Camera;
pub use gesture::{Button, Drop, Event, Gesture, Ground, Intent, Tool};
pub use state::{Renaming, State};
pub use surface::{current_name, middle, show};
