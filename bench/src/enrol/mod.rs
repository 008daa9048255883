//! B4: devices get certificates by Enrolment over Secure Transport (RFC 7030), on connections that are open already and on fresh
//! ones. Every certificate is verified, and looked for in the database after `kill -9`.

mod client;
pub mod crypto;
mod request;

use std::collections::HashSet;
use std::path::PathBuf;

use pki::Certificate;
use rustls_pki_types::CertificateDer;

use crate::cosmos::Cosmos;
use crate::failure::{Failure, Outcome};
use crate::figures::{Pairs, median};
use crate::machine::probe::Probe;
use crate::machine::process::Process;
use crate::programs::{Core, Program};
use crate::report::{Report, Target};
use crate::{Stage, generator, sqlite};

use client::{Client, Done};
use crypto::Primitives;
use request::devices;

/// Connections at the same time.
const LANES: usize = 64;
/// Renewals that one device may have in an hour.
const RENEWALS: usize = 10;
/// What the peer's device key is: it has but one.
const PEER_KEY: &str = "the key of every device here";

pub fn run(stage: &Stage, report: &mut Report) -> Outcome {
    generator::on_second_core(|runtime| runtime.block_on(measure(stage, report)))
}

/// What is measured in blocks: CPU per certificate and certificates a second of each block.
#[derive(Default)]
struct Phase {
    cpu_us: Vec<f64>,
    rate: Vec<f64>,
}

impl Phase {
    fn add(&mut self, done: &Done) {
        self.cpu_us.push(done.cpu_us());
        self.rate.push(done.rate());
    }

    fn tell(&self, report: &mut Report, what: &str, crypto_us: f64, target: f64) -> Outcome {
        let cpu = median(&self.cpu_us);
        report.figure(
            format_args!("{what}: server CPU"),
            cpu,
            "us/certificate",
            Target::None,
        )?;
        report.figure(
            format_args!("{what}: on one core"),
            median(&self.rate),
            "certificates/s",
            Target::None,
        )?;
        let share = format!("{what}: share of the primitives ({crypto_us:.0} us) in that CPU");
        report.figure(share, crypto_us / cpu, "", Target::AtLeast(target))
    }
}

async fn measure(stage: &Stage, report: &mut Report) -> Outcome {
    let blocks: usize = stage.number(5, 2);
    let block: usize = stage.number(1_000, 40);
    let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
    let server = cosmos.start(Core::Server).await?;
    // For the block that warms up and the one that is killed too.
    let key = cosmos.make_key(2 * (blocks + 1) * block + block)?;
    let authorities = Authorities::of(&cosmos).await?;
    let ours = Client::new(server.addresses.ums, &key.secret, server.process(), authorities)?;
    let peer = Peer::start(stage, &cosmos).await?;
    let group = ours.key_exchange().await?;
    report.note(format_args!(
        "{} requests of each kind in {blocks} blocks, P-256, {LANES} connections at a time, TLS 1.3 with {group}; before: {}",
        blocks * block,
        Probe::take(&stage.place)?
    ));

    ours.cacerts(block / 2).await?;
    let public = ours.cacerts(2 * block).await?;
    report.figure(
        "cacerts, warm: server CPU",
        public.cpu_us(),
        "us/answer",
        Target::None,
    )?;
    let (mut findings, mut issued) = (Findings::default(), Vec::new());
    // The first block warms up what is warm in service: caches, allocator, the writer.
    let mut warming = Findings::default();
    for number in 0..=blocks {
        let findings = if number == 0 { &mut warming } else { &mut findings };
        findings.primitives.push(Primitives::measure(&group)?);
        issued.extend(findings.block(&ours, peer.as_ref(), number, block).await?);
    }
    report.note(format_args!("after: {}", Probe::take(&stage.place)?));
    findings.tell(report)?;

    let last = ours
        .enrol_until_killed(devices("K", 0, block)?, server, block / 2)
        .await?;
    if last.len() < block / 2 {
        return Err(Failure::new("the server was killed before it had answered"));
    }
    issued.extend(last);
    all_kept(&cosmos, &issued).await?;
    report.note(format_args!(
        "{} certificates verified (signature, purpose, key of the request), and all of them in the database after kill -9",
        issued.len()
    ));
    Ok(())
}

/// What all blocks have told.
#[derive(Default)]
struct Findings {
    primitives: Vec<Primitives>,
    enrol_warm: Phase,
    renew_warm: Phase,
    enrol_cold: Phase,
    renew_cold: Phase,
    peer_warm: Pairs,
    peer_cold: Pairs,
}

impl Findings {
    /// Every kind once, ours and the peer's. Answers our certificates.
    async fn block(
        &mut self,
        ours: &Client,
        peer: Option<&Peer>,
        number: usize,
        size: usize,
    ) -> Outcome<Vec<Certificate>> {
        let (mut fleet, mut others) = (devices("W", number, size)?, devices("C", number, size)?);
        let enrolled = ours.enrol_warm(&mut fleet).await?;
        let renewed = ours.renew_warm(&mut fleet, RENEWALS).await?;
        let fresh = ours.enrol_cold(&mut others).await?;
        let again = ours.renew_cold(&mut others).await?;
        if let Some(peer) = peer {
            let mut fleet = devices("P", number, size)?;
            let theirs = peer.client.enrol_warm(&mut fleet).await?;
            self.peer_warm.push(enrolled.cpu_us(), theirs.cpu_us());
            let theirs = peer.client.renew_cold(&mut fleet).await?;
            self.peer_cold.push(again.cpu_us(), theirs.cpu_us());
        }
        self.enrol_warm.add(&enrolled);
        self.renew_warm.add(&renewed);
        self.enrol_cold.add(&fresh);
        self.renew_cold.add(&again);
        let done = [enrolled, renewed, fresh, again];
        Ok(done.into_iter().flat_map(|done| done.certificates).collect())
    }

    fn tell(&self, report: &mut Report) -> Outcome {
        let crypto = Primitives::median(&self.primitives);
        report.note(format_args!(
            "primitives on one core, measured before each block: {crypto}"
        ));
        let (issue, handshake) = (crypto.issue(), crypto.handshake());
        let mutual = crypto.mutual_handshake();
        self.enrol_warm.tell(report, "simpleenroll, warm", issue, 0.30)?;
        self.renew_warm
            .tell(report, "simplereenroll, warm", issue, 0.30)?;
        self.enrol_cold
            .tell(report, "simpleenroll, fresh TLS", issue + handshake, 0.40)?;
        self.renew_cold
            .tell(report, "simplereenroll, fresh mutual TLS", issue + mutual, 0.40)?;
        tell_pairs(report, "simpleenroll, warm", &self.peer_warm)?;
        tell_pairs(report, "simplereenroll, fresh mutual TLS", &self.peer_cold)
    }
}

fn tell_pairs(report: &mut Report, what: &str, pairs: &Pairs) -> Outcome {
    let ratio = pairs.ratio();
    if ratio.pairs == 0 {
        return Ok(());
    }
    let theirs = format!("{what}: CPU of the Node stub, which keeps nothing");
    report.figure(theirs, pairs.peer(), "us/certificate", Target::None)?;
    report.note(format_args!(
        "ours / the stub by pair: {:.2} to {:.2}",
        ratio.least, ratio.most
    ));
    report.figure(
        format_args!("{what}: CPU of ours / of the stub"),
        ratio.median,
        "",
        Target::AtMost(0.5),
    )
}

/// Looks for every certificate that was ever handed out in the database that the server has left.
async fn all_kept(cosmos: &Cosmos, issued: &[Certificate]) -> Outcome {
    let mut connection = sqlite::open(&database(cosmos)).await?;
    let all = sqlx::query_scalar("select fingerprint from device_certificates");
    let kept: HashSet<Vec<u8>> = all.fetch_all(&mut connection).await?.into_iter().collect();
    let lost = issued
        .iter()
        .find(|one| !kept.contains(one.fingerprint().as_bytes().as_slice()));
    match lost {
        Some(lost) => Err(Failure::new(format!(
            "LOST: {} was handed out and is not in the database",
            lost.fingerprint()
        ))),
        None => Ok(()),
    }
}

fn database(cosmos: &Cosmos) -> PathBuf {
    cosmos.data().join("ums/db.sqlite")
}

/// Whom a device trusts, and who signs for it.
#[derive(Clone)]
struct Authorities {
    web: CertificateDer<'static>,
    est: Certificate,
}

impl Authorities {
    async fn of(cosmos: &Cosmos) -> Outcome<Self> {
        let mut connection = sqlite::open(&database(cosmos)).await?;
        let mut of = async |purpose: &str| {
            let find = sqlx::query_scalar::<_, Vec<u8>>(
                "select der from certificates where purpose = ? and replaced_at is null",
            );
            find.bind(purpose).fetch_one(&mut connection).await
        };
        let (web, est) = (of("web_root").await?, of("est").await?);
        Ok(Self {
            web: web.into(),
            est: Certificate::from_der(&est)?,
        })
    }
}

/// `@peculiar/x509` behind Node's https: issues, and keeps nothing.
struct Peer {
    client: Client,
    _program: Program,
}

impl Peer {
    /// `None` where it has not been installed.
    async fn start(stage: &Stage, cosmos: &Cosmos) -> Outcome<Option<Self>> {
        if !stage.peers.join("node_modules/@peculiar/x509").exists() {
            return Ok(None);
        }
        let folder = cosmos.folder().join("peer");
        std::fs::create_dir_all(&folder)?;
        let mut command = Core::Server.command("node");
        command
            .arg(stage.peers.join("est.mjs"))
            .arg(&folder)
            .arg(PEER_KEY)
            .current_dir(&stage.peers);
        let mut program = Program::start("node-est", &folder, &mut command)?;
        let read = |name: &str| std::fs::read(folder.join(name)).ok();
        let port = program
            .until(|| String::from_utf8(read("port")?).ok()?.trim().parse::<u16>().ok())
            .await?;
        let file =
            |name: &str| read(name).ok_or_else(|| Failure::new(format!("the peer has not written {name}")));
        let authorities = Authorities {
            web: file("web.der")?.into(),
            est: Certificate::from_der(&file("est.der")?)?,
        };
        let process: Process = program.process();
        let client = Client::new(([127, 0, 0, 1], port).into(), PEER_KEY, process, authorities)?;
        Ok(Some(Self {
            client,
            _program: program,
        }))
    }
}
