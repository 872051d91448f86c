use crate::analysis::risk::register;
use crate::model::{Control, ControlId, ControlStatus, Project, Reduces, Threat};
use crate::picture::scene::tests::keep;
use crate::picture::{Palette, Shape};

use super::*;

fn project(ratings: &[(f64, f64)]) -> Project {
    let mut project = Project::new("Field");
    for (index, (likelihood, impact)) in ratings.iter().enumerate() {
        let id = ThreatId(index as u32 + 1);
        project.threats.insert(Threat {
            id,
            title: format!("Threat {id}"),
            likelihood: Some(*likelihood),
            impact: Some(*impact),
            ..Threat::default()
        });
    }
    project
}

fn controlled() -> Project {
    let mut project = project(&[
        (4.0, 4.0),
        (3.0, 4.0),
        (4.0, 3.0),
        (3.0, 4.2),
        (3.0, 3.2),
        (2.2, 4.6),
        (4.2, 5.0),
        (3.0, 3.5),
        (3.2, 2.0),
        (1.2, 1.1),
    ]);
    for (id, status, reduces, threats) in [
        (1, ControlStatus::Implemented, Reduces::Likelihood, vec![1, 2, 3, 7]),
        (2, ControlStatus::Planned, Reduces::Likelihood, vec![1, 2, 3, 4, 5, 8, 9, 10]),
        (3, ControlStatus::Planned, Reduces::Both, vec![7]),
    ] {
        project.controls.insert(Control {
            id: ControlId(id),
            status,
            reduces,
            threats: threats.into_iter().map(ThreatId).collect(),
            ..Control::default()
        });
    }
    project
}

#[test]
fn no_disc_contradicts_its_tint_and_heights_are_exact() {
    let project = controlled();
    let register = register(&project);
    for options in [HeatmapOptions::screen(96.0), HeatmapOptions::paper(96.0, 105.0)] {
        let map = heatmap(&register, &project.method, &options);
        let field = Field::new(&project.method, options.cell, options.paper);
        assert_eq!(map.discs.iter().map(|disc| disc.threats.len()).sum::<usize>(), 10);
        for disc in map.discs.iter().filter(|disc| disc.threats.len() == 1) {
            let row = register.rows.iter().find(|row| row.threat == disc.threats[0]).unwrap();
            let score = row.current.unwrap();
            let exact = field.point(score);
            assert!((exact.y - disc.center.y).abs() < 0.01, "{} stands at its height", row.threat);
            assert!((exact.x - disc.center.x).abs() <= 0.351 * options.cell.0, "{} stays near", row.threat);
            if map.field.contains(disc.center) {
                assert_eq!(Some(field.band_at(disc.center)), row.band(Rating::Current), "{}", row.threat);
            }
        }
    }
    let mut options = HeatmapOptions::screen(96.0);
    options.selected.insert(ThreatId(7));
    keep("heatmap-light", &heatmap(&register, &project.method, &options).picture, Palette::light(), 1.0);
    keep("heatmap-dark", &heatmap(&register, &project.method, &options).picture, Palette::dark(), 1.0);
    let paper = HeatmapOptions { only_above_appetite: true, ..HeatmapOptions::paper(96.0, 105.0) };
    let mut picture = heatmap(&register, &project.method, &paper).picture;
    picture = picture.scaled(5.0);
    keep("heatmap-print", &picture, Palette::print(), 1.0);
}

#[test]
fn many_discs_in_a_cell_become_one() {
    let project = project(&[(3.0, 3.0); 6]);
    let register = register(&project);
    let mut options = HeatmapOptions::screen(96.0);
    let map = heatmap(&register, &project.method, &options);
    assert_eq!(map.discs.len(), 1);
    assert_eq!(map.hit(map.discs[0].center, 2.0), Some(HeatHit::Threats((1..=6).map(ThreatId).collect())));
    assert_eq!(threats_in_cells(&register, &Method::default(), ((3, 3), (3, 3))).len(), 6);
    options.selected.insert(ThreatId(2));
    assert_eq!(
        heatmap(&register, &project.method, &options).discs.len(),
        2,
        "the selected one stays by itself"
    );
}

#[test]
fn points_meet_cells() {
    let project = project(&[]);
    let map = heatmap(&register(&project), &project.method, &HeatmapOptions::screen(100.0));
    let check = |x, y, expected: Option<(u8, u8)>| {
        let hit = map.hit(Point::new(x, y), 2.0);
        assert_eq!(hit, expected.map(|(likelihood, impact)| HeatHit::Cell { likelihood, impact }));
    };
    check(50.0, 450.0, Some((1, 1)));
    check(450.0, 50.0, Some((5, 5)));
    check(250.0, 450.0, Some((1, 3)));
    check(-5.0, 50.0, None);
    let says = |text: &str| {
        map.picture.marks.iter().any(|mark| matches!(&mark.shape, Shape::Text(t) if t.text == text))
    };
    assert!(says("No threat is rated yet") && says("once in 56 years") && says("€2.5M"));
    keep("heatmap-empty", &map.picture, Palette::light(), 1.0);
}

#[test]
fn no_word_of_an_axis_is_cut_or_covered() {
    use crate::model::Scheme;
    let long = ["Hardly worth a word", "Bearable", "Considerable", "Disastrous", "Existenzbedrohend"];
    let plain = ["Slight", "Minor", "Moderate", "Major", "Severe"];
    for (options, scheme, names) in [
        (HeatmapOptions::screen(44.0), Scheme::Score, plain),
        (HeatmapOptions::screen(44.0), Scheme::Five, plain),
        (HeatmapOptions::screen(44.0), Scheme::Three, plain),
        (HeatmapOptions::screen(60.0), Scheme::Five, plain),
        (HeatmapOptions::screen(96.0), Scheme::Three, plain),
        (HeatmapOptions::screen(44.0), Scheme::Five, long),
        (HeatmapOptions::screen(44.0), Scheme::Three, long),
        (HeatmapOptions { terse: true, ..HeatmapOptions::paper(62.0, 52.0) }, Scheme::Score, plain),
        (HeatmapOptions { terse: true, ..HeatmapOptions::paper(62.0, 52.0) }, Scheme::Five, long),
    ] {
        let mut project = project(&[]);
        project.method.scheme = scheme;
        project.method.currency = "CHF ".to_owned();
        project.method.impact_names = names.map(str::to_owned).to_vec();
        project.method.three_impacts = names.iter().take(3).map(|name| (*name).to_owned()).collect();
        let map = heatmap(&register(&project), &project.method, &options);
        let words: Vec<(&str, Rect)> = map
            .picture
            .marks
            .iter()
            .filter_map(|mark| match &mark.shape {
                Shape::Text(text) => Some((text.text.as_str(), mark.bounds)),
                _ => None,
            })
            .collect();
        let method = &project.method;
        for name in method.impact_words().iter().chain(method.likelihood_words()) {
            assert!(
                words.iter().any(|(word, _)| word.ends_with(name.as_str())),
                "{name} is not in {words:?}"
            );
        }
        assert!(words.iter().all(|(word, _)| !word.contains('…')), "{words:?}");
        for (place, (word, rect)) in words.iter().enumerate() {
            assert!(map.picture.bounds.grown(0.01).contains_rect(*rect), "{word} is out of the picture");
            for (other, beside) in &words[place + 1..] {
                assert!(
                    !rect.grown(-1.5 * options.cell.0 / 44.0).overlaps(*beside),
                    "{word} covers {other}: {options:?}"
                );
            }
        }
    }
    let mut project = controlled();
    for (name, scheme) in [("heatmap-small", Scheme::Score), ("heatmap-small-three", Scheme::Three)] {
        project.method.scheme = scheme;
        let map = heatmap(&register(&project), &project.method, &HeatmapOptions::screen(44.0));
        keep(name, &map.picture, Palette::light(), 1.0);
    }
}

#[test]
fn the_sentence_names_the_band_of_the_cell() {
    let mut project = project(&[(4.0, 2.2)]);
    project.method.appetite = 6.0;
    let described = |project: &Project| {
        heatmap(&register(project), &project.method, &HeatmapOptions::screen(96.0)).picture.description
    };
    assert!(described(&project).contains("T-001 Medium, now 6.2"), "{}", described(&project));
    project.method.scheme = crate::model::Scheme::Three;
    assert!(described(&project).contains("T-001 High, now 6.2"), "{}", described(&project));
}

#[test]
fn odd_methods_are_drawn_too() {
    let mut project = project(&[(5.0, 5.0), (1.0, 1.0)]);
    for (medium, high, critical, appetite) in
        [(0.0, 0.5, 20.0, 1.0), (5.0, 5.0, 5.0, 10.9), (3.0, 6.0, 9.0, 3.0)]
    {
        project.method.medium_from = medium;
        project.method.high_from = high;
        project.method.critical_from = critical;
        project.method.appetite = appetite;
        project.method.very_low_below = Some(2.5);
        project.method.middle_loss = None;
        let map = heatmap(&register(&project), &project.method, &HeatmapOptions::screen(80.0));
        assert_eq!(map.discs.len(), 2);
    }
}
