//! Choosing one of several: a field with a chevron that opens a list; the items of menus.

use egui::containers::menu::{MenuState, SubMenu};
use egui::{
    Popup, PopupCloseBehavior, Pos2, Rect, Response, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo,
};

use crate::picture::Role;
use crate::studio::theme::{self, Look, size};
use crate::studio::{icons, paint};

use super::{focus_ring, key_caps_width, line_within, paint_key_caps, put_left, quiet_fill};

/// A field that opens a list; `name` is for screen readers, `shown` stands in it, `unknown` makes it dashed.
pub fn picker(
    ui: &mut Ui,
    name: &str,
    icon: Option<&str>,
    shown: &str,
    unknown: bool,
    width: f32,
    list: impl FnOnce(&mut Ui),
) -> Response {
    let response = picker_field(ui, name, icon, shown, unknown, width);
    open_menu(&response, name, width.max(160.0), list);
    response
}

/// A field that opens a list of many lines, each with its icon, and a field over them to type a part of the wanted one.
/// Gives the place of the line that was taken.
pub fn searched_picker(
    ui: &mut Ui,
    name: &str,
    icon: Option<&str>,
    (shown, width): (&str, f32),
    lines: impl FnOnce() -> Vec<(&'static str, String)>,
) -> Option<usize> {
    let response = picker_field(ui, name, icon, shown, false, width);
    let typed_id = response.id.with("typed");
    let field = response.id.with("find");
    let list_width = width.max(280.0);
    let room = ui.ctx().content_rect().bottom() - response.rect.bottom() - 100.0;
    let popup = Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(name.to_owned())
        .width(list_width)
        .gap(4.0)
        .show(|ui| {
            ui.set_width(list_width);
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
            let before: Option<String> = ui.data(|data| data.get_temp(typed_id));
            let opens = before.is_none();
            let mut typed = before.unwrap_or_default();
            let lines = lines();
            let wanted: Vec<String> = typed.to_lowercase().split_whitespace().map(str::to_owned).collect();
            let fits = |line: &str| {
                let line = line.to_lowercase();
                wanted.iter().all(|word| line.contains(word))
            };
            let found: Vec<usize> = lines
                .iter()
                .enumerate()
                .filter(|(_, (_, line))| wanted.is_empty() || fits(line))
                .map(|(place, _)| place)
                .collect();
            let walk = super::walk(ui, field, found.len());
            let entered = ui.input(|input| input.key_pressed(egui::Key::Enter));
            let find = super::Field::new("Find in the list")
                .id(field)
                .hint("Type a part of the name")
                .icon("search")
                .width(list_width)
                .show(ui, &mut typed);
            if opens {
                find.request_focus();
            }
            // Enter takes the line that the arrows are on, or the first that fits.
            let at = if walk.taken { walk.at } else { (entered && !wanted.is_empty()).then_some(0) };
            let mut taken = at.and_then(|at| found.get(at)).copied();
            ui.data_mut(|data| data.insert_temp(typed_id, typed));
            ui.add_space(4.0);
            if found.is_empty() {
                super::small(ui, "Nothing is called so", Role::TextTertiary);
            }
            egui::ScrollArea::vertical().max_height(room.clamp(160.0, 480.0)).show_rows(
                ui,
                MENU_LINE,
                found.len(),
                |ui, range| {
                    ui.set_width(list_width);
                    for at in range {
                        let Some((place, (icon, line))) =
                            found.get(at).and_then(|place| Some((*place, lines.get(*place)?)))
                        else {
                            continue;
                        };
                        let reached = walk.at == Some(at);
                        if walked_item(ui, Some(*icon), line, line == shown, reached).clicked() {
                            taken = Some(place);
                        }
                    }
                },
            );
            if taken.is_some() {
                ui.close();
            }
            taken
        });
    if popup.is_none() {
        ui.data_mut(|data| data.remove::<String>(typed_id));
    }
    popup.and_then(|popup| popup.inner)
}

/// How high a line of a menu is, in points.
const MENU_LINE: f32 = 30.0;

fn picker_field(
    ui: &mut Ui,
    name: &str,
    icon: Option<&str>,
    shown: &str,
    unknown: bool,
    width: f32,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, size::BUTTON), Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Access::ComboBox, ui.is_enabled(), name);
        info.current_text_value = Some(shown.to_owned());
        info
    });
    if ui.is_rect_visible(rect) {
        let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
        let fill = if unknown {
            theme::color(ui, Role::AccentSoft)
        } else {
            quiet_fill(ui, &response).unwrap_or_else(|| theme::color(ui, Role::Field))
        };
        if unknown {
            ui.painter().rect_filled(rect, 6.0, fill);
            let edge = Stroke::new(1.0, theme::color(ui, Role::Accent));
            paint::dashed_rect(ui.painter(), rect.shrink(0.5), 6.0, edge, 4.0, 3.0);
        } else {
            let role = if open { Role::Accent } else { Role::Control };
            let edge = Stroke::new(1.0, theme::color(ui, role));
            ui.painter().rect(rect, 6.0, fill, edge, StrokeKind::Inside);
        }
        let mut x = rect.left() + 9.0;
        let icon = if unknown { Some("circle-help") } else { icon };
        if let Some(icon) = icon {
            let role = if unknown { Role::Accent } else { Role::TextSecondary };
            icons::paint_at(
                ui.painter(),
                icon,
                Pos2::new(x + 7.0, rect.center().y),
                14.0,
                theme::color(ui, role),
            );
            x += 21.0;
        }
        let text = line_within(ui, shown, Look::BODY, theme::color(ui, Role::Text), rect.right() - 28.0 - x);
        put_left(ui.painter(), x, rect.center().y, text);
        let tint = theme::color(ui, Role::TextTertiary);
        icons::paint_at(
            ui.painter(),
            "chevron-down",
            Pos2::new(rect.right() - 16.0, rect.center().y),
            14.0,
            tint,
        );
        focus_ring(ui, &response, rect, 6.0);
    }
    response
}

/// No menu is made wider than this for its words; longer ones are cut.
const WIDEST_MENU: f32 = 560.0;

/// Where the items of the menu that is shown note how wide they would be.
fn widest_item() -> egui::Id {
    egui::Id::unique("widest item of the menu")
}

/// The list under something that opens one: at least so wide, wider where its words need it.
pub fn open_menu(response: &Response, name: &str, width: f32, list: impl FnOnce(&mut Ui)) {
    // As long as the room over or under what opens it; longer lists scroll.
    let whole = response.ctx.content_rect();
    let width = menu_width(&response.ctx, response.id, width);
    let room = (whole.bottom() - response.rect.bottom()).max(response.rect.top() - whole.top()) - 40.0;
    Popup::menu(response)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .accessible_name(name.to_owned())
        .width(width)
        .gap(4.0)
        .show(|ui| menu_lines(ui, response.id, (width, room), list));
}

/// A line of a menu that opens a menu beside it: under the pointer, by a click, by Enter or the right arrow.
pub fn submenu(ui: &mut Ui, icon: &str, name: &str, list: impl FnOnce(&mut Ui)) {
    let opens = SubMenu::id_from_widget_id(ui.next_auto_id());
    if MenuState::from_ui(ui, |state, _| state.open_item == Some(opens)) {
        let line = Rect::from_min_size(ui.cursor().min, Vec2::new(ui.available_width(), MENU_LINE));
        ui.painter().rect_filled(line, 6.0, theme::color(ui, Role::Hover));
    }
    let response = menu_item(ui, Some(icon), name, "", false, true);
    let tip = Pos2::new(response.rect.right() - 14.0, response.rect.center().y);
    icons::paint_at(ui.painter(), "chevron-right", tip, 14.0, theme::color(ui, Role::TextSecondary));
    let width = menu_width(ui.ctx(), response.id, 240.0);
    let room = ui.ctx().content_rect().height() - 40.0;
    SubMenu::new().show(ui, &response, |ui| menu_lines(ui, response.id, (width, room), list));
}

/// How wide a menu is that is not to be narrower than `least`: as its widest line was when it was laid out before.
fn menu_width(ctx: &egui::Context, menu: egui::Id, least: f32) -> f32 {
    let needed = ctx.data(|data| data.get_temp::<f32>(known_width(menu))).unwrap_or(0.0);
    least.max(needed.min(WIDEST_MENU).min(ctx.content_rect().width() - 40.0))
}

fn known_width(menu: egui::Id) -> egui::Id {
    menu.with("width of the menu")
}

/// The lines of a menu, which scroll where they are longer than the room.
fn menu_lines(ui: &mut Ui, menu: egui::Id, (width, room): (f32, f32), list: impl FnOnce(&mut Ui)) {
    ui.set_width(width);
    ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
    let room = room.max(160.0);
    // Else the first layout takes no more than what areas get by default, and later ones keep that.
    ui.set_max_height(room);
    // A menu beside this one is laid out among its lines and keeps its own count.
    let outer = ui.data_mut(|data| std::mem::take(data.get_temp_mut_or_default::<f32>(widest_item())));
    egui::ScrollArea::vertical().max_height(room).show(ui, |ui| {
        ui.set_width(width);
        list(ui);
    });
    let widest = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default(widest_item()), outer));
    let before =
        ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default(known_width(menu)), widest));
    if (widest - before).abs() > 0.5 {
        ui.request_repaint();
    }
}

/// The menu of a thing: under the pointer when it is opened with the other button, and at `at` when `by_key` opens it.
pub fn context_menu(response: &Response, at: Pos2, by_key: bool, list: impl FnOnce(&mut Ui)) {
    let key_opened = response.id.with("menu by key");
    let ctx = &response.ctx;
    if by_key || response.secondary_clicked() {
        ctx.data_mut(|data| data.insert_temp(key_opened, by_key));
    }
    let menu = Popup::context_menu(response);
    let menu = if ctx.data(|data| data.get_temp(key_opened).unwrap_or(false)) {
        let open = by_key.then_some(egui::SetOpenCommand::Bool(true));
        menu.at_position(at).open_memory(open)
    } else {
        menu
    };
    let width = menu_width(ctx, response.id, 264.0);
    let room = ctx.content_rect().height() - 40.0;
    menu.width(width).show(|ui| menu_lines(ui, response.id, (width, room), list));
}

/// Whether single keys are for the view: nothing is typed and no list is open, nor was when the frame began.
pub fn hears_keys(ui: &Ui) -> bool {
    let ctx = ui.ctx();
    !ctx.egui_wants_keyboard_input() && !Popup::is_any_open(ctx) && !had_open_list(ctx)
}

fn open_list_id() -> egui::Id {
    egui::Id::unique("a list was open when the frame began")
}

/// Keeps in mind, as a frame begins, whether a list is open, or something else covers the view: the key that closes it is
/// not for the view under it.
pub fn remember_open_list(ctx: &egui::Context, is_covered: bool) {
    let frame = ctx.cumulative_frame_nr();
    // A frame may be laid out more than once with the same keys.
    let open = is_covered || Popup::is_any_open(ctx) || had_open_list(ctx);
    ctx.data_mut(|data| data.insert_temp(open_list_id(), (frame, open)));
}

fn had_open_list(ctx: &egui::Context) -> bool {
    let frame = ctx.cumulative_frame_nr();
    ctx.data(|data| data.get_temp(open_list_id())).is_some_and(|(at, open): (u64, bool)| open && at == frame)
}

/// A line of a menu: icon, words, keys; chosen ones have a tick.
pub fn menu_item(
    ui: &mut Ui,
    icon: Option<&str>,
    label: &str,
    keys: &str,
    chosen: bool,
    enabled: bool,
) -> Response {
    drawn_item(ui, icon, label, keys, Mark { chosen, reached: false }, enabled)
}

/// A line of a list that is walked by keys: the one that they are on stands out as under the pointer.
pub fn walked_item(ui: &mut Ui, icon: Option<&str>, label: &str, chosen: bool, reached: bool) -> Response {
    drawn_item(ui, icon, label, "", Mark { chosen, reached }, true)
}

struct Mark {
    /// It has a tick.
    chosen: bool,
    /// The keys are on it.
    reached: bool,
}

fn drawn_item(
    ui: &mut Ui,
    icon: Option<&str>,
    label: &str,
    keys: &str,
    Mark { chosen, reached }: Mark,
    enabled: bool,
) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), MENU_LINE), sense);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Access::MenuItem, enabled, label);
        if chosen || reached {
            info.selected = Some(true);
        }
        info
    });
    let words = super::line(ui, label, Look::BODY, egui::Color32::PLACEHOLDER).size().x;
    let beside = [icon.map(|_| 24.0), chosen.then_some(22.0)].into_iter().flatten().sum::<f32>();
    let caps = if keys.is_empty() { 0.0 } else { key_caps_width(ui, keys) + 12.0 };
    let needed = (words + beside + caps + 18.0).ceil();
    ui.data_mut(|data| {
        let widest = data.get_temp_mut_or_default::<f32>(widest_item());
        *widest = widest.max(needed);
    });
    if ui.is_rect_visible(rect) {
        if enabled && (reached || response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::Hover));
        }
        let role = if enabled { Role::Text } else { Role::TextDisabled };
        let mut x = rect.left() + 8.0;
        if let Some(icon) = icon.filter(|icon| !icon.is_empty()) {
            let tint = theme::color(ui, if enabled { Role::TextSecondary } else { Role::TextDisabled });
            icons::paint_at(ui.painter(), icon, Pos2::new(x + 8.0, rect.center().y), 16.0, tint);
        }
        if icon.is_some() {
            x += 24.0;
        }
        let mut right = rect.right() - 8.0;
        if chosen {
            icons::paint_at(
                ui.painter(),
                "check",
                Pos2::new(right - 7.0, rect.center().y),
                14.0,
                theme::color(ui, Role::Accent),
            );
            right -= 22.0;
        }
        if !keys.is_empty() {
            right -= key_caps_width(ui, keys);
            paint_key_caps(ui, keys, Pos2::new(right, rect.center().y), false);
            right -= 12.0;
        }
        let text = line_within(ui, label, Look::BODY, theme::color(ui, role), right - x);
        put_left(ui.painter(), x, rect.center().y, text);
        focus_ring(ui, &response, rect.shrink(1.0), 6.0);
    }
    response
}

/// A heading inside of a menu.
pub fn menu_heading(ui: &mut Ui, text: &str) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        super::caption(ui, text);
    });
    ui.add_space(2.0);
}

/// A line between two groups of a menu.
pub fn menu_separator(ui: &mut Ui) {
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), 9.0));
    let stroke = Stroke::new(1.0, theme::color(ui, Role::Line));
    ui.painter().hline(rect.x_range(), rect.center().y, stroke);
}

/// One of several values; gives back the new one when another was chosen.
pub fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    current: T,
    options: &[T],
    width: f32,
    label: impl Fn(T) -> String,
) -> Option<T> {
    let mut picked = None;
    picker(ui, name, None, &label(current), false, width, |ui| {
        for option in options {
            if menu_item(ui, None, &label(*option), "", *option == current, true).clicked()
                && *option != current
            {
                picked = Some(*option);
            }
        }
    });
    picked
}

/// One of several values, or not known yet.
pub fn choose_known<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    current: Option<T>,
    options: &[T],
    width: f32,
    label: impl Fn(T) -> String,
) -> Option<Option<T>> {
    let mut picked = None;
    let shown = current.map_or_else(|| "Not known yet".to_owned(), &label);
    picker(ui, name, None, &shown, current.is_none(), width, |ui| {
        for option in options {
            let chosen = current == Some(*option);
            if menu_item(ui, None, &label(*option), "", chosen, true).clicked() && !chosen {
                picked = Some(Some(*option));
            }
        }
        menu_separator(ui);
        if menu_item(ui, None, "Not known yet", "", current.is_none(), true).clicked() && current.is_some() {
            picked = Some(None);
        }
    });
    picked
}
