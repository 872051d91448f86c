//! What the graph says, shown on the diagram: paths are played, findings light up.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::driving::*;
use crate::analysis::paths::tests::{asset, system};
use crate::analysis::paths::{FindingKind, GraphFinding};
use crate::catalog::Catalog;
use crate::model::{
    Asset, ComponentId, Control, ControlId, ControlStatus, InterfaceId, ItemId, Strength, Target, Threat,
    ThreatId,
};
use crate::session::{Command, Request, work};

/// Somebody outside, two agents that talk, and a store with something in it; one control is planned.
fn graph() -> Studio {
    let mut project = system("C1 Human@0, C2 Agent@3, C3 Agent@3, C4 Store@3", "F1 1>2, F2 2<>3, F3 3>4");
    project.assets.insert(Asset { integrity: Some(5), ..asset(1, &[4]) });
    project.threats.insert(Threat {
        id: ThreatId(1),
        title: "Prompt injection".to_owned(),
        targets: vec![Target::Interface(InterfaceId(1))],
        ..Threat::default()
    });
    project.controls.insert(Control {
        id: ControlId(1),
        name: "Filter".to_owned(),
        threats: vec![ThreatId(1)],
        status: ControlStatus::Planned,
        strength: Strength::High,
        ..Control::default()
    });
    project.reserve_all();
    studio(work::placed(project))
}

fn with_paths_open() -> Studio {
    let mut studio = graph();
    ctrl(&mut studio, Key::Num3);
    click(&mut studio, Role::Tab, "Attack paths");
    studio
}

fn shift(studio: &mut Studio, key: Key) {
    studio.key_press_modifiers(Modifiers::SHIFT, key);
    studio.run();
}

fn lit(studio: &Studio) -> Option<GraphFinding> {
    studio.state().system.canvas.lit.as_ref().map(|lit| lit.finding)
}

#[test]
fn a_path_is_played_from_the_list_and_each_step_names_its_control() {
    let mut studio = with_paths_open();
    let paths = labels(&studio, Role::ListItem);
    let path = paths.iter().find(|label| label.starts_with("Path to asset 1")).unwrap();
    click(&mut studio, Role::ListItem, path);
    button(&mut studio, "Play on the diagram");
    for _ in 0..4 {
        press(&mut studio, Key::ArrowLeft);
    }
    assert!(says(&studio, "Starts at part 1"), "{:#?}", labels(&studio, Role::Label));
    let steps = session(&studio).derived().paths().paths[0].steps.clone();
    assert_eq!(steps.len(), 3);
    assert!(steps[0].cut_by().is_some() && steps[1].cut_by().is_none());
    for (index, step) in steps.iter().enumerate() {
        press(&mut studio, Key::ArrowRight);
        let cut = match step.cut_by() {
            Some(_) => "M-01 Filter, once in place, would make it".to_owned(),
            None => {
                format!(
                    "{} would cut it.",
                    Catalog::builtin().control(step.suggested.unwrap()).unwrap().title
                )
            }
        };
        for words in [&format!("Step {} of 3", index + 1), &cut] {
            assert!(says(&studio, words), "{words}: {:#?}", labels(&studio, Role::Label));
        }
    }
    press(&mut studio, Key::ArrowRight);
    assert!(says(&studio, "Step 3 of 3"));
    press(&mut studio, Key::Escape);
    assert!(!says(&studio, "Step 3 of 3") && says(&studio, "Path 1 of"));
    shift(&mut studio, Key::P);
    assert!(studio.state().system.canvas.playing.is_some());
}

#[test]
fn every_kind_of_finding_lights_up_from_the_list() {
    for kind in [
        FindingKind::Integrity,
        FindingKind::Loop,
        FindingKind::SinglePoint,
        FindingKind::BlastRadius,
        FindingKind::Crossing,
    ] {
        let mut studio = with_paths_open();
        let finding = GraphFinding { kind, place: 0 };
        let report = session(&studio).derived().paths();
        let words = finding.words(project(&studio), report);
        let remedy = finding.remedy(project(&studio), report).unwrap().words(project(&studio));
        let items = finding.items(project(&studio), report);
        let number = report.findings().count();
        click(&mut studio, Role::ListItem, &words);
        assert!(says(&studio, &remedy), "{kind:?}");
        if kind == FindingKind::Loop {
            button(&mut studio, "Show on the diagram");
        } else {
            shift(&mut studio, Key::P);
        }
        assert_eq!(lit(&studio), Some(finding));
        assert!(!items.is_empty());
        for told in [&words, &remedy, &format!("of {number} · {}", kind.label())] {
            assert!(says(&studio, told), "{told}: {:#?}", labels(&studio, Role::Label));
        }
        press(&mut studio, Key::ArrowRight);
        assert!(lit(&studio).is_some_and(|lit| lit != finding));
        press(&mut studio, Key::ArrowLeft);
        assert_eq!(lit(&studio), Some(finding));
        press(&mut studio, Key::Escape);
        assert_eq!(lit(&studio), None);
        assert!(!says(&studio, &remedy));
    }
}

#[test]
fn one_key_leads_through_what_is_found_of_the_selection() {
    let mut studio = graph();
    let store = ItemId::from(ComponentId(1));
    studio.state_mut().ask(Request::Select(vec![store]));
    studio.run();
    let report = session(&studio).derived().paths();
    let wanted: Vec<GraphFinding> = report
        .findings()
        .filter(|finding| finding.items(project(&studio), report).contains(&store))
        .collect();
    assert!(wanted.len() > 1 && wanted.len() < report.findings().count());
    for finding in wanted.iter().chain(&wanted[..1]) {
        shift(&mut studio, Key::F);
        assert_eq!(lit(&studio), Some(*finding));
    }
    button(&mut studio, "Next finding");
    assert_eq!(lit(&studio), Some(wanted[1]));
    button(&mut studio, "End showing findings");
    assert_eq!(lit(&studio), None);
    // An attack path that is played takes the place of a finding.
    shift(&mut studio, Key::F);
    shift(&mut studio, Key::P);
    assert!(lit(&studio).is_none() && studio.state().system.canvas.playing.is_some());
}

#[test]
fn what_falls_with_any_component_is_shown() {
    let mut studio = with_paths_open();
    let on_paths: Vec<ComponentId> =
        session(&studio).derived().paths().blast.iter().map(|one| one.from).collect();
    let all: Vec<ComponentId> = project(&studio).diagram.components().map(|one| one.id).collect();
    let aside = all.iter().copied().find(|id| !on_paths.contains(id)).unwrap();
    for component in [on_paths[0], aside] {
        studio.state_mut().ask(Request::Reveal(component.into()));
        studio.run();
        let name = project(&studio).name_of(component.into());
        shift(&mut studio, Key::X);
        let said = format!("Once {name} has fallen");
        assert!(says(&studio, &said), "{said}: {:#?}", labels(&studio, Role::Label));
        press(&mut studio, Key::Escape);
        assert!(!says(&studio, &said));
    }
    // The inspector leads there too.
    // The rail has a tab of that name too.
    studio.get_all_by_role_and_label(Role::Tab, "Threats").last().unwrap().click();
    studio.run();
    button(&mut studio, Command::ShowBlastRadius.label());
    assert_eq!(lit(&studio).map(|lit| lit.kind), Some(FindingKind::BlastRadius));
}
