//! What is drawn and not analysed.

use crate::edit::{Edit, Transaction};
use crate::model::{ItemId, Project};

/// Takes components and interfaces out of scope; brings them back when all of them are out. None where there are none.
pub fn toggle_scope(project: &Project, items: &[ItemId]) -> Option<Transaction> {
    let diagram = &project.diagram;
    let is_out = |item: &ItemId| match item {
        ItemId::Component(id) => diagram.component(*id).map(|component| component.out_of_scope),
        ItemId::Interface(id) => diagram.interface(*id).map(|interface| interface.out_of_scope),
        _ => None,
    };
    let known: Vec<(ItemId, bool)> = items.iter().filter_map(|item| Some((*item, is_out(item)?))).collect();
    let out = !known.iter().all(|(_, out)| *out);
    let edits = known.iter().filter(|(_, was)| *was != out).filter_map(|(item, _)| match item {
        ItemId::Component(id) => {
            let mut component = diagram.component(*id)?.clone();
            component.out_of_scope = out;
            Some(Edit::from(component))
        }
        ItemId::Interface(id) => {
            let mut interface = diagram.interface(*id)?.clone();
            interface.out_of_scope = out;
            Some(Edit::from(interface))
        }
        _ => None,
    });
    let edits: Vec<Edit> = edits.collect();
    let what = match known.as_slice() {
        [(one, _)] => project.name_of(*one),
        many => format!("{} things", many.len()),
    };
    let name = if out { format!("Take {what} out of scope") } else { format!("Bring {what} into scope") };
    (!edits.is_empty()).then(|| Transaction::new(name, edits))
}
