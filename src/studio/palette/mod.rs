//! The palette: every command by its words, every thing by its name, and quick draw.
//!
//! ```text
//!  🔍 assistant -> database: TLS, customer data            Esc
//!  Understood  [assistant_agent] → [database] [TLS] [Carries customer_data]
//!  Draw the interface assistant_agent → database         Enter
//!  Commands that match …
//!  a -> b: words  draw   + name: kind @zone  add   …    ↑ ↓ choose
//! ```

mod entries;
mod plan;

use egui::{
    Align, Area, Context, Frame, Id, Key, Layout, Margin, Modifiers, Order, Pos2, Rect, Role as Access,
    Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo,
};

use crate::model::ItemId;
use crate::picture::{self, Face, Point, Role};
use crate::session::{Command, Request, Session};

use super::canvas::{self, Camera};
use super::quick_draw::{self, Plan};
use super::theme::{self, Look};
use super::widgets::{self};
use super::{icons, stencils};

use entries::{Entry, describe};

const WIDTH: f32 = 780.0;

/// The palette.
#[derive(Debug, Default)]
pub struct Palette {
    open: bool,
    text: String,
    chosen: usize,
    opened_in: u64,
    /// The line was completed: what is typed next goes to its end.
    caret_at_end: bool,
    /// Where the canvas looked when it was opened: things are put down around there.
    near: Option<Point>,
    /// What the line would draw and is about; the canvas keeps it in sight.
    kept: Option<picture::Rect>,
    /// Where the canvas looked before it was moved for that, and where it was moved to.
    moved: Option<(Camera, Camera)>,
    /// Something was drawn since it was opened.
    drew: bool,
}

impl Palette {
    /// Whether it is shown.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows or hides it.
    pub fn toggle(&mut self, ctx: &Context) {
        self.open = !self.open;
        self.text.clear();
        self.chosen = 0;
        self.opened_in = ctx.cumulative_pass_nr();
    }

    /// Shows it with the beginning of a line.
    pub fn open_with(&mut self, ctx: &Context, text: &str) {
        self.open = false;
        self.toggle(ctx);
        text.clone_into(&mut self.text);
    }

    /// Hides it.
    pub fn close(&mut self) {
        self.open = false;
        self.text.clear();
    }

    /// Shows it when it is open; gives back what was asked for.
    pub fn show(
        &mut self,
        ctx: &Context,
        session: Option<&Session>,
        canvas: &mut canvas::State,
        can: impl Fn(Command) -> bool,
    ) -> Vec<Request> {
        if !self.open {
            canvas.ghost = None;
            self.look_back(ctx, session, canvas);
            return Vec::new();
        }
        let near = *self.near.get_or_insert_with(|| canvas.camera.landed().center);
        let plan = session.and_then(|session| {
            quick_draw::read(session.project(), session.catalog(), quick_draw::start(session), &self.text)
        });
        let entries = entries::entries(&self.text, session, plan.as_ref(), &can);
        self.chosen = self.chosen.min(entries.len().saturating_sub(1));
        let ran = self.take_keys(ctx, &entries);
        let screen = ctx.content_rect();
        let width = WIDTH.min(screen.width() - 32.0);
        let middle = if session.is_some() { canvas.rect.center().x } else { screen.center().x };
        let left = (middle - width / 2.0).clamp(screen.left() + 8.0, screen.right() - width - 16.0);
        let mut clicked = None;
        let shown = Area::new(Id::unique("palette"))
            .order(Order::Foreground)
            .fixed_pos(Pos2::new(left, screen.top() + 52.0))
            .accessible_name("Palette")
            .show(ctx, |ui| {
                Frame::new()
                    .fill(theme::color(ui, Role::Panel))
                    .stroke(Stroke::new(1.0, theme::color(ui, Role::Edge)))
                    .corner_radius(12.0)
                    .shadow(theme::popup_shadow(ui.visuals().dark_mode))
                    .inner_margin(Margin::same(1))
                    .show(ui, |ui| {
                        ui.set_width(width);
                        ui.spacing_mut().item_spacing = Vec2::new(8.0, 0.0);
                        self.input(ui);
                        if let (Some(plan), Some(session)) = (&plan, session) {
                            plan::understood(ui, plan, session);
                        }
                        clicked = self.list(ui, &entries, plan.as_ref(), session);
                        grammar(ui);
                    });
            });
        let outside = ctx.input(|input| {
            input.pointer.any_pressed()
                && input.pointer.interact_pos().is_some_and(|pos| !shown.response.rect.contains(pos))
        });
        if outside && ctx.cumulative_pass_nr() > self.opened_in + 1 {
            self.close();
        }
        let meant = match entries.get(self.chosen) {
            Some(Entry::Make(meant)) => Some(meant.as_ref()),
            _ => plan.as_ref(),
        };
        if let (Some(session), Some(plan)) = (session, meant) {
            let (ghost, covered) = plan::ghost(session, canvas, plan, near).unzip();
            if canvas.ghost != ghost {
                // The canvas is already drawn in this frame.
                ctx.request_repaint();
            }
            canvas.ghost = ghost;
            let free = Rect::from_min_max(
                Pos2::new(canvas.rect.left(), shown.response.rect.bottom()),
                canvas.rect.max,
            );
            if let Some(covered) = covered.flatten().filter(|covered| self.kept != Some(*covered)) {
                let before = canvas.camera.landed();
                canvas.keep_in_sight(ctx, covered, free);
                let after = canvas.camera.landed();
                if before != after {
                    let first = self.moved.filter(|(_, to)| *to == before).map_or(before, |(first, _)| first);
                    self.moved = Some((first, after));
                }
                self.kept = Some(covered);
            }
        } else {
            canvas.ghost = None;
        }
        match ran.or_else(|| clicked.and_then(|index| entries.get(index).cloned())) {
            Some(entry) => {
                ctx.request_repaint();
                self.run(session, canvas, plan.as_ref(), &entry)
            }
            None => Vec::new(),
        }
    }

    /// The canvas looks where it looked before, unless somebody has moved it since; what was drawn stays in sight.
    fn look_back(&mut self, ctx: &Context, session: Option<&Session>, canvas: &mut canvas::State) {
        let (kept, drew, moved) = (self.kept.take(), self.drew, self.moved.take());
        let now = canvas.camera.landed();
        let before = match moved {
            Some((before, moved_to)) => (moved_to == now).then_some(before),
            None => drew.then_some(now),
        };
        if let (Some(before), Some(session)) = (before, session) {
            let chosen = canvas.frame_of(session, session.selection().items());
            let drawn = kept.into_iter().chain(chosen).reduce(picture::Rect::union).filter(|_| drew);
            canvas.look_back(ctx, session, before, drawn);
        }
        self.near = None;
        self.drew = false;
    }

    fn take_keys(&mut self, ctx: &Context, entries: &[Entry]) -> Option<Entry> {
        let number = entries.len();
        let mut ran = None;
        let mut closed = false;
        ctx.input_mut(|input| {
            if input.consume_key(Modifiers::NONE, Key::Escape) {
                closed = true;
            }
            if input.consume_key(Modifiers::NONE, Key::ArrowDown) && number > 0 {
                self.chosen = (self.chosen + 1) % number;
            }
            if input.consume_key(Modifiers::NONE, Key::ArrowUp) && number > 0 {
                self.chosen = (self.chosen + number - 1) % number;
            }
            let completes =
                entries.iter().skip(self.chosen).find(|entry| matches!(entry, Entry::Complete(_)));
            if let Some(entry) = completes
                && input.consume_key(Modifiers::NONE, Key::Tab)
            {
                ran = Some(entry.clone());
            }
            let draws = entries.iter().any(|entry| matches!(entry, Entry::Draw { .. }));
            let make = entries.iter().find(|entry| matches!(entry, Entry::Make(_)));
            if make.is_some() && input.consume_key(Modifiers::ALT, Key::Enter) {
                ran = make.cloned();
            } else if draws && input.consume_key(Modifiers::COMMAND, Key::Enter) {
                ran = Some(Entry::Draw { both: false, keep: true });
            } else if draws && input.consume_key(Modifiers::SHIFT, Key::Enter) {
                ran = Some(Entry::Draw { both: true, keep: false });
            } else if input.consume_key(Modifiers::NONE, Key::Enter) {
                ran = entries.get(self.chosen).cloned();
            }
        });
        if closed {
            self.close();
        }
        ran
    }

    fn run(
        &mut self,
        session: Option<&Session>,
        canvas: &mut canvas::State,
        plan: Option<&Plan>,
        entry: &Entry,
    ) -> Vec<Request> {
        match entry {
            Entry::Command(command) => {
                self.close();
                vec![Request::Command(*command)]
            }
            Entry::GoTo(item) => {
                self.close();
                vec![Request::Reveal(*item)]
            }
            Entry::Complete(stencil) => {
                self.text = quick_draw::completed(&self.text, stencil);
                self.chosen = 0;
                self.caret_at_end = true;
                Vec::new()
            }
            Entry::Template(template) => {
                self.close();
                vec![Request::NewFromTemplate(template.name.to_owned())]
            }
            Entry::Place(stencil, name) => {
                self.close();
                let Some(session) = session else { return Vec::new() };
                let name = name.as_deref().unwrap_or_default();
                let (items, transaction) = stencils::add_beside_selection(session, canvas, stencil, name);
                vec![Request::Seal, Request::CommitAndSelect(transaction, items)]
            }
            Entry::Draw { both, keep } => {
                let (Some(session), Some(plan)) = (session, plan) else { return Vec::new() };
                let mut plan = plan.clone();
                if let (Plan::Flow(flow), true) = (&mut plan, both) {
                    flow.both_ways = true;
                }
                self.draw(session, canvas, &plan, *keep)
            }
            Entry::Make(plan) => {
                let Some(session) = session else { return Vec::new() };
                self.draw(session, canvas, plan, false)
            }
        }
    }

    fn draw(
        &mut self,
        session: &Session,
        canvas: &mut canvas::State,
        plan: &Plan,
        keep: bool,
    ) -> Vec<Request> {
        let scene = canvas.scene_as_shown(session);
        let near = self.near.unwrap_or(canvas.camera.center);
        let Some((items, transaction)) = plan.transaction(session, &scene, near) else {
            return Vec::new();
        };
        // Somebody who goes on from what is selected types the next name at once.
        let goes_on = matches!(plan, Plan::Flow(flow) if flow.goes_on);
        self.text = if keep && goes_on { "-> ".to_owned() } else { String::new() };
        self.open = keep;
        self.drew = true;
        canvas.ghost = None;
        canvas.focus_wanted = !keep;
        let shown = items.first().copied().filter(|item| !keep && matches!(item, ItemId::Component(_)));
        let mut requests = vec![Request::Seal, Request::CommitAndSelect(transaction, items)];
        requests.extend(shown.map(Request::Reveal));
        requests
    }

    fn input(&mut self, ui: &mut Ui) {
        let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), 56.0));
        let tint = theme::color(ui, Role::TextTertiary);
        icons::paint_at(ui.painter(), "search", Pos2::new(rect.left() + 28.0, rect.center().y), 18.0, tint);
        let esc = widgets::key_caps_width(ui, "Esc");
        let field = Rect::from_min_max(
            Pos2::new(rect.left() + 48.0, rect.top() + 8.0),
            Pos2::new(rect.right() - esc - 28.0, rect.bottom() - 8.0),
        );
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(field));
        let look = Look::CODE_LARGE;
        let hint = look.text("Type a command, a name, or a -> b", tint);
        let mut shown = TextEdit::singleline(&mut self.text)
            .id(Id::unique("palette input"))
            .lock_focus(true)
            .frame(Frame::NONE)
            .font(look.font())
            .hint_text(hint)
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(field.width())
            .min_size(field.size())
            .show(&mut child);
        if std::mem::take(&mut self.caret_at_end) {
            let end = egui::text::CCursor::new(self.text.chars().count());
            shown.state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
            shown.state.store(ui.ctx(), shown.response.response.id);
        }
        let response = shown.response.response.accessible_name("Command or drawing");
        if !response.has_focus() {
            response.request_focus();
        }
        if response.changed() {
            self.chosen = 0;
            // What was understood is shown above, and was drawn already in this frame.
            ui.request_repaint();
        }
        widgets::paint_key_caps(ui, "Esc", Pos2::new(rect.right() - esc - 16.0, rect.center().y), false);
        let line = Stroke::new(1.0, theme::color(ui, Role::Line));
        ui.painter().hline(rect.x_range(), rect.bottom(), line);
    }

    fn list(
        &mut self,
        ui: &mut Ui,
        entries: &[Entry],
        plan: Option<&Plan>,
        session: Option<&Session>,
    ) -> Option<usize> {
        let mut clicked = None;
        ui.add_space(6.0);
        if entries.is_empty() {
            ui.horizontal(|ui| {
                ui.add_space(18.0);
                let words = if quick_draw::begins_with_arrow(&self.text) {
                    "Name what it goes on to; a component or an interface is selected to go on from."
                } else {
                    "Nothing has that name."
                };
                widgets::label(ui, words, Look::BODY, Role::TextTertiary);
            });
            ui.add_space(8.0);
        }
        for (index, entry) in entries.iter().enumerate() {
            let chosen = index == self.chosen;
            let first_draw = plan.is_some() && index == 0;
            let height = if first_draw { 52.0 } else { 36.0 };
            let (_, slot) = ui.allocate_space(Vec2::new(ui.available_width(), height));
            let rect = slot.shrink2(Vec2::new(6.0, 0.0));
            let response = ui.interact(rect, ui.scope_id().with(("entry", index)), Sense::click());
            let (icon, title, note, mut caps) = describe(entry, plan, session);
            let completes = |entry: &Entry| matches!(entry, Entry::Complete(_));
            if completes(entry) && entries.iter().take(index).skip(self.chosen).any(completes) {
                // Tab takes the first from where one stands.
                caps.clear();
            }
            response.widget_info(|| WidgetInfo::selected(Access::ListBoxOption, true, chosen, &title));
            if chosen {
                ui.painter().rect_filled(rect, 8.0, theme::color(ui, Role::AccentSoft));
            } else if response.hovered() {
                ui.painter().rect_filled(rect, 8.0, theme::color(ui, Role::Hover));
            }
            if response.clicked() {
                clicked = Some(index);
            }
            let tint = theme::color(ui, if chosen { Role::Accent } else { Role::TextSecondary });
            let middle = rect.center().y;
            icons::paint_at(ui.painter(), icon, Pos2::new(rect.left() + 21.0, middle), 18.0, tint);
            let mut right = rect.right() - 12.0;
            if !caps.is_empty() {
                right -= widgets::key_caps_width(ui, &caps);
                widgets::paint_key_caps(ui, &caps, Pos2::new(right, middle), false);
                right -= 12.0;
            }
            let quiet = theme::color(ui, Role::TextTertiary);
            if !note.is_empty() && !first_draw {
                right = widgets::put_right(
                    ui.painter(),
                    right,
                    middle,
                    widgets::line(ui, note.as_str(), Look::SMALL, quiet),
                ) - 12.0;
            }
            let left = rect.left() + 42.0;
            let look = if first_draw { Look::BODY_STRONG } else { Look::BODY_MEDIUM };
            let text = widgets::line_within(ui, title, look, theme::color(ui, Role::Text), right - left);
            let lift = if first_draw { 10.0 } else { 0.0 };
            widgets::put_left(ui.painter(), left, middle - lift, text);
            if first_draw {
                let secondary = theme::color(ui, Role::TextSecondary);
                let note = widgets::line_within(ui, note, Look::SMALL, secondary, right - left);
                widgets::put_left(ui.painter(), left, middle + 10.0, note);
            }
        }
        ui.add_space(6.0);
        clicked
    }
}

fn grammar(ui: &mut Ui) {
    widgets::divider(ui);
    Frame::new()
        .fill(theme::color(ui, Role::Raised))
        .corner_radius(egui::CornerRadius { nw: 0, ne: 0, sw: 11, se: 11 })
        .inner_margin(Margin::symmetric(18, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                for (code, what) in [
                    ("a -> b: words", "draw"),
                    ("-> b", "go on"),
                    ("+ name: queue @Data", "add"),
                    ("? text", "question"),
                    ("! text", "threat"),
                ] {
                    widgets::label(ui, code, Look { face: Face::Code, ..Look::KEY }, Role::TextSecondary);
                    widgets::label(ui, what, Look::KEY, Role::TextTertiary);
                    ui.add_space(8.0);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    widgets::label(ui, "choose", Look::SMALL, Role::TextTertiary);
                    widgets::key_caps(ui, "↑ ↓");
                });
            });
        });
}
