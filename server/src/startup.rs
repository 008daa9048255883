//! From a configuration to a running process, and back to a clean stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use access::jobs::Jobs;
use access::{Clock, Entropy, Passwords, Seal, Services};
use axum::Router;
use domain::{Cloud, Company, Side};
use leptos::prelude::LeptosOptions;
use serde::Serialize;
use store::{Db, Schema};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, ConfigError, UmsConfig, ranges};
use crate::listen;
use crate::router::{self, Context};

/// How often each side looks for jobs that are due.
const JOBS_EVERY: Duration = Duration::from_secs(5);
/// How often old rows are deleted.
const HOUSE_EVERY: Duration = Duration::from_hours(1);

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

/// The addresses in use, written to `<data>/run/addresses.json` when everything listens.
#[derive(Debug, Default, Serialize)]
pub struct Addresses {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onboarding: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ums: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<SocketAddr>,
}

/// The cloud side, opened: for the command line and for serving.
pub async fn cloud(
    config: &Config,
    portal_url: &str,
    onboarding_url: &str,
) -> Result<Services<Cloud>, StartError> {
    let (db, seal) = open(config, Schema::Cloud, "cloud", &config.cloud_database).await?;
    let trusted = config
        .portal
        .as_ref()
        .map(|portal| portal.trusted_domains.clone())
        .unwrap_or_default();
    let settings = portal::Settings {
        portal_url: portal_url.to_owned(),
        onboarding_url: onboarding_url.to_owned(),
        trusted_domains: trusted,
    };
    let obs = onboarding::Settings {
        public_url: onboarding_url.to_owned(),
        stylesheet: stylesheet(),
    };
    let services = Services::new(
        db,
        Clock::system(),
        seal,
        Passwords::default(),
        Arc::new(portal::Users),
    );
    Ok(services.with(settings)?.with(obs)?.with(outside_world(config)?)?)
}

/// The company side, opened. `port` is the one that the UMS listens on.
pub async fn company(config: &Config, ums: &UmsConfig, port: u16) -> Result<Services<Company>, StartError> {
    let (db, seal) = open(config, Schema::Company, "ums", &config.ums_database).await?;
    let rsa = match ums.key.as_str() {
        "p256" => false,
        "rsa4096" => true,
        other => {
            return Err(StartError::Other(format!(
                "ums.key: {other} is neither p256 nor rsa4096"
            )));
        }
    };
    let settings = ums::Settings {
        public_host: Some(ums.public_host.clone()).filter(|host| !host.is_empty()),
        public_port: if ums.public_port == 0 {
            port
        } else {
            ums.public_port
        },
        extra_names: ums.extra_names.clone(),
        onboarding_services: ums.onboarding.services.clone(),
        rsa,
    };
    let services = Services::new(
        db,
        Clock::system(),
        seal,
        Passwords::default(),
        Arc::new(ums::Administrators),
    );
    Ok(ums::equip(services, settings, outside_world(config)?)?)
}

async fn open(
    config: &Config,
    schema: Schema,
    name: &'static str,
    url: &str,
) -> Result<(Db, Seal), StartError> {
    let folder = config.data_dir.join(name);
    make_folder(&folder)?;
    make_folder(&folder.join("files"))?;
    let url = if url.is_empty() {
        format!("sqlite:{}", folder.join("db.sqlite").display())
    } else {
        url.to_owned()
    };
    let db = Db::open(&url, schema)
        .await
        .map_err(|cause| StartError::Database {
            side: name,
            cause: Box::new(cause),
        })?;
    let seal = Seal::open(&folder.join("seal.key"), &db, &Entropy).await?;
    Ok((db, seal))
}

fn make_folder(path: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.map_err(|cause| StartError::Folder {
        path: path.to_owned(),
        cause,
    })
}

fn outside_world(config: &Config) -> Result<outside::Outside, StartError> {
    let mut extra_roots = Vec::new();
    for path in &config.outbound.roots {
        let pem = std::fs::read_to_string(path).map_err(|cause| StartError::Folder {
            path: path.clone(),
            cause,
        })?;
        let roots = outside::http::roots_from_pem(&pem);
        extra_roots
            .extend(roots.map_err(|error| {
                StartError::Other(format!("outbound.roots: {}: {error}", path.display()))
            })?);
    }
    let policy = outside::Policy {
        allow: ranges("outbound.allow", &config.outbound.allow)?,
        plain_http: ranges("outbound.plain_http", &config.outbound.plain_http)?,
        extra_roots,
    };
    outside::Outside::real(policy, None).map_err(|error| StartError::Other(format!("outbound: {error}")))
}

/// The plain stylesheet of the Onboarding Service's pages, from the build.
fn stylesheet() -> String {
    let path = Path::new(&*site().site_root).join("obs.css");
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        tracing::warn!(path = %path.display(), %error, "the pages of the Onboarding Service have no style sheet");
        String::new()
    })
}

/// Where the built site lies and how its files are called.
fn site() -> LeptosOptions {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| exe.parent().map(Path::to_owned))
        .unwrap_or_default();
    let root = std::env::var("LEPTOS_SITE_ROOT").unwrap_or_else(|_| "target/site".to_owned());
    LeptosOptions::builder()
        .output_name("cosmos")
        .site_root(root)
        .site_pkg_dir("wums-app")
        .hash_files(beside.join("hash.txt").exists())
        .build()
}

/// Everything that runs until the stop.
struct Running {
    tasks: JoinSet<std::io::Result<()>>,
    stop: CancellationToken,
}

impl Running {
    fn serve(&mut self, listener: TcpListener, router: Router) {
        self.tasks
            .spawn(listen::serve(listener, router, self.stop.clone()));
    }

    fn jobs<S: Side>(&mut self, services: &Services<S>, jobs: Jobs<S>) {
        let (services, stop) = (services.clone(), self.stop.clone());
        let (kept, until) = (services.clone(), stop.clone());
        self.tasks.spawn(async move {
            jobs.run(&services, JOBS_EVERY, stop).await;
            Ok(())
        });
        self.tasks.spawn(async move {
            keep_house(&kept, until).await;
            Ok(())
        });
    }
}

/// Deletes what is over, once an hour.
async fn keep_house<S: Side>(services: &Services<S>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(HOUSE_EVERY);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        let now = services.now();
        for done in [
            access::sessions::purge(services).await,
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

/// Serves until `stop`.
pub async fn serve(config: Config, stop: CancellationToken) -> Result<(), StartError> {
    make_folder(&config.data_dir)?;
    let run = config.data_dir.join("run");
    make_folder(&run)?;
    let metrics = crate::metrics::start();
    let mut running = Running {
        tasks: JoinSet::new(),
        stop: stop.clone(),
    };
    let mut addresses = Addresses::default();
    let options = site();
    let proxies = config.proxies()?;

    // Listening first: the public addresses depend on the ports.
    let portal_listener = bind(
        config.portal.as_ref().map(|system| system.listen.0.as_str()),
        &mut addresses.portal,
    )
    .await?;
    let obs_listener = bind(
        config.onboarding.as_ref().map(|system| system.listen.0.as_str()),
        &mut addresses.onboarding,
    )
    .await?;
    let ums_listener = bind(
        config.ums.as_ref().map(|system| system.listen.0.as_str()),
        &mut addresses.ums,
    )
    .await?;
    let metrics_listener = bind(
        Some(config.metrics.listen.as_str()).filter(|text| !text.is_empty()),
        &mut addresses.metrics,
    )
    .await?;

    let portal_url = public_url(
        config.portal.as_ref().map(|system| system.public_url.as_str()),
        addresses.portal,
    );
    let obs_url = public_url(
        config
            .onboarding
            .as_ref()
            .map(|system| system.public_url.as_str()),
        addresses.onboarding,
    );
    let mut context = Context::default();
    if config.portal.is_some() || config.onboarding.is_some() {
        let services = cloud(&config, &portal_url, &obs_url).await?;
        running.jobs(&services, onboarding::jobs(Jobs::default()));
        onboarding::start(&services).await?;
        context.cloud = Some(services);
    }
    if let (Some(ums), Some(address)) = (&config.ums, addresses.ums) {
        let services = company(&config, ums, address.port()).await?;
        running.jobs(&services, ums::jobs(Jobs::default()));
        context.company = Some(services);
    }

    if let (Some(listener), Some(cloud)) = (portal_listener, &context.cloud) {
        let mut pages = router::portal(cloud, &options);
        let mut here = Context {
            cloud: Some(cloud.clone()),
            company: None,
        };
        if let Some(company) = &context.company {
            pages = pages.merge(router::webapp(company, &options));
            here.company = Some(company.clone());
        }
        running.serve(listener, router::listener(pages, &options, here, proxies.clone()));
    }
    if let (Some(listener), Some(cloud)) = (obs_listener, &context.cloud) {
        running.serve(listener, router::onboarding(cloud, proxies.clone()));
    }
    if let (Some(listener), Some(company)) = (ums_listener, &context.company) {
        ums::certificates::start(&company.acting_as_unchecked(access::Actor::System("start"))).await?;
        let tls = connector::tls::server_config(company)?;
        let here = Context {
            cloud: None,
            company: Some(company.clone()),
        };
        let pages = router::listener(router::webapp(company, &options), &options, here, proxies.clone());
        let router = connector::router(company.clone()).fallback_service(pages);
        let stop = stop.clone();
        running
            .tasks
            .spawn(async move { connector::listener::serve(listener, tls, router, stop).await });
        let (company, stop) = (company.clone(), running.stop.clone());
        running.tasks.spawn(async move {
            ums::background::run(&company, stop).await;
            Ok(())
        });
    }
    if let Some(listener) = metrics_listener {
        running.serve(listener, crate::metrics::router(metrics));
    }

    let told = serde_json::to_vec(&addresses).map_err(|error| StartError::Other(error.to_string()))?;
    let file = run.join("addresses.json");
    std::fs::write(&file, told).map_err(|cause| StartError::Folder {
        path: file.clone(),
        cause,
    })?;
    tracing::info!(?addresses, portal_url, obs_url, "cosmos is ready");

    let ended = tokio::select! {
        () = stop.cancelled() => None,
        ended = running.tasks.join_next() => ended,
    };
    stop.cancel();
    tracing::info!("stopping");
    while running.tasks.join_next().await.is_some() {}
    std::fs::remove_file(&file).map_err(|cause| StartError::Folder { path: file, cause })?;
    match ended {
        Some(Ok(Err(error))) => Err(StartError::Other(format!("a listener ended: {error}"))),
        Some(Err(error)) => Err(StartError::Other(format!("a task ended: {error}"))),
        _ => Ok(()),
    }
}

async fn bind(
    address: Option<&str>,
    bound: &mut Option<SocketAddr>,
) -> Result<Option<TcpListener>, StartError> {
    let Some(address) = address else { return Ok(None) };
    let failed = |cause| StartError::Listen {
        address: address.to_owned(),
        cause,
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    *bound = Some(listener.local_addr().map_err(failed)?);
    Ok(Some(listener))
}

/// The address in browsers: as configured, or `http://localhost` with the port.
fn public_url(configured: Option<&str>, address: Option<SocketAddr>) -> String {
    match (configured.unwrap_or_default().trim_end_matches('/'), address) {
        ("", Some(address)) => format!("http://localhost:{}", address.port()),
        (configured, _) => configured.to_owned(),
    }
}
