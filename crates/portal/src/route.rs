//! What the Onboarding Service asks: at which provider an address signs in, and to which UMS it is led. A domain that the
//! account has not proved leads nowhere, also for a mapped user.

use access::{Acting, Result};
use domain::id::{AccountId, OsIdpId, RoutingId};
use domain::{Cloud, EmailAddress};
use federation::Provider;

use crate::names::{self, Address};
use crate::proofs::{Proofs, owner_unscoped};
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
}

/// The provider at which the holder of an address signs in: the one of the address's domain (ruling 18).
pub async fn provider_for(acting: &Acting<Cloud>, email: &EmailAddress) -> Result<Option<SignInProvider>> {
    let Ok(domain) = names::ascii(email.domain().as_str()) else {
        return Ok(None);
    };
    let settings = acting.services().port::<Settings>()?;
    let mut tx = acting.read().await?;
    let Some(account) = owner_unscoped(&mut tx, settings, &domain).await? else {
        return Ok(None);
    };
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
    if !Proofs::of(&mut tx, settings, account).await?.hold(&domain) {
        return Ok(None);
    }
    let of_user = routing::rows::for_user(&mut tx, account, &address).await?;
    let found = match of_user {
        Some(row) => Some(row),
        None => routing::rows::for_domain(&mut tx, account, &domain).await?,
    };
    Ok(found.map(|row| Route {
        routing: row.id,
        host: row.host,
        port: row.port,
        chain_pem: row.chain_pem,
    }))
}
