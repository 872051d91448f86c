//! `diff OLD NEW [--json] [--exit-code]`: what changed between two models, by ids that never change.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::input::print_json_of;
use super::{CliError, Exit, load, print_text};
use crate::analysis::compare::{
    ChangeKind, Comparison, FieldChange, ItemChange, Movement, ThreatChange, ThreatState, compare,
};
use crate::exchange::Loss;

/// The arguments of `diff`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The older model: a project, or any file that can be imported
    old: PathBuf,
    /// The newer model
    new: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// End with exit code 1 if they differ
    #[arg(long)]
    exit_code: bool,
}

/// Prints what changed.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let (old, new) = (load(&arguments.old)?, load(&arguments.new)?);
    let comparison = compare(&old.project, &new.project);
    if arguments.json {
        let losses: Vec<Loss> = [(&arguments.old, old.losses), (&arguments.new, new.losses)]
            .into_iter()
            .flat_map(|(file, losses)| {
                let place = |loss: &Loss| format!("{}: {}", file.display(), loss.place);
                losses.into_iter().map(move |loss| Loss { place: place(&loss), ..loss })
            })
            .collect();
        print_json_of(&as_json(&comparison), &losses)?;
    } else {
        print_text(&as_text(&comparison))?;
    }
    Ok(if arguments.exit_code && comparison.differs() { Exit::AnswerIsNo } else { Exit::Done })
}

fn as_json(comparison: &Comparison) -> Value {
    let fields = |fields: &[FieldChange]| -> Vec<Value> {
        fields.iter().map(|f| json!({"field": f.field, "before": f.before, "after": f.after})).collect()
    };
    let items = |items: &[ItemChange]| -> Vec<Value> {
        let one = |item: &ItemChange| json!({"id": item.item, "name": item.name, "change": item.kind.label(), "fields": fields(&item.fields)});
        items.iter().map(one).collect()
    };
    let threat = |change: &ThreatChange| {
        let scores = |state: Option<&ThreatState>| {
            state.map(|state| {
                json!({
                    "status": state.status.label(), "inherent": state.inherent, "current": state.current,
                    "planned": state.planned,
                })
            })
        };
        let crossed = change.crossed_appetite.map(|up| if up { "above" } else { "within" });
        json!({
            "id": change.threat, "title": change.title(), "movement": change.movement.label().to_lowercase(),
            "rerated": change.rerated, "status_moved": change.status_moved, "crossed_appetite": crossed,
            "before": scores(change.before.as_ref()), "after": scores(change.after.as_ref()), "fields": fields(&change.fields),
        })
    };
    json!({
        "differs": comparison.differs(),
        "fingerprints": {"old": comparison.fingerprints.0, "new": comparison.fingerprints.1},
        "model": fields(&comparison.model), "components": items(&comparison.components),
        "interfaces": items(&comparison.interfaces), "boundaries": items(&comparison.boundaries),
        "assets": items(&comparison.assets), "controls": items(&comparison.controls),
        "policies": items(&comparison.policies), "records": items(&comparison.records),
        "threats": comparison.threats.iter().filter(|change| change.differs()).map(threat).collect::<Vec<_>>(),
    })
}

// Writing to a String cannot fail, so the results of `writeln!` below are let go.
fn as_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    if !comparison.differs() {
        return "No difference.\n".to_owned();
    }
    fields_text(&mut text, "", &comparison.model);
    for item in comparison.items() {
        let sign = match item.kind {
            ChangeKind::Added => '+',
            ChangeKind::Removed => '−',
            ChangeKind::Changed => '~',
        };
        let _ = writeln!(text, "{sign} {} {}", item.item, item.name);
        fields_text(&mut text, "    ", &item.fields);
    }
    for change in comparison.threats.iter().filter(|change| change.differs()) {
        let score = |state: Option<&ThreatState>| {
            state.and_then(|state| state.current).map_or_else(|| "–".to_owned(), |risk| format!("{risk:.1}"))
        };
        let moved = match change.movement {
            Movement::Unmoved => format!("unmoved at {}", score(change.after.as_ref())),
            movement => format!(
                "{}, {} → {}",
                movement.label().to_lowercase(),
                score(change.before.as_ref()),
                score(change.after.as_ref())
            ),
        };
        let crossed = match change.crossed_appetite {
            Some(true) => ", now above the appetite",
            Some(false) => ", now within the appetite",
            None => "",
        };
        let _ = writeln!(text, "~ {} {}: {moved}{crossed}", change.threat, change.title());
        fields_text(&mut text, "    ", &change.fields);
    }
    text
}

fn fields_text(text: &mut String, indent: &str, fields: &[FieldChange]) {
    let told = |value: &str| if value.is_empty() { "nothing".to_owned() } else { value.replace('\n', " ") };
    for field in fields {
        let _ = writeln!(text, "{indent}{}: {} → {}", field.field, told(&field.before), told(&field.after));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, ComponentId, Project, Threat, ThreatId};

    fn models() -> (Project, Project) {
        let mut old = Project::new("shop");
        old.diagram.put_component(Component {
            id: ComponentId(1),
            name: "web".to_owned(),
            ..Component::default()
        });
        let threat = Threat {
            id: ThreatId(1),
            title: "theft".to_owned(),
            likelihood: Some(3.0),
            impact: Some(3.0),
            ..Threat::default()
        };
        old.threats.insert(threat);
        let mut new = old.clone();
        new.diagram.put_component(Component {
            id: ComponentId(1),
            name: "front".to_owned(),
            ..Component::default()
        });
        new.diagram.put_component(Component {
            id: ComponentId(2),
            name: "cache".to_owned(),
            ..Component::default()
        });
        new.threats.get_mut(ThreatId(1)).unwrap().impact = Some(4.0);
        (old, new)
    }

    #[test]
    fn text_names_each_change_once() {
        let (old, new) = models();
        let wanted = "~ C-01 front\n    name: web → front\n+ C-02 cache\n\
                      ~ T-001 theft: worse, 6.0 → 7.0, now above the appetite\n    impact: 3 → 4\n";
        assert_eq!(as_text(&compare(&old, &new)), wanted);
        assert_eq!(as_text(&compare(&old, &old)), "No difference.\n");
        assert!(as_text(&compare(&new, &old)).contains("− C-02 cache"));
    }

    #[test]
    fn json_says_the_same() {
        let (old, new) = models();
        let json = as_json(&compare(&old, &new));
        assert_eq!((&json["differs"], &json["components"][1]["change"]), (&json!(true), &json!("added")));
        assert_eq!(json["threats"][0]["crossed_appetite"], "above");
        assert_eq!(as_json(&compare(&old, &old))["differs"], false);
    }
}
