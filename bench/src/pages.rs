//! B12: what the pages weigh for a cold browser, and how they do in Lighthouse. The browser is driven by `bench/peers/pages.mjs`;
//! here the servers are started and the findings told.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Stage;
use crate::cosmos::{Cosmos, PASSWORD, SUPERUSER};
use crate::devices::crowd::Crowd;
use crate::devices::identities::Identities;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::figures::{median, percentile};
use crate::machine::probe::Probe;
use crate::peers::Handshake;
use crate::peers::meshcentral::{self, Installation};
use crate::programs::Core;
use crate::report::{Report, Target};

/// Devices in each list: a page of ours.
const DEVICES: usize = 50;
/// Debian's.
const CHROMIUM: &str = "/usr/bin/chromium";
/// User of the Customer Portal.
const EMAIL: &str = "admin@contoso.example";

const UMS: &str = "UMS Web App";
const PORTAL: &str = "Customer Portal";
const PEER: &str = "MeshCentral";

/// A page of ours, and the page of the peer that does the same.
const PAIRS: [((&str, &str), &str); 4] = [
    ((UMS, "sign-in"), "sign-in"),
    ((UMS, "devices"), "devices"),
    ((PORTAL, "sign-in"), "sign-in"),
    ((PORTAL, "home"), "devices"),
];

/// What is known of one page.
#[derive(Deserialize)]
struct Finding {
    site: String,
    page: String,
    encodings: BTreeMap<String, Weight>,
    runs: Vec<Rating>,
}

/// All that a cold browser fetches, in bytes.
#[derive(Deserialize)]
struct Weight {
    /// As it came, with headers.
    transferred: u64,
    /// The bodies, as gzip would send them.
    gzipped: u64,
    kinds: BTreeMap<String, u64>,
    urls: Vec<Value>,
}

/// One run of Lighthouse.
#[derive(Deserialize)]
struct Rating {
    performance: f64,
    accessibility: f64,
    best_practices: f64,
    lcp_ms: f64,
    tbt_ms: f64,
    cls: f64,
    faults: Vec<String>,
}

pub async fn run(stage: &Stage, report: &mut Report) -> Outcome {
    let devices = stage.number(DEVICES, 5);
    let runs = stage.number(5, 1);
    let folder = tempfile::Builder::new()
        .prefix("pages")
        .tempdir_in(&stage.place)?;
    let before = Probe::take(&stage.place)?;

    let cosmos = Cosmos::new(&stage.target, &stage.place, "")?;
    let running = cosmos.start(Core::Server).await?;
    cosmos.set_superuser()?;
    cosmos.run(&["account", "create", "--name", "Contoso"], "")?;
    let user = [
        "user",
        "add",
        "--account",
        "Contoso",
        "--email",
        EMAIL,
        "--role",
        "super-admin",
    ];
    cosmos.run(&[&user[..], &["--password-stdin"]].concat(), PASSWORD)?;
    let key = cosmos.make_key(devices)?;
    Identities::enrol(running.addresses.ums, &key, devices).await?;

    let installation = Installation::new(&stage.peers, &stage.place, devices).await?;
    let mut peer = Crowd::new(installation.start(Core::Server).await?);
    peer.grow(devices, Handshake::Full).await?;
    peer.leave().await;

    let sites = [
        ums(&format!("https://localhost:{}", running.addresses.ums.port())),
        portal(&format!("http://localhost:{}", running.addresses.portal.port())),
        meshcentral(&format!("https://localhost:{}", peer.server().address().port())),
    ];
    let plan = json!({ "chromium": CHROMIUM, "runs": runs, "sites": sites });
    let findings = drive(stage, folder.path(), &plan).await?;
    let after = Probe::take(&stage.place)?;
    running.stop()?;

    report.note(format_args!(
        "Chromium of Debian, a fresh profile for each measurement; {devices} devices in each list; Lighthouse 12 with its \
         desktop preset, {runs} runs; before: {before}; after: {after}"
    ));
    fs::write(
        stage.place.join("pages.json"),
        serde_json::to_string(&urls(&findings))?,
    )?;
    tell(report, &findings)
}

/// One system, as the driver wants it.
fn site(name: &str, origin: &str, encodings: &[&str], sign_in: &Value, pages: &Value) -> Value {
    json!({ "name": name, "origin": origin, "encodings": encodings, "signIn": sign_in, "pages": pages })
}

fn ums(origin: &str) -> Value {
    let pages = json!([
        { "name": "sign-in", "path": "/webapp/login", "shows": "#password", "signedIn": false },
        { "name": "devices", "path": "/webapp/devices", "shows": "tbody tr", "signedIn": true },
    ]);
    site(
        UMS,
        origin,
        &["br", "gzip"],
        &our_form("/webapp/login", SUPERUSER),
        &pages,
    )
}

fn portal(origin: &str) -> Value {
    let pages = json!([
        { "name": "sign-in", "path": "/login", "shows": "#password", "signedIn": false },
        { "name": "home", "path": "/", "shows": "#main", "signedIn": true },
    ]);
    site(
        PORTAL,
        origin,
        &["br", "gzip"],
        &our_form("/login", EMAIL),
        &pages,
    )
}

fn our_form(path: &str, user: &str) -> Value {
    let fields = json!({ "user": "#user", "password": "#password" });
    json!({ "path": path, "user": user, "password": PASSWORD, "fields": fields, "submit": "main form button[type=submit]" })
}

fn meshcentral(origin: &str) -> Value {
    let pages = json!([
        { "name": "sign-in", "path": "/", "shows": "#loginButton", "signedIn": false },
        { "name": "devices", "path": "/", "shows": "#MainMenuMyDevices", "signedIn": true },
    ]);
    let sign_in = json!({
        "path": "/", "user": meshcentral::ADMINISTRATOR, "password": meshcentral::PASSWORD,
        "fields": { "user": "#username", "password": "#password" }, "submit": "#loginButton",
    });
    // It compresses nothing unless it is told to.
    site(PEER, origin, &["gzip"], &sign_in, &pages)
}

async fn drive(stage: &Stage, folder: &Path, plan: &Value) -> Outcome<Vec<Finding>> {
    let (plan_file, findings_file) = (folder.join("plan.json"), folder.join("findings.json"));
    fs::write(&plan_file, plan.to_string())?;
    let mut driver = Command::new("node");
    driver
        .arg(stage.peers.join("pages.mjs"))
        .args([&plan_file, &findings_file]);
    let done = tokio::task::spawn_blocking(move || driver.output()).await?;
    let done = done.doing("cannot start node")?;
    if !done.status.success() {
        let errors = String::from_utf8_lossy(&done.stderr);
        return Err(Failure::new(format!("pages.mjs: {errors}")));
    }
    Ok(serde_json::from_slice(&fs::read(findings_file)?)?)
}

/// Every address that was fetched, for whoever wants to know where the bytes go.
fn urls(findings: &[Finding]) -> Value {
    let pages = findings.iter().map(|finding| {
        let encodings: BTreeMap<_, _> = finding
            .encodings
            .iter()
            .map(|(encoding, weight)| (encoding, &weight.urls))
            .collect();
        json!({ "site": finding.site, "page": finding.page, "fetched": encodings })
    });
    pages.collect()
}

fn tell(report: &mut Report, findings: &[Finding]) -> Outcome {
    for finding in findings {
        let name = format!("{}, {}", finding.site, finding.page);
        for (encoding, weight) in &finding.encodings {
            // The first route: the page that everybody meets first.
            let first = finding.page == "sign-in" && finding.site != PEER && encoding == "br";
            let target = if first {
                Target::AtMost(300.0)
            } else {
                Target::None
            };
            let what = format!("{name}: fetched by a cold browser that takes {encoding}");
            report.figure(what, kilobytes(weight.transferred), "KB", target)?;
            let kinds: Vec<_> = weight
                .kinds
                .iter()
                .map(|(kind, bytes)| format!("{kind} {:.1}", kilobytes(*bytes)))
                .collect();
            report.note(format_args!(
                "{name}, {encoding}, by kind in KB: {}",
                kinds.join(", ")
            ));
        }
        if finding.site == PEER {
            let gzipped = finding.weight("gzip")?.gzipped;
            report.figure(
                format_args!("{name}: if it were sent as gzip"),
                kilobytes(gzipped),
                "KB",
                Target::None,
            )?;
        }
        tell_ratings(report, &name, finding)?;
    }
    for ((site, page), peer) in PAIRS {
        let ours = find(findings, site, page)?;
        let theirs = kilobytes(find(findings, PEER, peer)?.weight("gzip")?.gzipped);
        let ratio = |encoding: &str| Ok::<_, Failure>(kilobytes(ours.weight(encoding)?.transferred) / theirs);
        let name = format!("{site}, {page} / {PEER}, {peer}");
        report.figure(
            format_args!("{name}, both gzip"),
            ratio("gzip")?,
            "",
            Target::AtMost(0.33),
        )?;
        report.figure(
            format_args!("{name}, ours as browsers get it (brotli)"),
            ratio("br")?,
            "",
            Target::None,
        )?;
    }
    Ok(())
}

fn tell_ratings(report: &mut Report, name: &str, finding: &Finding) -> Outcome {
    let ours = finding.site != PEER;
    let of = |pick: fn(&Rating) -> f64| finding.runs.iter().map(pick).collect::<Vec<_>>();
    let performance = of(|run| run.performance);
    let target = if ours { Target::AtLeast(95.0) } else { Target::None };
    report.note(format_args!(
        "{name}: performance from {:.0} to {:.0} in {} runs",
        percentile(&performance, 0.0),
        percentile(&performance, 100.0),
        performance.len()
    ));
    report.figure(
        format_args!("{name}: Lighthouse performance"),
        median(&performance),
        "",
        target,
    )?;
    let figures = [
        ("largest contentful paint", of(|run| run.lcp_ms), "ms"),
        ("total blocking time", of(|run| run.tbt_ms), "ms"),
        ("cumulative layout shift", of(|run| run.cls), ""),
        ("Lighthouse accessibility", of(|run| run.accessibility), ""),
        ("Lighthouse best practices", of(|run| run.best_practices), ""),
    ];
    for (what, values, unit) in figures {
        report.figure(
            format_args!("{name}: {what}"),
            median(&values),
            unit,
            Target::None,
        )?;
    }
    if let Some(run) = finding.runs.first().filter(|_| ours) {
        for fault in &run.faults {
            report.note(format_args!("{name}: {fault}"));
        }
    }
    Ok(())
}

fn find<'a>(findings: &'a [Finding], site: &str, page: &str) -> Outcome<&'a Finding> {
    let found = findings
        .iter()
        .find(|finding| finding.site == site && finding.page == page);
    found.ok_or_else(|| Failure::new(format!("nothing was found out of {site}, {page}")))
}

impl Finding {
    fn weight(&self, encoding: &str) -> Outcome<&Weight> {
        let found = self.encodings.get(encoding);
        found.ok_or_else(|| {
            Failure::new(format!(
                "{}, {} was not weighed with {encoding}",
                self.site, self.page
            ))
        })
    }
}

/// 1,000 bytes, as in the target.
#[expect(clippy::cast_precision_loss, reason = "pages are far below 2^52 bytes")]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1e3
}
