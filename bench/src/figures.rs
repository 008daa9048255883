//! The arithmetic of measurements.

use std::time::Duration;

/// The middle of the values; not a number if there are none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50.0)
}

/// The value below which `percent` of the values lie (nearest rank); not a number if there are none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rank lies between nought and the number of values, far below 2^52"
)]
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// A number of units, to divide by.
#[expect(clippy::cast_precision_loss, reason = "numbers of devices are far below 2^52")]
pub fn number(units: usize) -> f64 {
    units as f64
}

/// Microseconds of each of so many units.
pub fn each(used: Duration, units: usize) -> f64 {
    used.as_secs_f64() * 1e6 / number(units)
}

/// One thing measured alternately of us and of a peer: A/B/A/B, so that what the machine does meets both.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    ours: Vec<f64>,
    peer: Vec<f64>,
}

impl Pairs {
    pub fn push(&mut self, ours: f64, peer: f64) {
        self.ours.push(ours);
        self.peer.push(peer);
    }

    /// The same for what was measured already: ours, then the peer's.
    pub fn of(values: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut pairs = Self::default();
        for (ours, peer) in values {
            pairs.push(ours, peer);
        }
        pairs
    }

    pub fn ours(&self) -> f64 {
        median(&self.ours)
    }

    pub fn peer(&self) -> f64 {
        median(&self.peer)
    }

    /// Ours divided by the peer's, pair by pair: median, least and most.
    pub fn ratio(&self) -> Ratio {
        let ratios: Vec<f64> = self
            .ours
            .iter()
            .zip(&self.peer)
            .map(|(ours, peer)| ours / peer)
            .collect();
        Ratio {
            median: median(&ratios),
            least: percentile(&ratios, 0.0),
            most: percentile(&ratios, 100.0),
            pairs: ratios.len(),
        }
    }
}

/// See [`Pairs::ratio`].
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub median: f64,
    pub least: f64,
    pub most: f64,
    pub pairs: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_edges_of_values_are_found_by_rank() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert!((median(&values) - 3.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 99.0) - 5.0).abs() < f64::EPSILON);
        assert!((percentile(&values, 0.0) - 1.0).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_ratio_is_taken_pair_by_pair() {
        let mut pairs = Pairs::default();
        for (ours, peer) in [(1.0, 4.0), (3.0, 6.0), (1.0, 1.0)] {
            pairs.push(ours, peer);
        }
        let ratio = pairs.ratio();
        assert!((ratio.median - 0.5).abs() < f64::EPSILON);
        assert!((ratio.least - 0.25).abs() < f64::EPSILON && (ratio.most - 1.0).abs() < f64::EPSILON);
    }
}
