//! Asking for a file: the system's own dialog where there is one, a field to type a path into as the last resort.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Where to begin to look.
    pub folder: Option<PathBuf>,
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
pub struct SystemPicker {
    /// A dialog was seen: what ends without a file from now on was cancelled by a person.
    seen: Arc<AtomicBool>,
}

/// Before any dialog was seen, one that is gone sooner than this was not there: the system has none.
const TOO_SOON: Duration = Duration::from_secs(3);

/// Where dialogs are shown by another program, whether there is a way to reach one: the session's bus, or the helper that
/// is started instead.
fn can_reach_a_dialog() -> bool {
    if !cfg!(all(unix, not(target_vendor = "apple"))) {
        return true;
    }
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let bus = named("DBUS_SESSION_BUS_ADDRESS").is_some()
        || named("XDG_RUNTIME_DIR").is_some_and(|folder| PathBuf::from(folder).join("bus").exists());
    let helper = || {
        named("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("zenity").is_file()))
    };
    bus || helper()
}

impl FilePicker for SystemPicker {
    fn ask(&mut self, ask: &Ask, reply: Reply) {
        if !can_reach_a_dialog() {
            reply(Answer::Unavailable);
            return;
        }
        let endings: Vec<&str> = ask.filter.1.iter().map(String::as_str).collect();
        let mut dialog =
            rfd::AsyncFileDialog::new().set_title(&ask.title).add_filter(&ask.filter.0, &endings);
        if let Some(folder) = &ask.folder {
            dialog = dialog.set_directory(folder);
        }
        let begun = Instant::now();
        let seen = self.seen.clone();
        let finish = move |picked: Option<rfd::FileHandle>| {
            let there = picked.is_some() || begun.elapsed() >= TOO_SOON;
            let there = seen.fetch_or(there, Ordering::Relaxed) || there;
            reply(match picked {
                Some(file) => Answer::Picked(file.path().to_owned()),
                None if there => Answer::Cancelled,
                None => Answer::Unavailable,
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
