//! How a subcommand ends.

use std::path::Path;
use std::process::ExitCode;

/// The exit codes, as scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done = 0,
    /// 1: done, and the answer is no: `check` found errors, `--fail-on-violation` saw one.
    AnswerIsNo = 1,
    /// 2: the command line is wrong, or the studio was asked for where there is no display.
    WrongCommandLine = 2,
    /// 3: the input is missing, unreadable or not what it claims to be; nothing was written.
    BadInput = 3,
    /// 4: the output could not be written; what stood there before still stands.
    NotWritten = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a subcommand could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CliError {
    /// The exit code that follows.
    pub exit: Exit,
    /// What failed, why, and what to do about it.
    pub message: String,
}

impl CliError {
    /// The command line is wrong in a way that clap cannot see.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::WrongCommandLine, message: message.into() }
    }

    /// The input is not what it should be.
    pub fn input(message: impl Into<String>) -> Self {
        Self { exit: Exit::BadInput, message: message.into() }
    }

    /// The input file is not what it should be; the message names the file first.
    pub fn file(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::input(format!("{}: {why}", path.display()))
    }

    /// The output could not be written.
    pub fn output(message: impl Into<String>) -> Self {
        Self { exit: Exit::NotWritten, message: message.into() }
    }
}
