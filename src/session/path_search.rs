//! Attack paths of a model, worked out on every core.

use crate::analysis::paths::{PathOptions, PathReport, PathSurvey, attack_paths};
use crate::model::Project;
use crate::simulation::cores::share_out;

/// Components from which the search is worth a second thread.
const WORTH_SHARING: usize = 200;

/// The same as [`attack_paths`], sooner. What is found is put together by its number, so the number of threads changes
/// nothing.
pub fn on_every_core(project: &Project, options: &PathOptions) -> PathReport {
    if project.diagram.component_count() < WORTH_SHARING {
        return attack_paths(project, options);
    }
    let survey = PathSurvey::of(project, options);
    let done = share_out(survey.pieces(), |take| survey.work(take), |take| survey.work(take));
    survey.gather(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Asset, AssetId, Component, ComponentId, ComponentKind, Interface, InterfaceId, Sensitivity,
    };

    #[test]
    fn threads_change_nothing() {
        let mut project = Project::new("Large");
        for id in 1..=300 {
            let kind = ComponentKind::ALL[id as usize % ComponentKind::ALL.len()];
            project.diagram.put_component(Component { id: ComponentId(id), kind, ..Component::default() });
        }
        for id in 1..=500 {
            let (from, to) = (Some(ComponentId(id % 300 + 1)), Some(ComponentId(id * 7 % 300 + 1)));
            let interface = Interface { id: InterfaceId(id), from, to, ..Interface::default() };
            project.diagram.put_interface(interface).unwrap();
        }
        for id in 1..=9 {
            project.assets.insert(Asset {
                id: AssetId(id),
                sensitivity: Sensitivity::Confidential,
                stored_in: vec![ComponentId(id * 31), ComponentId(id * 17)],
                ..Asset::default()
            });
        }
        let options = PathOptions { limit: 20, ..PathOptions::default() };
        let wanted = attack_paths(&project, &options);
        assert!(wanted.paths.len() > 5 && wanted.goals.len() == 9, "{}", wanted.paths.len());
        assert!(wanted.goals.iter().any(|goal| goal.reach.worlds > 0 && goal.reach.probability > 0.0));
        for _ in 0..3 {
            assert_eq!(on_every_core(&project, &options), wanted);
        }
        assert_eq!(on_every_core(&Project::new("Empty"), &options), PathReport::default());
    }
}
