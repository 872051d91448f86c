//! The window: everything a person sees and touches.
//!
//! May use: every room but cli. Never contains: rules of the domain. Views read the session and queue commands; only the
//! session acts.

mod canvas;
pub mod icons;
pub mod paint;
pub mod theme;
pub mod widgets;
