//! Comments of a pack's text, kept when the pack is written anew after something in it was changed.

use super::locate::{Reader, spots};
use super::{Pack, Part};

/// Where a comment belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    /// The pack as a whole.
    Pack,
    /// The entry of that list with that id or name.
    Entry(&'static str, String),
}

/// The pack as text, with the comments of the text that it was read from: those before or in an entry stand first in
/// that entry, all others at the top, also those of entries whose id is no longer there.
pub fn text_with_comments(pack: &Pack, before: &str) -> String {
    let text = pack.text();
    let comments = comments(before);
    if comments.is_empty() {
        return text;
    }
    let spots = spots(&text);
    let places: Vec<(usize, Owner)> = parts(pack)
        .into_iter()
        .filter_map(|part| Some((spots.entry(Some(part)).line, owner(pack, part)?)))
        .collect();
    let is_there = |owner: &Owner| places.iter().any(|(_, place)| place == owner);
    let at_top = comments.iter().filter(|(owner, _)| !is_there(owner));
    let mut lines: Vec<String> = at_top.map(|(_, comment)| comment.clone()).collect();
    for (number, line) in text.lines().enumerate() {
        // An entry begins on the line before this one.
        let here = places.iter().filter(|(at, _)| *at == number);
        for (_, comment) in here.flat_map(|(_, place)| comments.iter().filter(move |(own, _)| own == place)) {
            let indent: String = line.chars().take_while(|letter| letter.is_whitespace()).collect();
            lines.push(format!("{indent}{comment}"));
        }
        lines.push(line.to_owned());
    }
    let commented = lines.join("\n") + "\n";
    // Comments can be nested, which is not followed here: what would not be the same pack is not written.
    if Pack::read(&commented).as_ref() == Ok(pack) { commented } else { text }
}

/// Every comment of a text, in order, with what it belongs to.
fn comments(text: &str) -> Vec<(Owner, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut reader = Reader::of(text);
    loop {
        let line = reader.line();
        match reader.next() {
            Some('"') => reader.skip_text(),
            Some('/') => found.extend(reader.comment().map(|comment| (line, comment))),
            Some(_) => {}
            None => break,
        }
    }
    let Ok(pack) = Pack::read(text) else {
        return found.into_iter().map(|(_, comment)| (Owner::Pack, comment)).collect();
    };
    let spots = spots(text);
    let places: Vec<(Part, usize, usize)> = parts(&pack)
        .into_iter()
        .map(|part| (part, spots.entry(Some(part)).line, spots.end(part).line))
        .collect();
    let of = |line: usize| {
        // In an entry or behind it on its line; otherwise of the next entry, where its list has begun.
        let within = places.iter().find(|(_, from, to)| (*from..=*to).contains(&line));
        let next = places.iter().find(|(part, from, _)| *from > line && spots.list(*part).line <= line);
        within.or(next).and_then(|(part, _, _)| owner(&pack, *part)).unwrap_or(Owner::Pack)
    };
    found.into_iter().map(|(line, comment)| (of(line), comment)).collect()
}

fn parts(pack: &Pack) -> Vec<Part> {
    let threats = (0..pack.threats.len()).map(Part::Threat);
    let controls = (0..pack.controls.len()).map(Part::Control);
    threats.chain(controls).chain((0..pack.stencils.len()).map(Part::Stencil)).collect()
}

fn owner(pack: &Pack, part: Part) -> Option<Owner> {
    Some(match part {
        Part::Threat(at) => Owner::Entry("threats", pack.threats.get(at)?.id.clone()),
        Part::Control(at) => Owner::Entry("controls", pack.controls.get(at)?.id.clone()),
        Part::Stencil(at) => Owner::Entry("stencils", pack.stencils.get(at)?.name.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"// What we at Acme watch for.
// Ask the security team.
(
    name: "Acme", // short
    threats: [
        // Seen twice in 2025.
        (
            id: "ACME-1", title: "One // no comment",
            /* as agreed */ trigger: "kind == agent",
        ),
        (id: "ACME-2", title: "Two"), // still open
    ],
    stencils: [
        // The reader at the door.
        (name: "Badge reader"),
    ],
    // The end.
)
"#;

    #[test]
    fn comments_stay_with_what_they_are_about() {
        let check = |change: &dyn Fn(&mut Pack), wanted: &[&str]| {
            let mut pack = Pack::read(TEXT).unwrap();
            change(&mut pack);
            let text = text_with_comments(&pack, TEXT);
            assert_eq!(Pack::read(&text).unwrap(), pack);
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let notable =
                |line: &&str| ["//", "/*", "id:", "name:", "("].iter().any(|own| line.starts_with(own));
            assert_eq!(lines.into_iter().filter(notable).collect::<Vec<_>>(), wanted, "{text}");
            assert_eq!(text_with_comments(&pack, &text), text, "once written, nothing moves");
        };
        check(
            &|pack| pack.threats[0].title = "Other".to_owned(),
            &[
                "// What we at Acme watch for.",
                "// Ask the security team.",
                "// short",
                "// The end.",
                "(",
                "name: \"Acme\",",
                "// Seen twice in 2025.",
                "/* as agreed */",
                "id: \"ACME-1\",",
                "// still open",
                "id: \"ACME-2\",",
                "// The reader at the door.",
                "name: \"Badge reader\",",
            ],
        );
        check(
            &|pack| {
                pack.threats.remove(0);
                pack.stencils.clear();
            },
            &[
                "// What we at Acme watch for.",
                "// Ask the security team.",
                "// short",
                "// Seen twice in 2025.",
                "/* as agreed */",
                "// The reader at the door.",
                "// The end.",
                "(",
                "name: \"Acme\",",
                "// still open",
                "id: \"ACME-2\",",
            ],
        );
    }

    #[test]
    fn a_text_without_comments_is_written_as_ever() {
        let pack = Pack::read("(name: \"A // b\", threats: [(id: \"X\")])").unwrap();
        assert_eq!(text_with_comments(&pack, "(name: \"A // b\")"), pack.text());
        assert_eq!(text_with_comments(&pack, ""), pack.text());
        assert!(text_with_comments(&pack, "// broken (").starts_with("// broken (\n"));
    }
}
