//! The window: everything a person sees and touches.
//!
//! May use: every room but cli. Never contains: rules of the domain. Views read the session and queue commands; only the
//! session acts.

pub mod analyze;
mod app;
mod attack_dialog;
pub mod canvas;
mod canvas_commands;
mod copy_diagram;
pub mod dialogs;
pub mod file_requests;
pub mod files;
pub mod fixing;
mod graph_requests;
pub mod icons;
pub mod inspector;
mod keeping;
pub mod keys;
mod live_trace;
mod new_policy;
pub mod outline;
mod packs;
pub mod paint;
pub mod palette;
pub mod picker;
mod policy_export;
pub mod prefs;
pub mod problems;
pub mod quick_draw;
pub mod regions;
pub mod requests;
pub mod shell;
pub mod stencils;
mod studying;
pub mod system;
pub mod theme;
pub mod toast;
mod trace_files;
mod type_ahead;
pub mod views;
pub mod welcome;
pub mod widgets;
pub mod words;

#[cfg(test)]
mod access_tests;
#[cfg(test)]
mod boundary_tests;
#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod diagram_tests;
#[cfg(test)]
mod drawing_tests;
#[cfg(test)]
mod driving;
#[cfg(test)]
mod engines_tests;
#[cfg(test)]
mod evidence_tests;
#[cfg(test)]
mod fit_tests;
#[cfg(test)]
mod graph_tests;
#[cfg(test)]
mod loop_tests;
#[cfg(test)]
mod loss_tests;
#[cfg(test)]
mod menu_tests;
#[cfg(test)]
mod pace_tests;
#[cfg(test)]
mod packs_tests;
#[cfg(test)]
mod policies_tests;
#[cfg(test)]
mod problem_tests;
#[cfg(test)]
mod register_tests;
#[cfg(test)]
mod report_tests;
#[cfg(test)]
mod risk_tests;
#[cfg(test)]
mod simulate_tests;
#[cfg(test)]
mod study_tests;
#[cfg(test)]
mod suggestion_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod threats_tests;
#[cfg(test)]
mod tidy_tests;
#[cfg(test)]
mod trace_tests;
#[cfg(test)]
mod window_tests;
#[cfg(test)]
mod workshop_tests;

use std::path::PathBuf;

pub use app::{App, Start};

/// What the window could not be opened for.
#[derive(Debug, thiserror::Error)]
#[error(
    "the window could not be opened: {0}. Without a display the command line does everything but draw: `threat-studio --help`"
)]
pub struct WindowError(String);

/// Opens the studio, on a file if one is named, and comes back when the window is closed.
pub fn run(path: Option<PathBuf>) -> Result<(), WindowError> {
    // The file is read while the window is made.
    let start = Start::reading(path);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("threat-studio")
            .with_title("Threat Studio")
            .with_inner_size([1600.0, 1000.0])
            .with_min_inner_size([800.0, 560.0])
            .with_drag_and_drop(true)
            .with_icon(app::icon()),
        renderer: eframe::Renderer::Glow,
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native("threat-studio", options, Box::new(|creation| Ok(Box::new(App::new(creation, start)))))
        .map_err(|error| WindowError(error.to_string()))
}
