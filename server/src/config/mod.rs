//! The configuration: one TOML file over documented defaults, variables `COSMOS_…` over the file. A key that nobody knows
//! stops the start.

mod mail;
mod systems;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use serde::Deserialize;

pub use mail::MailConfig;
pub use systems::{Listen, OnboardingConfig, PortalConfig, SupportConfig, UmsConfig};

/// The sample configuration: every key with its default and what it means.
pub const SAMPLE: &str = include_str!("../../cosmos.sample.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where databases, keys and files lie.
    pub data_dir: PathBuf,
    /// Database of the cloud side: `postgres://…`, or empty for SQLite in `data_dir`.
    pub cloud_database: String,
    /// Database of the company side.
    pub ums_database: String,
    /// Addresses or ranges of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    pub log: LogConfig,
    pub metrics: MetricsConfig,
    pub outbound: OutboundConfig,
    pub mail: MailConfig,
    pub portal: Option<PortalConfig>,
    pub onboarding: Option<OnboardingConfig>,
    pub ums: Option<UmsConfig>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// A filter such as `info` or `info,outside=debug`.
    pub filter: String,
    /// `json` or `text`.
    pub format: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Where `/metrics` is served; empty for nowhere.
    pub listen: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboundConfig {
    /// Ranges that may be called although they are not public.
    pub allow: Vec<String>,
    /// Ranges that may be called by plain HTTP.
    pub plain_http: Vec<String>,
    /// PEM files with further roots.
    pub roots: Vec<PathBuf>,
    /// Who is asked for the proofs of domains and for mail exchangers; without any, the operating system's.
    pub name_servers: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration cannot be used: {0}")]
    Unreadable(#[source] Box<figment::Error>),
    #[error("{key}: {reason}")]
    Invalid { key: &'static str, reason: String },
    #[error("the file {path} cannot be read")]
    File {
        path: PathBuf,
        #[source]
        cause: std::io::Error,
    },
}

impl Config {
    /// Reads the defaults, then `file`, then the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let settings = Env::prefixed("COSMOS_").filter(|name| is_setting(name.as_str()));
        let password = std::env::var("COSMOS_MAIL__PASSWORD").ok();
        Self::layered(file, settings.split("__"), password)
    }

    /// The password of the mail server comes past the library, which would take one of digits for a number, and print it.
    fn layered(
        file: Option<&Path>,
        environment: Env,
        mail_password: Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(SAMPLE));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::File {
                path: path.to_owned(),
                cause,
            })?;
            let chosen: toml::Table = toml::from_str(&text).map_err(|error| ConfigError::Invalid {
                key: "file",
                reason: error.to_string(),
            })?;
            // A file that names systems runs those; one that names none runs all three.
            let systems = ["portal", "onboarding", "ums"];
            if systems.iter().any(|system| chosen.contains_key(*system)) {
                let mut defaults: toml::Table =
                    toml::from_str(SAMPLE).map_err(|error| ConfigError::Invalid {
                        key: "sample",
                        reason: error.to_string(),
                    })?;
                for system in systems.iter().filter(|system| !chosen.contains_key(**system)) {
                    defaults.remove(*system);
                }
                figment = Figment::from(Toml::string(&defaults.to_string()));
            }
            figment = figment.merge(Toml::string(&text));
        }
        let mut config: Self = figment
            .merge(environment)
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        if let Some(password) = mail_password {
            config.mail.password = mail::Password(password);
        }
        config.check()?;
        Ok(config)
    }

    /// What a wrong value would only show at the first request.
    fn check(&self) -> Result<(), ConfigError> {
        if !matches!(self.log.format.as_str(), "json" | "text") {
            return Err(invalid("log.format", "json or text is wanted"));
        }
        self.proxies()?;
        self.mail.settings()?;
        if let Some(portal) = &self.portal {
            portal.registration.settings()?;
            if let Some((key, reason)) = portal.support.problem() {
                return Err(invalid(key, reason));
            }
        }
        if self.onboarding.is_some() && self.portal.is_none() {
            return Err(invalid(
                "onboarding",
                "the Onboarding Service takes the domains that count as proved from [portal.trusted_domains]: add [portal], with \
                 listen = \"\" where another process serves the portal",
            ));
        }
        let plain = [
            (
                "portal.listen",
                self.portal
                    .as_ref()
                    .filter(|system| system.listen.served().is_some())
                    .map(|system| system.listen.address()),
            ),
            (
                "onboarding.listen",
                self.onboarding.as_ref().map(|system| system.listen.address()),
            ),
        ];
        for (key, address) in plain {
            let Some(address) = address else { continue };
            let address = address.map_err(|reason| invalid(key, &reason))?;
            if !address.ip().is_loopback() && self.trusted_proxies.is_empty() {
                return Err(invalid(
                    key,
                    "plain HTTP is served on loopback only, or behind a proxy listed in trusted_proxies that speaks HTTPS to browsers",
                ));
            }
        }
        if let Some(ums) = &self.ums {
            ums.listen
                .address()
                .map_err(|reason| invalid("ums.listen", &reason))?;
            if let Some((key, reason)) = ums.connections.problem() {
                return Err(invalid(key, &reason));
            }
        }
        Ok(())
    }

    /// The ranges of `trusted_proxies`.
    pub fn proxies(&self) -> Result<Vec<outside::IpRange>, ConfigError> {
        ranges("trusted_proxies", &self.trusted_proxies)
    }
}

/// Whether the variable `COSMOS_<name>` is configuration. Others begin so too: the option that names the file, the fail points
/// of tests, and what belongs to the reference device.
fn is_setting(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !matches!(name.as_str(), "config" | "die_at" | "mail__password")
        && !name.starts_with("device_")
        && !name.starts_with("test_")
}

/// Addresses and ranges as typed: `10.0.0.0/8`, `::1`.
pub fn ranges(key: &'static str, typed: &[String]) -> Result<Vec<outside::IpRange>, ConfigError> {
    let parse = |text: &String| {
        let text = if text.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4()) {
            format!("{text}/32")
        } else {
            text.clone()
        };
        let text = if text.parse::<IpAddr>().is_ok() {
            format!("{text}/128")
        } else {
            text
        };
        text.parse::<outside::IpRange>()
            .map_err(|error| invalid(key, &format!("{text}: {error}")))
    };
    typed.iter().map(parse).collect()
}

fn invalid(key: &'static str, reason: &str) -> ConfigError {
    ConfigError::Invalid {
        key,
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Config::layered(Some(file.path()), Env::prefixed("COSMOS_TEST_NOTHING_"), None)
    }

    #[test]
    fn the_sample_is_the_default_and_runs_all_three_systems() {
        let config = Config::layered(None, Env::prefixed("COSMOS_TEST_NOTHING_"), None).unwrap();
        assert!(config.portal.is_some() && config.onboarding.is_some() && config.ums.is_some());
        assert!(config.outbound.allow.is_empty() && config.outbound.plain_http.is_empty());
    }

    #[test]
    fn a_file_that_names_a_system_runs_that_one_alone() {
        let config = load("[ums]\nlisten = \"127.0.0.1:0\"\n").unwrap();
        assert!(config.portal.is_none() && config.onboarding.is_none());
        assert_eq!(config.ums.unwrap().listen.0, "127.0.0.1:0");
    }

    #[test]
    fn the_onboarding_service_is_told_the_trusted_domains() {
        assert!(load("[onboarding]\nlisten = \"127.0.0.1:0\"\n").is_err());
        let config = load(
            "[onboarding]\n[portal]\nlisten = \"\"\n[portal.trusted_domains]\n\"contoso.example\" = \"Contoso\"\n",
        );
        let config = config.unwrap();
        assert!(config.ums.is_none());
        let portal = config.portal.unwrap();
        assert_eq!(portal.listen.served(), None);
        assert_eq!(portal.trusted_domains["contoso.example"], "Contoso");
        assert_eq!(config.onboarding.unwrap().listen.served(), Some("127.0.0.1:8081"));
        assert!(
            load("[portal]\n[onboarding]\nlisten = \"\"\n").is_err(),
            "the portal's alone may be empty"
        );
        assert!(load("[ums]\nlisten = \"\"\n").is_err());
    }

    #[test]
    fn files_of_the_operator_for_registrations_are_read_at_the_start_or_stop_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("terms.txt");
        let config = format!("[portal.registration]\nterms_de = {file:?}\n");
        assert!(load(&config).is_err(), "there is no such file yet");
        std::fs::write(&file, "# Bedingungen").unwrap();
        let registration = load(&config).unwrap().portal.unwrap().registration;
        let settings = registration.settings().unwrap();
        assert_eq!(settings.terms, ["", "# Bedingungen"]);
        assert_eq!(settings.privacy, ["", ""]);
        assert!(load("[portal.registration]\nterms_fr = \"x\"\n").is_err());
    }

    #[test]
    fn the_address_and_the_room_of_the_support_are_looked_at_at_the_start() {
        let load = |keys: &str| load(&format!("[portal.support]\n{keys}\n"));
        let support = load("").unwrap().portal.unwrap().support;
        assert_eq!((support.mail.as_str(), support.room), ("", 1024));
        assert!(load("mail = \"support@vendor.example\"").is_ok() && load("mail = \"support\"").is_err());
        assert!(load("room = 1").is_ok() && load("room = 0").is_err());
    }

    #[test]
    fn the_bounds_of_connections_are_kept_on_both_sides() {
        let load = |keys: &str| load(&format!("[ums.connections]\n{keys}\n"));
        for good in [
            "handshakes = 1024",
            "waiting = 256",
            "waiting = 65536",
            "waiting_per_client = 1",
            "waiting = 10\nwaiting_per_client = 10",
            "reconnects_per_second = 10",
            "reconnects_per_second = 10000",
        ] {
            assert!(load(good).is_ok(), "{good}");
        }
        for bad in [
            "handshakes = 1025",
            "handshakes = -1",
            "waiting = 255",
            "waiting = 65537",
            "waiting_per_client = 0",
            "waiting = 10\nwaiting_per_client = 11",
            "reconnects_per_second = 9",
            "reconnects_per_second = 10001",
        ] {
            assert!(load(bad).is_err(), "{bad}");
        }
        let limits = load("").unwrap().ums.unwrap().connections.limits();
        let own = connector::admission::Limits::default();
        assert_eq!(
            (limits.handshakes, limits.waiting, limits.waiting_per_client),
            (own.handshakes, own.waiting, own.waiting_per_client)
        );
        let set = load("handshakes = 3").unwrap().ums.unwrap().connections;
        assert_eq!(set.limits().handshakes, 3);
        assert_eq!(set.rate(), Ok(ums::ReconnectRate::default()));
    }

    #[test]
    fn unknown_keys_and_plain_http_in_the_open_stop_the_start() {
        assert!(load("[portal]\nlisten = \"127.0.0.1:0\"\nlisten_on = \"x\"\n").is_err());
        assert!(load("colour = \"blue\"\n").is_err());
        assert!(load("[portal]\nlisten = \"0.0.0.0:8080\"\n").is_err());
        assert!(load("trusted_proxies = [\"10.0.0.1\"]\n[portal]\nlisten = \"0.0.0.0:8080\"\n").is_ok());
        assert!(load("trusted_proxies = [\"ten\"]\n").is_err());
    }

    /// Variables of a process cannot be set safely from within, so this test runs itself once more for each of them.
    #[test]
    fn variables_that_are_no_configuration_do_not_stop_the_start() {
        const CHILD: &str = "COSMOS_TEST_CHILD";
        if std::env::var_os(CHILD).is_some() {
            Config::load(None).unwrap();
            return;
        }
        let starts = |name: &str, value: &str| {
            let name_of_this = "config::tests::variables_that_are_no_configuration_do_not_stop_the_start";
            let mut again = std::process::Command::new(std::env::current_exe().unwrap());
            again
                .args(["--exact", name_of_this])
                .env(CHILD, "1")
                .env(name, value);
            again.output().unwrap().status.success()
        };
        assert!(starts("COSMOS_CONFIG", "/etc/cosmos.toml"));
        assert!(starts("COSMOS_DEVICE_STATE", "/var/lib/cosmos-device"));
        assert!(starts("COSMOS_PORTAL__LISTEN", "127.0.0.1:0"));
        assert!(
            starts("COSMOS_MAIL__PASSWORD", "4711"),
            "a password may be a number"
        );
        assert!(
            !starts("COSMOS_COLOUR", "blue"),
            "a key that nobody knows stops the start"
        );
        assert!(!starts("COSMOS_LOG__FORMAT", "xml"), "a known key is read");
    }
}
