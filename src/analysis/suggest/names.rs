//! The catalogue's sentences with the model's names in them.

use crate::model::{ComponentId, ItemId, Project};

/// What `{name}`, `{source}` and `{target}` stand for.
pub(super) struct Names {
    name: String,
    source: String,
    target: String,
}

impl Names {
    /// The names of one item, or of several together. A component is its own target, and who calls it is not known.
    pub(super) fn of(project: &Project, items: &[ItemId]) -> Self {
        let (mut names, mut sources, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            add(&mut names, project.name_of(*item));
            match item {
                ItemId::Interface(id) => {
                    let interface = project.diagram.interface(*id);
                    let name = |end: Option<ComponentId>| {
                        end.map_or_else(|| "a loose end".to_owned(), |end| project.name_of(end.into()))
                    };
                    add(&mut sources, name(interface.and_then(|interface| interface.from)));
                    add(&mut targets, name(interface.and_then(|interface| interface.to)));
                }
                other => {
                    add(&mut sources, "a caller".to_owned());
                    add(&mut targets, project.name_of(*other));
                }
            }
        }
        Self { name: listed(&names), source: listed(&sources), target: listed(&targets) }
    }

    /// A text with the names in it.
    pub(super) fn fill(&self, text: &str) -> String {
        text.replace("{name}", &self.name).replace("{source}", &self.source).replace("{target}", &self.target)
    }
}

fn add(list: &mut Vec<String>, name: String) {
    if !list.contains(&name) {
        list.push(name);
    }
}

/// "a", "a and b", "a, b and c".
pub(super) fn listed<T: AsRef<str>>(words: &[T]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.as_ref().to_owned(),
        Some((last, first)) => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}
