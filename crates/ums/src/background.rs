//! What a UMS does by itself, again and again, until it stops.

use std::time::Duration;

use access::{Acting, Actor, Result, Services};
use domain::Company;
use store::{args, sql};
use tokio_util::sync::CancellationToken;

use crate::{certificates, commands, devices, presence, reconnect};

/// How often signs of life are written.
const FLUSH: Duration = Duration::from_secs(3);
/// How often commands that nobody fetched are given up.
const EXPIRE: Duration = Duration::from_secs(30);
/// How often devices are sought that were revoked by another process.
const REVOKED: Duration = Duration::from_secs(5);
/// How often the certificates are looked at, and what is over is thrown away.
const UPKEEP: Duration = Duration::from_hours(1);
/// How long the connections have to end at the stop.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Runs until `stop`, then ends the connections and writes the last signs of life.
pub async fn run(services: &Services<Company>, stop: CancellationToken) {
    let acting = services.acting_as_unchecked(Actor::System("ums"));
    let [mut flush, mut expire, mut revoked, mut upkeep] = [FLUSH, EXPIRE, REVOKED, UPKEEP].map(|every| {
        let mut tick = tokio::time::interval(every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tick
    });
    // The first tick of an interval comes at once; start-up has just done this.
    upkeep.tick().await;
    log("the size of the fleet", reconnect::count(&acting).await);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Ok(()) = commands::some_unsent(services) => {
                log("commands that did not go out", commands::put_back(&acting).await.map(drop));
            }
            _ = flush.tick() => log("signs of life", presence::flush(&acting).await.map(drop)),
            _ = expire.tick() => log("expired commands", commands::expire(&acting).await.map(drop)),
            _ = revoked.tick() => log("revoked devices", devices::end_revoked(&acting).await.map(drop)),
            _ = upkeep.tick() => log("upkeep", keep_up(&acting).await),
        }
    }
    log("the end of the connections", end_connections(services).await);
    log(
        "commands that did not go out",
        commands::put_back(&acting).await.map(drop),
    );
    log("last signs of life", presence::flush(&acting).await.map(drop));
}

async fn end_connections(services: &Services<Company>) -> Result<()> {
    presence::close_all(services)?;
    let deadline = tokio::time::Instant::now() + LAST_WORDS;
    let mut look = tokio::time::interval(Duration::from_millis(50));
    while presence::connected(services)? > 0 && tokio::time::Instant::now() < deadline {
        look.tick().await;
    }
    Ok(())
}

async fn keep_up(acting: &Acting<Company>) -> Result<()> {
    certificates::start(acting).await?;
    reconnect::count(acting).await?;
    let mut tx = acting.begin().await?;
    let over = acting.now() - time::Duration::days(30);
    tx.execute(
        sql!("delete from pending_registrations where expires_at < $1"),
        args![over],
    )
    .await?;
    tx.execute(
        sql!("delete from returning_devices where asked_at < $1"),
        args![over],
    )
    .await?;
    tx.commit_without_event_because("what is over is thrown away")
        .await
}

fn log(what: &'static str, done: Result<()>) {
    if let Err(error) = done {
        tracing::error!(
            what,
            error = &error as &dyn std::error::Error,
            "background work of the UMS failed"
        );
    }
}
