use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use access::{Result, Services};
use domain::Company;
use outside::Outside;
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::Settings;
use crate::bus::{Bus, InProcess};
use crate::certificates::Certificates;
use crate::commands::{self, Finishing, Taking};
use crate::devices::Looks;
use crate::enrolment::{self, Joining, Renewing};
use crate::first_auth_keys::Recent;
use crate::presence::Presence;
use crate::status::Status;

/// What a running UMS holds in memory: who is connected, the way to other servers, the certificates in use.
pub struct Live {
    presence: Arc<Presence>,
    bus: Arc<dyn Bus>,
    certificates: watch::Sender<Option<Certificates>>,
    status: Mutex<Option<(OffsetDateTime, Status)>>,
    started_at: OffsetDateTime,
    looks: Looks,
    taking: Arc<Taking>,
    finishing: Arc<Finishing>,
    joining: Arc<Joining>,
    renewing: Arc<Renewing>,
    recent_keys: Recent,
    /// Devices that are expected back after a loss, as the database knows them.
    fleet: AtomicU64,
}

/// Gives the services of the company side what their use cases need. To be called before the services are cloned.
pub fn equip(services: Services<Company>, settings: Settings, outside: Outside) -> Result<Services<Company>> {
    let live = Live::new(services.now());
    services.with(settings)?.with(outside)?.with(live)
}

impl Live {
    /// For a UMS of one server.
    pub fn new(started_at: OffsetDateTime) -> Self {
        let presence = Arc::new(Presence::default());
        let bus = Arc::new(InProcess::new(Arc::clone(&presence)));
        Self::with_bus(started_at, presence, bus)
    }

    /// For a UMS of several servers that are joined by `bus`; it has to tell `presence` what others want of its devices.
    pub fn with_bus(started_at: OffsetDateTime, presence: Arc<Presence>, bus: Arc<dyn Bus>) -> Self {
        Self {
            presence,
            bus,
            certificates: watch::channel(None).0,
            status: Mutex::new(None),
            started_at,
            looks: Looks::default(),
            taking: commands::taking(),
            finishing: commands::finishing(),
            joining: enrolment::joining(),
            renewing: enrolment::renewing(),
            recent_keys: Recent::default(),
            fleet: AtomicU64::new(0),
        }
    }

    pub(crate) fn presence(&self) -> &Arc<Presence> {
        &self.presence
    }
    pub(crate) fn looks(&self) -> &Looks {
        &self.looks
    }
    pub(crate) fn taking(&self) -> &Arc<Taking> {
        &self.taking
    }
    pub(crate) fn finishing(&self) -> &Arc<Finishing> {
        &self.finishing
    }
    pub(crate) fn joining(&self) -> &Arc<Joining> {
        &self.joining
    }
    pub(crate) fn renewing(&self) -> &Arc<Renewing> {
        &self.renewing
    }
    pub(crate) fn recent_keys(&self) -> &Recent {
        &self.recent_keys
    }
    pub(crate) fn bus(&self) -> &Arc<dyn Bus> {
        &self.bus
    }
    pub(crate) fn certificates(&self) -> &watch::Sender<Option<Certificates>> {
        &self.certificates
    }
    pub(crate) fn started_at(&self) -> OffsetDateTime {
        self.started_at
    }
    pub(crate) fn fleet(&self) -> u64 {
        self.fleet.load(Ordering::Relaxed)
    }
    pub(crate) fn set_fleet(&self, devices: u64) {
        self.fleet.store(devices, Ordering::Relaxed);
    }
    pub(crate) fn status(&self) -> std::sync::MutexGuard<'_, Option<(OffsetDateTime, Status)>> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
