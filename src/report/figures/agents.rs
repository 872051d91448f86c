//! The four legs of each agent: what holds, and the interfaces that make it so.

use super::{SEVEN, SMALL, say};
use crate::analysis::agents::{AgentCheck, Leg, LegKind};
use crate::model::{Band, Project};
use crate::picture::{Align, Face, Picture, PictureBuilder, Point, Rect, Role, Stroke, signs, text};

const FIRST: f32 = 34.0;
const PITCH: f32 = 34.0;
const BOX: (f32, f32) = (31.0, 7.5);
const HEIGHT: f32 = 20.0;

/// A row for each agent.
pub(crate) fn legs(project: &Project, checks: &[AgentCheck]) -> Picture {
    let mut out = PictureBuilder::new();
    let width = FIRST + 3.0 * PITCH + BOX.0 + 3.0;
    for (index, kind) in LegKind::ALL.into_iter().enumerate() {
        let at = Point::new(FIRST + index as f32 * PITCH, 1.6);
        say(&mut out, at, kind.label(), Face::SansSemibold, SEVEN, Role::TextSecondary, Align::Left);
    }
    out.line(Point::new(0.0, 4.4), Point::new(width, 4.4), Stroke::solid(Role::Text, 0.28));
    let mut y = 7.0;
    for check in checks {
        out.item(Some(check.agent.into()));
        let name =
            text::fit(&project.name_of(check.agent.into()), Face::SansSemibold, SEVEN * 1.1, FIRST - 2.0);
        say(
            &mut out,
            Point::new(0.0, y + 2.4),
            &name,
            Face::SansSemibold,
            SEVEN * 1.1,
            Role::Text,
            Align::Left,
        );
        let id = check.agent.to_string();
        say(&mut out, Point::new(0.0, y + 6.0), &id, Face::Condensed, SEVEN, Role::Accent, Align::Left);
        for (index, leg) in check.legs.iter().enumerate() {
            leg_box(&mut out, project, leg, FIRST + index as f32 * PITCH, y);
        }
        verdict(&mut out, check, y + 14.4);
        out.item(None);
        y += HEIGHT;
        out.line(Point::new(0.0, y - 2.0), Point::new(width, y - 2.0), Stroke::solid(Role::Edge, 0.2));
    }
    out.finish_in(Rect::new(0.0, 0.0, width, y - 1.5))
}

fn leg_box(out: &mut PictureBuilder, project: &Project, leg: &Leg, x: f32, y: f32) {
    let rect = Rect::new(x, y, BOX.0, BOX.1);
    let (word, fill, ink) =
        if leg.holds() { ("Yes", Role::Text, Role::Paper) } else { ("No", Role::Paper, Role::Text) };
    out.rect(rect, 0.0, Some(fill.into()), Some(Stroke::solid(Role::Control, 0.25)));
    say(out, Point::new(x + 2.2, y + BOX.1 / 2.0), word, Face::SansSemibold, SEVEN, ink, Align::Left);
    let words = match leg.proofs.first() {
        Some(proof) => {
            let mut words: Vec<String> = Vec::new();
            if let Some(interface) = proof.interfaces.first() {
                words.push(interface.to_string());
            }
            let what = match proof.asset {
                Some(asset) => project.name_of(asset.into()),
                None => project.name_of(proof.component.into()),
            };
            words.push(what);
            if leg.proofs.len() > 1 {
                words.push(format!("+{}", leg.proofs.len() - 1));
            }
            words.join(" ")
        }
        None => "nothing in the model says so".to_owned(),
    };
    let words = text::fit(&words, Face::Sans, SMALL, PITCH - 1.5);
    say(out, Point::new(x, y + BOX.1 + 2.4), &words, Face::Sans, SMALL, Role::TextSecondary, Align::Left);
}

fn verdict(out: &mut PictureBuilder, check: &AgentCheck, y: f32) {
    let (trifecta, face) = if check.trifecta {
        signs::severity_sign(out, Band::Critical, Point::new(FIRST + 1.3, y), 2.6);
        ("Trifecta present: legs 1, 2 and 3 hold together", Face::SansSemibold)
    } else {
        ("Trifecta not present", Face::Sans)
    };
    let x = if check.trifecta { FIRST + 3.6 } else { FIRST };
    say(out, Point::new(x, y), trifecta, face, SEVEN, Role::Text, Align::Left);
    let rule = match (check.breaks_rule_of_two, check.approved_by) {
        (true, _) => "Rule of two broken: nobody approves".to_owned(),
        (false, Some(by)) => format!("Rule of two kept: {by} has a person approve"),
        (false, None) => "Rule of two kept".to_owned(),
    };
    let at = Point::new(FIRST + 2.0 * PITCH + 2.0, y);
    say(out, at, &rule, Face::Sans, SEVEN, Role::TextSecondary, Align::Left);
}
