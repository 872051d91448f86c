//! A drawing in a file of its own: with what its colours and identifiers mean under it.

use std::collections::BTreeSet;

use crate::model::{Asset, AssetId, Project};
use crate::picture::text::{baseline, fit, width};
use crate::picture::{Picture, PictureBuilder, Point, Rect, Role, Stroke};

use super::{DiagramScene, Lettering, PaintOptions};

/// From a drawing to what stands under it.
const UNDER: f32 = 24.0;
/// From one block to the next, and from column to column.
const APART: f32 = 28.0;
const ROW: f32 = 24.0;
/// Above the rows of a block: its title.
const TITLE: f32 = 30.0;
const SIZE: f32 = 12.0;
/// From a column's edge to the identifier, past the gem.
const PAST_GEM: f32 = 22.0;
const LONGEST_NAME: f32 = 240.0;

impl DiagramScene {
    /// The drawing for a file of its own. Under it stands what its tones mean, and on paper, where chips carry identifiers
    /// alone, which assets they are.
    pub fn picture_alone(&self, project: &Project, options: &PaintOptions) -> Picture {
        let picture = self.picture(options);
        let legend = self.overlay.legend(self.paper);
        let room = picture.bounds.w - legend.as_ref().map_or(0.0, |legend| legend.bounds.w + APART);
        let assets = self.paper.then(|| self.key_to_assets(project, room)).flatten();
        let mut out = PictureBuilder::new();
        out.picture(&picture, 0.0, 0.0);
        let (mut bounds, mut description) = (picture.bounds, picture.description);
        let (mut x, y) = (bounds.x, bounds.bottom() + UNDER);
        for block in [legend, assets].into_iter().flatten() {
            out.picture(&block, x, y);
            bounds = bounds.union(Rect { x, y, ..block.bounds });
            x += block.bounds.w + APART;
            description = format!("{description} {}", block.description);
        }
        Picture { description, ..out.finish_in(bounds) }
    }

    /// The assets that rest at the components and are carried by the flows of the drawing.
    fn assets_shown(&self, project: &Project) -> BTreeSet<AssetId> {
        let shows_any = self.nodes.iter().any(|node| !node.chips.is_empty())
            || self.flows.iter().any(|flow| !flow.label.chips.is_empty());
        if !shows_any {
            return BTreeSet::new();
        }
        let carried = self.flows.iter().flat_map(super::FlowShape::interfaces);
        let carried =
            carried.filter_map(|id| project.diagram.interface(id)).flat_map(|flow| flow.assets.clone());
        let rests = |asset: &&Asset| asset.stored_in.iter().any(|id| self.node(*id).is_some());
        carried.chain(project.assets.iter().filter(rests).map(|asset| asset.id)).collect()
    }

    /// Identifier, name and sensitivity of each asset of the drawing, in columns that fit beside each other.
    fn key_to_assets(&self, project: &Project, room: f32) -> Option<Picture> {
        let lettering = Lettering::of(self.paper);
        let (plain, strong) = (lettering.caption.0, lettering.zone.0);
        let shown = self.assets_shown(project);
        let rows: Vec<(String, String, &str)> = project
            .assets
            .iter()
            .filter(|asset| shown.contains(&asset.id))
            .map(|asset| {
                let level = asset.classified().map_or("not classified", |level| level.label());
                (
                    asset.id.to_string(),
                    fit(&project.name_of(asset.id.into()), plain, SIZE, LONGEST_NAME),
                    level,
                )
            })
            .collect();
        let widest =
            |words: &dyn Fn(&(String, String, &str)) -> f32| rows.iter().map(words).fold(0.0, f32::max);
        let ids = widest(&|row| width(&row.0, strong, SIZE)) + 10.0;
        let names = widest(&|row| width(&row.1, plain, SIZE)) + 14.0;
        let column = (PAST_GEM + ids + names + widest(&|row| width(row.2, plain, SIZE))).ceil();
        let across =
            (((room - 24.0 + APART) / (column + APART)).floor() as usize).clamp(1, rows.len().max(1));
        let down = rows.len().div_ceil(across);
        let across = rows.len().div_ceil(down.max(1));
        let title = "Assets";
        let card = Rect::new(
            0.0,
            0.0,
            (across as f32 * (column + APART) - APART + 24.0).max(width(title, strong, SIZE) + 24.0),
            TITLE + ROW * down as f32 + 8.0,
        );
        if rows.is_empty() {
            return None;
        }
        let mut out = PictureBuilder::new();
        out.rect(card, 8.0, Some(Role::Panel.into()), Some(Stroke::solid(Role::Edge, 1.0)));
        out.text(Point::new(12.0, baseline(17.0, strong, SIZE)), title, strong, SIZE, Role::Text);
        for (index, (id, name, level)) in rows.into_iter().enumerate() {
            let x = 12.0 + (index / down) as f32 * (column + APART);
            let y = TITLE + ROW * ((index % down) as f32 + 0.5);
            let line = baseline(y, plain, SIZE);
            out.icon("gem", Rect::new(x, y - 6.5, 13.0, 13.0), Role::TextSecondary);
            out.text(Point::new(x + PAST_GEM, line), id, strong, SIZE, Role::Accent);
            out.text(Point::new(x + PAST_GEM + ids, line), name, plain, SIZE, Role::Text);
            out.text(Point::new(x + PAST_GEM + ids + names, line), level, plain, SIZE, Role::TextSecondary);
        }
        Some(Picture { description: "Key to the assets.".to_owned(), ..out.finish_in(card) })
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::example;
    use crate::model::Project;
    use crate::picture::scene::tests::sample;
    use crate::picture::{Face, Picture, SceneOptions, Shape};

    use super::super::Overlay;
    use super::*;

    fn alone(project: &Project, paper: bool, overlay: Overlay) -> (DiagramScene, Picture) {
        let view = project.views.iter().next().unwrap().clone();
        let options = SceneOptions { assets: true, paper, overlay, ..SceneOptions::default() };
        let scene = DiagramScene::build(project, &view, &options);
        let picture = scene.picture_alone(project, &PaintOptions::default());
        (scene, picture)
    }

    #[test]
    fn a_drawing_on_paper_names_its_assets() {
        for project in [sample(), example()] {
            for overlay in [Overlay::Nothing, Overlay::Sensitivity] {
                let (scene, picture) = alone(&project, true, overlay);
                let words = picture.words();
                let shown = scene.assets_shown(&project);
                assert!(shown.len() >= 2, "{shown:?}");
                for asset in project.assets.iter().filter(|asset| shown.contains(&asset.id)) {
                    assert!(words.contains(&asset.name.as_str()), "{}: {words:?}", asset.name);
                }
                let below = scene.bounds.bottom() + UNDER - 1.0;
                let key = picture.marks.iter().map(|mark| mark.bounds).filter(|rect| rect.y >= below);
                let area = picture.bounds.grown(1.0);
                let outside: Vec<Rect> = key.clone().filter(|rect| !area.contains_rect(*rect)).collect();
                assert!(key.count() > shown.len() && outside.is_empty(), "{outside:?} in {area:?}");
            }
        }
        // On screen the chips say it themselves.
        let (scene, picture) = alone(&sample(), false, Overlay::Nothing);
        assert_eq!(picture.words(), scene.picture(&PaintOptions::default()).words());
    }

    #[test]
    fn a_drawing_is_lettered_in_one_typeface() {
        let check = |paper: bool, faces: &[Face]| {
            for overlay in Overlay::ALL {
                let (_, picture) = alone(&example(), paper, overlay);
                for mark in picture.marks.iter().filter(|mark| mark.min_scale <= 1.0 && mark.max_scale > 1.0)
                {
                    if let Shape::Text(text) = &mark.shape {
                        assert!(faces.contains(&text.face), "{overlay:?}: {text:?}");
                    }
                }
            }
        };
        check(true, &[Face::Sans, Face::SansSemibold]);
        check(false, &[Face::Ui, Face::UiMedium, Face::UiSemibold]);
    }
}
