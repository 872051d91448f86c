//! Short messages at the bottom right: a sentence and at most one thing to do about it. Errors stay until closed.

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, Stroke, Vec2};

use crate::model::Band;
use crate::picture::Role;
use crate::session::{Command, Request};

use super::icons;
use super::theme::{self, Look};
use super::widgets;

/// How long a toast stays, in seconds.
const STAY: f64 = 6.0;

/// A message.
#[derive(Debug, Clone)]
pub struct Toast {
    text: String,
    action: Option<(String, Request)>,
    kind: Kind,
    /// The kind of work that failed.
    of: Option<&'static str>,
    until: Option<f64>,
    number: u64,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Something is done.
    Done,
    /// Something is not, or there is nothing to do.
    Notice,
    /// Something went wrong.
    Error,
}

impl Kind {
    /// Its icon and the colour of that.
    fn sign(self) -> (&'static str, Role) {
        match self {
            Self::Done => ("circle-check", Role::Good),
            Self::Notice => ("info", Role::Active),
            Self::Error => ("octagon-alert", Role::SeverityText(Band::Critical)),
        }
    }
}

/// The messages on the screen.
#[derive(Debug, Default)]
pub struct Toasts {
    list: Vec<Toast>,
    next: u64,
}

impl Toasts {
    /// Says what was done; goes away by itself.
    pub fn say(&mut self, text: impl Into<String>) {
        self.push(text.into(), None, Kind::Done);
    }

    /// Says what was not done and why, or that there is nothing to do; goes away by itself.
    pub fn note(&mut self, text: impl Into<String>) {
        self.push(text.into(), None, Kind::Notice);
    }

    /// Says something that can be taken back.
    pub fn say_with_undo(&mut self, text: impl Into<String>) {
        self.push(text.into(), Some(("Undo".to_owned(), Command::Undo.into())), Kind::Done);
    }

    /// Says what went wrong; stays until closed.
    pub fn error(&mut self, text: impl Into<String>) {
        self.push(text.into(), None, Kind::Error);
    }

    /// Says how work of a kind failed, in the place of what was said of its kind before.
    pub fn failed(&mut self, of: &'static str, text: impl Into<String>) {
        self.succeeded(of);
        self.error(text);
        if let Some(toast) = self.list.last_mut() {
            toast.of = Some(of);
        }
    }

    /// Work of a kind came to its end: that it failed before is history.
    pub fn succeeded(&mut self, of: &'static str) {
        self.list.retain(|toast| toast.of != Some(of));
    }

    /// What could be taken back was, or something else would be.
    pub fn history_moved(&mut self) {
        self.list.retain(|toast| toast.action.is_none());
    }

    fn push(&mut self, text: String, action: Option<(String, Request)>, kind: Kind) {
        self.list.retain(|toast| toast.text != text);
        self.next += 1;
        self.list.push(Toast { text, action, kind, of: None, until: None, number: self.next });
        let surplus = self.list.len().saturating_sub(4);
        self.list.drain(..surplus);
    }

    /// Shows them; gives back what was asked for.
    pub fn show(&mut self, ctx: &Context) -> Option<Request> {
        let now = ctx.input(|input| input.time);
        let mut asked = None;
        let mut closed = None;
        let mut bottom = -40.0;
        for toast in self.list.iter_mut().rev() {
            let until = *toast.until.get_or_insert(now + STAY);
            let area = Area::new(Id::unique("toast").with(toast.number))
                .order(Order::Foreground)
                .anchor(Align2::RIGHT_BOTTOM, Vec2::new(-16.0, bottom))
                .accessible_name(if toast.kind == Kind::Error { "Error" } else { "Message" });
            let shown = area.show(ctx, |ui| {
                Frame::new()
                    .fill(theme::color(ui, Role::Panel))
                    .stroke(Stroke::new(1.0, theme::color(ui, Role::Edge)))
                    .corner_radius(10.0)
                    .inner_margin(Margin::symmetric(14, 10))
                    .shadow(theme::popup_shadow(ui.visuals().dark_mode))
                    .show(ui, |ui| {
                        ui.set_width(332.0);
                        ui.horizontal_top(|ui| {
                            let (icon, role) = toast.kind.sign();
                            ui.add_space(1.0);
                            icons::show(ui, icon, 16.0, theme::color(ui, role));
                            ui.vertical(|ui| {
                                ui.set_width(236.0);
                                ui.add_space(-1.0);
                                widgets::paragraph(ui, &toast.text, Look::BODY, Role::Text);
                                if let Some((label, request)) = &toast.action
                                    && widgets::link(ui, label).clicked()
                                {
                                    asked = Some(request.clone());
                                    closed = Some(toast.number);
                                }
                            });
                            if widgets::icon_button(ui, "x", "Close this message").clicked() {
                                closed = Some(toast.number);
                            }
                        });
                    });
            });
            bottom -= shown.response.rect.height() + 8.0;
            if shown.response.contains_pointer() {
                toast.until = Some(now + STAY);
            } else if toast.kind != Kind::Error {
                if now >= until {
                    closed = closed.or(Some(toast.number));
                } else {
                    ctx.request_repaint_after_secs((until - now) as f32);
                }
            }
        }
        if let Some(number) = closed {
            self.list.retain(|toast| toast.number != number);
            ctx.request_repaint();
        }
        asked
    }
}
