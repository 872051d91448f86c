//! `suggest FILE [--json] [--accept all --out OUT]`: threats that a model invites, and questions that would decide more.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::input::{Loaded, print_json_of};
use super::packs::PackArguments;
use super::{CliError, Exit, load, print_text, say, write_output};
use crate::analysis::suggest::{OpenQuestion, Outcome, QuestionPlaces, Suggestion, Suggestions, accept_all};
use crate::catalog::Catalog;
use crate::edit::verbs::accept_threats;
use crate::model::{ControlId, ItemId, Project, Target, ThreatId};
use crate::session::evaluation::on_every_core;
use crate::storage::text;

/// The arguments of `suggest`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A project, or any file that can be imported
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Take up every suggestion that fires, and write the project with --out
    #[arg(long, value_enum, requires = "out")]
    accept: Option<Accept>,
    /// Where to write the project
    #[arg(long, requires = "accept")]
    out: Option<PathBuf>,
    #[command(flatten)]
    packs: PackArguments,
}

/// What to take up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Accept {
    /// Every suggestion that fires
    All,
}

/// Prints suggestions and questions.
pub fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let Loaded { mut project, losses, .. } = load(&arguments.file)?;
    let catalog = arguments.packs.catalog(&arguments.file, &project)?;
    let evaluation = on_every_core(&project, &catalog);
    let suggestions = evaluation.suggestions();
    let mut accepted = Vec::new();
    if arguments.accept == Some(Accept::All) {
        let threats = accept_all(&project, &suggestions.fires);
        let (ids, transaction) = accept_threats(&project, threats);
        transaction.apply(&mut project).map_err(|error| CliError::output(error.to_string()))?;
        write_output(arguments.out.as_deref(), text::to_text(&project).as_bytes())?;
        say(&format!("{} threats accepted from {} suggestions", ids.len(), suggestions.fires.len()));
        accepted = ids;
    }
    // The project itself went to standard output.
    if arguments.out.as_deref() == Some(std::path::Path::new("-")) {
        return Ok(Exit::Done);
    }
    if arguments.json {
        print_json_of(&Told::of(&project, &catalog, suggestions, accepted), &losses)?;
    } else {
        print_text(&as_text(&project, &catalog, suggestions))?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    counts: Counts,
    fires: Vec<Line<'a>>,
    needs_answer: Vec<Line<'a>>,
    answered_by_control: Vec<Line<'a>>,
    dismissed: Vec<Line<'a>>,
    questions: Vec<Question<'a>>,
    accepted: Vec<ThreatId>,
}

#[derive(Serialize)]
struct Counts {
    fires: usize,
    needs_answer: usize,
    answered_by_control: usize,
    dismissed: usize,
    not_asked: usize,
    does_not_fire: usize,
    questions: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    title: &'a str,
    target: Target,
    target_name: String,
    stride: String,
    likelihood: u8,
    impact: u8,
    why: &'a str,
    references: Vec<Reference<'a>>,
    suggested_controls: &'a [String],
    controls: &'a [ControlId],
    questions: Vec<usize>,
    reason: Option<&'a str>,
    /// The pack that it came from; none for those that the program comes with.
    pack: Option<&'a str>,
}

#[derive(Serialize)]
struct Reference<'a> {
    framework: &'static str,
    edition: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Question<'a> {
    item: ItemId,
    attribute: &'a str,
    text: String,
    detail: String,
    decides: usize,
    on_yes: Effect,
    on_no: Effect,
}

#[derive(Serialize)]
struct Effect {
    fire: usize,
    drop_out: usize,
}

impl From<Outcome> for Effect {
    fn from(outcome: Outcome) -> Self {
        Self { fire: outcome.fire, drop_out: outcome.drop_out }
    }
}

impl<'a> Told<'a> {
    fn of(
        project: &'a Project,
        catalog: &Catalog,
        suggestions: &'a Suggestions,
        accepted: Vec<ThreatId>,
    ) -> Self {
        let places = suggestions.places();
        let lines = |list: &'a [Arc<Suggestion>]| {
            list.iter().map(|suggestion| Line::of(project, suggestion, &places)).collect()
        };
        Self {
            name: &project.name,
            counts: Counts {
                fires: suggestions.fires.len(),
                needs_answer: suggestions.needs_answer.len(),
                answered_by_control: suggestions.answered_by_control.len(),
                dismissed: suggestions.dismissed.len(),
                not_asked: suggestions.unasked,
                does_not_fire: suggestions.silent,
                questions: suggestions.questions.len(),
            },
            fires: lines(&suggestions.fires),
            needs_answer: lines(&suggestions.needs_answer),
            answered_by_control: lines(&suggestions.answered_by_control),
            dismissed: lines(&suggestions.dismissed),
            questions: suggestions
                .questions
                .iter()
                .map(|question| Question::of(project, catalog, question))
                .collect(),
            accepted,
        }
    }
}

impl<'a> Line<'a> {
    fn of(project: &Project, suggestion: &'a Suggestion, places: &QuestionPlaces) -> Self {
        Self {
            id: suggestion.id(),
            title: suggestion.title(),
            target: suggestion.target,
            target_name: project.name_of(suggestion.target.into()),
            stride: suggestion.stride().iter().map(|category| category.letter()).collect(),
            likelihood: suggestion.likelihood(),
            impact: suggestion.impact(),
            why: &suggestion.why,
            references: suggestion
                .references()
                .iter()
                .map(|reference| Reference {
                    framework: reference.framework.label(),
                    edition: &reference.edition,
                    id: &reference.id,
                })
                .collect(),
            suggested_controls: suggestion.suggested_controls(),
            controls: &suggestion.controls,
            questions: places.of(suggestion),
            reason: suggestion.set_aside.as_deref(),
            pack: suggestion.pack(),
        }
    }
}

impl<'a> Question<'a> {
    fn of(project: &Project, catalog: &Catalog, question: &'a OpenQuestion) -> Self {
        Self {
            item: question.item,
            attribute: &question.attribute,
            text: question.text(project, catalog),
            detail: question.detail(project),
            decides: question.decides,
            on_yes: question.on_yes.into(),
            on_no: question.on_no.into(),
        }
    }
}

/// Questions beyond these are not read on a terminal; `--json` has them all.
const QUESTIONS_SHOWN: usize = 10;

fn as_text(project: &Project, catalog: &Catalog, suggestions: &Suggestions) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let mut list = |title: &str, list: &[Arc<Suggestion>]| {
        if list.is_empty() {
            return;
        }
        let _ = writeln!(text, "{title} ({})", list.len());
        for suggestion in list {
            let target = project.name_of(suggestion.target.into());
            let pack = suggestion.pack().map(|pack| format!(" ({pack})")).unwrap_or_default();
            let _ = writeln!(text, "  {}  {}{pack}", suggestion.id(), suggestion.title());
            let _ = write!(text, "          {} {target} · {}", suggestion.target, suggestion.why);
            if !suggestion.controls.is_empty() {
                let names: Vec<String> = suggestion.controls.iter().map(ToString::to_string).collect();
                let _ = write!(text, " · answered by {}", names.join(", "));
            }
            if let Some(reason) = &suggestion.set_aside {
                let _ = write!(text, " · set aside: {reason}");
            }
            text.push('\n');
        }
        text.push('\n');
    };
    list("Fires", &suggestions.fires);
    list("Needs an answer", &suggestions.needs_answer);
    list("Answered by a control", &suggestions.answered_by_control);
    list("Dismissed", &suggestions.dismissed);
    if !suggestions.questions.is_empty() {
        let _ = writeln!(text, "Questions that decide most ({})", suggestions.questions.len());
        for question in suggestions.questions.iter().take(QUESTIONS_SHOWN) {
            let told = |outcome: Outcome| format!("{} fire, {} drop out", outcome.fire, outcome.drop_out);
            let _ = writeln!(text, "  {}", question.text(project, catalog));
            let _ = writeln!(
                text,
                "          {} {} · yes: {} · no: {}",
                question.item,
                question.attribute,
                told(question.on_yes),
                told(question.on_no)
            );
        }
        if let Some(more) = suggestions.questions.len().checked_sub(QUESTIONS_SHOWN).filter(|more| *more > 0)
        {
            let _ = writeln!(text, "  … and {more} more");
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{} do not fire; {} wait for attributes that nobody has filled in.",
        suggestions.silent, suggestions.unasked
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::suggest::{suggest, tests::agent_system};

    #[test]
    fn every_list_is_told_in_text_and_json() {
        let project = agent_system();
        let suggestions = suggest(&project, Catalog::builtin());
        let text = as_text(&project, Catalog::builtin(), &suggestions);
        let told =
            serde_json::to_value(Told::of(&project, Catalog::builtin(), &suggestions, Vec::new())).unwrap();
        for (key, list) in [("fires", &suggestions.fires), ("needs_answer", &suggestions.needs_answer)] {
            assert_eq!(told["counts"][key], list.len());
            assert_eq!(told[key].as_array().unwrap().len(), list.len());
            for suggestion in list {
                assert!(text.contains(&format!("  {}  {}\n", suggestion.id(), suggestion.title())), "{text}");
            }
        }
        let keys: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "name",
                "counts",
                "fires",
                "needs_answer",
                "answered_by_control",
                "dismissed",
                "questions",
                "accepted"
            ]
        );
        let question = &suggestions.questions[0];
        assert!(text.contains(&question.text(&project, Catalog::builtin())));
        assert_eq!(told["questions"][0]["on_yes"]["drop_out"], question.on_yes.drop_out);
    }

    #[test]
    fn accepting_all_leaves_nothing_that_fires() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.threat.ron"), folder.path().join("b.threat.ron"));
        let project = agent_system();
        std::fs::write(&from, text::to_text(&project)).unwrap();
        let wanted = suggest(&project, Catalog::builtin()).fires.len();
        let arguments = Arguments {
            file: from,
            json: true,
            accept: Some(Accept::All),
            out: Some(to.clone()),
            packs: PackArguments::default(),
        };
        assert_eq!(run(&arguments).unwrap(), Exit::Done);
        let after = text::from_text(&std::fs::read_to_string(to).unwrap()).unwrap();
        let applications: usize = after.threats.iter().map(|threat| threat.targets.len()).sum();
        assert_eq!(applications, wanted);
        assert!(suggest(&after, Catalog::builtin()).fires.is_empty());
    }
}
