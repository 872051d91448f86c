//! The catalogue's sentences with the model's names in them.

use std::collections::BTreeSet;

use crate::model::{ComponentId, ItemId, Project};

/// More names than this are not read in a sentence.
pub(super) const READ: usize = 3;

/// What `{name}`, `{source}` and `{target}` stand for.
pub(super) struct Names {
    name: String,
    source: String,
    target: String,
}

impl Names {
    /// The names of one item, or of several together. A component is its own target, and who calls it is not known.
    pub(super) fn of(project: &Project, items: &[ItemId]) -> Self {
        let (mut names, mut sources, mut targets) = (Once::default(), Once::default(), Once::default());
        for item in items {
            names.add(project.name_of(*item));
            match item {
                ItemId::Interface(id) => {
                    let interface = project.diagram.interface(*id);
                    let name = |end: Option<ComponentId>| {
                        end.map_or_else(|| "a loose end".to_owned(), |end| project.name_of(end.into()))
                    };
                    sources.add(name(interface.and_then(|interface| interface.from)));
                    targets.add(name(interface.and_then(|interface| interface.to)));
                }
                other => {
                    sources.add("a caller".to_owned());
                    targets.add(project.name_of(*other));
                }
            }
        }
        Self { name: few(&names.words), source: few(&sources.words), target: few(&targets.words) }
    }

    /// A text with the names in it.
    pub(super) fn fill(&self, text: &str) -> String {
        text.replace("{name}", &self.name).replace("{source}", &self.source).replace("{target}", &self.target)
    }
}

/// Names in the order in which they came, each once.
#[derive(Default)]
struct Once {
    words: Vec<String>,
    told: BTreeSet<String>,
}

impl Once {
    fn add(&mut self, name: String) {
        if self.told.insert(name.clone()) {
            self.words.push(name);
        }
    }
}

/// As [`listed`], but of many only the first two: "a, b and 67 others".
pub(super) fn few<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [first, second, rest @ ..] if words.len() > READ => {
            format!("{}, {} and {} others", first.as_ref(), second.as_ref(), rest.len())
        }
        _ => listed(words),
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

#[cfg(test)]
mod tests {
    use super::few;

    #[test]
    fn a_sentence_names_a_few_and_counts_the_rest() {
        let check = |words: &[&str], expected: &str| assert_eq!(few(words), expected);
        check(&[], "");
        check(&["a"], "a");
        check(&["a", "b"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
        check(&["a", "b", "c", "d"], "a, b and 2 others");
        let many: Vec<String> = (1..=69).map(|number| format!("part {number}")).collect();
        assert_eq!(few(&many), "part 1, part 2 and 67 others");
    }
}
