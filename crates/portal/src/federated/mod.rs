//! Signing in to the portal at a company's SAML provider. The domain of an address alone decides where its holder signs in, so
//! that known and unknown people are told the same. How a sign-in is bound to its browser: `docs/src/decisions/saml-browser.md`.

mod answer;
mod people;
mod purge;
mod rows;

use access::{Acting, Rate, Result, Secret, Visitor};
use domain::id::{AccountId, UserId};
use domain::{Cloud, EmailAddress, Fault, Role};
use serde::{Deserialize, Serialize};
use time::Duration;

pub use answer::{Ended, answer};
pub use purge::purge;

use crate::proofs::owner_unscoped;
use crate::saml_idps::rows::SamlIdpRow;
use crate::saml_idps::{self, Saml};
use crate::{Settings, names, users};

/// The cookie that binds a sign-in to its browser. The answer comes by a cross-site POST, so it is `SameSite=None`.
pub const COOKIE: &str = "__Host-saml";
/// How long a sign-in may take at the provider: second factors are looked for in drawers.
pub const LIFE: Duration = Duration::minutes(15);

/// Addresses looked up and sign-ins begun from one address.
const BEGUN: Rate = Rate {
    name: "portal.federated.begun",
    burst: 60,
    per: Duration::MINUTE,
};

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What its cookie [`COOKIE`] holds from now on, for [`LIFE`].
    pub browser: String,
}

/// What a sign-in at a provider is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// To sign in, and to go on at an address of our own.
    SignIn { next: String },
    /// To see whether it works.
    Test { user: UserId, email: String },
    /// To accept the invitation of that link.
    Invitation {
        token_hash: Vec<u8>,
        first_name: String,
        last_name: String,
    },
}

/// Begins a sign-in where the domain of `typed` leads to an active provider; else a password is wanted. `browser`: the value of
/// its cookie, if it has one.
pub async fn begin(
    visitor: &Visitor<Cloud>,
    typed: &str,
    next: &str,
    browser: Option<&str>,
) -> Result<Option<Begun>> {
    visitor.limit(BEGUN)?;
    let Ok(email) = EmailAddress::parse(typed) else {
        return Ok(None);
    };
    let settings = visitor.services().port::<Settings>()?;
    let Some(idp) = provider_of(&mut visitor.glance().await?, settings, &email).await? else {
        return Ok(None);
    };
    let purpose = Purpose::SignIn {
        next: next.to_owned(),
    };
    Ok(Some(start(visitor, &idp, &purpose, browser).await?))
}

/// Where the sign-in leads that this browser has begun last: for browsers without script, which a form may not send to another
/// site.
pub async fn leads_to(visitor: &Visitor<Cloud>, browser: Option<&str>) -> Result<String> {
    visitor.limit(BEGUN)?;
    let hash = Secret::hash_of(browser.ok_or(Fault::NotFound)?);
    let mut tx = visitor.read().await?;
    let found = rows::newest_url_unscoped(&mut tx, &hash, visitor.now()).await?;
    Ok(found.map(|(url,)| url).ok_or(Fault::NotFound)?)
}

/// The active provider that the domain of an address leads to: of the account that has proved the domain, unless an operator has
/// switched it off.
pub(crate) async fn provider_of(
    tx: &mut store::Tx,
    settings: &Settings,
    email: &EmailAddress,
) -> Result<Option<SamlIdpRow>> {
    let Ok(domain) = names::ascii(email.domain().as_str()) else {
        return Ok(None);
    };
    let Some(account) = owner_unscoped(tx, settings, &domain).await? else {
        return Ok(None);
    };
    if saml_idps::rows::off_since(tx, account).await?.is_some() {
        return Ok(None);
    }
    Ok(saml_idps::rows::for_domain(tx, account, &domain).await?)
}

/// Whether somebody of the account with that address signs in at its provider and nowhere else. A Super Admin's password always
/// counts: whoever can repair the provider must get in when it is broken.
pub(crate) async fn governs(
    tx: &mut store::Tx,
    settings: &Settings,
    account: AccountId,
    user: UserId,
    email: &str,
) -> Result<bool> {
    let Ok(email) = EmailAddress::parse(email) else {
        return Ok(false);
    };
    let idp = provider_of(tx, settings, &email).await?;
    if idp.is_none_or(|idp| idp.account_id != account) {
        return Ok(false);
    }
    Ok(!users::roles(tx, account, user).await?.contains(&Role::SuperAdmin))
}

/// Makes the request and keeps it for the browser.
pub(crate) async fn start(
    acting: &Acting<Cloud>,
    idp: &SamlIdpRow,
    purpose: &Purpose,
    browser: Option<&str>,
) -> Result<Begun> {
    let services = acting.services();
    let provider = saml_idps::provider(&mut acting.read().await?, idp).await?;
    let ours = services.port::<Settings>()?.service_provider();
    let mut fill = |bytes: &mut [u8]| services.entropy().fill(bytes);
    let saml = services.port::<Saml>()?;
    let request = saml.0.request(&provider, &ours, services.now(), &mut fill);
    let request = request.map_err(access::Error::internal)?;
    // Sign-ins that are under way in other tabs go on.
    let browser = match browser.filter(|browser| is_ours(browser)) {
        Some(browser) => browser.to_owned(),
        None => services.entropy().secret().reveal().to_owned(),
    };
    let purpose = serde_json::to_string(purpose)?;
    let mut tx = acting.begin().await?;
    let now = tx.now();
    let row = rows::NewRequest {
        relay_hash: Secret::hash_of(&request.relay_state),
        binding_hash: Secret::hash_of(&browser),
        idp: idp.id,
        request_id: &request.id,
        url: &request.url,
        purpose: &purpose,
        now,
        expires_at: now + LIFE,
    };
    rows::insert(&mut tx, &row).await?;
    tx.commit_without_event_because("its end is noted").await?;
    Ok(Begun {
        url: request.url,
        browser,
    })
}

/// Whether a cookie can be one of ours: 256 bits, base64url.
fn is_ours(browser: &str) -> bool {
    browser.len() == 43
        && browser
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
