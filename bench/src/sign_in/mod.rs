//! B9: people sign in at the Customer Portal with passwords, up to more than the machine can do, while somebody else opens
//! pages. Every sign-in is checked: its session is used once.

mod people;
pub mod seed;

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use people::People;

use crate::Stage;
use crate::cosmos::{Cosmos, Running};
use crate::failure::{Failure, Outcome};
use crate::figures::{Pairs, each, median, number, percentile};
use crate::machine::hashing;
use crate::machine::probe::Probe;
use crate::machine::process::Process;
use crate::programs::Core;
use crate::report::{Report, Target};

/// Memory of one hashing, in MiB.
const HASH_MIB: f64 = 19.0;
/// Sign-ins offered at saturation, as a part of what the machine can hash.
const TOO_MANY: f64 = 1.3;
/// Sign-ins offered before that.
const BELOW: [f64; 2] = [0.4, 0.8];

pub async fn run(stage: &Stage, report: &mut Report) -> Outcome {
    let users = stage.number(2_000, 50);
    let span = stage.number(Duration::from_secs(10), Duration::from_secs(2));
    let raw_span = stage.number(Duration::from_secs(4), Duration::from_secs(1));
    let pairs = stage.number(5, 1);
    let cosmos = Cosmos::new(&stage.target, &stage.place, "trusted_proxies = [\"127.0.0.0/8\"]")?;
    seed::seed(&cosmos, users).await?;
    let server = cosmos.start(Core::Any).await?;
    let people = Arc::new(People::new(server.addresses.portal, users));

    report.note(format_args!(
        "{users} users, each with an address of their own (X-Forwarded-For of a trusted proxy), rate limits on; before: {}",
        Probe::take(&stage.place)?
    ));
    let fresh = raw(raw_span, false).await?;
    let reused = raw(raw_span, true).await?;
    report.figure(
        "raw Argon2id, fresh memory each time",
        fresh,
        "hashes/s",
        Target::None,
    )?;
    report.figure(
        "raw Argon2id, memory used again",
        reused,
        "hashes/s",
        Target::None,
    )?;

    // A person whose session the page views use.
    let (_, mut known) = people.sign_in_for(2.0, Duration::from_secs(1)).await?;
    let session = known.pop().ok_or_else(|| Failure::new("nobody could sign in"))?;
    people.probe(&session, span).await?;
    let base = server.process().resident()?;
    for part in BELOW {
        let (step, _) = people.sign_in_for(part * reused, span).await?;
        report.note(format_args!(
            "{part} of raw offered: {:.1} sign-ins/s done, {} refused, p50 {:.0} ms, p99 {:.0} ms",
            step.rate(),
            step.refused,
            median(&step.took),
            percentile(&step.took, 99.0)
        ));
    }

    let mut findings = Findings::default();
    for _ in 0..pairs {
        findings.pair(&people, &session, &server, span, raw_span).await?;
    }
    report.note(format_args!(
        "{pairs} times idle ({0} s), raw ({1} s) and saturation ({0} s, {TOO_MANY} of raw offered, {2} refused as too many); after: {3}",
        span.as_secs(),
        raw_span.as_secs(),
        findings.refused,
        Probe::take(&stage.place)?
    ));
    findings.tell(report)?;

    #[expect(clippy::cast_precision_loss, reason = "bytes of a process, far below 2^52")]
    let grown = server.process().resident_peak()?.saturating_sub(base) as f64 / f64::from(1 << 20);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let hashing = HASH_MIB * f64::from(u32::try_from(cores)?);
    let what = format!("peak of resident memory above idle ({cores} hashings are {hashing} MiB)");
    report.figure(what, grown, "MiB", Target::None)?;
    server.stop()
}

async fn raw(span: Duration, reuse: bool) -> Outcome<f64> {
    tokio::task::spawn_blocking(move || hashing::rate(span, reuse)).await?
}

/// What all pairs have told.
#[derive(Default)]
struct Findings {
    rates: Pairs,
    /// Milliseconds of processor time of a raw hash and of a sign-in.
    cpu_ms: Pairs,
    p99s: Pairs,
    /// Page views, in milliseconds.
    idle: Vec<f64>,
    beside: Vec<f64>,
    refused: usize,
    /// Sign-ins, in milliseconds.
    took: Vec<f64>,
}

impl Findings {
    /// Nothing, raw hashing, saturation.
    async fn pair(
        &mut self,
        people: &Arc<People>,
        session: &str,
        server: &Running,
        span: Duration,
        raw_span: Duration,
    ) -> Outcome {
        let (server, own) = (server.process(), Process(std::process::id()));
        let before = server.cpu()?;
        let idle = people.probe(session, span).await?;
        let a_page = each(server.cpu_since(before)?, idle.len());

        let before = own.cpu()?;
        let hashes = raw(raw_span, true).await?;
        let a_hash = own.cpu_since(before)?.as_secs_f64() * 1e3 / (hashes * raw_span.as_secs_f64());

        let before = server.cpu()?;
        let offered = people.sign_in_for(TOO_MANY * hashes, span);
        let ((step, _), beside) = tokio::try_join!(offered, people.probe(session, span))?;
        let spent = server.cpu_since(before)?.as_secs_f64() * 1e3;
        let pages = a_page * number(beside.len()) / 1e3;
        self.cpu_ms.push(a_hash, (spent - pages) / step.done);
        self.rates.push(step.rate(), hashes);
        self.p99s.push(percentile(&beside, 99.0), percentile(&idle, 99.0));
        self.refused += step.refused;
        self.took.extend(step.took);
        self.idle.extend(idle);
        self.beside.extend(beside);
        Ok(())
    }

    fn tell(&self, report: &mut Report) -> Outcome {
        let mut say = |what: &str, value, unit| report.figure(what, value, unit, Target::None);
        say("sign-ins at saturation", self.rates.ours(), "/s")?;
        say("raw Argon2id between them", self.rates.peer(), "hashes/s")?;
        say("CPU of a raw hash", self.cpu_ms.ours(), "ms")?;
        say("CPU of the server for a sign-in", self.cpu_ms.peer(), "ms")?;
        say("sign-in p50 at saturation", median(&self.took), "ms")?;
        say("sign-in p99 at saturation", percentile(&self.took, 99.0), "ms")?;
        let (cpu, rate) = (self.cpu_ms.ratio(), self.rates.ratio());
        report.note(format_args!(
            "by pair: CPU {:.3} to {:.3}, rate {:.3} to {:.3}; what page views cost the server idle is taken from its CPU",
            cpu.least, cpu.most, rate.least, rate.most
        ));
        report.figure(
            "CPU of a raw hash / of a sign-in",
            cpu.median,
            "",
            Target::AtLeast(0.85),
        )?;
        report.figure(
            "sign-ins / raw Argon2id rate, with the generator and the page views on the same cores",
            rate.median,
            "",
            Target::AtLeast(0.85),
        )?;

        let mut say = |what: &str, value| report.figure(what, value, "ms", Target::None);
        let (idle, beside) = (percentile(&self.idle, 99.0), percentile(&self.beside, 99.0));
        say("page p50, idle", median(&self.idle))?;
        say("page p50, beside the sign-ins", median(&self.beside))?;
        say("page p99, idle", idle)?;
        say("page p99, beside the sign-ins", beside)?;
        let by_pair = self.p99s.ratio();
        report.note(format_args!(
            "{} and {} page views; p99 beside to idle by pair: {:.2} to {:.2}",
            self.idle.len(),
            self.beside.len(),
            by_pair.least,
            by_pair.most
        ));
        report.figure("page p99 beside / idle", beside / idle, "", Target::AtMost(2.0))
    }
}
