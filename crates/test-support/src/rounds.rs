//! How often a race is run. A few rounds with every run of the tests; the full number by a variable, for a night or a release.

/// The variable that asks for the full number: `COSMOS_FULL_ROUNDS=1 cargo nextest run --workspace -E 'test(races::)'`.
pub const FULL_VARIABLE: &str = "COSMOS_FULL_ROUNDS";

/// `full` rounds where they are asked for, `ordinary` ones otherwise.
pub fn rounds(ordinary: u32, full: u32) -> u32 {
    if is_full() { full } else { ordinary }
}

/// Whether the full number is asked for.
pub fn is_full() -> bool {
    std::env::var(FULL_VARIABLE).is_ok_and(|value| value == "1")
}

/// Numbers that look random and are the same in every run: a schedule that failed fails again.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`, by `SplitMix64`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        usize::try_from(z % bound as u64).expect("a small number")
    }

    /// One of them.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Whether what came of steps that were taken at once could have come of them one after the other, in any order. `serial` answers
/// what each step of an order gives, and what stands at the end; `seen` is by the places of `steps`.
pub fn is_serial<S: Copy, R: PartialEq, E: PartialEq>(
    steps: &[S],
    seen: &(Vec<R>, E),
    serial: impl Fn(&[S]) -> (Vec<R>, E),
) -> bool {
    orders(steps.len()).iter().any(|order| {
        let ordered: Vec<S> = order.iter().map(|place| steps[*place]).collect();
        let (results, end) = serial(&ordered);
        let same = order.iter().zip(&results);
        end == seen.1 && same.into_iter().all(|(place, result)| seen.0[*place] == *result)
    })
}

/// All orders of so many.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let put = |order: &Vec<usize>, at: usize| {
        let mut longer = order.clone();
        longer.insert(at, count - 1);
        longer
    };
    shorter
        .iter()
        .flat_map(|order| (0..count).map(move |at| put(order, at)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_who_take_one_thing_one_gets_it_in_either_order() {
        let serial = |steps: &[()]| ((0..steps.len()).map(|place| place == 0).collect(), "gone");
        for (results, possible) in [
            (vec![true, false], true),
            (vec![false, true], true),
            (vec![true, true], false),
            (vec![false, false], false),
        ] {
            assert_eq!(is_serial(&[(), ()], &(results, "gone"), serial), possible);
        }
        assert!(!is_serial(&[(), ()], &(vec![true, false], "there"), serial));
        assert_eq!(orders(4).len(), 24);
    }
}
