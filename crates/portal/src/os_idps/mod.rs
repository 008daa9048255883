//! IGEL OS IdP: the OIDC providers at which an account's people sign in when they switch a device on.

mod endpoints;
pub(crate) mod rows;

use access::{Authorized, Event, Result, ResultExt as _};
use domain::id::{AccountId, OsIdpId};
use domain::os_idp::{OsIdp, OsIdpDraft};
use domain::page::{ListQuery, Page};
use domain::permission::{RegisterOsIdp, ViewOsIdps};
use domain::{DomainName, Fault, Reason};
use outside::Outside;
use store::args;

use crate::proofs::Proofs;
use crate::{Settings, names};

pub(crate) use endpoints::Endpoints;

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
        shown.push(with_domains(&mut tx, account, &proofs, row).await?);
    }
    Ok(Page {
        rows: shown,
        total,
        next,
        previous,
    })
}

/// Registers a provider. Where an issuer is given, its discovery document fills the endpoints and its keys are pinned. The
/// secret is sealed and never shown again. Name and domains are unique within the account: `Taken` on `name` or `domains.N`.
pub async fn register(auth: &Authorized<RegisterOsIdp>, draft: OsIdpDraft) -> Result<OsIdp> {
    let account = auth.account()?;
    let services = auth.services();
    let (new, domains) = names::both(draft.check(), names::domain_lines(&draft.domains))?;
    let endpoints = endpoints::find(&*services.port::<Outside>()?.http, &new).await?;

    let mut tx = auth.begin().await?;
    let now = tx.now();
    let id: OsIdpId = tx.id();
    let sealed = rows::seal(services, id, &new.client_secret)?;
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
    let row = rows::get(&mut tx, account, id).await?;
    let made = with_domains(&mut tx, account, &proofs, row).await?;
    let event = Event::new("os_idp.registered", id, made.name.clone())
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
    tx.commit(event).await?;
    Ok(made)
}

/// The redirect URI to enter at the provider, exactly as it is sent.
pub fn redirect_uri(auth: &Authorized<RegisterOsIdp>) -> Result<String> {
    Ok(auth.services().port::<Settings>()?.redirect_uri())
}

async fn with_domains(
    tx: &mut store::Tx,
    account: AccountId,
    proofs: &Proofs<'_>,
    row: rows::OsIdpRow,
) -> Result<OsIdp> {
    let domains = rows::domains(tx, account, row.id).await?;
    let domains = domains
        .iter()
        .filter_map(|(domain,)| DomainName::parse(domain).ok());
    Ok(OsIdp {
        id: row.id,
        name: row.name,
        client_id: row.client_id,
        reduced_assurance: row.issuer.is_none(),
        issuer: row.issuer,
        authorization_endpoint: row.authorization_endpoint,
        token_endpoint: row.token_endpoint,
        domains: domains.map(|domain| proofs.mapped(domain)).collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
