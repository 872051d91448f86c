//! The views behind the steps of the rail. Each is `show(ui, &mut ViewContext, &mut State)`: it reads the session, draws, and
//! queues requests; it never changes the model itself. What a view remembers between frames (a filter, an open tab) is its
//! own `State`.

use crate::edit::Transaction;
use crate::model::{ItemId, Project};
use crate::session::{Derived, Request, Session};

/// What a view is given: the session to read, and a queue for what it asks for.
pub struct ViewContext<'a> {
    /// The open model.
    pub session: &'a Session,
    requests: &'a mut Vec<Request>,
}

impl<'a> ViewContext<'a> {
    /// A context for one frame.
    pub fn new(session: &'a Session, requests: &'a mut Vec<Request>) -> Self {
        Self { session, requests }
    }

    /// The model.
    pub fn project(&self) -> &'a Project {
        self.session.project()
    }

    /// What follows from the model.
    pub fn derived(&self) -> &'a Derived {
        self.session.derived()
    }

    /// Asks for something.
    pub fn ask(&mut self, request: impl Into<Request>) {
        self.requests.push(request.into());
    }

    /// Asks for a change, if there is one.
    pub fn commit(&mut self, transaction: impl Into<Option<Transaction>>) {
        self.requests.extend(transaction.into().map(Request::Commit));
    }

    /// Asks for a change, and to select these afterwards.
    pub fn commit_and_select(&mut self, transaction: Transaction, items: Vec<ItemId>) {
        self.requests.push(Request::CommitAndSelect(transaction, items));
    }

    /// Asks to select exactly these.
    pub fn select(&mut self, items: Vec<ItemId>) {
        self.requests.push(Request::Select(items));
    }
}
