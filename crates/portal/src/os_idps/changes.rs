//! What changes a provider that is there. Each change names the version that was looked at: `Conflict::Stale` where somebody else
//! has saved meanwhile (fault F30).

use access::{Acting, Authorized, Event, Result, ResultExt as _, Tx};
use domain::id::{AccountId, OsIdpId};
use domain::os_idp_change::{
    ClientSecretDraft, KeepOld, OsIdpActDraft, OsIdpDomainsDraft, OsIdpNameDraft, OsIdpStops, RECORDS_SHOWN,
    os_idp_id,
};
use domain::permission::{DeleteOsIdp, RenameOsIdp, SwitchOsIdp, UpdateClientSecret, UpdateOsIdpDomains};
use domain::{Cloud, Conflict, DomainName, Fault, Reason};

use super::{not_over, rows};
use crate::names;

/// "Update client secret". The old one is forgotten, or works on beside the new one for a while.
pub async fn update_secret(
    auth: &Authorized<UpdateClientSecret>,
    draft: ClientSecretDraft,
) -> Result<OsIdpId> {
    let new = draft.check()?;
    let mut change = Change::begin(auth, auth.account()?, &draft.id, new.version).await?;
    let (services, now, id) = (auth.services(), change.tx.now(), change.row.id);
    not_over("secret_expires", new.expires_at, now)?;
    let before = rows::provider(&mut change.tx, change.account, id)
        .await?
        .ok_or(Fault::NotFound)?
        .open(services)?;
    if before.client_secret.as_str() == new.secret {
        return Err(Fault::field("client_secret", Reason::SameSecret).into());
    }
    let life = new.keep_old.life();
    let old = life.map(|_| rows::seal(services, id, rows::SecretColumn::Old, &before.client_secret));
    let secrets = rows::Secrets {
        new: rows::seal(services, id, rows::SecretColumn::New, &new.secret)?,
        expires_at: new.expires_at,
        old: old.transpose()?,
        old_until: life.map(|life| now + life),
        old_once: new.keep_old == KeepOld::UntilFirstSuccess,
    };
    let seconds = |at: Option<time::OffsetDateTime>| at.map(time::OffsetDateTime::unix_timestamp);
    let event = change
        .event("os_idp.secret_updated")
        .with("keep_old", new.keep_old.key())
        .changed(
            "secret_expires_at",
            seconds(change.row.secret_expires_at),
            seconds(new.expires_at),
        );
    rows::set_secrets(&mut change.tx, change.account, id, secrets).await?;
    change.tx.commit(event).await?;
    Ok(id)
}

/// "Update Mapped Domains". All of them, or none: a fault names its line.
pub async fn update_domains(
    auth: &Authorized<UpdateOsIdpDomains>,
    draft: OsIdpDomainsDraft,
) -> Result<OsIdpId> {
    let (version, domains) = names::both(draft.check(), names::domain_lines(&draft.domains))?;
    let mut change = Change::begin(auth, auth.account()?, &draft.id, version).await?;
    let Change { tx, account, row } = &mut change;
    let before = rows::domains(tx, *account, row.id).await?;
    let before: Vec<String> = before.into_iter().map(|(domain,)| domain).collect();
    rows::unmap_domains(tx, *account, row.id).await?;
    for (line, domain) in &domains {
        let fault = Fault::field(&format!("domains.{line}"), Reason::Taken);
        let mapped = rows::map_domain(tx, *account, row.id, domain).await;
        mapped.on_unique("os_idp_domains", &["account_id", "domain"], fault)?;
    }
    let after: Vec<String> = domains.iter().map(|(_, domain)| domain.to_string()).collect();
    let event = change
        .event("os_idp.domains_updated")
        .changed("domains", before, after);
    change.done(event).await
}

/// A new display name. `Taken` where another provider of the account has it.
pub async fn rename(auth: &Authorized<RenameOsIdp>, draft: OsIdpNameDraft) -> Result<OsIdpId> {
    let (version, name) = draft.check()?;
    let mut change = Change::begin(auth, auth.account()?, &draft.id, version).await?;
    let renamed = rows::set_name(&mut change.tx, change.account, change.row.id, &name).await;
    renamed.on_unique(
        "os_idps",
        &["account_id", "name_key"],
        Fault::field("name", Reason::Taken),
    )?;
    let event = change
        .event("os_idp.renamed")
        .changed("name", change.row.name.clone(), name);
    change.done(event).await
}

/// From now on people of its domains are led there.
pub async fn enable(auth: &Authorized<SwitchOsIdp>, draft: OsIdpActDraft) -> Result<OsIdpId> {
    switch(auth, draft, true).await
}

/// From now on nobody is led there. Everything stays for the day on which it is enabled again.
pub async fn disable(auth: &Authorized<SwitchOsIdp>, draft: OsIdpActDraft) -> Result<OsIdpId> {
    switch(auth, draft, false).await
}

async fn switch(auth: &Authorized<SwitchOsIdp>, draft: OsIdpActDraft, on: bool) -> Result<OsIdpId> {
    let version = draft.check()?;
    let mut change = Change::begin(auth, auth.account()?, &draft.id, version).await?;
    rows::set_enabled(&mut change.tx, change.account, change.row.id, on).await?;
    let name = if on { "os_idp.enabled" } else { "os_idp.disabled" };
    let event = change.event(name).changed("enabled", change.row.enabled, on);
    change.done(event).await
}

/// Deletes a provider with its secret, keys and mapped domains. Onboardings that wait for a sign-in there end.
pub async fn delete(auth: &Authorized<DeleteOsIdp>, draft: OsIdpActDraft) -> Result<()> {
    let version = draft.check()?;
    let mut change = Change::begin(auth, auth.account()?, &draft.id, version).await?;
    let domains = rows::domains(&mut change.tx, change.account, change.row.id).await?;
    let domains: Vec<String> = domains.into_iter().map(|(domain,)| domain).collect();
    rows::delete(&mut change.tx, change.account, change.row.id).await?;
    let event = change
        .event("os_idp.deleted")
        .with("client_id", change.row.client_id.clone())
        .with("domains", domains);
    change.tx.commit(event).await
}

/// What would stop if the provider were deleted; the onboardings that run are not among it.
pub async fn stops(auth: &Authorized<DeleteOsIdp>, id: OsIdpId) -> Result<OsIdpStops> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let domains = rows::domains(&mut tx, account, id).await?;
    let records = rows::records(&mut tx, account, id, RECORDS_SHOWN).await?;
    Ok(OsIdpStops {
        domains: domains
            .iter()
            .filter_map(|(domain,)| DomainName::parse(domain).ok())
            .collect(),
        records: records.into_iter().map(|(name,)| name).collect(),
        running: 0,
    })
}

/// A change of one provider.
struct Change {
    tx: Tx,
    account: AccountId,
    /// As it was before.
    row: rows::OsIdpRow,
}

impl Change {
    async fn begin(acting: &Acting<Cloud>, account: AccountId, id: &str, version: i64) -> Result<Self> {
        let id = os_idp_id(id).ok_or(Fault::NotFound)?;
        let mut tx = acting.begin().await?;
        let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
        let now = tx.now();
        if !rows::touch(&mut tx, account, id, version, now).await? {
            return Err(Conflict::Stale.into());
        }
        Ok(Self { tx, account, row })
    }

    fn event(&self, name: &'static str) -> Event {
        Event::new(name, self.row.id, self.row.name.clone())
    }

    async fn done(self, event: Event) -> Result<OsIdpId> {
        self.tx.commit(event).await?;
        Ok(self.row.id)
    }
}
