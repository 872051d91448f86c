//! What floats over the drawing: the frame of a selection, guides, handles, the flow that is being drawn, the zoom control
//! and the small map.

use egui::{Color32, Painter, Pos2, Rect, Role as Access, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::model::{Band, ItemId, ZoneId};
use crate::picture::scene::ZoneBox;
use crate::picture::{self, DiagramScene, Point, Role};
use crate::studio::paint::{ScreenFromPicture, dashed_rect};
use crate::studio::theme::{self, Look};
use crate::studio::{icons, widgets};

use super::gesture::resized;
use super::seat::Home;
use super::{Camera, Carried, Gesture, Ground, Tool, legend, room, seat, snap};

/// The dots of the grid.
pub fn grid(ui: &Ui, painter: &Painter, rect: Rect, at: ScreenFromPicture) {
    if at.scale < 0.6 {
        return;
    }
    let color = theme::color(ui, Role::GridDot);
    let step = 24.0 * at.scale;
    let first = |from: f32, origin: f32| origin + ((from - origin) / step).ceil() * step;
    let mut y = first(rect.top(), at.origin.y);
    let size = Vec2::splat((1.6 * at.scale).clamp(1.2, 2.5));
    let mut mesh = egui::Mesh::default();
    while y < rect.bottom() {
        let mut x = first(rect.left(), at.origin.x);
        while x < rect.right() {
            mesh.add_colored_rect(Rect::from_center_size(Pos2::new(x, y), size), color);
            x += step;
        }
        y += step;
    }
    painter.add(mesh);
}

/// What the gesture draws on top.
pub fn gesture(ui: &Ui, painter: &Painter, at: ScreenFromPicture, gesture: &Gesture, ground: &Ground<'_>) {
    let accent = theme::color(ui, Role::Accent);
    let line = Stroke::new(1.0, accent);
    match gesture {
        Gesture::Marquee { from, to, .. } => {
            let rect = at.rect(picture::Rect::around(*from, *to));
            painter.rect(rect, 2.0, accent.gamma_multiply(0.12), line, StrokeKind::Middle);
        }
        Gesture::Moving { items, from, to, free } => {
            let by = gesture.offset(ground);
            for (zone, ..) in ground.left_behind(items, *to, by) {
                leaving(ui, painter, at, ground, zone);
            }
            if *free {
                return;
            }
            let snapped = snap::snapped(ground, items, (to.x - from.x, to.y - from.y));
            for (a, b) in snapped.guides {
                painter.line_segment([at.point(a), at.point(b)], line);
            }
            for (a, b) in snapped.gaps {
                gap(painter, at.point(a), at.point(b), line);
            }
        }
        Gesture::Copying { items, from, to } => {
            let edge = Stroke::new(1.5, accent);
            for rect in items.iter().filter_map(|item| ground.scene.rect_of(*item)) {
                let rect = at.rect(rect.moved((to.x - from.x, to.y - from.y)));
                dashed_rect(painter, rect, 8.0, edge, 7.0, 5.0);
            }
        }
        Gesture::DrawingLine { points, to } => {
            let mut course: Vec<Pos2> = points.iter().map(|p| at.point(*p)).collect();
            course.push(at.point(*to));
            painter.extend(egui::Shape::dashed_line(&course, Stroke::new(2.0, accent), 7.0, 5.0));
            for point in course {
                painter.circle_filled(point, 4.0, accent);
            }
        }
        Gesture::Carrying { what, target, .. } => {
            let from = match what {
                Carried::New(from) => ground.scene.node(*from).map(|node| {
                    let to = target.and_then(|id| ground.scene.node(id)).map(|node| node.rect.center());
                    edge_towards(node.rect, to.unwrap_or(node.rect.center()))
                }),
                Carried::End { flow, start } => ground
                    .scene
                    .flow(*flow)
                    .and_then(|flow| if *start { flow.points.last() } else { flow.points.first() })
                    .copied(),
            };
            let to = target.and_then(|id| ground.scene.node(id)).map(|node| node.rect);
            let to = to.zip(from).map(|(rect, from)| edge_towards(rect, from));
            if let (Some(from), Some(to)) = (from, to) {
                wire(painter, at, from, to, accent);
            }
        }
        Gesture::DrawingZone { from, to } => {
            let rect = at.rect(picture::Rect::around(*from, *to));
            dashed_rect(painter, rect, 12.0, Stroke::new(1.5, accent), 7.0, 5.0);
        }
        Gesture::Connecting { from, to, .. } => {
            let Some(node) = ground.scene.node(*from) else { return };
            if ground.component_at(*to).is_some() {
                wire(painter, at, edge_towards(node.rect, *to), *to, accent);
            } else {
                let ghost = ghost_frame(ground.scene, *to);
                let (out, into) =
                    (edge_towards(node.rect, ghost.center()), edge_towards(ghost, node.rect.center()));
                wire(painter, at, out, into, accent);
                ghost_node(ui, painter, at, ghost, "New component");
            }
        }
        Gesture::Reattaching { flow, start, to } => {
            if let Some(flow) = ground.scene.flow(*flow)
                && let Some(fixed) = if *start { flow.points.last() } else { flow.points.first() }
            {
                wire(painter, at, *fixed, *to, accent);
            }
        }
        Gesture::Resizing { before, corner, to, .. } => {
            let rect = at.rect(resized(*before, *corner, *to));
            painter.rect_stroke(rect, 4.0, line, StrokeKind::Middle);
        }
        _ => {}
    }
}

/// A zone that something in the hand would leave: its frame dashed, and the word for it at its edge.
fn leaving(ui: &Ui, painter: &Painter, at: ScreenFromPicture, ground: &Ground<'_>, zone: ZoneId) {
    let Some(rect) = ground.scene.zone(zone).map(|zone| at.rect(zone.rect)) else { return };
    let warn = theme::color(ui, Role::SeverityText(Band::Medium));
    dashed_rect(painter, rect, 12.0, Stroke::new(2.0, warn), 7.0, 5.0);
    let words = format!("leaves {}", ground.project.name_of(zone.into()));
    let words = widgets::line(ui, words, Look::SMALL_MEDIUM, warn);
    let seen = rect.intersect(painter.clip_rect());
    let middle = Pos2::new(seen.center().x, seen.top());
    let pill = Rect::from_center_size(middle, words.size() + Vec2::new(16.0, 6.0));
    painter.rect(pill, 6.0, theme::color(ui, Role::Panel), Stroke::new(1.0, warn), StrokeKind::Inside);
    widgets::put_center(painter, middle, words);
}

/// A gap that is as wide as another: a line with a tick at both ends.
fn gap(painter: &Painter, a: Pos2, b: Pos2, line: Stroke) {
    painter.line_segment([a, b], line);
    let along = (b - a).normalized();
    let tick = Vec2::new(-along.y, along.x) * 5.0;
    for end in [a, b] {
        painter.line_segment([end - tick, end + tick], line);
    }
}

/// The mark of what is pinned.
pub fn pins(ui: &Ui, painter: &Painter, at: ScreenFromPicture, scene: &DiagramScene, ground: &Ground<'_>) {
    let pinned = ground.view.into_iter().flat_map(|view| &view.places).filter(|(_, place)| place.pinned);
    if at.scale < 0.35 {
        return;
    }
    for (item, _) in pinned {
        let Some(rect) = scene.rect_of(*item).map(|rect| at.rect(rect)) else { continue };
        let middle =
            rect.left_top() + Vec2::new(0.0, if matches!(item, ItemId::Zone(_)) { 0.0 } else { 4.0 });
        if painter.clip_rect().contains(middle) {
            let edge = Stroke::new(1.0, theme::color(ui, Role::Edge));
            painter.circle(middle, 9.0, theme::color(ui, Role::Raised), edge);
            icons::paint_at(painter, "pin", middle, 12.0, theme::color(ui, Role::TextSecondary));
        }
    }
}

/// The point on a component's edge under the pointer: a drag from there draws a flow.
pub fn edge_dot(
    ui: &Ui,
    painter: &Painter,
    at: ScreenFromPicture,
    ground: &Ground<'_>,
    pointer: Point,
) -> bool {
    let hit = ground.scene.hit(pointer, ground.tolerance);
    let Some((id, side)) = ground.edge_at(pointer, hit) else { return false };
    let Some(node) = ground.scene.node(id) else { return false };
    let r = node.rect;
    let (x, y) = (pointer.x.clamp(r.x, r.right()), pointer.y.clamp(r.y, r.bottom()));
    let dot = match side {
        0 => Point::new(x, r.y),
        1 => Point::new(r.right(), y),
        2 => Point::new(x, r.bottom()),
        _ => Point::new(r.x, y),
    };
    painter.circle_filled(at.point(dot), 4.5, theme::color(ui, Role::Accent));
    true
}

/// The button beside the name of the zone under the pointer that draws it as a box or opens it.
pub fn zone_toggle(ui: &mut Ui, canvas: Rect, at: ScreenFromPicture, scene: &DiagramScene) -> Option<ZoneId> {
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|pointer| canvas.contains(*pointer))?;
    if at.scale < 0.35 {
        return None;
    }
    let place = |zone: &ZoneBox| {
        let (near, middle) = if zone.collapsed {
            // On the upper edge, beside the count of threats: the words end at the other edge.
            let rect = at.rect(zone.rect);
            let badge = zone.badge.map(|badge| at.rect(badge.rect).left_center());
            let middle = badge.unwrap_or_else(|| rect.right_top()) - Vec2::new(17.0, 0.0);
            (rect.union(Rect::from_center_size(middle, Vec2::splat(26.0))), middle)
        } else {
            let head = at.rect(zone.head);
            let near = Rect::from_min_max(head.min, head.max + Vec2::new(34.0, 0.0));
            (near, Pos2::new(head.right() + 14.0, head.center().y))
        };
        (near, Rect::from_center_size(middle, Vec2::splat(26.0)))
    };
    let zone = scene.zones.iter().rev().find(|zone| place(zone).0.contains(pointer))?;
    let rect = place(zone).1;
    floating(ui, rect, "zone toggle");
    let response = ui.interact(rect, ui.scope_id().with(("zone toggle", zone.id)), Sense::click());
    let (icon, verb) = if zone.collapsed { ("plus", "Open") } else { ("minus", "Collapse") };
    let name = format!("{verb} {}", zone.name);
    response.widget_info(|| WidgetInfo::labeled(Access::Button, true, &name));
    icons::paint_at(ui.painter(), icon, rect.center(), 14.0, theme::color(ui, Role::TextSecondary));
    let id = zone.id;
    let clicked = response.clicked();
    widgets::tooltip(response, &name, "", "O");
    clicked.then_some(id)
}

/// Where the straight way from the middle of a box to a point leaves the box.
fn edge_towards(rect: picture::Rect, to: Point) -> Point {
    let middle = rect.center();
    let (dx, dy) = (to.x - middle.x, to.y - middle.y);
    let reach = |half: f32, by: f32| if by.abs() < 0.01 { f32::INFINITY } else { half / by.abs() };
    let share = reach(rect.w / 2.0, dx).min(reach(rect.h / 2.0, dy)).min(1.0);
    middle.offset(dx * share, dy * share)
}

fn wire(painter: &Painter, at: ScreenFromPicture, from: Point, to: Point, color: Color32) {
    let (a, b) = (at.point(from), at.point(to));
    painter.extend(egui::Shape::dashed_line(&[a, b], Stroke::new(2.0, color), 7.0, 5.0));
    painter.circle_filled(b, 4.0, color);
}

/// Where a component would stand that is put down at a point.
pub fn ghost_frame(scene: &DiagramScene, at: Point) -> picture::Rect {
    seat::landing(scene, room::NEW_NODE, at, Home::Anywhere).0
}

/// A component that would be put down there.
pub fn ghost_node(ui: &Ui, painter: &Painter, at: ScreenFromPicture, frame: picture::Rect, kind: &str) {
    let rect = at.rect(frame);
    let accent = theme::color(ui, Role::Accent);
    dashed_rect(painter, rect, 8.0, Stroke::new(1.5, accent), 7.0, 5.0);
    let text = widgets::line(ui, kind, Look::SMALL_MEDIUM, accent);
    widgets::put_center(painter, rect.center(), text);
}

/// The handles around what is hovered or selected alone.
pub fn handles(
    ui: &Ui,
    painter: &Painter,
    at: ScreenFromPicture,
    scene: &DiagramScene,
    hovered: Option<ItemId>,
    single: Option<ItemId>,
) {
    let accent = theme::color(ui, Role::Accent);
    let ground = theme::color(ui, Role::Canvas);
    if at.scale < 0.35 {
        return;
    }
    if let Some(item @ (ItemId::Zone(_) | ItemId::Note(_) | ItemId::Line(_))) = single {
        for (_, point) in scene.handles(item) {
            let square = Rect::from_center_size(at.point(point), Vec2::splat(8.0));
            painter.rect(square, 2.0, ground, Stroke::new(1.5, accent), StrokeKind::Middle);
        }
    }
    if let Some(ItemId::Component(id)) = single
        && let Some(node) = scene.node(id)
    {
        let rect = at.rect(node.rect);
        // The badge of the threats sits on the right top corner.
        let right_top = node.badge.is_none().then(|| rect.right_top());
        // And what leaves the view on the lower one.
        let right_bottom = node.leaves.is_none().then(|| rect.right_bottom());
        let corners = [Some(rect.left_top()), right_top, right_bottom, Some(rect.left_bottom())];
        for corner in corners.into_iter().flatten() {
            let square = Rect::from_center_size(corner, Vec2::splat(8.0));
            painter.rect(square, 2.0, ground, Stroke::new(1.5, accent), StrokeKind::Middle);
        }
    }
    for item in hovered.into_iter().chain(single.filter(|item| Some(*item) != hovered)) {
        if matches!(item, ItemId::Component(_)) {
            for (_, point) in scene.handles(item) {
                painter.circle(at.point(point), 4.5, ground, Stroke::new(1.5, accent));
            }
        }
    }
}

/// What the zoom control asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Zooming {
    /// By a factor, around the middle.
    By(f32),
    /// To 100 %.
    Whole,
    /// Everything into sight.
    Fit,
}

/// The zoom control at the bottom left.
pub fn zoom_control(ui: &mut Ui, canvas: Rect, zoom: f32) -> Option<Zooming> {
    let rect = legend::zoom_place(canvas);
    floating(ui, rect, "zoom control");
    let mut asked = None;
    let mut x = rect.left() + 3.0;
    let percent = format!("{:.0} %", zoom * 100.0);
    for (icon, name, width, what) in [
        ("minus", "Zoom the canvas out", 32.0, Zooming::By(1.0 / 1.25)),
        ("", "Zoom to 100 %", 54.0, Zooming::Whole),
        ("plus", "Zoom the canvas in", 32.0, Zooming::By(1.25)),
        ("maximize", "Fit all", 32.0, Zooming::Fit),
    ] {
        let button = Rect::from_min_size(Pos2::new(x, rect.top() + 3.0), Vec2::new(width, 28.0));
        x += width;
        let response = ui.interact(button, ui.scope_id().with(("zoom control", name)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Access::Button, true, name));
        if let Some(fill) = widgets::quiet_fill(ui, &response) {
            ui.painter().rect_filled(button, 6.0, fill);
        }
        if icon.is_empty() {
            let text = widgets::line(ui, &percent, Look::SMALL_MEDIUM, theme::color(ui, Role::Text));
            widgets::put_center(ui.painter(), button.center(), text);
        } else {
            icons::paint_at(ui.painter(), icon, button.center(), 16.0, theme::color(ui, Role::TextSecondary));
        }
        widgets::focus_ring(ui, &response, button, 6.0);
        if response.clicked() {
            asked = Some(what);
        }
        widgets::tooltip(response, name, "", "");
    }
    asked
}

/// The ground of something that floats over the drawing.
/// The drawing behind it takes neither click nor drag.
pub fn floating(ui: &Ui, rect: Rect, name: &str) {
    ui.interact(rect, ui.scope_id().with(("floating", name)), Sense::click_and_drag());
    let painter = ui.painter();
    painter.add(theme::small_shadow(ui.visuals().dark_mode).as_shape(rect, 8.0));
    let edge = Stroke::new(1.0, theme::color(ui, Role::Edge));
    painter.rect(rect, 8.0, theme::color(ui, Role::Panel), edge, StrokeKind::Inside);
}

/// The small map at the bottom right; gives back the point of the world that was pressed.
pub fn minimap(ui: &mut Ui, canvas: Rect, scene: &DiagramScene, camera: &Camera) -> Option<Point> {
    let rect = legend::map_place(canvas).filter(|_| !scene.nodes.is_empty())?;
    let at = camera.screen_from_world(canvas);
    let seen = at.rect_to_picture(canvas);
    let id = ui.scope_id().with("minimap");
    let held_down = ui.ctx().read_response(id).is_some_and(|map| map.is_pointer_button_down_on());
    if !held_down && seen.contains_rect(scene.bounds) && covers(scene, at.rect_to_picture(rect)) {
        // It would hide what it shows, and there is nowhere to go.
        return None;
    }
    // The ground first: what is asked for last takes the pointer.
    floating(ui, rect, "minimap");
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Access::Image, true, "Map of the diagram"));
    let painter = ui.painter_at(rect.shrink(2.0));
    // While it is pressed the map stays as it is: under a pointer at rest the place would otherwise wander off.
    let pressed = response.is_pointer_button_down_on();
    let held = ui.scope_id().with("minimap held");
    let shown = ui.data(|data| data.get_temp::<picture::Rect>(held)).filter(|_| pressed);
    let shown = shown.unwrap_or_else(|| scene.bounds.union(seen));
    ui.data_mut(|data| data.insert_temp(held, shown));
    let at = ScreenFromPicture::fit(shown, rect.shrink(8.0), 0.5);
    for zone in &scene.zones {
        let stroke = Stroke::new(1.0, theme::color(ui, Role::TrustLine(zone.trust)));
        let fill = theme::color(ui, Role::TrustFill(zone.trust));
        painter.rect(at.rect(zone.rect), 1.0, fill, stroke, StrokeKind::Middle);
    }
    // Of very many components none could be told from the next: their zones stand for them.
    if scene.nodes.iter().take(1).any(|node| node.rect.w * at.scale >= 1.0) || scene.zones.is_empty() {
        let color = theme::color(ui, Role::Control);
        let mut mesh = egui::Mesh::default();
        for node in &scene.nodes {
            mesh.add_colored_rect(at.rect(node.rect), color);
        }
        painter.add(mesh);
    }
    let frame = at.rect(seen).intersect(rect.shrink(3.0));
    painter.rect_stroke(frame, 2.0, Stroke::new(1.5, theme::color(ui, Role::Accent)), StrokeKind::Inside);
    response
        .interact_pointer_pos()
        .filter(|_| pressed || response.clicked())
        .map(|pointer| at.to_picture(pointer))
        .filter(|point| point.distance(camera.center) > 0.01)
}

/// Whether something of the drawing lies in an area.
fn covers(scene: &DiagramScene, area: picture::Rect) -> bool {
    let boxes = scene.nodes.iter().map(|node| node.rect).chain(scene.zones.iter().map(|zone| zone.rect));
    boxes.chain(scene.notes.iter().map(|note| note.rect)).any(|rect| rect.overlaps(area))
}

/// The pointer's shape for what it is over or doing.
pub fn cursor(gesture: &Gesture, tool: Tool, over_item: bool) -> egui::CursorIcon {
    use egui::CursorIcon as Icon;
    match (gesture, tool) {
        (Gesture::Panning { .. }, _) => Icon::Grabbing,
        (Gesture::Copying { .. }, _) => Icon::Copy,
        (Gesture::Moving { .. } | Gesture::MovingLabel { .. } | Gesture::MovingPiece { .. }, _) => Icon::Move,
        (Gesture::Stuck(_), _) => Icon::NotAllowed,
        (Gesture::Resizing { corner, .. }, _) => match corner {
            0 | 4 => Icon::ResizeNwSe,
            2 | 6 => Icon::ResizeNeSw,
            1 | 5 => Icon::ResizeVertical,
            _ => Icon::ResizeHorizontal,
        },
        (_, Tool::Pan) => Icon::Grab,
        (Gesture::Connecting { .. } | Gesture::Reattaching { .. }, _) => Icon::Crosshair,
        (_, Tool::Add(_) | Tool::Zone | Tool::Line | Tool::Note | Tool::Flow) => Icon::Crosshair,
        _ if over_item => Icon::PointingHand,
        _ => Icon::Default,
    }
}
