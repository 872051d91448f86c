//! Made-up attacks on top of a trace, with labels that are exact because who made them knows.
//!
//! An attack lifts what one metric of one agent was measured at: a sample that was there is raised, none is added. For a
//! counter the lift is growth, so it stays in the counter after the attack.

use super::labels::{Label, Labels};
use super::random::Random;
use super::time::{parse_duration, parse_time};
use super::trace::{Trace, is_stale};
use crate::model::MetricKind;
pub use crate::model::{Attack, AttackShape as Shape};

impl Shape {
    /// What the command line and labels call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ramp => "ramp",
            Self::Burst => "burst",
            Self::SlowDrip => "slow_drip",
            Self::CredentialStuffing => "credential_stuffing",
            Self::Exfiltration => "exfiltration",
        }
    }

    /// What it does, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Ramp => "Rises in a straight line to its height.",
            Self::Burst => "Full height at once, until it ends.",
            Self::SlowDrip => "Lifts one sample in ten, so that nothing is ever held.",
            Self::CredentialStuffing => "Waves of four minutes with a minute of rest.",
            Self::Exfiltration => "Rises quickly, stays, and falls.",
        }
    }

    /// The lift, as a share of the height.
    fn lift(self, since_ms: i64, length_ms: i64, sample: usize, random: &mut Random) -> f64 {
        let share = since_ms as f64 / length_ms.max(1) as f64;
        match self {
            Self::Ramp => share,
            Self::Burst => 1.0,
            Self::SlowDrip => f64::from(u8::from(sample % 10 == 5)),
            Self::CredentialStuffing if since_ms % 300_000 < 240_000 => random.between(0.7, 1.0),
            Self::CredentialStuffing => 0.0,
            Self::Exfiltration => {
                (share * 10.0).min((1.0 - share) * 10.0).clamp(0.0, 1.0) * random.between(0.9, 1.0)
            }
        }
    }
}

impl Attack {
    /// `exfiltration,metric=egress,agent=a1,start=2025-01-21T03:00:00Z,for=30m,height=250,seed=1`. Agent and all after it
    /// may be left out.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim);
        let word = parts.next().unwrap_or_default();
        let words = || Shape::ALL.iter().map(|shape| shape.word()).collect::<Vec<_>>().join(", ");
        let shape = Shape::from_word(word).ok_or_else(|| format!("\"{word}\" is no attack: {}", words()))?;
        let mut attack = Self { shape, ..Self::default() };
        for part in parts {
            let (key, value) =
                part.split_once('=').ok_or_else(|| format!("\"{part}\" is not of the form name=value"))?;
            let number = || value.parse::<f64>().map_err(|_| format!("\"{value}\" is not a number"));
            match key {
                "metric" => value.clone_into(&mut attack.metric),
                "agent" => value.clone_into(&mut attack.agent),
                "start" => attack.start_ms = Some(parse_time(value)?),
                "for" => attack.length_ms = parse_duration(value)?,
                "height" => attack.height = Some(number()?),
                "seed" => attack.seed = number()? as u64,
                _ => return Err(format!("\"{key}\" is none of metric, agent, start, for, height, seed")),
            }
        }
        if attack.metric.is_empty() {
            return Err("an attack needs a metric to lift: metric=NAME".to_owned());
        }
        Ok(attack)
    }

    /// Puts the attack on top of a trace and adds its label. The label runs from the first to the last lifted sample.
    pub fn put_on(
        &self,
        trace: &mut Trace,
        labels: &mut Labels,
        kind: Option<MetricKind>,
    ) -> Result<Label, String> {
        let (first, last) = trace.span().ok_or("the trace holds no samples")?;
        let start_ms = self.start_ms.unwrap_or(first + (last - first) / 3);
        let end_ms = start_ms.saturating_add(self.length_ms);
        let wanted = |name: &super::trace::SeriesName| {
            name.metric == self.metric && (self.agent.is_empty() || name.agent == self.agent)
        };
        let series = trace.series.iter_mut().find(|series| wanted(&series.name)).ok_or_else(|| {
            let whose = if self.agent.is_empty() { String::new() } else { format!(" of {}", self.agent) };
            format!("the trace holds no {}{whose} to lift", self.metric)
        })?;
        let height = self.height.unwrap_or_else(|| range(&series.values, kind));
        let mut random = Random::new(self.seed);
        let (mut grown, mut sample) = (0.0, 0);
        let mut lifted: Option<(i64, i64)> = None;
        for (&t_ms, value) in series.times.iter().zip(&mut series.values).filter(|(t, _)| **t >= start_ms) {
            if is_stale(*value) {
                continue;
            }
            let lift = if t_ms < end_ms {
                self.shape.lift(t_ms - start_ms, self.length_ms, sample, &mut random) * height
            } else {
                0.0
            };
            sample += 1;
            if lift != 0.0 {
                lifted = Some((lifted.map_or(t_ms, |(from, _)| from), t_ms));
            }
            if kind == Some(MetricKind::Counter) {
                grown += lift;
                *value += grown;
            } else {
                *value += lift;
            }
        }
        let (start_ms, end_ms) = lifted.ok_or("no sample lies within the attack")?;
        let label = Label {
            start_ms,
            end_ms,
            agent: series.name.agent.clone(),
            threat: format!("synthetic_{}", self.shape.word()),
        };
        labels.windows.push(label.clone());
        labels.windows.sort();
        Ok(label)
    }
}

/// From the lowest to the highest value; for a counter, the greatest growth from one sample to the next.
fn range(values: &[f64], kind: Option<MetricKind>) -> f64 {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let range = if kind == Some(MetricKind::Counter) {
        values.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| step.is_finite()).fold(0.0, f64::max)
            * 5.0
    } else {
        finite().fold(f64::NEG_INFINITY, f64::max) - finite().fold(f64::INFINITY, f64::min)
    };
    if range.is_finite() && range > 0.0 { range } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use super::*;

    fn flat() -> Trace {
        let mut csv = "timestamp,metric,agent,value\n".to_owned();
        for step in 0..480 {
            csv += &format!("{0},egress,a1,10\n{0},egress,a2,10\n{0},calls_total,a1,{step}\n", step * 15);
        }
        read(&csv)
    }

    #[test]
    fn every_attack_lifts_what_its_label_says_and_nothing_else() {
        for shape in Shape::ALL.iter().copied() {
            let text = format!("{},metric=egress,agent=a2,start=1800,for=20m,height=100", shape.word());
            let attack = Attack::parse(&text).unwrap();
            let (mut trace, mut labels) = (flat(), Labels::default());
            let label = attack.put_on(&mut trace, &mut labels, None).unwrap();
            assert_eq!(
                (label.agent.as_str(), label.threat.as_str()),
                ("a2", format!("synthetic_{}", shape.word()).as_str())
            );
            assert!(label.start_ms >= 1_800_000 && label.end_ms < 3_000_000, "{label:?}");
            let clean = flat();
            for (series, before) in trace.series.iter().zip(&clean.series) {
                let changed: Vec<i64> = series
                    .times
                    .iter()
                    .zip(series.values.iter().zip(&before.values))
                    .filter(|(_, (now, before))| now != before)
                    .map(|(t, _)| *t)
                    .collect();
                if (series.name.metric.as_str(), series.name.agent.as_str()) == ("egress", "a2") {
                    assert_eq!(changed.first(), Some(&label.start_ms), "{shape:?}");
                    assert_eq!(changed.last(), Some(&label.end_ms), "{shape:?}");
                    let most = series.values.iter().copied().fold(0.0, f64::max);
                    assert!(most > 80.0 && most <= 110.0, "{shape:?} {most}");
                } else {
                    assert!(changed.is_empty(), "{shape:?} {:?}", series.name);
                }
            }
            assert_eq!(labels.windows, [label]);
        }
    }

    #[test]
    fn growth_stays_in_a_counter() {
        let attack = Attack::parse("burst,metric=calls_total,for=5m,height=10").unwrap();
        let mut trace = flat();
        attack.put_on(&mut trace, &mut Labels::default(), Some(MetricKind::Counter)).unwrap();
        let calls = &trace.of_metric("calls_total")[0];
        assert!(calls.values.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(calls.values.last(), Some(&(479.0 + 20.0 * 10.0)));
    }

    #[test]
    fn what_is_wrong_with_an_attack_is_said() {
        for (text, said) in [
            (
                "flood,metric=x",
                "\"flood\" is no attack: ramp, burst, slow_drip, credential_stuffing, exfiltration",
            ),
            ("ramp", "an attack needs a metric to lift: metric=NAME"),
            ("ramp,metric=x,size=3", "\"size\" is none of metric, agent, start, for, height, seed"),
            ("ramp,metric=x,height=tall", "\"tall\" is not a number"),
        ] {
            assert_eq!(Attack::parse(text).unwrap_err(), said);
        }
        let put = |text: &str| {
            Attack::parse(text).unwrap().put_on(&mut flat(), &mut Labels::default(), None).unwrap_err()
        };
        assert_eq!(put("ramp,metric=x,agent=a1"), "the trace holds no x of a1 to lift");
        assert_eq!(put("ramp,metric=egress,start=2030-01-01T00:00:00Z"), "no sample lies within the attack");
    }
}
