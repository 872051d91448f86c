//! Long work on other threads: with progress, with cancel, and with an end that always comes back as an event.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The least time between two reports of how far work is.
const BETWEEN_STEPS: Duration = Duration::from_millis(60);

/// A running or finished piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

/// Asked now and then by the work: go on?
#[derive(Debug, Clone, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What comes back from a job.
#[derive(Debug)]
pub enum JobEvent<T> {
    /// A share of it is done, 0 to 1.
    Progress(JobId, f32),
    /// It is done, with what came out.
    Done(JobId, T),
    /// It failed: what failed, why, and what to do.
    Failed(JobId, String),
    /// It was cancelled.
    Stopped(JobId),
}

/// A job as the status bar shows it.
#[derive(Debug, Clone)]
pub struct JobStatus {
    /// What it is, as people say it: "Simulate".
    pub name: String,
    /// The share that is done, 0 to 1; none when it does not say.
    pub done: Option<f32>,
    /// Whether it can be cancelled.
    pub can_cancel: bool,
    cancel: CancelFlag,
}

/// Called from a job's thread when there is an event to fetch.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// All work in the background. `T` is what jobs bring.
pub struct Jobs<T> {
    sender: Sender<JobEvent<T>>,
    receiver: Receiver<JobEvent<T>>,
    running: BTreeMap<JobId, JobStatus>,
    next: u64,
    wake: Wake,
}

impl<T> std::fmt::Debug for Jobs<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jobs").field("running", &self.running).finish_non_exhaustive()
    }
}

/// What a job uses to say how far it is, and to hear whether to go on.
pub struct Reporter<T> {
    id: JobId,
    sender: Mutex<(Sender<JobEvent<T>>, f32, Instant)>,
    cancel: CancelFlag,
    wake: Wake,
}

impl<T: Send> crate::simulation::Progress for Reporter<T> {
    fn step(&self, done: f32) -> bool {
        if let Ok(mut sender) = self.sender.lock() {
            // The eye sees no more than a hundred steps, and each wakes the window.
            if done - sender.1 >= 0.01 && sender.2.elapsed() >= BETWEEN_STEPS {
                (sender.1, sender.2) = (done, Instant::now());
                // Nobody listening means that the window is gone: the work ends by the cancel flag or by itself.
                if sender.0.send(JobEvent::Progress(self.id, done)).is_ok() {
                    (self.wake)();
                }
            }
        }
        !self.cancel.is_cancelled()
    }
}

impl<T: Send + 'static> Jobs<T> {
    /// No work yet. `wake` is called when there is an event to fetch.
    pub fn new(wake: Wake) -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, running: BTreeMap::new(), next: 1, wake }
    }

    /// Calls this from now on when there is an event to fetch.
    pub fn set_wake(&mut self, wake: Wake) {
        self.wake = wake;
    }

    /// Starts work on a thread of its own. It gives what it made, none if it was cancelled, or why it failed.
    pub fn start(
        &mut self,
        name: &str,
        can_cancel: bool,
        work: impl FnOnce(&Reporter<T>) -> Result<Option<T>, String> + Send + 'static,
    ) -> JobId {
        let id = JobId(self.next);
        self.next += 1;
        let cancel = CancelFlag::default();
        let status = JobStatus { name: name.to_owned(), done: None, can_cancel, cancel: cancel.clone() };
        self.running.insert(id, status);
        let sender = self.sender.clone();
        let wake = Arc::clone(&self.wake);
        let job_name = name.to_owned();
        let work = move || {
            let reporter = Reporter {
                id,
                sender: Mutex::new((sender.clone(), 0.0, Instant::now())),
                cancel,
                wake: Arc::clone(&wake),
            };
            let end = match std::panic::catch_unwind(AssertUnwindSafe(|| work(&reporter))) {
                Ok(Ok(Some(output))) => JobEvent::Done(id, output),
                Ok(Ok(None)) => JobEvent::Stopped(id),
                Ok(Err(reason)) => JobEvent::Failed(id, reason),
                Err(_) => JobEvent::Failed(
                    id,
                    format!(
                        "{job_name} failed by an error in the program. Your model is unharmed; save it and try again."
                    ),
                ),
            };
            if sender.send(end).is_ok() {
                wake();
            }
        };
        if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
            let reason = format!("{name} could not start: {error}. Close other programs and try again.");
            // The receiver is ours, so this cannot fail.
            self.sender.send(JobEvent::Failed(id, reason)).ok();
        }
        id
    }

    /// The next event, if one has come.
    pub fn poll(&mut self) -> Option<JobEvent<T>> {
        let event = self.receiver.try_recv().ok()?;
        match &event {
            JobEvent::Progress(id, done) => {
                if let Some(status) = self.running.get_mut(id) {
                    status.done = Some(*done);
                }
            }
            JobEvent::Done(id, _) | JobEvent::Failed(id, _) | JobEvent::Stopped(id) => {
                self.running.remove(id);
            }
        }
        Some(event)
    }

    /// Waits for the next event: for tests and for closing, when a save must end first.
    pub fn wait(&mut self, at_most: std::time::Duration) -> Option<JobEvent<T>> {
        let event = self.receiver.recv_timeout(at_most).ok()?;
        match &event {
            JobEvent::Progress(..) => {}
            JobEvent::Done(id, _) | JobEvent::Failed(id, _) | JobEvent::Stopped(id) => {
                self.running.remove(id);
            }
        }
        Some(event)
    }

    /// Asks a job to stop.
    pub fn cancel(&mut self, id: JobId) {
        if let Some(status) = self.running.get(&id) {
            status.cancel.cancel();
        }
    }

    /// Asks every job that can be cancelled to stop.
    pub fn cancel_all(&mut self) {
        for status in self.running.values().filter(|status| status.can_cancel) {
            status.cancel.cancel();
        }
    }

    /// What runs, oldest first.
    pub fn running(&self) -> impl Iterator<Item = (JobId, &JobStatus)> {
        self.running.iter().map(|(id, status)| (*id, status))
    }

    /// Whether that job still runs.
    pub fn is_running(&self, id: JobId) -> bool {
        self.running.contains_key(&id)
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::simulation::Progress as _;

    fn end(jobs: &mut Jobs<u32>) -> JobEvent<u32> {
        loop {
            match jobs.wait(Duration::from_secs(10)).expect("the job ends") {
                JobEvent::Progress(..) => {}
                event => return event,
            }
        }
    }

    fn jobs() -> Jobs<u32> {
        Jobs::new(Arc::new(|| {}))
    }

    #[test]
    fn every_job_ends_with_one_event() {
        let mut jobs = jobs();
        jobs.start("Work", true, |_| Ok(Some(7)));
        assert!(matches!(end(&mut jobs), JobEvent::Done(_, 7)));
        jobs.start("Fail", true, |_| Err("no disk".to_owned()));
        assert!(matches!(end(&mut jobs), JobEvent::Failed(_, reason) if reason == "no disk"));
        assert_eq!(jobs.running().count(), 0);
    }

    #[test]
    fn a_cancelled_job_stops() {
        let mut jobs = jobs();
        let id = jobs.start("Long", true, |reporter| {
            while reporter.step(0.5) {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(None)
        });
        jobs.cancel(id);
        assert!(matches!(end(&mut jobs), JobEvent::Stopped(stopped) if stopped == id));
    }

    #[test]
    fn a_panic_is_a_failure_not_an_end() {
        let mut jobs = jobs();
        jobs.start("Break", false, |_| -> Result<Option<u32>, String> { panic!("on purpose") });
        assert!(matches!(end(&mut jobs), JobEvent::Failed(..)));
    }
}
