//! IGEL OS Onboarding: routing records, which say to which UMS a user or a domain is led.

pub(crate) mod rows;

use access::{Authorized, Error, Event, Result, ResultExt as _};
use domain::id::{AccountId, RoutingId};
use domain::page::{ListQuery, Page};
use domain::permission::{CreateRouting, ViewRouting};
use domain::routing::{NewRouting, Routing, RoutingDraft, RoutingRow};
use domain::{Conflict, DomainName, Fault, Invalid, Reason};
use pki::CertificateChain;
use store::args;

use crate::accounts;
use crate::proofs::Proofs;
use crate::{Settings, names};

/// "IGEL OS Onboarding Management". Sorts: `name`, `host`, `created`, `expires`; looks for names, hosts, domains and users.
pub async fn list(auth: &Authorized<ViewRouting>, query: ListQuery) -> Result<Page<RoutingRow>> {
    let mut tx = auth.read().await?;
    let page: Page<rows::Listed> = tx.list(&rows::ROUTINGS, &query, args![auth.account()?]).await?;
    Ok(page.map(Into::into))
}

/// The details of a record.
pub async fn get(auth: &Authorized<ViewRouting>, id: RoutingId) -> Result<Routing> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, auth.services().port::<Settings>()?, account).await?;
    details(&mut tx, &proofs, account, id).await
}

/// Registers a record, once IGEL OS Onboarding is active (`NotActive` before). Name, users and domains are unique within the
/// account: `Taken` on `name`, `users.N` or `domains.N`. Whatever is refused, nothing is stored.
pub async fn register(auth: &Authorized<CreateRouting>, draft: RoutingDraft) -> Result<Routing> {
    let account = auth.account()?;
    let (((new, users), domains), chain) = {
        let mapped = names::both(
            names::both(draft.check(), names::user_lines(&draft.users)),
            names::domain_lines(&draft.domains),
        );
        names::both(mapped, read_chain(&draft, auth.now()))?
    };

    let mut tx = auth.begin().await?;
    let now = tx.now();
    if accounts::rows::activation(&mut tx, account)
        .await?
        .onboarding_active_at
        .is_none()
    {
        return Err(Conflict::NotActive.into());
    }
    let id: RoutingId = tx.id();
    let row = rows::NewRow {
        id,
        account,
        new: &new,
        chain: &chain,
        created_by: auth.actor().name(),
        now,
    };
    let made = rows::insert(&mut tx, &row).await;
    made.on_unique(
        "routings",
        &["account_id", "name_key"],
        Fault::field("name", Reason::Taken),
    )?;
    for (line, user) in &users {
        let fault = Fault::field(&format!("users.{line}"), Reason::Taken);
        rows::map_user(&mut tx, account, id, user).await.on_unique(
            "routing_users",
            &["account_id", "email_key"],
            fault,
        )?;
    }
    for (line, domain) in &domains {
        let fault = Fault::field(&format!("domains.{line}"), Reason::Taken);
        rows::map_domain(&mut tx, account, id, domain).await.on_unique(
            "routing_domains",
            &["account_id", "domain"],
            fault,
        )?;
    }

    let proofs = Proofs::of(&mut tx, auth.services().port::<Settings>()?, account).await?;
    let made = details(&mut tx, &proofs, account, id).await?;
    tx.commit(event(id, &new, &made)).await?;
    Ok(made)
}

fn event(id: RoutingId, new: &NewRouting, made: &Routing) -> Event {
    Event::new("routing.registered", id, made.row.name.clone())
        .with("host", made.row.host.clone())
        .with("port", new.port.get())
        .with("root", made.row.root.clone())
        .with("fingerprint", made.row.fingerprint.clone())
        .with("users", made.users.clone())
        .with(
            "domains",
            made.domains
                .iter()
                .map(|mapped| mapped.domain.to_string())
                .collect::<Vec<_>>(),
        )
}

fn read_chain(draft: &RoutingDraft, now: time::OffsetDateTime) -> Result<CertificateChain, Invalid> {
    CertificateChain::parse(&draft.chain, now)
        .map_err(|problem| Invalid::one("chain", Reason::Chain(problem)))
}

async fn details(
    tx: &mut store::Tx,
    proofs: &Proofs<'_>,
    account: AccountId,
    id: RoutingId,
) -> Result<Routing> {
    let row: RoutingRow = rows::get(tx, account, id).await?.ok_or(Fault::NotFound)?.into();
    let (chain_pem, updated_at) = rows::chain(tx, account, id).await?;
    // It was checked when it was saved, so that is the time to ask for: an expired root has to be shown, not refused.
    let chain = CertificateChain::parse(&chain_pem, updated_at);
    let chain = chain.map_err(|problem| {
        Error::internal(format!("the stored chain of {id} cannot be read: {problem:?}"))
    })?;
    let users = rows::users(tx, account, id)
        .await?
        .into_iter()
        .map(|(email,)| email)
        .collect();
    let domains = rows::domains(tx, account, id).await?;
    let domains = domains
        .iter()
        .filter_map(|(domain,)| DomainName::parse(domain).ok());
    let domains = domains.map(|domain| proofs.mapped(domain)).collect();
    Ok(Routing {
        row,
        users,
        domains,
        chain: chain.summary(),
        chain_pem,
        updated_at,
    })
}

impl From<rows::Listed> for RoutingRow {
    fn from(row: rows::Listed) -> Self {
        Self {
            id: row.id,
            name: row.name,
            host: row.host,
            port: row.port,
            created_by: row.created_by,
            root: row.root,
            fingerprint: row.fingerprint,
            expires_at: row.expires_at,
            created_at: row.created_at,
        }
    }
}
