//! The drawing at two sizes: building it, dragging in it, painting it, routing it.
//!
//! `cargo bench --bench picture`. Large is 10,000 components, 20,000 labelled interfaces and 500 zones in zones; medium is
//! 1,000, 2,000 and 100. Both stand where their file puts them, in blocks of zones, and most flows stay near.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use divan::{Bencher, black_box};
use threat_studio::model::{
    Asset, AssetId, Component, ComponentId, ComponentKind, Encryption, Interface, InterfaceId, ItemId, Place,
    Project, View, Zone, ZoneId,
};
use threat_studio::picture::{DiagramScene, LiveScene, PaintOptions, Palette, Point, Rect, SceneOptions};
use threat_studio::storage::text;
use threat_studio::studio::paint::{self, ScreenFromPicture};
use threat_studio::studio::theme;

fn main() {
    divan::main();
}

/// How large a generated system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Medium,
    Large,
}

const SIZES: [Size; 2] = [Size::Medium, Size::Large];

/// Always the same numbers (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % u64::from(n.max(1))) as u32
    }
}

/// A system in blocks: outer zones on a grid, four inner zones in each, components in rows in the inner zones.
fn project(size: Size) -> &'static Project {
    static MEDIUM: OnceLock<Project> = OnceLock::new();
    static LARGE: OnceLock<Project> = OnceLock::new();
    match size {
        Size::Medium => MEDIUM.get_or_init(|| generated(20, 1_000, 2_000)),
        Size::Large => LARGE.get_or_init(|| generated(100, 10_000, 20_000)),
    }
}

const PITCH: (f32, f32) = (300.0, 170.0);

fn generated(blocks: u32, components: u32, interfaces: u32) -> Project {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut project = Project::new("A generated system");
    let mut view = View { name: "Whole system".to_owned(), ..View::default() };
    let inner = blocks * 4;
    let in_each = components.div_ceil(inner);
    let columns = f64::from(in_each).sqrt().ceil() as u32;
    let rows = in_each.div_ceil(columns);
    let (wide, high) = (columns as f32 * PITCH.0 + 120.0, rows as f32 * PITCH.1 + 140.0);
    let across = f64::from(blocks).sqrt().ceil() as u32;
    let corner = |block: u32| {
        let (x, y) = (block % across, block / across);
        (x as f32 * (2.0 * wide + 220.0), y as f32 * (2.0 * high + 260.0))
    };
    for block in 0..blocks {
        let id = ZoneId(block + 1);
        let (name, trust) = (format!("segment {block}"), (block % 5) as u8);
        project.diagram.zones.insert(Zone { id, name, trust, ..Zone::default() });
        let (x, y) = corner(block);
        let place = Place { x, y, w: 2.0 * wide + 100.0, h: 2.0 * high + 120.0, ..Place::default() };
        view.places.insert(id.into(), place);
        for quarter in 0..4 {
            let id = ZoneId(blocks + block * 4 + quarter + 1);
            let name = format!("tier {block}.{quarter}");
            let parent = Some(ZoneId(block + 1));
            let trust = ((block + quarter) % 5) as u8;
            project.diagram.zones.insert(Zone { id, name, trust, parent, ..Zone::default() });
            let (x, y) = quarter_corner(corner(block), quarter, wide, high);
            let place = Place { x, y, w: wide - 40.0, h: high - 20.0, ..Place::default() };
            view.places.insert(id.into(), place);
        }
    }
    for number in 0..components {
        let (home, seat) = (number / in_each, number % in_each);
        let (x, y) = quarter_corner(corner(home / 4), home % 4, wide, high);
        let id = ComponentId(number + 1);
        let jitter = (dice.below(40) as f32, dice.below(30) as f32);
        let place = Place {
            x: x + 40.0 + (seat % columns) as f32 * PITCH.0 + jitter.0,
            y: y + 60.0 + (seat / columns) as f32 * PITCH.1 + jitter.1,
            ..Place::default()
        };
        view.places.insert(id.into(), place);
        project.diagram.put_component(Component {
            id,
            kind: ComponentKind::ALL.get(dice.below(7) as usize).copied().unwrap_or_default(),
            name: format!("service {number}"),
            zone: Some(ZoneId(blocks + home + 1)),
            ..Component::default()
        });
    }
    for id in 1..=3 {
        let name = format!("asset {id}");
        project.assets.insert(Asset { id: AssetId(id), name, ..Asset::default() });
    }
    for number in 0..interfaces {
        let from = dice.below(components);
        // Most stay in their tier, some go to the next, few go anywhere.
        let to = match dice.below(10) {
            0 => dice.below(components),
            1 | 2 => (from + in_each + dice.below(in_each)) % components,
            _ => (from / in_each * in_each + dice.below(in_each)).min(components - 1),
        };
        let to = if to == from { (to + 1) % components } else { to };
        let interface = Interface {
            id: InterfaceId(number + 1),
            from: Some(ComponentId(from + 1)),
            to: Some(ComponentId(to + 1)),
            both_ways: dice.below(5) == 0,
            protocol: ["HTTPS", "gRPC", "SQL", "AMQP"][dice.below(4) as usize].to_owned(),
            port: (dice.below(2) == 0).then_some(443),
            encryption: [None, Some(Encryption::None), Some(Encryption::Tls13)][dice.below(3) as usize],
            assets: (0..dice.below(2)).map(|n| AssetId(n + 1)).collect(),
            ..Interface::default()
        };
        assert!(project.diagram.put_interface(interface).is_ok());
    }
    project.views.insert(View { id: project.next_view(), ..view });
    project.reserve_all();
    project
}

fn quarter_corner(block: (f32, f32), quarter: u32, wide: f32, high: f32) -> (f32, f32) {
    (
        block.0 + 40.0 + (quarter % 2) as f32 * (wide + 20.0),
        block.1 + 60.0 + (quarter / 2) as f32 * (high + 20.0),
    )
}

/// The generated view, which is the last.
fn view(project: &Project) -> &View {
    static EMPTY: std::sync::LazyLock<View> = std::sync::LazyLock::new(View::default);
    project.views.iter().next_back().unwrap_or(&EMPTY)
}

fn options() -> SceneOptions {
    SceneOptions { assets: true, ..SceneOptions::default() }
}

/// The scene, built once for what does not measure its building.
fn built(size: Size) -> Arc<DiagramScene> {
    static MEDIUM: OnceLock<Arc<DiagramScene>> = OnceLock::new();
    static LARGE: OnceLock<Arc<DiagramScene>> = OnceLock::new();
    let once = if size == Size::Medium { &MEDIUM } else { &LARGE };
    let project = project(size);
    Arc::clone(once.get_or_init(|| Arc::new(DiagramScene::build(project, view(project), &options()))))
}

/// The text of a project's file to a model.
#[divan::bench(args = SIZES, sample_count = 5)]
fn read(bencher: Bencher<'_, '_>, size: Size) {
    let written = text::to_text(project(size));
    bencher.bench_local(|| text::from_text(black_box(&written)).map(|read| read.views.iter().count()));
}

/// Places, routes and labels of everything, from nothing.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn scene(bencher: Bencher<'_, '_>, size: Size) {
    let project = project(size);
    bencher.bench_local(|| DiagramScene::build(black_box(project), view(project), &options()));
}

/// The same after a change that moves nothing.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn scene_after_a_change(bencher: Bencher<'_, '_>, size: Size) {
    let (project, before) = (project(size), built(size));
    bencher.bench_local(|| {
        DiagramScene::build_after(Some(&before), black_box(project), view(project), &options())
    });
}

/// The same after one component was put elsewhere.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn scene_after_a_move(bencher: Bencher<'_, '_>, size: Size) {
    let (project, before) = (project(size), built(size));
    let places = hundred(&before, 90.0).into_iter().take(1).collect();
    let moved = SceneOptions { places, ..options() };
    bencher
        .bench_local(|| DiagramScene::build_after(Some(&before), black_box(project), view(project), &moved));
}

/// The places of a hundred components, so far to the right.
fn hundred(scene: &DiagramScene, dx: f32) -> BTreeMap<ItemId, Place> {
    let nodes = scene.nodes.iter().take(100);
    nodes
        .map(|node| (node.id.into(), Place { x: node.rect.x + dx, y: node.rect.y, ..Place::default() }))
        .collect()
}

/// What is painted is a window of 1600 × 1000 points.
const WINDOW: egui::Vec2 = egui::Vec2::new(1600.0, 1000.0);

/// A context with the program's fonts, warmed up.
fn context() -> egui::Context {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    ctx
}

/// Shapes and triangles of one frame; gives back how many corners they have.
fn frame(ctx: &egui::Context, scene: &DiagramScene, at: ScreenFromPicture) -> usize {
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, WINDOW);
    let input = egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() };
    let output = ctx.run_ui(input, |ui| {
        let seen = at.rect_to_picture(screen);
        let picture = scene.picture_in(&PaintOptions::default(), seen, at.scale);
        paint::picture(&ui.painter_at(screen), &picture, at, Palette::dark());
    });
    let meshes = ctx.tessellate(output.shapes, output.pixels_per_point);
    let corners = |mesh: &egui::ClippedPrimitive| match &mesh.primitive {
        egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
        egui::epaint::Primitive::Callback(_) => 0,
    };
    meshes.iter().map(corners).sum()
}

fn around(center: Point, scale: f32) -> ScreenFromPicture {
    ScreenFromPicture {
        origin: (WINDOW / 2.0 - egui::Vec2::new(center.x, center.y) * scale).to_pos2(),
        scale,
    }
}

/// One frame at 100 %, in the middle of the drawing, moved a little each time: nothing is kept but letters.
#[divan::bench(args = SIZES, sample_count = 100, sample_size = 1)]
fn frame_at_100(bencher: Bencher<'_, '_>, size: Size) {
    let (scene, ctx) = (built(size), context());
    let middle = scene.nodes.get(scene.nodes.len() / 2).map(|node| node.rect.center()).unwrap_or_default();
    frame(&ctx, &scene, around(middle, 1.0));
    let mut step = 0.0;
    bencher.bench_local(|| {
        step += 1.0;
        frame(&ctx, &scene, around(middle.offset(step, step / 2.0), 1.0))
    });
}

/// One frame with everything in the window.
#[divan::bench(args = SIZES, sample_count = 100, sample_size = 1)]
fn frame_fitted(bencher: Bencher<'_, '_>, size: Size) {
    let (scene, ctx) = (built(size), context());
    let scale = (WINDOW.x / scene.bounds.w).min(WINDOW.y / scene.bounds.h);
    frame(&ctx, &scene, around(scene.bounds.center(), scale));
    bencher.bench_local(|| frame(&ctx, &scene, around(scene.bounds.center(), scale)));
}

/// One frame with silhouettes only, where most of them are in the window.
#[divan::bench(args = SIZES, sample_count = 50, sample_size = 1)]
fn frame_at_25(bencher: Bencher<'_, '_>, size: Size) {
    let (scene, ctx) = (built(size), context());
    frame(&ctx, &scene, around(scene.bounds.center(), 0.25));
    bencher.bench_local(|| frame(&ctx, &scene, around(scene.bounds.center(), 0.25)));
}

/// One step of a drag of a hundred components, and its frame at 100 %.
#[divan::bench(args = SIZES, sample_count = 100, sample_size = 1)]
fn drag_of_100(bencher: Bencher<'_, '_>, size: Size) {
    let (project, base, ctx) = (project(size), built(size), context());
    let mut live = LiveScene::new(Arc::clone(&base), project, view(project));
    let middle = base.nodes.get(50).map(|node| node.rect.center()).unwrap_or_default();
    frame(&ctx, &base, around(middle, 1.0));
    let mut step = 0.0;
    bencher.bench_local(|| {
        step += 1.0;
        let shown = live.show(&hundred(&base, step), &BTreeSet::new());
        frame(&ctx, shown, around(middle, 1.0))
    });
}

/// What lies under the pointer.
#[divan::bench(args = SIZES, sample_count = 100)]
fn hit(bencher: Bencher<'_, '_>, size: Size) {
    let scene = built(size);
    let middle = scene.bounds.center();
    bencher.bench_local(|| scene.hit(black_box(middle), 6.0));
}

/// Everything in a frame.
#[divan::bench(args = SIZES, sample_count = 100)]
fn in_sight(bencher: Bencher<'_, '_>, size: Size) {
    let scene = built(size);
    let middle = scene.bounds.center();
    bencher.bench_local(|| scene.in_sight(Rect::new(middle.x, middle.y, 1600.0, 1000.0)).len());
}
