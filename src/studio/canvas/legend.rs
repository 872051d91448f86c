//! What the colours of the overlay mean, in a corner of the canvas, and how the drawing is fitted so that nothing that floats
//! over it hides a part of it.

use egui::{Pos2, Rect, Role as Access, Sense, Ui, Vec2, WidgetInfo};

use crate::picture::scene::Overlay;
use crate::picture::{DiagramScene, Point};
use crate::session::Command;
use crate::studio::paint::{self, ScreenFromPicture};
use crate::studio::theme;

use super::{Camera, overlay};

/// From the edge of the canvas to what floats over it.
const INSET: f32 = 14.0;
/// The small map.
const MAP: Vec2 = Vec2::new(190.0, 142.0);
/// The zoom control.
const ZOOM: Vec2 = Vec2::new(156.0, 34.0);

/// What an overlay is switched on with.
pub fn command_of(overlay: Overlay) -> Command {
    match overlay {
        Overlay::Nothing => Command::ColourByNothing,
        Overlay::Risk => Command::ColourByRisk,
        Overlay::Sensitivity => Command::ColourBySensitivity,
        Overlay::Trust => Command::ColourByTrust,
        Overlay::Questions => Command::ColourByQuestions,
    }
}

/// The overlay that a command switches on.
pub fn overlay_of(command: Command) -> Option<Overlay> {
    Overlay::ALL.into_iter().find(|overlay| command_of(*overlay) == command)
}

/// Where the small map stands; none where there is no room for it.
pub fn map_place(canvas: Rect) -> Option<Rect> {
    let roomy = canvas.width() >= 560.0 && canvas.height() >= 360.0;
    roomy.then(|| Rect::from_min_size(canvas.right_bottom() - MAP - Vec2::splat(INSET), MAP))
}

/// Where the zoom control stands.
pub fn zoom_place(canvas: Rect) -> Rect {
    Rect::from_min_size(canvas.left_bottom() + Vec2::new(INSET, -INSET - ZOOM.y), ZOOM)
}

/// Where the meaning of an overlay's colours stands, above the zoom control; none without an overlay or room.
pub fn legend_place(canvas: Rect, overlay: Overlay) -> Option<Rect> {
    let size = overlay.legend(false)?.bounds;
    let bottom = zoom_place(canvas).top() - 10.0;
    let place =
        Rect::from_min_size(Pos2::new(canvas.left() + INSET, bottom - size.h), Vec2::new(size.w, size.h));
    (place.top() > canvas.top() + 64.0 && canvas.width() >= 420.0).then_some(place)
}

/// Shows what the colours mean.
pub fn show(ui: &Ui, canvas: Rect, overlay: Overlay) {
    let (Some(place), Some(legend)) = (legend_place(canvas, overlay), overlay.legend(false)) else { return };
    overlay::floating(ui, place, "legend");
    let response = ui.interact(place, ui.scope_id().with("legend of the overlay"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Access::Image, true, legend.description.clone()));
    let at = ScreenFromPicture { origin: place.min, ..ScreenFromPicture::SAME };
    paint::picture(ui.painter(), &legend, at, theme::palette(ui));
}

/// What floats over a canvas in its corners.
pub(super) fn floats(canvas: Rect, overlay: Overlay) -> Vec<Rect> {
    let corner = [legend_place(canvas, overlay), Some(zoom_place(canvas)), map_place(canvas)];
    corner.into_iter().flatten().collect()
}

/// The middle and zoom at which the whole drawing is seen, and no box of it lies under what floats over the canvas.
pub fn fitting(scene: &DiagramScene, canvas: Rect, overlay: Overlay, margin: f32) -> (Point, f32) {
    let floats = floats(canvas, overlay);
    let boxes: Vec<_> = scene
        .nodes
        .iter()
        .map(|node| node.rect)
        .chain(scene.notes.iter().map(|note| note.rect))
        .chain(scene.zones.iter().filter(|zone| zone.collapsed || zone.components == 0).map(|zone| zone.rect))
        .chain(scene.zones.iter().map(|zone| zone.head))
        .chain(scene.flows.iter().map(|flow| flow.label.pill))
        .collect();
    let is_free = |(center, zoom): (Point, f32)| {
        let mut camera = Camera::default();
        camera.jump((center, zoom));
        let at = camera.screen_from_world(canvas);
        let under: Vec<_> = floats.iter().map(|float| at.rect_to_picture(*float)).collect();
        !boxes.iter().any(|rect| under.iter().any(|under| under.overlaps(*rect)))
    };
    let whole = Camera::fitting(scene.bounds, canvas, margin, 1.0);
    if is_free(whole) {
        return whole;
    }
    // The drawing may stand aside in its free room, or give up a strip along one of the edges that something floats at.
    let left = floats.iter().filter(|float| float.center().x < canvas.center().x);
    let left = left.map(|float| float.right() - canvas.left()).fold(0.0, f32::max);
    let right = map_place(canvas).map_or(0.0, |map| canvas.right() - map.left());
    let low = |floats: &[Rect]| floats.iter().map(|f| canvas.bottom() - f.top()).fold(0.0, f32::max);
    let map = map_place(canvas).into_iter().collect::<Vec<_>>();
    let others: Vec<Rect> = floats.iter().filter(|float| !map.contains(float)).copied().collect();
    let within = |left: f32, right: f32, bottom: f32| {
        let mut free = canvas;
        free.min.x += left;
        free.max.x -= right;
        free.max.y -= bottom;
        let (center, zoom) = Camera::fitting(scene.bounds, free, margin, 1.0);
        let aside = (free.center() - canvas.center()) / zoom;
        (center.offset(-aside.x, -aside.y), zoom)
    };
    let mut ways: Vec<(Point, f32)> = [
        (0.0, right, 0.0),
        (left, 0.0, 0.0),
        (0.0, 0.0, low(&map)),
        (0.0, 0.0, low(&others)),
        (left, right, 0.0),
        (left, 0.0, low(&map)),
        (0.0, right, low(&others)),
        (0.0, 0.0, low(&floats)),
    ]
    .into_iter()
    .map(|(left, right, bottom)| within(left, right, bottom))
    .filter(|way| is_free(*way))
    .collect();
    ways.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    ways.first().copied().unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, ComponentId, Place, Project};
    use crate::picture::SceneOptions;

    #[test]
    fn a_fitted_drawing_lies_under_nothing_that_floats() {
        for (width, height, overlay) in [
            (690.0, 560.0, Overlay::Nothing),
            (690.0, 560.0, Overlay::Risk),
            (980.0, 640.0, Overlay::Sensitivity),
            (600.0, 400.0, Overlay::Nothing),
            (1200.0, 800.0, Overlay::Trust),
        ] {
            let canvas = Rect::from_min_size(Pos2::new(250.0, 90.0), Vec2::new(width, height));
            for (across, down) in [(2, 2), (9, 2), (2, 9), (6, 6)] {
                let scene = grid_of(across, down);
                let (center, zoom) = fitting(&scene, canvas, overlay, 28.0);
                let mut camera = Camera::default();
                camera.jump((center, zoom));
                let at = camera.screen_from_world(canvas);
                for node in &scene.nodes {
                    let seen = at.rect(node.rect);
                    assert!(canvas.contains_rect(seen), "{across}×{down} in {canvas}: {seen} is outside");
                    for float in floats(canvas, overlay) {
                        let hidden = seen.intersects(float);
                        assert!(!hidden, "{across}×{down} in {canvas} {overlay:?}: {seen} under {float}");
                    }
                }
            }
        }
    }

    fn grid_of(across: usize, down: usize) -> DiagramScene {
        let mut project = Project::new("Grid");
        let mut view = crate::model::View::default();
        for (index, (x, y)) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))).enumerate() {
            let id = ComponentId(u32::try_from(index).unwrap() + 1);
            project.diagram.put_component(Component { id, ..Component::default() });
            let place = Place { x: x as f32 * 260.0, y: y as f32 * 140.0, ..Place::default() };
            view.places.insert(id.into(), place);
        }
        DiagramScene::build(&project, &view, &SceneOptions::default())
    }

    #[test]
    fn every_overlay_has_its_command() {
        for overlay in Overlay::ALL {
            assert_eq!(overlay_of(command_of(overlay)), Some(overlay));
        }
        assert_eq!(overlay_of(Command::FitAll), None);
    }
}
