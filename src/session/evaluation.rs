//! What the catalogue makes of a model, worked out on every core.

use crate::analysis::suggest::{Evaluation, Survey};
use crate::catalog::Catalog;
use crate::model::Project;
use crate::simulation::cores::share_out;

/// Stretches are put together in their order, so the number of threads changes nothing. A small model is one stretch, for
/// which no thread is begun.
pub fn on_every_core(project: &Project, catalog: &Catalog) -> Evaluation {
    let survey = Survey::of(project, catalog);
    let done = share_out(survey.stretches(), |take| survey.work(take), |take| survey.work(take));
    survey.gather(done)
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
