//! What the canvas remembers between frames: where it looks, what the pointer is doing, and the scene of the revision.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Band, ComponentKind, InterfaceId, ItemId, Place, Target, ViewId};
use crate::picture::scene::{Overlay, PaintOptions, PathStep, questions_by_item};
use crate::picture::{self, DiagramScene, LiveScene, Picture, Point, SceneOptions};
use crate::session::Session;

use super::actions;
use super::choosing::Choosing;
use super::find::Find;
use super::legend;
use super::{Camera, Event, Gesture, Ground, Tool};

/// Down to this zoom names and labels are read without effort.
const READABLE: f32 = 0.6;

/// A moment in seconds: who types so soon after a drag means what was dragged.
const JUST_NOW: f64 = 0.8;

/// A name that is being typed in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Renaming {
    /// Of which thing.
    pub item: ItemId,
    /// As far as it is typed.
    pub text: String,
    /// The field has had the focus: when it loses it, the name is taken.
    pub focused: bool,
    /// The thing was only just put down: its name belongs to that step.
    pub fresh: bool,
    /// The revision that the step led to.
    pub revision: Option<u64>,
    /// What a fresh component is, when somebody has said so.
    pub kind: Option<ComponentKind>,
    /// What a fresh component is follows from its name until somebody says so.
    pub guesses: bool,
}

/// What a scene was built from.
#[derive(Debug, Clone, PartialEq)]
struct SceneKey {
    revision: u64,
    view: ViewId,
    shown: Shown,
    /// The questions of a large model come later than the model.
    is_asked: bool,
}

/// What a picture was painted with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Highlights {
    /// Selected things.
    pub selected: BTreeSet<ItemId>,
    /// Under the pointer.
    pub hovered: Option<ItemId>,
    /// Takes what is dropped.
    pub drop_target: Option<ItemId>,
    /// An attack path.
    pub path: Vec<PathStep>,
    /// What a finding is about.
    pub lit: BTreeSet<ItemId>,
}

/// The canvas's memory.
#[derive(Debug)]
pub struct State {
    /// Where it looks.
    pub camera: Camera,
    /// Where it stood on the screen in the last frame.
    pub rect: egui::Rect,
    /// What the pointer is doing.
    pub gesture: Gesture,
    /// What was let go in this frame, and is not changed before the next.
    pub let_go: Option<Gesture>,
    /// When the last drag ended, or a letter was typed right after one.
    pub dragged_at: f64,
    /// What the pointer is for.
    pub tool: Tool,
    /// The thing under the pointer.
    pub hovered: Option<ItemId>,
    /// A name that is being typed.
    pub renaming: Option<Renaming>,
    /// The pointer's place in the world, when it is over the canvas.
    pub pointer: Option<Point>,
    /// Where the context menu was opened, and on what.
    pub menu_at: (Point, Option<ItemId>),
    /// The menu is a list of these interfaces: one line stands for them all.
    pub listed: Vec<InterfaceId>,
    /// Such a list is to be opened there.
    pub list_wanted: Option<(Point, Vec<InterfaceId>)>,
    /// Shift+F10 asks for that menu.
    pub menu_wanted: bool,
    /// The view has been fitted into the canvas once.
    pub fitted: Option<ViewId>,
    /// Fit everything, or these, as soon as the canvas knows its size.
    pub fit_wanted: Option<Vec<ItemId>>,
    /// Look there as soon as the canvas knows its size: the middle, and the zoom.
    pub look_wanted: Option<(Point, f32)>,
    /// Where one looked before the whole drawing was laid out anew.
    pub before_tidying: Option<(Point, f32)>,
    /// Which attack path is shown, when they are.
    pub attack_path: usize,
    /// That path is played step by step.
    pub playing: Option<super::play::Play>,
    /// A finding of the graph that is lit up instead.
    pub lit: Option<super::lit::Lit>,
    /// Zoom by that factor around the middle.
    pub zoom_wanted: Option<f32>,
    /// The canvas is to have the keyboard.
    pub focus_wanted: bool,
    /// What stays selected while Tab goes on to the next thing.
    pub choosing: Choosing,
    /// What a press on the right button began as a pan.
    pub panned: bool,
    /// Ghost of what quick draw would add.
    pub ghost: Option<Picture>,
    /// What is sought on the diagram, while the line for it is open.
    pub find: Option<Find>,
    /// What commands ask of the gesture; the canvas takes it in its next frame.
    pub pending: Vec<Event>,
    /// Space went down here and nothing was panned since; whether it did so with Shift.
    pub space_down: Option<bool>,
    /// The name of the view that is being typed in the toolbar.
    pub view_renaming: Option<Renaming>,
    /// What the canvas showed last, for whoever asks for the same drawing elsewhere.
    shown: Shown,
    /// Things on their way to new places.
    pub(super) glide: Option<super::glide::Glide>,
    scene: Option<(SceneKey, Arc<DiagramScene>)>,
    picture: Option<Painted>,
    live: Option<LiveScene>,
    carried: actions::Carried,
}

impl Default for State {
    fn default() -> Self {
        Self {
            camera: Camera::default(),
            rect: egui::Rect::ZERO,
            gesture: Gesture::default(),
            let_go: None,
            dragged_at: f64::NEG_INFINITY,
            tool: Tool::default(),
            hovered: None,
            renaming: None,
            pointer: None,
            menu_at: (Point::new(0.0, 0.0), None),
            listed: Vec::new(),
            list_wanted: None,
            menu_wanted: false,
            fitted: None,
            fit_wanted: None,
            look_wanted: None,
            before_tidying: None,
            attack_path: 0,
            playing: None,
            lit: None,
            zoom_wanted: None,
            focus_wanted: false,
            choosing: Choosing::default(),
            panned: false,
            ghost: None,
            find: None,
            pending: Vec::new(),
            space_down: None,
            view_renaming: None,
            shown: Shown::default(),
            glide: None,
            scene: None,
            picture: None,
            live: None,
            carried: actions::Carried::default(),
        }
    }
}

impl Renaming {
    /// A name that will be typed, beginning with this.
    pub fn of(item: ItemId, text: String) -> Self {
        Self { item, text, focused: false, fresh: false, revision: None, kind: None, guesses: false }
    }
}

impl State {
    /// Whether a thing is on the drawing.
    pub fn is_drawn(&mut self, session: &Session, item: ItemId) -> bool {
        self.scene_as_shown(session).rect_of(item).is_some()
    }

    /// What things cover on the drawing, all together; none when none of them is drawn.
    pub fn frame_of(&mut self, session: &Session, items: &[ItemId]) -> Option<picture::Rect> {
        let scene = self.scene_as_shown(session);
        items.iter().filter_map(|item| scene.rect_of(*item)).reduce(picture::Rect::union)
    }

    /// Moves the camera when a frame is not in a free part of the canvas.
    pub fn keep_in_sight(&mut self, ctx: &egui::Context, frame: picture::Rect, free: egui::Rect) {
        let camera = self.camera.landed();
        let at = camera.screen_from_world(self.rect);
        let floats = legend::floats(self.rect, self.shown.overlay);
        let covered = floats.iter().any(|float| at.rect_to_picture(*float).overlaps(frame));
        let in_sight = !covered && at.rect_to_picture(free.shrink(16.0)).contains_rect(frame);
        if free.height() <= 120.0 || in_sight {
            return;
        }
        // Above what floats at the bottom, where that leaves enough room.
        let above = floats.iter().map(egui::Rect::top).fold(free.bottom(), f32::min);
        let free = if above - free.top() > 160.0 { free.with_max_y(above) } else { free };
        let (center, zoom) = Camera::fitting(frame, free, 40.0, camera.zoom);
        // The camera looks at the middle of the whole canvas, the free part has another.
        let aside = (free.center() - self.rect.center()) / zoom;
        self.fly_to(ctx, (Point::new(center.x - aside.x, center.y - aside.y), zoom));
    }

    /// Looks where a camera looked before. If what was drawn since is not seen from there, looks at the whole drawing, as
    /// long as it is not too large to be read.
    pub fn look_back(
        &mut self,
        ctx: &egui::Context,
        session: &Session,
        camera: Camera,
        drawn: Option<picture::Rect>,
    ) {
        let at = camera.screen_from_world(self.rect);
        let scene = self.scene_as_shown(session);
        let floats = legend::floats(self.rect, scene.overlay);
        let is_seen = |frame: picture::Rect| {
            let seen = at.rect_to_picture(self.rect.shrink(16.0));
            seen.contains_rect(frame)
                && !floats.iter().any(|float| at.rect_to_picture(*float).overlaps(frame))
        };
        if drawn.is_none_or(is_seen) {
            if camera != self.camera.landed() {
                self.fly_to(ctx, (camera.center, camera.zoom));
            }
            return;
        }
        let (center, zoom) = legend::fitting(&scene, self.rect, scene.overlay, 28.0);
        if zoom >= READABLE {
            self.fly_to(ctx, (center, zoom.min(camera.zoom)));
        }
    }

    fn fly_to(&mut self, ctx: &egui::Context, to: (Point, f32)) {
        let motion = ctx.global_style().animation_time > 0.0;
        self.camera.fly(to, ctx.input(|input| input.time), motion);
        ctx.request_repaint();
    }

    /// Whether something was dragged a moment ago: who types then means to name it, not to answer a question. Typing on
    /// prolongs the moment.
    pub fn was_just_dragging(&mut self, ui: &egui::Ui) -> bool {
        let (now, typed) = ui.input(|input| {
            (input.time, input.events.iter().any(|event| matches!(event, egui::Event::Text(_))))
        });
        let just = !self.gesture.is_idle() || now - self.dragged_at < JUST_NOW;
        if just && typed {
            self.dragged_at = now;
        }
        just
    }

    /// How many interfaces the line of an interface stands for, where it stands for several; else 0.
    pub fn bundle_of(&self, id: InterfaceId) -> usize {
        let scene = self.scene.as_ref().map(|(_, scene)| scene);
        scene.and_then(|scene| scene.flow(id)).map_or(0, |flow| flow.bundle.len())
    }

    /// Starts over with another model.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// The scene of the session's revision, built when it has changed.
    pub fn scene(&mut self, session: &Session, shown: Shown) -> Arc<DiagramScene> {
        self.shown = shown;
        let is_asked = shown.overlay == Overlay::Questions && !session.derived().wants_checking();
        let key = SceneKey { revision: session.revision(), view: session.view_id(), shown, is_asked };
        if let Some((known, scene)) = &self.scene
            && *known == key
        {
            return Arc::clone(scene);
        }
        let before = self.scene.take().filter(|(known, _)| known.view == key.view).map(|(_, scene)| scene);
        let scene = build(session, shown, before.as_deref(), BTreeMap::new(), BTreeSet::new());
        let scene = Arc::new(scene);
        self.scene = Some((key, Arc::clone(&scene)));
        scene
    }

    /// The scene as the canvas shows it, for whoever does not know what is shown.
    pub fn scene_as_shown(&mut self, session: &Session) -> Arc<DiagramScene> {
        self.scene(session, self.shown)
    }

    /// What can be seen of the scene, or of how it would be if the gesture ended here. It is painted when something has
    /// changed, and somewhat beyond what is seen, so that panning paints nothing anew.
    pub fn picture(
        &mut self,
        session: &Session,
        ground: &Ground<'_>,
        gliding: Option<BTreeMap<ItemId, Place>>,
        shown: Shown,
        highlights: Highlights,
        (seen, scale): (picture::Rect, f32),
    ) -> Arc<Picture> {
        let let_go = self.let_go.take();
        let in_hand =
            actions::preview(let_go.as_ref().unwrap_or(&self.gesture), session, ground, &mut self.carried);
        if let Some((places, floating)) = in_hand.or_else(|| Some((gliding?, BTreeSet::new()))) {
            return Arc::new(self.preview(session, shown, places, floating).picture_in(
                &options_of(highlights),
                seen,
                scale,
            ));
        }
        self.live = None;
        self.carried = actions::Carried::default();
        let scene = self.scene(session, shown);
        let key = self.scene.as_ref().map(|(key, _)| key.clone());
        if let (Some(known), Some(key)) = (&self.picture, &key)
            && known.key == *key
            && known.highlights == highlights
            && known.detail == detail(scale)
            && known.area.contains_rect(seen)
        {
            return Arc::clone(&known.picture);
        }
        let area = seen.grown(seen.w.max(seen.h) / 3.0);
        let picture = Arc::new(scene.picture_in(&options_of(highlights.clone()), area, scale));
        self.picture = key.map(|key| Painted {
            key,
            highlights,
            detail: detail(scale),
            area,
            picture: Arc::clone(&picture),
        });
        picture
    }

    /// The scene with these things in these places: built anew while it is small, else changed in place.
    fn preview(
        &mut self,
        session: &Session,
        shown: Shown,
        places: BTreeMap<ItemId, Place>,
        floating: BTreeSet<ItemId>,
    ) -> Cow<'_, DiagramScene> {
        let scene = self.scene(session, shown);
        if let Some(view) = session.view().filter(|_| LiveScene::is_worth_it(&scene)) {
            if self.live.as_ref().is_none_or(|live| !live.is_of(&scene)) {
                self.live = Some(LiveScene::new(scene, session.project(), view));
            }
            if let Some(live) = &mut self.live {
                return Cow::Borrowed(live.show(&places, &floating));
            }
        }
        Cow::Owned(build(session, shown, None, places, floating))
    }
}

/// What a scene shows besides the system itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Risk.
    pub risk: bool,
    /// Assets.
    pub assets: bool,
    /// What it is coloured by.
    pub overlay: Overlay,
}

impl Default for Shown {
    fn default() -> Self {
        Self { risk: true, assets: true, overlay: Overlay::Nothing }
    }
}

impl Shown {
    /// What the drawing of a session needs to know to show that.
    pub fn options(self, session: &Session) -> SceneOptions {
        let risk = (self.risk || self.overlay == Overlay::Risk).then(|| risk_by_target(session));
        let questions = match self.overlay {
            Overlay::Questions => questions_by_item(&session.derived().suggestions().questions),
            _ => BTreeMap::new(),
        };
        SceneOptions {
            risk,
            questions,
            assets: self.assets,
            overlay: self.overlay,
            ..SceneOptions::default()
        }
    }
}

/// What was painted last.
#[derive(Debug)]
struct Painted {
    key: SceneKey,
    highlights: Highlights,
    detail: i32,
    area: picture::Rect,
    picture: Arc<Picture>,
}

/// A number that changes when a scale shows other marks. From far away numbers keep their size on screen, so there it
/// changes in small steps.
fn detail(scale: f32) -> i32 {
    match scale {
        0.6.. => 3,
        0.35.. => 2,
        0.2.. => 1,
        _ => -1 - (scale.max(0.001).log2() * -8.0).round() as i32,
    }
}

fn options_of(highlights: Highlights) -> PaintOptions {
    PaintOptions {
        selected: highlights.selected,
        hovered: highlights.hovered,
        drop_target: highlights.drop_target,
        path: highlights.path,
        lit: highlights.lit,
        ..PaintOptions::default()
    }
}

fn build(
    session: &Session,
    shown: Shown,
    before: Option<&DiagramScene>,
    places: BTreeMap<ItemId, Place>,
    floating: BTreeSet<ItemId>,
) -> DiagramScene {
    let Some(view) = session.view() else { return DiagramScene::default() };
    let options = SceneOptions { places, floating, ..shown.options(session) };
    DiagramScene::build_after(before, session.project(), view, &options)
}

/// The worst current band and the number of live threats, by target.
pub fn risk_by_target(session: &Session) -> BTreeMap<Target, (Band, usize)> {
    let register = session.derived().register();
    register
        .by_target
        .iter()
        .filter(|(_, risk)| !risk.threats.is_empty())
        // A threat that nobody has rated yet still counts; it just cannot be worse than very low.
        .map(|(target, risk)| (*target, (risk.band.unwrap_or(Band::VeryLow), risk.threats.len())))
        .collect()
}
