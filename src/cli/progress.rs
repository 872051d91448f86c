//! A bar on a terminal while long work runs; nothing in a pipe.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicI32, Ordering};

use crate::simulation::Progress;

/// Shows how far long work has come. The line is wiped when the bar goes.
#[derive(Debug)]
pub struct Bar {
    what: &'static str,
    shown: AtomicI32,
}

impl Bar {
    /// A bar with a word for the work.
    pub fn new(what: &'static str) -> Self {
        // Where nobody looks, nothing is ever drawn: the whole bar counts as shown.
        Self { what, shown: AtomicI32::new(if std::io::stderr().is_terminal() { -1 } else { i32::MAX }) }
    }
}

impl Progress for Bar {
    fn step(&self, done: f32) -> bool {
        let percent = (done * 100.0) as i32;
        if percent > self.shown.fetch_max(percent, Ordering::Relaxed) {
            let full = percent as usize * 30 / 100;
            let bar: String = (0..30).map(|at| if at < full { '█' } else { '░' }).collect();
            // A terminal that went away is no reason to stop.
            let _gone = write!(std::io::stderr().lock(), "\r{} {bar} {percent:>3} %", self.what);
        }
        true
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if (0..=100).contains(self.shown.get_mut()) {
            let _gone = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}
