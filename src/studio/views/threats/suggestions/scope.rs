//! Which suggestions are listed: those at one place, and those that hold what is typed.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::Ui;

use super::super::State;
use crate::analysis::suggest::Suggestion;
use crate::model::{Project, Target};
use crate::studio::views::ViewContext;
use crate::studio::widgets;

/// What lets a suggestion pass.
pub(super) struct Sieve {
    places: Option<BTreeSet<Target>>,
    words: Vec<String>,
}

impl Sieve {
    pub(super) fn of(project: &Project, state: &State) -> Self {
        let words = state.words.to_lowercase().split_whitespace().map(str::to_owned).collect();
        Self { places: state.only.map(|only| places(project, only)), words }
    }

    /// Whether it is looked at.
    pub(super) fn covers(&self, target: Target) -> bool {
        self.places.as_ref().is_none_or(|places| places.contains(&target))
    }

    /// Whether a suggestion is at a place that is looked at, and each word is in its id, title or the name of its place.
    pub(super) fn passes(&self, project: &Project, suggestion: &Suggestion) -> bool {
        if !self.covers(suggestion.target) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let place = project.name_of(suggestion.target.into());
        let text = format!("{} {} {place}", suggestion.id(), suggestion.title()).to_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }

    pub(super) fn passing<'a>(&self, project: &Project, list: &'a [Arc<Suggestion>]) -> Vec<&'a Suggestion> {
        list.iter().map(Arc::as_ref).filter(|suggestion| self.passes(project, suggestion)).collect()
    }
}

/// A place with what is inside of it: the components of a zone and of the zones in it, and the interfaces at them.
fn places(project: &Project, only: Target) -> BTreeSet<Target> {
    let Target::Zone(zone) = only else { return [only].into() };
    let diagram = &project.diagram;
    let inside = |id| {
        let component = diagram.component(id);
        component.is_some_and(|component| diagram.zone_chain(component.zone).contains(&zone))
    };
    let mut found: BTreeSet<Target> = [only].into();
    found.extend(diagram.components().filter(|one| inside(one.id)).map(|one| Target::Component(one.id)));
    let touches = diagram.interfaces().filter(|one| one.from.into_iter().chain(one.to).any(inside));
    found.extend(touches.map(|one| Target::Interface(one.id)));
    found
}

/// The line over the list: what to search for, and where.
pub(super) fn show(ui: &mut Ui, ctx: &ViewContext<'_>, state: &mut State) {
    let project = ctx.project();
    ui.horizontal(|ui| {
        widgets::section(ui, "Suggestions");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let name = |target: Target| project.name_of(target.into());
            let shown = state.only.map_or_else(|| "Whole system".to_owned(), name);
            let picked =
                widgets::searched_picker(ui, "Suggestions for", Some("filter"), (&shown, 170.0), || {
                    let whole = [("network", "Whole system".to_owned())];
                    whole
                        .into_iter()
                        .chain(choices(project).map(|(icon, place)| (icon, name(place))))
                        .collect()
                });
            if let Some(place) = picked {
                state.only =
                    place.checked_sub(1).and_then(|place| choices(project).nth(place)).map(|(_, at)| at);
            }
            let width = ui.available_width() - 6.0;
            widgets::search_field(ui, "Search suggestions", "Title, id, place", width, &mut state.words);
        });
    });
}

/// Everything that suggestions can be looked at for: zones, components, interfaces.
fn choices(project: &Project) -> impl Iterator<Item = (&'static str, Target)> + '_ {
    let zones = project.diagram.zones.iter().map(|zone| ("square-dashed", Target::Zone(zone.id)));
    let components = project.diagram.components().map(|one| ("cpu", Target::Component(one.id)));
    let interfaces = project.diagram.interfaces().map(|one| ("spline", Target::Interface(one.id)));
    zones.chain(components).chain(interfaces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::paths::tests::system;
    use crate::model::{ComponentId, InterfaceId};

    #[test]
    fn a_zone_has_its_components_and_the_interfaces_at_them() {
        let project = system("C1 Agent@1, C2 Agent@2, C3 Store@2", "F1 1>2, F2 2>3, F3 1>1");
        let zone = project.diagram.component(ComponentId(2)).and_then(|one| one.zone).unwrap();
        let found: Vec<String> =
            places(&project, Target::Zone(zone)).into_iter().map(|place| place.to_string()).collect();
        assert_eq!(found, ["C-02", "C-03", "F-01", "F-02", &zone.to_string()]);
        let one = Target::Interface(InterfaceId(3));
        assert_eq!(places(&project, one), [one].into());
    }
}
