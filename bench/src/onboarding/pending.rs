//! Runs that wait for their person: what each keeps in memory and in the database, and that it is gone once it is over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::onboarding::OnboardingState;
use sqlx::SqliteConnection;

use super::company::Company;
use super::load::all;
use super::way::Way;
use crate::failure::{Failure, Outcome};
use crate::figures::{each, number};
use crate::machine::settled;
use crate::report::{Report, Target};
use crate::sqlite;

/// Runs that begin at the same time.
const LANES: usize = 16;
/// Longest wait for a job that is due.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the database is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Holds `few`, then `many` runs; lets them end, and does it once more with others. Numbers from `first` on.
pub async fn measure(
    company: &Company,
    way: &Arc<Way>,
    report: &mut Report,
    first: usize,
    (few, many): (usize, usize),
) -> Outcome {
    let mut database = sqlite::open(&company.database()).await?;
    let process = company.cloud.process();
    hold(way, first, few).await?;
    let (memory, rows) = (settled::memory(process).await?, size(&mut database).await?);
    let before = process.cpu()?;
    hold(way, first + few, many - few).await?;
    settled::at_rest(process).await?;
    let used = each(process.cpu_since(before)?, many - few);
    let (all_memory, all_rows) = (settled::memory(process).await?, size(&mut database).await?);
    waiting(&mut database, many).await?;
    let added = number(many - few);
    report.figure(
        "CPU of a pending onboarding: asked, Continue pressed, one more question of the device",
        used / 1000.0,
        "ms",
        Target::None,
    )?;
    report.figure(
        format_args!("memory of a pending onboarding, between {few} and {many}"),
        (all_memory - memory) / 1024.0 / added,
        "KiB",
        Target::AtMost(4.0),
    )?;
    report.figure(
        "database for a pending onboarding",
        (all_rows - rows) / 1024.0 / added,
        "KiB",
        Target::None,
    )?;
    report.figure(
        format_args!("memory with {many} pending"),
        all_memory / 1024.0 / 1024.0,
        "MiB",
        Target::None,
    )?;

    end(&mut database).await?;
    let after = settled::memory(process).await?;
    hold(way, first + many, many).await?;
    waiting(&mut database, many).await?;
    let again = settled::memory(process).await?;
    end(&mut database).await?;
    report.note(format_args!(
        "when their time was over, and 30 days had passed, all rows were deleted, both times; memory then: {:.1} MiB",
        after / 1024.0 / 1024.0
    ));
    report.figure(
        format_args!("memory with {many} others pending afterwards / with the first {many}"),
        again / all_memory,
        "",
        Target::AtMost(1.1),
    )
}

/// So many devices ask, their persons press Continue, and the devices ask how it stands.
async fn hold(way: &Arc<Way>, first: usize, count: usize) -> Outcome {
    let way = Arc::clone(way);
    all(count, LANES, move |device| {
        let way = Arc::clone(&way);
        async move {
            let waiting = way.begin(first + device).await?;
            way.leave(&waiting).await?;
            match way.state(&waiting).await? {
                OnboardingState::Pending => Ok(()),
                other => Err(Failure::new(format!("a run does not wait, but is {other:?}"))),
            }
        }
    })
    .await
    .map(drop)
}

/// Bytes in use in the database.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
async fn size(database: &mut SqliteConnection) -> Outcome<f64> {
    let pages = "select (page_count - freelist_count) * page_size from pragma_page_count, pragma_freelist_count, pragma_page_size";
    let bytes: i64 = sqlx::query_scalar(pages).fetch_one(database).await?;
    Ok(bytes as f64)
}

/// That so many wait, all told by the database.
async fn waiting(database: &mut SqliteConnection, count: usize) -> Outcome {
    let there: i64 = sqlx::query_scalar(
        "select count(*) from onboardings o join onboarding_sign_ins s on s.onboarding_id = o.id where o.step = 'confirmed'",
    )
    .fetch_one(database)
    .await?;
    if usize::try_from(there)? == count {
        return Ok(());
    }
    Err(Failure::new(format!("{there} runs wait instead of {count}")))
}

/// Time passes, for the runs and their sign-ins alone; then the server cleans up.
async fn end(database: &mut SqliteConnection) -> Outcome {
    let past = "update onboardings set created_at = 0, expires_at = 0";
    sqlx::query(past).execute(&mut *database).await?;
    sqlx::query("update onboarding_sign_ins set expires_at = 0")
        .execute(&mut *database)
        .await?;
    hurry(database, "onboarding.purge").await?;
    let rows = "select (select count(*) from onboardings) + (select count(*) from onboarding_sign_ins)";
    until_none(database, rows).await
}

/// What waits to be done is due now.
pub async fn hurry(database: &mut SqliteConnection, kind: &str) -> Outcome {
    sqlx::query("update jobs set due_at = 0 where kind = ? and done_at is null")
        .bind(kind)
        .execute(database)
        .await?;
    Ok(())
}

/// Waits until a count is nought.
pub async fn until_none(database: &mut SqliteConnection, count: &'static str) -> Outcome {
    let start = Instant::now();
    loop {
        let left: i64 = sqlx::query_scalar(count).fetch_one(&mut *database).await?;
        if left == 0 {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            return Err(Failure::new(format!("{left} are left of: {count}")));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
