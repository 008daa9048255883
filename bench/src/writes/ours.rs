//! Our way of taking in what devices say: the use case behind every hello.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use access::{Acting, Actor, Clock, Entropy, Passwords, Seal, Services};
use domain::Company;
use protocol::unified::Hello;
use store::{Db, Schema, Written};
use time::OffsetDateTime;
use tokio::task::JoinSet;

use super::failed;
use super::seed::{Reporter, reporters};
use crate::failure::{Failure, Outcome};
use crate::machine::process::Process;
use crate::open_loop::{milliseconds, open_loop};

/// Many devices and the services that they report to.
pub struct Fleet {
    db: Db,
    acting: Acting<Company>,
    devices: Arc<[Reporter]>,
    /// Counts reports, so that each differs from all before.
    reports: Arc<AtomicU32>,
}

/// What is new in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The device was started again. Its version is the one it came into the database with.
    Restarted,
    /// It has another version.
    Version,
}

/// What came of one way of reporting.
pub struct Run {
    pub rows: f64,
    pub elapsed: Duration,
    pub commits: f64,
    /// Of this process, which is server and devices in one.
    pub cpu: Duration,
    /// From the moment a report was due to its acknowledgement, in milliseconds.
    pub took: Vec<f64>,
}

impl Run {
    pub fn rate(&self) -> f64 {
        self.rows / self.elapsed.as_secs_f64()
    }

    pub fn rows_per_commit(&self) -> f64 {
        self.rows / self.commits
    }

    pub fn cpu_per_row_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.rows
    }
}

impl Fleet {
    pub async fn open(url: &str, folder: &Path, devices: u32) -> Outcome<Self> {
        let db = Db::open(url, Schema::Company).await?;
        let seal = Seal::open(&folder.join("seal.key"), &db, &Entropy).await?;
        let administrators = Arc::new(ums::Administrators);
        let services = Services::<Company>::new(
            db.clone(),
            Clock::system(),
            seal,
            Passwords::new(1),
            administrators,
        );
        let world = outside::Outside::real(outside::Policy::default(), &[], None)?;
        let services = ums::equip(services, ums::Settings::default(), world).map_err(failed)?;
        Ok(Self {
            db,
            acting: services.acting_as_unchecked(Actor::Anonymous),
            devices: reporters(devices)?,
            reports: Arc::default(),
        })
    }

    pub async fn close(self) {
        self.db.close().await;
    }

    /// A fixed number of reports a second.
    pub async fn at_rate(&self, rate: f64, span: Duration) -> Outcome<Run> {
        let watch = self.watch()?;
        let done = open_loop(rate, span, |_| {
            let (acting, report, devices) =
                (self.acting.clone(), self.next_report(), Arc::clone(&self.devices));
            async move { say(&acting, scattered(&devices, report)?, News::Version, report).await }
        })
        .await?;
        watch.stop(self, milliseconds(&done))
    }

    /// As many as `tasks` devices can have acknowledged one after the other.
    pub async fn saturated(&self, tasks: usize, news: News, span: Duration) -> Outcome<Run> {
        let watch = self.watch()?;
        let end = Instant::now() + span;
        let mut running = JoinSet::new();
        for _ in 0..tasks {
            let (acting, reports, devices) = (
                self.acting.clone(),
                Arc::clone(&self.reports),
                Arc::clone(&self.devices),
            );
            running.spawn(async move {
                let mut took = Vec::new();
                while Instant::now() < end {
                    let report = reports.fetch_add(1, Ordering::Relaxed);
                    let start = Instant::now();
                    say(&acting, scattered(&devices, report)?, news, report).await?;
                    took.push(start.elapsed().as_secs_f64() * 1000.0);
                }
                Ok::<_, Failure>(took)
            });
        }
        let mut took = Vec::new();
        while let Some(ended) = running.join_next().await {
            took.extend(ended??);
        }
        watch.stop(self, took)
    }

    pub fn acting(&self) -> &Acting<Company> {
        &self.acting
    }

    pub fn devices(&self) -> &Arc<[Reporter]> {
        &self.devices
    }

    fn next_report(&self) -> u32 {
        self.reports.fetch_add(1, Ordering::Relaxed)
    }

    fn watch(&self) -> Outcome<Watch> {
        Ok(Watch {
            start: Instant::now(),
            cpu: own().cpu()?,
            written: self.db.written(),
        })
    }
}

/// A run under way.
struct Watch {
    start: Instant,
    cpu: Duration,
    written: Option<Written>,
}

impl Watch {
    fn stop(self, fleet: &Fleet, took: Vec<f64>) -> Outcome<Run> {
        let elapsed = self.start.elapsed();
        let rows = f64::from(u32::try_from(took.len())?);
        let commits = match (self.written, fleet.db.written()) {
            (Some(before), Some(after)) => f64::from(u32::try_from(after.commits - before.commits)?),
            _ => rows,
        };
        Ok(Run {
            rows,
            elapsed,
            commits,
            cpu: own().cpu()?.saturating_sub(self.cpu),
            took,
        })
    }
}

/// This process.
pub fn own() -> Process {
    Process(std::process::id())
}

/// Devices report in no order of their ids: Fibonacci hashing over their number.
pub fn scattered(devices: &[Reporter], report: u32) -> Outcome<&Reporter> {
    let spread = u64::from(report.wrapping_mul(2_654_435_769));
    let number = (spread * u64::try_from(devices.len())?) >> 32;
    devices
        .get(usize::try_from(number)?)
        .ok_or_else(|| Failure::new("no devices"))
}

/// The version of the operating system that a device names in its report of that number.
pub fn version(report: u32) -> String {
    format!("12.{report}")
}

/// A device describes itself, and it is on the disk when this returns.
pub async fn say(acting: &Acting<Company>, device: &Reporter, news: News, report: u32) -> Outcome {
    let (version, boot_time) = match news {
        News::Restarted => (
            device.version.clone(),
            Some(OffsetDateTime::UNIX_EPOCH + Duration::from_secs(report.into())),
        ),
        News::Version => (version(report), None),
    };
    let hello = Hello {
        unit_id: device.unit.clone(),
        name: device.name.clone(),
        mac: device.mac,
        product: device.product.clone(),
        product_id: "UD7-LX".to_owned(),
        version,
        firmware_description: "none".to_owned(),
        last_ip: None,
        network_name: "{}".to_owned(),
        boot_time,
        runtime_seconds: Some(u64::from(report)),
        total_operating_seconds: None,
        battery_percent: None,
        settings_digest: None,
    };
    let taken = ums::devices::hello(acting, device.id.into(), &hello).await;
    taken.map_err(failed)
}
