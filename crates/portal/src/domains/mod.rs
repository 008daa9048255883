//! "Domains": what an account has mapped or added, and the proof that it is its own. A claim is pending until the account has
//! published a text record, or for a domain of a tenant until somebody has signed in at it; of several accounts that claim a domain, the first that proves it has it, and nobody learns who else
//! wanted it.

mod letters;
mod proving;
mod recheck;
pub(crate) mod rows;
mod tenant;

use access::{Authorized, Event, Rate, Result, ResultExt as _, Tx};
use domain::domain_claim::{
    CHALLENGE_LABEL, CHALLENGE_PREFIX, DomainClaim, DomainDetails, DomainFinding, DomainUse, DomainsDraft,
    ProofBy, UseKind,
};
use domain::domain_proof::DomainProof;
use domain::id::{AccountId, DomainId};
use domain::page::{ListQuery, Page};
use domain::permission::{AddDomains, CheckDomain, RemoveDomain, ViewDomains};
use domain::{Conflict, DomainName, Fault, Reason};
use store::args;
use time::Duration;

use crate::proofs::Proofs;
use crate::{Settings, names};

pub(crate) use recheck::{KIND, recheck};

/// Looks at the name servers that one account may ask for.
const CHECKS: Rate = Rate {
    name: "portal.domain_checks",
    burst: 60,
    per: Duration::HOUR,
};

/// "Domains". Sorts: `domain`, `created`; looks for domains.
pub async fn list(auth: &Authorized<ViewDomains>, query: ListQuery) -> Result<Page<DomainClaim>> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, auth.services().port::<Settings>()?, account).await?;
    let page: Page<rows::ClaimRow> = tx.list(&rows::DOMAINS, &query, args![account]).await?;
    page.try_map(|row| shown(&row, &proofs))
}

/// A domain with what maps it.
pub async fn get(auth: &Authorized<ViewDomains>, id: DomainId) -> Result<DomainDetails> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, auth.services().port::<Settings>()?, account).await?;
    let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let used_by = uses(&mut tx, account, &row.domain).await?;
    Ok(DomainDetails {
        claim: shown(&row, &proofs)?,
        used_by,
    })
}

/// Adds domains: each is pending until its proof is found. Public suffixes and free mail services are refused, and what the
/// account has already: `Taken` on `domains.N`.
pub async fn add(auth: &Authorized<AddDomains>, draft: DomainsDraft) -> Result<()> {
    let account = auth.account()?;
    let (_, domains) = names::both(draft.check(), names::domain_lines(&draft.domains))?;
    let mut tx = auth.begin().await?;
    let mut event = None;
    for (line, domain) in &domains {
        let row = new_row(&tx, account, domain);
        let (id, made) = (row.id, rows::insert(&mut tx, &row).await);
        made.on_unique(
            "domain_claims",
            &["account_id", "domain"],
            Fault::field(&format!("domains.{line}"), Reason::Taken),
        )?;
        if let Some(earlier) = event.replace(Event::new("domain.added", id, domain.as_str())) {
            tx.note(earlier).await?;
        }
    }
    tx.answer(&())?;
    match event {
        Some(event) => tx.commit(event).await,
        None => Err(Fault::field("domains", Reason::Required).into()),
    }
}

/// Looks for the proof now and says what was found: at the name servers as the world sees them, or for a domain of a tenant at the
/// place where tenants sign in.
pub async fn check(auth: &Authorized<CheckDomain>, id: DomainId) -> Result<DomainClaim> {
    let account = auth.account()?;
    let services = auth.services();
    let settings = services.port::<Settings>()?;
    let row = rows::get(&mut auth.read().await?, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if Proofs::of(&mut auth.read().await?, settings, account)
        .await?
        .of_domain(&parsed(&row.domain)?)
        == DomainProof::Trusted
    {
        return Err(Conflict::DomainTrusted.into());
    }
    services.rates().count(CHECKS, &account.to_string())?;
    let look = proving::look(auth, &row).await?;
    proving::settle(auth, account, &row, look).await?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, settings, account).await?;
    let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    shown(&row, &proofs)
}

/// Removes a domain that nothing maps (`DomainMapped` else). From then on somebody else may prove it.
pub async fn remove(auth: &Authorized<RemoveDomain>, id: DomainId) -> Result<()> {
    let account = auth.account()?;
    let mut tx = auth.begin().await?;
    let row = rows::lock(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if !uses(&mut tx, account, &row.domain).await?.is_empty() {
        return Err(Conflict::DomainMapped.into());
    }
    rows::delete(&mut tx, account, id).await?;
    let event = Event::new("domain.removed", id, row.domain.clone()).with("state", row.state);
    tx.commit(event).await
}

/// Claims a domain that is being mapped; one that the account has claimed already stays as it is.
pub(crate) async fn claim(tx: &mut Tx, account: AccountId, domain: &DomainName) -> store::Result<()> {
    if rows::is_claimed(tx, account, domain.as_str()).await? {
        return Ok(());
    }
    let row = new_row(tx, account, domain);
    rows::insert_unless_there(tx, &row).await
}

/// The value only has to be another one for every claim: it is public once it is published.
fn new_row<'a>(tx: &Tx, account: AccountId, domain: &'a DomainName) -> rows::NewRow<'a> {
    let token: DomainId = tx.id();
    rows::NewRow {
        id: tx.id(),
        account,
        domain: domain.as_str(),
        registrable: names::registrable(domain),
        token: uuid::Uuid::from(token).simple().to_string(),
        now: tx.now(),
    }
}

fn parsed(domain: &str) -> Result<DomainName> {
    DomainName::parse(domain)
        .map_err(|reason| access::Error::internal(format!("the stored domain {domain} is {reason:?}")))
}

async fn uses(tx: &mut store::Tx, account: AccountId, domain: &str) -> Result<Vec<DomainUse>> {
    let found = rows::uses(tx, account, domain).await?;
    let of = |row: rows::UseRow| {
        Some(DomainUse {
            kind: UseKind::parse(&row.kind)?,
            id: row.id,
            name: row.name,
        })
    };
    Ok(found.into_iter().filter_map(of).collect())
}

/// The name of the text record, and its value.
fn record(domain: &str, token: &str) -> (String, String) {
    (
        format!("{CHALLENGE_LABEL}.{domain}"),
        format!("{CHALLENGE_PREFIX}{token}"),
    )
}

fn shown(row: &rows::ClaimRow, proofs: &Proofs<'_>) -> Result<DomainClaim> {
    let domain = parsed(&row.domain)?;
    let (record_name, record_value) = record(&row.domain, &row.token);
    Ok(DomainClaim {
        id: row.id,
        by: match tenant::authority(&row.domain) {
            Some(_) => ProofBy::Tenant,
            None => ProofBy::TextRecord,
        },
        proof: proofs.of_domain(&domain),
        domain,
        record_name,
        record_value,
        finding: row.finding.as_deref().and_then(DomainFinding::parse),
        seen: serde_json::from_str(&row.seen)?,
        checked_at: row.checked_at,
        proved_at: row.proved_at,
        missing_since: row.missing_since,
        lapsed_at: row.lapsed_at,
        created_at: row.created_at,
    })
}
