//! The figures over the register, the register, and the chosen risk with what could be done about it.

use egui::{Layout, Ui, Vec2};

use crate::analysis::risk::{self, Rating, Register, RiskRow};
use crate::edit::verbs;
use crate::model::{Band, ControlStatus, ItemId, Project, Threat, ThreatId, Treatment};
use crate::picture::Role;
use crate::session::{Command, Request, ThreatFilter};
use crate::studio::icons;
use crate::studio::theme::{self, Look, size};
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button, Chip, Column, RiskBar, Table};
use crate::studio::words;

use super::{Shown, State};

/// Three figures: above appetite, after the plan, worst now.
pub(super) fn tiles(ui: &mut Ui, ctx: &ViewContext<'_>, shown: &Shown<'_>) {
    let register = shown.register();
    let rated = register.live().filter(|row| row.current.is_some()).count();
    let above = register.summary(Rating::Current).above_appetite;
    let was =
        shown.tried.map(|_| shown.now.summary(Rating::Current).above_appetite).filter(|was| *was != above);
    let after = register.summary(Rating::Planned).above_appetite;
    let stays: Vec<String> = register
        .live()
        .filter(|row| row.is_above_appetite(Rating::Planned))
        .map(|row| row.threat.to_string())
        .collect();
    let worst = register.summary(Rating::Current).worst.and_then(|id| register.row(id));
    let after_words = match stays.as_slice() {
        [] if rated == 0 => "nothing rated yet".to_owned(),
        [] => "all within appetite".to_owned(),
        [one] => format!("stays above: {one}"),
        // More than a tile has room for are in the register.
        many if many.len() > 3 => "stay above".to_owned(),
        many => format!("stay above: {}", many.join(", ")),
    };
    let worst_number = worst
        .and_then(|row| row.risk(Rating::Current))
        .map_or_else(|| "–".to_owned(), |risk| format!("{risk:.1}"));
    let worst_words = worst
        .and_then(|row| row.band(Rating::Current).map(|band| format!("{}, {}", band.label(), row.threat)));
    let was = was.map_or_else(String::new, |was| format!(", was {was}"));
    let unrated = register.unrated.len();
    let unrated = if unrated > 0 { format!(", {unrated} not rated") } else { String::new() };
    let tiles = [
        (
            "Above appetite",
            if rated == 0 { "–".to_owned() } else { above.to_string() },
            format!("of {rated}{was}{unrated}"),
        ),
        ("After the plan", if rated == 0 { "–".to_owned() } else { after.to_string() }, after_words),
        ("Worst now", worst_number, worst_words.unwrap_or_else(|| "nothing rated yet".to_owned())),
    ];
    let _ = ctx;
    let width = (ui.available_width() - 24.0) / 3.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 12.0;
        for (name, figure, words) in tiles {
            ui.scope(|ui| {
                ui.set_width(width);
                widgets::card(ui, 14.0, |ui| {
                    ui.vertical(|ui| {
                        ui.set_width(width - 30.0);
                        ui.spacing_mut().item_spacing = Vec2::new(8.0, 2.0);
                        widgets::caption(ui, name);
                        ui.horizontal(|ui| {
                            widgets::label(ui, &figure, Look::FIGURE, Role::Text);
                            widgets::label(ui, &words, Look::BODY, Role::TextSecondary);
                        });
                    });
                });
            });
        }
    });
}

fn wanted<'a>(
    project: &'a Project,
    register: &'a Register,
    state: &State,
    marked: Option<&ThreatFilter>,
) -> Vec<(&'a RiskRow, &'a Threat)> {
    let words = state.filter.trim().to_lowercase();
    let mut rows: Vec<(&RiskRow, &Threat)> = register
        .rows
        .iter()
        .filter_map(|row| project.threats.get(row.threat).map(|threat| (row, threat)))
        .filter(|(row, threat)| {
            let band = row.band(Rating::Current).map_or("not rated", Band::label);
            let targets: Vec<String> =
                threat.targets.iter().map(|target| project.name_of((*target).into())).collect();
            let text =
                format!("{} {} {} {band} {}", threat.id, threat.title, threat.owner, targets.join(" "))
                    .to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        })
        .filter(|(row, _)| !state.only_above || row.is_above_appetite(Rating::Current))
        .filter(|(_, threat)| !state.only_unowned || threat.owner.trim().is_empty())
        .filter(|(row, _)| marked.is_none_or(|marked| marked.threats.contains(&row.threat)))
        .collect();
    if let Some((by, falling)) = state.sorted {
        let number = |row: &RiskRow, rating| row.risk(rating).unwrap_or(0.0);
        match by {
            0 => rows.sort_by_key(|(row, _)| row.threat),
            1 => rows.sort_by(|a, b| a.1.title.cmp(&b.1.title)),
            2..=4 => {
                rows.sort_by(|a, b| number(a.0, Rating::Current).total_cmp(&number(b.0, Rating::Current)));
            }
            5 => rows.sort_by(|a, b| number(a.0, Rating::Planned).total_cmp(&number(b.0, Rating::Planned))),
            6 => rows.sort_by(|a, b| a.1.owner.cmp(&b.1.owner)),
            _ => {}
        }
        if falling {
            rows.reverse();
        }
    }
    rows
}

/// The register.
pub(super) fn table(ui: &mut Ui, ctx: &mut ViewContext<'_>, state: &mut State, shown: &Shown<'_>) {
    let project = ctx.project();
    let register = shown.register();
    let above = register.summary(Rating::Current).above_appetite;
    let unowned = project.threats.iter().filter(|threat| threat.owner.trim().is_empty()).count();
    ui.horizontal(|ui| {
        widgets::section(ui, "Register");
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if Chip::toggle(&format!("No owner {unowned}"), state.only_unowned).show(ui).response.clicked() {
                state.only_unowned = !state.only_unowned;
            }
            if Chip::toggle(&format!("Above appetite {above}"), state.only_above).show(ui).response.clicked()
            {
                state.only_above = !state.only_above;
            }
            let room = ui.available_width().min(230.0);
            widgets::search_field(
                ui,
                "Filter the register",
                "Filter: owner, band, target",
                room,
                &mut state.filter,
            );
        });
    });
    if let Some(filter) = ctx.session.threat_filter()
        && Chip::new(&filter.label).icon("filter").on(true).closes("Show all threats").show(ui).closed
    {
        ctx.ask(Command::ClearThreatFilter);
    }
    // In little room the bar is shorter, then it goes, then the words of the bands; plan and owner stay.
    let width = ui.available_width();
    let (bars, bands) = (width > 600.0, width > 520.0);
    let wide = width > 700.0;
    let tried = shown.tried.is_some();
    let mut columns = vec![(0, Column::exact("Id", 58.0)), (1, Column::grow("Threat", 1.0, 130.0))];
    if bands {
        columns.push((2, Column::exact("Band", 88.0)));
    }
    if bars {
        let (name, width) = if wide { ("Risk, 2 to 10", 132.0) } else { ("Risk", 72.0) };
        columns.push((3, Column::exact(name, width)));
    }
    columns.push((4, Column::exact("Current", if tried { 92.0 } else { 78.0 }).right()));
    columns.push((5, Column::exact("Planned", if tried { 92.0 } else { 76.0 }).right()));
    columns.push((6, Column::exact("Owner", if wide { 104.0 } else { 92.0 })));
    let (kinds, columns): (Vec<usize>, Vec<Column<'_>>) = columns.into_iter().unzip();
    let rows = wanted(project, register, state, ctx.session.threat_filter());
    let shown_threat = ctx.shown_threat();
    widgets::card(ui, 0.0, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let table = Table::new(ui, &columns).row_height(size::ROW + 4.0);
        let (by, falling) = state.sorted.unwrap_or((4, true));
        let place = kinds.iter().position(|kind| *kind == by).unwrap_or(usize::MAX);
        if let Some(column) =
            table.head(ui, Some((place, falling))).and_then(|place| kinds.get(place).copied())
        {
            let falling = state.sorted.is_none_or(|(by, falling)| by != column || !falling);
            state.sorted = Some((column, falling));
        }
        if rows.is_empty() {
            ui.add_space(12.0);
            ui.vertical_centered(|ui| {
                widgets::label(ui, "No threat matches the filter", Look::BODY, Role::TextTertiary)
            });
            ui.add_space(12.0);
        }
        for (row, threat) in &rows {
            let selected = ctx.session.selection().contains(threat.id) || shown_threat == Some(threat.id);
            let said =
                row.risk(Rating::Current).map_or_else(|| "not rated".to_owned(), |risk| format!("{risk:.1}"));
            let range = row.range(Rating::Current);
            let between =
                range.map_or_else(String::new, |(low, high)| format!(", from {low:.1} to {high:.1}"));
            let response = table.row(
                ui,
                threat.id,
                &format!("{} {}, {said}{between}", threat.id, threat.title),
                selected,
                |cells| {
                    cells.text(&threat.id.to_string(), Look::CODE, Role::TextTertiary);
                    cells.text(
                        &threat.title,
                        Look::BODY_STRONG,
                        if row.live { Role::Text } else { Role::TextDisabled },
                    );
                    match row.band(Rating::Current).filter(|_| bands) {
                        Some(band) => cells.ui(|ui| {
                            widgets::band_label(ui, band);
                        }),
                        None if bands => cells.text("not rated", Look::BODY, Role::TextTertiary),
                        None => {}
                    }
                    if bars {
                        cells.paint(|ui, rect| {
                            RiskBar::of(row, &project.method).paint(ui, rect.shrink2(Vec2::new(8.0, 0.0)));
                        });
                    }
                    numbers(cells, shown, row, Rating::Current, Look::BODY_STRONG);
                    numbers(cells, shown, row, Rating::Planned, Look::BODY);
                    match threat.owner.as_str() {
                        "" => cells.text("no owner", Look::BODY, Role::TextTertiary),
                        owner => cells.text(owner, Look::BODY, Role::TextSecondary),
                    }
                },
            );
            let response = response.on_hover_ui(|ui| explained(ui, project, row, Rating::Current));
            if response.clicked() {
                ctx.select(vec![threat.id.into()]);
            }
            if response.double_clicked() {
                ctx.ask(Command::GoThreats);
            }
        }
    });
}

/// The numbers that made a rating, and how far the votes lie apart.
fn explained(ui: &mut Ui, project: &Project, row: &RiskRow, rating: Rating) {
    ui.set_max_width(560.0);
    let lines = risk::explain(project, row, rating);
    if lines.is_empty() {
        widgets::small(ui, "Not rated yet.", Role::TextSecondary);
        return;
    }
    widgets::label(
        ui,
        &format!("Where {} comes from", rating.label().to_lowercase()),
        Look::BODY_STRONG,
        Role::Text,
    );
    for line in lines {
        widgets::small(ui, &line, Role::TextSecondary);
    }
    if let Some(words) = spread(row) {
        widgets::small(ui, &words, Role::TextSecondary);
    }
}

/// How far the votes lie apart, and what that makes of the risk with no control.
fn spread(row: &RiskRow) -> Option<String> {
    let (likelihood, impact) = (row.likelihood_spread?, row.impact_spread?);
    let (least, most) = row.voted()?;
    let apart =
        if likelihood.disagrees() || impact.disagrees() { ". They disagree: talk before rating" } else { "" };
    Some(format!(
        "{} votes: likelihood {} to {}, impact {} to {}, so inherent risk {:.1} to {:.1}{apart}",
        likelihood.votes.max(impact.votes),
        likelihood.min,
        likelihood.max,
        impact.min,
        impact.max,
        least,
        most,
    ))
}

/// A number; when something is tried the one that it was stands struck through beside it.
fn numbers(cells: &mut widgets::Row<'_>, shown: &Shown<'_>, row: &RiskRow, rating: Rating, look: Look) {
    let new = row.risk(rating);
    let old = shown
        .tried
        .and_then(|_| shown.now.row(row.threat))
        .and_then(|row| row.risk(rating))
        .filter(|old| Some(*old) != new);
    cells.paint(|ui, rect| {
        let words = new.map_or_else(|| "–".to_owned(), |risk| format!("{risk:.1}"));
        let galley = widgets::line(ui, words, look, theme::color(ui, Role::Text));
        let left = widgets::put_right(ui.painter(), rect.right() - 8.0, rect.center().y, galley);
        let color = theme::color(ui, Role::TextTertiary);
        if shown.tried.is_none()
            && rating == Rating::Current
            && let Some((low, high)) = row.range(rating)
        {
            // In a narrow column the interval is in the hover and below, with the chosen risk.
            let galley = widgets::line(ui, format!("{low:.1}–{high:.1}"), Look::SMALL, color);
            if left - 8.0 - galley.size().x >= rect.left() {
                widgets::put_right(ui.painter(), left - 8.0, rect.center().y, galley);
            }
        }
        if let Some(old) = old {
            let galley = widgets::line(ui, format!("{old:.1}"), Look::BODY, color);
            let width = galley.size().x;
            let start = widgets::put_right(ui.painter(), left - 8.0, rect.center().y, galley);
            ui.painter().hline(start..=start + width, rect.center().y + 1.0, egui::Stroke::new(1.0, color));
        }
    });
}

/// The chosen risk: what the numbers say, its controls, and what to decide.
pub(super) fn chosen(ui: &mut Ui, ctx: &mut ViewContext<'_>, shown: &Shown<'_>, id: ThreatId) {
    let project = ctx.project();
    let (Some(threat), Some(row)) = (project.threats.get(id), shown.register().row(id)) else { return };
    widgets::card(ui, 16.0, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
        ui.with_layout(Layout::right_to_left(egui::Align::Min), |ui| {
            // The day comes first, so that no title pushes it out.
            let due = threat.due.map_or_else(|| "no date".to_owned(), crate::studio::words::day);
            widgets::label(ui, &due, Look::SMALL, Role::TextSecondary);
            ui.with_layout(Layout::left_to_right(egui::Align::Min), |ui| {
                widgets::label(ui, &id.to_string(), Look::CODE, Role::TextTertiary);
                let color = theme::color(ui, Role::Text);
                let room = ui.available_width();
                let title = widgets::few_lines(ui, &threat.title, Look::HEADING, color, room, 2);
                let (rect, response) = ui.allocate_exact_size(title.size(), egui::Sense::hover());
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &threat.title));
                ui.painter().galley(rect.min, title, color);
                response.on_hover_text(&threat.title);
            });
        });
        let response = widgets::paragraph(ui, &verdict(project, row), Look::BODY, Role::TextSecondary);
        response.on_hover_ui(|ui| explained(ui, project, row, Rating::Current));
        if let Some(words) = parts::expired_words(threat, ctx.today) {
            widgets::small(ui, &words, Role::SeverityText(Band::High));
        }
        if let Some(words) = spread(row) {
            widgets::small(ui, &words, Role::TextSecondary);
        }
        for effect in &row.effects {
            let Some(control) = project.controls.get(effect.control) else { continue };
            ui.horizontal(|ui| {
                let cell = |ui: &mut Ui, width: f32, text: &str, look: Look, role: Role| {
                    ui.scope(|ui| {
                        ui.set_width(width);
                        widgets::label(ui, text, look, role);
                    });
                };
                let room = (ui.available_width() - 500.0).max(110.0);
                cell(ui, 52.0, &control.id.to_string(), Look::CODE, Role::TextTertiary);
                cell(ui, room, &control.name, Look::BODY, Role::Text);
                cell(ui, 72.0, control.strength.label(), Look::BODY, Role::TextSecondary);
                let (icon, role) = control_sign(control.status);
                icons::show(ui, icon, 14.0, theme::color(ui, role));
                cell(ui, 92.0, control.status.label(), Look::BODY, Role::TextSecondary);
                cell(ui, 150.0, effect.works.label(), Look::SMALL, Role::TextTertiary);
                ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                    let drop =
                        if effect.drop_current >= 0.05 { effect.drop_current } else { effect.drop_if_done };
                    let words = if drop >= 0.05 { format!("−{drop:.1}") } else { "0.0".to_owned() };
                    widgets::label(ui, &words, Look::BODY_STRONG, Role::Text);
                });
            });
            if let Some(measured) = effect.measured {
                ui.add_space(-10.0);
                egui::Frame::new().inner_margin(egui::Margin { left: 60, ..egui::Margin::ZERO }).show(
                    ui,
                    |ui| {
                        let strength = words::capital(&measured.beside(effect.claimed));
                        widgets::small(ui, &format!("{strength}."), Role::TextSecondary);
                    },
                );
            }
        }
        if row.effects.is_empty() {
            widgets::small(ui, "No control is listed against it.", Role::TextTertiary);
        }
        ui.horizontal_wrapped(|ui| {
            if Button::plain("Edit threat and controls").icon("square-pen").show(ui).clicked() {
                ctx.ask(Command::GoThreats);
            }
            let expired = threat.expired(ctx.today).is_some();
            let accept = if expired { "Renew the acceptance" } else { "Accept with expiry" };
            if (expired || threat.treatment != Treatment::Accept)
                && Button::plain(accept).icon("calendar-clock").show(ui).clicked()
            {
                ctx.commit(verbs::change_threat(project, id, "treatment", |threat| {
                    threat.treatment = Treatment::Accept;
                    threat.acceptance.get_or_insert_default();
                }));
                ctx.ask(Command::GoThreats);
            }
            let target = threat.targets.first().copied();
            if let Some(target) = target.map(ItemId::from)
                && Button::quiet("Show on the diagram").icon("network").show(ui).clicked()
            {
                ctx.ask(Request::Reveal(target));
            }
        });
    });
}

/// The sign beside a control's status.
fn control_sign(status: ControlStatus) -> (&'static str, Role) {
    match status {
        ControlStatus::Verified => ("shield-check", Role::Good),
        ControlStatus::Implemented => ("circle-check", Role::Good),
        ControlStatus::Partial => ("circle-dot", Role::SeverityText(Band::Medium)),
        ControlStatus::Planned | ControlStatus::Proposed => ("clock", Role::TextTertiary),
    }
}

fn verdict(project: &Project, row: &RiskRow) -> String {
    let (Some(inherent), Some(current), Some(planned)) =
        (row.risk(Rating::Inherent), row.risk(Rating::Current), row.risk(Rating::Planned))
    else {
        return "Not rated yet: say how likely and how bad it is.".to_owned();
    };
    let between = row.range(Rating::Current).map_or_else(String::new, |(low, high)| {
        format!(" (from {low:.1} to {high:.1} by what was measured)")
    });
    let path = format!("{inherent:.1} → {current:.1}{between} → {planned:.1}");
    let method = &project.method;
    if method.above_appetite(planned) {
        format!(
            "Stays above appetite when every listed control is in place: {path}. It needs a decision before sign-off."
        )
    } else if method.above_appetite(current) {
        format!("Above appetite today, within it after the plan: {path}.")
    } else {
        format!("Within appetite: {path}.")
    }
}
