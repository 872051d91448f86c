//! What a person waits for in the window: `cargo bench --bench studio`.

mod large;

use divan::Bencher;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use threat_studio::analysis::risk;
use threat_studio::edit::verbs;
use threat_studio::model::{ComponentId, ItemId, Project, ThreatId};
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

/// The whole window with the first component selected and its name in focus.
fn studio(components: u32) -> Harness<'static, App> {
    let mut session = Session::unsaved(drawn(components));
    work::warm(&session);
    session.select([ItemId::Component(ComponentId(1))]);
    let mut harness =
        Harness::builder().with_size(egui::vec2(1600.0, 1000.0)).with_max_steps(8).build_eframe(|creation| {
            let mut app = App::with_context(&creation.egui_ctx, Start::empty(), Box::new(NoFiles));
            app.install(session);
            app
        });
    harness.run_ok();
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
