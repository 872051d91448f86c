//! How long the analyses take on large models: `cargo bench --bench analysis`.

mod large;

use std::hint::black_box;

use threat_studio::analysis::agents::agent_checks;
use threat_studio::analysis::compare::compare;
use threat_studio::analysis::fingerprint::fingerprint;
use threat_studio::analysis::paths::{PathOptions, attack_paths};
use threat_studio::analysis::risk::{exposures, next_best_controls, register};
use threat_studio::model::ThreatId;
use threat_studio::session::losses::on_every_core;
use threat_studio::simulation::Quiet;
use threat_studio::simulation::losses::Setup;

use large::model;

fn main() {
    divan::main();
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
