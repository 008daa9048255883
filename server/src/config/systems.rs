use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use connector::admission::Limits;
use domain::EmailAddress;
use serde::Deserialize;
use ums::ReconnectRate;

use super::ConfigError;

/// An address to listen on; port 0 lets the machine choose. The portal's may be empty: then it is not served here.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Listen(pub String);

impl Listen {
    /// The address as typed, where there is one.
    pub fn served(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }

    pub fn address(&self) -> Result<SocketAddr, String> {
        self.0
            .parse()
            .map_err(|_| format!("{} is not an address with a port, such as 127.0.0.1:8080", self.0))
    }
}

/// The Customer Portal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortalConfig {
    pub listen: Listen,
    /// The address in people's browsers. Empty: `http://localhost` and the port.
    pub public_url: String,
    /// Domains that count as proved, each for one account by name.
    pub trusted_domains: BTreeMap<String, String>,
    pub registration: RegistrationConfig,
    pub support: SupportConfig,
}

/// Support cases.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportConfig {
    /// Where mails about cases go; empty for every operator.
    pub mail: String,
    /// The folder of their files; empty for the one in the data folder.
    pub files: PathBuf,
    /// How much the files of one account may need together, in MiB.
    pub room: u32,
}

impl SupportConfig {
    /// What is wrong with it: the key, and why.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if !self.mail.is_empty() && EmailAddress::parse(&self.mail).is_err() {
            return Some(("portal.support.mail", "an e-mail address is wanted"));
        }
        (self.room == 0).then_some(("portal.support.room", "at least 1 MiB is wanted"))
    }
}

/// Registrations of companies. Each key is a text file of the operator; empty for none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationConfig {
    /// Further domains of free mail services, one per line.
    pub free_mail: PathBuf,
    /// Further domains of addresses that are thrown away, one per line.
    pub disposable: PathBuf,
    /// Further words of generic mailboxes, one per line.
    pub generic_mailboxes: PathBuf,
    /// Terms & Conditions and Privacy Policy, in English and German.
    pub terms_en: PathBuf,
    pub terms_de: PathBuf,
    pub privacy_en: PathBuf,
    pub privacy_de: PathBuf,
}

impl RegistrationConfig {
    /// Reads the files.
    pub fn settings(&self) -> Result<portal::registrations::Settings, ConfigError> {
        let more = portal::registrations::MoreRules {
            free_mail: text(&self.free_mail)?,
            disposable: text(&self.disposable)?,
            generic_mailboxes: text(&self.generic_mailboxes)?,
        };
        Ok(portal::registrations::Settings {
            rules: portal::registrations::Rules::new(&more),
            terms: [text(&self.terms_en)?, text(&self.terms_de)?],
            privacy: [text(&self.privacy_en)?, text(&self.privacy_de)?],
        })
    }
}

/// The text of a file; none without one.
fn text(path: &Path) -> Result<String, ConfigError> {
    if path.as_os_str().is_empty() {
        return Ok(String::new());
    }
    std::fs::read_to_string(path).map_err(|cause| ConfigError::File {
        path: path.to_owned(),
        cause,
    })
}

/// The Onboarding Service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnboardingConfig {
    pub listen: Listen,
    /// The address of its web origin; with a final slash it is the redirect URI at identity providers.
    pub public_url: String,
}

/// The UMS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UmsConfig {
    pub listen: Listen,
    /// Name or address by which devices and the Onboarding Service reach it. Empty: the machine's own name.
    pub public_host: String,
    /// Port by which they reach it; 0 for the port it listens on.
    pub public_port: u16,
    /// Further names and addresses for its certificate.
    pub extra_names: Vec<String>,
    /// `p256` or `rsa4096`.
    pub key: String,
    pub onboarding: UmsOnboarding,
    pub connections: UmsConnections,
}

/// How connections are let in, and how fast devices come back: see the page "Tuning".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UmsConnections {
    /// Handshakes that are computed at the same time; 0 for as many as there are processors.
    pub handshakes: usize,
    /// Connections that have not ended their handshake.
    pub waiting: usize,
    /// The same from one address.
    pub waiting_per_client: usize,
    /// Devices that shall come back per second after a restart.
    pub reconnects_per_second: u32,
}

impl UmsConnections {
    /// The bounds of the port.
    pub fn limits(&self) -> Limits {
        Limits {
            waiting: self.waiting,
            waiting_per_client: self.waiting_per_client,
            handshakes: match self.handshakes {
                0 => Limits::default().handshakes,
                set => set,
            },
        }
    }

    /// The rate, if it is within its bounds.
    pub fn rate(&self) -> Result<ReconnectRate, String> {
        ReconnectRate::new(self.reconnects_per_second).ok_or_else(|| {
            let (least, most) = (ReconnectRate::BOUNDS.start(), ReconnectRate::BOUNDS.end());
            format!("a number from {least} to {most} is wanted")
        })
    }

    /// What is wrong with them: the key, and why.
    pub(super) fn problem(&self) -> Option<(&'static str, String)> {
        let key = if self.handshakes > MOST_HANDSHAKES {
            "ums.connections.handshakes"
        } else if !(1..=MOST_WAITING).contains(&self.waiting) {
            "ums.connections.waiting"
        } else if !(1..=self.waiting).contains(&self.waiting_per_client) {
            "ums.connections.waiting_per_client"
        } else {
            let wrong = self.rate().err();
            return wrong.map(|reason| ("ums.connections.reconnects_per_second", reason));
        };
        let reason = format!(
            "at most {MOST_HANDSHAKES} handshakes, 1 to {MOST_WAITING} waiting, and of those at least 1 per client"
        );
        Some((key, reason))
    }
}

/// Bounds of the keys above. More handshakes than processors can compute make no difference.
const MOST_HANDSHAKES: usize = 1_024;
const MOST_WAITING: usize = 65_536;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UmsOnboarding {
    /// The Onboarding Services that this UMS listens to, by their addresses.
    pub services: Vec<String>,
}
