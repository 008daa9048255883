//! The addresses of a provider: those that were typed, or those that its issuer publishes.

use access::{Rate, Result as Done, Services};
use domain::draft::Checker;
use domain::id::AccountId;
use domain::os_idp::{NewOsIdp, OsIdpDraft, web_address};
use domain::{Cloud, Fault, Invalid, Reason};
use federation::{Discovered, DiscoveryError, TokenAuth, discover, is_multi_tenant_entra};
use outside::{Http, HttpError, Outside, Refusal, Trust};
use time::Duration;
use url::Url;

/// Discoveries that an account may ask for, while it fills in the form and when it registers.
pub const DISCOVERIES: Rate = Rate {
    name: "portal.os_idp_discovery.account",
    burst: 60,
    per: Duration::HOUR,
};

/// Counts a discovery: each is a call to an address that somebody has typed.
pub(super) fn count(services: &Services<Cloud>, account: AccountId) -> Done<()> {
    services.rates().count(DISCOVERIES, &account.to_string())
}

/// What is kept of a provider besides our registration there.
pub(crate) struct Endpoints {
    pub issuer: Option<String>,
    pub authorization: String,
    pub token: String,
    pub jwks_uri: Option<String>,
    pub keys: Option<String>,
    pub userinfo: Option<String>,
    pub token_auth: TokenAuth,
    pub response_iss: bool,
}

impl From<Discovered> for Endpoints {
    fn from(found: Discovered) -> Self {
        Self {
            issuer: Some(found.issuer),
            authorization: found.authorization_endpoint,
            token: found.token_endpoint,
            jwks_uri: Some(found.jwks_uri),
            keys: Some(found.keys),
            userinfo: found.userinfo_endpoint,
            token_auth: found.token_auth,
            response_iss: found.response_iss,
        }
    }
}

/// The draft with what the issuer publishes; the issuer may be typed, or stand behind a pasted authorization endpoint.
pub(super) async fn fill(
    services: &Services<Cloud>,
    account: AccountId,
    draft: OsIdpDraft,
) -> Done<OsIdpDraft> {
    let typed = match (draft.issuer.trim(), draft.authorization_endpoint.trim()) {
        ("", "") => return Err(Fault::field("issuer", Reason::Required).into()),
        ("", pasted) => likely_issuer(pasted).ok_or_else(|| Invalid::one("issuer", Reason::Required))?,
        (issuer, _) => issuer.to_owned(),
    };
    let issuer = web_address(&typed).map_err(|reason| Invalid::one("issuer", reason))?;
    count(services, account)?;
    let http = &*services.port::<Outside>()?.http;
    check(http, &issuer)
        .await
        .map_err(|reason| Invalid::one("issuer", reason))?;
    let found = discover(http, &issuer, Trust::SystemPlus)
        .await
        .map_err(|error| Invalid::one("issuer", reason(&error)))?;
    Ok(OsIdpDraft {
        issuer: found.issuer,
        authorization_endpoint: found.authorization_endpoint,
        token_endpoint: found.token_endpoint,
        ..draft
    })
}

/// The endpoints of a new provider. Asks its issuer, if one was typed; else tries the issuers that usually stand behind the
/// typed addresses, and does without one (reduced assurance) where none answers for exactly these addresses.
pub(super) async fn find(http: &dyn Http, new: &NewOsIdp) -> Result<Endpoints, Invalid> {
    let typed = [
        ("issuer", &new.issuer),
        ("authorization_endpoint", &new.authorization_endpoint),
        ("token_endpoint", &new.token_endpoint),
    ];
    let mut checker = Checker::default();
    for (field, address) in typed {
        if let Some(address) = address
            && let Err(reason) = check(http, address).await
        {
            checker.fault(field, reason);
        }
    }
    checker.finish(|| Some(()))?;

    if let Some(issuer) = &new.issuer {
        return ask(http, issuer, new).await;
    }
    // `check` of the draft asks for both where there is no issuer.
    let missing = |field: &str| Invalid::one(field, Reason::Required);
    let authorization = new
        .authorization_endpoint
        .clone()
        .ok_or_else(|| missing("authorization_endpoint"))?;
    let token = new
        .token_endpoint
        .clone()
        .ok_or_else(|| missing("token_endpoint"))?;
    if let Some(issuer) = likely_issuer(&authorization)
        && let Ok(found) = discover(http, &issuer, Trust::SystemPlus).await
        && found.authorization_endpoint == authorization
        && found.token_endpoint == token
    {
        return Ok(found.into());
    }
    if is_plain(&token) {
        // Without TLS and without signing keys nothing would prove an identity (ruling 5).
        return Err(Invalid::one("token_endpoint", Reason::UrlNotHttps));
    }
    let (jwks_uri, keys, userinfo) = (None, None, None);
    let (token_auth, response_iss) = (TokenAuth::Post, false);
    Ok(Endpoints {
        issuer: None,
        authorization,
        token,
        jwks_uri,
        keys,
        userinfo,
        token_auth,
        response_iss,
    })
}

async fn ask(http: &dyn Http, issuer: &str, new: &NewOsIdp) -> Result<Endpoints, Invalid> {
    let found = discover(http, issuer, Trust::SystemPlus)
        .await
        .map_err(|error| Invalid::one("issuer", reason(&error)))?;
    let mut checker = Checker::default();
    let mut compare = |field: &str, typed: &Option<String>, found: &str| {
        if typed.as_ref().is_some_and(|typed| typed != found) {
            // The secret must not go anywhere that the pinned issuer does not vouch for.
            checker.fault(
                field,
                Reason::Discovery {
                    problem: format!("the issuer names another address: {found}"),
                },
            );
        }
    };
    compare(
        "authorization_endpoint",
        &new.authorization_endpoint,
        &found.authorization_endpoint,
    );
    compare("token_endpoint", &new.token_endpoint, &found.token_endpoint);
    for address in [&found.authorization_endpoint, &found.token_endpoint] {
        if check(http, address).await.is_err() {
            checker.fault(
                "issuer",
                Reason::Discovery {
                    problem: format!("this address cannot be used: {address}"),
                },
            );
        }
    }
    checker.finish(|| Some(found.into()))
}

/// Whether an address may be kept, to be used later.
async fn check(http: &dyn Http, address: &str) -> Result<(), Reason> {
    Url::parse(address).map_err(|_| Reason::NotAUrl)?;
    if is_multi_tenant_entra(address) {
        return Err(Reason::MultiTenantEndpoint);
    }
    if is_plain(address) && http.admits(address).await.is_err() {
        return Err(Reason::UrlNotHttps);
    }
    Ok(())
}

fn is_plain(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.scheme() == "http")
}

fn reason(error: &DiscoveryError) -> Reason {
    match error {
        DiscoveryError::MultiTenant => Reason::MultiTenantEndpoint,
        DiscoveryError::BadUrl => Reason::NotAUrl,
        DiscoveryError::Http(HttpError::Refused {
            reason: Refusal::PlainHttp,
        }) => Reason::UrlNotHttps,
        other => Reason::Discovery {
            problem: other.to_string(),
        },
    }
}

/// The issuer that usually stands behind an authorization endpoint as the guides of Microsoft Entra ID, Okta and Ping Identity
/// give it: their pages never mention the issuer.
fn likely_issuer(authorization: &str) -> Option<String> {
    let before = |end: &str| authorization.strip_suffix(end);
    if let Some(tenant) = before("/oauth2/v2.0/authorize") {
        return Some(format!("{tenant}/v2.0"));
    }
    // Okta: the organisation's own server, and custom ones.
    let okta = before("/oauth2/v1/authorize").or_else(|| before("/v1/authorize"));
    // PingOne, PingFederate.
    let ping = || {
        before("/authorize")
            .filter(|issuer| issuer.ends_with("/as"))
            .or_else(|| before("/as/authorization.oauth2"))
    };
    okta.or_else(ping).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_addresses_lead_to_their_issuers() {
        for (authorization, issuer) in [
            (
                "https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize",
                Some("https://login.microsoftonline.com/tenant/v2.0"),
            ),
            (
                "https://contoso.okta.example/oauth2/v1/authorize",
                Some("https://contoso.okta.example"),
            ),
            (
                "https://contoso.okta.example/oauth2/default/v1/authorize",
                Some("https://contoso.okta.example/oauth2/default"),
            ),
            (
                "https://auth.pingone.example/env/as/authorize",
                Some("https://auth.pingone.example/env/as"),
            ),
            ("https://login.contoso.example/authorize", None),
        ] {
            assert_eq!(likely_issuer(authorization).as_deref(), issuer, "{authorization}");
        }
    }
}
