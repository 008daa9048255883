//! From the code that the browser brought back to an identity.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use outside::http::{HeaderValue, header};
use outside::{Call, Http, Reply, Trust};
use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use crate::authorization::web_address;
use crate::error::SignInError;
use crate::id_token::{Assurance, Expected, Identity, Parts};
use crate::json;
use crate::keys::{KeyFault, KeyRing, Keys, published_keys};
use crate::provider::{Provider, TokenAuth, is_multi_tenant_entra};
use crate::userinfo;

/// What the browser brought back, and what was kept when the sign-in began.
#[derive(Clone)]
pub struct Exchange<'a> {
    /// The code of the answer.
    pub code: &'a str,
    /// The same redirect URI as at the beginning.
    pub redirect_uri: &'a str,
    /// [`crate::Begun::pkce_verifier`].
    pub pkce_verifier: &'a str,
    /// [`crate::Begun::nonce`].
    pub nonce: &'a str,
    /// The time by our clock.
    pub now: OffsetDateTime,
    /// Who may vouch for the provider's servers.
    pub trust: Trust,
    /// Where newer keys come from; without one the provider is asked, whoever else asks it at the same time.
    pub ring: Option<&'a dyn KeyRing>,
}

#[derive(Deserialize)]
struct TokenReply {
    id_token: Option<String>,
    access_token: Option<AccessToken>,
    token_type: Option<String>,
}

/// An access token, wiped when dropped.
#[derive(Deserialize)]
#[serde(from = "String")]
struct AccessToken(Zeroizing<String>);

impl From<String> for AccessToken {
    fn from(token: String) -> Self {
        Self(Zeroizing::new(token))
    }
}

#[derive(Deserialize)]
struct ErrorReply {
    error: String,
    error_description: Option<String>,
}

/// Exchanges the code at the provider's token endpoint and checks the ID token. The caller has compared `state`
/// and called [`crate::check_response_issuer`] before.
///
/// Where the provider refuses the client secret and the one before works on, that is tried too.
///
/// With a known issuer the signature is checked by the pinned keys (asked for once more where the token names an
/// unknown one) and the assurance is full; without one the TLS connection to the token endpoint is the proof
/// (OpenID Connect Core 3.1.3.7, 6) and the assurance reduced. Over plain http that proof does not exist, so the
/// code is not even sent there.
pub async fn exchange(
    http: &dyn Http,
    provider: &Provider,
    exchange: Exchange<'_>,
) -> Result<Identity, SignInError> {
    let signed = provider.issuer.is_some() && (provider.keys.is_some() || provider.jwks_uri.is_some());
    let endpoint = web_address(&provider.token_endpoint, "token endpoint")?;
    if is_multi_tenant_entra(endpoint.as_str()) {
        return Err(SignInError::MultiTenant);
    }
    if endpoint.scheme() != "https" && !signed {
        return Err(SignInError::PlainHttpNeedsIssuer);
    }
    let (tokens, by_old_secret) = ask_for_tokens(http, provider, &exchange).await?;
    let id_token = tokens.id_token.ok_or(SignInError::NoIdToken)?;
    let bearer = tokens
        .token_type
        .is_none_or(|kind| kind.eq_ignore_ascii_case("Bearer"));
    let access_token = tokens.access_token.filter(|_| bearer).map(|token| token.0);

    let parts = Parts::read(&id_token)?;
    let (assurance, new_keys) = if signed {
        (Assurance::Full, verify(http, provider, &exchange, &parts).await?)
    } else {
        (Assurance::Reduced, None)
    };
    let claims = parts.claims(&Expected {
        client_id: &provider.client_id,
        issuer: provider.issuer.as_deref(),
        nonce: exchange.nonce,
        access_token: access_token.as_ref().map(|token| token.as_str()),
        now: exchange.now,
    })?;

    let mut identity = Identity {
        issuer: claims.text("iss").unwrap_or_default().to_owned(),
        subject: claims.subject()?.to_owned(),
        email: claims.name("email"),
        email_verified: claims.email_verified(),
        preferred_username: claims.name("preferred_username"),
        assurance,
        by_old_secret,
        raw_claims: String::new(),
        new_keys,
    };
    let mut raw: Map<String, Value> = claims.0;
    let nameless = |identity: &Identity| identity.email.is_none() && identity.preferred_username.is_none();
    if let (true, Some(endpoint), Some(token)) =
        (nameless(&identity), &provider.userinfo_endpoint, &access_token)
    {
        let more = userinfo::ask(http, endpoint, token, &identity.subject, exchange.trust).await?;
        identity.email = more.name("email");
        identity.email_verified = more.email_verified();
        identity.preferred_username = more.name("preferred_username");
        raw.insert("userinfo".to_owned(), Value::Object(more.0));
    }
    identity.raw_claims = Value::Object(raw).to_string();
    if nameless(&identity) {
        return Err(SignInError::NoEmail {
            raw_claims: identity.raw_claims,
        });
    }
    Ok(identity)
}

/// The tokens, and whether it took the old secret. A provider that refuses the client has not looked at the code yet (RFC 6749,
/// 3.2.1 and 4.1.3), so that it is good for a second try.
async fn ask_for_tokens(
    http: &dyn Http,
    provider: &Provider,
    exchange: &Exchange<'_>,
) -> Result<(TokenReply, bool), SignInError> {
    let ask = async |secret: &str| {
        let reply = http.send(token_request(provider, secret, exchange)?).await?;
        read_tokens(&reply)
    };
    match (ask(&provider.client_secret).await, &provider.old_secret) {
        (Err(refused), Some(old)) if refused.is_about_the_secret() => match ask(old).await {
            Ok(tokens) => Ok((tokens, true)),
            // What the new one was told is what the administrator has to hear.
            Err(_) => Err(refused),
        },
        (answer, _) => answer.map(|tokens| (tokens, false)),
    }
}

fn token_request(provider: &Provider, secret: &str, exchange: &Exchange<'_>) -> Result<Call, SignInError> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", exchange.code),
        ("redirect_uri", exchange.redirect_uri),
        ("code_verifier", exchange.pkce_verifier),
    ];
    if provider.token_auth == TokenAuth::Post {
        fields.push(("client_id", &provider.client_id));
        fields.push(("client_secret", secret));
    }
    let mut call = Call::form(&provider.token_endpoint, &fields)
        .header(header::ACCEPT, HeaderValue::from_static("application/json"))
        .trust(exchange.trust.clone());
    if provider.token_auth == TokenAuth::Basic {
        // Both parts are form-encoded first, so that a colon in them does not split them (RFC 6749, 2.3.1).
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&provider.client_id), encoded(secret));
        let value = Zeroizing::new(format!(
            "Basic {}",
            BASE64_STANDARD.encode(Zeroizing::new(pair).as_bytes())
        ));
        let mut value = HeaderValue::from_str(&value).map_err(|_| SignInError::BadAnswer)?;
        value.set_sensitive(true);
        call = call.header(header::AUTHORIZATION, value);
    }
    Ok(call)
}

fn read_tokens(reply: &Reply) -> Result<TokenReply, SignInError> {
    if reply.status == 200 {
        return json::read(&reply.body).ok_or(SignInError::BadAnswer);
    }
    Err(match json::read::<ErrorReply>(&reply.body) {
        Some(said) => SignInError::provider_said(&said.error, said.error_description.as_deref()),
        None => SignInError::Status(reply.status),
    })
}

/// Checks the signature by the pinned keys, else by those that the ring has or the provider publishes now, which are then given
/// back to be pinned. Asks at most once.
async fn verify(
    http: &dyn Http,
    provider: &Provider,
    exchange: &Exchange<'_>,
    parts: &Parts<'_>,
) -> Result<Option<String>, SignInError> {
    if let Some(pinned) = provider.keys.as_deref() {
        let pinned = Keys::parse(pinned.as_bytes()).ok_or(SignInError::NoKeys)?;
        match parts.verify(&pinned) {
            Ok(()) => return Ok(None),
            Err(KeyFault::Wrong) => return Err(SignInError::BadSignature),
            Err(KeyFault::Unknown) => {}
        }
    }
    let newer = match (exchange.ring, &provider.jwks_uri) {
        (Some(ring), _) => ring.newer().await?,
        (None, Some(address)) => Some(published_keys(http, address, exchange.trust.clone()).await?),
        (None, None) => None,
    };
    let newer = newer.ok_or(SignInError::BadSignature)?;
    let keys = Keys::parse(newer.as_bytes()).ok_or(SignInError::NoKeys)?;
    parts.verify(&keys).map_err(|_| SignInError::BadSignature)?;
    Ok(Some(newer))
}
