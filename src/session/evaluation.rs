//! What the catalogue makes of a model, worked out on every core.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::analysis::suggest::{Evaluation, Survey};
use crate::catalog::Catalog;
use crate::model::Project;

/// Stretches are taken by whichever thread is free and put together in their order, so the number of threads changes
/// nothing. A small model is one stretch, for which no thread is begun.
pub fn on_every_core(project: &Project, catalog: &Catalog) -> Evaluation {
    let survey = Survey::of(project, catalog);
    let stretches = survey.stretches();
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(stretches);
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < stretches);
    let done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(|| survey.work(take))).collect();
        let mut done = survey.work(take);
        done.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
        done
    });
    // A thread that broke has taken its stretches with it.
    if done.len() < stretches { Evaluation::of(project, catalog) } else { survey.gather(done) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, ComponentId, ComponentKind, Interface, InterfaceId};

    #[test]
    fn threads_change_nothing() {
        let catalog = Catalog::builtin();
        let mut project = Project::new("Large");
        for id in 1..=700 {
            let kind = ComponentKind::ALL[id as usize % ComponentKind::ALL.len()];
            let component =
                Component { id: ComponentId(id), kind, name: format!("part {id}"), ..Component::default() };
            project.diagram.put_component(component);
        }
        for id in 1..=900 {
            let interface = Interface {
                id: InterfaceId(id),
                from: Some(ComponentId(id % 700 + 1)),
                to: Some(ComponentId(id * 7 % 700 + 1)),
                both_ways: id % 5 == 0,
                ..Interface::default()
            };
            project.diagram.put_interface(interface).unwrap();
        }
        assert!(Survey::of(&project, catalog).stretches() > 3);
        let wanted = Evaluation::of(&project, catalog);
        assert!(!wanted.suggestions().fires.is_empty() && !wanted.suggestions().questions.is_empty());
        for _ in 0..3 {
            assert_eq!(on_every_core(&project, catalog).suggestions(), wanted.suggestions());
        }
        let example = crate::catalog::example();
        let wanted = Evaluation::of(&example, catalog);
        assert_eq!(on_every_core(&example, catalog).suggestions(), wanted.suggestions());
        assert!(on_every_core(&Project::new("Empty"), catalog).suggestions().fires.is_empty());
    }
}
