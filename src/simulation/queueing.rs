//! Queueing formulas: what can be known about queues, caches and batches without simulating them. The simulation of the
//! checks is held to them in tests, and they say at once whether a queue can keep up.
//!
//! Rates are per second and times in seconds, unless a name says otherwise.

/// The share of arrivals that find all of `servers` busy and are lost (Erlang B), at an offered load of `load` servers.
pub fn erlang_b(load: f64, servers: u32) -> f64 {
    (1..=servers).fold(1.0, |blocked, server| load * blocked / (f64::from(server) + load * blocked))
}

/// The share of arrivals that have to wait (Erlang C); 1 where the queue only grows.
pub fn erlang_c(load: f64, servers: u32) -> f64 {
    let servers_f = f64::from(servers);
    if load >= servers_f {
        return 1.0;
    }
    let blocked = erlang_b(load, servers);
    servers_f * blocked / (servers_f - load * (1.0 - blocked))
}

/// Poisson arrivals, exponential service, several servers, one queue without end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ManyServers {
    /// Arrivals a second.
    pub arrivals: f64,
    /// What one server completes a second.
    pub service: f64,
    /// Servers.
    pub servers: u32,
}

impl ManyServers {
    fn load(&self) -> f64 {
        self.arrivals / self.service
    }

    /// Whether the queue does not only grow.
    pub fn is_stable(&self) -> bool {
        self.load() < f64::from(self.servers)
    }

    /// The mean wait; none where the queue only grows.
    pub fn mean_wait(&self) -> Option<f64> {
        let spare = f64::from(self.servers) * self.service - self.arrivals;
        self.is_stable().then(|| erlang_c(self.load(), self.servers) / spare)
    }

    /// The mean time from arrival to completion; none where the queue only grows.
    pub fn mean_response(&self) -> Option<f64> {
        Some(self.mean_wait()? + 1.0 / self.service)
    }

    /// The chance of a response longer than `time`.
    pub fn response_beyond(&self, time: f64) -> f64 {
        let waiting = erlang_c(self.load(), self.servers);
        let served = self.service * time;
        let spare = f64::from(self.servers) - 1.0 - self.load();
        // The quotient has a limit where one server would be exactly enough for the rest.
        let tail = if spare.abs() < 1e-9 { served } else { (1.0 - (-served * spare).exp()) / spare };
        (-served).exp() * (1.0 + waiting * tail)
    }

    /// The response that a share of operations (0.95) does not exceed, by bisection; none where the queue only grows.
    pub fn response_percentile(&self, share: f64) -> Option<f64> {
        let mean = self.mean_response()?;
        let mut high = mean;
        while self.response_beyond(high) > 1.0 - share {
            high *= 2.0;
        }
        let mut low = 0.0;
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if self.response_beyond(middle) > 1.0 - share { low = middle } else { high = middle }
        }
        Some(f64::midpoint(low, high))
    }
}

/// The mean wait with one server and any service (Pollaczek and Khinchine); none where the queue only grows.
pub fn one_server_wait(arrivals: f64, mean_service: f64, mean_square_service: f64) -> Option<f64> {
    let busy = arrivals * mean_service;
    (busy < 1.0).then(|| arrivals * mean_square_service / (2.0 * (1.0 - busy)))
}

/// Mean and mean square of a service made of parts, each of which happens with a chance of its own.
pub fn mixed_service(parts: &[(f64, f64, f64)]) -> (f64, f64) {
    let mean: f64 = parts.iter().map(|(chance, time, _)| chance * time).sum();
    let variance: f64 = parts
        .iter()
        .map(|(chance, time, spread)| {
            chance * time * time * (1.0 + spread * spread) - (chance * time).powi(2)
        })
        .sum();
    (mean, variance + mean * mean)
}

/// The share of arrivals lost with one server and room for `room` operations, the one in service among them.
pub fn one_server_loss(arrivals: f64, service: f64, room: u32) -> f64 {
    let load = arrivals / service;
    if (load - 1.0).abs() < 1e-12 {
        return 1.0 / f64::from(room + 1);
    }
    (1.0 - load) * load.powf(f64::from(room)) / (1.0 - load.powf(f64::from(room + 1)))
}

/// The chances of keys by Zipf's law: the k-th is asked for in proportion to 1/k^skew.
pub fn zipf(keys: usize, skew: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=keys).map(|rank| (rank as f64).powf(-skew)).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// The share of hits where an entry lives `ttl` from when it was made.
pub fn hits_fixed_life(chances: &[f64], arrivals: f64, ttl: f64) -> f64 {
    chances.iter().map(|chance| chance * (chance * arrivals * ttl) / (1.0 + chance * arrivals * ttl)).sum()
}

/// The share of hits where every hit makes an entry live `ttl` longer.
pub fn hits_renewed_life(chances: &[f64], arrivals: f64, ttl: f64) -> f64 {
    chances.iter().map(|chance| chance * (1.0 - (-chance * arrivals * ttl).exp())).sum()
}

/// The share of hits where the entry used longest ago makes room (Che's approximation).
pub fn hits_least_recent(chances: &[f64], arrivals: f64, entries: usize) -> f64 {
    if entries >= chances.len() {
        return 1.0;
    }
    let held = |time: f64| chances.iter().map(|chance| 1.0 - (-chance * arrivals * time).exp()).sum::<f64>();
    let mut high = 1.0;
    while held(high) < entries as f64 && high < 1e18 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if held(middle) < entries as f64 { low = middle } else { high = middle }
    }
    hits_renewed_life(chances, arrivals, low)
}

/// Mean size of a batch, and mean delay of an event in it, where a batch leaves when it is full or `wait` after its
/// first event.
pub fn batch(arrivals: f64, full: u32, wait: f64) -> (f64, f64) {
    let mean = arrivals * wait;
    // Chance of n events in the wait, from 0 up, by logarithms so that large means do not underflow.
    let mut log_factorial = 0.0;
    let (mut below, mut size, mut delays) = (0.0, 0.0, 0.0);
    let room = full.saturating_sub(1);
    for count in 0..room {
        if count > 0 {
            log_factorial += f64::from(count).ln();
        }
        let chance = if mean > 0.0 {
            (f64::from(count) * mean.ln() - mean - log_factorial).exp()
        } else {
            f64::from(u8::from(count == 0))
        };
        below += chance;
        size += chance * (1.0 + f64::from(count));
        // The first waits all the time; the others came at any moment of it.
        delays += chance * (wait + f64::from(count) * wait / 2.0);
    }
    let filled = (1.0 - below).max(0.0);
    size += filled * f64::from(full.max(1));
    delays += filled * filled_delay(arrivals, room, wait);
    (size, if size > 0.0 { delays / size } else { 0.0 })
}

/// The sum of the delays in a batch that fills up: the events come evenly, and fill it after `room` gaps, within the wait.
fn filled_delay(arrivals: f64, room: u32, wait: f64) -> f64 {
    if arrivals <= 0.0 {
        return 0.0;
    }
    let fill = (f64::from(room) / arrivals).min(wait);
    (f64::from(room) + 1.0) * fill / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64, share: f64) {
        assert!((found - wanted).abs() <= share * wanted.abs(), "{found} is not near {wanted}");
    }

    #[test]
    fn erlang() {
        near(erlang_b(1.0, 1), 0.5, 1e-12);
        near(erlang_b(1.0, 2), 0.2, 1e-12);
        near(erlang_b(20.0, 30), 0.008_46, 2e-3);
        near(erlang_c(1.0, 2), 1.0 / 3.0, 1e-12);
        near(erlang_c(0.57, 1), 0.57, 1e-12);
        near(erlang_c(3.0, 2), 1.0, 0.0);
    }

    #[test]
    fn many_servers() {
        let one = ManyServers { arrivals: 0.5, service: 1.0, servers: 1 };
        near(one.mean_response().unwrap(), 2.0, 1e-12);
        near(one.response_percentile(0.95).unwrap(), 20_f64.ln() / 0.5, 1e-9);
        let two = ManyServers { arrivals: 1.0, service: 1.0, servers: 2 };
        near(two.mean_wait().unwrap(), 1.0 / 3.0, 1e-12);
        // c − 1 − a = 0: the limit of the tail.
        near(two.response_beyond(1.0), (-1.0_f64).exp() * (1.0 + 1.0 / 3.0), 1e-6);
        assert_eq!(ManyServers { arrivals: 2.0, service: 1.0, servers: 2 }.mean_wait(), None);
    }

    #[test]
    fn the_rare_tier_dominates() {
        let (mean, square) = mixed_service(&[(1.0, 0.005, 0.0), (0.05, 0.050, 0.0), (0.01, 0.200, 0.0)]);
        near(mean, 0.0095, 1e-12);
        near(1.0 / mean, 105.0, 3e-3);
        near(one_server_wait(60.0, mean, square).unwrap(), 0.042, 6e-3);
        assert_eq!(one_server_wait(106.0, mean, square), None);
    }

    #[test]
    fn losses() {
        near(one_server_loss(1.0, 1.0, 3), 0.25, 1e-12);
        near(one_server_loss(0.5, 1.0, 1), 1.0 / 3.0, 1e-12);
    }

    #[test]
    fn caches() {
        let chances = zipf(1000, 0.9);
        near(chances.iter().sum(), 1.0, 1e-12);
        let fixed = hits_fixed_life(&chances, 10.0, 60.0);
        let renewed = hits_renewed_life(&chances, 10.0, 60.0);
        assert!(fixed < renewed && renewed < 1.0);
        near(hits_fixed_life(&[1.0], 2.0, 3.0), 6.0 / 7.0, 1e-12);
        // As many entries as Che's time keeps give the renewed hits of that time.
        let held: f64 = chances.iter().map(|chance| 1.0 - (-chance * 10.0 * 60.0_f64).exp()).sum();
        near(hits_least_recent(&chances, 10.0, held.round() as usize), renewed, 2e-3);
        near(hits_least_recent(&chances, 10.0, 1000), 1.0, 0.0);
    }

    #[test]
    fn batches() {
        let (size, delay) = batch(2.0, 100, 30.0);
        near(size, 61.0, 2e-3);
        near(delay, 15.2, 4e-3);
        let (size, delay) = batch(10.0, 100, 30.0);
        near(size, 100.0, 1e-6);
        near(delay, 4.95, 1e-3);
        assert_eq!(batch(0.0, 100, 30.0), (1.0, 30.0));
    }
}
