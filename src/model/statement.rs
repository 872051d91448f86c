//! The sentence of a threat: how it is written out of its parts, what is missing, and how a written one is read.

use super::{AssetId, Statement};

/// Words that begin the prerequisites: "Anyone | with a valid account".
const PREREQUISITES: [&str; 8] =
    [" with ", " who ", " that ", " having ", " once ", " after ", " inside ", " given "];
const CAN: &str = " can ";
const LEADS: &str = ", which leads to ";
const HARMS: &str = ", and so harms ";
const OF: &str = " of ";

/// A part of the sentence that is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Who does it.
    Source,
    /// What they do.
    Action,
    /// What that leads to.
    Effect,
    /// What suffers.
    Harm,
    /// Which asset suffers.
    Assets,
}

impl Part {
    /// What is missing, as it stands in the sentence: "who".
    pub fn gap(self) -> &'static str {
        match self {
            Self::Source => "who",
            Self::Action => "do what",
            Self::Effect => "what effect",
            Self::Harm => "what suffers",
            Self::Assets => "which asset",
        }
    }

    /// What is missing, as a person is told: "who does it".
    pub fn missing(self) -> &'static str {
        match self {
            Self::Source => "who does it",
            Self::Action => "what they do",
            Self::Effect => "what that leads to",
            Self::Harm => "what suffers",
            Self::Assets => "which asset suffers",
        }
    }
}

impl Statement {
    /// What the sentence does not say yet.
    pub fn gaps(&self) -> Vec<Part> {
        let parts = [
            (Part::Source, self.source.trim().is_empty()),
            (Part::Action, self.action.trim().is_empty()),
            (Part::Effect, self.effect.trim().is_empty()),
            (Part::Harm, self.harm.trim().is_empty()),
            (Part::Assets, self.assets.is_empty()),
        ];
        parts.into_iter().filter(|(_, gap)| *gap).map(|(part, _)| part).collect()
    }

    /// The sentence, with what is missing in brackets: "[who] can read mail, which leads to [what effect]." Harm and assets
    /// are left out as long as neither is there.
    pub fn sentence(&self, asset_names: &[String]) -> String {
        let or = |text: &str, part: Part| match text.trim() {
            "" => format!("[{}]", part.gap()),
            text => text.to_owned(),
        };
        let with = match self.prerequisites.trim() {
            "" => String::new(),
            text => format!(" {text}"),
        };
        let harm = if self.harm.trim().is_empty() && asset_names.is_empty() {
            String::new()
        } else {
            let assets = or(&asset_names.join(", "), Part::Assets);
            format!("{HARMS}{}{OF}{assets}", or(&self.harm, Part::Harm))
        };
        let source = or(&self.source, Part::Source);
        let (action, effect) = (or(&self.action, Part::Action), or(&self.effect, Part::Effect));
        format!("{source}{with}{CAN}{action}{LEADS}{effect}{harm}.")
    }

    /// Reads a written sentence. Parts in brackets are empty; an asset is known by its name, and one that is not stays
    /// among the words of what suffers.
    pub fn read(text: &str, assets: &[(AssetId, String)]) -> Self {
        let text = text.trim().trim_end_matches('.').trim_end();
        let (head, harm) = cut(text, HARMS);
        let (head, effect) = cut(head, LEADS);
        let (who, action) = cut(head, CAN);
        let start = PREREQUISITES.iter().filter_map(|word| who.find(word)).min();
        let (source, prerequisites) = start.map_or((who, ""), |at| who.split_at(at));
        let (harm, named) = assets_of(harm, assets);
        Self {
            source: plain(source),
            prerequisites: plain(prerequisites),
            action: plain(action),
            effect: plain(effect),
            harm,
            assets: named,
            ..Self::default()
        }
    }
}

fn cut<'a>(text: &'a str, word: &str) -> (&'a str, &'a str) {
    text.split_once(word).unwrap_or((text, ""))
}

/// Words without their brackets: what stands in brackets is a gap.
fn plain(text: &str) -> String {
    let text = text.trim();
    if text.starts_with('[') && text.ends_with(']') { String::new() } else { text.to_owned() }
}

/// "the integrity of mails, keys": what suffers, and of which assets.
fn assets_of(text: &str, assets: &[(AssetId, String)]) -> (String, Vec<AssetId>) {
    let Some((harm, list)) = text.rsplit_once(OF) else { return (plain(text), Vec::new()) };
    if plain(list).is_empty() {
        return (plain(harm), Vec::new());
    }
    let mut named = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        // The longest name wins, since names may hold commas.
        let begins =
            |name: &str| rest.strip_prefix(name).filter(|after| after.is_empty() || after.starts_with(", "));
        let found = assets
            .iter()
            .filter_map(|(id, name)| begins(name.trim()).map(|after| (name.len(), *id, after)))
            .max_by_key(|(length, ..)| *length);
        let Some((_, id, after)) = found else { return (plain(text), Vec::new()) };
        named.push(id);
        rest = after.trim_start_matches(", ");
    }
    (plain(harm), named)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assets() -> Vec<(AssetId, String)> {
        ["mails", "keys", "mails, old"]
            .iter()
            .zip(1..)
            .map(|(name, id)| (AssetId(id), (*name).to_owned()))
            .collect()
    }

    fn print(statement: &Statement) -> String {
        let name = |id: &AssetId| {
            assets().into_iter().find(|(other, _)| other == id).map(|(_, name)| name).unwrap_or_default()
        };
        statement.sentence(&statement.assets.iter().map(name).collect::<Vec<_>>())
    }

    #[test]
    fn sentences_are_read() {
        let check = |text: &str, parts: [&str; 5], named: &[u32]| {
            let read = Statement::read(text, &assets());
            let found = [read.source, read.prerequisites, read.action, read.effect, read.harm];
            assert_eq!(found, parts, "{text}");
            assert_eq!(read.assets, named.iter().copied().map(AssetId).collect::<Vec<_>>(), "{text}");
        };
        check(
            "Anyone with an account can hide orders in a page, which leads to calls, and so harms the integrity of mails, keys.",
            ["Anyone", "with an account", "hide orders in a page", "calls", "the integrity"],
            &[1, 2],
        );
        check("An outsider can guess", ["An outsider", "", "guess", "", ""], &[]);
        check("[who] can [do what], which leads to loss.", ["", "", "", "loss", ""], &[]);
        check(
            "X can y, which leads to z, and so harms trust of unknown things",
            ["X", "", "y", "z", "trust of unknown things"],
            &[],
        );
        check("X can y, which leads to z, and so harms all of mails, old", ["X", "", "y", "z", "all"], &[3]);
        check("", ["", "", "", "", ""], &[]);
    }

    #[test]
    fn gaps_are_said() {
        let statement = Statement { action: "guess".to_owned(), ..Statement::default() };
        assert_eq!(print(&statement), "[who] can guess, which leads to [what effect].");
        let gaps: Vec<&str> = statement.gaps().into_iter().map(Part::missing).collect();
        assert_eq!(gaps, ["who does it", "what that leads to", "what suffers", "which asset suffers"]);
    }

    fn words() -> impl Strategy<Value = String> {
        prop::collection::vec("[a-z]{1,8}", 1..4).prop_map(|words| words.join(" ")).prop_filter(
            "words of the grammar",
            |text| {
                let text = format!(" {text} ");
                ![CAN, OF].iter().chain(&PREREQUISITES).any(|word| text.contains(word))
            },
        )
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), words()]
    }

    proptest! {
        #[test]
        fn what_was_printed_is_read_as_it_was(
            source in words(),
            prerequisites in part(),
            action in part(),
            effect in part(),
            harm in part(),
            named in prop::sample::subsequence(vec![1_u32, 2], 0..=2),
        ) {
            let prerequisites =
                if prerequisites.is_empty() { prerequisites } else { format!("with {prerequisites}") };
            let assets_named = named.into_iter().map(AssetId).collect();
            let statement =
                Statement { source, prerequisites, action, effect, harm, assets: assets_named, ..Statement::default() };
            prop_assert_eq!(Statement::read(&print(&statement), &assets()), statement);
        }

        #[test]
        fn whatever_is_typed_is_read_and_settles(text in ".{0,80}") {
            let read = Statement::read(&text, &assets());
            let again = Statement::read(&print(&read), &assets());
            prop_assert_eq!(print(&Statement::read(&print(&again), &assets())), print(&again));
        }
    }
}
