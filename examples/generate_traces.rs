//! Writes the sample data of the agent platform: `agent-platform.metrics.csv`, `.events.jsonl` and `.labels.csv`.
//!
//! The data is MADE UP by this program from a fixed seed; nothing was measured anywhere. One day, a sample every 30
//! seconds, three agents: a normal daily load with noise, one benign batch job, and six labelled attacks of three kinds.
//! The last attack is slow on purpose, so that limits on rates miss it.
//!
//!     cargo run --example generate_traces [DIRECTORY]     (the directory is `examples` unless another is named)

use std::fmt::Write as _;
use std::path::Path;

use threat_studio::simulation::random::Random;
use threat_studio::simulation::time::moment;

const SEED: u64 = 20_250_121;
/// Tuesday, 21 January 2025, midnight UTC.
const DAY_START: i64 = 1_737_417_600_000;
const STEP_MS: i64 = 30_000;
const STEPS: i64 = 24 * 60 * 2;

const AGENTS: [(&str, &str); 3] =
    [("assistant-1", "assistant"), ("assistant-2", "assistant"), ("processor-1", "processor")];

#[derive(Clone, Copy, PartialEq)]
enum Attack {
    ResourceExhaustion,
    PromptInjection,
    Exfiltration,
    SlowExfiltration,
}

impl Attack {
    fn threat(self) -> &'static str {
        match self {
            Self::ResourceExhaustion => "resource_exhaustion",
            Self::PromptInjection => "prompt_injection",
            Self::Exfiltration | Self::SlowExfiltration => "data_exfiltration",
        }
    }
}

/// Agent, attack, first and last minute of the day.
const ATTACKS: [(usize, Attack, i64, i64); 6] = [
    (2, Attack::ResourceExhaustion, 190, 212),
    (1, Attack::PromptInjection, 610, 628),
    (0, Attack::ResourceExhaustion, 811, 838),
    (0, Attack::PromptInjection, 981, 995),
    (2, Attack::Exfiltration, 1120, 1150),
    (2, Attack::SlowExfiltration, 1330, 1390),
];

/// The benign batch job: agent, first and last minute of the day.
const BATCH: (usize, i64, i64) = (2, 362, 374);

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "examples".to_owned());
    let directory = Path::new(&directory);
    let mut random = Random::new(SEED);
    let metrics = metrics(&mut random);
    let events = events(&mut random);
    for (name, text) in [("metrics.csv", metrics), ("events.jsonl", events), ("labels.csv", labels())] {
        let path = directory.join(format!("agent-platform.{name}"));
        std::fs::write(&path, &text)?;
        println!("{}: {} bytes, made up with seed {SEED}", path.display(), text.len());
    }
    Ok(())
}

fn minute(ms: i64) -> i64 {
    (ms - DAY_START) / 60_000
}

fn attack_at(agent: usize, ms: i64) -> Option<Attack> {
    let at = minute(ms);
    ATTACKS
        .iter()
        .find(|(of, _, from, to)| *of == agent && (*from..*to).contains(&at))
        .map(|(_, attack, ..)| *attack)
}

fn in_batch(agent: usize, ms: i64) -> bool {
    let (of, from, to) = BATCH;
    agent == of && (from..to).contains(&minute(ms))
}

/// How busy people keep the agents, 0 to 1: low at night, highest in the early afternoon, a dip at noon.
fn load(ms: i64) -> f64 {
    let hour = minute(ms) as f64 / 60.0;
    let bump = |at: f64, width: f64| (-((hour - at) / width).powi(2)).exp();
    (0.12 + 0.8 * bump(10.5, 2.6) + 0.85 * bump(15.0, 3.0) - 0.2 * bump(12.4, 0.7)).clamp(0.05, 1.0)
}

fn metrics(random: &mut Random) -> String {
    let mut csv = String::from(
        "timestamp,agent,agent_type,environment,cpu_usage,memory_usage,api_calls,prompt_injection_score,egress_bytes,token_usage\n",
    );
    // Slow drift beside the fast noise, one for each agent and metric.
    let mut drift = [[0.0_f64; 2]; AGENTS.len()];
    for step in 0..STEPS {
        let ms = DAY_START + step * STEP_MS;
        for (agent, (name, kind)) in AGENTS.iter().enumerate() {
            let busy = load(ms);
            for slow in &mut drift[agent] {
                *slow = 0.985 * *slow + 0.6 * random.normal();
            }
            let processor = agent == 2;
            let (cpu_base, memory_base, call_rate) =
                if processor { (24.0, 44.0, 3.0) } else { (18.0, 38.0, 5.2) };
            let mut cpu = cpu_base + 34.0 * busy + drift[agent][0] + 2.2 * random.normal();
            let mut memory = memory_base + 14.0 * busy + 0.8 * drift[agent][1] + 0.5 * random.normal();
            let mut calls = call_rate * busy;
            let mut score = 0.06 + 0.05 * random.normal().abs();
            let mut bytes_per_call = 2_600.0 + 500.0 * random.normal();
            let mut tokens_per_call = 820.0 + 110.0 * random.normal();
            // A user who asks about instructions, or a document that quotes some, looks a little like an injection.
            if random.chance(0.004) {
                score += 0.35 * random.unit();
            }
            if random.chance(0.002) {
                cpu += random.between(20.0, 34.0);
            }
            if in_batch(agent, ms) {
                cpu = random.between(82.0, 88.0);
                memory += 9.0;
                calls += 4.0;
            }
            match attack_at(agent, ms) {
                Some(Attack::ResourceExhaustion) => {
                    cpu = random.between(88.0, 97.0);
                    memory += 16.0;
                    calls += if processor { 30.0 } else { 44.0 };
                    tokens_per_call *= 1.9;
                }
                Some(Attack::PromptInjection) => {
                    score = random.between(0.72, 0.97);
                    calls += 3.0;
                    tokens_per_call *= 2.4;
                }
                Some(Attack::Exfiltration) => {
                    calls += 9.0;
                    bytes_per_call = random.between(240_000.0, 420_000.0);
                }
                Some(Attack::SlowExfiltration) => {
                    calls += 1.5;
                    bytes_per_call = random.between(7_000.0, 9_500.0);
                }
                None => {}
            }
            let calls = random.poisson(calls);
            let egress = (calls as f64 * bytes_per_call.max(900.0) * random.between(0.9, 1.1)).round();
            let tokens = (calls as f64 * tokens_per_call.max(200.0)).round();
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{},{name},{kind},production,{:.1},{:.1},{calls},{:.3},{egress},{tokens}",
                moment(ms),
                cpu.clamp(1.0, 100.0),
                memory.clamp(1.0, 100.0),
                score.clamp(0.0, 1.0),
            );
        }
    }
    csv
}

/// A line of the event log with its time, so that the log can be put in order.
type Line = (i64, String);

fn events(random: &mut Random) -> String {
    let mut lines: Vec<Line> = Vec::new();
    for agent in 0..AGENTS.len() {
        normal_requests(random, agent, &mut lines);
        operations(random, agent, &mut lines);
    }
    for (agent, attack, from, to) in ATTACKS {
        let start = DAY_START + from * 60_000;
        attack_requests(random, agent, attack, (start, DAY_START + to * 60_000), &mut lines);
    }
    lines.sort();
    lines.into_iter().fold(String::new(), |log, (_, line)| log + &line + "\n")
}

fn line(ms: i64, agent: usize, rest: &str) -> Line {
    (ms, format!("{{\"t\":\"{}\",\"agent\":\"{}\",{rest}}}", moment(ms), AGENTS[agent].0))
}

fn resource(ms: i64, agent: usize, resource: &str, access: &str, malicious: bool) -> Line {
    let rest = format!(
        "\"kind\":\"resource\",\"resource\":\"{resource}\",\"access\":\"{access}\",\"malicious\":{malicious}"
    );
    line(ms, agent, &rest)
}

fn communication(ms: i64, agent: usize, destination: &str, malicious: bool) -> Line {
    let rest = format!(
        "\"kind\":\"communication\",\"direction\":\"outbound\",\"destination\":\"{destination}\",\"malicious\":{malicious}"
    );
    line(ms, agent, &rest)
}

/// Moments of a day, more of them when people are busy.
fn moments(random: &mut Random, mean_gap_ms: f64) -> Vec<i64> {
    let mut moments = Vec::new();
    let mut ms = DAY_START as f64;
    loop {
        ms += random.exponential(mean_gap_ms * 0.25);
        let at = ms as i64 / 1000 * 1000;
        if at >= DAY_START + STEPS * STEP_MS {
            return moments;
        }
        if random.chance(0.25 * (0.3 + load(at))) {
            moments.push(at);
        }
    }
}

fn normal_requests(random: &mut Random, agent: usize, lines: &mut Vec<Line>) {
    for ms in moments(random, 200_000.0) {
        lines.push(resource(ms, agent, "customer_data", "read", false));
        // Now and then somebody asks an assistant to change a record, which the policy does not grant.
        if agent != 2 && random.chance(0.004) {
            lines.push(resource(ms + 2_000, agent, "customer_data", "write", false));
        }
    }
    if agent != 2 {
        for ms in moments(random, 240_000.0) {
            lines.push(communication(ms, agent, "external_api", false));
        }
    }
}

fn operations(random: &mut Random, agent: usize, lines: &mut Vec<Line>) {
    const NAMES: [&str; 5] =
        ["answer_question", "summarise_document", "look_up_customer", "update_ticket", "plan_next_step"];
    for ms in moments(random, 75_000.0) {
        let name = NAMES[random.below(NAMES.len())];
        let attacked = attack_at(agent, ms).is_some();
        let triggers = if random.chance(if attacked { 0.4 } else { 0.01 }) {
            if attacked && random.chance(0.3) { "\"security_alert\"" } else { "\"unusual_behavior\"" }
        } else if random.chance(0.05) {
            if random.chance(0.85) { "\"sensitive_data_access\"" } else { "\"configuration_change\"" }
        } else {
            ""
        };
        let key = random.below(400);
        let rest = format!(
            "\"kind\":\"operation\",\"operation\":\"{name}\",\"key\":\"{name}:{key}\",\"triggers\":[{triggers}]"
        );
        lines.push(line(ms, agent, &rest));
    }
}

fn attack_requests(
    random: &mut Random,
    agent: usize,
    attack: Attack,
    (start, end): (i64, i64),
    lines: &mut Vec<Line>,
) {
    const HOSTS: [&str; 4] =
        ["203.0.113.77", "drop.paste-bin.example", "198.51.100.12", "files.free-share.example"];
    let times = |random: &mut Random, count: usize| -> Vec<i64> {
        let mut times: Vec<i64> = (0..count)
            .map(|_| start + 60_000 + random.below((end - start - 90_000) as usize) as i64 / 1000 * 1000)
            .collect();
        times.sort_unstable();
        times
    };
    match attack {
        Attack::ResourceExhaustion => {
            for ms in times(random, 25) {
                lines.push(resource(ms, agent, "customer_data", "read", true));
            }
        }
        Attack::PromptInjection => {
            for ms in times(random, 9) {
                lines.push(resource(ms, agent, "customer_data", "write", true));
            }
            for ms in times(random, 4) {
                lines.push(resource(ms, agent, "financial_data", "read", true));
            }
            lines.push(line(
                start + 150_000,
                agent,
                "\"kind\":\"alert\",\"event\":\"suspicious_activity\",\"severity\":\"high\"",
            ));
        }
        Attack::Exfiltration => {
            for ms in times(random, 18) {
                lines.push(resource(ms, agent, "financial_data", "read", true));
            }
            for ms in times(random, 40) {
                lines.push(resource(ms, agent, "customer_data", "read", true));
            }
            for ms in times(random, 26) {
                lines.push(communication(ms, agent, HOSTS[random.below(HOSTS.len())], true));
            }
            lines.push(line(
                start + 420_000,
                agent,
                "\"kind\":\"alert\",\"event\":\"suspicious_activity\",\"severity\":\"high\"",
            ));
        }
        Attack::SlowExfiltration => {
            for ms in times(random, 30) {
                lines.push(resource(ms, agent, "customer_data", "read", true));
            }
            for ms in times(random, 30) {
                lines.push(communication(ms, agent, "external_api", true));
            }
        }
    }
}

fn labels() -> String {
    let mut csv = String::from("agent,start,end,threat\n");
    for (agent, attack, from, to) in ATTACKS {
        let at = |minute: i64| moment(DAY_START + minute * 60_000);
        let _ = writeln!(csv, "{},{},{},{}", AGENTS[agent].0, at(from), at(to), attack.threat());
    }
    csv
}
