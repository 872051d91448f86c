//! Another program reads the words of a drawing's PDF where the picture puts them.
//!
//! Built with the other judges, with the feature `judges`; skipped, and loudly, where pdftotext is not installed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::process::Command;

use threat_studio::analysis::risk::register;
use threat_studio::catalog::{example, templates};
use threat_studio::model::Project;
use threat_studio::picture::scene::risk_badges;
use threat_studio::picture::text::width;
use threat_studio::picture::{
    Align, DiagramScene, Overlay, PaintOptions, Palette, Picture, SceneOptions, Shape, layout,
};
use threat_studio::report::pdf::drawing_pdf;

/// Free room around the drawing, in its own points of 96 to the inch.
const MARGIN: f32 = 24.0;
/// Points of the paper to a point of the picture.
const PAPER: f32 = 72.0 / 96.0;
/// How far a word may stand from its place, in points of the paper.
const OFF: f32 = 1.5;

/// A word and what it covers on the page: left, top, right, bottom.
#[derive(Debug, PartialEq)]
struct Word {
    text: String,
    area: [f32; 4],
}

/// What pdftotext reads; none, and loudly, where it is not installed.
fn read(pdf: &[u8]) -> Option<Vec<Word>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drawing.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = match Command::new("pdftotext").args(["-bbox", path.to_str().unwrap(), "-"]).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("SKIPPED: pdftotext cannot be run ({error}), so nobody else has read the drawing");
            return None;
        }
    };
    let page = String::from_utf8(output.stdout).unwrap();
    let words = page.lines().filter_map(|line| line.trim().strip_prefix("<word "));
    let number = |line: &str, name: &str| -> f32 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    Some(
        words
            .map(|line| {
                let text = line.split('>').nth(1).unwrap().split("</word").next().unwrap();
                let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
                    .iter()
                    .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain));
                Word { text, area: ["xMin", "yMin", "xMax", "yMax"].map(|name| number(line, name)) }
            })
            .collect(),
    )
}

/// The words of a picture: where each begins and ends, and its baseline, on the page; and the size of its letters.
fn put(picture: &Picture) -> Vec<(String, f32, f32, f32, f32)> {
    let mut words = Vec::new();
    let near = picture.marks.iter().filter(|mark| mark.min_scale <= 1.0 && mark.max_scale > 1.0);
    for mark in near {
        let Shape::Text(text) = &mark.shape else { continue };
        let long = width(&text.text, text.face, text.size);
        let start = match text.align {
            Align::Left => text.at.x,
            Align::Center => text.at.x - long / 2.0,
            Align::Right => text.at.x - long,
        };
        for (at, word) in text.text.match_indices(|c: char| c != ' ').fold(Vec::new(), words_of) {
            let before = width(&text.text[..at], text.face, text.size);
            let ends = before + width(&text.text[at..at + word], text.face, text.size);
            let x = |from: f32| (start + from - picture.bounds.x + MARGIN) * PAPER;
            let y = (text.at.y - picture.bounds.y + MARGIN) * PAPER;
            words.push((text.text[at..at + word].to_owned(), x(before), x(ends), y, text.size * PAPER));
        }
    }
    words
}

/// Collects characters into words: where each starts and how many bytes it has.
fn words_of(mut words: Vec<(usize, usize)>, (at, letter): (usize, &str)) -> Vec<(usize, usize)> {
    match words.last_mut() {
        Some((start, bytes)) if *start + *bytes == at => *bytes += letter.len(),
        _ => words.push((at, letter.len())),
    }
    words
}

fn check(name: &str, project: &Project, overlay: Overlay) {
    let mut view = project.views.iter().next().unwrap().clone();
    view.places = layout::places(project, &view);
    let risk = Some(risk_badges(&register(project)));
    let options = SceneOptions { risk, assets: true, paper: true, overlay, ..SceneOptions::default() };
    let picture =
        DiagramScene::build(project, &view, &options).picture_alone(project, &PaintOptions::default());
    let Some(read) = read(&drawing_pdf(&picture, Palette::print(), MARGIN)) else { return };
    let put = put(&picture);
    assert!(put.len() > 20, "{name}: {put:?}");
    let mut missing = Vec::new();
    for (word, left, right, baseline, size) in &put {
        let there = |read: &&Word| {
            let [x, top, end, bottom] = read.area;
            read.text == *word
                && (x - left).abs() < OFF
                && (end - right).abs() < OFF
                && top < baseline - size * 0.4
                && (baseline - OFF..baseline + size * 0.5).contains(&bottom)
        };
        if !read.iter().any(|word| there(&word)) {
            let elsewhere: Vec<&Word> = read.iter().filter(|other| other.text == *word).collect();
            missing.push(format!("“{word}” at {left} to {right} on {baseline}, but {elsewhere:?}"));
        }
    }
    assert!(missing.is_empty(), "{name}, {overlay:?}: {missing:#?}");
}

#[test]
fn words_of_a_diagrams_pdf_stand_where_the_picture_puts_them() {
    check("the example", &example(), Overlay::Nothing);
    check("the example", &example(), Overlay::Sensitivity);
    for template in templates() {
        check(template.name, &template.project(), Overlay::Nothing);
    }
}
