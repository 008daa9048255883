use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use access::jobs::{self, ATTEMPTS, Jobs, Outcome};
use access::{Error, Event};
use domain::Cloud;
use store::{Schema, args, row, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::{TestCloud, noon};
use time::{Duration, OffsetDateTime};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::people::{acting, side};

const A_MOMENT: Duration = Duration::MILLISECOND;
const LEASE: Duration = Duration::minutes(2);

row! {
    struct JobRow {
        due_at: OffsetDateTime,
        attempts: i64,
        leased_until: Option<OffsetDateTime>,
        done_at: Option<OffsetDateTime>,
        error: Option<String>,
    }
}

async fn job(db: &TestDb) -> JobRow {
    let select = sql!("select due_at, attempts, leased_until, done_at, error from jobs");
    db.read().await.unwrap().one(select, args![]).await.unwrap()
}

async fn queue(side: &TestCloud, kind: &'static str, after: Duration) {
    let mut tx = acting(side).begin().await.unwrap();
    let due = tx.now() + after;
    tx.queue(kind, &"a letter", due).await.unwrap();
    tx.commit(Event::plain("letter.written", "")).await.unwrap();
}

/// Counts how often it is tried, and fails with this text unless it is empty.
fn counting(tries: &Arc<AtomicU32>, failure: &'static str) -> Jobs<Cloud> {
    let tries = Arc::clone(tries);
    Jobs::default().on("mail", move |_, payload| {
        let tries = Arc::clone(&tries);
        async move {
            assert_eq!(payload, "\"a letter\"");
            tries.fetch_add(1, Ordering::SeqCst);
            if failure.is_empty() {
                Ok(())
            } else {
                Err(Error::internal(failure.repeat(100)))
            }
        }
    })
}

db_test! {
    Schema::Cloud,

    async fn a_job_is_done_once_and_not_before_its_time(db: TestDb) {
        let side = side(&db).await;
        let tries = Arc::default();
        let jobs = counting(&tries, "");
        queue(&side, "mail", Duration::minutes(1)).await;
        side.clock.advance(Duration::minutes(1) - A_MOMENT);
        assert_eq!(jobs.run_due(&side.services).await.unwrap(), 0);
        side.clock.advance(A_MOMENT);
        assert_eq!(jobs.run_due(&side.services).await.unwrap(), 1);
        side.clock.advance(Duration::DAY);
        assert_eq!(jobs.run_due(&side.services).await.unwrap(), 0);
        assert_eq!(tries.load(Ordering::SeqCst), 1);
        let done = job(&db).await;
        assert_eq!((done.done_at, done.attempts, done.leased_until), (Some(noon() + Duration::minutes(1)), 1, None));
    }

    async fn a_failed_job_waits_longer_each_time_and_is_left_alone_at_last(db: TestDb) {
        let side = side(&db).await;
        let tries = Arc::default();
        let jobs = counting(&tries, "out of paper. ");
        queue(&side, "mail", Duration::ZERO).await;
        let mut wait = Duration::seconds(10);
        for attempt in 1..=ATTEMPTS {
            assert_eq!(jobs.run_due(&side.services).await.unwrap(), 1, "attempt {attempt}");
            let failed = job(&db).await;
            assert_eq!((failed.attempts, failed.done_at, failed.leased_until), (attempt, None, None));
            assert_eq!(failed.due_at, side.services.now() + wait);
            let error = failed.error.unwrap();
            assert!(error.starts_with("out of paper. ") && error.chars().count() == 500, "{error}");
            side.clock.advance(wait - A_MOMENT);
            assert_eq!(jobs.run_due(&side.services).await.unwrap(), 0, "too soon after attempt {attempt}");
            side.clock.advance(A_MOMENT);
            wait *= 2;
        }
        side.clock.advance(Duration::DAY);
        assert_eq!(jobs.run_due(&side.services).await.unwrap(), 0, "left alone");
        assert_eq!(i64::from(tries.load(Ordering::SeqCst)), ATTEMPTS);
    }

    async fn a_job_that_failed_can_still_be_done(db: TestDb) {
        let side = side(&db).await;
        queue(&side, "mail", Duration::ZERO).await;
        counting(&Arc::default(), "no").run_due(&side.services).await.unwrap();
        side.clock.advance(Duration::seconds(10));
        let tries = Arc::default();
        assert_eq!(counting(&tries, "").run_due(&side.services).await.unwrap(), 1);
        let done = job(&db).await;
        assert!(done.done_at.is_some() && done.error.is_none());
    }

    async fn a_job_nobody_finished_is_taken_again_after_its_lease(db: TestDb) {
        let side = side(&db).await;
        queue(&side, "mail", Duration::ZERO).await;
        let (begun, mut heard) = mpsc::unbounded_channel();
        let dying: Jobs<Cloud> = Jobs::default().on("mail", move |_, _| {
            begun.send(()).unwrap();
            std::future::pending()
        });
        // The process ends in the middle of the work.
        tokio::select! {
            _ = dying.run_due(&side.services) => panic!("it never ends"),
            _ = heard.recv() => {}
        }
        let tries = Arc::default();
        let jobs = counting(&tries, "");
        side.clock.advance(LEASE - A_MOMENT);
        assert_eq!(jobs.run_due(&side.services).await.unwrap(), 0);
        side.clock.advance(A_MOMENT);
        assert_eq!(jobs.run_due(&side.services).await.unwrap(), 1);
        assert_eq!((job(&db).await.attempts, tries.load(Ordering::SeqCst)), (2, 1));
    }

    async fn two_runners_share_the_work(db: TestDb) {
        let side = side(&db).await;
        for _ in 0..20 {
            queue(&side, "mail", Duration::ZERO).await;
        }
        let tries = Arc::default();
        let (one, other) = (counting(&tries, ""), counting(&tries, ""));
        let (first, second) = tokio::join!(one.run_due(&side.services), other.run_due(&side.services));
        assert_eq!(first.unwrap() + second.unwrap(), 20);
        assert_eq!(tries.load(Ordering::SeqCst), 20, "each once");
    }

    async fn a_runner_takes_what_it_knows_and_leaves_the_rest_untouched(db: TestDb) {
        let side = side(&db).await;
        queue(&side, "telegram", Duration::ZERO).await;
        let kept = async || {
            let kept = job(&db).await;
            (kept.done_at, kept.attempts, kept.error)
        };
        assert_eq!(counting(&Arc::default(), "").run_due(&side.services).await.unwrap(), 0);
        assert_eq!(kept().await, (None, 0, None));
        let telegraph: Jobs<Cloud> = Jobs::default().on("telegram", |_, _| async { Ok(()) });
        assert_eq!(telegraph.run_due(&side.services).await.unwrap(), 1);
        assert_eq!(kept().await, (Some(noon()), 1, None));
    }

    async fn a_job_that_waits_for_somebody_else_loses_no_try_and_forgets_its_payload_when_done(db: TestDb) {
        let side = side(&db).await;
        queue(&side, "mail", Duration::ZERO).await;
        let payload = async || {
            let select = sql!("select payload from jobs");
            db.read().await.unwrap().scalar::<String>(select, args![]).await.unwrap()
        };
        let waiting: Jobs<Cloud> = Jobs::default().on_job("mail", |services, job| async move {
            assert_eq!(job.created_at, noon());
            let until = services.now() + Duration::HOUR;
            Ok(Outcome::Wait { until, why: "nobody is in".to_owned() })
        });
        for hours in 0..20 {
            assert_eq!(waiting.run_due(&side.services).await.unwrap(), 1, "{hours}");
            let waits = job(&db).await;
            assert_eq!((waits.attempts, waits.done_at, waits.leased_until), (0, None, None));
            assert_eq!(waits.error.as_deref(), Some("nobody is in"));
            assert_eq!(waiting.run_due(&side.services).await.unwrap(), 0);
            side.clock.advance(Duration::HOUR);
        }
        assert_eq!(payload().await, "\"a letter\"");
        assert_eq!(counting(&Arc::default(), "").run_due(&side.services).await.unwrap(), 1);
        assert_eq!(payload().await, "null");
        assert!(job(&db).await.error.is_none());
    }

    async fn every_runner_hears_of_a_job(db: TestDb) {
        let side = side(&db).await;
        let (done, mut heard) = mpsc::unbounded_channel();
        let runner = |kind: &'static str| {
            let done = done.clone();
            Jobs::<Cloud>::default().on(kind, move |_, _| {
                done.send(kind).unwrap();
                async { Ok(()) }
            })
        };
        let (letters, telegrams) = (runner("mail"), runner("telegram"));
        let stop = CancellationToken::new();
        let hour = std::time::Duration::from_hours(1);
        let story = async {
            for kind in ["mail", "telegram", "telegram", "mail"] {
                queue(&side, kind, Duration::ZERO).await;
                assert_eq!(heard.recv().await, Some(kind));
            }
            stop.cancel();
        };
        let (first, second) = (letters.run(&side.services, hour, stop.clone()), telegrams.run(&side.services, hour, stop.clone()));
        tokio::join!(first, second, story);
    }

    async fn a_runner_hears_of_a_job_when_it_is_committed(db: TestDb) {
        let side = side(&db).await;
        let (done, mut heard) = mpsc::unbounded_channel();
        let jobs: Jobs<Cloud> = Jobs::default().on("mail", move |_, _| {
            done.send(()).unwrap();
            async { Ok(()) }
        });
        let stop = CancellationToken::new();
        let hour = std::time::Duration::from_hours(1);
        let story = async {
            for _ in 0..3 {
                queue(&side, "mail", Duration::ZERO).await;
                heard.recv().await.unwrap();
            }
            let mut tx = acting(&side).begin().await.unwrap();
            tx.queue("mail", &"a letter", tx.now()).await.unwrap();
            drop(tx);
            stop.cancel();
        };
        tokio::join!(jobs.run(&side.services, hour, stop.clone()), story);
        assert!(heard.try_recv().is_err(), "what was not committed is not done");
    }

    async fn done_jobs_are_deleted_after_a_week(db: TestDb) {
        let side = side(&db).await;
        queue(&side, "mail", Duration::ZERO).await;
        counting(&Arc::default(), "").run_due(&side.services).await.unwrap();
        queue(&side, "mail", Duration::days(30)).await;
        let purge = async || jobs::purge(&side.services, side.services.now()).await.unwrap();
        side.clock.advance(Duration::WEEK);
        assert_eq!(purge().await, 0);
        side.clock.advance(A_MOMENT);
        assert_eq!(purge().await, 1);
        side.clock.advance(Duration::days(300));
        assert_eq!(purge().await, 0, "one that is not done stays");
    }
}
