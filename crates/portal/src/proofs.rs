//! Whose domain it is: by the configuration, or by a text record that the account has published ([`crate::domains`]). Nothing outside
//! this file decides it.

use std::collections::HashMap;

use domain::DomainName;
use domain::domain_proof::{DomainProof, MappedDomain};
use domain::id::AccountId;

use crate::{Settings, accounts, domains};

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
