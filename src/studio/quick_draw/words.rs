//! What was understood of a line, in words.

use crate::catalog::Stencil;
use crate::model::{ComponentId, Encryption, Project};
use crate::session::Session;

use super::draw::trust_in;
use super::{End, InZone, Plan, Understood, guess, trust_of};

/// The icon of a stencil, of those that there are.
pub fn icon_of(stencil: &Stencil) -> &'static str {
    crate::picture::icon::known(&stencil.icon).unwrap_or_else(|| stencil.kind.icon())
}

/// A zone that will be, with the trust that its name says.
fn new_zone(name: &str) -> String {
    trust_of(name).map_or_else(|| format!("{name}, new"), |trust| format!("{name}, new, trust {trust}"))
}

impl Plan {
    /// What was understood, piece by piece. An empty icon is an arrow between two pieces.
    pub fn understood(&self, project: &Project) -> Vec<Understood> {
        match self {
            Self::Flow(flow) => {
                let end = |end: &End| match end {
                    End::Known(id) => {
                        let icon = project
                            .diagram
                            .component(*id)
                            .map_or("cog", crate::picture::scene::component_icon);
                        (icon, project.name_of((*id).into()))
                    }
                    End::New(new) => {
                        let kind = new.kind.unwrap_or_else(|| guess(&new.name));
                        let place = match &new.zone {
                            InZone::AtItsPlace => String::new(),
                            InZone::Known(zone) => format!(" in {}", project.name_of((*zone).into())),
                            InZone::New(zone) => format!(" in {}", new_zone(zone)),
                        };
                        (kind.icon(), format!("{}, new{place}", new.name))
                    }
                };
                let mut pieces = vec![
                    end(&flow.from),
                    ("", if flow.both_ways { "↔" } else { "→" }.to_owned()),
                    end(&flow.to),
                ];
                if !flow.protocol.is_empty() || flow.port.is_some() {
                    let port = flow.port.map(|port| format!(" {port}")).unwrap_or_default();
                    pieces.push(("spline", format!("{}{port}", flow.protocol).trim().to_owned()));
                }
                if let Some(encryption) = flow.encryption {
                    let icon = if encryption == Encryption::None { "lock-open" } else { "lock" };
                    pieces.push((icon, encryption.label().to_owned()));
                }
                pieces.extend(flow.authentication.map(|proof| ("shield", proof.label().to_owned())));
                pieces.extend(
                    flow.assets
                        .iter()
                        .map(|id| ("gem", format!("Carries {}", project.name_of((*id).into())))),
                );
                pieces.extend(flow.new_assets.iter().map(|name| ("gem", format!("Carries {name}, new"))));
                pieces.extend(flow.description.iter().map(|words| ("file-text", words.clone())));
                pieces
            }
            Self::Add { name, kind, stencil, zone } => {
                let mut pieces = vec![(kind.icon(), format!("{} {name}", kind.label()))];
                if let Some(stencil) = stencil {
                    pieces.push((icon_of(stencil), stencil.name.clone()));
                    pieces.push(("circle-help", format!("{} assumed", stencil.assumed.0.len())));
                }
                pieces.extend(match zone {
                    InZone::AtItsPlace => None,
                    InZone::Known(zone) => {
                        Some(("square-dashed", format!("In {}", project.name_of((*zone).into()))))
                    }
                    InZone::New(zone) => Some(("square-dashed", format!("In {}", new_zone(zone)))),
                });
                pieces
            }
            Self::AddZone { name, trust, parent } => {
                let mut pieces = vec![("square-dashed", format!("Zone {name}"))];
                pieces.push(match trust {
                    Some(trust) => ("shield", format!("Trust {trust}")),
                    None if trust_of(name).is_some() => {
                        ("circle-help", format!("Trust {}, by its name", trust_in(project, name, *parent)))
                    }
                    None => ("circle-help", format!("Trust {} assumed", trust_in(project, name, *parent))),
                });
                pieces.extend(
                    parent.map(|zone| ("square-dashed", format!("In {}", project.name_of(zone.into())))),
                );
                pieces
            }
            Self::AddAsset { name, sensitivity } => {
                let mut pieces = vec![("gem", format!("Asset {name}"))];
                pieces.extend(sensitivity.map(|level| ("eye-off", level.label().to_owned())));
                pieces
            }
            Self::Question(text) => vec![("circle-help", text.clone())],
            Self::Threat(text) => vec![("triangle-alert", text.clone())],
        }
    }

    /// What Enter does, in words.
    pub fn title(&self, project: &Project) -> String {
        match self {
            Self::Flow(flow) => {
                let end = |end: &End| match end {
                    End::Known(id) => project.name_of((*id).into()),
                    End::New(new) => new.name.clone(),
                };
                let arrow = if flow.both_ways { "↔" } else { "→" };
                format!("Draw the interface {} {arrow} {}", end(&flow.from), end(&flow.to))
            }
            Self::Add { name, kind, .. } => format!("Add the {} {name}", kind.label().to_lowercase()),
            Self::AddZone { name, .. } => format!("Add the zone {name}"),
            Self::AddAsset { name, .. } => format!("Add the asset {name}"),
            Self::Question(_) => "Ask the question".to_owned(),
            Self::Threat(_) => "Add the threat".to_owned(),
        }
    }

    /// What it would mean, in a sentence.
    pub fn consequence(&self, session: &Session) -> String {
        let project = session.project();
        let about = || {
            let items = session.selection().items();
            let names: Vec<String> = items.iter().take(3).map(|item| project.name_of(*item)).collect();
            if names.is_empty() {
                "About the whole model.".to_owned()
            } else {
                format!("About {}.", names.join(", "))
            }
        };
        match self {
            Self::Flow(flow) => match (&flow.from, &flow.to) {
                (End::Known(from), End::Known(to)) => {
                    let zone = |id: ComponentId| {
                        let zone = project.diagram.component(id).and_then(|component| component.zone);
                        zone.map_or_else(|| "outside".to_owned(), |zone| project.name_of(zone.into()))
                    };
                    let (left, entered) = project.diagram.crossed_zones(*from, *to);
                    if left.is_empty() && entered.is_empty() {
                        format!("Stays in {}.", zone(*from))
                    } else {
                        format!("Crosses {} → {}.", zone(*from), zone(*to))
                    }
                }
                (End::New(_), End::New(_)) => "Both ends are created.".to_owned(),
                (End::Known(id), End::New(new)) | (End::New(new), End::Known(id)) => {
                    format!("{} is created beside {}.", new.name, project.name_of((*id).into()))
                }
            },
            Self::Add { zone, .. } => match zone {
                InZone::AtItsPlace => "In the zone that is at its place.".to_owned(),
                InZone::Known(zone) => format!("In {}.", project.name_of((*zone).into())),
                InZone::New(zone) => format!("In the new zone {zone}."),
            },
            Self::AddZone { parent, .. } => parent.map_or_else(
                || "Outside of every zone.".to_owned(),
                |zone| format!("In {}.", project.name_of(zone.into())),
            ),
            Self::AddAsset { .. } => "Interfaces can carry it, components can store it.".to_owned(),
            Self::Question(_) | Self::Threat(_) => about(),
        }
    }
}
