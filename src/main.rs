//! Reads the command line and hands over to a subcommand or to the studio.

use std::path::PathBuf;
use std::process::ExitCode;

use threat_studio::cli::{self, CliError, Exit, Request};

fn main() -> ExitCode {
    let outcome = match cli::parse(std::env::args_os()) {
        Ok(Request::Command(command)) => cli::run(command),
        Ok(Request::Studio(file)) => open_studio(file),
        Err(message) => {
            // A closed output leaves nobody to tell; clap knows the exit code.
            let _closed = message.print();
            return ExitCode::from(message.exit_code() as u8);
        }
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            cli::say(&format!("threat-studio: {error}"));
            error.exit.into()
        }
    }
}

fn open_studio(file: Option<PathBuf>) -> Result<Exit, CliError> {
    if let Some(path) = file.as_deref().filter(|path| !path.exists()) {
        return Err(CliError::input(format!(
            "{}: there is no such file. Subcommands: {}; `threat-studio --help` describes them.",
            path.display(),
            cli::COMMANDS.join(", ")
        )));
    }
    show_window(file)
}

#[cfg(feature = "gui")]
fn show_window(file: Option<PathBuf>) -> Result<Exit, CliError> {
    if !has_display() {
        return Err(CliError::usage(format!(
            "there is no display to open the studio on. Without one: {}. `threat-studio --help` describes them.",
            cli::COMMANDS.join(", ")
        )));
    }
    threat_studio::studio::run(file).map(|()| Exit::Done).map_err(|error| CliError::usage(error.to_string()))
}

#[cfg(not(feature = "gui"))]
fn show_window(_file: Option<PathBuf>) -> Result<Exit, CliError> {
    Err(CliError::usage(format!(
        "the studio window is not part of this build. Without it: {}. `threat-studio --help` describes them.",
        cli::COMMANDS.join(", ")
    )))
}

/// Whether the system names a display. Only X11 and Wayland need one to be named.
#[cfg(feature = "gui")]
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_vendor = "apple")))
        || ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].into_iter().any(named)
}
