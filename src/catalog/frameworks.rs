//! Public frameworks as lists of what they name, each with its edition: what coverage is measured against.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::Framework;

const FILE: &str = include_str!("../../assets/catalog/frameworks.ron");

/// One framework in one edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FrameworkList {
    /// Which.
    pub framework: Framework,
    /// Its edition.
    pub edition: String,
    /// Its entries: id and title, in its own order.
    pub entries: Vec<(String, String)>,
}

impl FrameworkList {
    /// The title of an entry; a part of one (`AML.T0051.000`) has the title of the whole.
    pub fn title(&self, id: &str) -> Option<&str> {
        let exact = self.entries.iter().find(|(known, _)| known == id);
        let whole = || {
            let (whole, _) = id.rsplit_once('.')?;
            self.entries.iter().find(|(known, _)| known == whole)
        };
        exact.or_else(whole).map(|(_, title)| title.as_str())
    }
}

/// Every framework that the program knows the entries of.
pub fn frameworks() -> &'static [FrameworkList] {
    static LISTS: OnceLock<Vec<FrameworkList>> = OnceLock::new();
    // The file is part of the program and a test reads it, so a broken one cannot be shipped.
    LISTS.get_or_init(|| ron::from_str(FILE).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, reference};

    #[test]
    fn the_file_is_read_and_knows_what_the_catalogue_names() {
        let read: Vec<FrameworkList> = ron::from_str(FILE).unwrap();
        assert_eq!(read.iter().map(|list| list.entries.len()).collect::<Vec<_>>(), [10, 10, 17, 37]);
        for list in &read {
            for (id, title) in &list.entries {
                let known = reference(id);
                assert_eq!((known.framework, &known.edition), (list.framework, &list.edition), "{id}");
                assert!(!title.is_empty());
            }
        }
        let all = Catalog::builtin().threats.iter().flat_map(|threat| &threat.references);
        for reference in all.filter(|r| matches!(r.framework, Framework::OwaspLlm | Framework::OwaspAgentic))
        {
            let list = read.iter().find(|list| list.framework == reference.framework).unwrap();
            assert!(list.title(&reference.id).is_some(), "{}", reference.id);
        }
        let atlas = read.iter().find(|list| list.framework == Framework::Atlas).unwrap();
        assert_eq!(atlas.title("AML.T0051.001"), Some("LLM prompt injection"));
        assert_eq!(atlas.title("AML.T9999"), None);
    }
}
