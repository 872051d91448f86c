//! What a view gets: the open project to read, a queue to ask with, and what the person has set.

use crate::analysis::risk::Register;
use crate::edit::Transaction;
use crate::model::{ItemId, Project};
use crate::session::{Command, Request, Session, Step};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the window is set. None of it belongs to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefs {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// The outline is open (in a roomy window).
    pub outline: bool,
    /// The inspector is open (in a roomy window).
    pub inspector: bool,
    /// The outline is open as a drawer (in a narrow window).
    pub outline_drawer: bool,
    /// The inspector is open as a drawer (in a narrow window).
    pub inspector_drawer: bool,
    /// The problems strip is unfolded.
    pub problems: bool,
    /// Risk is shown on the diagram.
    pub show_risk: bool,
    /// Assets are shown on the diagram.
    pub show_assets: bool,
    /// Attack paths are shown on the diagram.
    pub show_paths: bool,
    /// The side lists are open.
    pub side_lists: bool,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            outline: true,
            inspector: true,
            outline_drawer: false,
            inspector_drawer: false,
            problems: true,
            show_risk: true,
            show_assets: true,
            show_paths: false,
            side_lists: false,
        }
    }
}

/// What every view gets. Views read the session and ask; what they ask for happens before the next frame.
pub struct ViewContext<'a> {
    /// The open project.
    pub session: &'a Session,
    /// How the window is set; views may change it.
    pub prefs: &'a mut Prefs,
    /// The side columns are drawers and the strip is folded: there is little room.
    pub narrow: bool,
    /// The sentence in the middle of the status bar.
    pub status: &'a mut String,
    /// A thing that is to be brought into sight, once.
    pub reveal: Option<ItemId>,
    requests: &'a mut Vec<Request>,
}

impl<'a> ViewContext<'a> {
    /// For the window's own loop.
    pub fn new(
        session: &'a Session,
        prefs: &'a mut Prefs,
        narrow: bool,
        status: &'a mut String,
        reveal: Option<ItemId>,
        requests: &'a mut Vec<Request>,
    ) -> Self {
        Self { session, prefs, narrow, status, reveal, requests }
    }

    /// The model.
    pub fn project(&self) -> &'a Project {
        self.session.project()
    }

    /// The risk of every threat.
    pub fn register(&self) -> &'a Register {
        self.session.derived().register()
    }

    /// Asks for something.
    pub fn ask(&mut self, request: impl Into<Request>) {
        self.requests.push(request.into());
    }

    /// Asks for a command of the list.
    pub fn command(&mut self, command: Command) {
        self.ask(command);
    }

    /// Changes the model. Verbs that found nothing to change give none.
    pub fn commit(&mut self, transaction: impl Into<Option<Transaction>>) {
        if let Some(transaction) = transaction.into() {
            self.ask(Request::Commit(transaction));
        }
    }

    /// Changes the model and selects these.
    pub fn commit_and_select(&mut self, transaction: Transaction, items: Vec<ItemId>) {
        self.ask(Request::CommitAndSelect(transaction, items));
    }

    /// Selects exactly these.
    pub fn select(&mut self, items: impl IntoIterator<Item = ItemId>) {
        let items: Vec<ItemId> = items.into_iter().collect();
        if items != self.session.selection().items() {
            self.ask(Request::Select(items));
        }
    }

    /// Goes to a thing: selects it and shows it where it is best seen.
    pub fn reveal(&mut self, item: ItemId) {
        self.ask(Request::Reveal(item));
    }

    /// Ends a step: the next change is one of its own, even in the same field.
    pub fn seal_when_left(&mut self, response: &egui::Response) {
        if response.lost_focus() {
            self.ask(Request::Seal);
        }
    }

    /// Goes to another step of the work.
    pub fn go(&mut self, step: Step) {
        self.command(Command::go(step));
    }
}
