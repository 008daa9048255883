//! The world beyond this process, each part behind a trait: web servers, the domain name system, mail.
//!
//! Use cases receive an [`Outside`] and never open a connection themselves, so that tests put a fake world in
//! its place and so that **every** call leaves through the one guarded client ([`http::GuardedHttp`]): identity
//! provider addresses and UMS host names are customer input, and a server that calls what a customer names is a
//! way into its own network unless the address that is dialled is the address that was checked
//! (`design/security.md` 8, ruling 5).

use std::net::SocketAddr;
use std::sync::Arc;

pub mod dns;
pub mod http;
pub mod mail;
mod nothing;
pub mod ranges;
pub mod tls;

pub use self::http::{Call, GuardedHttp, Http, HttpError, Limits, Policy, Refusal, Reply, Trust};
pub use dns::{Dns, DnsError, HickoryDns, Mx};
pub use mail::{Mail, MailError, MailTrouble, Mailer, SmtpMailer, SmtpSettings, SmtpTls};
pub use ranges::IpRange;
pub use tls::{GuardedTls, Presented, Tls, TlsVersion};

/// Everything a use case may reach outside of this process.
#[derive(Clone)]
pub struct Outside {
    /// The guarded HTTP client.
    pub http: Arc<dyn Http>,
    /// Looks at what hosts present, for the certificate chain assistant and the route doctor.
    pub tls: Arc<dyn Tls>,
    /// Look-ups of domain names, for proofs of ownership.
    pub dns: Arc<dyn Dns>,
    /// Outgoing mail.
    pub mail: Arc<dyn Mailer>,
}

impl Outside {
    /// The real world, within `policy`. Without `name_servers` those of the operating system are asked; a machine that has none
    /// gets answers that say so. Mail needs a server to hand it to.
    pub fn real(
        policy: Policy,
        name_servers: &[SocketAddr],
        mail: Option<SmtpSettings>,
    ) -> Result<Self, MailError> {
        let dns = if name_servers.is_empty() {
            HickoryDns::from_system()
        } else {
            HickoryDns::with_servers(name_servers)
        };
        let dns: Arc<dyn Dns> = match dns {
            Ok(dns) => Arc::new(dns),
            Err(error) => {
                tracing::warn!(%error, "no name servers: domains cannot be looked up");
                Arc::new(nothing::NoDns)
            }
        };
        let mail: Arc<dyn Mailer> = match mail {
            Some(settings) => Arc::new(SmtpMailer::new(settings)?),
            None => Arc::new(nothing::NoMail),
        };
        Ok(Self {
            tls: Arc::new(GuardedTls::new(policy.clone())),
            http: Arc::new(GuardedHttp::new(policy)),
            dns,
            mail,
        })
    }
}
