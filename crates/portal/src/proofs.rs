//! Whose domain it is: by the configuration, or by a proof that the account has given ([`crate::domains`]); and whose a single
//! address is. Nothing outside this file decides it.

use std::collections::HashMap;

use domain::DomainName;
use domain::domain_proof::{DomainProof, MappedDomain};
use domain::id::AccountId;

use crate::names::{self, Address};
use crate::{Settings, accounts, domains, users};

/// The domains that one account has proved.
pub(crate) struct Proofs<'a> {
    settings: &'a Settings,
    account: String,
    proved: HashMap<String, DomainProof>,
}

impl<'a> Proofs<'a> {
    /// Those of `account`.
    pub async fn of(tx: &mut store::Tx, settings: &'a Settings, account: AccountId) -> store::Result<Self> {
        let proof = |state: &str| {
            if state == DomainProof::Stale.as_str() {
                DomainProof::Stale
            } else {
                DomainProof::Proved
            }
        };
        let standing = domains::rows::standing(tx, account).await?;
        Ok(Self {
            settings,
            account: accounts::rows::name_key(tx, account).await?,
            proved: standing
                .into_iter()
                .map(|(domain, state)| (domain, proof(&state)))
                .collect(),
        })
    }

    /// How far the proof of `domain` is. What the configuration says goes before what anybody has published.
    pub fn of_domain(&self, domain: &DomainName) -> DomainProof {
        match self.settings.trusted_account(domain) {
            Some(account) if account == self.account => DomainProof::Trusted,
            Some(_) => DomainProof::Pending,
            None => self
                .proved
                .get(domain.as_str())
                .copied()
                .unwrap_or(DomainProof::Pending),
        }
    }

    /// Whether people of `domain` are led to the account.
    pub fn hold(&self, domain: &DomainName) -> bool {
        self.of_domain(domain).routes()
    }

    /// Whether the account has any domain.
    pub fn hold_any(&self) -> bool {
        !self.proved.is_empty() || !self.settings.trusted_for(&self.account).is_empty()
    }

    /// The domain as a page shows it.
    pub fn mapped(&self, domain: DomainName) -> MappedDomain {
        MappedDomain {
            proof: self.of_domain(&domain),
            domain,
        }
    }
}

/// The one account that has proved `domain`, if there is one.
pub(crate) async fn owner_unscoped(
    tx: &mut store::Tx,
    settings: &Settings,
    domain: &DomainName,
) -> store::Result<Option<AccountId>> {
    match settings.trusted_account(domain) {
        Some(key) => Ok(accounts::rows::by_key_unscoped(tx, &key)
            .await?
            .map(|account| account.id)),
        None => domains::rows::owner_unscoped(tx, domain.as_str()).await,
    }
}

/// Whether somebody else has the domain, or one above or below it.
pub(crate) async fn is_anothers(
    tx: &mut store::Tx,
    settings: &Settings,
    account: AccountId,
    domain: &DomainName,
) -> store::Result<bool> {
    let key = accounts::rows::name_key(tx, account).await?;
    if settings.trusts_another(&key, domain) {
        return Ok(true);
    }
    let registrable = names::registrable(domain);
    let proved = domains::rows::proved_by_others_unscoped(tx, account, &registrable).await?;
    let related = |(proved,): &(String,)| names::are_related(proved, domain.as_str());
    Ok(proved.iter().any(related))
}

/// The account that a single address leads to although nobody has proved its domain: one whose record maps the address, and whose
/// user it is. That user had a mail at the address to become one, and has signed in since; no administrator can do that for them.
pub(crate) async fn owner_of_user_unscoped(
    tx: &mut store::Tx,
    settings: &Settings,
    domain: &DomainName,
    address: &Address,
) -> store::Result<Option<AccountId>> {
    let Some(account) = users::rows::mapped_account_unscoped(tx, &address.key).await? else {
        return Ok(None);
    };
    let anothers = is_anothers(tx, settings, account, domain).await?;
    Ok((!anothers).then_some(account))
}
