//! Pages of models from nothing to large, held to the rules of the paper.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::layout;
use crate::catalog;
use crate::model::{
    Component, ComponentId, ComponentKind, Control, ControlId, ControlStatus, Interface, InterfaceId,
    Project, Target, Threat, ThreatId, Zone, ZoneId,
};
use crate::picture::{Mark, Point, Rect, Shape};
use crate::report::document::{Anchor, Document};
use crate::report::page::{BOTTOM, LEFT, Page, RIGHT, TOP, WIDE_WIDTH, page_of};
use crate::report::{ChapterKey, Profile, ReportInput, ReportOptions, assessment, pdf};
use crate::simulation::protect::protect;
use crate::simulation::{Quiet, Run, RunInput, Workload, labels, run, trace};

/// A model of so many components in nested zones, each joined to the next, with threats and controls on all of them.
fn large(components: u32) -> Project {
    let mut project = Project { name: "Large".to_owned(), owner: "Owner".to_owned(), ..Project::default() };
    for zone in 1..=6 {
        project.diagram.zones.insert(Zone {
            id: ZoneId(zone),
            name: format!("Zone {zone}"),
            parent: (zone > 3).then(|| ZoneId(zone - 3)),
            trust: (zone % 5) as u8,
            ..Zone::default()
        });
    }
    let kinds = ComponentKind::ALL;
    for number in 1..=components {
        project.diagram.put_component(Component {
            id: ComponentId(number),
            name: format!("Component number {number}"),
            kind: kinds[number as usize % kinds.len()],
            zone: Some(ZoneId(1 + number % 6)),
            ..Component::default()
        });
        project.threats.insert(Threat {
            id: ThreatId(number),
            title: format!("Something happens to component number {number} that nobody wants to happen"),
            targets: vec![Target::Component(ComponentId(number))],
            likelihood: Some(1.0 + f64::from(number % 5)),
            impact: Some(1.0 + f64::from(number / 5 % 5)),
            ..Threat::default()
        });
        project.controls.insert(Control {
            id: ControlId(number),
            name: format!("Control number {number}"),
            status: if number % 3 == 0 { ControlStatus::Implemented } else { ControlStatus::Planned },
            threats: vec![ThreatId(number)],
            due: Some(date(2027, 1 + (number % 12) as i8, 15)),
            ..Control::default()
        });
    }
    // Six apart lie in one zone.
    for number in 1..components.saturating_sub(5) {
        let interface = Interface {
            id: InterfaceId(number),
            from: Some(ComponentId(number)),
            to: Some(ComponentId(number + 6)),
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap();
    }
    project
}

/// The example's own trace run against its policies.
fn example_run(project: &Project) -> Run {
    let options = trace::TraceOptions::default();
    let bytes = |name: &str| std::io::Cursor::new(catalog::example_file(name).unwrap());
    let (trace, _) =
        trace::read(bytes("agent-platform.metrics.csv"), "agent-platform.metrics.csv", &options).unwrap();
    let labels =
        labels::read(bytes("agent-platform.labels.csv"), "agent-platform.labels.csv", &options).unwrap();
    let input = RunInput { labels: Some(&labels), ..RunInput::new(project, &trace) };
    run::run(project, &input, &Quiet).unwrap()
}

fn document(project: &Project, profile: Profile) -> Document {
    let input = ReportInput { profile, ..ReportInput::new(project, date(2026, 11, 30)) };
    assessment::build(&input)
}

/// The example with everything that was measured on it.
fn example(profile: Profile) -> Document {
    let project = catalog::example();
    let run = example_run(&project);
    let workload = Workload {
        count: Some(20_000),
        skip_plan: true,
        ..Workload::planned(&project.protection.load, None, Some(&run))
    };
    let protection = protect(&project.protection, &workload, &Quiet).unwrap();
    assessment::build(&ReportInput {
        profile,
        run: Some(&run),
        protection: Some(&protection),
        ..ReportInput::new(&project, date(2026, 11, 30))
    })
}

fn words(page: &Page) -> Vec<&str> {
    page.picture.words()
}

fn says(page: &Page, wanted: &str) -> bool {
    words(page).join(" ").contains(wanted)
}

/// Where ink may be: the text between the margins, and what runs at head and foot.
fn paper(page: &Page) -> Rect {
    let (right, bottom) = if page.landscape { (LEFT + WIDE_WIDTH, 200.0) } else { (RIGHT, 288.0) };
    Rect::around(Point::new(LEFT - 0.6, 10.0), Point::new(right + 0.6, bottom))
}

/// What every report keeps to, whatever is in it.
#[track_caller]
fn check(name: &str, document: &Document) -> Vec<Page> {
    let pages = layout(document);
    let count = pages.len();
    let mut wrong: Vec<String> = Vec::new();
    let mut anchors: BTreeSet<Anchor> = BTreeSet::new();
    for (number, page) in (1..).zip(&pages) {
        assert_eq!(page.number, number, "{name}");
        if number > 1 {
            assert!(
                words(page).contains(&format!("{number} / {count}").as_str()),
                "{name}: foot of {number}"
            );
        }
        let paper = paper(page);
        for mark in &page.picture.marks {
            // Words on end have a square around them; they take a line's width of it.
            let ink = match &mark.shape {
                Shape::Text(text) if text.rotate != 0.0 => {
                    let center = mark.bounds.center();
                    Rect::around(center, center).grown(text.size / 2.0)
                }
                _ => mark.bounds,
            };
            if number > 1 && !paper.contains_rect(ink) {
                wrong.push(format!(
                    "page {number}: outside of the margins: {:?} {:?}",
                    mark.bounds, mark.shape
                ));
            }
        }
        if !page.landscape {
            wrong.extend(collisions(page).into_iter().map(|what| format!("page {number}: {what}")));
        }
        for (anchor, y) in &page.anchors {
            // A control has a row in the plan and one among the controls; its links lead to the first.
            let once = anchors.insert(*anchor) || matches!(anchor, Anchor::Item(_));
            assert!(once, "{name}: {anchor:?} stands twice");
            assert!(*y >= 0.0 && *y <= page.size().1, "{name}: {anchor:?} at {y}");
        }
        for link in &page.links {
            assert!(page_of(&pages, &link.target).is_some(), "{name}: {:?} leads nowhere", link.target);
            assert!(paper.contains_rect(link.rect), "{name}, page {number}: {:?}", link.rect);
        }
    }
    let titles: Vec<String> = pages
        .iter()
        .flat_map(|page| &page.bookmarks)
        .filter(|bookmark| bookmark.level == 0)
        .map(|bookmark| bookmark.title.clone())
        .collect();
    let chapters: Vec<String> = document
        .chapters
        .iter()
        .map(|chapter| match chapter.number {
            Some(number) => format!("{number} {}", chapter.title),
            None => chapter.title.clone(),
        })
        .collect();
    assert_eq!(titles, chapters, "{name}: chapters in their order");
    assert!(
        wrong.is_empty(),
        "{name}: {} wrong\n{}",
        wrong.len(),
        wrong.iter().take(8).cloned().collect::<Vec<_>>().join("\n")
    );
    pages
}

/// Pairs of words on a page that lie on each other, outside of drawings of the system.
fn collisions(page: &Page) -> Vec<String> {
    let text: Vec<(&str, Rect)> = page
        .picture
        .marks
        .iter()
        .filter_map(|mark| match &mark.shape {
            Shape::Text(text) if text.rotate == 0.0 && !text.text.trim().is_empty() => {
                // The middle of the letters: lines that touch are not on each other.
                let b = mark.bounds;
                Some((
                    text.text.as_str(),
                    Rect::new(b.x + 0.2, b.y + b.h * 0.3, (b.w - 0.4).max(0.0), b.h * 0.4),
                ))
            }
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (index, (one, here)) in text.iter().enumerate() {
        for (other, there) in text.iter().skip(index + 1) {
            if here.overlaps(*there) {
                found.push(format!("“{one}” on “{other}”"));
            }
        }
    }
    found
}

#[test]
fn every_report_keeps_to_the_rules_of_the_paper() {
    let (empty, middle, huge) = (Project::default(), large(60), large(300));
    let documents = [
        ("empty", document(&empty, Profile::Detailed)),
        ("example", example(Profile::Detailed)),
        ("60 components", document(&middle, Profile::Detailed)),
        ("300 components", document(&huge, Profile::Detailed)),
        ("empty summary", document(&empty, Profile::Summary)),
        ("example summary", example(Profile::Summary)),
        ("300 components summary", document(&huge, Profile::Summary)),
    ];
    for (name, document) in &documents {
        let pages = check(name, document);
        if document.profile == Profile::Summary {
            assert_eq!(pages.len(), 4, "{name}");
        }
    }
}

#[test]
fn the_contents_name_the_pages_on_which_chapters_begin() {
    let document = example(Profile::Detailed);
    let pages = layout(&document);
    let contents = pages.iter().find(|page| page.chapter == Some(ChapterKey::Contents)).unwrap();
    for chapter in document.chapters.iter().filter(|chapter| chapter.number.is_some()) {
        let page = page_of(&pages, &Anchor::Chapter(chapter.key)).unwrap();
        assert!(says(&pages[page - 1], &chapter.title), "{} on page {page}", chapter.title);
        let row = contents
            .links
            .iter()
            .find(|link| link.target == Anchor::Chapter(chapter.key) && link.rect.w > 100.0)
            .unwrap()
            .rect;
        let in_row: Vec<&str> = contents
            .picture
            .marks
            .iter()
            .filter(|mark| row.contains(mark.bounds.center()))
            .filter_map(Mark::words)
            .collect();
        assert!(
            in_row.contains(&page.to_string().as_str()),
            "{} is on {page}, says {in_row:?}",
            chapter.title
        );
    }
}

#[test]
fn a_table_that_goes_on_repeats_its_head_and_loses_no_row() {
    let project = large(120);
    let options = ReportOptions { left_out: [ChapterKey::System].into(), ..ReportOptions::default() };
    let input = ReportInput { options, ..ReportInput::new(&project, date(2026, 11, 30)) };
    let pages = layout(&assessment::build(&input));
    let mut rows: BTreeMap<ThreatId, usize> = BTreeMap::new();
    let mut continued = 0;
    for page in &pages {
        if says(page, "continued: threats") {
            continued += 1;
            assert!(says(page, "Threat, targets, references"), "page {}", page.number);
        }
        for (anchor, _) in &page.anchors {
            if let Anchor::Item(crate::model::ItemId::Threat(id)) = anchor {
                rows.insert(*id, page.number);
            }
        }
    }
    assert!(continued >= 3, "{continued}");
    assert_eq!(rows.len(), 120, "every threat has its row once");
    let mut per_page: BTreeMap<usize, usize> = BTreeMap::new();
    for page in rows.values() {
        *per_page.entry(*page).or_default() += 1;
    }
    assert!(per_page.values().all(|count| *count > 1), "no page takes a single row: {per_page:?}");
}

#[test]
fn a_large_diagram_is_drawn_in_parts() {
    let count = |components: u32| {
        let project = large(components);
        let pages = layout(&document(&project, Profile::Detailed));
        let plates: Vec<&Page> = pages.iter().filter(|page| page.landscape).collect();
        let drawn: BTreeSet<String> = project
            .diagram
            .components()
            .filter(|component| {
                plates
                    .iter()
                    .any(|page| words(page).iter().any(|words| words.starts_with(&component.id.to_string())))
            })
            .map(|component| component.id.to_string())
            .collect();
        assert_eq!(drawn.len(), components as usize, "every component is on some plate");
        plates.len()
    };
    assert_eq!(count(12), 1);
    assert!(count(60) > 2, "an overview and its parts");
}

#[test]
fn pages_are_filled_or_meant_to_be_short() {
    let pages = layout(&example(Profile::Detailed));
    for (page, next) in pages.iter().zip(pages.iter().skip(1)) {
        if page.landscape || page.number == 1 {
            continue;
        }
        let foot = page
            .picture
            .marks
            .iter()
            .map(|mark| mark.bounds.bottom())
            .filter(|bottom| *bottom < BOTTOM + 1.0)
            .fold(TOP, f32::max);
        let share = (foot - TOP) / (BOTTOM - TOP);
        assert!(share > 0.24, "page {} is all but empty, and {} follows", page.number, next.number);
    }
}

#[test]
fn chapters_left_out_take_their_links_with_them() {
    let project = catalog::example();
    for key in ChapterKey::ALL {
        let options = ReportOptions { left_out: [key].into(), ..ReportOptions::default() };
        let input = ReportInput { options, ..ReportInput::new(&project, date(2026, 11, 30)) };
        check(key.title(), &assessment::build(&input));
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let bytes = || {
        let document = example(Profile::Summary);
        pdf::print(&document, &layout(&document))
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn nothing_rated_is_never_said_to_be_inside_the_appetite() {
    let mut project = large(8);
    let ids: Vec<ThreatId> = project.threats.iter().map(|threat| threat.id).collect();
    for id in ids {
        let threat = project.threats.get_mut(id).unwrap();
        (threat.likelihood, threat.impact) = (None, None);
    }
    for (project, verdict) in
        [(Project::default(), "records no threat that counts"), (project, "eight threats of Large wait")]
    {
        for profile in Profile::ALL {
            let pages = layout(&document(&project, profile));
            let all: Vec<String> = pages.iter().map(|page| words(page).join(" ")).collect();
            let all = all.join(" ");
            assert!(all.contains("Nothing has been rated"), "{all}");
            assert!(all.contains(verdict), "{all}");
            for wrong in
                ["inside its appetite", "none lies above", "No threat lies above", "0 above appetite"]
            {
                assert!(!all.contains(wrong), "{wrong:?} in {all}");
            }
        }
    }
}
