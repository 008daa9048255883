//! The lists of the Customer Portal: 100,000 people and 1,000,000 events of the audit trail, through HTTP, as their pages ask for
//! them. Beside it, in the same minutes and on the same file, what plain SQL with `LIKE` and `OFFSET` takes for the same
//! questions; its answers are the measure of ours.

mod cases;
mod desk;
mod plain;
mod seed;

use std::sync::Arc;
use std::time::Duration;

use domain::page::{ListQuery, Total};

use self::cases::{Case, List};
use self::desk::{Desk, Question};
use self::plain::Plain;
use crate::cosmos::Cosmos;
use crate::failure::{Failure, Outcome};
use crate::figures::{Pairs, median, percentile};
use crate::machine::probe::Probe;
use crate::programs::Core;
use crate::report::{Report, Target};
use crate::{Stage, counted, generator};

/// Pairs of us and plain SQL.
const PAIRS: usize = 5;
/// Questions to us in one pair; plain SQL gets two of them.
const IN_A_PAIR: usize = 40;
/// Questions a second of the open loop: a hundred people who each look for something every four seconds.
const RATE: f64 = 25.0;
/// The late page, of 50 rows each.
const LATE: usize = 1_000;

/// Measures with so many people and events.
pub async fn run(stage: &Stage, report: &mut Report, people: u32, events: u32) -> Outcome {
    let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
    let file = seed::fill(&cosmos, people, events).await?;
    report.note(format_args!(
        "{people} people and {events} events of one account, and a tenth of each of another one, in SQLite, a file of {} MB; \
         the server on one core, we on the other",
        std::fs::metadata(&file)?.len() / 1_000_000
    ));
    report.note(format_args!("before: {}", Probe::take(&stage.place)?));
    generator::on_second_core(|runtime| {
        runtime.block_on(async {
            let running = cosmos.start(Core::Server).await?;
            let desk = Desk::open(running.addresses.portal).await?;
            let mut plain = Plain::open(&file).await?;
            let full = people >= 100_000 && events >= 1_000_000;
            let mut bench = Bench {
                stage,
                report,
                desk,
                server: running.process(),
                full,
            };
            for list in [List::People, List::Events] {
                for case in cases::all(list, people) {
                    bench.case(&mut plain, case).await?;
                }
                bench.late(&mut plain, list).await?;
                bench.html(list).await?;
            }
            let resident = running.process().resident()? / 1_000_000;
            bench.report.note(format_args!(
                "the server holds {resident} MB; after: {}",
                Probe::take(&stage.place)?
            ));
            running.stop()
        })
    })
}

struct Bench<'a> {
    stage: &'a Stage,
    report: &'a mut Report,
    desk: Arc<Desk>,
    server: crate::machine::process::Process,
    /// Whether there are as many rows as the targets are for.
    full: bool,
}

impl Bench<'_> {
    async fn case(&mut self, plain: &mut Plain, case: Case) -> Outcome {
        let (mut questions, mut found) = (Vec::new(), Vec::new());
        for (query, condition) in &case.questions {
            let (page, answer) = self.desk.page(case.list, query).await?;
            let wanted = plain.ask(case.list, query, condition, 0).await?;
            judge(case.name, &page.ids, page.total, &wanted)?;
            found.push(counted::rows(page.total));
            questions.push(Question::List(case.list, query.clone(), answer));
        }
        let questions = Arc::new(questions);
        let mut pairs = Pairs::default();
        for number in 0..PAIRS {
            self.desk.renew().await?;
            let ours = self.desk.sequence(&questions, number, IN_A_PAIR).await?;
            let mut theirs = Vec::new();
            for (query, condition) in case.questions.iter().cycle().skip(number).take(2) {
                theirs.push(plain.ask(case.list, query, condition, 0).await?.milliseconds);
            }
            pairs.push(median(&ours), median(&theirs));
        }
        let name = format!(
            "{}: {}; {:.0} rows found (median)",
            case.list.name(),
            case.name,
            median(&found)
        );
        let ratio = pairs.ratio();
        self.report.figure(
            format_args!(
                "{name}: p50 through HTTP / p50 of plain SQL without HTTP ({:.2} ms), {} pairs, {:.3} to {:.3}",
                pairs.peer(),
                ratio.pairs,
                ratio.least,
                ratio.most
            ),
            ratio.median,
            "x",
            Target::None,
        )?;
        self.load(&questions, &name).await
    }

    /// Page 1,000 by its cursor, and by `OFFSET`.
    async fn late(&mut self, plain: &mut Plain, list: List) -> Outcome {
        let mut query = ListQuery::default();
        let mut number = 1;
        let (first, answer) = self.desk.page(list, &query).await?;
        let early = vec![Question::List(list, query.clone(), answer)];
        let mut next = first.next;
        let mut late = Vec::new();
        while let Some(cursor) = next {
            number += 1;
            query.cursor = cursor;
            let (page, answer) = self.desk.page(list, &query).await?;
            next = page.next.clone().filter(|_| number < LATE);
            if next.is_none() {
                let skip = i64::try_from((number - 1) * usize::from(query.limit()))?;
                let wanted = plain.ask(list, &query, "1", skip).await?;
                judge("the late page", &page.ids, page.total, &wanted)?;
                self.report.figure(
                    format_args!("{}: page {number} by OFFSET, for comparison", list.name()),
                    wanted.milliseconds,
                    "ms",
                    Target::None,
                )?;
                late.push(Question::List(list, query.clone(), answer));
            }
        }
        let mut pairs = Pairs::default();
        for _ in 0..PAIRS {
            self.desk.renew().await?;
            let far = self.desk.sequence(&late, 0, IN_A_PAIR * 2).await?;
            let near = self.desk.sequence(&early, 0, IN_A_PAIR * 2).await?;
            pairs.push(median(&far), median(&near));
        }
        let ratio = pairs.ratio();
        let name = format!("{}: page {number}", list.name());
        self.report.figure(
            format_args!(
                "{name}: p50 / p50 of page 1 ({:.2} ms), {} pairs, {:.2} to {:.2}",
                pairs.peer(),
                ratio.pairs,
                ratio.least,
                ratio.most
            ),
            ratio.median,
            "x",
            self.target(1.2),
        )?;
        self.load(&Arc::new(late), &name).await
    }

    /// The page itself, as the browser gets it.
    async fn html(&mut self, list: List) -> Outcome {
        let (first, _) = self.desk.page(list, &ListQuery::default()).await?;
        let question = Question::Html(list.path().to_owned(), first.texts);
        let name = format!("{}: the page with its first 50 rows", list.name());
        self.load(&Arc::new(vec![question]), &name).await
    }

    async fn load(&mut self, questions: &Arc<Vec<Question>>, name: &str) -> Outcome {
        let (peak, steady) = self.stage.number(
            (Duration::from_millis(1_500), Duration::from_secs(6)),
            (Duration::from_millis(300), Duration::from_secs(1)),
        );
        self.desk.renew().await?;
        let peak = desk::closed(&self.desk, questions, self.server, peak).await?;
        let times = desk::open(&self.desk, questions, RATE, steady).await?;
        let figures = [
            ("processor time of the server", peak.cpu_us, "us", Target::None),
            ("answers on 4 connections", peak.rate, "/s", Target::None),
            ("p50 at 25 a second", median(&times), "ms", Target::None),
            (
                "p99 at 25 a second",
                percentile(&times, 99.0),
                "ms",
                self.target(10.0),
            ),
        ];
        for (what, value, unit, target) in figures {
            self.report
                .figure(format_args!("{name}: {what}"), value, unit, target)?;
        }
        Ok(())
    }

    /// The target, where it is measured on what it is for.
    fn target(&self, most: f64) -> Target {
        if self.full {
            Target::AtMost(most)
        } else {
            Target::None
        }
    }
}

/// Refuses a page that is not what plain SQL has found.
fn judge(name: &str, ids: &[uuid::Uuid], total: Total, wanted: &plain::Found) -> Outcome {
    if ids == wanted.ids && counted::agrees(total, wanted.count) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{name}: {} rows of {total:?}, and by plain SQL {} of {}",
        ids.len(),
        wanted.ids.len(),
        wanted.count
    )))
}
