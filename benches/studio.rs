//! What a person waits for in the window: `cargo bench --bench studio`.

mod large;

use divan::Bencher;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use threat_studio::analysis::risk;
use threat_studio::edit::verbs;
use threat_studio::model::{
    ComponentId, Condition, ItemId, MetricCondition, Operator, Policy, PolicyId, Project, Rule, RuleId,
    ThreatId, TraceSet,
};
use threat_studio::session::{Session, work};
use threat_studio::studio::picker::{Answer, Ask, FilePicker, Reply};
use threat_studio::studio::{App, Start};

use large::model;

fn main() {
    divan::main();
}

struct NoFiles;

impl FilePicker for NoFiles {
    fn ask(&mut self, _ask: &Ask, reply: Reply) {
        reply(Answer::Cancelled);
    }
}

fn drawn(components: u32) -> Project {
    let mut project = model(components);
    project.reserve_all();
    work::placed(project)
}

/// The whole window with that model.
fn opened(session: Session) -> Harness<'static, App> {
    let mut harness =
        Harness::builder().with_size(egui::vec2(1600.0, 1000.0)).with_max_steps(8).build_eframe(|creation| {
            let mut app = App::with_context(&creation.egui_ctx, Start::empty(), Box::new(NoFiles));
            app.install(session);
            app
        });
    harness.run_ok();
    harness
}

/// The whole window with the first component selected and its name in focus.
fn studio(components: u32) -> Harness<'static, App> {
    let mut session = Session::unsaved(drawn(components));
    work::warm(&session);
    session.select([ItemId::Component(ComponentId(1))]);
    let mut harness = opened(session);
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "Name").focus();
    harness.run_ok();
    harness
}

/// A letter typed in the inspector, to the end of the frame that shows it and the risk that follows.
#[divan::bench(args = [10, 1_000])]
fn keystroke(bencher: Bencher<'_, '_>, components: u32) {
    let mut harness = studio(components);
    bencher.bench_local(|| {
        harness.event(egui::Event::Text("a".to_owned()));
        harness.step();
        let session = harness.state().session().map(|session| session.derived().register().rows.len());
        divan::black_box(session)
    });
}

/// The same without a window: the edit, and the risk of every threat after it.
#[divan::bench(args = [10, 1_000])]
fn edit_and_risk(bencher: Bencher<'_, '_>, components: u32) {
    let mut session = Session::unsaved(drawn(components));
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let edit = verbs::change_threat(session.project(), ThreatId(1), "title", |threat| {
            threat.title = format!("threat {number}");
        });
        if let Some(edit) = edit {
            session.commit(edit).unwrap_or_default();
        }
        session.derived().register().rows.len()
    });
}

/// The risk of every threat alone.
#[divan::bench(args = [10, 1_000])]
fn risk_alone(bencher: Bencher<'_, '_>, components: u32) {
    let project = drawn(components);
    bencher.bench_local(|| risk::register(&project));
}

/// A frame in which nothing changes.
#[divan::bench(args = [10, 1_000])]
fn still_frame(bencher: Bencher<'_, '_>, components: u32) {
    let mut harness = studio(components);
    bencher.bench_local(|| harness.step());
}

/// A day and a half of a hundred agents with four metrics each, or less of it, with labelled attacks; twenty conditions.
fn traced(rows: usize) -> (tempfile::TempDir, Session) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a folder is needed: {error}"));
    let mut csv = String::with_capacity(rows * 40);
    csv += "timestamp,agent,metric,value\n";
    for row in 0..rows {
        let (step, agent, metric) = (row / 400, row / 4 % 100, row % 4);
        let value = (row * 7_919 + step * 31) % 97;
        csv += &format!("{},agent-{agent:03},metric_{metric},{value}\n", 1_750_000_000 + step * 15);
    }
    let mut labels = String::from("agent,start,end\n");
    for agent in 0..100 {
        labels += &format!("agent-{agent:03},1750003000,1750006000\n");
    }
    for (name, text) in [("t.csv", csv), ("t.labels.csv", labels)] {
        std::fs::write(folder.path().join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let mut project = Project::new("Traced");
    let condition = |number: usize| {
        Condition::Metric(MetricCondition {
            metric: format!("metric_{}", number % 4),
            operator: Operator::Less,
            value: 40.0 + number as f64,
            duration_ms: 60_000 * (number as i64 % 5),
            ..MetricCondition::default()
        })
    };
    let rules = (0..20).map(|number| Rule {
        id: RuleId(number as u32 + 1),
        name: format!("rule {number}"),
        conditions: vec![condition(number)],
        ..Rule::default()
    });
    let id = PolicyId(1);
    project.policies.insert(Policy {
        id,
        name: "Twenty".into(),
        rules: rules.collect(),
        ..Policy::default()
    });
    project.simulation.traces = vec![TraceSet {
        name: "t".into(),
        metrics: "t.csv".into(),
        labels: "t.labels.csv".into(),
        ..TraceSet::default()
    }];
    project.reserve_all();
    let path = folder.path().join("m.threat.ron");
    (folder, Session::saved(project, path, None))
}

/// The window after the run on such a trace.
fn simulated(rows: usize) -> Harness<'static, App> {
    let (_folder, session) = traced(rows);
    let mut harness =
        Harness::builder().with_size(egui::vec2(1600.0, 1000.0)).with_max_steps(8).build_eframe(|creation| {
            let mut app = App::with_context(&creation.egui_ctx, Start::empty(), Box::new(NoFiles));
            app.install(session);
            app
        });
    harness.key_press(egui::Key::F5);
    let done = |harness: &Harness<'static, App>| {
        harness.state().session().is_some_and(|session| session.results().simulation.is_some())
    };
    while !done(&harness) {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.run_ok();
    harness
}

/// A frame of the timeline of a long trace with the pointer moving over it.
#[divan::bench(args = [500_000, 5_000_000])]
fn timeline_frame(bencher: Bencher<'_, '_>, rows: usize) {
    let mut harness = simulated(rows);
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 7) % 600;
        harness.hover_at(egui::pos2(400.0 + at as f32, 460.0));
        harness.step();
    });
}

/// A frame of what was understood of such a trace.
#[divan::bench(args = [5_000_000])]
fn trace_report_frame(bencher: Bencher<'_, '_>, rows: usize) {
    let mut harness = simulated(rows);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    harness.run_ok();
    bencher.bench_local(|| harness.step());
}

/// The longest frame from the press of F5 until the run is drawn: printed, as the middle of many says nothing.
#[divan::bench(args = [5_000_000], sample_count = 1, sample_size = 1)]
fn longest_frame_of_a_run(rows: usize) {
    let (_folder, session) = traced(rows);
    let mut harness = opened(session);
    let mut longest = [std::time::Duration::ZERO; 2];
    for slot in &mut longest {
        harness.key_press(egui::Key::F5);
        for _ in 0..200 {
            let start = std::time::Instant::now();
            harness.step();
            *slot = (*slot).max(start.elapsed());
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
    println!("longest frame of the first and the second run: {longest:?}");
}
