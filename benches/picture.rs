//! The drawing at two sizes: building it, dragging in it, painting it, routing it.
//!
//! `cargo bench --bench picture`. Large is 10,000 components, 20,000 labelled interfaces and 500 zones in zones; medium is
//! 1,000, 2,000 and 100. Both stand where their file puts them, in blocks of zones, and most flows stay near.

use std::sync::OnceLock;

use divan::{Bencher, black_box};
use threat_studio::model::{
    Asset, AssetId, Component, ComponentId, ComponentKind, Encryption, Interface, InterfaceId, Place,
    Project, View, Zone, ZoneId,
};
use threat_studio::picture::{DiagramScene, SceneOptions};

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

fn view(project: &Project) -> &View {
    project.views.iter().next_back().expect("the generated view")
}

/// Places, routes and labels of everything, from nothing.
#[divan::bench(args = SIZES, sample_count = 5)]
fn scene(bencher: Bencher<'_, '_>, size: Size) {
    let project = project(size);
    bencher.bench_local(|| {
        DiagramScene::build(
            black_box(project),
            view(project),
            &SceneOptions { assets: true, ..Default::default() },
        )
    });
}
