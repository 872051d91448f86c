//! The ways to put a problem right, as a list to choose from: under the "Fix" of a problem, and as a dialog by key.
//!
//! ```text
//! Fix TM-013 at assistant → database
//! 1  Set Token
//! 2  Set Mutual TLS
//! ──────────────────────────────
//! In all 7 places
//!    Set Token
//! ```

use egui::{Key, Modifiers, Ui};

use crate::analysis::lint::Finding;
use crate::edit::Transaction;
use crate::picture::Role;
use crate::session::Session;
use crate::session::fixes::{self, Ask, Fix};

use super::theme::Look;
use super::widgets;

/// So many problems of a rule are asked what would put them right, to offer it for all.
const LOOKED_AT: usize = 8;

/// What is asked of the model for a problem.
pub fn ask(session: &Session, today: jiff::civil::Date) -> Ask<'_> {
    Ask { project: session.project(), catalog: session.catalog(), item: None, today, by: session.author() }
}

/// The ways to put a problem right.
pub fn offered(session: &Session, finding: &Finding) -> Vec<Fix> {
    fixes::fixes(finding, &ask(session, crate::session::today()))
}

/// The open problems of one rule.
fn alike<'a>(session: &'a Session, rule: &str) -> Vec<&'a Finding> {
    let all = session.derived().findings().iter();
    all.filter(|finding| finding.rule == rule && finding.suppressed.is_none()).collect()
}

/// Draws the list; gives back the change that was chosen. Digits choose, while nothing is typed.
pub fn list(ui: &mut Ui, session: &Session, finding: &Finding) -> Option<Transaction> {
    let offered = offered(session, finding);
    let mut chosen = None;
    for (index, fix) in offered.iter().enumerate() {
        let number = index + 1;
        let key = if number <= 9 { number.to_string() } else { String::new() };
        let pressed = Key::from_name(&key)
            .is_some_and(|key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)));
        if widgets::menu_item(ui, Some(""), &fix.label, &key, false, true).clicked() || pressed {
            chosen = Some(fix.transaction.clone());
        }
    }
    if offered.is_empty() {
        widgets::paragraph(ui, &finding.fix, Look::BODY, Role::Text);
        let why = fixes::BY_HAND.iter().find(|(rule, _)| *rule == finding.rule).map(|(_, why)| *why);
        let words = why.map_or_else(
            || "Nothing in the model says what to put there. Go to the place and write it.".to_owned(),
            |why| format!("No change puts it right by itself: {why}."),
        );
        widgets::paragraph(ui, &words, Look::SMALL, Role::TextSecondary);
    }
    let all = alike(session, &finding.rule);
    if all.len() > 1 && !offered.is_empty() {
        widgets::menu_separator(ui);
        widgets::menu_heading(ui, &format!("In all {} places of {}", all.len(), finding.rule));
        for fix in &offered {
            let label = format!("{}, wherever it fits", fix.label);
            if widgets::menu_item(ui, Some("layers"), &label, "", false, true).clicked() {
                chosen = fixes::fix_all(&all, &fix.label, &ask(session, crate::session::today()))
                    .map(|(_, transaction)| transaction);
            }
        }
    }
    chosen
}

/// What puts every open problem of the finding's rule right, wherever it fits; gives back the change that was chosen.
pub fn for_all(ui: &mut Ui, session: &Session, finding: &Finding) -> Option<Transaction> {
    let all = alike(session, &finding.rule);
    let mut labels: Vec<String> = Vec::new();
    for fix in all.iter().take(LOOKED_AT).flat_map(|finding| offered(session, finding)) {
        if !labels.contains(&fix.label) {
            labels.push(fix.label);
        }
    }
    widgets::menu_heading(ui, &format!("In all {} places of {}", all.len(), finding.rule));
    if labels.is_empty() {
        widgets::paragraph(ui, &finding.fix, Look::SMALL, Role::TextSecondary);
    }
    let mut chosen = None;
    for label in labels {
        let words = format!("{label}, wherever it fits");
        if widgets::menu_item(ui, Some("layers"), &words, "", false, true).clicked() {
            chosen = fixes::fix_all(&all, &label, &ask(session, crate::session::today()))
                .map(|(_, transaction)| transaction);
        }
    }
    chosen
}
