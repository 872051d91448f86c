//! The frame around every view: menu bar, rail, status bar.

use egui::{
    Align, Frame, Layout, Panel, Popup, Pos2, Rect, Role as Access, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use crate::analysis::risk::Rating;
use crate::catalog::Severity;
use crate::model::Band;
use crate::picture::Role;
use crate::session::{Command, Group, Request, Session, Step};

use super::regions::{self, Region};
use super::theme::{self, Look, size};
use super::widgets::{self, Button, menu_item, menu_separator};
use super::{icons, keys};

/// What the frame shows of the state of things.
pub struct Shell<'a> {
    /// The open project, if there is one.
    pub session: Option<&'a Session>,
    /// Which step is shown.
    pub step: Step,
    /// The rail has no labels.
    pub narrow: bool,
    /// What undo and redo would take back and do again.
    pub history: [Option<&'a str>; 2],
    /// What stands beside the model's name: "saved 14:02".
    pub saved: &'a str,
    /// When it was saved, and when it was last kept in case of a crash.
    pub kept: &'a str,
    /// What the middle of the status bar says.
    pub status: &'a str,
    /// The zoom of the canvas, 1 is 100 %.
    pub zoom: f32,
    /// A job: its name, the share done, whether it can be cancelled.
    pub job: Option<(String, Option<f32>, Option<Request>)>,
    /// Whether a command can be done now.
    pub can: &'a dyn Fn(Command) -> bool,
    /// Whether a command that switches something is on.
    pub is_on: &'a dyn Fn(Command) -> Option<bool>,
}

fn bar(role: Role, ui: &Ui) -> Frame {
    Frame::new().fill(theme::color(ui, role))
}

impl Shell<'_> {
    /// The menu bar, the rail and the status bar. Gives back what was asked for.
    pub fn show(&self, ui: &mut Ui) -> Vec<Request> {
        let mut asked = Vec::new();
        let frame = bar(Role::Panel, ui);
        Panel::top("menu bar").exact_size(size::MENU_BAR).resizable(false).frame(frame).show(ui, |ui| {
            self.menu_bar(ui, &mut asked);
        });
        Panel::bottom("status bar").exact_size(size::STATUS_BAR).resizable(false).frame(frame).show(
            ui,
            |ui| {
                self.status_bar(ui, &mut asked);
            },
        );
        let rail = if self.narrow { size::RAIL_NARROW } else { size::RAIL };
        Panel::left("rail").exact_size(rail).resizable(false).frame(frame).show(ui, |ui| {
            regions::note(ui, Region::Rail, ui.max_rect());
            self.rail(ui, &mut asked);
        });
        asked
    }

    fn menu_bar(&self, ui: &mut Ui, asked: &mut Vec<Request>) {
        let whole = ui.max_rect();
        let rail = if self.narrow { size::RAIL_NARROW } else { size::RAIL };
        let logo = Pos2::new(whole.left() + rail / 2.0, whole.center().y);
        icons::paint_at(ui.painter(), "threat-studio", logo, 20.0, theme::color(ui, Role::Accent));
        let search_width = if whole.width() > 1180.0 { 290.0 } else { 210.0 };
        let mut left = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(Rect::from_min_max(Pos2::new(whole.left() + rail, whole.top()), whole.max))
                .layout(Layout::left_to_right(Align::Center)),
        );
        left.spacing_mut().item_spacing.x = 0.0;
        let mut menus_end = whole.left() + rail;
        let any_open = Popup::is_any_open(ui.ctx());
        for group in Group::ALL {
            menus_end = self.menu(&mut left, group, any_open, asked);
        }
        let mut right =
            ui.new_child(egui::UiBuilder::new().max_rect(whole).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 4.0;
        right.add_space(10.0);
        let present = Button::plain("Present")
            .icon("presentation")
            .small()
            .hint("The whole window for the model (F11)");
        if present.show(&mut right).clicked() {
            asked.push(Command::FullScreen.into());
        }
        let dark = right.visuals().dark_mode;
        let icon = if dark { "sun" } else { "moon" };
        if widgets::icon_button(&mut right, icon, Command::ToggleTheme.label()).clicked() {
            asked.push(Command::ToggleTheme.into());
        }
        split(&mut right);
        for (command, name) in [(Command::Redo, self.history[1]), (Command::Undo, self.history[0])] {
            let label =
                name.map_or_else(|| command.label().to_owned(), |name| format!("{} {name}", command.label()));
            let caps = keys::caps(command);
            if widgets::tool_button(&mut right, command.icon(), &label, &caps, false, name.is_some())
                .clicked()
            {
                asked.push(command.into());
            }
        }
        right.add_space(4.0);
        if search(&mut right, search_width).clicked() {
            asked.push(Command::Palette.into());
        }
        let right_start = right.min_rect().left();
        self.title(ui, whole, menus_end, right_start);
    }

    fn title(&self, ui: &Ui, whole: Rect, from: f32, to: f32) {
        let Some(session) = self.session else { return };
        let room = (to - from - 32.0).max(0.0);
        if room < 80.0 {
            return;
        }
        let saved = widgets::line(ui, self.saved, Look::SMALL, theme::color(ui, Role::TextTertiary));
        let with_saved = room > 260.0;
        let saved_room = if with_saved { saved.size().x + 10.0 } else { 0.0 };
        let title = widgets::line_within(
            ui,
            session.title(),
            Look::BODY_STRONG,
            theme::color(ui, Role::Text),
            room - saved_room,
        );
        let width = title.size().x + saved_room;
        let left = (whole.center().x - width / 2.0).clamp(from + 16.0, (to - 16.0 - width).max(from + 16.0));
        let end = widgets::put_left(ui.painter(), left, whole.center().y, title);
        if with_saved {
            widgets::put_left(ui.painter(), end + 10.0, whole.center().y, saved);
        }
    }

    fn menu(&self, ui: &mut Ui, group: Group, any_open: bool, asked: &mut Vec<Request>) -> f32 {
        let galley = widgets::line(ui, group.label(), Look::BODY, theme::color(ui, Role::TextSecondary));
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(galley.size().x + 20.0, 28.0), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Access::Button, true, group.label()));
        let id = Popup::default_response_id(&response);
        let open = Popup::is_id_open(ui.ctx(), id);
        if any_open && !open && response.hovered() && is_menu_open(ui) {
            Popup::open_id(ui.ctx(), id);
        }
        ui.data_mut(|data| data.insert_temp(menu_id(group), id));
        if open || response.hovered() {
            ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::Hover));
        }
        widgets::put_center(ui.painter(), rect.center(), galley);
        widgets::focus_ring(ui, &response, rect, 6.0);
        widgets::open_menu(&response, group.label(), 300.0, |ui| {
            let commands = Command::ALL.iter().copied().filter(|command| command.group() == group);
            let commands: Vec<Command> = commands.collect();
            for part in commands.chunk_by(|a, b| submenu_of(*a) == submenu_of(*b)) {
                let Some((name, icon)) = part.first().and_then(|first| submenu_of(*first)) else {
                    for command in part {
                        self.menu_line(ui, *command, begins_part(*command), asked);
                    }
                    continue;
                };
                if part.iter().any(|command| begins_part(*command)) {
                    menu_separator(ui);
                }
                widgets::submenu(ui, icon, name, |ui| {
                    for command in part {
                        self.menu_line(ui, *command, false, asked);
                    }
                });
            }
        });
        rect.right()
    }

    fn menu_line(&self, ui: &mut Ui, command: Command, begins_part: bool, asked: &mut Vec<Request>) {
        if begins_part {
            menu_separator(ui);
        }
        let name = match command {
            Command::Undo => self.history[0],
            Command::Redo => self.history[1],
            _ => None,
        };
        let label =
            name.map_or_else(|| command.label().to_owned(), |name| format!("{} {name}", command.label()));
        let on = (self.is_on)(command).unwrap_or(false);
        let caps = keys::caps(command);
        if menu_item(ui, Some(command.icon()), &label, &caps, on, (self.can)(command)).clicked() {
            asked.push(command.into());
        }
    }

    fn rail(&self, ui: &mut Ui, asked: &mut Vec<Request>) {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add_space(9.0);
        for step in Step::ALL {
            let command = Command::go(step);
            let count = self.session.map_or_else(Default::default, |session| rail_count(session, step));
            let is_on = step == self.step;
            if self.rail_item(ui, command.icon(), step.label(), &keys::caps(command), &count, is_on) {
                asked.push(command.into());
            }
        }
        ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(9.0);
            let caps = keys::caps(Command::FirstSteps);
            if self.rail_item(ui, "circle-help", "Help", &caps, &Default::default(), false) {
                asked.push(Command::FirstSteps.into());
            }
        });
    }

    fn rail_item(
        &self,
        ui: &mut Ui,
        icon: &str,
        name: &str,
        caps: &str,
        (number, sentence): &(usize, String),
        on: bool,
    ) -> bool {
        let number = *number;
        let width = if self.narrow { size::RAIL_NARROW } else { size::RAIL };
        let height = if self.narrow { 48.0 } else { 64.0 };
        let (slot, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::click());
        let rect = slot.shrink2(Vec2::new(8.0, 0.0));
        response.widget_info(|| WidgetInfo::selected(Access::Tab, true, on, name));
        let role = if on { Role::Accent } else { Role::TextSecondary };
        if on {
            ui.painter().rect_filled(rect, 8.0, theme::color(ui, Role::AccentSoft));
            let bar =
                Rect::from_min_size(Pos2::new(slot.left(), rect.top() + 10.0), Vec2::new(3.0, height - 20.0));
            ui.painter().rect_filled(bar, 1.5, theme::color(ui, Role::Accent));
        } else if response.hovered() {
            ui.painter().rect_filled(rect, 8.0, theme::color(ui, Role::Hover));
        }
        let middle = match (self.narrow, number) {
            (false, _) => Pos2::new(rect.center().x, rect.top() + 22.0),
            (true, 0) => rect.center(),
            // Without a label the icon is all there is: the count stands above it.
            (true, _) => rect.center() + Vec2::new(-6.0, 6.0),
        };
        icons::paint_at(ui.painter(), icon, middle, 22.0, theme::color(ui, role));
        if number > 0 {
            widgets::paint_mark_count(ui, number, middle, rect);
        }
        if !self.narrow {
            let role = if on { Role::Text } else { Role::TextSecondary };
            let look = if on {
                Look { face: crate::picture::Face::UiSemibold, ..Look::CAPTION }
            } else {
                Look::CAPTION
            };
            let label = widgets::line(ui, name, look, theme::color(ui, role));
            widgets::put_center(ui.painter(), Pos2::new(rect.center().x, rect.bottom() - 16.0), label);
        }
        widgets::focus_ring(ui, &response, rect, 8.0);
        let clicked = response.clicked();
        if self.narrow || !caps.is_empty() {
            widgets::tooltip(response, name, sentence, caps);
        }
        clicked
    }

    fn status_bar(&self, ui: &mut Ui, asked: &mut Vec<Request>) {
        let whole = ui.max_rect();
        let Some(session) = self.session else { return };
        let mut left = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(whole.shrink2(Vec2::new(8.0, 0.0)))
                .layout(Layout::left_to_right(Align::Center)),
        );
        left.spacing_mut().item_spacing.x = 2.0;
        let counts = super::problems::counts(session);
        let problems = |severity| Request::ShowProblems(severity);
        for (icon, role, number, one, many, request) in [
            (
                "octagon-alert",
                Role::SeverityText(Band::Critical),
                counts.errors,
                "error",
                "errors",
                problems(Severity::Error),
            ),
            (
                "triangle-alert",
                Role::SeverityText(Band::Medium),
                counts.warnings,
                "warning",
                "warnings",
                problems(Severity::Warning),
            ),
            (
                "circle-help",
                Role::Accent,
                counts.questions,
                "question",
                "questions",
                Command::GoThreats.into(),
            ),
        ] {
            let words = if number == 1 { one } else { many };
            if status_count(&mut left, icon, role, number, words) {
                asked.push(request);
            }
        }
        let left_end = left.min_rect().right();
        let mut right = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(whole.shrink2(Vec2::new(14.0, 0.0)))
                .layout(Layout::right_to_left(Align::Center)),
        );
        right.spacing_mut().item_spacing.x = 16.0;
        if whole.width() >= 1100.0 {
            let project = session.project();
            if let Some(due) = project.review_due {
                widgets::label(
                    &mut right,
                    &format!("Review due {}", super::words::day(due)),
                    Look::SMALL,
                    Role::TextSecondary,
                );
            }
            let zoom = format!("Zoom {:.0} %", self.zoom * 100.0);
            widgets::label(&mut right, &zoom, Look::SMALL, Role::TextSecondary);
            let appetite = format!("Appetite {:.1}", project.method.appetite);
            right.spacing_mut().item_spacing.x = 5.0;
            widgets::label(&mut right, &appetite, Look::SMALL, Role::TextSecondary);
            let tint = theme::color(&right, Role::TextSecondary);
            right.spacing_mut().item_spacing.x = 16.0;
            icons::show(&mut right, "shield", 14.0, tint);
        }
        // What is said in between comes before when it was kept.
        let status =
            widgets::line(ui, self.status, Look::SMALL, theme::color(ui, Role::TextTertiary)).size().x;
        let kept = widgets::line(ui, self.kept, Look::SMALL, theme::color(ui, Role::TextSecondary)).size().x;
        let short = super::words::capital(self.saved);
        let tight = right.available_width() - (left_end - whole.left()) - kept - 60.0 < status;
        let kept = if tight { short.as_str() } else { self.kept };
        widgets::label(&mut right, kept, Look::SMALL, Role::TextSecondary).on_hover_text(self.kept);
        if let Some((name, done, cancel)) = &self.job {
            let share = done.map_or_else(String::new, |done| format!(" {:.0} %", done * 100.0));
            if let Some(cancel) = cancel
                && widgets::link(&mut right, "Cancel").clicked()
            {
                asked.push(cancel.clone());
            }
            widgets::label(&mut right, &format!("{name}{share}"), Look::SMALL, Role::Accent);
        }
        let right_start = right.min_rect().left();
        let room = right_start - left_end - 24.0;
        if room > 60.0 && !self.status.is_empty() {
            let text = widgets::line_within(
                ui,
                self.status,
                Look::SMALL,
                theme::color(ui, Role::TextTertiary),
                room,
            );
            // In the middle of the window where they fit there, else in the middle of what is left.
            let half = text.size().x / 2.0 + 12.0;
            let middle = whole.center().x.clamp(left_end + half, (right_start - half).max(left_end + half));
            widgets::put_center(ui.painter(), Pos2::new(middle, whole.center().y), text);
        }
    }
}

fn menu_id(group: Group) -> egui::Id {
    egui::Id::unique("menu of the bar").with(group.label())
}

fn search(ui: &mut Ui, width: f32) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 28.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Access::Button, true, Command::Palette.label()));
    let fill = widgets::quiet_fill(ui, &response).unwrap_or_else(|| theme::color(ui, Role::Raised));
    let edge = Stroke::new(1.0, theme::color(ui, Role::Edge));
    ui.painter().rect(rect, 6.0, fill, edge, egui::StrokeKind::Inside);
    let tint = theme::color(ui, Role::TextTertiary);
    icons::paint_at(ui.painter(), "search", Pos2::new(rect.left() + 17.0, rect.center().y), 15.0, tint);
    let caps = keys::caps(Command::Palette);
    let caps_width = widgets::key_caps_width(ui, &caps);
    let room = width - 34.0 - caps_width - 16.0;
    let words = widgets::line_within(ui, Command::Palette.label(), Look::SMALL, tint, room);
    widgets::put_left(ui.painter(), rect.left() + 34.0, rect.center().y, words);
    widgets::paint_key_caps(ui, &caps, Pos2::new(rect.right() - 8.0 - caps_width, rect.center().y), false);
    widgets::focus_ring(ui, &response, rect, 6.0);
    response
}

/// The upright line between two groups of a bar.
pub fn split(ui: &mut Ui) {
    let (_, rect) = ui.allocate_space(Vec2::new(13.0, 32.0));
    let stroke = Stroke::new(1.0, theme::color(ui, Role::Edge));
    ui.painter().vline(rect.center().x, rect.center().y - 9.0..=rect.center().y + 9.0, stroke);
}

fn status_count(ui: &mut Ui, icon: &str, role: Role, number: usize, words: &str) -> bool {
    let strong =
        widgets::line(ui, super::words::grouped(number), Look::SMALL_STRONG, theme::color(ui, Role::Text));
    let rest = widgets::line(ui, words, Look::SMALL, theme::color(ui, Role::TextSecondary));
    let width = 32.0 + strong.size().x + rest.size().x + 8.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, size::STATUS_BAR), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Access::Button, true, format!("{number} {words}")));
    if response.hovered() {
        ui.painter().rect_filled(rect, 4.0, theme::color(ui, Role::Hover));
    }
    let tint = if number == 0 { Role::TextTertiary } else { role };
    icons::paint_at(
        ui.painter(),
        icon,
        Pos2::new(rect.left() + 13.0, rect.center().y),
        14.0,
        theme::color(ui, tint),
    );
    let x = widgets::put_left(ui.painter(), rect.left() + 24.0, rect.center().y, strong);
    widgets::put_left(ui.painter(), x + 4.0, rect.center().y, rest);
    widgets::focus_ring(ui, &response, rect.shrink(2.0), 4.0);
    response.clicked()
}

/// The menu beside a menu that a command stands in, with its icon: what belongs together and would make the menu longer
/// than a window.
fn submenu_of(command: Command) -> Option<(&'static str, &'static str)> {
    use Command as C;
    Some(match command {
        C::GoSystem
        | C::GoAssets
        | C::GoThreats
        | C::GoRisk
        | C::GoPolicies
        | C::GoSimulate
        | C::GoReport
        | C::NextRegion => ("Go to", "arrow-right"),
        C::FitAll | C::FitSelection | C::ZoomIn | C::ZoomOut | C::ZoomWhole => ("Zoom", "maximize"),
        C::NewView
        | C::RenameView
        | C::DeleteView
        | C::NextView
        | C::PreviousView
        | C::PutIntoView
        | C::PutEndsIntoView
        | C::TakeOutOfView => ("Views of the model", "layers"),
        C::ColourByNothing
        | C::ColourByRisk
        | C::ColourBySensitivity
        | C::ColourByTrust
        | C::ColourByQuestions => ("Colour the diagram by", "eye"),
        C::ToggleOutline | C::ToggleStencils | C::ToggleInspector | C::ToggleProblems => {
            ("Panels", "panel-left")
        }
        _ => return None,
    })
}

/// Where a menu has a line above a command.
fn begins_part(command: Command) -> bool {
    matches!(
        command,
        Command::Save
            | Command::SavePdf
            | Command::SaveDiagramSvg
            | Command::ExportPolicies
            | Command::Reload
            | Command::Cut
            | Command::Delete
            | Command::SelectAll
            | Command::YourName
            | Command::GoSystem
            | Command::ShowRisk
            | Command::ToggleOutline
            | Command::ToggleTheme
            | Command::AddAgent
            | Command::TurnRound
            | Command::DrawZone
            | Command::NewAsset
            | Command::AddNext
            | Command::NewView
            | Command::Find
            | Command::Collapse
            | Command::Pin
            | Command::AlignLeft
            | Command::AlignTop
            | Command::DistributeAcross
            | Command::NewPolicy
            | Command::NextProblem
            | Command::NewReview
            | Command::About
    )
}

/// The number on a step of the rail: what there is to do; and that in words.
fn rail_count(session: &Session, step: Step) -> (usize, String) {
    let project = session.project();
    let number = match step {
        Step::System => super::problems::counts(session).questions,
        Step::Threats => super::problems::counts(session).suggestions,
        Step::Risk => {
            let rows = &session.derived().register().rows;
            rows.iter().filter(|row| row.live && row.is_above_appetite(Rating::Current)).count()
        }
        Step::Policies => {
            use crate::model::PolicyStatus::{Draft, Staged};
            project.policies.iter().filter(|policy| matches!(policy.status, Draft | Staged)).count()
        }
        Step::Assets | Step::Simulate | Step::Report => 0,
    };
    let (one, many) = match step {
        Step::System => ("open question", "open questions"),
        Step::Threats => ("suggestion to decide on", "suggestions to decide on"),
        Step::Risk => ("threat above appetite", "threats above appetite"),
        _ => ("policy not yet in force", "policies not yet in force"),
    };
    let words =
        if number > 0 { format!("{}.", super::words::counted(number, one, many)) } else { String::new() };
    (number, words)
}

fn is_menu_open(ui: &Ui) -> bool {
    Group::ALL.iter().any(|group| {
        let id: Option<egui::Id> = ui.data(|data| data.get_temp(menu_id(*group)));
        id.is_some_and(|id| Popup::is_id_open(ui.ctx(), id))
    })
}
