//! Every threat of the model as a table: searched, filtered, grouped and sorted; edited by keys where it stands; several
//! marked and changed in one step.
//!
//! The chosen threat is the row of the keyboard, `at` its column. Arrows move; Enter edits the cell; digits rate; a letter
//! sets state and treatment; Space marks; Esc leaves.

use egui::{Key, Modifiers, Sense, Ui, Vec2};

use super::listing::{self, Col, Line, Query};
use super::{State, bulk, filters};
use crate::analysis::risk::{Rating, Register};
use crate::edit::verbs;
use crate::model::{Threat, ThreatId, ThreatStatus, Treatment};
use crate::picture::Role;
use crate::session::{Command, Request};
use crate::studio::icons;
use crate::studio::theme::{self, Look};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button, Column, Field, Table};
use crate::studio::words;

/// What the register remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) query: Query,
    pub(super) marked: std::collections::BTreeSet<ThreatId>,
    /// The column that the keyboard is on.
    at: Option<Col>,
    /// What is typed into the cell that is edited.
    typed: Option<(ThreatId, Col, String)>,
    /// The list that was made last, and of what.
    lines: Vec<Line>,
    made_of: Option<(u64, Query, jiff::civil::Date)>,
    /// The row to bring into sight.
    scroll_to: Option<usize>,
    /// A cell whose list is to open.
    open_list: bool,
}

impl Memory {
    /// Whether letters are for the cell that the keyboard is on.
    pub(super) fn takes_letters(&self) -> bool {
        matches!(self.at, Some(Col::State | Col::Treatment))
    }

    /// The lines, made anew when the model or the question has changed.
    fn refresh(&mut self, ctx: &ViewContext<'_>) {
        let stamp = (ctx.session.revision(), self.query.clone(), ctx.today);
        if self.made_of.as_ref() != Some(&stamp) {
            self.lines = listing::list(ctx.project(), ctx.register(), &self.query, ctx.today);
            self.made_of = Some(stamp);
        }
    }

    fn threats(&self) -> Vec<ThreatId> {
        let ids = self.lines.iter();
        ids.filter_map(|line| if let Line::Threat(id) = line { Some(*id) } else { None }).collect()
    }
}

/// The columns that are shown, in the order of the table.
pub(super) fn columns(ctx: &ViewContext<'_>) -> Vec<Col> {
    let chosen: Vec<Col> = ctx.prefs.register_columns.iter().filter_map(|name| Col::named(name)).collect();
    if !chosen.is_empty() {
        chosen
    } else if ctx.narrow {
        // What there is no room for stands in the detail beside.
        Col::USUAL.into_iter().filter(|column| !matches!(column, Col::Planned | Col::Owner)).collect()
    } else {
        Col::USUAL.to_vec()
    }
}

/// What is listed, for other programs.
pub(super) fn csv(ctx: &ViewContext<'_>, memory: &mut Memory) -> Result<String, String> {
    memory.refresh(ctx);
    listing::csv(ctx.project(), ctx.register(), ctx.today, &memory.lines, &columns(ctx))
        .map_err(|error| format!("The list could not be written: {error}"))
}

/// Draws the table.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    let memory = &mut state.register;
    memory.query.picked = ctx.session.threat_filter().map(|filter| filter.threats.clone());
    memory.marked.retain(|id| ctx.project().threats.contains(*id));
    memory.refresh(ctx);
    head(ui, ctx, memory);
    filters::show(ui, ctx, &mut memory.query);
    if !memory.marked.is_empty() {
        // Under the list: the first mark must not move the rows from under the pointer.
        let frame = egui::Frame::new().inner_margin(egui::Margin { top: 8, bottom: 0, left: 0, right: 0 });
        egui::Panel::bottom("marked threats")
            .resizable(false)
            .show_separator_line(true)
            .frame(frame)
            .show(ui, |ui| bulk::show(ui, ctx, memory));
    }
    memory.refresh(ctx);
    let columns = columns(ctx);
    keys(ui, ctx, memory, &columns);
    ui.add_space(4.0);
    table(ui, ctx, memory, &columns);
}

fn head(ui: &mut Ui, ctx: &mut ViewContext<'_>, memory: &mut Memory) {
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 390.0).clamp(140.0, 420.0);
        let hint = "Search: title, owner, state, target, tag";
        widgets::search_field(ui, "Search threats", hint, width, &mut memory.query.words);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let more =
                Button::quiet("CSV").named("Save what is listed as CSV").icon("table").small().show(ui);
            if more.clicked() {
                ctx.ask(Command::SaveListCsv);
            }
            let chosen = columns(ctx);
            let button = Button::quiet("Columns").icon("table").chevron().small().show(ui);
            egui::Popup::menu(&button)
                .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
                .accessible_name("Columns".to_owned())
                .width(190.0)
                .show(|ui| {
                    ui.set_width(190.0);
                    ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
                    for column in Col::ALL {
                        let on = chosen.contains(&column);
                        let fixed = column == Col::Title;
                        if widgets::menu_item(ui, None, column.label(), "", on, !fixed).clicked() {
                            let keep = |other: &Col| (*other == column) != chosen.contains(other);
                            let names = Col::ALL.iter().filter(|other| keep(other));
                            ctx.prefs.register_columns =
                                names.map(|other| other.label().to_owned()).collect();
                        }
                    }
                    widgets::menu_separator(ui);
                    if widgets::menu_item(ui, None, "The usual ones", "", false, true).clicked() {
                        ctx.prefs.register_columns.clear();
                    }
                });
            let shown = memory.query.group.label();
            widgets::picker(ui, "Group threats", Some("layers"), shown, false, 150.0, |ui| {
                for group in listing::Group::ALL {
                    let on = memory.query.group == group;
                    if widgets::menu_item(ui, None, group.label(), "", on, true).clicked() {
                        memory.query.group = group;
                    }
                }
            });
        });
    });
}

fn keys(ui: &Ui, ctx: &mut ViewContext<'_>, memory: &mut Memory, columns: &[Col]) {
    if memory.typed.is_some() || !widgets::hears_keys(ui) {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let ids = memory.threats();
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::A)) {
        memory.marked = ids.iter().copied().collect();
    }
    let shown = ctx.shown_threat();
    let row = shown.and_then(|shown| ids.iter().position(|id| *id == shown));
    let go = |ctx: &mut ViewContext<'_>, memory: &mut Memory, to: usize| {
        if let Some(id) = ids.get(to.min(ids.len().saturating_sub(1))) {
            ctx.select(vec![(*id).into()]);
            memory.scroll_to = memory.lines.iter().position(|line| *line == Line::Threat(*id));
        }
    };
    let steps: [(Key, isize); 6] = [
        (Key::ArrowDown, 1),
        (Key::ArrowUp, -1),
        (Key::PageDown, 15),
        (Key::PageUp, -15),
        (Key::Home, isize::MIN),
        (Key::End, isize::MAX),
    ];
    for (key, by) in steps {
        if pressed(key) {
            go(ctx, memory, row.map_or(0, |row| row.saturating_add_signed(by)));
            return;
        }
    }
    let place = memory.at.and_then(|at| columns.iter().position(|column| *column == at));
    if pressed(Key::ArrowRight) {
        let next = place.map_or(0, |place| (place + 1).min(columns.len().saturating_sub(1)));
        memory.at = columns.get(next).copied();
    }
    if pressed(Key::ArrowLeft) {
        memory.at =
            place.and_then(|place| place.checked_sub(1)).and_then(|place| columns.get(place)).copied();
    }
    if pressed(Key::Escape) {
        if memory.at.take().is_none() {
            memory.marked.clear();
        }
        return;
    }
    let Some(threat) = row.and_then(|row| ids.get(row)).and_then(|id| ctx.project().threats.get(*id)) else {
        return;
    };
    if pressed(Key::Space) && !memory.marked.remove(&threat.id) {
        memory.marked.insert(threat.id);
    }
    if pressed(Key::Enter) {
        edit(ctx, memory, threat);
    }
    match memory.at {
        Some(column @ (Col::Likelihood | Col::Impact)) => rate(ui, ctx, threat, column),
        Some(column @ (Col::State | Col::Treatment)) => type_to_set(ui, ctx, threat, column),
        _ => {}
    }
}

/// Begins to edit the cell that the keyboard is on.
fn edit(ctx: &ViewContext<'_>, memory: &mut Memory, threat: &Threat) {
    let column = *memory.at.get_or_insert(Col::Title);
    match column {
        Col::Title | Col::Owner | Col::Due | Col::Tags => {
            let text = listing::cell(ctx.project(), ctx.register(), ctx.today, threat, column);
            memory.typed = Some((threat.id, column, text));
        }
        Col::State | Col::Treatment => memory.open_list = true,
        _ => {}
    }
}

/// A digit is the level.
fn rate(ui: &Ui, ctx: &mut ViewContext<'_>, threat: &Threat, column: Col) {
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    for (key, level) in digits.into_iter().zip(1_u8..) {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            let level = Some(f64::from(level));
            let (field, likely) =
                if column == Col::Likelihood { ("likelihood", true) } else { ("impact", false) };
            ctx.commit(verbs::change_threat(ctx.project(), threat.id, field, |threat| {
                if likely { threat.likelihood = level } else { threat.impact = level }
            }));
        }
    }
}

/// The next choice after the current one that begins with a letter.
fn next_by_letter<T: Copy + PartialEq>(
    all: &[T],
    current: T,
    letter: char,
    label: impl Fn(T) -> &'static str,
) -> Option<T> {
    let fits = |choice: &&T| label(**choice).to_lowercase().starts_with(letter);
    let at = all.iter().position(|choice| *choice == current).map_or(0, |at| at + 1);
    let (before, after) = all.split_at(at.min(all.len()));
    after.iter().chain(before).find(fits).copied().filter(|choice| *choice != current)
}

fn type_to_set(ui: &Ui, ctx: &mut ViewContext<'_>, threat: &Threat, column: Col) {
    let typed = ui.input_mut(|input| {
        let mut typed = None;
        input.events.retain(|event| match event {
            egui::Event::Text(text) => {
                typed = text.chars().next().filter(|letter| letter.is_alphabetic());
                typed.is_none()
            }
            _ => true,
        });
        typed
    });
    let Some(letter) = typed.map(|letter| letter.to_ascii_lowercase()) else { return };
    if column == Col::State {
        if let Some(status) =
            next_by_letter(ThreatStatus::ALL, threat.standing(ctx.today), letter, ThreatStatus::label)
        {
            set_status(ctx, &[threat.id], status);
        }
    } else if let Some(treatment) = next_by_letter(Treatment::ALL, threat.treatment, letter, Treatment::label)
    {
        treat(ctx, &[threat.id], treatment);
    }
}

/// Moves threats to a state. Accepting needs somebody who does so: what is missing is said, and asked for.
pub(super) fn set_status(ctx: &mut ViewContext<'_>, ids: &[ThreatId], status: ThreatStatus) {
    let decision = parts::decided(ctx, String::new());
    let change = verbs::set_status(ctx.project(), ids, status, &decision);
    if status == ThreatStatus::Accepted {
        let waiting = not_yet_acceptable(ctx, ids);
        if waiting > 0 {
            let about = words::counted(waiting, "threat is", "threats are");
            ctx.ask(Request::Say(format!(
                "{about} not accepted: an acceptance says who, why and until when. Fill it in under Treatment."
            )));
            if change.is_none() {
                ctx.commit(verbs::treat(ctx.project(), ids, Treatment::Accept, &decision));
            }
        }
    }
    ctx.commit(change);
}

/// How many of them lack a word on who accepts them, why and until when.
fn not_yet_acceptable(ctx: &ViewContext<'_>, ids: &[ThreatId]) -> usize {
    let threats = ids.iter().filter_map(|id| ctx.project().threats.get(*id));
    threats.filter(|threat| !verbs::may_be_accepted(threat, Some(ctx.today))).count()
}

/// Says what is to be done about threats. What waits for an acceptance is open until then, which is said.
pub(super) fn treat(ctx: &mut ViewContext<'_>, ids: &[ThreatId], treatment: Treatment) {
    let decision = parts::decided(ctx, String::new());
    let waiting = not_yet_acceptable(ctx, ids);
    if treatment == Treatment::Accept && waiting > 0 {
        let about = words::counted(waiting, "threat waits", "threats wait");
        ctx.ask(Request::Say(format!(
            "{about} for an acceptance, open until it says who, why and until when. Fill it in under Treatment."
        )));
    }
    ctx.commit(verbs::treat(ctx.project(), ids, treatment, &decision));
}

fn table(ui: &mut Ui, ctx: &mut ViewContext<'_>, memory: &mut Memory, shown: &[Col]) {
    let project = ctx.project();
    let register = ctx.register();
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut columns = vec![Column::exact("", 34.0)];
    columns.extend(shown.iter().map(|column| match column {
        Col::Title => Column::grow(column.label(), 1.0, column.width()),
        other => Column::exact(other.label(), other.width()),
    }));
    let wanted: f32 = shown.iter().map(|column| column.width()).sum::<f32>() + 34.0 + 24.0;
    let room = ui.available_width().max(wanted);
    egui::ScrollArea::horizontal().id_salt("register across").auto_shrink([false, false]).show(ui, |ui| {
        ui.set_width(room);
        let table = Table::new(ui, &columns);
        let (by, falling) = memory.query.sorted.unwrap_or((Col::Now, true));
        let sorted = shown.iter().position(|column| *column == by).map_or(usize::MAX, |at| at + 1);
        if let Some(column) = table.head(ui, Some((sorted, falling)))
            && let Some(column) = column.checked_sub(1).and_then(|at| shown.get(at))
        {
            memory.query.sorted = Some((*column, by == *column && !falling));
        }
        if memory.lines.is_empty() {
            ui.add_space(12.0);
            let words = if project.threats.is_empty() { "No threat yet" } else { "No threat matches" };
            widgets::label(ui, words, Look::BODY, Role::TextTertiary);
        }
        let chosen = ctx.shown_threat();
        let lines = std::mem::take(&mut memory.lines);
        let scroll_to = memory.scroll_to.take();
        table.rows_at(ui, "all threats", lines.len(), scroll_to, |ui, index| match lines.get(index) {
            Some(Line::Head(name, count)) => group_head(ui, memory, name, *count),
            Some(Line::Threat(id)) => {
                if let Some(threat) = project.threats.get(*id) {
                    let selected = ctx.session.selection().contains(threat.id) || chosen == Some(threat.id);
                    row(ui, ctx, memory, &table, (shown, register), threat, (index, selected), &lines);
                }
            }
            None => {}
        });
        memory.lines = lines;
    });
}

fn group_head(ui: &mut Ui, memory: &mut Memory, name: &str, count: usize) {
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), theme::size::ROW));
    let response = ui.interact(rect, ui.scope_id().with(("group", name)), Sense::click());
    let folded = memory.query.folded.contains(name);
    let verb = if folded { "Show" } else { "Fold" };
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} {name}, {count}"))
    });
    if let Some(fill) = widgets::quiet_fill(ui, &response) {
        ui.painter().rect_filled(rect, 6.0, fill);
    }
    let middle = rect.center().y;
    let icon = if folded { "chevron-right" } else { "chevron-down" };
    let tint = theme::color(ui, Role::TextTertiary);
    icons::paint_at(ui.painter(), icon, egui::pos2(rect.left() + 20.0, middle), 14.0, tint);
    let text =
        widgets::line_within(ui, name, Look::HEADING, theme::color(ui, Role::Text), rect.width() - 120.0);
    let right = widgets::put_left(ui.painter(), rect.left() + 34.0, middle, text);
    let number = widgets::line(ui, count.to_string(), Look::BODY, tint);
    widgets::put_left(ui.painter(), right + 8.0, middle, number);
    let line = egui::Stroke::new(1.0, theme::color(ui, Role::Line));
    ui.painter().hline(rect.x_range(), rect.bottom(), line);
    widgets::focus_ring(ui, &response, rect.shrink(2.0), 6.0);
    if response.clicked() && !memory.query.folded.remove(name) {
        memory.query.folded.insert(name.to_owned());
    }
}

fn row(
    ui: &mut Ui,
    ctx: &mut ViewContext<'_>,
    memory: &mut Memory,
    table: &Table<'_>,
    (shown, register): (&[Col], &Register),
    threat: &Threat,
    (index, selected): (usize, bool),
    lines: &[Line],
) {
    let name = format!("{} {}", threat.id, threat.title);
    let response = table.row(ui, (threat.id, index), &name, selected, |cells| {
        cells.ui(|ui| {
            let mut on = memory.marked.contains(&threat.id);
            if widgets::bare_checkbox(ui, &mut on, &format!("Mark {}", threat.id)).changed() {
                if on {
                    memory.marked.insert(threat.id);
                } else {
                    memory.marked.remove(&threat.id);
                }
            }
        });
        for column in shown {
            let here = selected && memory.at == Some(*column);
            let typing =
                here && memory.typed.as_ref().is_some_and(|(id, at, _)| *id == threat.id && *at == *column);
            if here {
                cells.outline();
            }
            if typing {
                cells.ui(|ui| typed_cell(ui, ctx, memory, threat));
            } else if here && matches!(column, Col::State | Col::Treatment) {
                let open = std::mem::take(&mut memory.open_list);
                cells.ui(|ui| list_cell(ui, ctx, threat, *column, open));
            } else {
                plain_cell(cells, ctx, register, threat, *column);
            }
        }
    });
    if response.clicked() {
        let (shift, ctrl) = ui.input(|input| (input.modifiers.shift, input.modifiers.command));
        if shift || ctrl {
            mark_to(ctx, memory, lines, index, shift);
        }
        ctx.select(vec![threat.id.into()]);
        memory.typed = None;
        if let Some(column) =
            response.interact_pointer_pos().and_then(|at| table.column_at(at.x, response.rect))
        {
            memory.at = column.checked_sub(1).and_then(|column| shown.get(column)).copied();
        }
    }
    if response.double_clicked() {
        edit(ctx, memory, threat);
    }
}

/// Shift marks everything from the chosen row to this one; Ctrl marks this one, or takes the mark off.
fn mark_to(ctx: &ViewContext<'_>, memory: &mut Memory, lines: &[Line], index: usize, shift: bool) {
    let from = ctx
        .shown_threat()
        .and_then(|id| lines.iter().position(|line| *line == Line::Threat(id)))
        .filter(|_| shift)
        .unwrap_or(index);
    let range = from.min(index)..=from.max(index);
    for line in lines.get(range).unwrap_or_default() {
        if let Line::Threat(id) = line
            && (shift || !memory.marked.remove(id))
        {
            memory.marked.insert(*id);
        }
    }
}

fn plain_cell(
    cells: &mut widgets::Row<'_>,
    ctx: &ViewContext<'_>,
    register: &Register,
    threat: &Threat,
    column: Col,
) {
    let rating = match column {
        Col::Now => Some(Rating::Current),
        Col::Inherent => Some(Rating::Inherent),
        Col::Planned => Some(Rating::Planned),
        _ => None,
    };
    if let Some(rating) = rating {
        let row = register.row(threat.id);
        match row.and_then(|row| Some((row.risk(rating)?, row.band(rating)?))) {
            Some((risk, band)) => cells.ui(|ui| {
                widgets::badge(ui, band, &format!("{risk:.1}"));
            }),
            None => cells.text("not rated", Look::SMALL, Role::TextTertiary),
        }
        return;
    }
    let text = listing::cell(ctx.project(), register, ctx.today, threat, column);
    let (look, role) = match column {
        Col::Id => (Look::CODE, Role::TextTertiary),
        Col::Title => (Look::BODY_STRONG, Role::Text),
        Col::Due if listing::is_late(threat, ctx.today) => {
            let late = Role::SeverityText(crate::model::Band::High);
            cells.text(&format!("{text}, late"), Look::BODY, late);
            return;
        }
        _ => (Look::BODY, Role::TextSecondary),
    };
    match (text.as_str(), column) {
        ("", Col::Owner) => cells.text("no owner", Look::BODY, Role::TextTertiary),
        ("", Col::Likelihood | Col::Impact) => cells.text("?", Look::BODY, Role::Accent),
        (text, _) => cells.text(text, look, role),
    }
}

/// A cell with a field in it: Enter takes what was typed, Esc leaves it.
fn typed_cell(ui: &mut Ui, ctx: &mut ViewContext<'_>, memory: &mut Memory, threat: &Threat) {
    let Some((_, column, text)) = &mut memory.typed else { return };
    let column = *column;
    let id = ui.make_persistent_id(("cell", threat.id, column));
    let name = format!("{} of {}", column.label(), threat.id);
    let width = ui.available_width() - 6.0;
    let response = Field::new(&name).id(id).width(width).select_all().show(ui, text);
    let (enter, escape) = ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
    let left = response.lost_focus();
    if !left && !response.has_focus() {
        response.request_focus();
    }
    if !left {
        return;
    }
    let typed = text.trim().to_owned();
    memory.typed = None;
    if escape && !enter {
        return;
    }
    let project = ctx.project();
    let change = match column {
        Col::Title => verbs::change_threat(project, threat.id, "title", |threat| threat.title = typed),
        Col::Owner => verbs::change_threat(project, threat.id, "owner", |threat| threat.owner = typed),
        Col::Tags => {
            let tags = typed.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
            let tags: Vec<String> = tags.collect();
            verbs::change_threat(project, threat.id, "tags", |threat| threat.tags = tags)
        }
        Col::Due => match words::parse_day(&typed) {
            Ok(due) => verbs::change_threat(project, threat.id, "due date", |threat| threat.due = due),
            Err(problem) => {
                ctx.ask(Request::Say(problem));
                None
            }
        },
        _ => None,
    };
    ctx.commit(change);
    ctx.ask(Request::Seal);
}

/// A cell with a list of choices.
fn list_cell(ui: &mut Ui, ctx: &mut ViewContext<'_>, threat: &Threat, column: Col, open: bool) {
    let width = ui.available_width() - 6.0;
    let name = format!("{} of {}", column.label(), threat.id);
    let (mut status, mut treatment) = (None, None);
    let standing = threat.standing(ctx.today);
    let shown = match column {
        Col::State if standing != threat.status => "Open again",
        Col::State => standing.label(),
        _ => threat.treatment.label(),
    };
    let response = widgets::picker(ui, &name, None, shown, false, width, |ui| {
        if column == Col::State {
            for choice in ThreatStatus::ALL {
                let on = standing == *choice;
                if widgets::menu_item(ui, None, choice.label(), "", on, true).clicked() && !on {
                    status = Some(*choice);
                }
            }
        } else {
            for choice in Treatment::ALL {
                let on = threat.treatment == *choice;
                if widgets::menu_item(ui, None, choice.label(), "", on, true).clicked() && !on {
                    treatment = Some(*choice);
                }
            }
        }
    });
    if open {
        egui::Popup::open_id(ui.ctx(), egui::Popup::default_response_id(&response));
    }
    if let Some(status) = status {
        set_status(ctx, &[threat.id], status);
    }
    if let Some(treatment) = treatment {
        treat(ctx, &[threat.id], treatment);
    }
}
