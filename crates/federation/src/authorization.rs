//! The address that the browser is sent to, and the first check of what comes back.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use crate::error::SignInError;
use crate::provider::{Provider, is_multi_tenant_entra};

/// Bytes of randomness in each of state, nonce and PKCE verifier.
const RANDOM: usize = 32;
/// What we ask for.
const SCOPE: &str = "openid email profile";

/// A sign-in that has begun. The caller keeps all but the address, bound to the browser.
#[derive(Clone)]
pub struct Begun {
    /// Where to send the browser.
    pub url: String,
    /// Comes back with the answer; single use.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Goes to the token endpoint only (RFC 7636).
    pub pkce_verifier: String,
}

/// Begins a sign-in: code flow with PKCE S256. `entropy` fills a buffer with random bytes.
///
/// [`SignInError::BadEndpoint`] and [`SignInError::MultiTenant`] where the record's address cannot be used.
pub fn begin(
    provider: &Provider,
    redirect_uri: &str,
    login_hint: Option<&str>,
    entropy: &mut dyn FnMut(&mut [u8]),
) -> Result<Begun, SignInError> {
    let mut url = web_address(&provider.authorization_endpoint, "authorization endpoint")?;
    if is_multi_tenant_entra(url.as_str()) {
        return Err(SignInError::MultiTenant);
    }
    let mut random = || {
        let mut bytes = [0; RANDOM];
        entropy(&mut bytes);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    };
    let (state, nonce, pkce_verifier) = (random(), random(), random());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(pkce_verifier.as_bytes()));
    let mut ours = vec![
        ("response_type", "code"),
        ("client_id", &provider.client_id),
        ("redirect_uri", redirect_uri),
        ("scope", SCOPE),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    ours.extend(login_hint.map(|hint| ("login_hint", hint)));
    // The endpoint may have a query of its own (RFC 6749, 3.1), but may not set what we set.
    let foreign = |name: &str| {
        name != "login_hint" && name != "response_mode" && ours.iter().all(|(own, _)| *own != name)
    };
    let kept: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| foreign(name))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs(ours);
    url.set_fragment(None);
    Ok(Begun {
        url: url.into(),
        state,
        nonce,
        pkce_verifier,
    })
}

/// Checks the `iss` parameter of the answer (RFC 9207), before the code is sent anywhere: an honest provider's code
/// must not reach another one's token endpoint (mix-up, RFC 9700).
///
/// Where the provider's issuer is not known, an `iss` must at least share the authorization endpoint's origin.
pub fn check_response_issuer(provider: &Provider, iss: Option<&str>) -> Result<(), SignInError> {
    let same = match (iss, &provider.issuer) {
        (None, _) => !provider.response_iss,
        (Some(iss), Some(issuer)) => iss == issuer,
        (Some(iss), None) => match (Url::parse(iss), Url::parse(&provider.authorization_endpoint)) {
            (Ok(iss), Ok(endpoint)) => iss.origin() == endpoint.origin(),
            _ => false,
        },
    };
    if same { Ok(()) } else { Err(SignInError::MixUp) }
}

/// The text as an absolute address of the web.
pub fn web_address(text: &str, name: &'static str) -> Result<Url, SignInError> {
    let url = Url::parse(text).map_err(|_| SignInError::BadEndpoint(name))?;
    if matches!(url.scheme(), "https" | "http") && url.has_host() {
        Ok(url)
    } else {
        Err(SignInError::BadEndpoint(name))
    }
}
