//! A file that is read while somebody watches how far it is, and may stop it.

use std::io::{self, BufRead, Read};

use crate::simulation::Progress;

/// Bytes as they come, counted. Once the watcher says stop, reading fails.
pub(super) struct Watched<'a, R> {
    bytes: R,
    length: u64,
    done: u64,
    progress: &'a dyn Progress,
}

impl<'a, R: BufRead> Watched<'a, R> {
    /// Watches so many bytes; a length of 0 is one that nobody knows.
    pub(super) fn new(bytes: R, length: u64, progress: &'a dyn Progress) -> Self {
        Self { bytes, length, done: 0, progress }
    }

    fn goes_on(&self) -> io::Result<()> {
        let share = if self.length == 0 { 0.0 } else { self.done as f64 / self.length as f64 };
        if self.progress.step((share as f32).min(1.0)) {
            Ok(())
        } else {
            Err(io::Error::other("the reading was stopped"))
        }
    }
}

impl<R: BufRead> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.goes_on()?;
        let count = self.bytes.read(buffer)?;
        self.done += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Watched<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.goes_on()?;
        self.bytes.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.done += count as u64;
        self.bytes.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::simulation::trace::{self, TraceOptions};

    struct StopAt {
        share: f32,
        seen: Mutex<Vec<f32>>,
    }

    impl Progress for StopAt {
        fn step(&self, done: f32) -> bool {
            self.seen.lock().unwrap().push(done);
            done < self.share
        }
    }

    #[test]
    fn reading_says_how_far_it_is_and_stops_when_told() {
        let mut csv = "timestamp,metric,agent,value\n".to_owned();
        for step in 0..2_000 {
            csv += &format!("{},cpu,a{},{}\n", step / 4 * 15, step % 4, step % 90);
        }
        for (share, lines) in [(2.0, 2_001), (0.5, 1_000), (0.0, 0)] {
            let progress = StopAt { share, seen: Mutex::default() };
            let bytes = io::BufReader::with_capacity(64, csv.as_bytes());
            let mut watched = Watched::new(bytes, csv.len() as u64, &progress);
            let read = watched.by_ref().lines().map_while(Result::ok).count();
            assert!(read.abs_diff(lines) < 60, "{read} of {lines}");
            let seen = progress.seen.into_inner().unwrap();
            assert!(seen.is_sorted(), "{seen:?}");
        }
        let never = StopAt { share: 0.0, seen: Mutex::default() };
        let watched = Watched::new(csv.as_bytes(), csv.len() as u64, &never);
        let said = trace::read(watched, "t.csv", &TraceOptions::default()).unwrap_err().to_string();
        assert!(said.contains("the reading was stopped"), "{said}");
    }
}
