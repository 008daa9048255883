//! Changes of a record. Each names the state that the person saw; with another one saved meanwhile it is refused as `Stale`, and
//! nothing is lost. Each is noted in the record's history.

use access::{Authorized, Event, Result, ResultExt as _, Tx};
use domain::id::{AccountId, RoutingId};
use domain::permission::{DeleteRouting, EditRouting, MapDomains, ReplaceRoutingChain, SwitchRouting};
use domain::routing::Target;
use domain::routing_change::{self as drafts, RoutingAct, RoutingSettings, Seen, TARGETS_MAX};
use domain::{Cloud, Conflict, Fault, Permission, Reason};

use super::history::{self, place};
use super::rows::Needs;
use super::{name_taken, read_chain, rows};
use crate::names;

/// A change under way: nobody else saves the record before it ends.
pub(super) struct Changing {
    pub tx: Tx,
    pub account: AccountId,
    pub id: RoutingId,
    /// Of the save that this change is.
    pub version: i64,
    pub act: RoutingAct,
    /// What the record is; a change sets what it changes.
    pub settings: RoutingSettings,
}

/// Begins a change of the record that was seen. `NotFound` where it is not this account's, `Stale` where other settings of it were
/// saved meanwhile; users that were added or removed leave an open form as it is.
pub(super) async fn begin<P: Permission<Side = Cloud>>(
    auth: &Authorized<P>,
    seen: Seen,
    act: RoutingAct,
) -> Result<Changing> {
    begin_with(auth, seen.record, Needs::Settings(seen.version), act).await
}

/// [`begin`] for a change that needs more, or less.
pub(super) async fn begin_with<P: Permission<Side = Cloud>>(
    auth: &Authorized<P>,
    id: RoutingId,
    needs: Needs,
    act: RoutingAct,
) -> Result<Changing> {
    let account = auth.account()?;
    let mut tx = auth.begin().await?;
    let now = tx.now();
    // When it was saved before this change.
    let before = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if !rows::claim(&mut tx, account, id, needs, now).await? {
        return Err(Conflict::Stale.into());
    }
    let record = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let settings = RoutingSettings {
        name: record.name,
        host: record.host,
        port: record.port,
        enabled: record.enabled,
        chain_pem: record.chain_pem,
        domains: rows::domains(&mut tx, account, id).await?,
        targets: super::targets_of(id, &record.targets)?,
    };
    let mut change = Changing {
        tx,
        account,
        id,
        version: record.version,
        act,
        settings,
    };
    // Records that were registered before there was a history begin it with what they are.
    if history::by_of(&mut change.tx, account, id, record.version - 1)
        .await?
        .is_none()
    {
        change.version -= 1;
        change.act = RoutingAct::Registered;
        history::note_at(&mut change, &before.created_by, before.updated_at).await?;
        change.version += 1;
        change.act = act;
    }
    Ok(change)
}

impl Changing {
    /// Saves everything but the chain and the domains.
    pub async fn save_settings(&mut self) -> store::Result<()> {
        let targets = serde_json::to_string(&self.settings.targets).unwrap_or_default();
        rows::set_settings(&mut self.tx, self.account, self.id, &self.settings, &targets).await
    }

    /// To be called by changes of the way to the UMS.
    pub async fn forget_check(&mut self) -> Result<()> {
        let now = self.tx.now();
        Ok(rows::forget_check(&mut self.tx, self.account, self.id, now).await?)
    }

    /// Ends the change. `users`: who was added and who was removed, as typed.
    pub async fn commit(mut self, by: &str, users: (&Vec<String>, &Vec<String>), event: Event) -> Result<()> {
        history::note(&mut self, by, users).await?;
        self.tx.commit(event).await
    }

    /// [`Changing::commit`] of a change that is not about users.
    pub async fn done(self, by: &str, event: Event) -> Result<()> {
        self.commit(by, (&Vec::new(), &Vec::new()), event).await
    }

    fn event(&self, name: &'static str) -> Event {
        Event::new(name, self.id, self.settings.name.clone())
    }
}

/// Sets display name, host and port. The name is unique within the account: `Taken`.
pub async fn edit(auth: &Authorized<EditRouting>, draft: drafts::EditRouting) -> Result<()> {
    let (seen, name, host, port) = draft.check()?;
    let mut change = begin(auth, seen, RoutingAct::Edited).await?;
    let before = change.settings.clone();
    change.settings.name = name;
    change.settings.host = host.as_str().to_owned();
    change.settings.port = port.get();
    name_taken(change.save_settings().await)?;
    if before.host != change.settings.host || before.port != change.settings.port {
        change.forget_check().await?;
    }
    let event = change
        .event("routing.changed")
        .changed("name", before.name, change.settings.name.clone())
        .changed("host", before.host, change.settings.host.clone())
        .changed("port", before.port, change.settings.port);
    change.done(auth.actor().name(), event).await
}

/// "Replace X.509 Certificate".
pub async fn replace_chain(
    auth: &Authorized<ReplaceRoutingChain>,
    draft: drafts::ReplaceChain,
) -> Result<()> {
    let seen = draft.check()?;
    let chain = read_chain("chain", &draft.chain, auth.now())?;
    let mut change = begin(auth, seen, RoutingAct::ChainReplaced).await?;
    let (account, id) = (change.account, change.id);
    let before = rows::get(&mut change.tx, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    rows::set_chain(&mut change.tx, account, id, &chain).await?;
    change.settings.chain_pem = chain.pem();
    change.forget_check().await?;
    let event = change
        .event("routing.chain_replaced")
        .changed("root", before.root, chain.root().subject())
        .changed(
            "fingerprint",
            before.fingerprint,
            chain.root().fingerprint().to_string(),
        );
    change.done(auth.actor().name(), event).await
}

/// "Update Mapped Domains": these and no others. Another record's domain is `Taken` on `domains.N`. A record without users needs
/// at least one.
pub async fn map_domains(auth: &Authorized<MapDomains>, draft: drafts::MapDomains) -> Result<()> {
    let (seen, lines) = names::both(draft.check(), names::domain_lines(&draft.domains))?;
    let mut change = begin(auth, seen, RoutingAct::DomainsMapped).await?;
    let (account, id) = (change.account, change.id);
    if lines.is_empty() && super::users::rows::count(&mut change.tx, account, id).await? == 0 {
        return Err(Fault::field("domains", Reason::NobodyMapped).into());
    }
    rows::unmap_domains(&mut change.tx, account, id).await?;
    for (line, domain) in &lines {
        let fault = Fault::field(&format!("domains.{line}"), Reason::Taken);
        rows::map_domain(&mut change.tx, account, id, domain)
            .await
            .on_unique("routing_domains", &["account_id", "domain"], fault)?;
    }
    let after = rows::domains(&mut change.tx, account, id).await?;
    let before = std::mem::replace(&mut change.settings.domains, after.clone());
    let event = change
        .event("routing.domains_mapped")
        .changed("domains", before, after);
    change.done(auth.actor().name(), event).await
}

/// Switches a record off or on. One that is off routes nobody, and is not checked.
pub async fn switch(auth: &Authorized<SwitchRouting>, draft: drafts::SwitchRouting) -> Result<()> {
    let seen = draft.check()?;
    let (act, name) = if draft.enabled {
        (RoutingAct::Enabled, "routing.enabled")
    } else {
        (RoutingAct::Disabled, "routing.disabled")
    };
    let mut change = begin(auth, seen, act).await?;
    change.settings.enabled = draft.enabled;
    name_taken(change.save_settings().await)?;
    if draft.enabled {
        change.forget_check().await?;
    }
    let event = change.event(name);
    change.done(auth.actor().name(), event).await
}

/// Adds an address to which devices are led when those before it do not answer: `Taken` where the record has it already.
pub async fn add_target(auth: &Authorized<EditRouting>, draft: drafts::AddTarget) -> Result<()> {
    let own = if draft.chain.trim().is_empty() {
        Ok(None)
    } else {
        read_chain("chain", &draft.chain, auth.now()).map(Some)
    };
    let ((seen, host, port), own) = names::both(draft.check(), own)?;
    let mut change = begin(auth, seen, RoutingAct::TargetAdded).await?;
    let target = Target {
        host: host.as_str().to_owned(),
        port: port.get(),
        chain_pem: own.map(|chain| chain.pem()),
    };
    let settings = &mut change.settings;
    let same = |other: &str, port: u16| other.eq_ignore_ascii_case(&target.host) && port == target.port;
    let there = settings.targets.iter().any(|other| same(&other.host, other.port));
    if there || same(&settings.host, settings.port) {
        return Err(Fault::field("host", Reason::Taken).into());
    }
    if settings.targets.len() >= TARGETS_MAX {
        let max = u32::try_from(TARGETS_MAX).unwrap_or(u32::MAX);
        return Err(Fault::field("host", Reason::TooMany { max }).into());
    }
    let added = place(&target);
    settings.targets.push(target);
    name_taken(change.save_settings().await)?;
    change.forget_check().await?;
    let event = change.event("routing.target_added").with("target", added);
    change.done(auth.actor().name(), event).await
}

/// Removes a further address.
pub async fn remove_target(auth: &Authorized<EditRouting>, draft: drafts::RemoveTarget) -> Result<()> {
    let (seen, host, port) = draft.check()?;
    let mut change = begin(auth, seen, RoutingAct::TargetRemoved).await?;
    let targets = &mut change.settings.targets;
    let before = targets.len();
    targets.retain(|target| !(target.host.eq_ignore_ascii_case(host.as_str()) && target.port == port.get()));
    if targets.len() == before {
        return Err(Fault::NotFound.into());
    }
    name_taken(change.save_settings().await)?;
    change.forget_check().await?;
    let event = change
        .event("routing.target_removed")
        .with("target", format!("{host}:{}", port.get()));
    change.done(auth.actor().name(), event).await
}

/// Deletes a record with its users, domains and history. Devices that are onboarded already stay so.
pub async fn delete(auth: &Authorized<DeleteRouting>, draft: drafts::DeleteRouting) -> Result<()> {
    let seen = draft.check()?;
    let needs = Needs::Everything(seen.version);
    let mut change = begin_with(auth, seen.record, needs, RoutingAct::Edited).await?;
    let (account, id) = (change.account, change.id);
    let users = super::users::rows::count(&mut change.tx, account, id).await?;
    let event = change
        .event("routing.deleted")
        .with("host", change.settings.host.clone())
        .with("port", change.settings.port)
        .with("domains", change.settings.domains.clone())
        .with("users", users);
    rows::delete(&mut change.tx, account, id).await?;
    change.tx.commit(event).await
}
