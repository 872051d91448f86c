//! How sure a share is that was counted: simulations are scored by it, and what they measured moves a risk between its ends.

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of a share after Wilson; none without trials.
pub fn wilson(hits: u64, trials: u64) -> Option<(f64, f64)> {
    if trials == 0 {
        return None;
    }
    let (n, p) = (trials as f64, hits as f64 / trials as f64);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let centre = p + Z * Z / (2.0 * n);
    let scale = 1.0 + Z * Z / n;
    // At the ends the formula is 0 or 1 but for rounding.
    let low = if hits == 0 { 0.0 } else { ((centre - spread) / scale).max(0.0) };
    let high = if hits == trials { 1.0 } else { ((centre + spread) / scale).min(1.0) };
    Some((low, high))
}
