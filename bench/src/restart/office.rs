//! What a restart is for an administrator.

use std::time::{Duration, Instant};

use super::desk::{Page, View};
use crate::failure::Outcome;
use crate::figures::{Pairs, median, number, percentile};
use crate::report::{Report, Target};

/// A page that was due so long before the kill may still have been on its way.
const CUT_BEFORE: Duration = Duration::from_millis(500);

/// One restart, as the administrator saw it.
#[derive(Default)]
pub struct Office {
    /// Milliseconds of each page before the kill.
    pub idle: Vec<f64>,
    /// Milliseconds of each page between the new listener and the last device but one in a hundred.
    pub storm: Vec<f64>,
    pub refused: usize,
    /// Broken off while the server was down.
    pub cut: usize,
    pub server_errors: usize,
    /// Neither seen nor excused by the kill.
    pub broken: usize,
    /// From the kill to the first page that was due after it and came.
    pub blind: Duration,
    pub why: Option<String>,
}

impl Office {
    /// Sorts the pages by when they were due.
    pub fn of(
        views: &[View],
        killed: Instant,
        listens: Instant,
        most_back: Instant,
        why: Option<String>,
    ) -> Self {
        let seen = |from: Instant, to: Instant| {
            let views = views.iter().filter(move |view| view.due >= from && view.due < to);
            views.filter_map(|view| match view.page {
                Page::Seen(after) => Some(after.as_secs_f64() * 1e3),
                _ => None,
            })
        };
        let Some(start) = views.first().map(|view| view.due) else {
            // Nothing seen is nothing shown.
            return Self {
                broken: 1,
                why,
                ..Self::default()
            };
        };
        let count = |is: fn(Page) -> bool| views.iter().filter(|view| is(view.page)).count();
        let excused = |view: &View| view.due + CUT_BEFORE >= killed && view.due < listens;
        let (cut, broken): (Vec<&View>, Vec<_>) = views
            .iter()
            .filter(|view| view.page == Page::Broken)
            .partition(|view| excused(view));
        let late = |view: &&View| view.page == Page::Refused && view.due >= listens;
        let next = views.iter().find_map(|view| match view.page {
            Page::Seen(after) if view.due >= killed => Some(view.due + after - killed),
            _ => None,
        });
        Self {
            idle: seen(start, killed.checked_sub(CUT_BEFORE).unwrap_or(killed)).collect(),
            storm: seen(listens, most_back).collect(),
            refused: count(|page| page == Page::Refused),
            cut: cut.len(),
            server_errors: count(|page| page == Page::ServerError),
            broken: broken.len() + views.iter().filter(late).count(),
            blind: next.unwrap_or_default(),
            why,
        }
    }
}

/// Tells the findings of several restarts.
pub fn tell(report: &mut Report, offices: &[&Office]) -> Outcome {
    let p99s = Pairs::of(
        offices
            .iter()
            .map(|office| (percentile(&office.storm, 99.0), percentile(&office.idle, 99.0))),
    );
    let all = |pick: fn(&Office) -> &Vec<f64>| {
        offices
            .iter()
            .flat_map(|office| pick(office))
            .copied()
            .collect::<Vec<_>>()
    };
    let sum = |pick: fn(&Office) -> usize| number(offices.iter().copied().map(pick).sum());
    let (idle, storm) = (all(|office| &office.idle), all(|office| &office.storm));
    report.note(format_args!(
        "{} pages seen before the kills, {} in the storms",
        idle.len(),
        storm.len()
    ));
    for (what, views) in [("idle", &idle), ("in the storm", &storm)] {
        report.figure(
            format_args!("page p50, {what}"),
            median(views),
            "ms",
            Target::None,
        )?;
        report.figure(
            format_args!("page p99, {what}"),
            percentile(views, 99.0),
            "ms",
            Target::None,
        )?;
    }
    report.ratio("page p99, in the storm / idle", p99s.ratio(), Target::AtMost(3.0))?;
    let blind: Vec<f64> = offices.iter().map(|office| office.blind.as_secs_f64()).collect();
    report.figure("first page after the kill", median(&blind), "s", Target::None)?;
    report.figure(
        "pages refused while nobody listened",
        sum(|office| office.refused),
        "",
        Target::None,
    )?;
    report.figure(
        "pages cut off by the kill",
        sum(|office| office.cut),
        "",
        Target::None,
    )?;
    report.figure(
        "pages answered with 500 or more",
        sum(|office| office.server_errors),
        "",
        Target::AtMost(0.0),
    )?;
    report.figure(
        "pages broken otherwise",
        sum(|office| office.broken),
        "",
        Target::AtMost(0.0),
    )?;
    if let Some(why) = offices.iter().find_map(|office| office.why.as_ref()) {
        report.note(format_args!("the first page that was none: {why}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kill_excuses_what_was_due_around_it_and_nothing_else() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let seen = Page::Seen(Duration::from_millis(5));
        // Killed at 2,000, listening at 2,100, nearly all back at 3,000.
        let views = [
            (0, seen),
            (100, Page::Broken),
            (1_900, Page::Broken),
            (2_050, Page::Refused),
            (2_099, Page::Broken),
            (2_101, seen),
            (2_200, Page::Broken),
            (2_300, Page::Refused),
            (2_400, Page::ServerError),
            (3_500, seen),
        ]
        .map(|(due, page)| View { due: at(due), page });
        let office = Office::of(&views, at(2_000), at(2_100), at(3_000), None);
        assert_eq!((office.idle.len(), office.storm.len()), (1, 1));
        assert_eq!((office.refused, office.cut), (2, 2));
        assert_eq!((office.broken, office.server_errors), (3, 1));
        assert_eq!(office.blind, Duration::from_millis(106));
    }

    #[test]
    fn an_administrator_who_has_seen_nothing_is_no_success() {
        let now = Instant::now();
        assert_eq!(Office::of(&[], now, now, now, None).broken, 1);
    }
}
