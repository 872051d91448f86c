//! The command line: one file for each subcommand, each with `pub fn run(arguments: &Arguments) -> Result<Exit, CliError>`.
//!
//! To add a subcommand: write `cli/NAME.rs` with a `clap::Args` struct `Arguments` and a `run`, name the module below, and
//! give it one line in [`commands!`]. Read models with [`load`], write with [`write_output`] or [`print_json`], and say
//! anything that is not the result with [`say`].
//!
//! May use: everything but studio. Never contains: rules of the domain; they live in the room that the subcommand calls.

mod failure;
mod input;
mod output;
mod progress;
mod sample;

pub use failure::{CliError, Exit};
pub use input::{Loaded, load};
pub use output::{print_json, print_text, say, write_output};
pub use progress::Bar;
pub use sample::{Sample, SampleOptions};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};

/// Lists the subcommands: `Name => module, "what it does"`. Each module is a file of this folder.
macro_rules! commands {
    ($($name:ident => $module:ident, $about:literal;)*) => {
        /// A subcommand with its arguments.
        #[derive(Debug, clap::Subcommand)]
        pub enum Command {
            $(
                #[doc = $about]
                $name(Box<$module::Arguments>),
            )*
        }

        /// The names of the subcommands, for messages.
        pub const COMMANDS: &[&str] = &[$(stringify!($module)),*];

        /// Runs a subcommand.
        pub fn run(command: Command) -> Result<Exit, CliError> {
            match command {
                $(Command::$name(arguments) => $module::run(&arguments),)*
            }
        }
    };
}

pub mod check;
pub mod diff;
pub mod export;
pub mod import;
pub mod new;
mod packs;
pub mod paths;
mod paths_text;
pub mod protect;
pub mod render;
pub mod report;
pub mod risk;
mod risk_losses;
pub mod show;
pub mod simulate;
pub mod suggest;
pub mod sweep;

commands! {
    Check => check, "What is wrong with the model and its policies, and how to put it right";
    Diff => diff, "What changed between two models";
    Export => export, "Policies for the engine that enforces them, and what could not be carried";
    Paths => paths, "Attack paths, choke points, agent checks";
    Protect => protect, "What the security checks themselves cost, and how many workers they need";
    Render => render, "A drawing as SVG, PNG or PDF";
    Report => report, "The assessment as PDF, HTML or Markdown";
    Risk => risk, "The risk register: inherent, current, planned, target, worst first";
    Show => show, "What the model holds";
    Simulate => simulate, "Policies against a trace: what fires, what is denied, how well attacks are found";
    Sweep => sweep, "The threshold of a condition against detection and false alarms";
    Import => import, "Reads a model of another tool and says what could not be carried";
    New => new, "Starts a model";
    Suggest => suggest, "Threats that the model invites, and questions that would decide more";
}

/// Draw the system, rate the risk, write policies, simulate them, sign the report.
#[derive(Debug, Parser)]
#[command(name = "threat-studio", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    /// Open the studio on this model
    file: Option<PathBuf>,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// The studio, on a file if one is named.
    Studio(Option<PathBuf>),
    /// A subcommand.
    Command(Command),
}

/// Reads the command line. A wrong one, `--help` and `--version` end here, with what to print.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(wrong) = unknown_command(&arguments) {
        let message = format!("`{wrong}` is no subcommand; there are {}", COMMANDS.join(", "));
        return Err(CommandLine::command().error(ErrorKind::InvalidSubcommand, message));
    }
    let line = CommandLine::try_parse_from(arguments)?;
    Ok(match line.command {
        Some(command) => Request::Command(command),
        None => Request::Studio(line.file),
    })
}

/// The first word, where it can only have been meant as a subcommand: others follow it, and it is none.
fn unknown_command(arguments: &[OsString]) -> Option<String> {
    let [_, first, _, ..] = arguments else { return None };
    let first = first.to_str()?;
    let known = first.starts_with('-') || first == "help" || COMMANDS.contains(&first);
    (!known).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(words: &[&str]) -> Result<Request, clap::Error> {
        parse(std::iter::once("threat-studio").chain(words.iter().copied()).map(OsString::from))
    }

    #[test]
    fn a_file_alone_or_nothing_opens_the_studio() {
        assert!(matches!(ask(&[]), Ok(Request::Studio(None))));
        assert!(matches!(ask(&["a.threat.ron"]), Ok(Request::Studio(Some(_)))));
        assert!(matches!(ask(&["show", "a.threat.ron"]), Ok(Request::Command(Command::Show(_)))));
    }

    #[test]
    fn a_wrong_command_line_has_exit_code_2() {
        for words in [&["show"][..], &["show", "a", "--colour"], &["shwo", "a.threat.ron"]] {
            assert_eq!(ask(words).expect_err("refused").exit_code(), 2, "{words:?}");
        }
        assert_eq!(ask(&["--help"]).expect_err("help").exit_code(), 0);
    }

    #[test]
    fn the_arguments_are_well_formed() {
        CommandLine::command().debug_assert();
    }
}
