//! The outline: zones with what stands in them, interfaces, boundary lines, assets, notes. The same model as the canvas, by
//! keyboard and in words: arrows walk, with Shift they select all the way, with Ctrl they leave the selection alone and
//! Ctrl+Space takes a row in or out; left and right fold and unfold zones, Enter goes there, F2 renames, Delete deletes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use egui::{EventFilter, Key, Modifiers, Pos2, Role as Access, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::model::{
    Band, Component, Diagram, Interface, ItemId, NoteKind, Target, ViewId, Zone, ZoneId, plain_word,
};
use crate::picture::scene::component_icon;
use crate::picture::{DiagramScene, Role};
use crate::session::Session;

use super::canvas::Renaming;
use super::canvas::intents::{menu_commands, show_commands};
use super::theme::{self, Look};
use super::views::ViewContext;
use super::{icons, widgets};

/// What the outline remembers.
#[derive(Debug, Default)]
pub struct State {
    filter: String,
    searching: bool,
    folded: BTreeSet<ZoneId>,
    /// Where Shift with an arrow began to select.
    anchor: Option<ItemId>,
    /// The row that is to get the keyboard as soon as it is shown.
    wanted: Option<ItemId>,
    renaming: Option<Renaming>,
    kept: Option<Kept>,
}

/// The lines of one state of the model, and what they were made for.
#[derive(Debug)]
struct Kept {
    revision: u64,
    view: ViewId,
    filter: String,
    folded: BTreeSet<ZoneId>,
    lines: Rc<[Line]>,
}

impl State {
    /// Opens the field for a thing's name in its row.
    pub fn begin_rename(&mut self, item: ItemId, text: String) {
        self.renaming = Some(Renaming::of(item, text));
    }

    /// The name that is being typed in a row.
    pub(super) fn renaming(&self) -> Option<&Renaming> {
        self.renaming.as_ref()
    }

    fn lines(&mut self, session: &Session, scene: Option<&DiagramScene>) -> Rc<[Line]> {
        let (revision, view) = (session.revision(), session.view_id());
        if let Some(kept) = &self.kept
            && kept.revision == revision
            && kept.view == view
            && kept.filter == self.filter
            && kept.folded == self.folded
        {
            return Rc::clone(&kept.lines);
        }
        let lines: Rc<[Line]> = lines(session, scene, &self.filter, &self.folded).into();
        let (filter, folded) = (self.filter.clone(), self.folded.clone());
        self.kept = Some(Kept { revision, view, filter, folded, lines: Rc::clone(&lines) });
        lines
    }

    /// Whether one of its rows has the keyboard.
    pub fn has_keyboard(&self, ctx: &egui::Context) -> bool {
        ctx.memory(egui::Memory::focused)
            .is_some_and(|id| ctx.data(|data| data.get_temp::<bool>(id.with("outline row")).unwrap_or(false)))
    }
}

/// A line of the outline.
#[derive(Debug)]
enum Line {
    Heading { title: &'static str, number: Option<usize>, note: String },
    Zone { id: ZoneId, depth: usize, folded: Option<bool> },
    Item { item: ItemId, depth: usize, icon: &'static str },
    Gap,
}

const HEIGHT: f32 = 30.0;

/// Shows the outline.
pub fn show(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(12.0);
        if state.searching {
            let width = ui.available_width() - 46.0;
            let response = widgets::search_field(ui, "Find in the outline", "Find", width, &mut state.filter);
            if state.filter.is_empty() && !response.has_focus() && !response.gained_focus() {
                response.request_focus();
            }
            if widgets::icon_button(ui, "x", "Close the search").clicked() {
                state.searching = false;
                state.filter.clear();
            }
        } else {
            ui.set_height(32.0);
            widgets::label(ui, "Outline", Look::HEADING, Role::Text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(6.0);
                if widgets::icon_button(ui, "search", "Find in the outline").clicked() {
                    state.searching = true;
                }
            });
        }
    });
    let lines = state.lines(cx.session, cx.scene.as_deref());
    if lines.is_empty() {
        let words = if state.filter.is_empty() {
            "Components, zones, interfaces and assets are listed here as you draw them. Press 1 to 7 for a component, B for a zone."
        } else {
            "Nothing has this name."
        };
        egui::Frame::new().inner_margin(egui::Margin::symmetric(12, 6)).show(ui, |ui| {
            widgets::small(ui, words, Role::TextTertiary);
        });
    }
    // Rows out of sight are not drawn; one that is sought is scrolled to by its number.
    if state.wanted.is_some_and(|item| !cx.project().contains(item)) {
        state.wanted = None;
    }
    let sought = state.wanted.or(cx.reveal);
    let row_of = |item: ItemId| lines.iter().position(|line| line.item() == Some(item));
    let mut area = egui::ScrollArea::vertical().id_salt("outline").auto_shrink([false, false]);
    if let Some(row) = sought.and_then(row_of) {
        let id = ui.scope_id().with("outline rows seen");
        let (top, bottom) = ui.data(|data| data.get_temp(id)).unwrap_or((0.0_f32, f32::INFINITY));
        let (above, below) = (row as f32 * HEIGHT, (row + 1) as f32 * HEIGHT);
        if above < top {
            area = area.vertical_scroll_offset(above);
        } else if below > bottom {
            area = area.vertical_scroll_offset(below - (bottom - top));
        }
    }
    let shown = area.show_rows(ui, HEIGHT, lines.len(), |ui, range| {
        for line in lines.iter().skip(range.start).take(range.len()) {
            show_line(ui, cx, state, line, &lines);
        }
    });
    let seen = (shown.state.clamped_offset().y, shown.state.clamped_offset().y + shown.inner_rect.height());
    ui.data_mut(|data| data.insert_temp(ui.scope_id().with("outline rows seen"), seen));
}

impl Line {
    fn item(&self) -> Option<ItemId> {
        match self {
            Self::Zone { id, .. } => Some((*id).into()),
            Self::Item { item, .. } => Some(*item),
            Self::Heading { .. } | Self::Gap => None,
        }
    }
}

fn lines(
    session: &Session,
    scene: Option<&DiagramScene>,
    filter: &str,
    folded: &BTreeSet<ZoneId>,
) -> Vec<Line> {
    let project = session.project();
    let wanted = plain_word(filter);
    let fits = |item: ItemId| wanted.is_empty() || plain_word(&project.name_of(item)).contains(&wanted);
    let none = BTreeSet::new();
    let mut lines = Vec::new();
    let tree = Tree::of(&project.diagram);
    for root in tree.zones.get(&None).into_iter().flatten() {
        // What is sought shows itself, folded or not.
        let folded = if wanted.is_empty() { folded } else { &none };
        tree.add(root.id, 0, &fits, folded, &mut lines);
    }
    let outside = tree.components.get(&None).into_iter().flatten();
    lines.extend(outside.filter(|component| fits(component.id.into())).map(|component| Line::Item {
        item: component.id.into(),
        depth: 0,
        icon: component_icon(component),
    }));
    let interfaces: Vec<_> = project.diagram.interfaces().filter(|flow| fits(flow.id.into())).collect();
    if !interfaces.is_empty() {
        let crosses_line = |id| scene.is_some_and(|scene| !scene.lines_crossed(id).is_empty());
        let crosses = |flow: &&&Interface| project.diagram.crosses_boundary(flow) || crosses_line(flow.id);
        let crossing = interfaces.iter().filter(crosses).count();
        let note = match crossing {
            0 => String::new(),
            1 => "1 crosses".to_owned(),
            many => format!("{many} cross"),
        };
        lines.push(Line::Gap);
        lines.push(Line::Heading { title: "Interfaces", number: Some(interfaces.len()), note });
        lines.extend(interfaces.iter().map(|flow| Line::Item {
            item: flow.id.into(),
            depth: 0,
            icon: if flow.both_ways { "arrow-left-right" } else { "arrow-right" },
        }));
    }
    let mut list = |title: &'static str, icon: &'static str, items: Vec<ItemId>| {
        if !items.is_empty() {
            lines.push(Line::Gap);
            lines.push(Line::Heading { title, number: Some(items.len()), note: String::new() });
            lines.extend(items.into_iter().map(|item| Line::Item { item, depth: 0, icon }));
        }
    };
    let drawn = project.diagram.lines.iter().map(|line| ItemId::from(line.id));
    list("Boundary lines", "waypoints", drawn.filter(|item| fits(*item)).collect());
    list(
        "Assets",
        "gem",
        project.assets.iter().map(|asset| asset.id.into()).filter(|item| fits(*item)).collect(),
    );
    let notes = project.notes.iter().filter(|note| note.kind == NoteKind::Canvas).map(|note| note.id.into());
    list("Notes", "file", notes.filter(|item| fits(*item)).collect());
    lines
}

/// What stands directly in each zone, and outside of all.
struct Tree<'a> {
    zones: BTreeMap<Option<ZoneId>, Vec<&'a Zone>>,
    components: BTreeMap<Option<ZoneId>, Vec<&'a Component>>,
}

impl<'a> Tree<'a> {
    fn of(diagram: &'a Diagram) -> Self {
        let mut tree = Self { zones: BTreeMap::new(), components: BTreeMap::new() };
        for zone in diagram.zones.iter() {
            tree.zones.entry(zone.parent).or_default().push(zone);
        }
        for component in diagram.components() {
            let zone = component.zone.filter(|zone| diagram.zones.contains(*zone));
            tree.components.entry(zone).or_default().push(component);
        }
        tree
    }

    fn add(
        &self,
        zone: ZoneId,
        depth: usize,
        fits: &impl Fn(ItemId) -> bool,
        folded: &BTreeSet<ZoneId>,
        lines: &mut Vec<Line>,
    ) {
        let at = lines.len();
        for component in self.components.get(&Some(zone)).into_iter().flatten() {
            if fits(component.id.into()) || fits(zone.into()) {
                let item = component.id.into();
                lines.push(Line::Item { item, depth: depth + 1, icon: component_icon(component) });
            }
        }
        // Zones that stand in a ring have no end.
        for inner in self.zones.get(&Some(zone)).into_iter().flatten().filter(|_| depth < 32) {
            self.add(inner.id, depth + 1, fits, folded, lines);
        }
        let holds = lines.len() > at;
        if holds || fits(zone.into()) {
            let is_folded = folded.contains(&zone);
            if is_folded {
                lines.truncate(at);
            }
            lines.insert(at, Line::Zone { id: zone, depth, folded: holds.then_some(is_folded) });
        }
    }
}

fn show_line(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, line: &Line, lines: &[Line]) {
    match line {
        Line::Gap => {
            ui.allocate_space(Vec2::new(ui.available_width(), HEIGHT));
        }
        Line::Heading { title, number, note } => {
            let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), HEIGHT));
            let color = theme::color(ui, Role::Text);
            let tertiary = theme::color(ui, Role::TextTertiary);
            let y = rect.center().y - 3.0;
            let mut x = widgets::put_left(
                ui.painter(),
                rect.left() + 12.0,
                y,
                widgets::line(ui, *title, Look::HEADING, color),
            );
            if let Some(number) = number {
                let text = widgets::line(ui, number.to_string(), Look::BODY, tertiary);
                x = widgets::put_left(ui.painter(), x + 8.0, y, text);
            }
            let look = Look { size: 12.5, ..Look::SMALL };
            let note = widgets::line_within(ui, note.as_str(), look, tertiary, rect.right() - x - 16.0);
            widgets::put_right(ui.painter(), rect.right() - 10.0, y, note);
        }
        Line::Zone { id, depth, folded } => {
            let Some(zone) = cx.project().diagram.zones.get(*id) else { return };
            let place = Row { item: (*id).into(), depth: *depth, folded: *folded };
            row(ui, cx, state, place, lines, |ui, x, middle, _right| {
                widgets::paint_trust_bars(ui, zone.trust, Pos2::new(x, middle));
                x + 21.0
            });
        }
        Line::Item { item, depth, icon } => {
            let place = Row { item: *item, depth: *depth, folded: None };
            row(ui, cx, state, place, lines, |ui, x, middle, selected| {
                let role = if selected { Role::Accent } else { Role::TextSecondary };
                icons::paint_at(ui.painter(), icon, Pos2::new(x + 8.0, middle), 16.0, theme::color(ui, role));
                x + 23.0
            });
        }
    }
}

/// A row and how it hangs in the tree. `folded` is whether a zone with something in it is folded.
#[derive(Clone, Copy)]
struct Row {
    item: ItemId,
    depth: usize,
    folded: Option<bool>,
}

fn row(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    state: &mut State,
    place: Row,
    lines: &[Line],
    mark: impl FnOnce(&Ui, f32, f32, bool) -> f32,
) {
    let Row { item, depth, folded } = place;
    let session = cx.session;
    let (_, slot) = ui.allocate_space(Vec2::new(ui.available_width(), HEIGHT));
    let rect = slot.shrink2(Vec2::new(4.0, 1.0));
    let id = ui.scope_id().with(egui::IdSalt::new(("outline", item)));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    ui.data_mut(|data| data.insert_temp(id.with("outline row"), true));
    let selected = session.selection().contains(item);
    response.widget_info(|| {
        WidgetInfo::selected(
            Access::TreeItem,
            true,
            selected,
            super::canvas::spoken(session, cx.scene.as_deref(), item),
        )
    });
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_level(depth + 1);
        if let Some(folded) = folded {
            node.set_expanded(!folded);
        }
    });
    if selected {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::AccentSoft));
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::Hover));
    }
    let middle = rect.center().y;
    let x = mark(ui, rect.left() + 12.0 + depth as f32 * 14.0, middle, selected);
    if state.renaming.as_ref().is_some_and(|renaming| renaming.item == item) {
        rename_field(ui, cx, state, id, egui::Rect::from_min_max(Pos2::new(x - 4.0, rect.top()), rect.max));
        return;
    }
    let absent = !super::canvas::parts::is_in_view(session, item);
    let mut right = if absent {
        let tint = theme::color(ui, Role::TextTertiary);
        icons::paint_at(ui.painter(), "eye-off", Pos2::new(rect.right() - 17.0, middle), 14.0, tint);
        rect.right() - 28.0
    } else {
        trailing(ui, cx, item, rect.right() - 10.0, middle)
    };
    if folded == Some(true) {
        icons::paint_at(
            ui.painter(),
            "chevron-right",
            Pos2::new(right - 12.0, middle),
            14.0,
            theme::color(ui, Role::TextTertiary),
        );
        right -= 22.0;
    }
    let is_zone = matches!(item, ItemId::Zone(_));
    let look = if is_zone { Look::BODY_MEDIUM } else { Look::BODY };
    let role = match (absent, is_zone) {
        (true, _) => Role::TextTertiary,
        (false, true) => Role::TextSecondary,
        (false, false) => Role::Text,
    };
    let name = short_name(session, item);
    let text = widgets::line_within(ui, name, look, theme::color(ui, role), right - x - 6.0);
    widgets::put_left(ui.painter(), x, middle, text);
    widgets::focus_ring(ui, &response, rect, 6.0);
    if let ItemId::Asset(asset) = item {
        response.dnd_set_drag_payload(super::canvas::Dragged::Asset(asset));
    }
    if state.wanted == Some(item) {
        response.request_focus();
        state.wanted = None;
    }
    keys(ui, cx, state, &response, place, lines);
    if response.double_clicked() {
        state.begin_rename(item, super::canvas::current_name(session, item));
    } else if response.clicked() {
        // From here on arrows walk through the rows; they would nudge what was chosen otherwise.
        response.request_focus();
        let add = ui.input(|input| input.modifiers.shift || input.modifiers.command);
        state.anchor = Some(item);
        if add {
            cx.ask(crate::session::Request::ToggleSelected(item));
        } else {
            cx.reveal(item);
        }
    }
    context_menu(ui, cx, &response, item);
    if absent {
        let how = "Its menu and the inspector put it into this view.";
        widgets::tooltip(response, "Not in this view", how, "");
    }
}

/// Arrows, Home and End walk through the rows; left and right fold and unfold.
fn keys(
    ui: &Ui,
    cx: &mut ViewContext<'_>,
    state: &mut State,
    response: &egui::Response,
    place: Row,
    lines: &[Line],
) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    // Shift selects all the way, Ctrl walks on and leaves the selection as it is; Ctrl+Space then takes a row in or out.
    let held = ui.input(|input| input.modifiers);
    let pressed = |key: Key| ui.input_mut(|input| !held.alt && input.consume_key(held, key));
    let rows: Vec<ItemId> = lines.iter().filter_map(Line::item).collect();
    let at = rows.iter().position(|item| *item == place.item).unwrap_or(0);
    let mut next = None;
    if pressed(Key::ArrowDown) {
        next = rows.get(at + 1);
    } else if pressed(Key::ArrowUp) {
        next = at.checked_sub(1).and_then(|at| rows.get(at));
    } else if pressed(Key::Home) {
        next = rows.first();
    } else if pressed(Key::End) {
        next = rows.last();
    } else if pressed(Key::ArrowLeft) {
        if let (ItemId::Zone(zone), Some(false)) = (place.item, place.folded) {
            state.folded.insert(zone);
            ui.request_repaint();
        } else {
            // Up to the zone that it hangs under.
            let above = lines.iter().position(|line| line.item() == Some(place.item)).unwrap_or(0);
            next = lines.iter().take(above).rev().find_map(|line| match line {
                Line::Zone { id, depth, .. } if *depth < place.depth => {
                    rows.iter().find(|item| **item == ItemId::from(*id))
                }
                _ => None,
            });
        }
    } else if pressed(Key::ArrowRight) {
        match (place.item, place.folded) {
            (ItemId::Zone(zone), Some(true)) => {
                state.folded.remove(&zone);
                ui.request_repaint();
            }
            (ItemId::Zone(_), Some(false)) => next = rows.get(at + 1),
            _ => {}
        }
    }
    if let Some(next) = next {
        state.wanted = Some(*next);
        if held.shift {
            let anchor = *state.anchor.get_or_insert(place.item);
            let row = |item: ItemId| rows.iter().position(|row| *row == item).unwrap_or(at);
            let (from, to) = (row(anchor), row(*next));
            let between = rows.get(from.min(to)..=from.max(to)).unwrap_or_default();
            // What the keyboard came to is chosen last.
            let others = between.iter().filter(|item| *item != next);
            cx.select(others.chain([next]).copied());
        } else if !held.command {
            state.anchor = None;
            cx.select([*next]);
        }
        ui.request_repaint();
    }
}

fn context_menu(ui: &Ui, cx: &mut ViewContext<'_>, response: &egui::Response, item: ItemId) {
    let by_key = response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::F10));
    if response.secondary_clicked() || by_key {
        cx.select([item]);
    }
    widgets::context_menu(response, response.rect.left_bottom(), by_key, |ui| {
        show_commands(ui, cx, menu_commands(Some(item)));
    });
}

/// The field in the row of what is renamed.
fn rename_field(ui: &mut Ui, cx: &mut ViewContext<'_>, state: &mut State, row: egui::Id, rect: egui::Rect) {
    let Some(renaming) = &mut state.renaming else { return };
    let item = renaming.item;
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    let name = if matches!(item, ItemId::Interface(_)) { "New protocol" } else { "New name" };
    let response = widgets::Field::new(name)
        .id(row.with("field"))
        .width(rect.width())
        .height(rect.height())
        .select_all()
        .show(&mut child, &mut renaming.text);
    if !renaming.focused {
        response.request_focus();
        renaming.focused = true;
        return;
    }
    if response.has_focus() {
        return;
    }
    if !ui.input(|input| input.key_pressed(Key::Escape)) {
        cx.commit(super::canvas::names::named(cx.session.project(), renaming, renaming.text.trim()));
    }
    state.renaming = None;
    state.wanted = Some(item);
    ui.request_repaint();
}

/// An interface by the first words of its ends: the outline is narrow.
fn short_name(session: &Session, item: ItemId) -> String {
    let project = session.project();
    let ItemId::Interface(id) = item else {
        // A note may have many lines.
        return project.name_of(item).lines().next().unwrap_or_default().to_owned();
    };
    let Some(interface) = project.diagram.interface(id) else { return project.name_of(item) };
    let short = |end: Option<crate::model::ComponentId>| {
        let name = end.map_or_else(|| "nothing".to_owned(), |end| project.name_of(end.into()));
        name.split('_').next().map_or_else(|| name.clone(), str::to_owned)
    };
    let arrow = if interface.both_ways { "↔" } else { "→" };
    format!("{} {arrow} {}", short(interface.from), short(interface.to))
}

/// The worst sign and the count at the right of a row; for zones the trust, for boundary lines how many
/// interfaces cross them, for assets the sensitivity. Gives back where
/// the name must end.
fn trailing(ui: &Ui, cx: &ViewContext<'_>, item: ItemId, right: f32, middle: f32) -> f32 {
    let (session, project) = (cx.session, cx.project());
    let quiet = theme::color(ui, Role::TextTertiary);
    let words = match item {
        ItemId::Zone(id) => project.diagram.zones.get(id).map(|zone| format!("trust {}", zone.trust)),
        ItemId::Line(id) => cx.scene.as_ref().map(|scene| match scene.crossing(id).len() {
            0 => String::new(),
            1 => "1 crosses".to_owned(),
            many => format!("{many} cross"),
        }),
        ItemId::Asset(id) => project.assets.get(id).map(|asset| {
            asset.classified().map_or("not classified", crate::model::Sensitivity::label).to_owned()
        }),
        _ => None,
    };
    if let Some(words) = words {
        return widgets::put_right(ui.painter(), right, middle, widgets::line(ui, words, Look::SMALL, quiet));
    }
    let Ok(target) = Target::try_from(item) else { return right };
    let Some(risk) =
        session.derived().register().by_target.get(&target).filter(|risk| !risk.threats.is_empty())
    else {
        return right;
    };
    let text =
        widgets::line(ui, risk.threats.len().to_string(), Look::BODY_STRONG, theme::color(ui, Role::Text));
    let left = widgets::put_right(ui.painter(), right, middle, text);
    if let Some(band) = risk.band {
        widgets::paint_sign(ui, band, Pos2::new(left - 12.0, middle), 12.0);
    } else {
        let ring = Stroke::new(1.0, theme::color(ui, Role::SeverityMark(Band::VeryLow)));
        ui.painter().circle_stroke(Pos2::new(left - 12.0, middle), 4.0, ring);
    }
    left - 22.0
}
