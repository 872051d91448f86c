//! What is kept: recent files, choices and the name of who works here from one run to the next, unsaved work in case of a
//! crash, and what the window says about it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use egui::{Context, ViewportCommand};
use jiff::{Timestamp, Zoned};

use crate::analysis;
use crate::picture::scene::Overlay;
use crate::session::{Session, work};
use crate::storage::recent::{self, Deadline, Recent};
use crate::storage::settings;

use super::app::App;
use super::prefs::ThemeChoice;
use super::{canvas, words};

/// At most so much of one model is reminded of.
const MOST_DEADLINES: usize = 4;

impl App {
    /// Says who works here, from now on and in the next run.
    pub(super) fn set_author(&mut self, name: String) {
        self.settings.author = name;
        self.name_author();
        if let Some(data) = &self.data
            && let Err(error) = settings::store(data, &self.settings)
        {
            self.toasts.error(format!("Your name could not be kept for the next run: {error}."));
        }
    }

    pub(super) fn name_author(&mut self) {
        if let Some(session) = &mut self.session {
            session.set_author(&self.settings.author);
        }
    }

    pub(super) fn remember(&mut self, session: &Session, path: &Path) {
        let Some(data) = &self.data else { return };
        let register = session.derived().register();
        let opened = Recent {
            components: session.project().diagram.component_count(),
            threats: session.project().threats.len(),
            above_appetite: register.current.above_appetite,
            due: deadlines(session),
            ..Recent::now(path, &session.title())
        };
        // A list of recent files that cannot be written is no reason to bother anybody.
        if let Ok(list) = recent::remember(data, opened) {
            self.recent = list;
        }
    }

    /// Leaves nothing behind that would be offered as unsaved work.
    pub(super) fn leave(&mut self) {
        self.may_close = true;
        self.flush_pack();
        self.jobs.cancel_all();
        self.forget_recovery();
    }

    /// Keeps unsaved work where a crash cannot take it.
    pub(super) fn keep_for_recovery(&mut self, ctx: &Context) {
        let Some(session) = &mut self.session else { return };
        let had_something = session.has_something_to_lose();
        let typed = self.system.canvas.renaming.as_ref();
        let draft = typed.and_then(|typed| canvas::names::draft(session.project(), typed));
        session.note_draft(draft);
        let Some(slot) = &self.slot else { return };
        if had_something && !session.has_something_to_lose() {
            // A name was typed and taken back: nothing is left to lose.
            let _left = slot.clear();
        }
        match session.recovery_due(Instant::now()) {
            Ok(()) => {
                work::start_keep(&mut self.jobs, session, Arc::clone(slot));
            }
            Err(Some(wait)) => ctx.request_repaint_after(wait),
            Err(None) => {}
        }
    }

    /// What stands beside the model's name, and what the status bar says of it at more length.
    pub(super) fn saved_words(&self) -> (String, String) {
        let Some(session) = &self.session else { return Default::default() };
        let now = Zoned::now();
        let at = |time: Option<Timestamp>| time.map(|time| words::clock(time, &now));
        let (saved, kept) = (at(session.saved_at()), at(session.kept_at()));
        let short = match (session.is_dirty(), session.path(), &saved) {
            (true, Some(_), _) => "edited".to_owned(),
            (false, Some(_), Some(saved)) => format!("saved {saved}"),
            (false, Some(_), None) => "saved".to_owned(),
            (_, None, _) => session.source().unwrap_or("not saved yet").to_owned(),
        };
        let long = match (session.is_dirty(), saved) {
            (_, None) if session.path().is_none() => "Not saved yet".to_owned(),
            (true, Some(saved)) => format!("Edited, last saved {saved}"),
            (true, None) => "Not saved yet".to_owned(),
            (false, Some(saved)) => format!("Saved {saved}"),
            (false, None) => "Saved".to_owned(),
        };
        let kept = kept.map(|kept| format!(", recovery copy {kept}")).unwrap_or_default();
        (short, long + &kept)
    }

    /// The window is named after the model, with a mark when there is something to save.
    pub(super) fn name_window(&mut self, ctx: &Context) {
        let title = self.session.as_ref().map_or_else(
            || "Threat Studio".to_owned(),
            |session| {
                let mark = if session.is_dirty() { "• " } else { "" };
                format!("{mark}{} – Threat Studio", session.title())
            },
        );
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    pub(super) fn store_settings(&mut self, ctx: &Context) {
        let theme = match self.prefs.theme {
            ThemeChoice::System => settings::Theme::System,
            ThemeChoice::Light => settings::Theme::Light,
            ThemeChoice::Dark => settings::Theme::Dark,
        };
        let zoom = ctx.zoom_factor();
        let coloured_by = COLOURED_BY.iter().find(|(overlay, _)| *overlay == self.prefs.overlay);
        let coloured_by = coloured_by.map(|(_, kept)| *kept).unwrap_or_default();
        let columns = &self.prefs.register_columns;
        if self.settings.theme != theme
            || self.settings.coloured_by != coloured_by
            || (self.settings.zoom - zoom).abs() > 0.001
            || self.settings.register_columns != *columns
        {
            self.settings.theme = theme;
            self.settings.coloured_by = coloured_by;
            self.settings.register_columns.clone_from(columns);
            self.settings.zoom = zoom;
            if let Some(data) = &self.data {
                // Settings that cannot be written are set again next time.
                let _unwritten = settings::store(data, &self.settings);
            }
        }
    }
}

/// What of a model the welcome screen reminds of.
fn deadlines(session: &Session) -> Vec<Deadline> {
    let due = analysis::due::due(session.project()).into_iter().take(MOST_DEADLINES);
    due.map(|due| Deadline { day: due.day, what: due.what, detail: due.detail }).collect()
}

/// The overlays as they are kept.
const COLOURED_BY: [(Overlay, settings::ColouredBy); 5] = [
    (Overlay::Nothing, settings::ColouredBy::Nothing),
    (Overlay::Risk, settings::ColouredBy::Risk),
    (Overlay::Sensitivity, settings::ColouredBy::Sensitivity),
    (Overlay::Trust, settings::ColouredBy::Trust),
    (Overlay::Questions, settings::ColouredBy::Questions),
];

pub(super) fn overlay_kept(kept: settings::ColouredBy) -> Overlay {
    COLOURED_BY.iter().find(|(_, other)| *other == kept).map(|(overlay, _)| *overlay).unwrap_or_default()
}

pub(super) fn theme_choice(theme: settings::Theme) -> ThemeChoice {
    match theme {
        settings::Theme::System => ThemeChoice::System,
        settings::Theme::Light => ThemeChoice::Light,
        settings::Theme::Dark => ThemeChoice::Dark,
    }
}
