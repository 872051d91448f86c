//! Thresholds studied and policies compared: asked for, replaced by newer questions, ended.

use crate::session::comparison::start_comparison;
use crate::session::thresholds::start_thresholds;
use crate::session::{ConditionPlace, JobEvent, Output, Side, Step};
use crate::simulation::threshold_study::Wanted;

use super::app::App;
use super::views::simulate::Tab;

impl App {
    /// Shows a tab of the simulation.
    pub(super) fn show_simulate_tab(&mut self, tab: Tab) {
        self.step = Step::Simulate;
        self.views.simulate.show_tab(tab);
    }

    /// Studies a threshold; a study that still goes on gives way.
    pub(super) fn study_threshold(&mut self, place: ConditionPlace, wanted: Wanted) {
        let Some(session) = &mut self.session else { return };
        if let Some(id) = session.results().thresholds.job() {
            self.jobs.cancel(id);
            self.job_names.remove(&id);
        }
        if let Some((id, question)) = start_thresholds(&mut self.jobs, session, place, wanted) {
            session.results_mut().thresholds.begin(id, question);
            self.job_names.insert(id, "thresholds");
        }
    }

    /// Compares two policies; a comparison that still goes on gives way.
    pub(super) fn compare_policies(&mut self, before: Side, after: Side) {
        let Some(session) = &mut self.session else { return };
        if let Some(id) = session.results().comparisons.job() {
            self.jobs.cancel(id);
            self.job_names.remove(&id);
        }
        if let Some((id, question)) = start_comparison(&mut self.jobs, session, (before, after)) {
            session.results_mut().comparisons.begin(id, question);
            self.job_names.insert(id, "comparison");
        }
    }

    /// However a study ends, it runs no more.
    pub(super) fn note_end_of_study(&mut self, event: &JobEvent<Output>) {
        if let (Some(session), JobEvent::Done(id, _) | JobEvent::Failed(id, _) | JobEvent::Stopped(id)) =
            (&mut self.session, event)
        {
            session.results_mut().job_ended(*id);
        }
    }
}
