//! How long the analyses take on large models: `cargo bench --bench analysis`.

#![expect(clippy::expect_used, reason = "a bench without its data has nothing to measure")]

mod large;

use std::hint::black_box;

use threat_studio::analysis::agents::agent_checks;
use threat_studio::analysis::compare::compare;
use threat_studio::analysis::fingerprint::fingerprint;
use threat_studio::analysis::lint;
use threat_studio::analysis::paths::{PathOptions, attack_paths};
use threat_studio::analysis::risk::{exposures, next_best_controls, register};
use threat_studio::analysis::suggest::Evaluation;
use threat_studio::catalog::Catalog;
use threat_studio::exchange;
use threat_studio::model::{Answer, Component, ComponentId, Project, ThreatId};
use threat_studio::session::losses::on_every_core;
use threat_studio::session::{evaluation, path_search};
use threat_studio::simulation::Quiet;
use threat_studio::simulation::losses::Setup;
use threat_studio::storage::file;

use large::{model, model_of};

fn main() {
    divan::main();
}

/// The model in the file that `BENCH_MODEL` names, otherwise one of 2,000 components and 4,000 interfaces.
fn whole_model() -> Project {
    let Some(path) = std::env::var_os("BENCH_MODEL").map(std::path::PathBuf::from) else {
        return model_of(2_000, 4_000);
    };
    let bytes = file::read(&path).expect("BENCH_MODEL names a file");
    if file::looks_like_a_project(&bytes) {
        return file::project_from(&bytes).expect("a project");
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    exchange::import(&bytes, &name, None).expect("a known format").project
}

/// Every threat of the catalogue at every component and interface: suggestions and questions.
#[divan::bench(min_time = 2)]
fn whole_catalogue(bencher: divan::Bencher<'_, '_>) {
    let project = whole_model();
    bencher.bench(|| evaluation::on_every_core(black_box(&project), Catalog::builtin()));
}

/// Somebody answers an attribute of one component after another, back and forth.
#[divan::bench(min_time = 1)]
fn one_attribute_edit(bencher: divan::Bencher<'_, '_>) {
    let mut before = whole_model();
    let mut after = before.clone();
    let ids: Vec<ComponentId> = before.diagram.components().map(|component| component.id).collect();
    let mut evaluation = Evaluation::of(&before, Catalog::builtin());
    let mut count = 0;
    bencher.bench_local(|| {
        // Two models that differ in one component, so that no time goes into copies.
        let id = ids[(count / 2 * 37) % ids.len()];
        let component = before.diagram.component(id).expect("it is there");
        let mut attributes = component.attributes.clone();
        attributes.set("content_filtered", (count % 2 == 0).then_some(Answer::Yes));
        let changed = Component { attributes, ..component.clone() };
        after.diagram.put_component(changed.clone());
        count += 1;
        assert!(evaluation.update(black_box(&before), black_box(&after), Catalog::builtin(), &[id.into()]));
        before.diagram.put_component(changed);
    });
}

/// All lint rules.
#[divan::bench(min_time = 2)]
fn check(bencher: divan::Bencher<'_, '_>) {
    let project = whole_model();
    let day = jiff::civil::date(2026, 1, 1);
    bencher.bench(|| lint::check_on(black_box(&project), Catalog::builtin(), day));
}

/// The twenty likeliest paths from all untrusted sources to all sensitive assets, with what stops them.
#[divan::bench(sample_count = 10)]
fn twenty_paths_whole(bencher: divan::Bencher<'_, '_>) {
    let project = whole_model();
    let options = PathOptions { limit: 20, ..PathOptions::default() };
    bencher.bench(|| path_search::on_every_core(black_box(&project), black_box(&options)));
}

#[divan::bench(args = [100, 1_000, 5_000])]
fn risk_register(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| register(black_box(&project)));
}

#[divan::bench(args = [1_000])]
fn next_best(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| next_best_controls(black_box(&project)));
}

/// Twenty paths to each of ten assets, with cuts, checkpoints and blast radii; elements are components and interfaces.
#[divan::bench(args = [200, 800])]
fn twenty_paths(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    let options = PathOptions { limit: 20, ..PathOptions::default() };
    bencher.bench(|| attack_paths(black_box(&project), black_box(&options)));
}

#[divan::bench(args = [200, 800])]
fn agents(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| agent_checks(black_box(&project)));
}

#[divan::bench(args = [800])]
fn fingerprints(bencher: divan::Bencher<'_, '_>, components: u32) {
    let project = model(components);
    bencher.bench(|| fingerprint(black_box(&project)));
}

#[divan::bench(args = [800])]
fn comparison(bencher: divan::Bencher<'_, '_>, components: u32) {
    let (old, mut new) = (model(components), model(components));
    new.threats.remove(ThreatId(1));
    bencher.bench(|| compare(black_box(&old), black_box(&new)));
}

/// A hundred thousand years of a hundred threats, inherent, current and planned at once, on every core. Levels from once
/// in fifty years to eleven times a year in equal shares.
#[divan::bench(args = [1_000, 100_000])]
fn loss_years(bencher: divan::Bencher<'_, '_>, trials: u32) {
    let mut project = model(100);
    for (threat, level) in project.threats.iter_mut().zip((1..=5).cycle()) {
        (threat.likelihood, threat.impact) = (Some(f64::from(level)), Some(f64::from(6 - level)));
    }
    let (exposures, _) = exposures(&project, &register(&project));
    bencher.bench(|| on_every_core(&Setup::new(black_box(exposures.clone()), trials, 1), &Quiet));
}
