//! `configurePerformance`: tiered checks, caching, telemetry, resources.

use super::super::document::{Fields, Losses};
use super::quantities::{megabytes, milliseconds, share};
use crate::model::{Caching, Project, Protection, Resources, Telemetry, Tier};

/// Reads the settings into the project's protection; gives back what was not read.
pub(super) fn read(project: &mut Project, mut fields: Fields, losses: &mut Losses) -> Fields {
    let wrapped = fields.object("settings");
    let mut settings = wrapped.unwrap_or_else(|| std::mem::take(&mut fields));
    let mut protection = Protection {
        enabled: true,
        subject: fields.text("agentId").or_else(|| settings.text("agentId")).unwrap_or_default(),
        ..Protection::default()
    };
    if let Some(tiers) = settings.object("securityTiers") {
        for (name, value) in tiers.0 {
            match Fields::of(value) {
                Some(tier) => protection.tiers.push(read_tier(&name, tier, losses)),
                None => losses.add(format!("tier {name}"), "the tier", "it is not an object"),
            }
        }
    }
    let mut rest: Vec<(&str, Fields)> = Vec::new();
    if let Some(mut caching) = settings.object("caching") {
        let default = Caching::default();
        protection.caching = Caching {
            enabled: caching.flag("enabled").unwrap_or(true),
            ttl_ms: read_with(&mut caching, "ttl", milliseconds).map_or(default.ttl_ms, |ms| ms as i64),
            max_entries: caching.number("maxSize").map_or(default.max_entries, |size| size as u32),
            excluded_checks: caching.texts("excludedChecks"),
            ..default
        };
        losses.unused("caching", "of the checks", &caching, &[]);
        rest.push(("caching", caching));
    }
    if let Some(mut telemetry) = settings.object("telemetry") {
        let default = Telemetry::default();
        let flush = read_with(&mut telemetry, "flushInterval", milliseconds);
        protection.telemetry = Telemetry {
            batch_size: telemetry.number("batchSize").map_or(default.batch_size, |size| size as u32),
            flush_interval_ms: flush.map_or(default.flush_interval_ms, |ms| ms as i64),
            compression: telemetry.flag("compressionEnabled").unwrap_or_default(),
            ..default
        };
        losses.unused("telemetry", "of the checks", &telemetry, &[]);
        rest.push(("telemetry", telemetry));
    }
    if let Some(mut resources) = settings.object("resources") {
        let default = Resources::default();
        protection.resources = Resources {
            cpu_limit: read_with(&mut resources, "cpuLimit", share).unwrap_or(default.cpu_limit),
            memory_limit_mb: read_with(&mut resources, "memoryLimit", megabytes)
                .unwrap_or(default.memory_limit_mb),
            priority_class: resources.text("priorityClass").unwrap_or_default(),
            ..default
        };
        losses.unused("resources", "of the checks", &resources, &[]);
        rest.push(("resources", resources));
    }
    losses.unused("performance", "settings", &settings, &[]);
    losses.unused("performance", "settings", &fields, &[]);
    project.protection = protection;
    for (key, unread) in rest {
        put_back(&mut settings, key, unread);
    }
    put_back(&mut fields, "settings", settings);
    fields
}

fn read_tier(name: &str, mut fields: Fields, losses: &mut Losses) -> Tier {
    let default = Tier::default();
    let tier = Tier {
        checks: fields.texts("checks"),
        triggers: fields.texts("triggers"),
        latency_target_ms: read_with(&mut fields, "latencyTarget", latency).unwrap_or_default(),
        share: read_with(&mut fields, "share", share).unwrap_or(default.share),
        ..default
    };
    for key in fields.0.keys() {
        losses.add(
            format!("tier {name}"),
            format!("the key {key}"),
            "it is not known, or its value cannot be read",
        );
    }
    tier
}

/// Latencies without a unit are milliseconds; everybody means that.
fn latency(value: &serde_json::Value) -> Option<f64> {
    super::super::document::number_of(value).or_else(|| milliseconds(value))
}

fn read_with<T>(fields: &mut Fields, key: &str, read: impl Fn(&serde_json::Value) -> Option<T>) -> Option<T> {
    let found = read(fields.0.get(key)?)?;
    fields.0.shift_remove(key);
    Some(found)
}

fn put_back(fields: &mut Fields, key: &str, rest: Fields) {
    if !rest.0.is_empty() {
        fields.keep(key, rest.0);
    }
}
