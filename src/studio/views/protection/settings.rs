//! Every setting of the checks: tiers, cache, telemetry, resources, overload, load.

use egui::{Ui, Vec2};

use crate::edit::verbs;
use crate::model::{Band, Protection, Tier, TierFallback};
use crate::picture::Role;
use crate::simulation::time::{duration_words, parse_duration};
use crate::studio::theme::Look;
use crate::studio::views::{ViewContext, parts};
use crate::studio::widgets::{self, Button, Field};

/// Draws the settings.
pub(super) fn show(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    ui.spacing_mut().item_spacing = Vec2::new(8.0, 8.0);
    tiers(ui, ctx);
    widgets::divider(ui);
    cache(ui, ctx);
    widgets::divider(ui);
    telemetry(ui, ctx);
    widgets::divider(ui);
    resources(ui, ctx);
    widgets::divider(ui);
    load(ui, ctx);
}

fn change(ctx: &mut ViewContext<'_>, field: &'static str, change: impl FnOnce(&mut Protection)) {
    ctx.commit(verbs::change_protection(ctx.project(), field, change));
}

fn number(ui: &mut Ui, name: &str, unit: &str, value: f64, range: (f64, f64)) -> Option<f64> {
    let parse = |text: &str| parts::number_in(text, range);
    widgets::number_field(ui, Field::new(name).unit(unit), &value, |value| format!("{value}"), parse)
}

fn duration(ui: &mut Ui, name: &str, value: i64) -> Option<i64> {
    let show = |ms: &i64| {
        if *ms == 0 { "0s".to_owned() } else { duration_words(*ms).replace([' ', '\u{2009}'], "") }
    };
    let parse = |text: &str| parse_duration(text).map_err(|_| "Type a time, like 30s or 5m".to_owned());
    widgets::number_field(ui, Field::new(name), &value, show, parse)
}

/// A number that may be left open; the hint says what counts then.
fn measured(ui: &mut Ui, name: &str, hint: &str, value: Option<f64>) -> Option<Option<f64>> {
    let parse = |text: &str| parts::number_or_nothing(text, (0.0, 600_000.0));
    let show = |value: &Option<f64>| value.map_or_else(String::new, |ms| format!("{ms}"));
    widgets::number_field(ui, Field::new(name).unit("ms").hint(hint), &value, show, parse)
}

fn tiers(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    widgets::property(ui, "Protects", |ui| {
        let subject = &ctx.project().protection.subject;
        let field = Field::new("What the checks protect").hint("An agent or a fleet");
        if let Some(text) = parts::text_value(ui, ctx, field, subject) {
            change(ctx, "subject", |protection| protection.subject = text);
        }
    });
    widgets::heading(ui, "Security tiers", None);
    for (index, tier) in ctx.project().protection.tiers.iter().enumerate() {
        ui.push_id(("tier", index), |ui| one_tier(ui, ctx, index, tier));
    }
    if Button::quiet("Add a tier").icon("plus").small().show(ui).clicked() {
        let tier = Tier {
            checks: vec!["new_check".to_owned()],
            latency_target_ms: 500.0,
            share: 0.01,
            ..Tier::default()
        };
        change(ctx, "tiers", |protection| protection.tiers.push(tier));
    }
}

fn one_tier(ui: &mut Ui, ctx: &mut ViewContext<'_>, index: usize, tier: &Tier) {
    let set = |ctx: &mut ViewContext<'_>, with: &dyn Fn(&mut Tier)| {
        change(ctx, "tier", |protection| {
            if let Some(tier) = protection.tiers.get_mut(index) {
                with(tier);
            }
        });
    };
    ui.horizontal(|ui| {
        widgets::label(ui, &format!("Tier {}", index + 1), Look::BODY_STRONG, Role::Text);
        if index > 0 && widgets::icon_button(ui, "trash-2", &format!("Delete tier {}", index + 1)).clicked() {
            change(ctx, "tiers", |protection| {
                protection.tiers.remove(index);
            });
        }
    });
    widgets::property(ui, "Target", |ui| {
        if let Some(target) = number(ui, "Latency target", "ms", tier.latency_target_ms, (0.01, 600_000.0)) {
            set(ctx, &|tier| tier.latency_target_ms = target);
        }
    });
    widgets::property(ui, "Median", |ui| {
        if let Some(ms) =
            measured(ui, &format!("Measured median of tier {}", index + 1), "guessed", tier.p50_ms)
        {
            set(ctx, &|tier| tier.p50_ms = ms);
        }
    });
    widgets::property(ui, "95 % within", |ui| {
        let target = format!("{}, the target", tier.latency_target_ms);
        let name = format!("Measured 95th percentile of tier {}", index + 1);
        if let Some(ms) = measured(ui, &name, &target, tier.p95_ms) {
            set(ctx, &|tier| tier.p95_ms = ms);
        }
    });
    widgets::caption(ui, "Checks");
    if let Some(list) = parts::name_list(ui, "checks", "", &tier.checks, &[]) {
        set(ctx, &|tier| tier.checks.clone_from(&list));
    }
    let mut parallel = tier.parallel;
    if widgets::checkbox(ui, &mut parallel, "They run side by side").changed() {
        set(ctx, &|tier| tier.parallel = parallel);
    }
    if index == 0 {
        widgets::small(ui, "Runs for every operation.", Role::TextTertiary);
        return;
    }
    widgets::caption(ui, "Runs when");
    let offers: Vec<String> =
        ["sensitive_data_access", "configuration_change", "unusual_behavior", "security_alert"]
            .map(str::to_owned)
            .to_vec();
    if let Some(list) = parts::name_list(ui, "triggers", "zap", &tier.triggers, &offers) {
        set(ctx, &|tier| tier.triggers.clone_from(&list));
    }
    widgets::property(ui, "Share", |ui| {
        if let Some(share) =
            number(ui, "Share of operations", "%", (tier.share * 1e6).round() / 1e4, (0.0, 100.0))
        {
            set(ctx, &|tier| tier.share = share / 100.0);
        }
    });
    if tier.triggers.is_empty() {
        widgets::small(
            ui,
            "Without a trigger it runs for the share alone.",
            Role::SeverityText(Band::Medium),
        );
    }
}

fn cache(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let caching = ctx.project().protection.caching.clone();
    ui.horizontal(|ui| {
        widgets::heading(ui, "Cache decisions", None);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut on = caching.enabled;
            if widgets::switch(ui, &mut on, "Cache decisions").changed() {
                change(ctx, "cache", |protection| protection.caching.enabled = on);
            }
        });
    });
    if !caching.enabled {
        return;
    }
    widgets::property(ui, "Kept for", |ui| {
        if let Some(ms) = duration(ui, "Kept for", caching.ttl_ms) {
            change(ctx, "cache", |protection| protection.caching.ttl_ms = ms);
        }
    });
    widgets::property(ui, "Rights end in", |ui| {
        // Without a target of its own, what is cached may outlive a withdrawn right unnoticed.
        let target = caching.revocation_target_ms.unwrap_or(caching.ttl_ms);
        if let Some(ms) = duration(ui, "A withdrawn right must end within", target) {
            change(ctx, "cache", |protection| protection.caching.revocation_target_ms = Some(ms));
        }
    });
    widgets::property(ui, "At most", |ui| {
        if let Some(count) =
            number(ui, "Entries at most", "entries", f64::from(caching.max_entries), (1.0, 1e9))
        {
            change(ctx, "cache", |protection| protection.caching.max_entries = count as u32);
        }
    });
    widgets::property(ui, "Requests", |ui| {
        if let Some(count) =
            number(ui, "Different requests", "different", f64::from(caching.keys), (1.0, 1e9))
        {
            change(ctx, "cache", |protection| protection.caching.keys = count as u32);
        }
    });
    widgets::property(ui, "Unevenness", |ui| {
        if let Some(skew) = number(ui, "Unevenness of requests", "Zipf", caching.skew, (0.0, 5.0)) {
            change(ctx, "cache", |protection| protection.caching.skew = skew);
        }
    });
    widgets::caption(ui, "Never for");
    let checks: Vec<String> =
        ctx.project().protection.tiers.iter().flat_map(|tier| tier.checks.clone()).collect();
    if let Some(list) = parts::name_list(ui, "never cached", "", &caching.excluded_checks, &checks) {
        change(ctx, "cache", |protection| protection.caching.excluded_checks = list);
    }
    let words = format!(
        "A cached \u{201c}allow\u{201d} can outlive a change by {}. It is cleared when a policy changes.",
        duration_words(caching.ttl_ms)
    );
    widgets::small(ui, &words, Role::TextTertiary);
}

fn telemetry(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let telemetry = ctx.project().protection.telemetry.clone();
    widgets::heading(ui, "Telemetry", None);
    widgets::property(ui, "Batch", |ui| {
        if let Some(size) = number(ui, "Batch size", "events", f64::from(telemetry.batch_size), (1.0, 1e6)) {
            change(ctx, "telemetry", |protection| protection.telemetry.batch_size = size as u32);
        }
    });
    widgets::property(ui, "At the latest", |ui| {
        if let Some(ms) = duration(ui, "Sent at the latest after", telemetry.flush_interval_ms) {
            change(ctx, "telemetry", |protection| protection.telemetry.flush_interval_ms = ms);
        }
    });
    let mut on = telemetry.compression;
    if widgets::checkbox(ui, &mut on, "Sent compressed").changed() {
        change(ctx, "telemetry", |protection| protection.telemetry.compression = on);
    }
}

fn resources(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let resources = ctx.project().protection.resources.clone();
    widgets::heading(ui, "What the checks may use", None);
    widgets::property(ui, "Processors", |ui| {
        if let Some(share) = number(
            ui,
            "Share of the processors",
            "%",
            (resources.cpu_limit * 1e4).round() / 100.0,
            (0.1, 100.0),
        ) {
            change(ctx, "resources", |protection| protection.resources.cpu_limit = share / 100.0);
        }
    });
    widgets::property(ui, "Of", |ui| {
        if let Some(cores) =
            number(ui, "Processors of the machine", "cores", f64::from(resources.cores), (1.0, 4096.0))
        {
            change(ctx, "resources", |protection| protection.resources.cores = cores as u32);
        }
    });
    widgets::property(ui, "Memory", |ui| {
        if let Some(mb) = number(ui, "Memory limit", "MB", resources.memory_limit_mb, (1.0, 1e6)) {
            change(ctx, "resources", |protection| protection.resources.memory_limit_mb = mb);
        }
    });
    widgets::property(ui, "Workers", |ui| {
        if let Some(workers) = number(ui, "Workers", "", f64::from(resources.workers), (1.0, 4096.0)) {
            change(ctx, "workers", |protection| protection.resources.workers = workers as u32);
        }
    });
    widgets::property(ui, "Queue", |ui| {
        if let Some(limit) =
            number(ui, "Queue limit", "waiting", f64::from(resources.queue_limit), (0.0, 1e9))
        {
            change(ctx, "resources", |protection| protection.resources.queue_limit = limit as u32);
        }
    });
    widgets::property(ui, "Priority", |ui| {
        if let Some(text) =
            parts::text_value(ui, ctx, Field::new("Priority class").hint("high"), &resources.priority_class)
        {
            change(ctx, "resources", |protection| protection.resources.priority_class = text);
        }
    });
    widgets::property(ui, "Overloaded", |ui| {
        let fallback = ctx.project().protection.degradation.fallback;
        let width = ui.available_width();
        let label = |fallback: TierFallback| fallback.label().to_owned();
        if let Some(new) = widgets::choose(ui, "When overloaded", fallback, TierFallback::ALL, width, label) {
            change(ctx, "overload", |protection| protection.degradation.fallback = new);
        }
    });
}

fn load(ui: &mut Ui, ctx: &mut ViewContext<'_>) {
    let load = ctx.project().protection.load.clone();
    widgets::heading(ui, "Load", None);
    widgets::property(ui, "Agents", |ui| {
        if let Some(agents) = number(ui, "Agents at work", "agents", f64::from(load.agents), (1.0, 1e7)) {
            change(ctx, "load", |protection| protection.load.agents = agents as u32);
        }
    });
    widgets::property(ui, "Operations", |ui| {
        if let Some(rate) =
            number(ui, "Operations a second", "a second", load.operations_per_second, (0.001, 1e7))
        {
            change(ctx, "load", |protection| protection.load.operations_per_second = rate);
        }
    });
    widgets::property(ui, "Seed", |ui| {
        if let Some(seed) = number(ui, "Start of the random numbers", "", load.seed as f64, (0.0, 9e15)) {
            change(ctx, "load", |protection| protection.load.seed = seed as u64);
        }
    });
}
