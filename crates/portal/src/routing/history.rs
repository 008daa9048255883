//! The history of a record: what it was after each change, who made it, and the way back.

mod rows;

use std::collections::HashMap;

use access::{Authorized, Event, Result, ResultExt as _};
use domain::id::RoutingId;
use domain::permission::{RestoreRouting, ViewRouting};
use domain::routing::Target;
use domain::routing_change::{
    HISTORY_MAX, RestoreRouting as Draft, RoutingAct, RoutingChange, RoutingHistory, RoutingSettings,
};
use domain::{DomainName, Fault, Reason};
use pki::CertificateChain;
use time::OffsetDateTime;

use super::changes::{self, Changing};
use super::rows::Needs;
use super::users::rows as users;
use crate::names::Address;

pub(super) use rows::by_of;

/// Addresses as they stand in a change: as typed.
type Typed = Vec<String>;

/// The changes of a record, newest first.
pub async fn history(auth: &Authorized<ViewRouting>, id: RoutingId) -> Result<RoutingHistory> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let record = super::rows::get(&mut tx, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    let rows = rows::all(&mut tx, account, id).await?;
    let changes = rows.into_iter().map(shown).collect::<Result<Vec<_>>>()?;
    Ok(RoutingHistory {
        name: record.name,
        version: record.version,
        changes,
    })
}

fn shown(row: rows::VersionRow) -> Result<RoutingChange> {
    let settings: RoutingSettings = serde_json::from_str(&row.settings)?;
    let chain = CertificateChain::parse_stored(&settings.chain_pem);
    Ok(RoutingChange {
        version: row.version,
        at: row.at,
        by: row.by_name,
        act: RoutingAct::parse(&row.act).unwrap_or(RoutingAct::Edited),
        name: settings.name,
        host: settings.host,
        port: settings.port,
        enabled: settings.enabled,
        fingerprint: chain
            .map(|chain| chain.root().fingerprint().to_string())
            .unwrap_or_default(),
        domains: settings.domains,
        targets: settings.targets.iter().map(place).collect(),
        users_added: row.added.unsigned_abs(),
        users_removed: row.removed.unsigned_abs(),
    })
}

/// `host:port`, for people.
pub(super) fn place(target: &Target) -> String {
    format!("{}:{}", target.host, target.port)
}

/// Notes what the record is after a change. `users`: who was added and who was removed.
pub(super) async fn note(change: &mut Changing, by: &str, users: (&Typed, &Typed)) -> Result<()> {
    let at = change.tx.now();
    insert(change, by, at, users).await?;
    let (account, id, last) = (change.account, change.id, change.version - i64::from(HISTORY_MAX));
    rows::prune(&mut change.tx, account, id, last).await?;
    Ok(())
}

/// Notes what the record was at an earlier time.
pub(super) async fn note_at(change: &mut Changing, by: &str, at: OffsetDateTime) -> Result<()> {
    insert(change, by, at, (&Vec::new(), &Vec::new())).await
}

async fn insert(change: &mut Changing, by: &str, at: OffsetDateTime, users: (&Typed, &Typed)) -> Result<()> {
    let version = rows::NewVersion {
        account: change.account,
        id: change.id,
        version: change.version,
        at,
        by,
        act: change.act.key(),
        settings: serde_json::to_string(&change.settings)?,
        added: serde_json::to_string(users.0)?,
        removed: serde_json::to_string(users.1)?,
    };
    Ok(rows::insert(&mut change.tx, version).await?)
}

/// Makes a record what it was after an earlier change, as a new change. What others have taken meanwhile is refused as `Taken` on
/// `name` or `domains`; users that another record maps now stay there.
pub async fn restore(auth: &Authorized<RestoreRouting>, draft: Draft) -> Result<()> {
    let (seen, to) = draft.check()?;
    let needs = Needs::Everything(seen.version);
    let mut change = changes::begin_with(auth, seen.record, needs, RoutingAct::Restored).await?;
    let (account, id) = (change.account, change.id);
    let wanted = rows::settings(&mut change.tx, account, id, to).await?;
    let Some(wanted) = wanted else {
        return Err(Fault::field("to", Reason::NotAChoice).into());
    };
    let wanted: RoutingSettings = serde_json::from_str(&wanted)?;
    let before = std::mem::replace(&mut change.settings, wanted.clone());
    let chain = super::read_chain("chain", &wanted.chain_pem, change.tx.now())?;
    super::name_taken(change.save_settings().await)?;
    super::rows::set_chain(&mut change.tx, account, id, &chain).await?;
    if before.domains != wanted.domains {
        super::rows::unmap_domains(&mut change.tx, account, id).await?;
        for domain in wanted
            .domains
            .iter()
            .filter_map(|domain| DomainName::parse(domain).ok())
        {
            super::rows::map_domain(&mut change.tx, account, id, &domain)
                .await
                .on_unique(
                    "routing_domains",
                    &["account_id", "domain"],
                    Fault::field("domains", Reason::Taken),
                )?;
        }
    }
    change.settings.domains = super::rows::domains(&mut change.tx, account, id).await?;
    change.forget_check().await?;
    let users = restore_users(&mut change, to).await?;
    let event = Event::new("routing.restored", id, wanted.name.clone())
        .with("version", to)
        .changed("host", before.host, wanted.host)
        .changed("port", before.port, wanted.port)
        .changed("enabled", before.enabled, wanted.enabled)
        .changed("domains", before.domains, wanted.domains)
        .with("users_added", users.0.len())
        .with("users_removed", users.1.len());
    change
        .commit(auth.actor().name(), (&users.0, &users.1), event)
        .await
}

/// Undoes what changed among the users after `to`. Answers who was added and who was removed by that.
async fn restore_users(change: &mut Changing, to: i64) -> Result<(Typed, Typed)> {
    let (account, id) = (change.account, change.id);
    let after = rows::users_after(&mut change.tx, account, id, to).await?;
    // Newest first: what the oldest of these changes says about an address stays.
    let mut wanted: HashMap<String, (bool, Address)> = HashMap::new();
    for (added, removed) in after {
        for (texts, there) in [(added, false), (removed, true)] {
            for typed in serde_json::from_str::<Typed>(&texts)? {
                if let Ok(address) = Address::parse(&typed) {
                    wanted.insert(address.key.clone(), (there, address));
                }
            }
        }
    }
    let (add, remove): (Vec<_>, Vec<_>) = wanted.into_values().partition(|(there, _)| *there);
    let add: Vec<Address> = add.into_iter().map(|(_, address)| address).collect();
    let remove: Vec<String> = remove.into_iter().map(|(_, address)| address.key).collect();
    let removed = users::remove(&mut change.tx, account, id, &remove).await?;
    let added = users::add(&mut change.tx, account, id, &add).await?;
    let typed = add
        .into_iter()
        .filter(|address| added.contains(&address.key))
        .map(|address| address.typed)
        .collect();
    Ok((typed, removed))
}
