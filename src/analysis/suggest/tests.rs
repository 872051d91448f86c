//! Suggestions over small systems, told as "AG-001 C-02".

mod triggers;

use super::*;
use crate::analysis::paths::tests::system;
use crate::model::{
    Answer, Asset, AssetId, AssetKind, Attributes, Authentication, ComponentId, Control, ControlStatus,
    Encryption, InterfaceId, Sensitivity, ThreatId,
};

/// The system of the brief: an assistant and a processor, a database, an outside interface, a person.
pub(crate) fn agent_system() -> Project {
    let mut project = system(
        "C1 Human@0, C2 Agent@3, C3 Agent@3, C4 Store@4, C5 External@1, C6 Model@3",
        "F1 1<>2, F2 2<>4, F3 2>5, F4 2>3, F5 3<>4, F6 2<>6",
    );
    for (id, name) in [
        (1, "user"),
        (2, "assistant_agent"),
        (3, "processor_agent"),
        (4, "database"),
        (5, "external_api"),
        (6, "agent_model"),
    ] {
        change(&mut project, id, |component| name.clone_into(&mut component.name));
    }
    let asset = |id, name: &str, kind, place| Asset {
        id: AssetId(id),
        name: name.to_owned(),
        kind,
        sensitivity: Sensitivity::Confidential,
        stored_in: vec![ComponentId(place)],
        ..Asset::default()
    };
    project.assets.insert(asset(1, "customer_data", AssetKind::Data, 4));
    project.assets.insert(asset(2, "agent_model", AssetKind::Model, 6));
    project.assets.insert(asset(3, "api_credentials", AssetKind::Credentials, 2));
    for (id, assets) in [(1, vec![1]), (2, vec![1]), (3, vec![1, 3]), (4, vec![1]), (5, vec![1])] {
        change_interface(&mut project, id, |interface| {
            interface.assets = assets.iter().copied().map(AssetId).collect();
        });
    }
    project.reserve_all();
    project
}

pub(crate) fn change(project: &mut Project, id: u32, change: impl FnOnce(&mut crate::model::Component)) {
    let mut component = project.diagram.component(ComponentId(id)).unwrap().clone();
    change(&mut component);
    project.diagram.put_component(component);
}

pub(crate) fn change_interface(
    project: &mut Project,
    id: u32,
    change: impl FnOnce(&mut crate::model::Interface),
) {
    let mut interface = project.diagram.interface(InterfaceId(id)).unwrap().clone();
    change(&mut interface);
    project.diagram.put_interface(interface).unwrap();
}

fn say(attributes: &mut Attributes, words: &str) {
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let (name, answer) = match word.split_once('=') {
            Some((name, value)) => match value.parse() {
                Ok(number) => (name, Answer::Number(number)),
                Err(_) => (name, Answer::Text(value.to_owned())),
            },
            None => match word.strip_prefix('!') {
                Some(name) => (name, Answer::No),
                None => (word, Answer::Yes),
            },
        };
        assert!(Catalog::builtin().attribute(name).is_some(), "{name} is no attribute");
        attributes.set(name, Some(answer));
    }
}

/// Says things of a component ("C2 uses_rag !isolated") or an interface ("F1 …").
fn told(project: &mut Project, words: &str) {
    let (id, words) = words.split_once(' ').unwrap();
    let number = id[1..].parse().unwrap();
    match &id[..1] {
        "C" => change(project, number, |component| say(&mut component.attributes, words)),
        _ => change_interface(project, number, |interface| say(&mut interface.attributes, words)),
    }
}

fn lines(list: &[Arc<Suggestion>]) -> Vec<String> {
    list.iter().map(|suggestion| format!("{} {}", suggestion.id(), suggestion.target)).collect()
}

/// All that the catalogue has to say, and all that it has not.
struct Everything {
    fires: Vec<Arc<Suggestion>>,
    needs_answer: Vec<Arc<Suggestion>>,
    unasked: Vec<Arc<Suggestion>>,
    answered_by_control: Vec<Arc<Suggestion>>,
    dismissed: Vec<Arc<Suggestion>>,
    silent: Vec<Arc<Suggestion>>,
    places: QuestionPlaces,
    questions: Vec<OpenQuestion>,
}

fn everything(project: &Project, catalog: &Catalog) -> Everything {
    let all = suggest(project, catalog);
    let rest = rest(project, catalog, None);
    assert_eq!((all.unasked, all.silent), (rest.unasked.len(), rest.silent.len()));
    let shared = |list: Vec<Suggestion>| list.into_iter().map(Arc::new).collect();
    Everything {
        places: all.places(),
        fires: all.fires,
        needs_answer: all.needs_answer,
        unasked: shared(rest.unasked),
        answered_by_control: all.answered_by_control,
        dismissed: all.dismissed,
        silent: shared(rest.silent),
        questions: all.questions,
    }
}

/// Where a threat stands at a target: the name of its list and why.
fn standing(project: &Project, id: &str, target: &str) -> (&'static str, String) {
    let all = everything(project, Catalog::builtin());
    let lists = [
        ("fires", &all.fires),
        ("needs an answer", &all.needs_answer),
        ("unasked", &all.unasked),
        ("answered", &all.answered_by_control),
        ("dismissed", &all.dismissed),
        ("silent", &all.silent),
    ];
    for (name, list) in lists {
        let found = list.iter().find(|s| s.id() == id && s.target.to_string() == target);
        if let Some(found) = found {
            return (name, found.why.clone());
        }
    }
    ("absent", String::new())
}

/// What is said of the agent system, and where a threat then stands and why.
fn check(said: &[&str], id: &str, target: &str, list: &str, why: &str) {
    let mut project = agent_system();
    for words in said {
        told(&mut project, words);
    }
    let (found, reason) = standing(&project, id, target);
    assert_eq!((found, reason.as_str()), (list, why), "{id} at {target} with {said:?}");
}

#[test]
fn reasons_are_in_the_models_own_words() {
    check(&["C2 !content_filtered"], "AG-001", "C-02", "fires", "untrusted text, content is not filtered");
    check(&["C2 content_filtered"], "AG-001", "C-02", "silent", "content is filtered");
    check(&[], "AG-001", "C-02", "needs an answer", "content is filtered?");
    check(
        &["C2 !human_approval"],
        "AG-006",
        "C-02",
        "fires",
        "untrusted text, private data, outside contact, nobody approves",
    );
    check(&["C2 !loop_limited"], "AG-023", "C-02", "fires", "no step limit");
    check(&[], "AG-015", "C-03", "needs an answer", "assistant_agent → processor_agent: authentication?");
    check(&[], "FL-004", "F-02", "needs an answer", "authentication?");
    check(&[], "AG-022", "C-03", "silent", "it leads to no agent");
    check(
        &["C2 !circuit_breaker_present"],
        "AG-022",
        "C-02",
        "fires",
        "calls processor_agent, no circuit breaker",
    );
    check(
        &["C2 autonomy_level=4 !behaviour_monitored"],
        "AG-025",
        "C-02",
        "fires",
        "acts on its own, behaviour is not watched",
    );
    check(&["C2 autonomy_level=1"], "AG-025", "C-02", "silent", "acts step by step with a person");
    check(
        &["C2 credential_scope=shared", "C2 tool_count=2"],
        "AG-010",
        "C-02",
        "fires",
        "has tools, one shared credential",
    );
    check(
        &["C2 can_delegate delegation_depth_limit=none"],
        "AG-016",
        "C-02",
        "fires",
        "hands tasks on, no limit to delegation",
    );
    check(&["C2 delegation_depth_limit=3"], "AG-016", "C-02", "silent", "a limit to delegation");
    check(&[], "FL-010", "F-03", "fires", "confidential data, cleared for internal");
    check(&[], "HU-003", "C-01", "fires", "instructs agents, trust 0");
    check(
        &["C2 runs_privileged"],
        "TB-003",
        "F-01",
        "fires",
        "from trust 0 to trust 3, assistant_agent: runs with administrator's rights",
    );
    check(&["C6 hosted=third_party"], "MO-012", "C-06", "fires", "somebody else runs it, confidential data");
    check(&["C6 hosted=self"], "MO-012", "C-06", "silent", "we run it ourselves");
}

#[test]
fn only_the_first_thing_that_is_not_known_is_asked() {
    // Nobody is asked about the sandbox of an agent that is not known to run code.
    let asked = |said: &[&str]| {
        let mut project = agent_system();
        for words in said {
            told(&mut project, words);
        }
        let all = suggest(&project, Catalog::builtin());
        let here = |question: &&OpenQuestion| question.item == ItemId::Component(ComponentId(2));
        all.questions.iter().filter(here).map(|question| question.attribute.clone()).collect::<Vec<_>>()
    };
    let blank = asked(&[]);
    assert!(
        blank.contains(&"executes_code".to_owned()) && !blank.contains(&"isolated".to_owned()),
        "{blank:?}"
    );
    let runs_code = asked(&["C2 executes_code"]);
    assert!(runs_code.contains(&"isolated".to_owned()), "{runs_code:?}");
    let none = asked(&["C2 !executes_code"]);
    assert!(!none.contains(&"isolated".to_owned()), "{none:?}");
    // What the diagram decides is never asked.
    for derived in
        ["processes_untrusted_input", "accesses_private_data", "can_communicate_externally", "tool_count"]
    {
        assert!(!blank.contains(&derived.to_owned()), "{derived}");
    }
}

#[test]
fn a_question_says_what_each_answer_does() {
    let mut project = agent_system();
    change_interface(&mut project, 2, |interface| interface.encryption = Some(Encryption::Tls13));
    let before = everything(&project, Catalog::builtin());
    let question = before
        .questions
        .iter()
        .find(|question| {
            question.item == ItemId::Interface(InterfaceId(2)) && question.attribute == "authenticated"
        })
        .unwrap()
        .clone();
    assert_eq!(question.text(&project, Catalog::builtin()), "Does database check who is calling?");
    assert_eq!(question.detail(&project), "assistant_agent ↔ database, authentication is not known yet");
    assert_eq!(
        answer(Catalog::builtin(), &question, true),
        Setting::Authentication(InterfaceId(2), Authentication::Other)
    );
    assert!(
        question.decides >= 2 && question.on_no.fire >= 2 && question.on_yes.drop_out >= 1,
        "{question:?}"
    );
    for (yes, outcome) in [(true, question.on_yes), (false, question.on_no)] {
        let mut answered = project.clone();
        let Setting::Authentication(_, word) = answer(Catalog::builtin(), &question, yes) else { panic!() };
        change_interface(&mut answered, 2, |interface| interface.authentication = Some(word));
        let after = everything(&answered, Catalog::builtin());
        // The field says more than yes or no: sessions, passwords and mutual proof may be settled with it.
        assert!(after.fires.len() - before.fires.len() >= outcome.fire, "{yes}");
        assert!(after.silent.len() - before.silent.len() >= outcome.drop_out, "{yes}");
    }
    // The one that decides most is asked first.
    assert!(before.questions.is_sorted_by(|a, b| a.decides >= b.decides));
    for suggestion in before.needs_answer.iter().chain(&before.fires) {
        assert!(before.places.of(suggestion).iter().all(|place| *place < before.questions.len()));
    }
    assert!(before.needs_answer.iter().all(|suggestion| !before.places.of(suggestion).is_empty()));
}

#[test]
fn each_answer_does_what_its_question_says() {
    let project = agent_system();
    let before = everything(&project, Catalog::builtin());
    for question in &before.questions {
        for (yes, outcome) in [(true, question.on_yes), (false, question.on_no)] {
            let mut answered = project.clone();
            match (answer(Catalog::builtin(), question, yes), question.item) {
                (Setting::Attribute { name, answer, .. }, ItemId::Component(id)) => {
                    change(&mut answered, id.0, |component| component.attributes.set(&name, Some(answer)));
                }
                (Setting::Attribute { name, answer, .. }, ItemId::Interface(id)) => {
                    change_interface(&mut answered, id.0, |interface| {
                        interface.attributes.set(&name, Some(answer));
                    });
                }
                (Setting::Authentication(id, word), _) => {
                    change_interface(&mut answered, id.0, |interface| interface.authentication = Some(word));
                }
                (Setting::Encryption(id, word), _) => {
                    change_interface(&mut answered, id.0, |interface| interface.encryption = Some(word));
                }
                other => panic!("{other:?}"),
            }
            let after = everything(&answered, Catalog::builtin());
            // An answer can also bring up what was not open before; the question speaks of what was.
            let was_open = |suggestion: &&Arc<Suggestion>| {
                let open = before.needs_answer.iter().chain(&before.unasked);
                open.into_iter().any(|s| s.id() == suggestion.id() && s.target == suggestion.target)
            };
            let moved = Outcome {
                fire: after.fires.iter().filter(was_open).count(),
                drop_out: after.silent.iter().filter(was_open).count(),
            };
            // Some answers settle other attributes with them, as that without a memory none is shared.
            let words =
                format!("{} {yes}: {moved:?}, not {outcome:?}", question.text(&project, Catalog::builtin()));
            assert!(moved.fire >= outcome.fire && moved.drop_out >= outcome.drop_out, "{words}");
            if !["encrypted", "authenticated", "has_memory", "approves_actions"]
                .contains(&question.attribute.as_str())
            {
                assert_eq!(moved, outcome, "{words}");
            }
        }
    }
}

#[test]
fn the_common_agent_threats_are_suggested() {
    let mut project = agent_system();
    for words in [
        "C2 !content_filtered !loop_limited !budget_limited !delegates_user_identity has_memory",
        "C4 !access_controlled",
        "C6 !query_limited weights_exposed hosted=self",
    ] {
        told(&mut project, words);
    }
    change_interface(&mut project, 4, |interface| {
        interface.authentication = Some(Authentication::None);
        interface.encryption = Some(Encryption::None);
    });
    let all = everything(&project, Catalog::builtin());
    for family in [
        "prompt_injection",
        "data_poisoning",
        "model_extraction",
        "resource_exhaustion",
        "unauthorized_access",
        "communication_interception",
    ] {
        assert!(
            all.fires.iter().any(|suggestion| suggestion.threat.family == family),
            "{family} is not suggested"
        );
    }
    // Taken up, they are not suggested again.
    for threat in accept_all(&project, &all.fires) {
        project.threats.insert(threat);
    }
    assert_eq!(lines(&everything(&project, Catalog::builtin()).fires), Vec::<String>::new());
}

#[test]
fn an_accepted_suggestion_is_a_whole_threat() {
    let mut project = agent_system();
    told(&mut project, "C2 !loop_limited");
    told(&mut project, "C3 !loop_limited");
    let all = everything(&project, Catalog::builtin());
    let runaway: Vec<&Suggestion> =
        all.fires.iter().map(Arc::as_ref).filter(|suggestion| suggestion.id() == "AG-023").collect();
    let threat = accept_together(&project, &runaway).unwrap();
    assert_eq!(threat.id, ThreatId(1));
    assert_eq!(threat.targets, [Target::Component(ComponentId(2)), Target::Component(ComponentId(3))]);
    assert_eq!((threat.likelihood, threat.impact), (Some(4.0), Some(3.0)));
    assert_eq!(threat.catalog.as_deref(), Some("AG-023"));
    assert_eq!(threat.statement.harm, "the availability");
    assert!(threat.rationale.contains("at assistant_agent because of no step limit"), "{}", threat.rationale);
    assert!(threat.references.iter().any(|reference| reference.id == "LLM10" && reference.edition == "2025"));
    for threat in accept_all(&project, &all.fires) {
        let statement = &threat.statement;
        for part in [&statement.source, &statement.action, &statement.effect, &statement.harm] {
            assert!(!part.is_empty() && !part.contains('{'), "{}: {statement:?}", threat.title);
        }
    }
    assert_eq!(accept_together(&project, &[]), None);
}

#[test]
fn a_dismissal_holds_until_its_facts_change() {
    let mut project = agent_system();
    told(&mut project, "C2 !loop_limited");
    let all = everything(&project, Catalog::builtin());
    let runaway = all.fires.iter().find(|suggestion| suggestion.id() == "AG-023").unwrap();
    let dismissal = runaway.dismissal(&project, Catalog::builtin(), "One step each");
    assert_eq!(dismissal.facts, "loop_limited=no budget_limited=?");
    project.dismissals.push(dismissal);
    assert_eq!(standing(&project, "AG-023", "C-02").0, "dismissed");
    told(&mut project, "C2 !budget_limited");
    assert_eq!(standing(&project, "AG-023", "C-02").0, "fires");
    let all = everything(&project, Catalog::builtin());
    let runaway = all.fires.iter().find(|suggestion| suggestion.id() == "AG-023").unwrap();
    assert_eq!(runaway.set_aside.as_deref(), Some("One step each"));
    // Another fact of the same agent reopens nothing.
    project.dismissals = vec![runaway.dismissal(&project, Catalog::builtin(), "Still")];
    told(&mut project, "C2 has_memory");
    assert_eq!(standing(&project, "AG-023", "C-02").0, "dismissed");
}

#[test]
fn a_control_in_place_answers() {
    let mut project = agent_system();
    told(&mut project, "C2 !loop_limited");
    let all = everything(&project, Catalog::builtin());
    let other = all.fires.iter().find(|suggestion| {
        suggestion.target == Target::Component(ComponentId(2)) && suggestion.id() != "AG-023"
    });
    let mut threat = accept(&project, other.unwrap());
    threat.id = ThreatId(7);
    project.threats.insert(threat);
    let control = |status| Control {
        id: ControlId(1),
        catalog: Some("loop_guard".to_owned()),
        status,
        threats: vec![ThreatId(7)],
        ..Control::default()
    };
    project.controls.insert(control(ControlStatus::Planned));
    assert_eq!(standing(&project, "AG-023", "C-02").0, "fires");
    project.controls.insert(control(ControlStatus::Implemented));
    assert_eq!(standing(&project, "AG-023", "C-02").0, "answered");
    let all = everything(&project, Catalog::builtin());
    assert!(all.answered_by_control.iter().all(|suggestion| suggestion.controls == [ControlId(1)]));
}

#[test]
fn what_is_out_of_scope_is_left_alone() {
    let mut project = agent_system();
    change(&mut project, 2, |component| component.out_of_scope = true);
    change_interface(&mut project, 5, |interface| interface.out_of_scope = true);
    let all = everything(&project, Catalog::builtin());
    for list in [&all.fires, &all.needs_answer, &all.unasked, &all.silent] {
        assert!(
            !list.iter().any(|s| ["C-02", "F-05"].contains(&s.target.to_string().as_str())),
            "{:?}",
            lines(list)
        );
    }
    assert_eq!(suggest(&Project::default(), Catalog::builtin()), Suggestions::default());
}

/// A generator that needs no crate: the same numbers each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

#[test]
fn a_dismissal_holds_until_its_own_facts_change_and_then_says_which() {
    let mut project = system("C1 Agent@3, C2 Store@4", "F1 1<>2");
    let say = |project: &mut Project, name: &str, answer: Option<Answer>| {
        change(project, 1, |agent| agent.attributes.set(name, answer));
    };
    say(&mut project, "can_change_state", Some(Answer::Yes));
    say(&mut project, "logs_actions", Some(Answer::No));
    let all = suggest(&project, Catalog::builtin());
    let dismissals =
        all.fires.iter().map(|one| one.dismissal(&project, Catalog::builtin(), "A log is kept elsewhere"));
    let dismissal = dismissals.into_iter().find(|one| one.facts.contains("logs_actions=no")).unwrap();
    let (id, target) = (dismissal.catalog.clone(), dismissal.target);
    project.dismissals.push(dismissal);
    let look = |project: &Project| {
        let all = suggest(project, Catalog::builtin());
        let is_it = |one: &Suggestion| one.id() == id && Some(one.target) == target;
        let open = all.fires.iter().chain(&all.needs_answer).find(|one| is_it(one));
        (all.dismissed.iter().any(|one| is_it(one)), open.map(|one| one.changed.clone()))
    };
    assert_eq!(look(&project), (true, None));
    // Something else about the same agent, a name, a store: none of its facts.
    say(&mut project, "has_kill_switch", Some(Answer::Yes));
    change(&mut project, 2, |store| "archive".clone_into(&mut store.name));
    assert_eq!(look(&project), (true, None));
    // What it rested on.
    say(&mut project, "logs_actions", None);
    assert_eq!(look(&project), (false, Some(vec!["logs actions: was no, now not known".to_owned()])));
    say(&mut project, "logs_actions", Some(Answer::No));
    assert_eq!(look(&project), (true, None));
}
