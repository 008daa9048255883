//! Whose domain it is. For now a domain is proved by the configuration alone; nothing outside this file knows how.

use domain::DomainName;
use domain::id::AccountId;
use domain::os_idp::MappedDomain;

use crate::{Settings, accounts};

/// The domains that one account has proved.
pub(crate) struct Proofs<'a> {
    settings: &'a Settings,
    account: String,
}

impl<'a> Proofs<'a> {
    /// Those of `account`.
    pub async fn of(tx: &mut store::Tx, settings: &'a Settings, account: AccountId) -> store::Result<Self> {
        Ok(Self {
            settings,
            account: accounts::rows::name_key(tx, account).await?,
        })
    }

    /// Whether the account has proved `domain`.
    pub fn hold(&self, domain: &DomainName) -> bool {
        self.settings
            .trusted_account(domain)
            .is_some_and(|account| account == self.account)
    }

    /// The domain as a page shows it.
    pub fn mapped(&self, domain: DomainName) -> MappedDomain {
        MappedDomain {
            proved: self.hold(&domain),
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
        None => Ok(None),
    }
}
