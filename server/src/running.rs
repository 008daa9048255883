//! What runs until the stop, and its end.

use std::time::Duration;

use access::Services;
use access::jobs::Jobs;
use axum::Router;
use connector::admission::Limits;
use domain::{Company, Side};
use onboarding::Underway;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::devices::Devices;
use crate::listen;
use crate::startup::StartError;

/// How often each side looks for jobs that are due.
const JOBS_EVERY: Duration = Duration::from_secs(5);
/// Longest that the stop waits for what pages have begun: what an identity provider is given, and some more.
const FINISH_TIME: Duration = Duration::from_secs(12);
/// How often old rows are deleted.
const HOUSE_EVERY: Duration = Duration::from_hours(1);

/// Everything that runs until the stop.
pub struct Running {
    tasks: JoinSet<std::io::Result<()>>,
    stop: CancellationToken,
    devices: Option<Devices>,
    underway: Option<Underway>,
}

impl Running {
    pub fn new(stop: CancellationToken) -> Self {
        Self {
            tasks: JoinSet::new(),
            stop,
            devices: None,
            underway: None,
        }
    }

    /// A listener by plain HTTP.
    pub fn serve(&mut self, listener: TcpListener, router: Router) {
        self.tasks
            .spawn(listen::serve(listener, router, self.stop.clone()));
    }

    /// The port of the UMS: devices and its Web App, by TLS, and what goes on in its background.
    pub fn serve_ums(
        &mut self,
        listener: TcpListener,
        router: Router,
        company: &Services<Company>,
        limits: Limits,
    ) -> Result<(), StartError> {
        let devices =
            Devices::start().map_err(|error| StartError::Other(format!("threads for devices: {error}")))?;
        let (tls, stop) = (connector::tls::server_config(company)?, self.stop.clone());
        let people = Handle::current();
        let serving = connector::listener::serve_with(listener, tls, router, stop, limits, people);
        self.tasks.spawn_on(serving, devices.handle());
        let (company, stop) = (company.clone(), self.stop.clone());
        let background = async move {
            ums::background::run(&company, stop).await;
            Ok(())
        };
        self.tasks.spawn_on(background, devices.handle());
        self.devices = Some(devices);
        Ok(())
    }

    /// The jobs of a side. Each of `lanes` goes its own pace: what waits for somebody else keeps nothing up but itself.
    pub fn jobs<S: Side>(&mut self, services: &Services<S>, lanes: impl IntoIterator<Item = Jobs<S>>) {
        for jobs in lanes {
            let (services, stop) = (services.clone(), self.stop.clone());
            self.tasks.spawn(async move {
                jobs.run(&services, JOBS_EVERY, stop).await;
                Ok(())
            });
        }
        let (kept, until) = (services.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            keep_house(&kept, until).await;
            Ok(())
        });
    }

    /// What pages have begun is let finish at the stop, after the pages.
    pub fn let_finish(&mut self, underway: Underway) {
        self.underway = Some(underway);
    }

    /// Waits for the stop, or for something to end that should not; then lets everything finish.
    pub async fn until_stopped(mut self) -> Result<(), StartError> {
        let ended = tokio::select! {
            () = self.stop.cancelled() => None,
            ended = self.tasks.join_next() => ended,
        };
        self.stop.cancel();
        tracing::info!("stopping");
        while self.tasks.join_next().await.is_some() {}
        if let Some(underway) = self.underway
            && tokio::time::timeout(FINISH_TIME, underway.finish())
                .await
                .is_err()
        {
            tracing::warn!("sign-ins under way were not finished; hand-overs are taken up at the next start");
        }
        match ended {
            Some(Ok(Err(error))) => Err(StartError::Other(format!("a listener ended: {error}"))),
            Some(Err(error)) => Err(StartError::Other(format!("a task ended: {error}"))),
            _ => Ok(()),
        }
    }
}

/// Deletes what is over, once an hour.
async fn keep_house<S: Side>(services: &Services<S>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HOUSE_EVERY);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        let now = services.now();
        for done in [
            access::sessions::purge(services).await,
            access::submissions::purge(services).await,
            access::jobs::purge(services, now).await,
        ] {
            if let Err(error) = done {
                tracing::error!(
                    side = S::KEY,
                    error = &error as &dyn std::error::Error,
                    "old rows could not be deleted"
                );
            }
        }
    }
}
