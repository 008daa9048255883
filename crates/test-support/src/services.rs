//! The services of a side over a test database, with a clock that stands still until it is moved and a fake world outside.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use access::{
    Authorized, Client, Clock, Directory, Entropy, ManualClock, Passwords, Seal, Services, Session,
    SessionToken,
};
use domain::{Cloud, Company, Permission, Side};
use store::Db;
use time::OffsetDateTime;

use crate::outside::FakeOutside;

/// What one side of a test runs on.
pub struct TestSide<S: Side> {
    pub services: Services<S>,
    /// The hand of its clock.
    pub clock: ManualClock,
    /// The world as it sees it.
    pub outside: FakeOutside,
    /// Holds the seal key, and files.
    folder: tempfile::TempDir,
}

pub type TestCloud = TestSide<Cloud>;
pub type TestCompany = TestSide<Company>;

/// Thursday, 15 January 2026, noon: where the clocks of tests start.
pub fn noon() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_768_478_400).expect("a time")
}

/// The cloud side over a database with that schema. Add its ports with [`TestSide::with`].
pub async fn cloud(db: &Db, directory: Arc<dyn Directory>) -> TestCloud {
    start(db, directory, noon()).await
}

/// The company side over a database with that schema. Add its ports with [`TestSide::with`].
pub async fn company(db: &Db, directory: Arc<dyn Directory>) -> TestCompany {
    start(db, directory, noon()).await
}

/// A side whose clock starts at `now`: for tests whose certificates meet a TLS library, which knows only the real time.
pub async fn start<S: Side>(db: &Db, directory: Arc<dyn Directory>, now: OffsetDateTime) -> TestSide<S> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (clock, hand) = Clock::manual(now);
    let seal = Seal::open(&folder.path().join("seal.key"), db, &Entropy)
        .await
        .expect("a seal key");
    let outside = FakeOutside::default();
    let services = Services::new(db.clone(), clock, seal, passwords(), directory);
    TestSide {
        services,
        clock: hand,
        outside: outside.clone(),
        folder,
    }
    .with(outside.ports())
}

/// Hashes at no cost: what they cost is looked at where they are made (`access`).
#[expect(
    clippy::disallowed_methods,
    reason = "tests are about what comes after the hashing"
)]
pub fn passwords() -> Passwords {
    Passwords::worthless(1)
}

impl<S: Side> TestSide<S> {
    /// Another server of this side over the same database: with limits and turns of its own; clock, seal key and the world
    /// outside are the same. Add its ports with [`Services::with`].
    pub fn node(&self, db: &Db, directory: Arc<dyn Directory>) -> Services<S> {
        let (clock, seal) = (self.services.clock().clone(), self.services.seal().clone());
        Services::new(db.clone(), clock, seal, passwords(), directory)
            .with(self.outside.ports())
            .expect("services that are not shared yet")
    }

    /// An empty folder for files. It goes with the side.
    pub fn files(&self) -> PathBuf {
        let files = self.folder.path().join("files");
        std::fs::create_dir_all(&files).expect("a folder");
        files
    }

    /// Adds a port. Only before the services are cloned.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, port: T) -> Self {
        self.services = self
            .services
            .with(port)
            .expect("services that are not shared yet");
        self
    }

    /// What the holder of the session may do, as a request of theirs would find it.
    pub async fn authorize<P: Permission<Side = S>>(
        &self,
        token: &SessionToken,
    ) -> access::Result<Authorized<P>> {
        authorize(&self.services, token).await
    }
}

/// What the holder of the session may do at one of several servers.
pub async fn authorize<P: Permission>(
    services: &Services<P::Side>,
    token: &SessionToken,
) -> access::Result<Authorized<P>> {
    let session = Session::load(services, token).await?;
    Authorized::check(services, session, &client(7)).await
}

/// A browser at 192.0.2.`host`.
pub fn client(host: u8) -> Client {
    Client::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, host)), "test")
}
