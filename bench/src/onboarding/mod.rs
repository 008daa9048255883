//! Onboardings by e-mail, whole: the device asks, its person signs in at the identity provider `oidc-provider`, the Onboarding
//! Service tells the UMS, the device gets its certificate. Every answer is checked. What the provider, and the proxy that speaks
//! TLS for the service, use is counted apart: the figures of ours are without them.

mod company;
mod floor;
mod front;
mod load;
mod pending;
mod way;

use std::time::Duration;

use self::company::Company;
use self::floor::Floor;
use self::load::{Block, Used, block};
use self::way::{Took, Way};
use crate::failure::Outcome;
use crate::figures::{each, median, percentile};
use crate::machine::probe::Probe;
use crate::machine::settled;
use crate::open_loop::open_loop;
use crate::report::{Report, Target};
use crate::{Stage, sqlite};

/// The job that the service leaves behind for each onboarding, in case that it is interrupted.
const HAND_OVER: &str = "onboarding.hand_over";
const HAND_OVERS_LEFT: &str =
    "select count(*) from jobs where kind = 'onboarding.hand_over' and done_at is null";

/// Answers how many targets were missed.
pub async fn run(stage: &Stage, mut report: Report) -> Outcome<usize> {
    let blocks = stage.number(5, 1);
    // A UMS takes 600 announcements at once, and ten a second from then on.
    let size = stage.number(400, 24);
    let span = stage.number(Duration::from_secs(20), Duration::from_secs(3));
    let mut company = Company::found(stage).await?;
    let way = Way::new(company.service, &company.idp.client.issuer, &company.certificates)?;
    report.note(format_args!("before: {}", Probe::take(&stage.place)?));

    // The first one warms up what is warm in service.
    block(&company, &way, 0, size / 2).await?;
    let mut next = size / 2;
    let (mut measured, mut floors, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..blocks {
        company = company.restart_ums().await?;
        floors.push(Floor::measure()?);
        measured.push(block(&company, &way, next, size).await?);
        next += size;
        left.push(what_is_left(&company, size).await?);
    }
    let calls = company.front.calls()?;
    let rate = median(&measured.iter().map(|one| one.rate).collect::<Vec<_>>());
    company = company.restart_ums().await?;
    let paced = open_loop(rate / 2.0, span, |device| {
        let (way, number) = (std::sync::Arc::clone(&way), next + device);
        async move { way.go(number).await }
    })
    .await?;
    next += paced.len();
    let paced: Vec<Took> = paced.into_iter().map(|one| one.value).collect();

    report.note(format_args!(
        "{blocks} blocks of {size} onboardings, 24 under way at a time, each with a person, a device and addresses of its own; the \
         Onboarding Service and the UMS are a process each on one core, provider, proxy and generator on the other; TLS 1.3 \
         everywhere; rate limits on, each question of a UMS as one of another UMS; {} of {} calls of the UMS resumed an earlier \
         TLS session; after: {}",
        calls.1,
        calls.0,
        Probe::take(&stage.place)?
    ));
    tell(&mut report, &measured, &left, &Floor::median(&floors))?;
    let busy: Vec<Took> = measured.into_iter().flat_map(|one| one.took).collect();
    tell_times(&mut report, "in the blocks", &busy)?;
    tell_times(
        &mut report,
        &format!("at half of that rate, {:.1}/s offered", rate / 2.0),
        &paced,
    )?;

    let counts = stage.number((1_000, 10_000), (20, 100));
    pending::measure(&company, &way, &mut report, next, counts).await?;
    Ok(report.missed())
}

/// Microseconds of an onboarding that the service uses a minute later, when it looks after each hand-over.
async fn what_is_left(company: &Company, count: usize) -> Outcome<f64> {
    let mut database = sqlite::open(&company.database()).await?;
    let before = company.cloud.process().cpu()?;
    pending::hurry(&mut database, HAND_OVER).await?;
    pending::until_none(&mut database, HAND_OVERS_LEFT).await?;
    settled::at_rest(company.cloud.process()).await?;
    Ok(each(company.cloud.process().cpu_since(before)?, count))
}

fn tell(report: &mut Report, measured: &[Block], left: &[f64], floor: &Floor) -> Outcome {
    let of = |pick: fn(&Used) -> f64| {
        median(&measured.iter().map(|one| pick(&one.used)).collect::<Vec<_>>()) / 1000.0
    };
    let rates: Vec<f64> = measured.iter().map(|one| one.rate).collect();
    let (service, ums, idp) = (of(|used| used.service), of(|used| used.ums), of(|used| used.idp));
    let left = median(left) / 1000.0;
    report.figure(
        "onboardings, all of it on this machine",
        median(&rates),
        "/s",
        Target::None,
    )?;
    report.figure(
        "CPU of an onboarding: Onboarding Service",
        service,
        "ms",
        Target::None,
    )?;
    report.figure(
        "CPU of an onboarding: Onboarding Service, a minute later",
        left,
        "ms",
        Target::None,
    )?;
    report.figure("CPU of an onboarding: UMS", ums, "ms", Target::None)?;
    report.figure("CPU of an onboarding: oidc-provider", idp, "ms", Target::None)?;
    report.note(format_args!(
        "CPU of an onboarding: {:.2} ms of the proxy, {:.2} ms of the generator",
        of(|used| used.front),
        of(|used| used.generator)
    ));
    let alone = service + left;
    report.figure(
        "onboardings on one core: Onboarding Service alone",
        1000.0 / alone,
        "/s",
        Target::None,
    )?;
    report.figure(
        "onboardings on one core: with the UMS",
        1000.0 / (alone + ums),
        "/s",
        Target::None,
    )?;
    report.figure(
        "CPU, Onboarding Service / oidc-provider",
        alone / idp,
        "",
        Target::None,
    )?;
    report.note(floor);
    report.figure(
        "share of the primitives in the CPU of the Onboarding Service",
        floor.service() / 1000.0 / alone,
        "",
        Target::None,
    )?;
    report.figure(
        "share of the primitives in the CPU of the UMS",
        floor.ums() / 1000.0 / ums,
        "",
        Target::None,
    )
}

fn tell_times(report: &mut Report, when: &str, took: &[Took]) -> Outcome {
    let of = |pick: fn(&Took) -> Duration| -> Vec<f64> {
        took.iter().map(|one| pick(one).as_secs_f64() * 1000.0).collect()
    };
    let (call_back, service, whole) = (
        of(|one| one.call_back),
        of(|one| one.service),
        of(|one| one.whole),
    );
    report.note(format_args!("times of {} onboardings {when}:", took.len()));
    for (what, times) in [
        ("call-back with token and hand-over", call_back),
        ("all answers of the Onboarding Service", service),
        ("whole, from the first question to the certificate", whole),
    ] {
        report.figure(format_args!("{what}: p50"), median(&times), "ms", Target::None)?;
        report.figure(
            format_args!("{what}: p99"),
            percentile(&times, 99.0),
            "ms",
            Target::None,
        )?;
    }
    Ok(())
}
