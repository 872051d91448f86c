//! Asking for a file: the system's own dialog where there is one, a field to type a path into as the last resort.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The dialog's title.
    pub title: String,
    /// A file that is there, or the name of a new one.
    pub kind: AskKind,
    /// What kinds of files: a name and endings.
    pub filter: (String, Vec<String>),
}

/// A file that is there, or a new one.
#[derive(Debug, Clone, PartialEq)]
pub enum AskKind {
    /// A file that is there.
    Open,
    /// A new file, with this name to begin with.
    Save(String),
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// This file.
    Picked(PathBuf),
    /// No file.
    Cancelled,
    /// The system has no dialog.
    Unavailable,
}

/// Gives the answer back, from whatever thread.
pub type Reply = Box<dyn FnOnce(Answer) + Send>;

/// Something that asks for files.
pub trait FilePicker {
    /// Asks; the answer comes later.
    fn ask(&mut self, ask: &Ask, reply: Reply);
}

/// The system's own dialog.
#[derive(Debug, Default)]
pub struct SystemPicker;

/// A dialog that is gone sooner than this was never seen: the system has none.
const TOO_SOON: Duration = Duration::from_millis(350);

impl FilePicker for SystemPicker {
    fn ask(&mut self, ask: &Ask, reply: Reply) {
        let endings: Vec<&str> = ask.filter.1.iter().map(String::as_str).collect();
        let dialog = rfd::AsyncFileDialog::new().set_title(&ask.title).add_filter(&ask.filter.0, &endings);
        let begun = Instant::now();
        let finish = move |picked: Option<rfd::FileHandle>| {
            reply(match picked {
                Some(file) => Answer::Picked(file.path().to_owned()),
                None if begun.elapsed() < TOO_SOON => Answer::Unavailable,
                None => Answer::Cancelled,
            });
        };
        // Some systems want the dialog made on the window's thread; waiting for it is done on another.
        match &ask.kind {
            AskKind::Open => {
                let picked = dialog.pick_file();
                std::thread::spawn(move || finish(pollster::block_on(picked)));
            }
            AskKind::Save(name) => {
                let picked = dialog.set_file_name(name).save_file();
                std::thread::spawn(move || finish(pollster::block_on(picked)));
            }
        }
    }
}
