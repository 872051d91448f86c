//! The canvas: the diagram as it is drawn, pointed at and changed by hand.

pub mod actions;
pub mod camera;
pub mod gesture;
pub mod intents;
pub mod names;
pub mod overlay;
pub mod paths;
pub mod snap;
pub mod state;
pub mod surface;

pub use camera::Camera;
pub use gesture::{Button, Drop, Event, Gesture, Ground, Intent, Tool};
pub use intents::current_name;
pub use names::spoken;
pub use state::{Renaming, State, risk_by_target};
pub use surface::{middle, show};
