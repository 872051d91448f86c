//! What a diagram can be coloured by: each thing gets a tone, and words that say the same without any colour.

use std::collections::BTreeMap;

use crate::model::{AssetId, Band, Component, ComponentId, Interface, ItemId, Project, Sensitivity, Target};
use crate::picture::signs::{severity_sign, trust_bars};
use crate::picture::text::{baseline, width};
use crate::picture::{Paint, Picture, PictureBuilder, Point, Rect, Role, Stroke};

use super::{Lettering, SceneOptions};

/// What a diagram is coloured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Overlay {
    /// By nothing: kinds, zones and badges only.
    #[default]
    Nothing,
    /// By the worst current risk.
    Risk,
    /// By the most sensitive asset that is there or passes.
    Sensitivity,
    /// By how far the zone around is trusted.
    Trust,
    /// By what nobody has answered yet.
    Questions,
}

impl Overlay {
    /// All of them, in the order of a menu.
    pub const ALL: [Self; 5] = [Self::Nothing, Self::Risk, Self::Sensitivity, Self::Trust, Self::Questions];

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nothing => "No overlay",
            Self::Risk => "Risk",
            Self::Sensitivity => "Sensitivity",
            Self::Trust => "Trust",
            Self::Questions => "Open questions",
        }
    }

    /// What the tones mean: the name of the overlay, and a row for each tone, in the typeface of the drawing that it stands
    /// by. None for no overlay.
    pub fn legend(self, paper: bool) -> Option<Picture> {
        let rows: Vec<(Tone, String)> = match self {
            Self::Nothing => return None,
            Self::Risk => {
                let bands = Band::ALL.iter().rev().map(|band| (Tone::Risk(*band), band.label().to_owned()));
                bands.chain([(Tone::Quiet, "no threat".to_owned())]).collect()
            }
            Self::Sensitivity => {
                let levels = Sensitivity::ALL.iter().rev();
                let levels = levels.map(|level| (Tone::Sensitivity(*level), level.label().to_owned()));
                levels.chain([(Tone::Quiet, "no asset".to_owned())]).collect()
            }
            Self::Trust => {
                let levels = (0..=4).map(|trust| (Tone::Trust(trust), format!("trust {trust}")));
                levels.chain([(Tone::Quiet, "no zone".to_owned())]).collect()
            }
            Self::Questions => [(Tone::Question, "questions open"), (Tone::Quiet, "nothing to ask")]
                .map(|(tone, words)| (tone, words.to_owned()))
                .into(),
        };
        Some(legend(self.label(), &rows, paper))
    }
}

/// How a thing is coloured, whatever the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// The overlay has nothing to say of it.
    Quiet,
    /// By the worst current risk.
    Risk(Band),
    /// By the most sensitive asset.
    Sensitivity(Sensitivity),
    /// By trust, 0 to 4.
    Trust(u8),
    /// Something is not answered.
    Question,
}

impl Tone {
    /// What it is filled with, over the fill that it has without an overlay.
    pub(crate) fn fill(self) -> Option<Paint> {
        match self {
            Self::Quiet => None,
            Self::Risk(band) => Some(Role::SeveritySoft(band).into()),
            // One hue that no severity has, stronger with each level.
            Self::Sensitivity(level) => Some(Role::Chart(2).at(0.06 + 0.07 * f32::from(level as u8))),
            Self::Trust(trust) => Some(Role::TrustFill(trust).into()),
            Self::Question => Some(Role::AccentSoft.into()),
        }
    }

    /// Its outline: colour, width, dashes.
    pub(crate) fn edge(self) -> Option<Stroke> {
        match self {
            Self::Quiet => None,
            Self::Risk(band) => Some(Stroke::solid(Role::SeverityMark(band), 2.0)),
            Self::Sensitivity(level) => {
                Some(Stroke::solid(Role::Chart(2), 1.0 + 0.6 * f32::from(level as u8)))
            }
            Self::Trust(trust) => Some(Stroke::solid(Role::TrustLine(trust), 2.0)),
            Self::Question => Some(Stroke::dashed(Role::Accent, 1.75, &[5.0, 4.0])),
        }
    }

    /// Its sign in a square around a middle.
    pub(crate) fn sign(self, out: &mut PictureBuilder, center: Point, side: f32) {
        let square = Rect::new(center.x - side / 2.0, center.y - side / 2.0, side, side);
        match self {
            Self::Quiet => {}
            Self::Risk(band) => severity_sign(out, band, center, side),
            Self::Sensitivity(_) => {
                out.icon("gem", square, Role::Chart(2));
            }
            Self::Trust(trust) => {
                let bars = Rect { y: square.y + side * 0.125, h: side * 0.75, ..square };
                trust_bars(out, trust, bars);
            }
            Self::Question => {
                out.icon("circle-help", square, Role::Accent);
            }
        }
    }
}

/// What an overlay says of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its colour and sign.
    pub tone: Tone,
    /// The same in words; empty when there is nothing to say.
    pub words: String,
}

impl Said {
    fn of(tone: Tone, words: impl Into<String>) -> Self {
        Self { tone, words: words.into() }
    }
}

/// What an overlay says of everything, looked up once for a scene.
pub(crate) struct Says<'a> {
    project: &'a Project,
    options: &'a SceneOptions,
    sensitive: BTreeMap<ComponentId, Sensitivity>,
}

impl<'a> Says<'a> {
    pub(crate) fn new(project: &'a Project, options: &'a SceneOptions) -> Self {
        let mut sensitive: BTreeMap<ComponentId, Sensitivity> = BTreeMap::new();
        if options.overlay == Overlay::Sensitivity {
            let mut seen = |component: ComponentId, level: Sensitivity| {
                sensitive.entry(component).and_modify(|most| *most = (*most).max(level)).or_insert(level);
            };
            for asset in &project.assets {
                for component in asset.stored_in.iter().chain(&asset.processed_by) {
                    seen(*component, asset.sensitivity);
                }
            }
            for interface in project.diagram.interfaces() {
                if let Some(level) = most_sensitive(project, &interface.assets) {
                    [interface.from, interface.to].into_iter().flatten().for_each(|end| seen(end, level));
                }
            }
        }
        Self { project, options, sensitive }
    }

    pub(crate) fn of_component(&self, component: &Component) -> Option<Said> {
        match self.options.overlay {
            Overlay::Nothing => None,
            Overlay::Risk => Some(self.risk(Target::Component(component.id))),
            Overlay::Sensitivity => Some(sensitivity(self.sensitive.get(&component.id).copied())),
            Overlay::Trust => Some(match self.trust(component.id) {
                Some(trust) => Said::of(Tone::Trust(trust), format!("trust {trust}")),
                None => Said::of(Tone::Quiet, "no zone"),
            }),
            Overlay::Questions => Some(self.questions(component.id.into())),
        }
    }

    pub(crate) fn of_interface(&self, interface: &Interface) -> Option<Said> {
        match self.options.overlay {
            Overlay::Nothing => None,
            Overlay::Risk => Some(self.risk(Target::Interface(interface.id))),
            Overlay::Sensitivity => Some(sensitivity(most_sensitive(self.project, &interface.assets))),
            Overlay::Trust => {
                let ends = [interface.from, interface.to].map(|end| end.and_then(|end| self.trust(end)));
                Some(match ends {
                    [Some(a), Some(b)] if a != b => {
                        let arrow = if interface.both_ways { "↔" } else { "→" };
                        Said::of(Tone::Trust(a.min(b)), format!("trust {a} {arrow} {b}"))
                    }
                    _ => Said::of(Tone::Quiet, ""),
                })
            }
            Overlay::Questions => Some(self.questions(interface.id.into())),
        }
    }

    fn trust(&self, component: ComponentId) -> Option<u8> {
        let zone = self.project.diagram.component(component)?.zone?;
        self.project.diagram.zones.get(zone).map(|zone| zone.trust)
    }

    fn risk(&self, target: Target) -> Said {
        match self.options.risk.as_ref().and_then(|risk| risk.get(&target)) {
            Some((band, _)) => Said::of(Tone::Risk(*band), band.label().to_lowercase()),
            None => Said::of(Tone::Quiet, ""),
        }
    }

    fn questions(&self, item: ItemId) -> Said {
        match self.options.questions.get(&item).copied().unwrap_or(0) {
            0 => Said::of(Tone::Quiet, ""),
            1 => Said::of(Tone::Question, "1 question"),
            many => Said::of(Tone::Question, format!("{many} questions")),
        }
    }
}

/// What is said of several things that are drawn as one: the worst.
pub(crate) fn worst(said: impl Iterator<Item = Option<Said>>) -> Option<Said> {
    said.flatten().max_by_key(|said| said.tone)
}

fn most_sensitive(project: &Project, assets: &[AssetId]) -> Option<Sensitivity> {
    assets.iter().filter_map(|id| project.assets.get(*id)).map(|asset| asset.sensitivity).max()
}

fn sensitivity(level: Option<Sensitivity>) -> Said {
    level.map_or_else(|| Said::of(Tone::Quiet, ""), |level| Said::of(Tone::Sensitivity(level), level.label()))
}

const ROW: f32 = 24.0;

fn legend(title: &str, rows: &[(Tone, String)], paper: bool) -> Picture {
    let lettering = Lettering::of(paper);
    let (face, strong, size) = (lettering.caption.0, lettering.zone.0, 13.0);
    let widest = rows.iter().map(|(_, words)| width(words, face, size)).fold(0.0, f32::max);
    let wide = (widest + 68.0).max(width(title, strong, size) + 24.0);
    let mut out = PictureBuilder::new();
    let card = Rect::new(0.0, 0.0, wide.ceil(), ROW * rows.len() as f32 + 38.0);
    out.rect(card, 8.0, Some(Role::Panel.into()), Some(Stroke::solid(Role::Edge, 1.0)));
    out.text(Point::new(12.0, baseline(17.0, strong, size)), title, strong, size, Role::Text);
    for (index, (tone, words)) in rows.iter().enumerate() {
        let y = 42.0 + ROW * index as f32;
        let swatch = Rect::new(12.0, y - 8.0, 22.0, 16.0);
        let edge = tone.edge().unwrap_or_else(|| Stroke::solid(Role::Control, 1.0));
        out.rect(swatch, 3.0, Some(Role::Node.into()), None);
        out.rect(swatch, 3.0, tone.fill(), Some(Stroke { width: edge.width.min(2.0), ..edge }));
        tone.sign(&mut out, Point::new(47.0, y), 14.0);
        out.text(Point::new(60.0, baseline(y, face, size)), words.clone(), face, size, Role::TextSecondary);
    }
    Picture { description: format!("Legend: {title}"), ..out.finish_in(card) }
}

/// How many open questions each thing has, from what the analysis asks.
pub fn questions_by_item<'q>(
    questions: impl IntoIterator<Item = &'q crate::analysis::suggest::OpenQuestion>,
) -> BTreeMap<ItemId, usize> {
    let mut counts = BTreeMap::new();
    for question in questions {
        *counts.entry(question.item).or_default() += 1;
    }
    counts
}
