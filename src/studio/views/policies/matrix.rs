//! Layers: a matrix of agent types and environments. Each cell says how many rules have a say there, what nobody speaks of,
//! what is answered both ways and what never has a say; the chosen cell lists its rules in order. Arrow keys walk it.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Frame, Margin, Panel, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::edit::verbs;
use crate::model::{Band, Condition, Effect, LayerMode, Permission, PolicyId};
use crate::picture::Role;
use crate::simulation::layers::{Asked, Cell, Fate, Layers, Standing};
use crate::studio::theme::{self, Look};
use crate::studio::views::ViewContext;
use crate::studio::widgets;
use crate::studio::{icons, paint, words};

use super::overview::warning;
use super::verdict;

/// The matrix as it was last worked out, and the chosen cell.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    chosen: (usize, usize),
    /// Staged and approved policies are counted as if they were in force.
    planned: bool,
    worked_out: BTreeMap<bool, (u64, Arc<Layers>)>,
}

impl Matrix {
    fn layers(&mut self, ctx: &ViewContext<'_>, planned: bool) -> Arc<Layers> {
        let revision = ctx.session.revision();
        if let Some((_, layers)) = self.worked_out.get(&planned).filter(|(known, _)| *known == revision) {
            return Arc::clone(layers);
        }
        let layers = Arc::new(Layers::of(ctx.project(), planned));
        self.worked_out.insert(planned, (revision, Arc::clone(&layers)));
        layers
    }
}

/// The whole tab.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>, matrix: &mut Matrix) {
    let layers = matrix.layers(ctx, matrix.planned);
    let panel = Frame::new().fill(theme::color(ui, Role::Panel)).inner_margin(Margin::same(16));
    let (row, column) = matrix.chosen;
    if let Some(cell) = layers.cell(row, column).or_else(|| layers.cells.first()) {
        let width = (ui.available_width() * 0.42).clamp(340.0, 620.0);
        Panel::right("layer detail").exact_size(width).resizable(false).frame(panel).show(ui, |ui| {
            widgets::scroll(ui, "layer detail", |ui| detail(ui, ctx, cell));
        });
    }
    let canvas = Frame::new().fill(theme::color(ui, Role::Canvas)).inner_margin(Margin::symmetric(22, 16));
    egui::CentralPanel::default().frame(canvas).show(ui, |ui| {
        widgets::scroll(ui, "layers", |ui| {
            ui.spacing_mut().item_spacing.y = 10.0;
            widgets::section(ui, "What binds whom");
            rules_between(ui, ctx);
            let mut which = usize::from(matrix.planned);
            if widgets::segmented(ui, "Policies counted", &["In force", "With staged and approved"], &mut which) {
                matrix.planned = which == 1;
            }
            if layers.cells.is_empty() {
                let words = "Name agent types and environments in a policy's scope, and this matrix shows what \
                             binds whom.";
                widgets::small(ui, words, Role::TextTertiary);
                return;
            }
            grid(ui, ctx, &layers, matrix, Vec2::new(150.0, 84.0));
            widgets::small(ui, "Arrow keys walk the cells.", Role::TextTertiary);
        });
    });
}

/// How layers combine, and what counts where none has a word: settings of the model.
fn rules_between(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let settings = &ctx.project().simulation;
    let (mode, allow) = (settings.layers, settings.default_allow);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(16.0, 6.0);
        let labels: Vec<&str> = LayerMode::ALL.iter().map(|mode| mode.label()).collect();
        let mut chosen = LayerMode::ALL.iter().position(|one| *one == mode).unwrap_or_default();
        if widgets::segmented(ui, "Where policies differ", &labels, &mut chosen)
            && let Some(mode) = LayerMode::ALL.get(chosen)
        {
            let change = verbs::change_simulation(ctx.project(), "layers", |all| all.layers = *mode);
            ctx.commit(change);
        }
        let mut chosen = usize::from(allow);
        let labels = ["Else denied", "Else allowed"];
        if widgets::segmented(ui, "Where no policy has a word", &labels, &mut chosen) {
            let allow = chosen == 1;
            let change = verbs::change_simulation(ctx.project(), "default", |all| all.default_allow = allow);
            ctx.commit(change);
        }
    });
    let otherwise =
        if allow { "What none has a word on is allowed." } else { "What none has a word on is denied." };
    widgets::small(ui, &format!("{} {otherwise}", combined(mode)), Role::TextSecondary);
}

/// How layers combine, in a sentence.
fn combined(mode: LayerMode) -> &'static str {
    match mode {
        LayerMode::DenyOverrides => "Every policy whose scope fits applies. Any denial denies.",
        LayerMode::Priority => {
            "Every policy whose scope fits applies. The highest priority that has a word on it decides; among equals any denial denies."
        }
    }
}

/// What is in force, in little, for the column at the side; whether a cell was chosen.
pub(super) fn small(ui: &mut Ui, ctx: &mut ViewContext<'_>, matrix: &mut Matrix) -> bool {
    let layers = matrix.layers(ctx, false);
    if layers.cells.is_empty() {
        widgets::small(
            ui,
            "Name agent types and environments in a policy's scope, and this matrix shows what binds whom.",
            Role::TextTertiary,
        );
        return false;
    }
    let width = (ui.available_width() - 100.0) / layers.environments.len() as f32 - 4.0;
    grid(ui, ctx, &layers, matrix, Vec2::new(width.clamp(52.0, 110.0), 46.0))
}

fn grid(ui: &mut Ui, ctx: &ViewContext<'_>, layers: &Layers, matrix: &mut Matrix, size: Vec2) -> bool {
    let names = if size.y > 60.0 { 130.0 } else { 92.0 };
    let mut picked = false;
    ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
    ui.horizontal(|ui| {
        ui.allocate_space(Vec2::new(names, 18.0));
        for environment in &layers.environments {
            let (_, rect) = ui.allocate_space(Vec2::new(size.x, 18.0));
            let color = theme::color(ui, Role::TextTertiary);
            let galley = widgets::line_within(ui, environment.as_str(), Look::CAPTION, color, size.x);
            widgets::put_center(ui.painter(), rect.center(), galley);
        }
    });
    for (row, agent_type) in layers.agent_types.iter().enumerate() {
        ui.horizontal(|ui| {
            let (_, rect) = ui.allocate_space(Vec2::new(names, size.y));
            let at = egui::pos2(rect.left() + 8.0, rect.center().y);
            icons::paint_at(ui.painter(), "bot", at, 14.0, theme::color(ui, Role::TextSecondary));
            let color = theme::color(ui, Role::Text);
            let galley =
                widgets::line_within(ui, agent_type.as_str(), Look::SMALL_MEDIUM, color, names - 22.0);
            widgets::put_left(ui.painter(), rect.left() + 20.0, rect.center().y, galley);
            for column in 0..layers.environments.len() {
                let Some(cell) = layers.cell(row, column) else { continue };
                let chosen = size.y > 60.0 && matrix.chosen == (row, column);
                let response = square(ui, ctx, cell, size, chosen);
                if response.clicked() || response.gained_focus() {
                    matrix.chosen = (row, column);
                    picked |= response.clicked();
                }
                if response.clicked() {
                    response.request_focus();
                }
            }
        });
    }
    picked
}

/// What there is to worry about in a cell, in a few words each.
fn worries(cell: &Cell) -> Vec<String> {
    let count = |number: usize, one, many| (number > 0).then(|| words::counted(number, one, many));
    [
        count(cell.gaps.len(), "gap", "gaps"),
        count(cell.conflicts(), "conflict", "conflicts"),
        count(cell.count(Fate::Shadowed), "shadowed", "shadowed"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn square(ui: &mut Ui, ctx: &ViewContext<'_>, cell: &Cell, size: Vec2, chosen: bool) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let rules = words::counted(cell.effective_rules(), "rule", "rules");
    let worries = worries(cell);
    let bound = !cell.policies.is_empty();
    let short = if bound { rules.clone() } else { "No policy".to_owned() };
    let said = format!("{} in {}: {short}", cell.agent_type, cell.environment);
    let said = std::iter::once(said).chain(worries.clone()).collect::<Vec<_>>().join(", ");
    response.widget_info(|| WidgetInfo::selected(egui::Role::GridCell, true, chosen, &said));
    let high = Role::SeverityText(Band::High);
    if bound {
        let recorded = cell.standing.iter().all(|one| one.only_recorded);
        let (fill, edge) =
            if recorded { (Role::Raised, Role::Edge) } else { (Role::AccentSoft, Role::Accent) };
        let stroke = Stroke::new(1.0, theme::color(ui, edge));
        ui.painter().rect(rect, 6.0, theme::color(ui, fill), stroke, StrokeKind::Inside);
    } else {
        ui.painter().rect_filled(rect, 6.0, theme::color(ui, Role::SeveritySoft(Band::High)));
        let edge = Stroke::new(1.0, theme::color(ui, Role::SeverityMark(Band::High)));
        paint::dashed_rect(ui.painter(), rect.shrink(0.5), 6.0, edge, 4.0, 3.0);
    }
    let middle = rect.center();
    let room = size.x - 8.0;
    let role = if bound { Role::Text } else { high };
    let first = widgets::line_within(ui, short, Look::BODY_STRONG, theme::color(ui, role), room);
    if size.y > 60.0 {
        let lines = worries.len().min(3) as f32;
        let mut y = middle.y - lines * 9.0;
        widgets::put_center(ui.painter(), egui::pos2(middle.x, y), first);
        for words in worries.iter().take(3) {
            y += 18.0;
            sign(ui, words, egui::pos2(middle.x, y), room);
        }
    } else {
        widgets::put_center(ui.painter(), middle - Vec2::new(0.0, 9.0), first);
        match worries.first() {
            Some(words) if bound => sign(ui, words, middle + Vec2::new(0.0, 10.0), room),
            _ => {
                let words = cell.policies.len();
                let words = if bound { words::counted(words, "policy", "policies") } else { String::new() };
                let color = theme::color(ui, Role::TextSecondary);
                let galley = widgets::line_within(ui, words, Look::SMALL, color, room);
                widgets::put_center(ui.painter(), middle + Vec2::new(0.0, 10.0), galley);
            }
        }
    }
    if chosen {
        let stroke = Stroke::new(2.0, theme::color(ui, Role::Accent));
        ui.painter().rect_stroke(rect, 6.0, stroke, StrokeKind::Inside);
    }
    widgets::focus_ring(ui, &response, rect, 6.0);
    let names: Vec<String> = cell.policies.iter().map(|id| ctx.project().name_of((*id).into())).collect();
    let title = format!("{} in {}", cell.agent_type, cell.environment);
    widgets::tooltip(response, &title, &names.into_iter().chain(worries).collect::<Vec<_>>().join(", "), "")
}

fn sign(ui: &Ui, words: &str, middle: egui::Pos2, room: f32) {
    let tint = theme::color(ui, Role::SeverityText(Band::Medium));
    let galley = widgets::line_within(ui, words, Look::SMALL, tint, room - 16.0);
    let left = middle.x - galley.size().x / 2.0 - 8.0;
    icons::paint_at(ui.painter(), "triangle-alert", egui::pos2(left + 6.0, middle.y), 12.0, tint);
    widgets::put_left(ui.painter(), left + 16.0, middle.y, galley);
}

fn detail(ui: &mut Ui, ctx: &mut ViewContext<'_>, cell: &Cell) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 6.0);
    widgets::section(ui, &format!("{} in {}", cell.agent_type, cell.environment));
    for gap in &cell.gaps {
        warning(ui, gap);
    }
    if !cell.standing.is_empty() {
        widgets::heading(ui, "Rules, in the order in which they are asked", None);
    }
    let mut policy: Option<PolicyId> = None;
    let mut rule = None;
    for one in &cell.standing {
        ui.push_id(&one.condition.id, |ui| {
            if policy != Some(one.condition.policy) {
                policy = Some(one.condition.policy);
                ui.add_space(4.0);
                widgets::caption(ui, &one.condition.policy_name);
            }
            if rule != Some(one.condition.rule) {
                rule = Some(one.condition.rule);
                if widgets::link(ui, &one.condition.rule_name).clicked() {
                    ctx.reveal(one.condition.rule.into());
                }
            }
            standing(ui, ctx, one, cell);
        });
    }
    if cell.asked.is_empty() {
        return;
    }
    ui.add_space(6.0);
    widgets::divider(ui);
    widgets::heading(ui, "What it comes to", Some(cell.asked.len()));
    for asked in &cell.asked {
        ui.push_id(&asked.what, |ui| answer(ui, asked));
    }
}

fn standing(ui: &mut Ui, ctx: &ViewContext<'_>, one: &Standing, cell: &Cell) {
    let (icon, role) = match one.fate {
        Fate::Decides if denies(ctx, one) => ("ban", Role::SeverityText(Band::Critical)),
        Fate::Decides => ("check", Role::Good),
        Fate::Watches => ("activity", Role::TextSecondary),
        Fate::Overruled => ("ban", Role::SeverityText(Band::Medium)),
        Fate::Shadowed => ("eye-off", Role::SeverityText(Band::Medium)),
        Fate::Idle => ("minus", Role::TextTertiary),
    };
    let about = one.about.join(", ");
    // A grant for one access denies the others: what it decides is told by how.
    let of = |effect: Effect| -> Vec<&str> {
        let decided = |what: &&String| {
            let asked = cell.asked.iter().find(|asked| asked.what == **what);
            asked.is_some_and(|asked| asked.decision.effect == effect)
        };
        one.about.iter().filter(decided).map(String::as_str).collect()
    };
    let (allowed, denied) = (of(Effect::Allow), of(Effect::Deny));
    let fate = match one.fate {
        Fate::Decides if allowed.len() + denied.len() > 0 => String::new(),
        Fate::Decides | Fate::Watches => format!("{} {about}", words::capital(one.fate.label())),
        Fate::Overruled | Fate::Shadowed => format!("{} by {about}", words::capital(one.fate.label())),
        Fate::Idle => words::capital(one.fate.label()),
    };
    let recorded = if one.only_recorded { "; recorded only" } else { "" };
    ui.horizontal_top(|ui| {
        icons::show(ui, icon, 14.0, theme::color(ui, role));
        let (_, rect) = ui.allocate_space(Vec2::new(44.0, 18.0));
        let id =
            widgets::line(ui, one.condition.id.as_str(), Look::CODE, theme::color(ui, Role::TextTertiary));
        widgets::put_left(ui.painter(), rect.left(), rect.center().y, id);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let sentence = verdict::sentence(ctx, &one.condition).unwrap_or_default();
            widgets::small(ui, &sentence, Role::Text);
            if !fate.is_empty() {
                widgets::small(ui, &format!("{fate}{recorded}."), role);
                return;
            }
            for (list, word, role) in
                [(allowed, "Allowed", Role::Good), (denied, "Denied", Role::SeverityText(Band::Critical))]
            {
                if !list.is_empty() {
                    widgets::small(ui, &format!("{word}: {}{recorded}.", list.join(", ")), role);
                }
            }
        });
    });
}

/// Whether a condition forbids: it wears the sign that it wears in its rule.
fn denies(ctx: &ViewContext<'_>, one: &Standing) -> bool {
    let rule = ctx.project().rule(one.condition.rule);
    match rule.and_then(|(_, rule)| rule.conditions.get(one.condition.condition)) {
        Some(Condition::Resource(resource)) => resource.permission == Permission::Deny,
        Some(Condition::Communication(talk)) => talk.effect == Effect::Deny,
        _ => false,
    }
}

fn answer(ui: &mut Ui, asked: &Asked) {
    let (word, role) = match asked.decision.effect {
        Effect::Deny => ("deny", Role::SeverityText(Band::Critical)),
        Effect::Allow => ("allow", Role::Good),
    };
    ui.horizontal(|ui| {
        let (_, rect) = ui.allocate_space(Vec2::new(56.0, 18.0));
        let galley = widgets::line(ui, word, Look::SMALL_STRONG, theme::color(ui, role));
        widgets::put_left(ui.painter(), rect.left(), rect.center().y, galley);
        let room = ui.available_width() - 150.0;
        ui.scope(|ui| {
            ui.set_max_width(room);
            widgets::label(ui, &asked.what, Look::SMALL, Role::Text).on_hover_text(&asked.decision.why);
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let id = asked.decision.by.as_ref().map_or("default", |by| by.id.as_str());
            widgets::label(ui, id, Look::CODE, Role::TextTertiary);
            if asked.disputed {
                widgets::label(ui, "conflict", Look::SMALL, Role::SeverityText(Band::Medium));
                icons::show(ui, "triangle-alert", 12.0, theme::color(ui, Role::SeverityText(Band::Medium)));
            }
        });
    });
}
