//! What the palette offers for what is typed, the best first.

use std::sync::Arc;

use crate::catalog::{self, Catalog, Stencil, Template};
use crate::model::{ItemId, plain_word};
use crate::session::{Command, Session};
use crate::studio::keys;
use crate::studio::quick_draw::{self, Plan};

/// How many lines are listed.
const MOST: usize = 9;
/// Stencils that are offered while one is being named.
const OFFERED: usize = 5;
/// A typed name comes before what fits less well than this.
const NAME: usize = 4;

/// A line that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    Draw {
        both: bool,
        keep: bool,
    },
    /// What the line could mean besides.
    Make(Box<Plan>),
    Command(Command),
    GoTo(ItemId),
    /// Write the stencil's name in full.
    Complete(Arc<Stencil>),
    /// Put the stencil down beside what is selected, under that name; none is the stencil's own.
    Place(Arc<Stencil>, Option<String>),
    /// Start anew from a template.
    Template(&'static Template),
}

/// What the line could mean.
pub(super) fn entries(
    text: &str,
    session: Option<&Session>,
    plan: Option<&Plan>,
    can: &impl Fn(Command) -> bool,
) -> Vec<Entry> {
    match plan {
        Some(plan) => ways_to_draw(text, session, plan),
        None if session.is_some() && quick_draw::has_sign(text) => Vec::new(),
        None => found(text, session, can),
    }
}

/// The line is understood: as it is, and what else it could mean.
fn ways_to_draw(text: &str, session: Option<&Session>, plan: &Plan) -> Vec<Entry> {
    let catalog = session.map_or(Catalog::shared(), Session::catalog);
    let mut entries = vec![Entry::Draw { both: false, keep: false }];
    match plan {
        Plan::Flow(flow) => {
            let otherwise = flow.read_otherwise().map(|flow| Plan::Flow(Box::new(flow)));
            entries.extend(otherwise.map(|plan| Entry::Make(Box::new(plan))));
            if !flow.both_ways {
                entries.push(Entry::Draw { both: true, keep: false });
            }
        }
        Plan::Add { stencil, .. } => {
            if let Some(words) = quick_draw::stencil_words(text) {
                let named = stencil.as_ref().map(|stencil| plain_word(&stencil.name));
                let whole = named.is_some_and(|name| name == plain_word(words));
                let offered = catalog.find_stencils(words).into_iter().take(OFFERED).cloned();
                entries.extend(offered.filter(|_| !whole).map(Entry::Complete));
            }
        }
        _ => {}
    }
    entries.push(Entry::Draw { both: false, keep: true });
    entries
}

/// Commands, things, stencils and templates that words find, and what a typed name becomes.
fn found(text: &str, session: Option<&Session>, can: &impl Fn(Command) -> bool) -> Vec<Entry> {
    let words: Vec<String> =
        text.split_whitespace().map(plain_word).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<(usize, Entry)> = Vec::new();
    for command in
        Command::ALL.iter().copied().filter(|command| *command != Command::Palette && can(*command))
    {
        let label = format!("{} {}", command.label(), command.group().label());
        // A word of its own in a command's name means the command before it is a name.
        let said =
            |word: &String| command.label().split([' ', '…', ',']).any(|part| plain_word(part) == *word);
        let is_said = matches!(words.as_slice(), [word] if word.len() > 5 && said(word));
        let ranked = rank(&label, &words).map(|rank| if is_said { rank.min(NAME - 1) } else { rank });
        found.extend(ranked.map(|rank| (rank, Entry::Command(command))));
    }
    if !words.is_empty() {
        found.extend(catalog::templates().iter().filter_map(|template| {
            let label = format!("New template {} {}", template.title, template.words);
            Some((rank(&label, &words)? + NAME, Entry::Template(template)))
        }));
        if let Some(session) = session {
            found.extend(of_the_model(text, &words, session));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    let names = session.filter(|_| !words.is_empty()).map_or_else(Vec::new, |session| named(text, session));
    found.truncate(MOST.saturating_sub(names.len()));
    let is_there = found.iter().any(|(rank, entry)| *rank == 0 && matches!(entry, Entry::GoTo(_)));
    let before = if is_there { found.len() } else { found.partition_point(|(rank, _)| *rank < NAME) };
    let mut entries: Vec<Entry> = found.into_iter().map(|(_, entry)| entry).collect();
    entries.splice(before..before, names);
    entries
}

/// Things of the model, and stencils.
fn of_the_model(text: &str, words: &[String], session: &Session) -> Vec<(usize, Entry)> {
    let project = session.project();
    let wanted = plain_word(text);
    let mut found = Vec::new();
    for item in project.all_ids() {
        if matches!(item, ItemId::View(_) | ItemId::Evidence(_)) {
            continue;
        }
        let name = project.name_of(item);
        let is_drawn = matches!(item, ItemId::Component(_) | ItemId::Interface(_) | ItemId::Zone(_));
        // One word begins many a sentence: a threat's title is not what a single word names.
        let aside = !is_drawn && words.len() == 1 && name.split_whitespace().count() > 1;
        let rank = if plain_word(&name) == wanted || plain_word(&item.to_string()) == wanted {
            Some(0)
        } else {
            let rank = rank(&format!("{name} {item}"), words);
            rank.map(|rank| rank * 2 + 1 + if aside { NAME } else { 0 })
        };
        found.extend(rank.map(|rank| (rank, Entry::GoTo(item))));
    }
    let stencils = session.catalog().find_stencils(text).into_iter().take(3);
    found.extend(stencils.zip(NAME..).map(|(stencil, place)| match fit(&stencil.name, text) {
        Fit::Whole => (1, Entry::Place(Arc::clone(stencil), None)),
        Fit::Begun => (2, Entry::Place(Arc::clone(stencil), None)),
        Fit::Words => (place, Entry::Place(Arc::clone(stencil), None)),
        Fit::Other => (place, Entry::Place(Arc::clone(stencil), Some(text.trim().to_owned()))),
    }));
    found
}

/// How a typed text stands to the name of a stencil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It is that name.
    Whole,
    /// It ends within a word of it: somebody is typing it.
    Begun,
    /// It is its first words, and may be a name of its own.
    Words,
    /// It is something else.
    Other,
}

fn fit(name: &str, text: &str) -> Fit {
    let plain = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).map(plain_word);
        words.filter(|word| !word.is_empty()).collect()
    };
    let (name, text) = (plain(name), plain(text));
    let Some((last, before)) = text.split_last() else { return Fit::Other };
    let begins = name.len() >= text.len() && name.iter().zip(before).all(|(a, b)| a == b);
    match name.get(before.len()).filter(|_| begins) {
        Some(word) if word == last && name.len() == text.len() => Fit::Whole,
        Some(word) if word == last => Fit::Words,
        Some(word) if word.starts_with(last.as_str()) => Fit::Begun,
        _ => Fit::Other,
    }
}

/// What a typed name becomes: connected to what is selected, or alone.
fn named(text: &str, session: &Session) -> Vec<Entry> {
    let start = quick_draw::start(session);
    let read =
        |sign: &str| quick_draw::read(session.project(), session.catalog(), start, &format!("{sign} {text}"));
    let joined = start.and_then(|_| read("->"));
    joined.into_iter().chain(read("+")).map(|plan| Entry::Make(Box::new(plan))).collect()
}

/// How well words fit a label: 0 is best; none is not at all.
fn rank(label: &str, words: &[String]) -> Option<usize> {
    let parts: Vec<String> = label.split([' ', '_', '-']).map(plain_word).collect();
    let whole = plain_word(label);
    let (mut rank, mut last) = (0, None);
    for word in words {
        // Words that follow one another as in the label are as good as the first of them.
        let fits = |part: &String| part.starts_with(word.as_str());
        let on = last.and_then(|last: usize| Some(last + 1 + parts.iter().skip(last + 1).position(fits)?));
        let at = on.or_else(|| parts.iter().position(fits));
        rank += match (at, last) {
            (Some(at), Some(last)) if at > last => at - last - 1,
            (Some(at), _) => at,
            (None, _) if whole.contains(word.as_str()) => 6,
            (None, _) => return None,
        };
        last = at.or(last);
    }
    Some(rank)
}

pub(super) fn describe(
    entry: &Entry,
    plan: Option<&Plan>,
    session: Option<&Session>,
) -> (&'static str, String, String, String) {
    match (entry, session) {
        (Entry::Command(command), _) => {
            let caps = keys::caps(*command);
            let note = if caps.is_empty() { command.group().label().to_owned() } else { String::new() };
            let icon = if command.icon().is_empty() { "command" } else { command.icon() };
            (icon, command.label().to_owned(), note, caps)
        }
        (Entry::GoTo(item), Some(session)) => {
            ("arrow-right", session.project().name_of(*item), format!("Go to {item}"), String::new())
        }
        (Entry::Complete(stencil), _) => {
            let note = format!("{}, {}", stencil.group, stencil.kind.label().to_lowercase());
            (quick_draw::icon_of(stencil), stencil.name.clone(), note, "Tab".to_owned())
        }
        (Entry::Place(stencil, name), _) => {
            let title = match name {
                Some(name) => format!("Add {name}, made from {}", stencil.name),
                None => format!("Add {}", stencil.name),
            };
            (quick_draw::icon_of(stencil), title, stencil.group.clone(), String::new())
        }
        (Entry::Template(template), _) => (
            "file-plus",
            format!("New from the template {}", template.title),
            "File".to_owned(),
            String::new(),
        ),
        (Entry::Make(made), Some(session)) => {
            // A typed name that becomes a flow stands for no line that was read.
            let otherwise = match &**made {
                Plan::Flow(flow) if plan.is_some() => Some(flow),
                _ => None,
            };
            let title = match otherwise {
                Some(flow) if !flow.new_assets.is_empty() => {
                    let many = if flow.new_assets.len() == 1 { "asset" } else { "assets" };
                    format!("Draw it with the new {many} {}", flow.new_assets.join(", "))
                }
                Some(flow) => {
                    format!("Draw it with the words “{}”, no new asset", flow.description.join(", "))
                }
                None => made.title(session.project()),
            };
            let caps = if otherwise.is_some() { "Alt Enter".to_owned() } else { String::new() };
            ("plus", title, String::new(), caps)
        }
        (Entry::Draw { both, keep }, Some(session)) => {
            let icon = match plan {
                Some(Plan::Flow(_)) => "spline",
                Some(Plan::Question(_)) => "circle-help",
                Some(Plan::Threat(_)) => "triangle-alert",
                _ => "plus",
            };
            match (both, keep) {
                (true, _) => (
                    "arrow-left-right",
                    "Draw it both ways".to_owned(),
                    String::new(),
                    "Shift Enter".to_owned(),
                ),
                (_, true) => (
                    "list-checks",
                    "Do it and keep typing".to_owned(),
                    String::new(),
                    "Ctrl Enter".to_owned(),
                ),
                _ => {
                    let title = plan.map(|plan| plan.title(session.project())).unwrap_or_default();
                    let note = plan.map(|plan| plan.consequence(session)).unwrap_or_default();
                    (icon, title, note, "Enter".to_owned())
                }
            }
        }
        _ => ("info", String::new(), String::new(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Component, ComponentId, Project, Threat, ThreatId};

    #[test]
    fn words_find_labels_by_the_beginnings_of_their_words() {
        let words = |text: &str| text.split_whitespace().map(plain_word).collect::<Vec<_>>();
        for (text, label, expected) in [
            ("sa", "Save", Some(0)),
            ("pdf", "Save PDF…", Some(1)),
            ("dat", "customer_data A-1", Some(1)),
            ("ustom", "customer_data", Some(6)),
            ("zebra", "Save", None),
            ("trace and simulation", "Trace and simulation settings", Some(0)),
            ("choose the end of the trace", "Choose the end of the trace…", Some(0)),
            ("settings trace", "Trace and settings", Some(2)),
            ("", "Save", Some(0)),
        ] {
            assert_eq!(rank(label, &words(text)), expected, "{text} in {label}");
        }
    }

    fn titles(text: &str, selected: bool) -> Vec<String> {
        let mut project = Project::new("Test");
        for (id, name) in [(1, "billing"), (2, "ledger")] {
            let component = Component { id: ComponentId(id), name: name.to_owned(), ..Component::default() };
            project.diagram.put_component(component);
        }
        project.threats.insert(Threat {
            id: ThreatId(1),
            title: "Payments are made twice".to_owned(),
            ..Threat::default()
        });
        project.reserve_all();
        let mut session = Session::unsaved(project);
        if selected {
            session.select([ComponentId(1).into()]);
        }
        let plan = quick_draw::read(session.project(), session.catalog(), quick_draw::start(&session), text);
        let entries = entries(text, Some(&session), plan.as_ref(), &|_| true);
        let told = entries.iter().map(|entry| describe(entry, plan.as_ref(), Some(&session)).1);
        told.collect()
    }

    #[test]
    fn a_typed_name_is_what_enter_makes() {
        for (text, selected, first) in [
            ("payments", true, "Draw the interface billing → payments"),
            ("payments", false, "Add the process payments"),
            ("search", true, "Draw the interface billing → search"),
            ("cache", true, "Draw the interface billing → cache"),
            ("cache", false, "Add the store cache"),
            // Somebody is typing the name of a stencil, or has typed all of it.
            ("postg", false, "Add PostgreSQL"),
            ("message queue", false, "Add Message queue"),
            ("payment prov", false, "Add Payment provider"),
            // What is there is gone to.
            ("ledger", true, "ledger"),
            ("led", true, "ledger"),
            ("T-001", true, "Payments are made twice"),
            ("payments are", true, "Payments are made twice"),
            // Commands by their words.
            ("save", true, "Save"),
            ("template", true, "New from template…"),
            ("-> payments", true, "Draw the interface billing → payments"),
        ] {
            let titles = titles(text, selected);
            assert_eq!(titles.first().map(String::as_str), Some(first), "{text}: {titles:#?}");
        }
    }

    #[test]
    fn what_is_typed_finds_stencils_and_templates_besides() {
        for (text, offered) in [
            ("payments", "Add the process payments"),
            ("cache", "Add cache, made from Redis cache"),
            ("search", "Add Search index"),
            ("rag", "New from the template Answers from documents"),
            ("iot", "New from the template Fleet of devices"),
            ("web", "New from the template Three-tier web application"),
            ("three-tier", "New from the template Three-tier web application"),
            ("ci", "New from the template Build and release pipeline"),
            ("multi agent", "New from the template Agents that delegate"),
        ] {
            let titles = titles(text, true);
            assert!(titles.iter().any(|title| title == offered), "{text}: {titles:#?}");
        }
    }

    #[test]
    fn a_line_with_a_sign_is_never_a_name() {
        for (text, selected) in [("-> ledger", false), ("->", true), ("-> billing", true), ("+ -> a", true)] {
            assert_eq!(titles(text, selected), [""; 0], "{text}");
        }
    }
}
