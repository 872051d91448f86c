//! The diagram, or what is selected of it, on the clipboard: as pixels for slides and chats, as SVG for documents.

use egui::{ColorImage, Context};

use crate::model::{ItemId, Place, Project, View, ViewId};
use crate::picture::scene::PaintOptions;
use crate::picture::{DiagramScene, Palette, Role, SceneOptions, layout, png, svg};
use crate::session::{Command, Session};

use super::app::App;

/// Pixels for each point, unless the picture would be too large for a clipboard.
const SCALE: f32 = 2.0;
const MOST_PIXELS: f32 = 6000.0;

impl App {
    /// Puts the drawing on the clipboard.
    pub(super) fn copy_diagram(&mut self, ctx: &Context, command: Command) {
        let Some(session) = &self.session else { return };
        let options = self.prefs.shown().options(session);
        let Some((drawn, side)) = drawn(session, &options) else {
            return self.toasts.error("Nothing of the selection is on the diagram.".to_owned());
        };
        if command == Command::CopyDiagramSvg {
            ctx.copy_text(drawn);
            return self.toasts.say("The diagram is on the clipboard, as SVG.");
        }
        match png::pixels(&drawn, SCALE.min(MOST_PIXELS / side)) {
            Ok(pixels) => {
                let size = [pixels.width as usize, pixels.height as usize];
                ctx.copy_image(ColorImage::from_rgba_premultiplied(size, &pixels.rgba));
                self.toasts.say("The diagram is on the clipboard, as a picture.");
            }
            Err(error) => self.toasts.error(error.to_string()),
        }
    }
}

/// The selected part of the drawing, or all of it, as SVG, and the length of its longer side in points.
fn drawn(session: &Session, options: &SceneOptions) -> Option<(String, f32)> {
    let project = session.project();
    let view = part(project, session.view_id(), session.selection().items())?;
    let scene = DiagramScene::build(project, &view, options);
    let picture = scene.picture_alone(project, &PaintOptions::default());
    let margin = 24.0;
    let side = picture.bounds.w.max(picture.bounds.h) + 2.0 * margin;
    let options =
        svg::SvgOptions { title: &project.name, ground: Some(Role::Canvas), margin, ..Default::default() };
    (!picture.marks.is_empty()).then(|| (svg::write(&picture, Palette::light(), &options), side))
}

/// The view with only what is selected, and what stands in selected zones; all of it when no component or zone is.
fn part(project: &Project, view: ViewId, items: &[ItemId]) -> Option<View> {
    let view = project.views.get(view)?;
    let has_box = |item: &&ItemId| matches!(item, ItemId::Component(_) | ItemId::Zone(_));
    if items.iter().find(has_box).is_none() {
        return Some(view.clone());
    }
    let diagram = &project.diagram;
    let chosen = |item: ItemId| {
        let zone = match item {
            ItemId::Component(id) => diagram.component(id).and_then(|component| component.zone),
            ItemId::Zone(id) => diagram.zones.get(id).and_then(|zone| zone.parent),
            // Flows are drawn when their ends are; lines and notes when they were chosen.
            ItemId::Interface(_) => return true,
            _ => None,
        };
        let around = diagram.zone_chain(zone);
        items.contains(&item) || around.iter().any(|zone| items.contains(&ItemId::from(*zone)))
    };
    let all: std::collections::BTreeMap<ItemId, Place> = layout::places(project, view);
    let places = all.into_iter().filter(|(item, _)| chosen(*item)).collect();
    Some(View { only_placed: true, places, ..view.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ComponentId;

    #[test]
    fn what_is_selected_is_copied_and_else_everything() {
        let project = crate::picture::scene::tests::sample();
        let mut session = Session::unsaved(project);
        let options = SceneOptions::default();
        let check = |session: &Session, there: &[&str], absent: &[&str]| {
            let (text, side) = drawn(session, &options).unwrap();
            assert!(
                resvg::usvg::Tree::from_str(&text, &resvg::usvg::Options::default()).is_ok() && side > 48.0
            );
            for id in there {
                assert!(text.contains(&format!("id=\"{id}\"")), "{id} is drawn");
            }
            for id in absent {
                assert!(!text.contains(&format!("id=\"{id}\"")), "{id} is not drawn");
            }
        };
        check(&session, &["C-01", "C-05", "F-05", "Z-5"], &[]);
        session.select([ComponentId(2).into(), ComponentId(4).into()]);
        check(&session, &["C-02", "C-04", "F-03"], &["C-01", "F-01", "Z-5"]);
        session.select([crate::model::ZoneId(4).into()]);
        check(&session, &["Z-4", "C-04", "C-08"], &["C-02"]);
        assert!(png::pixels(&drawn(&session, &options).unwrap().0, 1.0).unwrap().rgba.len() > 1000);
    }
}
