//! Models to start from: small, complete systems with a few rated threats and their controls, so that every view has
//! something to say at once.

use ron::extensions::Extensions;

use crate::model::Project;

/// A model to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// What the command line calls it (`three-tier-web`).
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it is, in a sentence or two.
    pub description: &'static str,
    /// What else people look for when they mean it.
    pub words: &'static str,
    text: &'static str,
}

impl Template {
    /// The model. Its name is the template's title, to be changed.
    pub fn project(&self) -> Project {
        read(self.text, self.title)
    }
}

/// The example that comes with the program: a platform of two agents, with threats, policies and a review.
pub fn example() -> Project {
    read(include_str!("../../examples/agent-platform.threat.ron"), "Agent platform")
}

/// A file that the example names: its metrics, events or labels, so that it can be simulated wherever it is opened.
pub fn example_file(name: &str) -> Option<&'static [u8]> {
    let bytes: &[u8] = match name {
        "agent-platform.metrics.csv" => include_bytes!("../../examples/agent-platform.metrics.csv"),
        "agent-platform.events.jsonl" => include_bytes!("../../examples/agent-platform.events.jsonl"),
        "agent-platform.labels.csv" => include_bytes!("../../examples/agent-platform.labels.csv"),
        _ => return None,
    };
    Some(bytes)
}

fn read(text: &str, title: &str) -> Project {
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    // These texts are part of the program and a test reads them, so a broken one cannot be shipped.
    let mut project = options.from_str(text).unwrap_or_else(|_| Project::new(title));
    project.reserve_all();
    project
}

/// All templates, the most asked for first.
pub fn templates() -> &'static [Template] {
    &TEMPLATES
}

/// The template with that name, whatever its case.
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name.eq_ignore_ascii_case(name))
}

macro_rules! template {
    ($name:literal, $title:literal, $words:literal, $description:literal) => {
        Template {
            name: $name,
            title: $title,
            description: $description,
            words: $words,
            text: include_str!(concat!("../../assets/templates/", $name, ".threat.ron")),
        }
    };
}

// Titles and descriptions stand here too, so that a list of templates needs no model to be read; a test compares them.
static TEMPLATES: [Template; 8] = [
    template!(
        "agent-with-tools",
        "Agent with tools",
        "assistant mcp function calling",
        "One agent that talks with people, searches the web, sends mail and works with a customer database through tools."
    ),
    template!(
        "answers-from-documents",
        "Answers from documents",
        "rag chatbot retrieval augmented generation search",
        "People ask, an index of documents is searched, a model answers from what was found. Documents come from a wiki and from uploads."
    ),
    template!(
        "agents-that-delegate",
        "Agents that delegate",
        "multi agent planner workers",
        "A planner splits a task and hands the parts to agents with one skill each. They share a notebook and report back."
    ),
    template!(
        "agent-that-pays",
        "Agent that pays",
        "payments invoices approval",
        "An agent checks invoices, prepares payments and has a person release what is large. A bank executes them."
    ),
    template!(
        "agent-platform",
        "Agents behind one door",
        "agent platform gateway policy",
        "Agents of several teams behind one door: a policy engine decides what they may do, a gateway hands them tools, and everything they do is written down."
    ),
    template!(
        "three-tier-web",
        "Three-tier web application",
        "web shop browser server database",
        "A browser, a web server, an application server and a database, with mail and a payment provider outside."
    ),
    template!(
        "ci-cd-pipeline",
        "Build and release pipeline",
        "ci cd devops supply chain",
        "Source code becomes a signed image and runs in production. Packages come from a public registry."
    ),
    template!(
        "iot-fleet",
        "Fleet of devices",
        "iot sensors edge firmware",
        "Thousands of sensors in the field send readings through gateways to a cloud and get firmware and commands back."
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::{Catalog, ElementKind};
    use crate::model::{Attributes, ItemId};

    #[test]
    fn every_template_is_a_model_of_its_own_with_everything_in_its_place() {
        let mut names = BTreeSet::new();
        for template in templates() {
            let name = template.name;
            let project = template.project();
            assert!(names.insert(name), "{name} stands twice");
            assert_eq!(
                (project.name.as_str(), project.description.as_str()),
                (template.title, template.description)
            );
            assert_eq!(project.format, crate::model::FORMAT, "{name}");
            assert_eq!(project.broken_references(), [], "{name}");
            assert!(project.diagram.component_count() >= 8, "{name} is too small to be of use");
            assert!(project.diagram.zones.len() >= 4 && project.assets.len() >= 3, "{name}");
            assert!(project.diagram.interfaces().count() >= 8 && !project.out_of_scope.is_empty(), "{name}");
            assert!(project.threats.iter().count() >= 5 && project.controls.iter().count() >= 8, "{name}");
            let view = project.views.iter().next().unwrap();
            let components = project.diagram.components().map(|component| ItemId::from(component.id));
            for item in components.chain(project.diagram.zones.ids().map(ItemId::from)) {
                assert!(view.places.contains_key(&item), "{name}: {item} has no place");
            }
            for interface in project.diagram.interfaces() {
                let id = interface.id;
                assert!(interface.is_attached() && !interface.assets.is_empty(), "{name}: {id}");
                assert!(!interface.protocol.is_empty() && !interface.description.is_empty(), "{name}: {id}");
                assert!(interface.authentication.is_some() && interface.encryption.is_some(), "{name}: {id}");
            }
            for component in project.diagram.components() {
                let id = component.id;
                assert!(component.zone.is_some() && !component.description.is_empty(), "{name}: {id}");
                assert!(!project.diagram.touching(id).is_empty(), "{name}: {id} is not connected");
            }
            for asset in &project.assets {
                let travels =
                    project.diagram.interfaces().any(|interface| interface.assets.contains(&asset.id));
                assert!(travels || !asset.stored_in.is_empty(), "{name}: {} is nowhere", asset.id);
            }
        }
    }

    #[test]
    fn threats_of_templates_are_rated_and_answered() {
        for template in templates() {
            let (name, project) = (template.name, template.project());
            for threat in &project.threats {
                let id = threat.id;
                assert!(threat.likelihood.is_some() && threat.impact.is_some(), "{name}: {id}");
                let catalog = threat.catalog.as_deref().and_then(|id| Catalog::builtin().threat(id));
                assert!(catalog.is_some() && !threat.rationale.is_empty(), "{name}: {id}");
                let answered = project.controls.iter().any(|control| control.threats.contains(&id));
                assert!(answered && !threat.owner.is_empty(), "{name}: {id}");
            }
            for control in &project.controls {
                let known = control.catalog.as_deref().and_then(|id| Catalog::builtin().control(id));
                let known = known.unwrap_or_else(|| panic!("{name}: {} is not in the catalogue", control.id));
                assert_eq!(
                    (known.strength, known.function, known.reduces, known.family.as_str()),
                    (control.strength, control.function, control.reduces, control.family.as_str()),
                    "{name}: {}",
                    control.id
                );
            }
        }
    }

    #[test]
    fn components_stand_in_their_zones_and_nowhere_else() {
        for template in templates() {
            let project = template.project();
            let places = &project.views.iter().next().unwrap().places;
            let inside = |inner: ItemId, outer: ItemId| {
                let (inner, outer) = (&places[&inner], &places[&outer]);
                inner.x > outer.x
                    && inner.y > outer.y
                    && inner.x + inner.w < outer.x + outer.w
                    && inner.y + inner.h < outer.y + outer.h
            };
            for component in project.diagram.components() {
                let around = project.diagram.zone_chain(component.zone);
                for zone in project.diagram.zones.ids() {
                    let drawn = inside(component.id.into(), zone.into());
                    assert_eq!(
                        drawn,
                        around.contains(&zone),
                        "{}: {} in {zone}",
                        template.name,
                        component.id
                    );
                }
            }
        }
    }

    #[test]
    fn what_templates_say_of_their_parts_is_in_the_catalogue() {
        let catalog = Catalog::builtin();
        let check = |place: &str, kind: ElementKind, attributes: &Attributes| {
            for (name, answer) in &attributes.0 {
                let info = catalog.attribute(name).unwrap_or_else(|| panic!("{place}: nobody knows {name}"));
                assert!(info.of.contains(&kind), "{place}: {name} is not for a {}", kind.word());
                assert!(info.takes(answer), "{place}: {name} cannot be {answer:?}");
            }
        };
        let all = templates().iter().map(|template| (template.name, template.project()));
        for (name, project) in all.chain([("example", example())]) {
            for component in project.diagram.components() {
                let place = format!("{name} {}", component.id);
                check(&place, component.kind.into(), &component.attributes);
            }
            for interface in project.diagram.interfaces() {
                let place = format!("{name} {}", interface.id);
                check(&place, ElementKind::Flow, &interface.attributes);
            }
        }
    }

    #[test]
    fn the_example_comes_with_the_files_that_it_names() {
        let example = example();
        assert_eq!(example.diagram.component_count(), 5);
        for traces in &example.simulation.traces {
            for name in [&traces.metrics, &traces.events, &traces.labels] {
                assert!(example_file(name).is_some_and(|bytes| bytes.len() > 100), "{name}");
            }
        }
        assert!(example_file("other.csv").is_none());
    }

    #[test]
    fn a_template_is_found_by_name() {
        assert_eq!(
            template("Three-Tier-Web").map(|template| template.title),
            Some("Three-tier web application")
        );
        assert_eq!(template("four-tier-web"), None);
    }
}
