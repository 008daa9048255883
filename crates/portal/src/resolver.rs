//! The resolver: where the device of a person is led, and why.

use access::{Authorized, Result};
use domain::id::{AccountId, OsIdpId};
use domain::permission::ResolveRoute;
use domain::resolution::{MappedBy, MappedIdp, Resolution};
use domain::route_report::Health;
use domain::{DomainName, EmailAddress, Fault, Reason};
use store::{IdOf, Tx, args, sql};

use crate::names::{self, Address};
use crate::proofs::{Proofs, owner_of_user_unscoped};
use crate::routing::rows::RouteRow;
use crate::{Settings, routing};

/// Looks up what a device would find whose person types `email`, within the caller's account. A text that is no address is a
/// fault of `email`.
pub async fn resolve(auth: &Authorized<ResolveRoute>, email: &str) -> Result<Resolution> {
    let refused = |reason| Fault::field("email", reason);
    let parsed = EmailAddress::parse(email).map_err(refused)?;
    let address = Address::of(&parsed).map_err(refused)?;
    let domain = names::ascii(parsed.domain().as_str()).map_err(|_| refused(Reason::NotAnEmail))?;
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let proofs = Proofs::of(&mut tx, auth.services().port::<Settings>()?, account).await?;
    let proof = proofs.mapped(domain.clone()).proof;
    let settings = auth.services().port::<Settings>()?;
    let proved_user = !proof.routes()
        && owner_of_user_unscoped(&mut tx, settings, &domain, &address).await? == Some(account);
    let idp = idp_of(&mut tx, account, &domain).await?;
    let by_user = routing::rows::for_user(&mut tx, account, &address, false).await?;
    let by_domain = routing::rows::for_domain(&mut tx, account, &domain, false).await?;
    Ok(Resolution {
        email: parsed.as_str().to_owned(),
        domain: domain.to_string(),
        proof,
        proved_user,
        idp,
        by_user: by_user.map(mapped),
        by_domain: by_domain.map(mapped),
    })
}

/// The provider that maps the domain, also one that is switched off.
async fn idp_of(tx: &mut Tx, account: AccountId, domain: &DomainName) -> Result<Option<MappedIdp>> {
    let select = sql!(
        "select i.id, i.name, i.enabled from os_idps i join os_idp_domains d on d.os_idp_id = i.id
          where d.account_id = $1 and d.domain = $2"
    );
    let row: Option<(IdOf<OsIdpId>, String, bool)> =
        tx.optional(select, args![account, domain.as_str()]).await?;
    Ok(row.map(|(id, name, enabled)| MappedIdp {
        id: id.0,
        name,
        enabled,
    }))
}

fn mapped(row: RouteRow) -> MappedBy {
    MappedBy {
        record: row.id,
        name: row.name,
        host: row.host,
        port: row.port,
        enabled: row.enabled,
        health: Health::parse(&row.health).unwrap_or_default(),
    }
}
