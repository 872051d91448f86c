//! What stands in labels, chips and badges, and how large they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AssetId, Band, Interface, Project, Target};
use crate::picture::text::{fit, width};
use crate::picture::{Point, Rect};

use super::{Badge, Chip, FlowLabel, Lettering, Said, SceneOptions, Secrecy};

pub(crate) const PILL_HEIGHT: f32 = 24.0;
/// The line of a pill with what the overlay says, under the other.
const SAID_HEIGHT: f32 = 17.0;
pub(crate) const CHIP_HEIGHT: f32 = 22.0;
pub(crate) const BADGE_HEIGHT: f32 = 24.0;
const CHIP_GAP: f32 = 3.0;
const BADGE_GAP: f32 = 5.0;
const LONGEST_WORDS: f32 = 176.0;
const LONGEST_CHIP: f32 = 150.0;
const MOST_CHIPS: usize = 3;

/// From a pill's end to what is in it: on paper pills have no outline and need less.
pub(crate) fn pill_padding(paper: bool) -> f32 {
    if paper { 4.0 } else { 8.0 }
}

/// How an interface is protected, as far as somebody has said.
pub(crate) fn secrecy(interface: &Interface) -> Secrecy {
    match interface.is_encrypted() {
        Some(true) => Secrecy::Encrypted,
        Some(false) => Secrecy::Clear,
        None => Secrecy::Unknown,
    }
}

/// The words of a label: the interface's own name, else protocol and port, else how it is protected.
fn words(interface: &Interface) -> String {
    let mut parts: Vec<String> = Vec::new();
    let name = interface.name.trim();
    if !name.is_empty() && !is_machine_made(name) {
        parts.push(name.to_owned());
    }
    let mut protocol = interface.protocol.trim().to_owned();
    // An interface named after its protocol says it once.
    if parts.first().is_some_and(|name| name.to_lowercase() == protocol.to_lowercase()) {
        parts.clear();
    }
    if let Some(port) = interface.port {
        if !protocol.is_empty() {
            protocol.push(' ');
        }
        protocol.push_str(&port.to_string());
    }
    if !protocol.is_empty() {
        parts.push(protocol);
    }
    match (parts.is_empty(), interface.encryption) {
        (true, Some(encryption)) => encryption.label().to_owned(),
        _ => parts.join(" · "),
    }
}

/// Whether a name is an identifier that only a machine can read, as some tools write where nobody gave a name.
fn is_machine_made(name: &str) -> bool {
    let groups: Vec<&str> = name.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|letter| letter.is_ascii_hexdigit()))
}

/// An interface's label with the middle of its pill at the origin.
pub(crate) fn flow_label(
    project: &Project,
    interface: &Interface,
    said: Option<Said>,
    options: &SceneOptions,
) -> FlowLabel {
    let words = Words {
        id: if options.paper { interface.id.to_string() } else { String::new() },
        order: interface.order,
        text: if options.terse { String::new() } else { words(interface) },
        said,
    };
    let assets: &[AssetId] = if options.assets { &interface.assets } else { &[] };
    let risk = options.risk.as_ref().and_then(|risk| risk.get(&Target::Interface(interface.id)).copied());
    label_of(words, asset_texts(project, assets, options.paper), risk, options.paper)
}

/// The label of several interfaces that are drawn as one: how many, all their assets, the worst of their risks.
pub(crate) fn bundle_label(
    project: &Project,
    members: &[&Interface],
    said: Option<Said>,
    options: &SceneOptions,
) -> FlowLabel {
    let text = format!("{} interfaces", members.len());
    let words = Words { id: String::new(), order: 0, text, said };
    let carried: BTreeSet<AssetId> = members.iter().flat_map(|flow| flow.assets.iter().copied()).collect();
    let carried: Vec<AssetId> = if options.assets { carried.into_iter().collect() } else { Vec::new() };
    let targets: Vec<Target> = members.iter().map(|flow| Target::Interface(flow.id)).collect();
    let risk = options.risk.as_ref().and_then(|risk| together(risk, targets.iter()));
    label_of(words, asset_texts(project, &carried, options.paper), risk, options.paper)
}

/// What stands in a pill.
struct Words {
    id: String,
    order: u32,
    text: String,
    said: Option<Said>,
}

/// From a flow's number to the lock.
pub(crate) const ORDER_WIDTH: f32 = 24.0;
/// A sign of an overlay with the air around it.
pub(crate) const SIGN_WIDTH: f32 = 22.0;

fn label_of(
    words: Words,
    texts: Vec<(Option<AssetId>, String)>,
    risk: Option<(Band, usize)>,
    paper: bool,
) -> FlowLabel {
    let lettering = Lettering::of(paper);
    let (face, size) = lettering.label;
    let text = fit(&words.text, face, size, LONGEST_WORDS);
    let id = words.id;
    let mut inner = 14.0;
    if words.order > 0 {
        inner += ORDER_WIDTH;
    }
    if !id.is_empty() {
        inner += 5.0 + width(&id, lettering.id.0, lettering.id.1);
    }
    if !text.is_empty() {
        inner += 5.0 + width(&text, face, size);
    }
    let said = words.said.filter(|said| !said.words.is_empty());
    let mut high = PILL_HEIGHT;
    if let Some(said) = &said {
        // In a line of its own, as in a component's box: labels have the same place whatever is shown.
        inner = inner.max(SIGN_WIDTH + width(&said.words, face, size));
        high += SAID_HEIGHT;
    }
    let pill_width = (inner + 2.0 * pill_padding(paper)).ceil();
    let sizes: Vec<f32> = texts.iter().map(|(_, text)| chip_width(text, lettering)).collect();
    // The line runs through the pill; chips hang below it.
    let top = -PILL_HEIGHT / 2.0;
    let pill = Rect::new((-pill_width / 2.0).round(), top, pill_width, high);
    let mut rect = pill;
    let badge = risk.map(|(band, count)| {
        let corner = Point::new(pill.right() + BADGE_GAP, top);
        Badge { rect: badge_rect(corner, count, lettering), band, count }
    });
    if let Some(badge) = badge {
        rect = rect.union(badge.rect);
    }
    let mut y = pill.bottom() + CHIP_GAP;
    let mut chips = Vec::new();
    for ((asset, text), w) in texts.into_iter().zip(sizes) {
        let chip = Rect::new((-w / 2.0).round(), y, w, CHIP_HEIGHT);
        rect = rect.union(chip);
        chips.push(Chip { rect: chip, asset, text });
        y += CHIP_HEIGHT + CHIP_GAP;
    }
    FlowLabel {
        rect,
        pill,
        id,
        order: words.order,
        text,
        said,
        badge,
        chips,
        crowded_out: false,
        offset: (0.0, 0.0),
    }
}

/// How much room an interface's label takes.
pub(crate) fn label_size(project: &Project, interface: &Interface, options: &SceneOptions) -> (f32, f32) {
    let rect = flow_label(project, interface, None, options).rect;
    (rect.w, rect.h)
}

/// The chips of the assets that rest at a component, under its box.
pub(crate) fn node_chips(project: &Project, assets: &[AssetId], node: Rect, paper: bool) -> Vec<Chip> {
    let lettering = Lettering::of(paper);
    let mut y = node.bottom() + 8.0;
    let mut chips = Vec::new();
    for (asset, text) in asset_texts(project, assets, paper) {
        let w = chip_width(&text, lettering);
        // A chip that is wider than its box hangs under the middle of it: as far from both neighbours.
        let x = if w > node.w - 8.0 { node.center().x - w / 2.0 } else { node.x + 4.0 };
        chips.push(Chip { rect: Rect::new(x, y, w, CHIP_HEIGHT), asset, text });
        y += CHIP_HEIGHT + CHIP_GAP;
    }
    chips
}

/// How much room the chips under a box take.
pub(crate) fn node_chips_height(count: usize) -> f32 {
    let shown = count.min(MOST_CHIPS);
    if shown == 0 { 0.0 } else { 8.0 + shown as f32 * (CHIP_HEIGHT + CHIP_GAP) - CHIP_GAP }
}

fn asset_texts(project: &Project, assets: &[AssetId], paper: bool) -> Vec<(Option<AssetId>, String)> {
    let name = |id: AssetId| {
        let name = project.name_of(id.into());
        (Some(id), if paper { id.to_string() } else { name })
    };
    if assets.len() <= MOST_CHIPS {
        return assets.iter().map(|id| name(*id)).collect();
    }
    let mut texts: Vec<_> = assets.iter().take(MOST_CHIPS - 1).map(|id| name(*id)).collect();
    texts.push((None, format!("{} more", assets.len() - (MOST_CHIPS - 1))));
    texts
}

/// Cuts a chip's words to what fits and says how wide the chip is.
fn chip_width(text: &str, lettering: Lettering) -> f32 {
    let (face, size) = lettering.chip;
    (width(text, face, size).min(LONGEST_CHIP) + 34.0).ceil()
}

/// A badge with its top left there: 42 wide, wider for many.
pub(crate) fn badge_rect(corner: Point, count: usize, lettering: Lettering) -> Rect {
    let (face, size) = lettering.number;
    let wide = (width(&count.to_string(), face, size) + 34.0).ceil().max(42.0);
    Rect::new(corner.x, corner.y, wide, BADGE_HEIGHT)
}

/// The worst band and the number of threats over several targets.
pub(crate) fn together<'a>(
    risk: &BTreeMap<Target, (Band, usize)>,
    targets: impl Iterator<Item = &'a Target>,
) -> Option<(Band, usize)> {
    targets.filter_map(|target| risk.get(target)).fold(None, |sum, (band, count)| match sum {
        Some((worst, all)) => Some((std::cmp::max(worst, *band), all + count)),
        None => Some((*band, *count)),
    })
}

impl FlowLabel {
    /// The middle of its first line, which stands on the flow.
    pub(crate) fn origin(&self) -> Point {
        Point::new(self.pill.center().x, self.pill.y + PILL_HEIGHT / 2.0)
    }

    /// The label elsewhere.
    pub(crate) fn moved(&self, by: Point) -> Self {
        let shift = |rect: Rect| Rect { x: rect.x + by.x, y: rect.y + by.y, ..rect };
        Self {
            rect: shift(self.rect),
            pill: shift(self.pill),
            id: self.id.clone(),
            order: self.order,
            text: self.text.clone(),
            said: self.said.clone(),
            badge: self.badge.map(|badge| Badge { rect: shift(badge.rect), ..badge }),
            chips: self.chips.iter().map(|chip| Chip { rect: shift(chip.rect), ..chip.clone() }).collect(),
            crowded_out: self.crowded_out,
            offset: self.offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_a_person_can_read() {
        for (name, protocol, port, expected) in [
            ("Sign in", "", None, "Sign in"),
            ("Sign in", "HTTPS", Some(443), "Sign in · HTTPS 443"),
            ("https", "HTTPS", None, "HTTPS"),
            ("2114ddb1-f677-4275-a9a2-0b2ac8e11073", "", None, ""),
            ("2114ddb1-f677-4275-a9a2-0b2ac8e11073", "HTTPS", None, "HTTPS"),
            ("read-from-a-main-cache", "", None, "read-from-a-main-cache"),
        ] {
            let interface = Interface {
                name: name.to_owned(),
                protocol: protocol.to_owned(),
                port,
                ..Interface::default()
            };
            assert_eq!(words(&interface), expected);
        }
    }
}
