//! From a scene to a picture.

use std::collections::BTreeSet;

use crate::model::{ComponentId, InterfaceId, ItemId};
use crate::picture::{Picture, PictureBuilder, Role, Stroke};

use super::{DiagramScene, silhouette};

/// What the painting shows besides the diagram itself.
#[derive(Debug, Clone, Default)]
pub struct PaintOptions {
    /// Selected things.
    pub selected: BTreeSet<ItemId>,
    /// The thing under the pointer.
    pub hovered: Option<ItemId>,
    /// Shown at 40 %.
    pub dimmed: BTreeSet<ItemId>,
    /// A zone or node that would take what is being dragged.
    pub drop_target: Option<ItemId>,
    /// An attack path; everything else is dimmed.
    pub path: Vec<PathStep>,
}

/// A step of an attack path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathStep {
    /// The interface that leads there; none at the start.
    pub via: Option<InterfaceId>,
    /// The component that is reached.
    pub to: ComponentId,
}

impl DiagramScene {
    /// The picture of the scene.
    pub fn picture(&self, options: &PaintOptions) -> Picture {
        let mut out = PictureBuilder::new();
        for node in &self.nodes {
            let selected = options.selected.contains(&node.id.into());
            let role = if selected { Role::Accent } else { Role::Control };
            out.item(Some(node.id.into()));
            out.path(
                silhouette(node.kind, node.rect).0,
                Some(Role::Node.into()),
                Some(Stroke::solid(role, 1.5)),
            );
        }
        Picture { description: self.description.clone(), ..out.finish() }
    }
}
