//! The two sides of the product, opened: database, seal key, settings, the world outside.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use access::{Clock, Entropy, Passwords, Seal, Services};
use domain::{Cloud, Company};
use leptos::prelude::LeptosOptions;
use store::{Db, Schema};

use crate::config::{Config, UmsConfig, ranges};
use crate::startup::StartError;

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
    let desk = desk(config)?;
    let registration = match &config.portal {
        Some(portal) => portal.registration.settings()?,
        None => portal::registrations::Settings::default(),
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
    let outside = outside_world(config, config.mail.settings()?)?;
    // Where plain HTTP is allowed is looked at for each address; here it is only not refused out of hand.
    let saml = portal::saml_idps::Saml(Arc::new(saml::Saml {
        plain_http: !config.outbound.plain_http.is_empty(),
    }));
    let services = services.with(saml)?;
    Ok(services
        .with(settings)?
        .with(desk)?
        .with(registration)?
        .with(obs)?
        .with(onboarding::Providers::default())?
        .with(onboarding::Underway::default())?
        .with(outside)?)
}

/// What the support runs on. Its files lie in the folder that [`open`] has made, or in one of the operator's.
fn desk(config: &Config) -> Result<portal::cases::Desk, StartError> {
    let support = config.portal.as_ref().map(|portal| portal.support.clone());
    let support = support.unwrap_or_default();
    let files = if support.files.as_os_str().is_empty() {
        config.data_dir.join("cloud").join("files")
    } else {
        support.files
    };
    make_folder(&files)?;
    Ok(portal::cases::Desk {
        mail: support.mail,
        room: support.room,
        files: portal::cases::Files::new(files),
    })
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
        reconnects_per_second: ums.connections.rate().map_err(|reason| {
            StartError::Other(format!("ums.connections.reconnects_per_second: {reason}"))
        })?,
    };
    let services = Services::new(
        db,
        Clock::system(),
        seal,
        Passwords::default(),
        Arc::new(ums::Administrators),
    );
    Ok(ums::equip(services, settings, outside_world(config, None)?)?)
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

/// Makes a folder that only we may enter.
pub fn make_folder(path: &Path) -> Result<(), StartError> {
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

/// The name servers of the configuration: an address, with a port or with the usual one.
fn name_servers(typed: &[String]) -> Result<Vec<SocketAddr>, StartError> {
    let parse = |text: &String| {
        let usual = || {
            text.parse()
                .ok()
                .map(|address: IpAddr| SocketAddr::new(address, 53))
        };
        text.parse().ok().or_else(usual).ok_or_else(|| {
            StartError::Other(format!(
                "outbound.name_servers: {text} is no address such as 192.0.2.53 or 192.0.2.53:5353"
            ))
        })
    };
    typed.iter().map(parse).collect()
}

/// The world outside; without `mail`, mails are not sent.
fn outside_world(
    config: &Config,
    mail: Option<outside::SmtpSettings>,
) -> Result<outside::Outside, StartError> {
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
    let name_servers = name_servers(&config.outbound.name_servers)?;
    outside::Outside::real(policy, &name_servers, mail)
        .map_err(|error| StartError::Other(format!("outbound: {error}")))
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
pub fn site() -> LeptosOptions {
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
