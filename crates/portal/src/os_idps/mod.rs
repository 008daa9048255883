//! IGEL OS IdP: the OIDC providers at which an account's people sign in when they switch a device on.

mod changes;
mod endpoints;
mod purge;
pub(crate) mod rows;
pub mod sign_in;
pub mod test;

use access::{Authorized, Event, Result, ResultExt as _};
use domain::id::{AccountId, OsIdpId};
use domain::os_idp::{OldSecret, OsIdp, OsIdpDraft, Preset, SecretState};
use domain::page::{ListQuery, Page};
use domain::permission::{RegisterOsIdp, ViewOsIdps};
use domain::saml_idp::CertificateEnd;
use domain::{DomainName, Fault, Reason};
use outside::Outside;
use store::args;
use time::OffsetDateTime;

use crate::proofs::Proofs;
use crate::{Settings, names};

pub use changes::{delete, disable, enable, rename, stops, update_domains, update_secret};
pub use endpoints::DISCOVERIES;
pub(crate) use endpoints::Endpoints;
pub(crate) use purge::purge;
pub use test::details;

/// "IGEL OS IdP Management". Sorts: `name`, `created`, `updated`; looks for names, client IDs and domains.
pub async fn list(auth: &Authorized<ViewOsIdps>, query: ListQuery) -> Result<Page<OsIdp>> {
    let account = auth.account()?;
    let settings = auth.services().port::<Settings>()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, settings, account).await?;
    let Page {
        rows: found,
        total,
        next,
        previous,
    } = tx.list(&rows::OS_IDPS, &query, args![account]).await?;
    let mut shown = Vec::with_capacity(found.len());
    for row in found {
        shown.push(with_domains(&mut tx, (account, auth.now()), &proofs, row).await?);
    }
    Ok(Page {
        rows: shown,
        total,
        next,
        previous,
    })
}

/// The form with what the issuer publishes in the place of both endpoints, and the issuer as it calls itself. Keeps nothing.
pub async fn discover(auth: &Authorized<RegisterOsIdp>, draft: OsIdpDraft) -> Result<OsIdpDraft> {
    endpoints::fill(auth.services(), auth.account()?, draft.without_secret()).await
}

/// Registers a provider. Where an issuer is given, its discovery document fills the endpoints and its keys are pinned. The
/// secret is sealed and never shown again. Name and domains are unique within the account: `Taken` on `name` or `domains.N`.
pub async fn register(auth: &Authorized<RegisterOsIdp>, draft: OsIdpDraft) -> Result<OsIdp> {
    let account = auth.account()?;
    let services = auth.services();
    let (new, domains) = names::both(draft.check(), names::domain_lines(&draft.domains))?;
    not_over("secret_expires", new.secret_expires_at, services.now())?;
    endpoints::count(services, account)?;
    let endpoints = endpoints::find(&*services.port::<Outside>()?.http, &new).await?;

    let mut tx = auth.begin().await?;
    let now = tx.now();
    let id: OsIdpId = tx.id();
    let sealed = rows::seal(services, id, rows::SecretColumn::New, &new.client_secret)?;
    let row = rows::NewRow {
        id,
        account,
        new: &new,
        endpoints: &endpoints,
        sealed: &sealed,
        now,
    };
    let made = rows::insert(&mut tx, &row).await;
    made.on_unique(
        "os_idps",
        &["account_id", "name_key"],
        Fault::field("name", Reason::Taken),
    )?;
    for (line, domain) in &domains {
        let fault = Fault::field(&format!("domains.{line}"), Reason::Taken);
        let mapped = rows::map_domain(&mut tx, account, id, domain).await;
        mapped.on_unique("os_idp_domains", &["account_id", "domain"], fault)?;
    }
    let proofs = Proofs::of(&mut tx, services.port::<Settings>()?, account).await?;
    let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let made = with_domains(&mut tx, (account, now), &proofs, row).await?;
    let event = Event::new("os_idp.registered", id, made.name.clone())
        .with("preset", made.preset.key())
        .with("client_id", made.client_id.clone())
        .with("issuer", made.issuer.clone())
        .with("authorization_endpoint", made.authorization_endpoint.clone())
        .with("token_endpoint", made.token_endpoint.clone())
        .with(
            "domains",
            domains
                .iter()
                .map(|(_, domain)| domain.to_string())
                .collect::<Vec<_>>(),
        );
    tx.answer(&made)?;
    tx.commit(event).await?;
    Ok(made)
}

/// The redirect URI to enter at the provider, exactly as it is sent.
pub fn redirect_uri(auth: &Authorized<RegisterOsIdp>) -> Result<String> {
    Ok(auth.services().port::<Settings>()?.redirect_uri())
}

/// Refuses a day that is over.
fn not_over(field: &str, day: Option<OffsetDateTime>, now: OffsetDateTime) -> Result<()> {
    match day {
        Some(day) if day.date() < now.date() => Err(Fault::field(field, Reason::DayIsOver).into()),
        _ => Ok(()),
    }
}

async fn with_domains(
    tx: &mut store::Tx,
    (account, now): (AccountId, OffsetDateTime),
    proofs: &Proofs<'_>,
    row: rows::OsIdpRow,
) -> Result<OsIdp> {
    let domains = rows::domains(tx, account, row.id).await?;
    let domains = domains
        .iter()
        .filter_map(|(domain,)| DomainName::parse(domain).ok());
    let secret = SecretState {
        expires: row.secret_expires_at.map(|at| (at, CertificateEnd::of(at, now))),
        old: row
            .old_secret_until
            .filter(|until| *until > now)
            .map(|until| OldSecret {
                until,
                once: row.old_secret_once,
            }),
    };
    Ok(OsIdp {
        id: row.id,
        preset: Preset::parse(&row.preset).unwrap_or_default(),
        name: row.name,
        client_id: row.client_id,
        reduced_assurance: row.issuer.is_none(),
        issuer: row.issuer,
        authorization_endpoint: row.authorization_endpoint,
        token_endpoint: row.token_endpoint,
        domains: domains.map(|domain| proofs.mapped(domain)).collect(),
        enabled: row.enabled,
        secret,
        tested: row.test_passed.zip(row.tested_at),
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}
