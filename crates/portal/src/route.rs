//! What the Onboarding Service asks: at which provider an address signs in, and to which UMS it is led. A domain that the
//! account has not proved leads nowhere; a mapped user of it only who has signed in to the Customer Portal.

use access::{Acting, Result};
use domain::id::{AccountId, OsIdpId, RoutingId};
use domain::route_report::RouteReport;
use domain::routing::Target;
use domain::{Cloud, EmailAddress};
use federation::Provider;

use crate::names::{self, Address};
use crate::proofs::{Proofs, owner_of_user_unscoped, owner_unscoped};
use crate::routing::rows::RouteRow;
use crate::{Settings, os_idps, routing};

/// The identity provider of a domain.
#[derive(Clone, Debug)]
pub struct SignInProvider {
    pub idp: OsIdpId,
    /// The account that has proved the domain.
    pub account: AccountId,
    pub provider: Provider,
}

/// The UMS that somebody is led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub routing: RoutingId,
    /// Host name or address, as typed.
    pub host: String,
    pub port: u16,
    /// The only certificates to trust there.
    pub chain_pem: String,
    /// Where else, in order, if nothing accepts connections there.
    pub further: Vec<Target>,
}

impl Route {
    pub(crate) fn new(
        routing: RoutingId,
        host: String,
        port: u16,
        chain_pem: String,
        further: Vec<Target>,
    ) -> Self {
        Self {
            routing,
            host,
            port,
            chain_pem,
            further,
        }
    }

    /// Each address as a route of its own, in the order of the record.
    pub fn each(&self) -> Vec<Self> {
        let further = self.further.iter().map(|target| Self {
            routing: self.routing,
            host: target.host.clone(),
            port: target.port,
            chain_pem: target.chain_pem.clone().unwrap_or_else(|| self.chain_pem.clone()),
            further: Vec::new(),
        });
        let first = Self {
            further: Vec::new(),
            ..self.clone()
        };
        std::iter::once(first).chain(further).collect()
    }
}

/// The provider at which the holder of an address signs in: the one of the address's domain (ruling 18), of the account that has
/// proved the domain or this address.
pub async fn provider_for(acting: &Acting<Cloud>, email: &EmailAddress) -> Result<Option<SignInProvider>> {
    let Ok(domain) = names::ascii(email.domain().as_str()) else {
        return Ok(None);
    };
    let settings = acting.services().port::<Settings>()?;
    let mut tx = acting.read().await?;
    let mut account = owner_unscoped(&mut tx, settings, &domain).await?;
    if account.is_none()
        && let Ok(address) = Address::of(email)
    {
        account = owner_of_user_unscoped(&mut tx, settings, &domain, &address).await?;
    }
    let Some(account) = account else { return Ok(None) };
    let Some(row) = os_idps::rows::for_domain(&mut tx, account, &domain).await? else {
        return Ok(None);
    };
    Ok(Some(SignInProvider {
        idp: row.id,
        account,
        provider: row.open(acting.services())?,
    }))
}

/// The routing record for an address within `account`: a mapped user beats a mapped domain.
pub async fn record_for(
    acting: &Acting<Cloud>,
    account: AccountId,
    email: &EmailAddress,
) -> Result<Option<Route>> {
    let Ok(domain) = names::ascii(email.domain().as_str()) else {
        return Ok(None);
    };
    let Ok(address) = Address::of(email) else {
        return Ok(None);
    };
    let settings = acting.services().port::<Settings>()?;
    let mut tx = acting.read().await?;
    let of_domain = Proofs::of(&mut tx, settings, account).await?.hold(&domain);
    if !of_domain && owner_of_user_unscoped(&mut tx, settings, &domain, &address).await? != Some(account) {
        return Ok(None);
    }
    let of_user = routing::rows::for_user(&mut tx, account, &address, true).await?;
    let found = match of_user {
        None if of_domain => routing::rows::for_domain(&mut tx, account, &domain, true).await?,
        of_user => of_user,
    };
    found.map(in_good_order).transpose()
}

/// The route of a record: addresses that the route doctor found to fail come last.
fn in_good_order(row: RouteRow) -> Result<Route> {
    let targets = routing::targets_of(row.id, &row.targets)?;
    let report: Option<RouteReport> = row
        .report
        .as_deref()
        .and_then(|report| serde_json::from_str(report).ok());
    let route = Route::new(row.id, row.host, row.port, row.chain_pem, targets);
    let mut each = route.each();
    each.sort_by_key(|one| {
        report
            .as_ref()
            .is_some_and(|report| report.fails(&one.host, one.port))
    });
    let mut each = each.into_iter();
    let first = each.next().unwrap_or(route);
    let further = each.map(|one| Target {
        host: one.host,
        port: one.port,
        chain_pem: Some(one.chain_pem),
    });
    Ok(Route {
        further: further.collect(),
        ..first
    })
}
