//! What a reader of the SVG file sees stands where the scene has it: measured with another program's eyes.

use std::sync::Arc;

use resvg::usvg::{Group, Node, Options, Tree};

use super::tests::options;
use super::*;
use crate::catalog::{example, templates};
use crate::model::Project;
use crate::picture::{Palette, png, svg};

/// A piece of text and what it covers.
type Written = (String, Rect);

fn collect(group: &Group, texts: &mut Vec<Written>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect(group, texts),
            Node::Text(text) => {
                let words: String = text.chunks().iter().map(resvg::usvg::TextChunk::text).collect();
                let area = text.abs_bounding_box();
                texts.push((words, Rect::new(area.x(), area.y(), area.width(), area.height())));
            }
            _ => {}
        }
    }
}

/// The texts of the file in the scene's own measure.
fn texts(scene: &DiagramScene) -> Vec<Written> {
    let picture = scene.picture(&PaintOptions::default());
    let palette = Palette::light();
    let file =
        svg::write(&picture, palette, &svg::SvgOptions { title: "Test", ..svg::SvgOptions::default() });
    let options =
        Options { fontdb: Arc::clone(png::fonts()), font_family: "Inter".to_owned(), ..Options::default() };
    let tree = Tree::from_str(&file, &options).unwrap();
    let mut texts = Vec::new();
    collect(tree.root(), &mut texts);
    let (x, y) = (picture.bounds.x, picture.bounds.y);
    texts.into_iter().map(|(words, area)| (words, area.moved((x, y)))).collect()
}

/// The words that must be read in an area, and stay in it.
fn expected(scene: &DiagramScene) -> Vec<(String, Rect)> {
    let mut all: Vec<(String, Rect)> = Vec::new();
    for node in &scene.nodes {
        let area = node.under.unwrap_or(node.rect);
        all.extend(node.name.iter().map(|line| (line.clone(), area)));
        all.extend(node.badge.map(|badge| (badge.count.to_string(), badge.rect)));
        all.extend(node.chips.iter().map(|chip| (chip.text.clone(), chip.rect)));
    }
    for zone in scene.zones.iter().filter(|zone| !zone.collapsed) {
        all.push((zone.name.clone(), zone.head));
        all.push((format!("trust {}", zone.trust), zone.head));
    }
    for flow in scene.flows.iter().filter(|flow| !flow.label.crowded_out) {
        if !flow.label.text.is_empty() {
            all.push((flow.label.text.clone(), flow.label.pill));
        }
        all.extend(flow.label.badge.map(|badge| (badge.count.to_string(), badge.rect)));
        all.extend(flow.label.chips.iter().map(|chip| (chip.text.clone(), chip.rect)));
    }
    for note in &scene.notes {
        all.extend(
            note.lines.iter().filter(|line| !line.trim().is_empty()).map(|line| (line.clone(), note.rect)),
        );
    }
    all
}

#[test]
fn words_of_the_svg_file_stay_in_what_they_belong_to() {
    let mut projects: Vec<(String, Project)> =
        templates().iter().map(|template| (template.name.to_owned(), template.project())).collect();
    projects.push(("the example".to_owned(), example()));
    for (name, project) in &projects {
        for paper in [false, true] {
            let mut view = project.views.iter().next().unwrap().clone();
            view.places = crate::picture::layout::places(project, &view);
            let scene = DiagramScene::build(project, &view, &options(paper));
            let written = texts(&scene);
            let mut missing = Vec::new();
            for (words, area) in expected(&scene) {
                let stays = |(found, rect): &Written| *found == words && area.grown(1.5).contains_rect(*rect);
                if !written.iter().any(stays) {
                    let elsewhere: Vec<&Written> =
                        written.iter().filter(|(found, _)| *found == words).collect();
                    missing.push(format!("“{words}” in {area:?}, but {elsewhere:?}"));
                }
            }
            assert!(missing.is_empty(), "{name}, paper {paper}: {missing:#?}");
        }
    }
}
