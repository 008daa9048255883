//! From a configuration to a running process, and back to a clean stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use access::Actor;
use access::jobs::Jobs;
use leptos::prelude::LeptosOptions;
use tokio_util::sync::CancellationToken;

use crate::bound::{self, Addresses, Listeners};
use crate::config::{Config, ConfigError};
use crate::descriptors;
use crate::router::{self, Context};
use crate::running::Running;
use crate::sides::{self, make_folder};

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{path}: {cause}")]
    Folder { path: PathBuf, cause: std::io::Error },
    #[error("cannot listen on {address}: {cause}")]
    Listen { address: String, cause: std::io::Error },
    #[error("the database of the {side} side cannot be opened: {cause}")]
    Database {
        side: &'static str,
        cause: Box<store::Error>,
    },
    #[error(transparent)]
    Seal(#[from] access::SealError),
    #[error("{0}")]
    Access(#[from] access::Error),
    #[error("{0}")]
    Other(String),
}

/// Serves until `stop`.
pub async fn serve(config: Config, stop: CancellationToken) -> Result<(), StartError> {
    descriptors::raise();
    make_folder(&config.data_dir)?;
    let run = config.data_dir.join("run");
    make_folder(&run)?;
    let metrics = crate::metrics::start();
    let (mut listeners, addresses) = bound::bind(&config).await?;
    let metrics_listener = listeners.metrics.take();

    let mut running = Running::new(stop);
    let sides = open(&config, &addresses, &mut running).await?;
    serve_systems(listeners, &sides, &config, &mut running).await?;
    if let Some(listener) = metrics_listener {
        running.serve(listener, crate::metrics::router(metrics));
    }

    let file = run.join("addresses.json");
    tell(&file, &addresses)?;
    tracing::info!(?addresses, "cosmos is ready");
    let ended = running.until_stopped().await;
    std::fs::remove_file(&file).map_err(|cause| StartError::Folder { path: file, cause })?;
    ended
}

/// The sides that the configuration names, with their jobs.
async fn open(config: &Config, addresses: &Addresses, running: &mut Running) -> Result<Context, StartError> {
    let portal = config.portal.as_ref().map(|system| system.public_url.as_str());
    let portal_url = public_url(portal, addresses.portal);
    let obs = config
        .onboarding
        .as_ref()
        .map(|system| system.public_url.as_str());
    let obs_url = public_url(obs, addresses.onboarding);
    let mut open = Context::default();
    if config.portal.is_some() || config.onboarding.is_some() {
        let cloud = sides::cloud(config, &portal_url, &obs_url).await?;
        let mut lanes = vec![
            portal::jobs(onboarding::jobs(Jobs::default())),
            onboarding::route_checks(Jobs::default()),
        ];
        if config.mail.host.is_empty() {
            tracing::warn!(
                "no mail server is named: invitations and links for new passwords wait. Set [mail] in the configuration and try it \
                 with `cosmos mail test --to ADDRESS`"
            );
        } else {
            lanes.push(portal::mails::jobs(Jobs::default()));
        }
        running.jobs(&cloud, lanes);
        running.let_finish(cloud.port::<onboarding::Underway>()?.clone());
        onboarding::start(&cloud).await?;
        portal::start(&cloud).await?;
        tracing::info!(portal_url, obs_url, "the cloud side is open");
        open.cloud = Some(cloud);
    }
    if let (Some(ums), Some(address)) = (&config.ums, addresses.ums) {
        let company = sides::company(config, ums, address.port()).await?;
        running.jobs(&company, [ums::jobs(Jobs::default())]);
        ums::start_jobs(&company).await?;
        open.company = Some(company);
    }
    Ok(open)
}

/// Each system on its listener; the UMS Web App beside the portal too, where both are served.
async fn serve_systems(
    listeners: Listeners,
    sides: &Context,
    config: &Config,
    running: &mut Running,
) -> Result<(), StartError> {
    let proxies = config.proxies()?;
    let limits = config
        .ums
        .as_ref()
        .map(|ums| ums.connections.limits())
        .unwrap_or_default();
    let options: LeptosOptions = sides::site();
    if let (Some(listener), Some(cloud)) = (listeners.portal, &sides.cloud) {
        let mut pages = router::portal(cloud, &options);
        if let Some(company) = &sides.company {
            pages = pages.merge(router::webapp(company, &options));
        }
        let pages = router::listener(pages, &options, sides.clone(), proxies.clone());
        running.serve(listener, pages);
    }
    if let (Some(listener), Some(cloud)) = (listeners.onboarding, &sides.cloud) {
        running.serve(listener, router::onboarding(cloud, proxies.clone()));
    }
    if let (Some(listener), Some(company)) = (listeners.ums, &sides.company) {
        ums::certificates::start(&company.acting_as_unchecked(Actor::System("start"))).await?;
        let here = Context {
            cloud: None,
            company: Some(company.clone()),
        };
        let pages = router::webapp(company, &options);
        let pages = router::listener(pages, &options, here, proxies.clone());
        let router = connector::router(company.clone()).fallback_service(pages);
        running.serve_ums(listener, router, company, limits)?;
    }
    Ok(())
}

/// Says where everything listens, for those who started us.
fn tell(file: &Path, addresses: &Addresses) -> Result<(), StartError> {
    let told = serde_json::to_vec(addresses).map_err(|error| StartError::Other(error.to_string()))?;
    std::fs::write(file, told).map_err(|cause| StartError::Folder {
        path: file.to_owned(),
        cause,
    })
}

/// The address in browsers: as configured, or `http://localhost` with the port.
pub(crate) fn public_url(configured: Option<&str>, address: Option<SocketAddr>) -> String {
    match (configured.unwrap_or_default().trim_end_matches('/'), address) {
        ("", Some(address)) => format!("http://localhost:{}", address.port()),
        (configured, _) => configured.to_owned(),
    }
}
