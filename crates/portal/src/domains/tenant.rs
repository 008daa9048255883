//! Domains without name servers that anybody could publish in: Microsoft Entra ID gives one to every tenant, and its discovery
//! says whose it is. Such a domain is proved by an identity provider of the account whose pinned issuer is that tenant, once
//! somebody has signed in there (design/portal.md).

use access::{Acting, Result};
use domain::Cloud;
use domain::domain_claim::DomainFinding;
use federation::DiscoveryError;
use outside::{Outside, Trust};

use super::rows::{self, ClaimRow};

/// The ends of such domains, and where the tenants of that cloud sign in: nobody else is asked.
const CLOUDS: [(&str, &str); 3] = [
    (".onmicrosoft.com", "login.microsoftonline.com"),
    (".onmicrosoft.us", "login.microsoftonline.us"),
    (".partner.onmschina.cn", "login.partner.microsoftonline.cn"),
];

/// Where the tenant of a domain signs in; `None` for a domain with name servers of its own.
pub(super) fn authority(domain: &str) -> Option<&'static str> {
    let cloud = CLOUDS.iter().find(|(end, _)| domain.ends_with(end));
    cloud.map(|(_, authority)| *authority)
}

/// Asks whose tenant the domain is. A domain that is proved already needs no test sign-in again.
pub(super) async fn look(acting: &Acting<Cloud>, claim: &ClaimRow, authority: &str) -> Result<DomainFinding> {
    let http = &*acting.services().port::<Outside>()?.http;
    let address = format!("https://{authority}/{}/v2.0", claim.domain);
    let issuer = match federation::issuer_behind(http, &address, Trust::SystemPlus).await {
        Ok(issuer) => issuer,
        // So Microsoft Entra ID says that it knows no such tenant.
        Err(DiscoveryError::Status(400 | 404)) => return Ok(DomainFinding::OtherTenant),
        Err(error) => {
            tracing::debug!(domain = claim.domain, %error, "a tenant was not found out");
            return Ok(DomainFinding::NoServer);
        }
    };
    let mut tx = acting.read().await?;
    let tested = rows::tested_of_issuer(&mut tx, claim.account_id, &issuer).await?;
    Ok(match tested {
        None => DomainFinding::OtherTenant,
        Some(false) if claim.state == "pending" => DomainFinding::NoTest,
        Some(_) => DomainFinding::Found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_domains_under_microsofts_own_are_proved_by_their_tenant() {
        for (domain, authority_of) in [
            ("contoso.onmicrosoft.com", Some("login.microsoftonline.com")),
            ("contoso.mail.onmicrosoft.com", Some("login.microsoftonline.com")),
            ("contoso.onmicrosoft.us", Some("login.microsoftonline.us")),
            ("onmicrosoft.com", None),
            ("contoso.notonmicrosoft.com", None),
            ("onmicrosoft.com.contoso.example", None),
            ("contoso.com", None),
        ] {
            assert_eq!(authority(domain), authority_of, "{domain}");
        }
    }
}
