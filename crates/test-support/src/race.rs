//! Races: many ask for one thing at the same moment, at one server or at several over one database (reliability F28).

use std::fmt::Debug;

use access::Error;
use domain::Fault;
use futures::future::join_all;

/// Who ask for one thing at once.
pub const RACERS: u8 = 50;

/// Has all of them ask at once, by turns at each of the servers. The answers by their numbers.
pub async fn race<'a, N, F: Future>(nodes: &'a [N], ask: impl Fn(&'a N, u8) -> F) -> Vec<F::Output> {
    let racers = (0..RACERS).zip(nodes.iter().cycle());
    join_all(racers.map(|(racer, node)| ask(node, racer))).await
}

/// The number of the one who has won; all others have lost in the way that `has_lost` knows.
#[track_caller]
pub fn winner<T: Debug>(
    outcomes: &[T],
    has_won: impl Fn(&T) -> bool,
    has_lost: impl Fn(&T) -> bool,
) -> usize {
    let (won, lost): (Vec<_>, Vec<_>) = (0..).zip(outcomes).partition(|(_, outcome)| has_won(outcome));
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert!(lost.iter().all(|(_, outcome)| has_lost(outcome)), "{outcomes:?}");
    won[0].0
}

/// The number of the one who has won; all others were told this one thing.
#[track_caller]
pub fn one_wins<T: Debug>(outcomes: &[Result<T, Error>], told: &Fault) -> usize {
    let lost = |outcome: &Result<T, Error>| {
        let error = outcome.as_ref().err();
        error.and_then(Error::fault) == Some(told)
    };
    winner(outcomes, Result::is_ok, lost)
}
