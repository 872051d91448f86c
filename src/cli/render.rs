//! `render FILE --what diagram|heatmap|paths|timeline --out X.svg|png|pdf`: a drawing as a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::packs::PackArguments;
use super::progress::Bar;
use super::sample::SampleOptions;
use super::{CliError, Exit, load, write_output};
use crate::analysis::paths::{AttackPath, PathOptions};
use crate::analysis::risk::register;
use crate::analysis::suggest::suggest;
use crate::model::{Project, View, ViewId, plain_word};
use crate::picture::heatmap::{HeatmapOptions, heatmap};
use crate::picture::scene::{Overlay, PathStep, questions_by_item, risk_badges};
use crate::picture::timeline::{TimelineOptions, timeline};
use crate::picture::{DiagramScene, PaintOptions, Palette, Picture, Role, SceneOptions, png, svg};
use crate::report::pdf::drawing_pdf;
use crate::session::path_search::on_every_core;
use crate::simulation::run::run as simulate;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// The system: components, interfaces, zones, with the risk of each
    Diagram,
    /// The risk field
    Heatmap,
    /// The system with its likeliest attack path
    Paths,
    /// A simulation on its time axis
    Timeline,
}

/// In which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Theme {
    /// The screen's light theme
    Light,
    /// The screen's dark theme
    Dark,
    /// Ink on paper
    Print,
}

/// What the diagram is coloured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColouredBy {
    /// The worst current risk of each thing
    Risk,
    /// The most sensitive asset that is there or passes
    Sensitivity,
    /// How far the zone around is trusted
    Trust,
    /// What nobody has answered yet
    Questions,
}

/// The arguments of `render`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// What to draw
    #[arg(long, value_enum)]
    what: What,
    /// Where to write it; the ending says as what: .svg, .png or .pdf
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The view to draw, by its name or id; the first unless given
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// The colours: light unless given, print for a PDF
    #[arg(long, value_enum)]
    theme: Option<Theme>,
    /// Pixels of a PNG for each point
    #[arg(long, value_name = "NUMBER", default_value_t = 2.0)]
    scale: f32,
    /// What the diagram is coloured by
    #[arg(long, value_enum)]
    overlay: Option<ColouredBy>,
    /// Which attack path, 1 for the likeliest
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    path: usize,
    /// The agent of the timeline; the one with the longest alarms unless given
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    #[command(flatten)]
    packs: PackArguments,
    #[command(flatten)]
    sample: SampleOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Svg,
    Png,
    Pdf,
}

/// Draws and writes.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let kind = file_kind(&arguments.out)?;
    if !(arguments.scale > 0.0 && arguments.scale <= 20.0) {
        return Err(CliError::usage("--scale must be above 0 and at most 20"));
    }
    let project = load(&arguments.file)?.project;
    let theme = arguments.theme.unwrap_or(if kind == FileKind::Pdf { Theme::Print } else { Theme::Light });
    let palette = match theme {
        Theme::Light => Palette::light(),
        Theme::Dark => Palette::dark(),
        Theme::Print => Palette::print(),
    };
    let picture = draw(arguments, &project, theme == Theme::Print)?;
    let title = if project.name.is_empty() { "Threat model" } else { project.name.as_str() };
    let bytes = match kind {
        FileKind::Svg => as_svg(&picture, palette, title).into_bytes(),
        FileKind::Png => png::render(&as_svg(&picture, palette, title), arguments.scale)
            .map_err(|error| CliError::output(error.to_string()))?,
        FileKind::Pdf => drawing_pdf(&picture, palette, MARGIN),
    };
    write_output(Some(&arguments.out), &bytes)?;
    Ok(Exit::Done)
}

/// Free room around a drawing in a file of its own.
const MARGIN: f32 = 24.0;

fn as_svg(picture: &Picture, palette: &Palette, title: &str) -> String {
    let options = svg::SvgOptions { title, ground: Some(Role::Canvas), margin: MARGIN, ..Default::default() };
    svg::write(picture, palette, &options)
}

fn file_kind(out: &Path) -> Result<FileKind, CliError> {
    let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("svg") => Ok(FileKind::Svg),
        Some("png") => Ok(FileKind::Png),
        Some("pdf") => Ok(FileKind::Pdf),
        _ => Err(CliError::usage(format!("{}: the name must end in .svg, .png or .pdf", out.display()))),
    }
}

fn draw(arguments: &Arguments, project: &Project, paper: bool) -> Result<Picture, CliError> {
    match arguments.what {
        What::Diagram => {
            let scene = scene(arguments, project, paper)?;
            Ok(scene.picture_alone(project, &PaintOptions::default()))
        }
        What::Paths => {
            let scene = scene(arguments, project, paper)?;
            let options = PaintOptions { path: path_steps(arguments, project)?, ..PaintOptions::default() };
            Ok(scene.picture_alone(project, &options))
        }
        What::Heatmap => {
            let register = register(project);
            // Drawn in points either way: a file on its own has no page that would set millimetres.
            let options = HeatmapOptions { legend: true, ..HeatmapOptions::screen(96.0) };
            let options = if paper { HeatmapOptions::paper(96.0, 96.0) } else { options };
            let picture = heatmap(&register, &project.method, &options).picture;
            Ok(if paper { picture.scaled(96.0 / 25.4) } else { picture })
        }
        What::Timeline => {
            let sample = arguments.sample.read(project, &arguments.file)?.ok_or_else(|| {
                CliError::usage("name a trace with --trace FILE: the project has no sample trace of its own")
            })?;
            let mut input = sample.input(project);
            input.chart_points = 1200;
            let found = simulate(project, &input, &Bar::new("Simulating"))
                .map_err(|stopped| CliError::input(stopped.to_string()))?;
            let options = TimelineOptions {
                agent: arguments.agent.clone(),
                paper,
                width: 1180.0,
                ..Default::default()
            };
            Ok(timeline(&found, &options).picture)
        }
    }
}

fn scene(arguments: &Arguments, project: &Project, paper: bool) -> Result<DiagramScene, CliError> {
    let view = view(project, arguments.view.as_deref())?;
    let overlay = arguments.overlay.map_or(Overlay::Nothing, |by| match by {
        ColouredBy::Risk => Overlay::Risk,
        ColouredBy::Sensitivity => Overlay::Sensitivity,
        ColouredBy::Trust => Overlay::Trust,
        ColouredBy::Questions => Overlay::Questions,
    });
    let questions = match overlay {
        Overlay::Questions => questions_by_item(
            &suggest(project, &*arguments.packs.catalog(&arguments.file, project)?).questions,
        ),
        _ => BTreeMap::new(),
    };
    let options = SceneOptions {
        overlay,
        questions,
        risk: Some(risk_badges(&register(project))),
        assets: true,
        paper,
        ..SceneOptions::default()
    };
    Ok(DiagramScene::build(project, &view, &options))
}

/// The view that was asked for, the first one, or one of the whole where the project has none.
fn view(project: &Project, wanted: Option<&str>) -> Result<View, CliError> {
    let Some(wanted) = wanted else { return Ok(project.views.iter().next().cloned().unwrap_or_default()) };
    let by_id = wanted.parse::<ViewId>().ok().and_then(|id| project.views.get(id));
    let by_name = || project.views.iter().find(|view| plain_word(&view.name) == plain_word(wanted));
    by_id.or_else(by_name).cloned().ok_or_else(|| {
        let names: Vec<&str> = project.views.iter().map(|view| view.name.as_str()).collect();
        let known = if names.is_empty() { "the project has none".to_owned() } else { names.join(", ") };
        CliError::input(format!("there is no view \"{wanted}\": {known}"))
    })
}

fn path_steps(arguments: &Arguments, project: &Project) -> Result<Vec<PathStep>, CliError> {
    let number = arguments.path.max(1);
    let report = on_every_core(project, &PathOptions { limit: number + 20, ..PathOptions::default() });
    // A path without a step is no drawing: the attack starts where the asset is.
    let paths: Vec<&AttackPath> = report.paths.iter().filter(|path| !path.steps.is_empty()).collect();
    let path = paths.get(number - 1).ok_or_else(|| match paths.len() {
        0 => CliError::input("there is no attack path from an untrusted place to a sensitive asset"),
        found => CliError::input(format!("there are only {found} attack paths")),
    })?;
    let mut steps = vec![PathStep { via: None, to: path.source.component }];
    steps.extend(path.steps.iter().map(|step| PathStep { via: step.interface, to: step.to }));
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn example() -> &'static str {
        concat!(env!("CARGO_MANIFEST_DIR"), "/examples/agent-platform.threat.ron")
    }

    fn render(what: &str, out: &Path, more: &[&str]) -> Result<Exit, CliError> {
        let out = out.to_str().unwrap();
        let words =
            ["render", example(), "--what", what, "--out", out].into_iter().chain(more.iter().copied());
        run(&Line::try_parse_from(words).unwrap().arguments)
    }

    #[test]
    fn every_drawing_comes_in_every_format() {
        let folder = tempfile::tempdir().unwrap();
        for what in ["diagram", "heatmap", "paths"] {
            for (ending, start) in [("svg", &b"<?xml"[..]), ("png", b"\x89PNG"), ("pdf", b"%PDF")] {
                let out = folder.path().join(format!("{what}.{ending}"));
                assert_eq!(render(what, &out, &["--scale", "0.5"]).unwrap(), Exit::Done, "{what} {ending}");
                let bytes = std::fs::read(&out).unwrap();
                assert!(
                    bytes.starts_with(start) && bytes.len() > 2000,
                    "{what} {ending}: {} bytes",
                    bytes.len()
                );
            }
        }
    }

    #[test]
    fn the_example_is_drawn_without_collisions() {
        let project = load(Path::new(example())).unwrap().project;
        for paper in [false, true] {
            for view in &project.views {
                let words =
                    ["render", "x", "--what", "diagram", "--out", "x.svg", "--view", view.name.as_str()];
                let arguments = Line::try_parse_from(words).unwrap().arguments;
                let scene = scene(&arguments, &project, paper).unwrap();
                crate::picture::scene::tests::check_scene(&project, &scene);
            }
        }
    }

    #[test]
    fn the_example_can_be_looked_at() {
        let project = load(Path::new(example())).unwrap().project;
        let keep = crate::picture::scene::tests::keep;
        for (what, name) in
            [("diagram", "example"), ("timeline", "example-timeline"), ("paths", "example-path")]
        {
            for (theme, palette) in
                [("dark", Palette::dark()), ("light", Palette::light()), ("print", Palette::print())]
            {
                let words = ["render", example(), "--what", what, "--out", "x.svg"];
                let arguments = Line::try_parse_from(words).unwrap().arguments;
                let picture = draw(&arguments, &project, theme == "print").unwrap();
                assert!(!picture.marks.is_empty() && !picture.description.is_empty(), "{what}");
                keep(&format!("{name}-{theme}"), &picture, palette, 1.0);
            }
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("x.svg");
        let check = |result: Result<Exit, CliError>, said: &str| {
            let message = result.unwrap_err().to_string();
            assert!(message.contains(said), "{message}");
        };
        check(render("diagram", &folder.path().join("x.gif"), &[]), "must end in .svg, .png or .pdf");
        check(render("diagram", &out, &["--view", "Elsewhere"]), "there is no view \"Elsewhere\"");
        check(render("diagram", &out, &["--scale", "0"]), "--scale");
        check(render("paths", &out, &["--path", "9999"]), "attack path");
    }
}
