//! Work that is kept by what it rests on: the same question to the same data and policies is answered once.

use std::sync::Arc;

use super::JobId;

/// So many answers are kept; the oldest goes first.
const MOST: usize = 16;

/// Answers with what each rests on, the latest last.
#[derive(Debug, Clone)]
pub struct Studies<Q, A> {
    held: Vec<(Q, Arc<A>)>,
    running: Option<(JobId, Q)>,
}

impl<Q, A> Default for Studies<Q, A> {
    fn default() -> Self {
        Self { held: Vec::new(), running: None }
    }
}

impl<Q: PartialEq, A> Studies<Q, A> {
    /// The answer to exactly this.
    pub fn get(&self, question: &Q) -> Option<&Arc<A>> {
        self.held.iter().find(|(held, _)| held == question).map(|(_, answer)| answer)
    }

    /// The latest answer to a question of which this holds; it may be out of date.
    pub fn latest(&self, is_about: impl Fn(&Q) -> bool) -> Option<&Arc<A>> {
        self.held.iter().rev().find(|(held, _)| is_about(held)).map(|(_, answer)| answer)
    }

    /// Whether this is being worked out.
    pub fn is_running(&self, question: &Q) -> bool {
        self.running.as_ref().is_some_and(|(_, running)| running == question)
    }

    /// The work that goes on.
    pub fn job(&self) -> Option<JobId> {
        self.running.as_ref().map(|(id, _)| *id)
    }

    /// Notes what is being worked out.
    pub fn begin(&mut self, id: JobId, question: Q) {
        self.running = Some((id, question));
    }

    /// Notes that a piece of work has ended, however it did.
    pub fn end(&mut self, id: JobId) {
        self.running.take_if(|(running, _)| *running == id);
    }

    /// Takes in an answer.
    pub fn keep(&mut self, question: Q, answer: Arc<A>) {
        self.held.retain(|(held, _)| *held != question);
        self.held.push((question, answer));
        if self.held.len() > MOST {
            self.held.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Jobs;

    #[test]
    fn answers_are_kept_by_their_question() {
        let mut studies: Studies<u32, String> = Studies::default();
        for question in 0..20 {
            studies.keep(question, Arc::new(question.to_string()));
        }
        studies.keep(19, Arc::new("again".to_owned()));
        assert_eq!(studies.get(&19).map(|answer| answer.as_str()), Some("again"));
        assert_eq!(studies.get(&1), None, "the oldest are gone");
        assert_eq!(studies.held.len(), MOST);
        assert_eq!(studies.latest(|question| *question < 10).map(|answer| answer.as_str()), Some("9"));
        assert_eq!(studies.latest(|question| *question > 99), None);

        let mut jobs: Jobs<()> = Jobs::new(Arc::new(|| {}));
        let (one, other) = (jobs.start("a", false, |_| Ok(None)), jobs.start("b", false, |_| Ok(None)));
        studies.begin(one, 5);
        assert!(studies.is_running(&5) && !studies.is_running(&6) && studies.job() == Some(one));
        studies.end(other);
        assert!(studies.is_running(&5), "another's end is none of ours");
        studies.end(one);
        assert!(!studies.is_running(&5));
    }
}
