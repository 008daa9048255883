//! The UMS's own certificates: web root and web certificate, EST authority, UMS ID. Made at the first start; the web
//! certificate is issued anew under the same root when its names change or its end is near (ruling 26). Private keys are
//! sealed in the table.

mod names;
mod rows;

use std::fmt;
use std::sync::Arc;

use access::{Acting, Error, Event, Result, Services};
use domain::Company;
use domain::chain::ChainSummary;
use pki::authority::{RENEW_BEFORE, ROOT_LIFETIME, SERVER_LIFETIME};
use pki::{Authority, Certificate, CertificateChain, Issued, KeyKind, PkiError, PrivateKey, ServerNames};
use rustls::sign::CertifiedKey;
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{Live, Settings};

pub(crate) use names::{host_name, only_loopback};
use rows::{Purpose, Stored};

/// What TLS, EST and the Network page need. Cheap to clone; never changes: a new web certificate is a new value.
#[derive(Clone)]
pub struct Certificates(Arc<Held>);

struct Held {
    web_root: Authority,
    web: Issued,
    est: Authority,
    ums_id: Issued,
    server_key: Arc<CertifiedKey>,
    installation: Installation,
    changed_at: OffsetDateTime,
}

/// Ids of this server and of the group of servers that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Installation {
    pub process_id: Uuid,
    pub cluster_id: Uuid,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Certificates")
            .field(&self.web().certificate.fingerprint())
            .finish()
    }
}

impl Certificates {
    /// The root that devices and browsers trust.
    pub fn web_root(&self) -> &Authority {
        &self.0.web_root
    }
    /// The certificate that the web port shows, and its key.
    pub fn web(&self) -> &Issued {
        &self.0.web
    }
    /// The authority that issues device certificates.
    pub fn est(&self) -> &Authority {
        &self.0.est
    }
    /// The UMS's identity towards the cloud.
    pub fn ums_id(&self) -> &Issued {
        &self.0.ums_id
    }
    /// The web certificate as a TLS server shows it.
    pub fn server_key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.server_key)
    }
    pub fn installation(&self) -> Installation {
        self.0.installation
    }
    /// When the web certificate was made.
    pub fn changed_at(&self) -> OffsetDateTime {
        self.0.changed_at
    }
    /// What EST `cacerts` gives: EST authority and web root (ruling 24). There are no intermediates yet.
    pub fn authorities(&self) -> [&Certificate; 2] {
        [self.est().certificate(), self.web_root().certificate()]
    }
    /// "Download Certificate Chain": root first.
    pub fn chain_pem(&self) -> String {
        [self.web_root().certificate(), &self.web().certificate]
            .into_iter()
            .map(Certificate::pem)
            .collect()
    }
    pub(crate) fn chain_summary(&self, now: OffsetDateTime) -> ChainSummary {
        CertificateChain::parse(self.chain_pem(), now)
            .map(|chain| chain.summary())
            .unwrap_or_default()
    }
}

/// Makes what is missing, issues the web certificate anew where its names changed or its end is near, and puts the result into
/// use. Done at each start and every hour; fails where a configured name cannot stand in a certificate.
pub async fn start(acting: &Acting<Company>) -> Result<Certificates> {
    let settings = acting.services().port::<Settings>()?;
    let wanted = names::wanted(settings).map_err(Error::internal)?;
    let kind = if settings.rsa {
        KeyKind::Rsa4096
    } else {
        KeyKind::P256
    };
    let installation = rows::installation(acting).await?;
    let stored = rows::load(acting).await?;
    let now = acting.now();
    // RSA keys take seconds; nothing of this may happen inside a transaction or on the runtime's threads.
    let made = tokio::task::spawn_blocking(move || make(stored, &wanted, kind, installation, now));
    let made = made.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let held = match save(acting, &made).await {
        Ok(()) => made.held(installation)?,
        // Another process made them at the same moment: its are the ones in use.
        Err(error) if rows::is_taken(&error) => of_database(acting, installation).await?,
        Err(error) => return Err(error.into()),
    };
    let certificates = Certificates(Arc::new(held));
    let live = acting.services().port::<Live>()?;
    live.certificates().send_if_modified(|current| {
        let fresh = current
            .as_ref()
            .is_none_or(|current| current.web().certificate != certificates.web().certificate);
        if fresh {
            *current = Some(certificates.clone());
        }
        fresh
    });
    Ok(certificates)
}

/// What is in use. Fails before [`start`].
pub fn current(services: &Services<Company>) -> Result<Certificates> {
    let current = services.port::<Live>()?.certificates().borrow().clone();
    current.ok_or_else(|| Error::internal("the certificates of the UMS are not there yet"))
}

/// What is in use, now and after each change: for a TLS listener.
pub fn watch(services: &Services<Company>) -> Result<watch::Receiver<Option<Certificates>>> {
    Ok(services.port::<Live>()?.certificates().subscribe())
}

/// What is in use, started where nobody did yet: for the command line.
pub(crate) async fn current_or_start(acting: &Acting<Company>) -> Result<Certificates> {
    match current(acting.services()) {
        Ok(current) => Ok(current),
        Err(_) => start(acting).await,
    }
}

/// All of them, and which are new.
struct Made {
    web_root: Authority,
    web: Issued,
    est: Authority,
    ums_id: Issued,
    fresh: Vec<Purpose>,
    changed_at: OffsetDateTime,
}

fn make(
    stored: Stored,
    wanted: &ServerNames,
    kind: KeyKind,
    installation: Installation,
    now: OffsetDateTime,
) -> Result<Made, PkiError> {
    let mut fresh = Vec::new();
    let short: String = installation
        .cluster_id
        .simple()
        .to_string()
        .chars()
        .rev()
        .take(8)
        .collect();
    let mut authority = |stored: Option<Authority>, purpose, name: &str| {
        if let Some(stored) = stored {
            return Ok(stored);
        }
        fresh.push(purpose);
        Authority::new_root(&format!("{name} {short}"), kind, now, ROOT_LIFETIME)
    };
    let web_root = authority(stored.web_root, Purpose::WebRoot, "UMS Web Root CA")?;
    let est = authority(stored.est, Purpose::Est, "UMS Device CA")?;
    let ums_id = if let Some(stored) = stored.ums_id {
        stored
    } else {
        fresh.push(Purpose::UmsId);
        Issued::self_signed(&format!("UMS ID {}", installation.cluster_id), now, ROOT_LIFETIME)?
    };
    let (web, changed_at) = match stored.web {
        Some((web, made_at)) if fits(&web.certificate, &web_root, wanted, now) => (web, made_at),
        _ => {
            fresh.push(Purpose::Web);
            (web_root.issue_server(wanted, now, SERVER_LIFETIME)?, now)
        }
    };
    Ok(Made {
        web_root,
        web,
        est,
        ums_id,
        fresh,
        changed_at,
    })
}

fn fits(web: &Certificate, root: &Authority, wanted: &ServerNames, now: OffsetDateTime) -> bool {
    web.server_names() == wanted
        && web.is_issued_by(root.certificate())
        && web.not_after() - now > RENEW_BEFORE
}

impl Made {
    fn parts(&self, purpose: Purpose) -> (&Certificate, &PrivateKey) {
        match purpose {
            Purpose::WebRoot => (self.web_root.certificate(), self.web_root.key()),
            Purpose::Web => (&self.web.certificate, &self.web.key),
            Purpose::Est => (self.est.certificate(), self.est.key()),
            Purpose::UmsId => (&self.ums_id.certificate, &self.ums_id.key),
        }
    }

    fn held(self, installation: Installation) -> Result<Held> {
        // The root is not sent along: whoever needs it has it, and it would cost every handshake its bytes.
        let chain = self.web.presented([]);
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let key =
            CertifiedKey::from_der(chain, self.web.key.to_rustls(), &provider).map_err(Error::internal)?;
        let Self {
            web_root,
            web,
            est,
            ums_id,
            changed_at,
            ..
        } = self;
        Ok(Held {
            web_root,
            web,
            est,
            ums_id,
            server_key: Arc::new(key),
            installation,
            changed_at,
        })
    }
}

async fn save(acting: &Acting<Company>, made: &Made) -> Result<(), rows::SaveError> {
    if made.fresh.is_empty() {
        return Ok(());
    }
    let mut tx = acting.begin().await?;
    for purpose in &made.fresh {
        let (certificate, key) = made.parts(*purpose);
        let id = rows::insert(&mut tx, acting.services(), *purpose, certificate, key).await?;
        let event = Event::new("certificate.made", id, certificate.subject());
        tx.note(
            event
                .with("purpose", purpose.key())
                .with("fingerprint", certificate.fingerprint().to_string()),
        )
        .await?;
    }
    Ok(tx
        .commit_without_event_because("each certificate was noted above")
        .await?)
}

async fn of_database(acting: &Acting<Company>, installation: Installation) -> Result<Held> {
    let Stored {
        web_root: Some(web_root),
        web: Some((web, changed_at)),
        est: Some(est),
        ums_id: Some(ums_id),
    } = rows::load(acting).await?
    else {
        return Err(Error::internal("the certificates of the UMS are incomplete"));
    };
    Made {
        web_root,
        web,
        est,
        ums_id,
        fresh: Vec::new(),
        changed_at,
    }
    .held(installation)
}
