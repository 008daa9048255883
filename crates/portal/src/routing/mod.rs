//! IGEL OS Onboarding: routing records, which say to which UMS a user or a domain is led.

mod changes;
pub mod checks;
mod history;
pub(crate) mod rows;
pub mod users;

use access::{Authorized, Error, Event, Result, ResultExt as _};
use domain::id::{AccountId, RoutingId};
use domain::page::{ListQuery, Page};
use domain::permission::{CreateRouting, ViewRouting};
use domain::route_report::Health;
use domain::routing::{NewRouting, Routing, RoutingDraft, RoutingRow, Target};
use domain::routing_change::{RoutingAct, RoutingSettings};
use domain::{Conflict, DomainName, Fault, Invalid, Reason};
use pki::CertificateChain;
use store::args;

use crate::accounts;
use crate::proofs::Proofs;
use crate::{Settings, names};

pub use changes::{add_target, delete, edit, map_domains, remove_target, replace_chain, switch};
pub use history::{history, restore};

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
    let (((new, mapped), domains), chain) = {
        let mapped = names::both(
            names::both(draft.check(), names::user_lines(&draft.users)),
            names::domain_lines(&draft.domains),
        );
        names::both(mapped, read_chain("chain", &draft.chain, auth.now()))?
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
    for (line, user) in &mapped {
        let fault = Fault::field(&format!("users.{line}"), Reason::Taken);
        users::rows::map_one(&mut tx, account, id, user).await.on_unique(
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
    let typed: Vec<String> = mapped.into_iter().map(|(_, user)| user.typed).collect();
    let made = details(&mut tx, &proofs, account, id).await?;
    tx.answer(&made)?;
    let event = event(id, &new, &made).with("users", typed.clone());
    let settings = RoutingSettings {
        name: made.row.name.clone(),
        host: made.row.host.clone(),
        port: made.row.port,
        enabled: true,
        chain_pem: made.chain_pem.clone(),
        domains: rows::domains(&mut tx, account, id).await?,
        targets: Vec::new(),
    };
    let change = changes::Changing {
        tx,
        account,
        id,
        version: made.version,
        act: RoutingAct::Registered,
        settings,
    };
    let by = auth.actor().name();
    change.commit(by, (&typed, &Vec::new()), event).await?;
    Ok(Routing {
        updated_by: by.to_owned(),
        ..made
    })
}

fn event(id: RoutingId, new: &NewRouting, made: &Routing) -> Event {
    Event::new("routing.registered", id, made.row.name.clone())
        .with("host", made.row.host.clone())
        .with("port", new.port.get())
        .with("root", made.row.root.clone())
        .with("fingerprint", made.row.fingerprint.clone())
        .with(
            "domains",
            made.domains
                .iter()
                .map(|mapped| mapped.domain.to_string())
                .collect::<Vec<_>>(),
        )
}

/// A save whose name may be taken.
fn name_taken(saved: store::Result<()>) -> Result<()> {
    saved.on_unique(
        "routings",
        &["account_id", "name_key"],
        Fault::field("name", Reason::Taken),
    )
}

/// Reads the certificate file of a form.
fn read_chain(field: &str, text: &str, now: time::OffsetDateTime) -> Result<CertificateChain, Invalid> {
    CertificateChain::parse(text, now).map_err(|problem| Invalid::one(field, Reason::Chain(problem)))
}

/// A chain that was saved. It was checked then: a root that has expired meanwhile has to be shown, not refused.
fn stored_chain(id: RoutingId, pem: &str) -> Result<CertificateChain> {
    let chain = CertificateChain::parse_stored(pem);
    chain.map_err(|problem| Error::internal(format!("the stored chain of {id} cannot be read: {problem:?}")))
}

/// The further addresses as they are stored.
pub(crate) fn targets_of(id: RoutingId, stored: &str) -> Result<Vec<Target>> {
    let targets = serde_json::from_str(stored);
    targets.map_err(|error| Error::internal(format!("the targets of {id} cannot be read: {error}")))
}

async fn details(
    tx: &mut store::Tx,
    proofs: &Proofs<'_>,
    account: AccountId,
    id: RoutingId,
) -> Result<Routing> {
    let full = rows::get(tx, account, id).await?.ok_or(Fault::NotFound)?;
    let chain = stored_chain(id, &full.chain_pem)?;
    let count = users::rows::count(tx, account, id).await?;
    let domains = rows::domains(tx, account, id).await?;
    let domains = domains.iter().filter_map(|domain| DomainName::parse(domain).ok());
    let domains = domains.map(|domain| proofs.mapped(domain)).collect();
    let by = history::by_of(tx, account, id, full.version).await?;
    let report = full
        .report
        .as_deref()
        .and_then(|report| serde_json::from_str(report).ok());
    Ok(Routing {
        users: count,
        first_users: users::rows::first(tx, account, id).await?,
        domains,
        chain: chain.summary(),
        targets: targets_of(id, &full.targets)?,
        updated_at: full.updated_at,
        updated_by: by.unwrap_or_else(|| full.created_by.clone()),
        version: full.version,
        report,
        chain_pem: full.chain_pem,
        row: RoutingRow {
            id: full.id,
            name: full.name,
            host: full.host,
            port: full.port,
            created_by: full.created_by,
            root: full.root,
            fingerprint: full.fingerprint,
            expires_at: full.expires_at,
            created_at: full.created_at,
            enabled: full.enabled,
            health: Health::parse(&full.health).unwrap_or_default(),
            checked_at: full.checked_at,
        },
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
            enabled: row.enabled,
            health: Health::parse(&row.health).unwrap_or_default(),
            checked_at: row.checked_at,
        }
    }
}
