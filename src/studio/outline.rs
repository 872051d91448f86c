//! The outline: zones with what stands in them, interfaces, assets. The same model as the canvas, by keyboard and in words.

use egui::{Pos2, Role as Access, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::model::{Band, ItemId, Target, ZoneId, plain_word};
use crate::picture::Role;
use crate::picture::scene::kind_icon;
use crate::session::Session;

use super::theme::{self, Look};
use super::views::ViewContext;
use super::{icons, widgets};

/// What the outline remembers.
#[derive(Debug, Default)]
pub struct State {
    filter: String,
    searching: bool,
}

/// A line of the outline.
enum Line {
    Heading { title: &'static str, number: Option<usize>, note: String },
    Zone { id: ZoneId, depth: usize },
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
    let lines = lines(cx.session, &state.filter);
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
    let reveal = cx.reveal;
    egui::ScrollArea::vertical().id_salt("outline").auto_shrink([false, false]).show_rows(
        ui,
        HEIGHT,
        lines.len(),
        |ui, range| {
            for line in lines.iter().skip(range.start).take(range.len()) {
                show_line(ui, cx, line, reveal);
            }
        },
    );
}

fn lines(session: &Session, filter: &str) -> Vec<Line> {
    let project = session.project();
    let wanted = plain_word(filter);
    let fits = |item: ItemId| wanted.is_empty() || plain_word(&project.name_of(item)).contains(&wanted);
    let mut lines = Vec::new();
    let outside = project.diagram.components().filter(|component| {
        component.zone.is_none_or(|zone| !project.diagram.zones.contains(zone)) && fits(component.id.into())
    });
    let mut zones: Vec<ZoneId> = Vec::new();
    let roots = project.diagram.zones.iter().filter(|zone| zone.parent.is_none());
    zones.extend(roots.map(|zone| zone.id));
    for zone in zones {
        add_zone(session, zone, 0, &fits, &mut lines);
    }
    lines.extend(outside.map(|component| Line::Item {
        item: component.id.into(),
        depth: 0,
        icon: kind_icon(component.kind),
    }));
    let interfaces: Vec<_> = project.diagram.interfaces().filter(|flow| fits(flow.id.into())).collect();
    if !interfaces.is_empty() {
        let crossing = interfaces.iter().filter(|flow| project.diagram.crosses_boundary(flow)).count();
        let note = match crossing {
            0 => String::new(),
            1 => "1 crosses a boundary".to_owned(),
            many => format!("{many} cross a boundary"),
        };
        lines.push(Line::Gap);
        lines.push(Line::Heading { title: "Interfaces", number: Some(interfaces.len()), note });
        lines.extend(interfaces.iter().map(|flow| Line::Item {
            item: flow.id.into(),
            depth: 0,
            icon: if flow.both_ways { "arrow-left-right" } else { "arrow-right" },
        }));
    }
    let assets: Vec<_> = project.assets.iter().filter(|asset| fits(asset.id.into())).collect();
    if !assets.is_empty() {
        lines.push(Line::Gap);
        lines.push(Line::Heading { title: "Assets", number: Some(assets.len()), note: String::new() });
        lines.extend(assets.iter().map(|asset| Line::Item { item: asset.id.into(), depth: 0, icon: "gem" }));
    }
    lines
}

fn add_zone(
    session: &Session,
    zone: ZoneId,
    depth: usize,
    fits: &impl Fn(ItemId) -> bool,
    lines: &mut Vec<Line>,
) {
    let project = session.project();
    let at = lines.len();
    let inner = project.diagram.zones.iter().filter(|inner| inner.parent == Some(zone) && depth < 32);
    for component in project.diagram.components().filter(|component| component.zone == Some(zone)) {
        if fits(component.id.into()) || fits(zone.into()) {
            let item = component.id.into();
            lines.push(Line::Item { item, depth: depth + 1, icon: kind_icon(component.kind) });
        }
    }
    for inner in inner {
        add_zone(session, inner.id, depth + 1, fits, lines);
    }
    if lines.len() > at || fits(zone.into()) {
        lines.insert(at, Line::Zone { id: zone, depth });
    }
}

fn show_line(ui: &mut Ui, cx: &mut ViewContext<'_>, line: &Line, reveal: Option<ItemId>) {
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
        Line::Zone { id, depth } => {
            let Some(zone) = cx.project().diagram.zones.get(*id) else { return };
            row(ui, cx, (*id).into(), *depth, reveal, |ui, x, middle, _right| {
                widgets::paint_trust_bars(ui, zone.trust, Pos2::new(x, middle));
                x + 21.0
            });
        }
        Line::Item { item, depth, icon } => {
            row(ui, cx, *item, *depth, reveal, |ui, x, middle, selected| {
                let role = if selected { Role::Accent } else { Role::TextSecondary };
                icons::paint_at(ui.painter(), icon, Pos2::new(x + 8.0, middle), 16.0, theme::color(ui, role));
                x + 23.0
            });
        }
    }
}

fn row(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    item: ItemId,
    depth: usize,
    reveal: Option<ItemId>,
    mark: impl FnOnce(&Ui, f32, f32, bool) -> f32,
) {
    let session = cx.session;
    let (_, slot) = ui.allocate_space(Vec2::new(ui.available_width(), HEIGHT));
    let rect = slot.shrink2(Vec2::new(4.0, 1.0));
    let response =
        ui.interact(rect, ui.scope_id().with(egui::IdSalt::new(("outline", item))), Sense::click());
    let selected = session.selection().contains(item);
    response.widget_info(|| {
        WidgetInfo::selected(Access::TreeItem, true, selected, super::canvas::spoken(session, item))
    });
    if selected {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::AccentSoft));
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::Hover));
    }
    let middle = rect.center().y;
    let x = mark(ui, rect.left() + 12.0 + depth as f32 * 14.0, middle, selected);
    let right = trailing(ui, session, item, rect.right() - 10.0, middle);
    let is_zone = matches!(item, ItemId::Zone(_));
    let look = if is_zone { Look::BODY_MEDIUM } else { Look::BODY };
    let role = if is_zone { Role::TextSecondary } else { Role::Text };
    let name = short_name(session, item);
    let text = widgets::line_within(ui, name, look, theme::color(ui, role), right - x - 6.0);
    widgets::put_left(ui.painter(), x, middle, text);
    widgets::focus_ring(ui, &response, rect, 6.0);
    if response.clicked() {
        let add = ui.input(|input| input.modifiers.shift || input.modifiers.command);
        if add {
            cx.ask(crate::session::Request::ToggleSelected(item));
        } else {
            cx.reveal(item);
        }
    }
    if reveal == Some(item) {
        ui.scroll_to_rect(rect, None);
    }
}

/// An interface by the first words of its ends: the outline is narrow.
fn short_name(session: &Session, item: ItemId) -> String {
    let project = session.project();
    let ItemId::Interface(id) = item else { return project.name_of(item) };
    let Some(interface) = project.diagram.interface(id) else { return project.name_of(item) };
    let short = |end: Option<crate::model::ComponentId>| {
        let name = end.map_or_else(|| "nothing".to_owned(), |end| project.name_of(end.into()));
        name.split('_').next().map_or_else(|| name.clone(), str::to_owned)
    };
    let arrow = if interface.both_ways { "↔" } else { "→" };
    format!("{} {arrow} {}", short(interface.from), short(interface.to))
}

/// The worst sign and the count at the right of a row; for zones the trust, for assets the sensitivity. Gives back where
/// the name must end.
fn trailing(ui: &Ui, session: &Session, item: ItemId, right: f32, middle: f32) -> f32 {
    let project = session.project();
    let quiet = theme::color(ui, Role::TextTertiary);
    let words = match item {
        ItemId::Zone(id) => project.diagram.zones.get(id).map(|zone| format!("trust {}", zone.trust)),
        ItemId::Asset(id) => project.assets.get(id).map(|asset| asset.sensitivity.label().to_owned()),
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
