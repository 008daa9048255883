//! "Bring your IdP": the SAML providers of an account, for its Super Admins. What people do at them is in [`crate::federated`].

mod changes;
mod form;
pub(crate) mod rows;
pub mod switch;
mod test;
mod words;

use std::sync::Arc;

use access::{Authorized, Error, Event, Result, ResultExt as _, Services};
use domain::id::{AccountId, SamlIdpId};
use domain::permission::ManageSamlIdps;
use domain::saml_idp::{
    CertificateEnd, OurSaml, PROVIDERS_MAX, SamlCertificate, SamlIdp, SamlIdpDetails, SamlIdpDraft, SamlIdps,
};
use domain::{Cloud, DomainName, Fault, Language, Reason};
use federation::saml::{IdentityProvider, SamlVerifier, ServiceProvider, SigningCertificates};
use pki::Certificate;
use store::{args, sql};

pub use changes::{activate, add_certificate, change, change_place, deactivate, delete, remove_certificate};
pub(crate) use test::Outcome;
pub use test::begin as begin_test;

use crate::proofs::Proofs;
use crate::{Settings, names};

/// What reads and writes SAML: a port.
#[derive(Clone)]
pub struct Saml(pub Arc<dyn SamlVerifier>);

impl Settings {
    /// We, as every provider knows us.
    pub(crate) fn service_provider(&self) -> ServiceProvider {
        let portal = self.portal_url.trim_end_matches('/');
        ServiceProvider {
            entity_id: format!("{portal}/saml/metadata"),
            acs_url: format!("{portal}/saml/acs"),
        }
    }
}

/// What a provider's administrator imports: our metadata, XML.
pub fn our_metadata(services: &Services<Cloud>) -> Result<String> {
    let ours = services.port::<Settings>()?.service_provider();
    Ok(services.port::<Saml>()?.0.metadata(&ours))
}

/// Everything of the account.
pub async fn list(auth: &Authorized<ManageSamlIdps>) -> Result<SamlIdps> {
    let account = auth.account()?;
    let settings = auth.services().port::<Settings>()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, settings, account).await?;
    let mut idps = Vec::new();
    for row in rows::all(&mut tx, account).await? {
        idps.push(shown(auth, &mut tx, &proofs, row).await?);
    }
    Ok(SamlIdps {
        ours: ours(settings),
        idps,
        off_since: rows::off_since(&mut tx, account).await?,
    })
}

/// One provider with its last test sign-in, whose problem is told in `language`.
pub async fn get(
    auth: &Authorized<ManageSamlIdps>,
    id: SamlIdpId,
    language: Language,
) -> Result<SamlIdpDetails> {
    let account = auth.account()?;
    let settings = auth.services().port::<Settings>()?;
    let mut tx = auth.read().await?;
    let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let proofs = Proofs::of(&mut tx, settings, account).await?;
    let test = rows::test(&mut tx, id).await?;
    Ok(SamlIdpDetails {
        idp: shown(auth, &mut tx, &proofs, row).await?,
        test: test.map(|test| test::shown(test, language)).transpose()?,
        ours: ours(settings),
    })
}

/// The form with what metadata say in the place of what was left empty. Keeps nothing.
pub async fn read_metadata(
    auth: &Authorized<ManageSamlIdps>,
    draft: SamlIdpDraft,
    language: Language,
) -> Result<SamlIdpDraft> {
    if draft.metadata.trim().is_empty() && draft.metadata_url.trim().is_empty() {
        return Err(Fault::field("metadata", Reason::Required).into());
    }
    let wanted = SamlIdpDraft {
        metadata: draft.metadata,
        metadata_url: draft.metadata_url,
        domains: draft.domains,
        provision: draft.provision,
        ..SamlIdpDraft::default()
    };
    form::fill(auth.services(), &auth.account()?.to_string(), wanted, language).await
}

/// Registers a provider, inactive until a test sign-in has passed. Its domains have to be proved. An issuer is registered once
/// in an account: `Taken` on `issuer`.
pub async fn register(
    auth: &Authorized<ManageSamlIdps>,
    draft: SamlIdpDraft,
    language: Language,
) -> Result<SamlIdpId> {
    let account = auth.account()?;
    let services = auth.services();
    let draft = form::fill(services, &account.to_string(), draft, language).await?;
    let (new, domains) = names::both(draft.check(), names::domain_lines(&draft.domains))?;
    form::check_endpoint(services, &new.endpoint).await?;
    let certificates = form::certificates(services.port::<Saml>()?, &draft.certificate, language)?;

    let mut tx = auth.begin().await?;
    let (now, id): (_, SamlIdpId) = (tx.now(), tx.id());
    lock(&mut tx, account).await?;
    if rows::count(&mut tx, account).await? >= i64::from(PROVIDERS_MAX) {
        return Err(Fault::field("issuer", Reason::TooMany { max: PROVIDERS_MAX }).into());
    }
    all_proved(&mut tx, services, account, &domains).await?;
    let by = auth.actor().name();
    let made = rows::insert(&mut tx, id, account, &new, draft.provision, (by, now)).await;
    made.on_unique(
        "saml_idps",
        &["account_id", "issuer"],
        Fault::field("issuer", Reason::Taken),
    )?;
    for (_, domain) in &domains {
        rows::add_domain(&mut tx, account, id, domain, false).await?;
    }
    for certificate in &certificates {
        let fingerprint = certificate.fingerprint().to_string();
        rows::add_certificate(&mut tx, id, &fingerprint, certificate.der(), now).await?;
    }
    let event = Event::new("saml_idp.registered", id, new.issuer)
        .with("endpoint", new.endpoint)
        .with("domains", texts(&domains))
        .with("provision", draft.provision)
        .with(
            "certificates",
            certificates
                .iter()
                .map(|certificate| certificate.fingerprint().to_string())
                .collect::<Vec<_>>(),
        );
    tx.answer(&id)?;
    tx.commit(event).await?;
    Ok(id)
}

/// Refuses domains that the account has not proved, each on its line.
async fn all_proved(
    tx: &mut store::Tx,
    services: &Services<Cloud>,
    account: AccountId,
    domains: &[(usize, DomainName)],
) -> Result<()> {
    let proofs = Proofs::of(tx, services.port::<Settings>()?, account).await?;
    let mut checker = domain::draft::Checker::default();
    for (line, domain) in domains {
        if !proofs.hold(domain) {
            checker.fault(format!("domains.{line}"), Reason::DomainNotProved);
        }
    }
    checker.finish(|| Some(())).map_err(Error::from)
}

fn texts(domains: &[(usize, DomainName)]) -> Vec<String> {
    domains.iter().map(|(_, domain)| domain.to_string()).collect()
}

fn ours(settings: &Settings) -> OurSaml {
    let ServiceProvider { entity_id, acs_url } = settings.service_provider();
    OurSaml { acs_url, entity_id }
}

/// One at a time decides which provider of the account is active for which domain.
async fn lock(tx: &mut store::Tx, account: AccountId) -> Result<()> {
    let lock = sql!("update accounts set version = version where id = $1");
    Ok(tx.execute_one(lock, args![account]).await?)
}

async fn shown(
    auth: &Authorized<ManageSamlIdps>,
    tx: &mut store::Tx,
    proofs: &Proofs<'_>,
    row: rows::SamlIdpRow,
) -> Result<SamlIdp> {
    let domains = rows::domains(tx, row.account_id, row.id).await?;
    let domains = domains
        .iter()
        .filter_map(|(domain,)| DomainName::parse(domain).ok());
    let now = auth.now();
    let certificate = |certificate: Certificate| SamlCertificate {
        subject: certificate.subject().to_owned(),
        fingerprint: certificate.fingerprint().to_string(),
        expires_at: certificate.not_after(),
        end: CertificateEnd::of(certificate.not_after(), now),
    };
    let certificates = certificates_of(tx, row.id).await?;
    Ok(SamlIdp {
        id: row.id,
        issuer: row.issuer,
        endpoint: row.endpoint,
        metadata_url: row.metadata_url,
        host: row.host,
        domains: domains.map(|domain| proofs.mapped(domain)).collect(),
        certificates: certificates.into_iter().map(certificate).collect(),
        active: row.active,
        provision: row.provision,
        tested_at: row.tested_at,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}

async fn certificates_of(tx: &mut store::Tx, id: SamlIdpId) -> Result<Vec<Certificate>> {
    let kept = rows::certificates(tx, id).await?;
    let read = kept.iter().map(|(der,)| Certificate::from_der(der));
    read.collect::<Result<_, _>>().map_err(Error::internal)
}

/// The provider as the verifier wants it. One without a certificate cannot be made (SEC-04).
pub(crate) async fn provider(tx: &mut store::Tx, row: &rows::SamlIdpRow) -> Result<IdentityProvider> {
    let certificates = certificates_of(tx, row.id).await?;
    Ok(IdentityProvider {
        entity_id: row.issuer.clone(),
        endpoint: row.endpoint.clone(),
        certificates: SigningCertificates::new(certificates).map_err(Error::internal)?,
    })
}

/// Does what computes for long where it holds nobody up.
pub(crate) async fn off_executor<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
