//! Where results and messages go: results to standard output or a file, messages to standard error.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::CliError;
use crate::storage::file;

/// Writes a result to a file, whole or not at all; without a path, or to `-`, to standard output.
pub fn write_output(out: Option<&Path>, bytes: &[u8]) -> Result<(), CliError> {
    match out {
        Some(path) if path != Path::new("-") => file::replace(path, bytes)
            .map_err(|error| CliError::output(format!("{}: {error}", path.display()))),
        _ => to_standard_output(bytes),
    }
}

/// Prints a result as text, with a line end.
pub fn print_text(text: &str) -> Result<(), CliError> {
    let mut bytes = text.as_bytes().to_vec();
    if !text.is_empty() && !text.ends_with('\n') {
        bytes.push(b'\n');
    }
    to_standard_output(&bytes)
}

/// Prints one JSON document; keys stand in the order in which they were put in.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CliError::output(format!("the result cannot be written as JSON: {error}")))?;
    print_text(&text)
}

/// Four decimals, for JSON: enough to check a sum or a product, short enough to read.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Says something that is not the result, on standard error.
pub fn say(message: &str) {
    // A closed standard error leaves nobody to tell.
    let _closed = writeln!(std::io::stderr().lock(), "{message}");
}

fn to_standard_output(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // The reader has seen enough, as `head` has: that is no failure of ours.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CliError::output(format!("standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}
