//! Fields to type into. A field shows what the model holds; each keystroke gives the new value back, and the caller queues
//! the change. Only what does not parse (a port of 99999) waits in a draft until it does.

use egui::text_selection::CCursorRange;
use egui::{
    Align, Align2, Color32, Frame, Galley, Id, Margin, Pos2, Rect, Response, RichText, Role as Access, Sense,
    Stroke, TextEdit, Ui, Vec2, WidgetInfo,
};

use crate::picture::Role;
use crate::studio::theme::{self, Look};
use crate::studio::{icons, paint};

/// How a field looks besides plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldState {
    /// Plain.
    #[default]
    Plain,
    /// Its value is not known; dashed with a question mark.
    Unknown,
    /// What stands in it is wrong.
    Wrong,
}

/// A field of one line.
#[derive(Debug, Clone)]
#[must_use = "a field is there when shown"]
pub struct Field<'a> {
    name: &'a str,
    id: Option<Id>,
    hint: &'a str,
    icon: Option<&'a str>,
    unit: &'a str,
    width: f32,
    look: Look,
    state: FieldState,
    right: bool,
    wraps: bool,
    height: f32,
    on_focus: Option<OnFocus>,
    end: f32,
}

impl<'a> Field<'a> {
    /// A field that screen readers know by this name.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            id: None,
            hint: "",
            icon: None,
            unit: "",
            width: f32::INFINITY,
            look: Look::BODY,
            state: FieldState::Plain,
            right: false,
            wraps: false,
            height: 32.0,
            on_focus: None,
            end: 0.0,
        }
    }

    /// Known by this id rather than by its place.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// What stands in it while it is empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// With an icon at the left.
    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With a unit at the right.
    pub fn unit(mut self, unit: &'a str) -> Self {
        self.unit = unit;
        self
    }

    /// As wide as that; otherwise as wide as there is room.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// In this look.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Unknown or wrong.
    pub fn state(mut self, state: FieldState) -> Self {
        self.state = state;
        self
    }

    /// As high as that.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Everything in it is chosen when it gets the focus.
    pub fn select_all(mut self) -> Self {
        self.on_focus = Some(OnFocus::SelectAll);
        self
    }

    /// The caret stands behind what is in it when it gets the focus.
    pub fn caret_at_end(mut self) -> Self {
        self.on_focus = Some(OnFocus::CaretAtEnd);
        self
    }

    /// Keeps that much room free at its right end, for what is painted there.
    fn end_room(mut self, room: f32) -> Self {
        self.end = room;
        self
    }

    /// A text that is too long goes on in the next line; it stays one paragraph.
    pub fn wraps(mut self) -> Self {
        self.wraps = true;
        self
    }

    /// Numbers stand right.
    pub fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Puts it into the layout.
    pub fn show(self, ui: &mut Ui, text: &mut String) -> Response {
        let id = self.id.unwrap_or_else(|| ui.make_persistent_id(("field", self.name)));
        let focused = ui.memory(|memory| memory.has_focus(id));
        let width = self.width.min(ui.available_width());
        let icon = if self.state == FieldState::Unknown { Some("circle-help") } else { self.icon };
        let left = if icon.is_some() { 30.0 } else { 9.0 };
        let unit = (!self.unit.is_empty())
            .then(|| super::line(ui, self.unit, Look::SMALL, theme::color(ui, Role::TextTertiary)));
        let right = 9.0 + self.end + unit.as_ref().map_or(0.0, |unit| unit.size().x + 4.0);
        let hint_color = theme::color(ui, Role::TextTertiary);
        let frame = Frame::new()
            .fill(theme::color(
                ui,
                if self.state == FieldState::Unknown { Role::AccentSoft } else { Role::Field },
            ))
            .corner_radius(6.0)
            .inner_margin(Margin { left: left as i8, right: right as i8, top: 4, bottom: 4 });
        let horizontal = if self.right { Align::RIGHT } else { Align::LEFT };
        let (font, ink) = (self.look.font(), theme::color(ui, Role::Text));
        let inner = width - left - right;
        let mut wrapped = |ui: &Ui, text: &dyn egui::TextBuffer, _: f32| {
            let job = egui::text::LayoutJob::simple(text.as_str().to_owned(), font.clone(), ink, inner);
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        let mut edit = TextEdit::singleline(text);
        if self.wraps {
            edit = edit.layouter(&mut wrapped);
        }
        let output = edit
            .id(id)
            .frame(frame)
            .font(self.look.font())
            .text_color(theme::color(ui, Role::Text))
            .hint_text(RichText::new(self.hint).font(self.look.font()).color(hint_color))
            .align(Align2([horizontal, Align::Center]))
            .desired_width(width)
            .min_size(Vec2::new(width, self.height))
            .show(ui);
        let mut response = output.response.response.accessible_name(self.name);
        let at_rest = !(focused || response.has_focus() || self.right);
        if at_rest && cut(ui, &output.galley, output.galley_pos, output.text_clip_rect, frame.fill, ink) {
            response = response.on_hover_text(text.as_str());
        }
        if let Some(on_focus) = self.on_focus {
            let has_focus = response.has_focus();
            let had_focus = id.with("had focus");
            let before = ui.data_mut(|data| {
                let had: &mut bool = data.get_temp_mut_or_default(had_focus);
                std::mem::replace(had, has_focus)
            });
            if has_focus && !before {
                place_caret(ui, id, text, on_focus);
                ui.request_repaint();
            }
        }
        outline(ui, &response, focused || response.has_focus(), self.state);
        let rect = response.rect;
        if let Some(icon) = icon {
            let role = if self.state == FieldState::Unknown { Role::Accent } else { Role::TextTertiary };
            icons::paint_at(
                ui.painter(),
                icon,
                Pos2::new(rect.left() + 17.0, rect.center().y),
                16.0,
                theme::color(ui, role),
            );
        }
        if let Some(unit) = unit {
            super::put_right(ui.painter(), rect.right() - 9.0, rect.center().y, unit);
        }
        response
    }
}

/// Where a text is longer than there is room, the last letters that can be seen make way for "…". Says whether it is.
fn cut(ui: &Ui, galley: &Galley, at: Pos2, room: Rect, fill: Color32, ink: Color32) -> bool {
    if at.x + galley.size().x <= room.right() + 1.0 {
        return false;
    }
    let Some(font) = galley.job.sections.first().map(|section| section.format.font_id.clone()) else {
        return true;
    };
    let sign = ui.painter().layout_no_wrap("…".to_owned(), font, ink);
    let end = room.right() - sign.size().x;
    let glyphs = galley.rows.first().map(|row| row.glyphs.as_slice()).unwrap_or_default();
    let ends = glyphs.iter().map(|glyph| at.x + glyph.max_x()).take_while(|right| *right <= end);
    let left = ends.last().unwrap_or(room.left());
    ui.painter().rect_filled(Rect::from_x_y_ranges(left..=room.right(), room.y_range()), 0.0, fill);
    ui.painter().galley(Pos2::new(left, room.center().y - sign.size().y / 2.0), sign, ink);
    true
}

/// What happens in a field when it gets the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnFocus {
    SelectAll,
    CaretAtEnd,
}

fn place_caret(ui: &Ui, id: Id, text: &str, on_focus: OnFocus) {
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let all = CCursorRange::select_all_str(text);
    let range = match on_focus {
        OnFocus::SelectAll => all,
        OnFocus::CaretAtEnd => CCursorRange::one(all.primary),
    };
    state.cursor.set_char_range(Some(range));
    TextEdit::store_state(ui.ctx(), id, state);
}

fn outline(ui: &Ui, response: &Response, focused: bool, state: FieldState) {
    let rect = response.rect;
    match state {
        FieldState::Unknown if !focused => {
            let edge = Stroke::new(1.0, theme::color(ui, Role::Accent));
            paint::dashed_rect(ui.painter(), rect.shrink(0.5), 6.0, edge, 4.0, 3.0);
        }
        _ => {
            let edge = match state {
                FieldState::Wrong => {
                    Stroke::new(1.5, theme::color(ui, Role::SeverityMark(crate::model::Band::Critical)))
                }
                _ if focused => Stroke::new(2.0, theme::color(ui, Role::Focus)),
                _ if response.hovered() => Stroke::new(1.0, theme::color(ui, Role::TextSecondary)),
                _ => Stroke::new(1.0, theme::color(ui, Role::Control)),
            };
            ui.painter().rect_stroke(rect, 6.0, edge, egui::StrokeKind::Inside);
        }
    }
}

/// A field of several lines that grows with its text.
pub fn paragraph_field(ui: &mut Ui, name: &str, hint: &str, rows: usize, text: &mut String) -> Response {
    let id = ui.make_persistent_id(("paragraph", name));
    let width = ui.available_width();
    let frame = Frame::new().fill(theme::color(ui, Role::Field)).corner_radius(6.0).inner_margin(Margin {
        left: 9,
        right: 9,
        top: 6,
        bottom: 6,
    });
    let hint_color = theme::color(ui, Role::TextTertiary);
    let output = TextEdit::multiline(text)
        .id(id)
        .frame(frame)
        .font(Look::BODY.font())
        .text_color(theme::color(ui, Role::Text))
        .hint_text(RichText::new(hint).font(Look::BODY.font()).color(hint_color))
        .desired_rows(rows)
        .desired_width(width)
        .min_size(Vec2::new(width, 32.0))
        .show(ui);
    let response = output.response.response.accessible_name(name);
    let focused = response.has_focus();
    outline(ui, &response, focused, FieldState::Plain);
    response
}

/// A field of one line with words to choose from behind a chevron at its end; the button is known as `choose`.
pub fn field_with_list(
    ui: &mut Ui,
    field: Field<'_>,
    choose: &str,
    words: &[&str],
    text: &mut String,
) -> Response {
    let id = field.id.unwrap_or_else(|| ui.make_persistent_id(("field", field.name)));
    let typing = id.with("typing");
    let offered = if ui.data(|data| data.get_temp(typing).unwrap_or(false)) {
        super::fitting(words, text, 8)
    } else {
        Vec::new()
    };
    // A word that is typed in full needs no list.
    let offered: Vec<&str> = if offered.as_slice() == [text.as_str()] { Vec::new() } else { offered };
    let walk = super::walk(ui, id, offered.len());
    let mut response = field.id(id).end_room(22.0).show(ui, text);
    let rect = response.rect;
    let mut chosen =
        walk.at.filter(|_| walk.taken).and_then(|at| offered.get(at)).map(|word| (*word).to_owned());
    if response.changed() {
        ui.data_mut(|data| data.insert_temp(typing, true));
    }
    chosen = chosen.or(completions(ui, &response, choose, &offered, walk.at));
    if chosen.is_some() || (!response.has_focus() && !under_pointer(ui, id)) {
        ui.data_mut(|data| data.remove::<bool>(typing));
    }
    let button = Rect::from_center_size(Pos2::new(rect.right() - 16.0, rect.center().y), Vec2::splat(28.0));
    let open = ui.interact(button, response.id.with("words"), Sense::click());
    open.widget_info(|| WidgetInfo::labeled(Access::Button, true, choose));
    let role = if open.hovered() { Role::Text } else { Role::TextTertiary };
    icons::paint_at(ui.painter(), "chevron-down", button.center(), 14.0, theme::color(ui, role));
    super::focus_ring(ui, &open, button.shrink(3.0), 4.0);
    super::open_menu(&open, choose, rect.width().max(180.0), |ui| {
        for word in words {
            if super::menu_item(ui, None, word, "", text == word, true).clicked() {
                chosen = Some((*word).to_owned());
            }
        }
    });
    if let Some(word) = chosen.filter(|word| word != text) {
        *text = word;
        response.mark_changed();
    }
    response
}

/// Whether the pointer is over the words under a field: a press there takes the focus away before it is a click.
fn under_pointer(ui: &Ui, id: Id) -> bool {
    let rect: Option<Rect> = ui.data(|data| data.get_temp(id.with("words rect")));
    let at = ui.input(|input| input.pointer.latest_pos());
    rect.zip(at).is_some_and(|(rect, at)| rect.expand(4.0).contains(at))
}

/// The words that fit, under a field that is being typed in; the one that was pressed.
fn completions(ui: &Ui, field: &Response, name: &str, words: &[&str], at: Option<usize>) -> Option<String> {
    let shown = !words.is_empty() && (field.has_focus() || under_pointer(ui, field.id));
    let mut chosen = None;
    let popup = egui::Popup::from_response(field)
        .id(field.id.with("completions"))
        .open(shown)
        .close_behavior(egui::PopupCloseBehavior::IgnoreClicks)
        .accessible_name(format!("{name}: words that fit"))
        .width(field.rect.width().max(180.0))
        .gap(4.0)
        .show(|ui| {
            ui.set_width(field.rect.width().max(180.0));
            ui.spacing_mut().item_spacing = Vec2::new(0.0, 1.0);
            for (index, word) in words.iter().enumerate() {
                if super::menu_item(ui, None, word, "", at == Some(index), true).clicked() {
                    chosen = Some((*word).to_owned());
                }
            }
        });
    match popup {
        Some(popup) => ui.data_mut(|data| {
            data.insert_temp(field.id.with("words rect"), popup.response.rect);
        }),
        None => ui.data_mut(|data| data.remove::<Rect>(field.id.with("words rect"))),
    }
    chosen
}

/// A field to search with: Esc empties it.
pub fn search_field(ui: &mut Ui, name: &str, hint: &str, width: f32, text: &mut String) -> Response {
    let response = Field::new(name).hint(hint).icon("search").width(width).show(ui, text);
    if response.has_focus()
        && !text.is_empty()
        && ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, egui::Key::Escape))
    {
        text.clear();
    }
    response
}

/// A field for a number or anything else that must parse. What does not parse stays as it was typed, with a sentence that
/// says what to type; what parses comes back when it differs from `current`.
pub fn number_field<T: PartialEq>(
    ui: &mut Ui,
    field: Field<'_>,
    current: &T,
    show: impl Fn(&T) -> String,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    drafted(ui, field, current, show, parse, false)
}

/// The same for what should change once and not with every letter: what parses comes back when the field is left, by Enter
/// or otherwise; Esc leaves it as it was.
pub fn settled_field<T: PartialEq>(
    ui: &mut Ui,
    field: Field<'_>,
    current: &T,
    show: impl Fn(&T) -> String,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    drafted(ui, field, current, show, parse, true)
}

fn drafted<T: PartialEq>(
    ui: &mut Ui,
    field: Field<'_>,
    current: &T,
    show: impl Fn(&T) -> String,
    parse: impl Fn(&str) -> Result<T, String>,
    settles: bool,
) -> Option<T> {
    let id = field.id.unwrap_or_else(|| ui.make_persistent_id(("field", field.name)));
    let draft_id = id.with("draft");
    let draft: Option<String> = ui.data(|data| data.get_temp(draft_id));
    let mut text = draft.clone().unwrap_or_else(|| show(current));
    let wrong = draft.as_ref().and_then(|draft| parse(draft).err());
    let state = if wrong.is_some() { FieldState::Wrong } else { field.state };
    let response = field.id(id).state(state).show(ui, &mut text);
    let mut changed = None;
    let parsed = |text: &str| parse(text).ok().filter(|value| value != current);
    if response.changed() {
        if !settles {
            changed = parsed(&text);
        }
        ui.data_mut(|data| data.insert_temp(draft_id, text));
    } else if !response.has_focus()
        && let Some(draft) = draft
    {
        if settles && !ui.input(|input| input.key_pressed(egui::Key::Escape)) {
            changed = parsed(&draft);
        }
        ui.data_mut(|data| data.remove::<String>(draft_id));
    }
    if let Some(sentence) = wrong {
        self::wrong(ui, &sentence);
    }
    changed
}

/// What is wrong with a field, under it: a sentence that says what to type.
pub fn wrong(ui: &mut Ui, sentence: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let tint = theme::color(ui, Role::SeverityMark(crate::model::Band::Critical));
        icons::show(ui, "octagon-alert", 14.0, tint);
        super::small(ui, sentence, Role::SeverityText(crate::model::Band::Critical));
    });
}
