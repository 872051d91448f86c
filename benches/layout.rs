//! Automatic layout of diagrams with nested zones and labelled interfaces: `cargo bench --bench layout`.
//!
//! 500, 1,000 and 5,000 components are to take no more than 0.1, 0.3 and 3 s, with no more crossings than 1.1 times
//! those of elkjs 0.11 on the same graphs. The graphs are those of a seeded generator in Python, so that other programs
//! can be given the same; its random numbers are made here in the same way.
//!
//! What elkjs (layered, to the right, hierarchy included, 140 by 60 boxes, no labels) makes of them, counted as here:
//!
//! | components | crossings | length | routed crossings | width × height | time on a busy machine of two cores |
//! |---|---|---|---|---|---|
//! | 500 | 12,510 | 3,504,029 | 10,720 | 25,994 × 14,504 | 15.2 s |
//! | 1,000 | 54,912 | 14,025,231 | 46,726 | 47,034 × 32,653 | 85.4 s |
//! | 5,000 | 1,183,128 | 304,509,665 | 1,126,720 | 181,434 × 185,671 | 58.5 s |
//!
//! Crossings are those of straight lines between the middles of the boxes, of interfaces that share no end; length is
//! that of all these lines together. Routed crossings are those of the flows as they are drawn.

use std::collections::BTreeSet;
use std::hint::black_box;

use divan::Bencher;
use threat_studio::model::{
    Component, ComponentId, ComponentKind, Interface, InterfaceId, Project, View, Zone, ZoneId,
};
use threat_studio::picture::layout::{LayoutOptions, layout};
use threat_studio::picture::{DiagramScene, SceneOptions};
use threat_studio::simulation::Quiet;

const SIZES: [usize; 3] = [500, 1000, 5000];
/// By size: the crossings that elkjs leaves, between middles and as routed.
const ELKJS: [(usize, usize); 3] = [(12_510, 10_720), (54_912, 46_726), (1_183_128, 1_126_720)];

fn main() {
    for (size, (elk, elk_routed)) in SIZES.into_iter().zip(ELKJS) {
        let project = project(size);
        let mut view = View::default();
        view.places = layout(&project, &view, &LayoutOptions::default(), &Quiet).unwrap_or_default();
        let scene = DiagramScene::build(&project, &view, &SceneOptions::default());
        let (straight, routed) = (straight(&project, &scene), routed(&project, &scene));
        let length: f64 = straight.iter().map(|line| (line.x1 - line.x2).hypot(line.y1 - line.y2)).sum();
        let (crossings, drawn) = (crossings(&straight), crossings(&routed));
        println!(
            "{size} components: {crossings} crossings ({:.2} of elkjs), length {length:.0}, {drawn} routed crossings \
             ({:.2} of elkjs), {:.0} × {:.0}",
            crossings as f64 / elk as f64,
            drawn as f64 / elk_routed as f64,
            scene.bounds.w,
            scene.bounds.h,
        );
    }
    divan::main();
}

#[divan::bench(args = [25, 100, 500, 1000, 5000], sample_count = 10)]
fn lay_out(bencher: Bencher<'_, '_>, size: usize) {
    let (project, view) = (project(size), View::default());
    bencher.bench_local(|| {
        layout(black_box(&project), black_box(&view), &LayoutOptions::default(), &Quiet)
            .map(|places| places.len())
    });
}

/// A piece of a line, and the components that the line joins.
#[derive(Clone, Copy)]
struct Line {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
    ends: [ComponentId; 2],
}

fn ends(interface: &Interface) -> Option<[ComponentId; 2]> {
    interface.from.zip(interface.to).filter(|(from, to)| from != to).map(|(from, to)| [from, to])
}

fn straight(project: &Project, scene: &DiagramScene) -> Vec<Line> {
    let middle = |id: ComponentId| scene.node(id).map(|node| node.rect.center());
    let line = |interface: &Interface| {
        let ends = ends(interface)?;
        let (a, b) = (middle(ends[0])?, middle(ends[1])?);
        Some(Line { x1: a.x.into(), y1: a.y.into(), x2: b.x.into(), y2: b.y.into(), ends })
    };
    project.diagram.interfaces().filter_map(line).collect()
}

fn routed(project: &Project, scene: &DiagramScene) -> Vec<Line> {
    let mut lines = Vec::new();
    for flow in &scene.flows {
        let Some(ends) = project.diagram.interface(flow.id).and_then(ends) else { continue };
        lines.extend(flow.points.windows(2).map(|pair| Line {
            x1: pair[0].x.into(),
            y1: pair[0].y.into(),
            x2: pair[1].x.into(),
            y2: pair[1].y.into(),
            ends,
        }));
    }
    lines
}

/// Pairs of lines that cross and share no end.
fn crossings(lines: &[Line]) -> usize {
    let mut lines = lines.to_vec();
    lines.sort_by(|a, b| a.x1.min(a.x2).total_cmp(&b.x1.min(b.x2)));
    let side = |line: &Line, x: f64, y: f64| {
        (line.x2 - line.x1) * (y - line.y1) - (line.y2 - line.y1) * (x - line.x1)
    };
    let parts = |a: &Line, b: &Line| side(a, b.x1, b.y1) * side(a, b.x2, b.y2) < 0.0;
    let mut open: Vec<Line> = Vec::new();
    let mut count = 0;
    for line in lines {
        let left = line.x1.min(line.x2);
        open.retain(|other| other.x1.max(other.x2) >= left);
        count += open
            .iter()
            .filter(|other| !other.ends.iter().any(|end| line.ends.contains(end)))
            .filter(|other| parts(other, &line) && parts(&line, other))
            .count();
        open.push(line);
    }
    count
}

/// A system of that many components with twice as many interfaces, mostly within zones and forward, some to hubs.
fn project(size: usize) -> Project {
    let mut random = Random::new(1_000_003 + size as u32);
    let zones = (size / 25).clamp(3, 100);
    let top = (zones / 3).max(1);
    let mut project = Project::new("Synthetic");
    let mut parents: Vec<Option<usize>> = Vec::new();
    for number in 0..zones {
        let parent = (number >= top).then(|| random.below(top));
        random.skip_id();
        parents.push(parent);
        let zone = ZONES[number % ZONES.len()];
        project.diagram.zones.insert(Zone {
            id: ZoneId(number as u32 + 1),
            name: format!("{zone} zone {number}"),
            trust: 2,
            parent: parent.map(|parent| ZoneId(parent as u32 + 1)),
            ..Zone::default()
        });
    }
    let leaves: Vec<usize> = (0..zones).filter(|zone| !parents.contains(&Some(*zone))).collect();
    let mut zone_of: Vec<Option<usize>> = Vec::new();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); zones + 1];
    for number in 0..size {
        let share = random.unit() * 100.0;
        let kind = match share {
            share if share < 50.0 => ComponentKind::Process,
            share if share < 75.0 => ComponentKind::Store,
            share if share < 87.0 => ComponentKind::External,
            _ => ComponentKind::Tool,
        };
        let zone = (random.unit() < 0.9).then(|| leaves[number * leaves.len() / size]);
        random.skip_id();
        let name = format!("{} {} {number}", ADJECTIVES[random.below(14)], NOUNS[random.below(20)]);
        zone_of.push(zone);
        members[zone.unwrap_or(zones)].push(number);
        project.diagram.put_component(Component {
            id: ComponentId(number as u32 + 1),
            kind,
            name,
            zone: zone.map(|zone| ZoneId(zone as u32 + 1)),
            ..Component::default()
        });
    }
    let hubs = random.sample(size, (size / 40).max(1));
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    while seen.len() < size * 2 {
        let mut from = random.below(size);
        let share = random.unit();
        let mut to = if share < 0.65 {
            let near = &members[zone_of[from].unwrap_or(zones)];
            near[random.below(near.len())]
        } else if share < 0.8 {
            hubs[random.below(hubs.len())]
        } else {
            let step = random.gauss() * (size as f64 / 20.0).max(4.0);
            (from as i64 + step as i64).clamp(0, size as i64 - 1) as usize
        };
        if random.unit() < 0.9 && from > to {
            std::mem::swap(&mut from, &mut to);
        }
        if from == to || !seen.insert((from, to)) {
            continue;
        }
        random.skip_id();
        let (protocol, data) = (PROTOCOLS[random.below(8)], DATA[random.below(10)]);
        random.unit();
        if zone_of[from] != zone_of[to] {
            random.unit();
        }
        let interface = Interface {
            id: InterfaceId(seen.len() as u32),
            from: Some(ComponentId(from as u32 + 1)),
            to: Some(ComponentId(to as u32 + 1)),
            name: format!("{data} {}", seen.len() - 1),
            protocol: protocol.to_owned(),
            ..Interface::default()
        };
        project.diagram.put_interface(interface).unwrap_or_default();
    }
    project
}

const ZONES: [&str; 8] = ["Internet", "DMZ", "App", "Data", "Mgmt", "Partner", "Agents", "Tools"];
const NOUNS: [&str; 20] = [
    "gateway",
    "planner",
    "retriever",
    "vault",
    "ledger",
    "index",
    "broker",
    "worker",
    "console",
    "cache",
    "router",
    "scheduler",
    "guard",
    "parser",
    "mailer",
    "archive",
    "registry",
    "agent",
    "sandbox",
    "connector",
];
const ADJECTIVES: [&str; 14] = [
    "public", "internal", "billing", "orders", "identity", "search", "model", "audit", "device", "tenant",
    "payment", "policy", "vector", "session",
];
const PROTOCOLS: [&str; 8] = ["HTTPS", "HTTP", "gRPC", "SQL", "AMQP", "SSH", "MCP", "LDAP"];
const DATA: [&str; 10] = [
    "credentials",
    "prompt",
    "order",
    "invoice",
    "telemetry",
    "session token",
    "embedding",
    "document",
    "audit record",
    "configuration",
];

/// The random numbers of Python's `random.Random`: a Mersenne twister (Matsumoto and Nishimura, 1998).
struct Random {
    state: [u32; 624],
    next: usize,
    gauss: Option<f64>,
}

impl Random {
    fn new(seed: u32) -> Self {
        let mut state = [0u32; 624];
        state[0] = 19_650_218;
        for i in 1..624 {
            state[i] =
                1_812_433_253u32.wrapping_mul(state[i - 1] ^ (state[i - 1] >> 30)).wrapping_add(i as u32);
        }
        let mut i = 1;
        for _ in 0..624 {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)).wrapping_mul(1_664_525);
            state[i] = (state[i] ^ mixed).wrapping_add(seed);
            i += 1;
            if i == 624 {
                state[0] = state[623];
                i = 1;
            }
        }
        for _ in 0..623 {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)).wrapping_mul(1_566_083_941);
            state[i] = (state[i] ^ mixed).wrapping_sub(i as u32);
            i += 1;
            if i == 624 {
                state[0] = state[623];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
        Self { state, next: 624, gauss: None }
    }

    fn word(&mut self) -> u32 {
        if self.next == 624 {
            for i in 0..624 {
                let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % 624] & 0x7fff_ffff);
                let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[i] = self.state[(i + 397) % 624] ^ (y >> 1) ^ odd;
            }
            self.next = 0;
        }
        let mut y = self.state[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// The generator gives everything an identifier of 128 bits, which is not needed here.
    fn skip_id(&mut self) {
        for _ in 0..4 {
            self.word();
        }
    }

    /// 0 to 1, without 1.
    fn unit(&mut self) -> f64 {
        let (a, b) = (self.word() >> 5, self.word() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) / 9_007_199_254_740_992.0
    }

    fn below(&mut self, limit: usize) -> usize {
        let bits = usize::BITS - limit.leading_zeros();
        loop {
            let drawn = (self.word() >> (32 - bits)) as usize;
            if drawn < limit {
                return drawn;
            }
        }
    }

    fn gauss(&mut self) -> f64 {
        if let Some(kept) = self.gauss.take() {
            return kept;
        }
        let angle = self.unit() * std::f64::consts::TAU;
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        self.gauss = Some(angle.sin() * radius);
        angle.cos() * radius
    }

    /// Different numbers below a limit.
    fn sample(&mut self, limit: usize, count: usize) -> Vec<usize> {
        let mut few = 21;
        if count > 5 {
            few += 4usize.pow((count as f64 * 3.0).log(4.0).ceil() as u32);
        }
        if limit <= few {
            let mut pool: Vec<usize> = (0..limit).collect();
            return (0..count)
                .map(|done| {
                    let at = self.below(limit - done);
                    let drawn = pool[at];
                    pool[at] = pool[limit - done - 1];
                    drawn
                })
                .collect();
        }
        let mut drawn: Vec<usize> = Vec::new();
        while drawn.len() < count {
            let number = self.below(limit);
            if !drawn.contains(&number) {
                drawn.push(number);
            }
        }
        drawn
    }
}
