//! Report: chapters at the left, the real pages in the middle, what is missing before signing at the right.

mod sign;

use egui::{Frame, Margin, Panel, Pos2, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::picture::{Palette, Role};
use crate::report::{ChapterKey, Page, Profile};
use crate::session::{Command, ReportChoice, Request};
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme::{self, Look};
use crate::studio::widgets::{self, Button};
use crate::studio::words;

use super::ViewContext;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The page in sight, from 0.
    page: usize,
    go_to: Option<usize>,
    asked: Option<(u64, ReportChoice, u64)>,
}

/// How many pages there are, for the status bar.
pub(super) fn status(ctx: &ViewContext<'_>) -> String {
    let pages = ctx.session.results().pages.as_ref();
    pages.map_or_else(String::new, |pages| {
        format!("{}. Same model, same bytes", words::counted(pages.value.pages.len(), "page", "pages"))
    })
}

/// Draws the view.
pub fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    keep_fresh(ctx, state);
    let roomy = ui.available_width() >= 1180.0;
    let side = |ui: &Ui| Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
    let frame = side(ui);
    Panel::left("report chapters")
        .exact_size(if roomy { 318.0 } else { 250.0 })
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            widgets::scroll(ui, "report chapters", |ui| {
                chapters(ui, ctx, state);
            });
        });
    let frame = side(ui);
    Panel::right("report checks")
        .exact_size(if roomy { 336.0 } else { 280.0 })
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            widgets::scroll(ui, "report checks", |ui| {
                sign::show(ui, ctx);
            });
        });
    let desk = Frame::new().fill(theme::color(ui, Role::Active)).inner_margin(Margin::same(0));
    egui::CentralPanel::default().frame(desk).show(ui, |ui| {
        let results = ctx.session.results();
        let Some(pages) = results.pages.as_ref().map(|pages| pages.value.clone()) else {
            ui.centered_and_justified(|ui| {
                widgets::label(ui, "Laying out the pages…", Look::BODY, Role::TextSecondary);
            });
            return;
        };
        preview(ui, state, &pages.pages, roomy);
    });
}

/// Asks for new pages when the model or the choice has changed, once for each.
fn keep_fresh(ctx: &mut ViewContext<'_>, state: &mut State) {
    let choice = ctx.session.report_choice().clone();
    let revision = ctx.session.revision();
    let results = ctx.session.results();
    let fresh = results.pages.as_ref().is_some_and(|pages| {
        pages.revision == revision && pages.value.choice == choice && pages.value.runs == results.runs
    });
    let wanted = (revision, choice, results.runs);
    if !fresh && state.asked.as_ref() != Some(&wanted) {
        ctx.ask(Request::MakePages(wanted.1.clone()));
        state.asked = Some(wanted);
    }
}

fn chapters(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    widgets::section(ui, "Chapters");
    let choice = ctx.session.report_choice().clone();
    let mut profile = usize::from(choice.profile == Profile::Summary);
    if widgets::segmented(ui, "Profile", &[Profile::Detailed.label(), Profile::Summary.label()], &mut profile)
    {
        let profile = if profile == 1 { Profile::Summary } else { Profile::Detailed };
        ctx.ask(Request::ChooseReport(ReportChoice { profile, ..choice.clone() }));
    }
    ui.add_space(4.0);
    let pages = ctx.session.results().pages.as_ref().map(|pages| pages.value.clone());
    let first = |key: ChapterKey| {
        pages
            .as_ref()
            .and_then(|pages| pages.pages.iter().find(|page| page.chapter == Some(key)))
            .map(|page| page.number)
    };
    for key in ChapterKey::ALL {
        let number = first(key);
        if choice.profile == Profile::Summary && number.is_none() {
            continue;
        }
        ui.horizontal(|ui| {
            let mut on = !choice.left_out.contains(&key);
            if widgets::checkbox(ui, &mut on, key.title()).changed() {
                let mut choice = choice.clone();
                if on {
                    choice.left_out.remove(&key);
                } else {
                    choice.left_out.insert(key);
                }
                ctx.ask(Request::ChooseReport(choice));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some(number) = number {
                    let (page, named) = (number.to_string(), format!("Go to {}, page {number}", key.title()));
                    let button = Button::quiet(&page).named(&named).small().hint("Go to this page");
                    let response = button.show(ui);
                    if response.clicked() {
                        state.go_to = Some(number - 1);
                    }
                } else if pages.is_some() && !choice.left_out.contains(&key) {
                    widgets::label(ui, "empty", Look::SMALL, Role::TextTertiary);
                }
            });
        });
    }
    ui.add_space(8.0);
    widgets::divider(ui);
    ui.add_space(4.0);
    if Button::primary("Save PDF").icon("download").keys("Ctrl P").show(ui).clicked() {
        ctx.ask(Command::SavePdf);
    }
    ui.horizontal_wrapped(|ui| {
        for (label, command) in [
            ("HTML", Command::SaveHtml),
            ("Markdown", Command::SaveMarkdown),
            ("CSV", Command::SaveRegisterCsv),
        ] {
            if Button::plain(label).icon("file-text").small().show(ui).clicked() {
                ctx.ask(command);
            }
        }
    });
}

fn preview(ui: &mut Ui, state: &mut State, pages: &[Page], roomy: bool) {
    state.page = state.page.min(pages.len().saturating_sub(1));
    let thumbs = if roomy { 112.0 } else { 0.0 };
    if roomy {
        Panel::left("report thumbnails")
            .exact_size(thumbs)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new())
            .show(ui, |ui| {
                ScrollArea::vertical()
                    .id_salt("report thumbnails")
                    .auto_shrink([false, false])
                    .show(ui, |ui| thumbnails(ui, state, pages));
            });
    }
    let go_to = state.go_to.take();
    ScrollArea::vertical().id_salt("report pages").auto_shrink([false, false]).show(ui, |ui| {
        let room = ui.available_width() - 40.0;
        ui.spacing_mut().item_spacing.y = 20.0;
        ui.add_space(2.0);
        let middle = ui.clip_rect().center().y;
        for (index, page) in pages.iter().enumerate() {
            let (width, height) = page.size();
            // As on paper at this zoom, but never wider than there is room.
            let scale = (room / width).min(602.0 / 210.0);
            let size = Vec2::new(width * scale, height * scale);
            let (row, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size.y), Sense::hover());
            let rect = Rect::from_center_size(row.center(), size);
            if rect.top() <= middle && rect.bottom() >= middle {
                state.page = index;
            }
            if go_to == Some(index) {
                ui.scroll_to_rect(rect.expand(12.0), Some(egui::Align::TOP));
                state.page = index;
            }
            sheet(ui, page, rect, pages.len());
        }
        ui.add_space(20.0);
    });
    let keys = ui.input(|input| {
        (
            input.key_pressed(egui::Key::PageDown),
            input.key_pressed(egui::Key::PageUp),
            input.key_pressed(egui::Key::Home),
        )
    });
    if widgets::hears_keys(ui) {
        match keys {
            (true, ..) => state.go_to = Some((state.page + 1).min(pages.len().saturating_sub(1))),
            (_, true, _) => state.go_to = Some(state.page.saturating_sub(1)),
            (_, _, true) => state.go_to = Some(0),
            _ => {}
        }
    }
}

fn sheet(ui: &Ui, page: &Page, rect: Rect, count: usize) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let response = ui.interact(rect, ui.scope_id().with(("page", page.number)), Sense::hover());
    let said = format!("Page {} of {count}. {}", page.number, page.picture.description);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &said));
    let palette = Palette::print();
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 0.0, theme::rgb(palette.color(Role::Paper)));
    let (width, height) = page.size();
    let bounds = crate::picture::Rect::new(0.0, 0.0, width, height);
    paint::picture(&painter, &page.picture, ScreenFromPicture::fit(bounds, rect, f32::INFINITY), palette);
    let edge = Stroke::new(1.0, theme::color(ui, Role::Edge));
    ui.painter().rect_stroke(rect, 0.0, edge, StrokeKind::Outside);
}

fn thumbnails(ui: &mut Ui, state: &mut State, pages: &[Page]) {
    ui.spacing_mut().item_spacing.y = 8.0;
    ui.add_space(12.0);
    for (index, page) in pages.iter().enumerate() {
        let (width, height) = page.size();
        let size = Vec2::new(78.0, 78.0 * height / width);
        let (row, response) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), size.y + 18.0), Sense::click());
        let name = format!("Go to page {}", page.number);
        response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, index == state.page, &name));
        let rect = Rect::from_min_size(Pos2::new(row.center().x - 39.0, row.top()), size);
        if response.clicked() {
            state.go_to = Some(index);
        }
        if !ui.is_rect_visible(row) {
            continue;
        }
        let palette = Palette::print();
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        painter.rect_filled(rect, 0.0, theme::rgb(palette.color(Role::Paper)));
        let bounds = crate::picture::Rect::new(0.0, 0.0, width, height);
        paint::picture(&painter, &page.picture, ScreenFromPicture::fit(bounds, rect, f32::INFINITY), palette);
        let (role, width) = if index == state.page { (Role::Accent, 2.0) } else { (Role::Edge, 1.0) };
        ui.painter().rect_stroke(rect, 0.0, Stroke::new(width, theme::color(ui, role)), StrokeKind::Outside);
        widgets::focus_ring(ui, &response, rect, 0.0);
        let number =
            widgets::line(ui, page.number.to_string(), Look::COUNT, theme::color(ui, Role::TextSecondary));
        widgets::put_center(ui.painter(), Pos2::new(rect.center().x, rect.bottom() + 9.0), number);
    }
    ui.add_space(12.0);
}
