//! Losses in a year, simulated in the background on every core.

use crate::analysis::risk::{self, Register};
use crate::model::{Project, ThreatId};
use crate::simulation::Progress;
use crate::simulation::cores::{Take, share_out};
use crate::simulation::losses::{Losses, Setup, Stretch};

use super::results::Dated;
use super::work::{Output, Work};
use super::{JobId, Session};

/// A simulation with what it left out.
#[derive(Debug, Clone, PartialEq)]
pub struct LossRun {
    /// What came out.
    pub losses: Losses,
    /// Live threats without a rating, a range or money.
    pub without: Vec<ThreatId>,
}

/// Starts simulating losses.
pub fn start_losses(work: &mut Work, session: &Session) -> JobId {
    let (project, revision) = (session.shared_project(), session.revision());
    work.start("Simulate losses", true, move |progress| {
        let register = risk::register(&project);
        let (trials, seed) = (project.method.trials, project.method.seed);
        let run = simulate(&project, &register, trials, seed, progress);
        Ok(run.map(|run| Output::Lost(Dated::new(revision, run))))
    })
}

/// Simulates the losses of a project, with the controls as a register has them. None: it was stopped.
pub fn simulate(
    project: &Project,
    register: &Register,
    trials: u32,
    seed: u64,
    progress: &dyn Progress,
) -> Option<LossRun> {
    let (exposures, without) = risk::exposures(project, register);
    let losses = on_every_core(&Setup::new(exposures, trials, seed), progress)?;
    Some(LossRun { losses, without })
}

/// Stretches are put together in their order, so the number of threads changes nothing. This thread works too, and tells
/// how far it is.
pub fn on_every_core(setup: &Setup, progress: &dyn Progress) -> Option<Losses> {
    let stretches = setup.stretches();
    let stretch = |number: usize| (number, setup.stretch(number as u32));
    let own = |take: Take<'_>| {
        let mut mine = Vec::new();
        while let Some(number) = take() {
            if !progress.step(number as f32 / stretches as f32) {
                // Nothing is left for the others then.
                while take().is_some() {}
                break;
            }
            mine.push(stretch(number));
        }
        mine
    };
    let mut done = share_out(stretches as usize, |take| std::iter::from_fn(take).map(stretch).collect(), own);
    if done.len() < stretches as usize {
        return None;
    }
    done.sort_unstable_by_key(|(number, _)| *number);
    let stretches: Vec<Stretch> = done.into_iter().map(|(_, stretch)| stretch).collect();
    Some(setup.gather(&stretches))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::risk::Rating;
    use crate::model::{Control, ControlId, ControlStatus, Estimate, Reduces, Strength, Threat};
    use crate::simulation::{Never, Quiet, losses};

    fn project() -> Project {
        let mut project = Project::new("Test");
        for (id, rating) in [(1, Some(3.0)), (2, Some(4.0)), (3, None)] {
            project.threats.insert(Threat {
                id: ThreatId(id),
                likelihood: rating,
                impact: rating,
                ..Threat::default()
            });
        }
        project
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let project = project();
        let (exposures, _) = risk::exposures(&project, &risk::register(&project));
        let setup = Setup::new(exposures, 9_000, 11);
        let one = losses::simulate(&setup, &Quiet).ok();
        assert_eq!(on_every_core(&setup, &Quiet), one);
    }

    /// The register's expected loss is where the means of a simulation come to, at every rating, for all threats and for each.
    #[test]
    fn the_expected_loss_is_what_the_simulated_mean_comes_to() {
        let given = |frequency_range, loss_range| Threat { frequency_range, loss_range, ..Threat::default() };
        let rated = |likelihood, impact| Threat {
            likelihood: Some(likelihood),
            impact: Some(impact),
            ..Threat::default()
        };
        let pert = |low, likely, high| Some(Estimate::pert(low, likely, high));
        let control = |id, threats: &[u32], status, reduces| Control {
            id: ControlId(id),
            strength: Strength::High,
            threats: threats.iter().map(|id| ThreatId(*id)).collect(),
            status,
            reduces,
            ..Control::default()
        };
        for (step, seed) in [(5.0, 1), (2.0, 2), (12.0, 3)] {
            let mut project = Project::new("Test");
            project.method.step = step;
            let threats = [
                rated(3.0, 3.0),
                rated(4.4, 2.2),
                given(pert(0.1, 0.3, 4.0), Some(Estimate::lognormal(20.0, 900.0))),
                Threat { loss_range: pert(5.0, 50.0, 200.0), ..rated(3.6, 1.0) },
                Threat { frequency_range: pert(2.0, 3.0, 20.0), ..rated(1.0, 2.0) },
            ];
            for (id, threat) in (1..).zip(threats) {
                project.threats.insert(Threat { id: ThreatId(id), ..threat });
            }
            project.controls.insert(control(1, &[1, 3], ControlStatus::Implemented, Reduces::Likelihood));
            project.controls.insert(control(2, &[2, 3, 5], ControlStatus::Partial, Reduces::Impact));
            let register = risk::register(&project);
            let run = simulate(&project, &register, 60_000, seed, &Quiet).unwrap().losses;
            for rating in Rating::ALL {
                let (expected, curve) =
                    (register.summary(rating).loss.unwrap(), &run.curves[rating as usize]);
                assert!((run.expected[rating as usize] / expected - 1.0).abs() < 1e-9);
                assert!(
                    (curve.mean - expected).abs() < 3.0 * curve.mean_error,
                    "step {step}, {}: {} ± {} is not {expected}",
                    rating.label(),
                    curve.mean,
                    curve.mean_error
                );
                assert!(curve.mean_error < expected * 0.02, "an error that would hide a difference");
                for threat in &run.threats {
                    let (mean, expected) = (threat.means[rating as usize], threat.expected[rating as usize]);
                    assert_eq!(register.row(threat.threat).unwrap().loss(rating), Some(expected));
                    assert!(
                        (mean / expected - 1.0).abs() < 0.06,
                        "step {step}, {}, {}: {mean} is not {expected}",
                        threat.threat,
                        rating.label()
                    );
                }
            }
        }
    }

    #[test]
    fn what_has_no_quantity_is_named() {
        let project = project();
        let run = simulate(&project, &risk::register(&project), 1_000, 1, &Quiet).unwrap();
        assert_eq!(run.without, [ThreatId(3)]);
        assert_eq!(run.losses.threats.len(), 2);
    }

    #[test]
    fn it_stops_when_told() {
        let project = project();
        assert_eq!(simulate(&project, &risk::register(&project), 100_000, 1, &Never), None);
    }
}
