//! B8: an administrator looks for devices among 100,000 and 1,000,000, through HTTP, as the page does. Beside it, in the same
//! minutes and on the same file, what `LIKE '%x%'` takes for the same questions; its answers are the measure of ours.

mod cases;
mod like;
mod load;

use std::sync::Arc;
use std::time::Duration;

use domain::device::DeviceRow;
use domain::page::{ListQuery, Page};
use uuid::Uuid;

use self::cases::Case;
use self::like::{Found, Like};
use self::load::{Desk, Question};
use crate::administrator::Administrator;
use crate::cosmos::{Cosmos, Running};
use crate::failure::{Failure, Outcome};
use crate::figures::{Pairs, median, percentile};
use crate::machine::probe::Probe;
use crate::programs::Core;
use crate::report::{Report, Target};
use crate::{Stage, counted, generator, seed};

/// Pairs of us and `LIKE`, and of the first page and a late one.
const PAIRS: usize = 5;
/// Questions to us in one pair; `LIKE` gets two of them.
const IN_A_PAIR: usize = 100;
/// Questions a second of the open loop: a hundred administrators who each search every four seconds.
const RATE: f64 = 25.0;
/// The number of devices that the targets are for.
const TARGET_DEVICES: u32 = 1_000_000;
/// The late page, of 50 rows each.
const LATE: usize = 1_000;

/// Measures with so many devices each.
pub async fn run(stage: &Stage, report: &mut Report, counts: &[u32], postgres: Option<&str>) -> Outcome {
    for devices in counts {
        let seed = seed::sqlite(stage, *devices, false, report).await?;
        let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
        seed.give_to(&cosmos)?;
        report.note(format_args!(
            "{devices} devices in SQLite, a file of {} MB; the server on one core, we on the other",
            seed.bytes()? / 1_000_000
        ));
        generator::on_second_core(|runtime| {
            let bench = Bench {
                stage,
                engine: "SQLite",
                devices: *devices,
            };
            runtime.block_on(bench.run(report, &cosmos))
        })?;
    }
    let (Some(url), Some(devices)) = (postgres, counts.first()) else {
        return Ok(());
    };
    let cosmos = Cosmos::new(&stage.target, &stage.place, &format!("ums_database = \"{url}\""))?;
    cosmos.set_superuser()?;
    seed::postgres(url, *devices).await?;
    report.note(format_args!(
        "{devices} devices in PostgreSQL, which has its own processes on any core"
    ));
    generator::on_second_core(|runtime| {
        let bench = Bench {
            stage,
            engine: "PostgreSQL",
            devices: *devices,
        };
        runtime.block_on(bench.run(report, &cosmos))
    })
}

struct Bench<'a> {
    stage: &'a Stage,
    engine: &'static str,
    devices: u32,
}

impl Bench<'_> {
    async fn run(&self, report: &mut Report, cosmos: &Cosmos) -> Outcome {
        report.note(format_args!("before: {}", Probe::take(&self.stage.place)?));
        let running = cosmos.start(Core::Server).await?;
        let session = Administrator::sign_in(running.addresses.portal).await?;
        let desk = Desk::open(&session, running.addresses.portal).await?;
        let mut like = if self.is_sqlite() {
            Some(Like::open(&cosmos.data().join("ums/db.sqlite")).await?)
        } else {
            None
        };
        for case in cases::all(self.devices, self.stage.number(400, 50)) {
            self.case(report, &running, &desk, like.as_mut(), case).await?;
        }
        self.pages(report, &desk, like.as_mut()).await?;
        self.html(report, &running, &desk).await?;
        report.note(format_args!(
            "the server holds {} MB; after: {}",
            running.process().resident()? / 1_000_000,
            Probe::take(&self.stage.place)?
        ));
        running.stop()
    }

    async fn case(
        &self,
        report: &mut Report,
        running: &Running,
        desk: &Arc<Desk>,
        like: Option<&mut Like>,
        case: Case,
    ) -> Outcome {
        let (mut questions, mut pages, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for query in case.queries {
            let (page, answer) = desk.page(&query).await?;
            found.push(counted::rows(page.total));
            pages.push(page);
            questions.push(Question::List { query, answer });
        }
        let questions = Arc::new(questions);
        if let Some(like) = like {
            let pairs = pair(desk, like, &questions, &pages).await?;
            if case.like != cases::Like::No {
                let ratio = pairs.ratio();
                let whole = case.like == cases::Like::Whole;
                let target = if whole { self.target(0.02) } else { Target::None };
                let what = self.what(
                    case.name,
                    &format!(
                        "p50 through HTTP / p50 of a LIKE scan without HTTP ({:.1} ms), {} pairs, {:.4} to {:.4}",
                        pairs.peer(),
                        ratio.pairs,
                        ratio.least,
                        ratio.most
                    ),
                );
                report.figure(what, ratio.median, "x", target)?;
            }
        }
        let found = format!("{:.0} rows found (median)", median(&found));
        self.load(
            report,
            running,
            desk,
            &questions,
            &format!("{}; {found}", case.name),
        )
        .await
    }

    /// The figures of a kind of question under load.
    async fn load(
        &self,
        report: &mut Report,
        running: &Running,
        desk: &Arc<Desk>,
        questions: &Arc<Vec<Question>>,
        name: &str,
    ) -> Outcome {
        let (peak, steady) = self.stage.number(
            (Duration::from_secs(5), Duration::from_secs(20)),
            (Duration::from_secs(1), Duration::from_secs(2)),
        );
        desk.renew().await?;
        let peak = load::closed(desk, questions, running.process(), peak).await?;
        let times = load::open(desk, questions, RATE, steady).await?;
        let mut figure =
            |what: &str, value, unit, target| report.figure(self.what(name, what), value, unit, target);
        figure("processor time of the server", peak.cpu_us, "us", Target::None)?;
        figure("answers on 4 connections", peak.rate, "/s", Target::None)?;
        figure(
            "p99 on 4 connections at once",
            percentile(&peak.milliseconds, 99.0),
            "ms",
            Target::None,
        )?;
        figure("p50 at 25 a second", median(&times), "ms", Target::None)?;
        figure(
            "p99 at 25 a second",
            percentile(&times, 99.0),
            "ms",
            self.target(10.0),
        )
    }

    /// The first page beside a late one.
    async fn pages(&self, report: &mut Report, desk: &Arc<Desk>, mut like: Option<&mut Like>) -> Outcome {
        let mut query = ListQuery::default();
        let (first, answer) = desk.page(&query).await?;
        let early = [Question::List {
            query: query.clone(),
            answer,
        }];
        let (mut late, mut number, mut next) = (Vec::new(), 1, first.next);
        while let Some(cursor) = next.filter(|_| number < LATE + 10) {
            query.cursor = cursor;
            number += 1;
            let (page, answer) = desk.page(&query).await?;
            // The last ones before the end, where there are not so many.
            if number >= LATE - 10 || page.next.is_none() {
                if let (LATE, Some(like)) = (number, like.as_deref_mut()) {
                    let skip = i64::try_from((LATE - 1) * usize::from(query.limit()))?;
                    let counted = like.ask(&query, skip).await?;
                    judge(&query, &page, &counted)?;
                    let what = self.what("page 1,000", "by OFFSET, for comparison");
                    report.figure(what, counted.page_ms, "ms", Target::None)?;
                }
                late.push(Question::List {
                    query: query.clone(),
                    answer,
                });
            }
            next = page.next;
        }
        desk.renew().await?;
        let mut pairs = Pairs::default();
        for _ in 0..PAIRS {
            let far = load::sequence(desk, &late, 0, IN_A_PAIR * 2).await?;
            let near = load::sequence(desk, &early, 0, IN_A_PAIR * 2).await?;
            pairs.push(median(&far), median(&near));
        }
        let (name, ratio) = (format!("page {}", number.min(LATE)), pairs.ratio());
        let what = format!(
            "p50 / p50 of page 1 ({:.2} ms), {} pairs, {:.2} to {:.2}",
            pairs.peer(),
            ratio.pairs,
            ratio.least,
            ratio.most
        );
        report.figure(self.what(&name, &what), ratio.median, "x", self.target(1.2))?;
        report.figure(self.what(&name, "p50"), pairs.ours(), "ms", Target::None)
    }

    /// The page itself, as the browser gets it.
    async fn html(&self, report: &mut Report, running: &Running, desk: &Arc<Desk>) -> Outcome {
        let (first, _) = desk.page(&ListQuery::default()).await?;
        let question = Question::Html {
            path: "/webapp/devices".to_owned(),
            within: first.rows.iter().map(|row| format!(">{}<", row.name)).collect(),
        };
        self.load(
            report,
            running,
            desk,
            &Arc::new(vec![question]),
            "the page with its first 50 devices",
        )
        .await
    }

    fn what(&self, name: &str, what: &str) -> String {
        format!("{} devices, {}: {name}: {what}", self.devices, self.engine)
    }

    /// The target, where it is measured on what it is for.
    fn target(&self, most: f64) -> Target {
        if self.is_sqlite() && self.devices >= TARGET_DEVICES {
            Target::AtMost(most)
        } else {
            Target::None
        }
    }

    fn is_sqlite(&self) -> bool {
        self.engine == "SQLite"
    }
}

/// Us and `LIKE` in turns, on the same questions; checks that both find the same.
async fn pair(
    desk: &Desk,
    like: &mut Like,
    questions: &[Question],
    pages: &[Page<DeviceRow>],
) -> Outcome<Pairs> {
    let mut pairs = Pairs::default();
    for number in 0..PAIRS {
        let from = number * questions.len() / PAIRS;
        // The server ends connections that were silent for long.
        desk.renew().await?;
        let ours = load::sequence(desk, questions, from, IN_A_PAIR).await?;
        let mut theirs = Vec::new();
        for (question, page) in questions.iter().zip(pages).skip(from).take(2) {
            if let Question::List { query, .. } = question {
                let found = like.ask(query, 0).await?;
                judge(query, page, &found)?;
                theirs.push(found.page_ms);
            }
        }
        pairs.push(median(&ours), median(&theirs));
    }
    Ok(pairs)
}

/// Refuses a page that is not what `LIKE` has found.
fn judge(query: &ListQuery, page: &Page<DeviceRow>, found: &Found) -> Outcome {
    let ids: Vec<Uuid> = page.rows.iter().map(|row| Uuid::from(row.id)).collect();
    if ids == found.ids && counted::agrees(page.total, found.count) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{query:?} gives {} rows of {:?}, and by LIKE {} of {}",
        ids.len(),
        page.total,
        found.ids.len(),
        found.count
    )))
}
