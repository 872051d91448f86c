//! What is dragged onto the canvas from beside it: a kind from the toolbar, an asset from the outline.

use egui::{DragAndDrop, Pos2, Ui};

use crate::edit::Transaction;
use crate::edit::verbs;
use crate::model::{AssetId, ComponentKind, ItemId};
use crate::picture::Point;
use crate::session::Session;
use crate::studio::views::ViewContext;

use super::state::State;
use super::{Ground, actions};

/// What travels with the pointer from another part of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dragged {
    /// A new component of that kind.
    Kind(ComponentKind),
    /// An asset: carried by the flow, or stored in the component, that it is dropped on.
    Asset(AssetId),
}

impl Dragged {
    /// What a component that is dragged in is.
    pub fn kind(self) -> Option<ComponentKind> {
        match self {
            Self::Kind(kind) => Some(kind),
            Self::Asset(_) => None,
        }
    }

    /// What takes it at that point.
    pub fn target(self, ground: &Ground<'_>, at: Point) -> Option<ItemId> {
        match self {
            Self::Asset(_) => ground
                .scene
                .hit(at, ground.tolerance)
                .map(|hit| hit.item)
                .filter(|item| matches!(item, ItemId::Component(_) | ItemId::Interface(_))),
            Self::Kind(_) => ground.scene.zone_at(at).map(ItemId::from),
        }
    }
}

/// What is over the canvas now, and what takes it.
pub fn hovering(ui: &Ui, state: &State, ground: &Ground<'_>) -> Option<(Dragged, Point, Option<ItemId>)> {
    let dragged = DragAndDrop::payload::<Dragged>(ui.ctx())?;
    let at = over_canvas(ui, state)?;
    let target = dragged.target(ground, at);
    Some((*dragged, at, target))
}

fn over_canvas(ui: &Ui, state: &State) -> Option<Point> {
    let pointer: Pos2 = ui.input(|input| input.pointer.interact_pos().or(input.pointer.hover_pos()))?;
    let top = ui.layer_id_at(pointer).is_none_or(|layer| layer == ui.layer_id());
    let over = state.rect.contains(pointer) && top;
    over.then(|| state.camera.screen_from_world(state.rect).to_picture(pointer))
}

/// Puts down what was let go over the canvas.
pub fn take(ui: &Ui, cx: &mut ViewContext<'_>, state: &mut State, ground: &Ground<'_>) {
    if !ui.input(|input| input.pointer.any_released()) {
        return;
    }
    let Some((dragged, at, target)) = hovering(ui, state, ground) else { return };
    DragAndDrop::clear_payload(ui.ctx());
    match dragged {
        Dragged::Kind(kind) => {
            let (id, transaction) = actions::add_component(cx.session, ground.scene, kind, at);
            cx.commit_and_select(transaction, vec![id.into()]);
            state.begin_naming(id.into(), String::new());
        }
        Dragged::Asset(asset) => {
            let transaction = target.and_then(|target| assigned(cx.session, asset, target));
            if let (Some(transaction), Some(target)) = (transaction, target) {
                cx.commit_and_select(transaction, vec![target]);
            }
        }
    }
    state.focus_wanted = state.renaming.is_none();
}

/// An asset carried by a flow or stored in a component; none when it is so already.
fn assigned(session: &Session, asset: AssetId, target: ItemId) -> Option<Transaction> {
    let project = session.project();
    let words = |verb: &str| format!("{} {verb} {}", project.name_of(target), project.name_of(asset.into()));
    match target {
        ItemId::Interface(id) => {
            let change = verbs::change_interface(project, id, "assets", |flow| {
                if !flow.assets.contains(&asset) {
                    flow.assets.push(asset);
                }
            })?;
            Some(Transaction { name: words("carries"), merge: None, ..change })
        }
        ItemId::Component(id) => {
            let change = verbs::change_asset(project, asset, "stored in", |asset| {
                if !asset.stored_in.contains(&id) {
                    asset.stored_in.push(id);
                }
            })?;
            Some(Transaction { name: words("stores"), merge: None, ..change })
        }
        _ => None,
    }
}
