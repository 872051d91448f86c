//! The text of a project file: RON, one field a line, so that a change of one field is a change of one line.
//!
//! Reading migrates older formats, keeps keys that this version does not know, and answers a mistake with line and column.

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;

use super::migration;
use crate::model::{FORMAT, Project};

/// Why a text is not a project, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ReadError {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, counted in characters.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

/// Writes a project as text. The same project always gives the same text.
pub fn to_text(project: &Project) -> String {
    let layout = PrettyConfig::new()
        .new_line("\n")
        .indentor("  ")
        .struct_names(false)
        .extensions(Extensions::IMPLICIT_SOME);
    let written = if project.format == FORMAT {
        ron::Options::default().to_string_pretty(project, layout)
    } else {
        ron::Options::default().to_string_pretty(&Project { format: FORMAT, ..project.clone() }, layout)
    };
    match written {
        Ok(mut text) => {
            text.push('\n');
            text
        }
        // Writing to memory cannot fail, records hold nothing that RON lacks, and unknown keys that are not RON are
        // written as strings. An empty text in place of a project would be the worst of all answers.
        Err(error) => unreachable!("a project that cannot be written: {error}"),
    }
}

/// Reads a project from text.
pub fn from_text(text: &str) -> Result<Project, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(error) = merge_conflict(text) {
        return Err(error);
    }
    let mut project: Project = options().from_str(text).map_err(|error| explain(text, &error))?;
    match project.format {
        0 => return Err(ReadError { line: 1, column: 1, message: NO_FORMAT.to_owned() }),
        newer if newer > FORMAT => return Err(newer_format(text, newer)),
        FORMAT => {}
        older => migration::migrate(&mut project, older).map_err(|(key, why)| ReadError {
            message: format!("in format {older}: {why}"),
            ..place_of(text, &key, 0)
        })?,
    }
    project.reserve_all();
    Ok(project)
}

const NO_FORMAT: &str = "this is RON, but not a project: it does not name the version of its format";

fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME)
}

fn newer_format(text: &str, format: u32) -> ReadError {
    ReadError {
        message: format!(
            "the file was written by a newer version (format {format}, this version reads up to {FORMAT}). \
             Open it with a newer Threat Studio"
        ),
        ..place_of(text, "format:", 0)
    }
}

fn explain(text: &str, error: &ron::error::SpannedError) -> ReadError {
    if let Some(format) = format_of(text).filter(|format| *format > FORMAT) {
        return newer_format(text, format);
    }
    let message = error.code.to_string();
    // Records are put together after they were read, so the reader stands behind the culprit by then.
    if let Some((id, _)) = message.split_once(" ends at ") {
        return ReadError { message: message.clone(), ..place_of(text, &format!("id: \"{id}\""), 0) };
    }
    if let Some(id) = message.strip_prefix("the id ").and_then(|rest| rest.strip_suffix(" stands twice")) {
        return ReadError { message: message.clone(), ..place_of(text, &format!("id: \"{id}\""), 1) };
    }
    ReadError { line: error.span.end.line, column: error.span.end.col, message }
}

/// The format that a text claims, even if the rest cannot be read.
fn format_of(text: &str) -> Option<u32> {
    text.lines().take(8).find_map(|line| {
        let value = line.trim().trim_start_matches('(').trim_start().strip_prefix("format")?;
        value.trim_start().strip_prefix(':')?.trim().trim_end_matches(',').trim().parse().ok()
    })
}

/// The place of such words in the text after `skipped` others, with an empty message; the start when they are not there.
fn place_of(text: &str, words: &str, skipped: usize) -> ReadError {
    let before =
        text.match_indices(words).nth(skipped).and_then(|(at, _)| text.get(..at)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    ReadError {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        message: String::new(),
    }
}

fn merge_conflict(text: &str) -> Option<ReadError> {
    let line = text.lines().position(|line| line.starts_with("<<<<<<< "))?;
    let message = "two versions of the file were not merged here; choose one of them, then open it again";
    Some(ReadError { line: line + 1, column: 1, message: message.to_owned() })
}
