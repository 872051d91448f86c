//! What the graph says, shown on the diagram: paths are played, findings light up.

use crate::analysis::paths::GraphFinding;
use crate::model::ItemId;
use crate::session::Step;

use super::app::App;
use super::canvas::lit::Lit;
use super::canvas::play::Play;
use super::views::threats::GraphChoice;

impl App {
    /// Plays what is chosen: in the list of paths and findings, or on the canvas the path that it shows.
    pub(super) fn play(&mut self) {
        match self.views.threats.graph_choice() {
            GraphChoice::Path(place) if self.step == Step::Threats => self.play_path(Some(place)),
            GraphChoice::Finding(finding) if self.step == Step::Threats => self.light_up(finding),
            _ => self.play_path(None),
        }
    }

    /// Plays an attack path from its start: this one, or the one that the canvas shows.
    pub(super) fn play_path(&mut self, place: Option<usize>) {
        self.prefs.show_paths = true;
        self.step = Step::System;
        let canvas = &mut self.system.canvas;
        (canvas.playing, canvas.lit) = (Some(Play::from_start()), None);
        if let Some(place) = place {
            canvas.attack_path = place;
            // A selection would hold the path that it names.
            if let Some(session) = &mut self.session {
                session.select([]);
            }
        }
    }

    pub(super) fn light_up(&mut self, finding: GraphFinding) {
        let Some(session) = &mut self.session else { return };
        self.step = Step::System;
        // Keys and fields are for what is shown, not for what was selected before.
        let about = finding.about(session.derived().paths());
        session.select(about);
        let canvas = &mut self.system.canvas;
        (canvas.playing, canvas.lit) = (None, Some(Lit::of(session, finding)));
    }

    /// Lights up what can be reached once the selected component has fallen.
    pub(super) fn show_blast_radius(&mut self) {
        let Some(session) = &self.session else { return };
        let Some(ItemId::Component(id)) = session.selection().single() else { return };
        let canvas = &mut self.system.canvas;
        (canvas.playing, canvas.lit) = (None, Some(Lit::blast(session, id)));
        self.step = Step::System;
    }

    /// Lights up the next finding of the graph, of what is selected if it has part in any.
    pub(super) fn next_graph_finding(&mut self) {
        let Some(session) = &self.session else { return };
        let canvas = &mut self.system.canvas;
        let next = Lit::next(session, canvas.lit.as_ref());
        if next.is_none() {
            self.toasts.note("The graph shows no loops, crossings or single points of failure.");
        }
        (canvas.playing, canvas.lit) = (None, next);
        self.step = Step::System;
    }
}
