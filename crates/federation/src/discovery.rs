//! What a provider says about itself (OpenID Connect Discovery 1.0), and its keys.

use outside::http::{HeaderValue, header};
use outside::{Call, Http, HttpError, Reply, Trust};
use serde::Deserialize;
use url::Url;

use crate::json;
use crate::keys::{Keys, accepted};
use crate::provider::{TokenAuth, is_multi_tenant_entra};

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// What discovery found, ready to be pinned in the provider's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// The provider's own name, exactly as its tokens will carry it.
    pub issuer: String,
    /// Where the browser is sent.
    pub authorization_endpoint: String,
    /// Where the code is exchanged.
    pub token_endpoint: String,
    /// Where the keys come from.
    pub jwks_uri: String,
    /// Where claims are asked that the ID token lacks.
    pub userinfo_endpoint: Option<String>,
    /// How to authenticate at the token endpoint.
    pub token_auth: TokenAuth,
    /// The provider promises the `iss` parameter (RFC 9207).
    pub response_iss: bool,
    /// The keys usable for signatures, as a JWK set in JSON.
    pub keys: String,
}

/// Why discovery found nothing that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// The text is neither an issuer nor the address of a discovery document.
    #[error("this is neither an issuer nor a …/.well-known/openid-configuration address")]
    BadUrl,
    /// A Microsoft Entra address that stands for all tenants.
    #[error(
        "this Microsoft Entra address is for all tenants, so that anybody with a Microsoft account could sign in; use \
         the address with your own tenant ID"
    )]
    MultiTenant,
    /// The provider could not be reached.
    #[error("the identity provider could not be reached: {0}")]
    Http(#[from] HttpError),
    /// The address answers with a status other than 200.
    #[error("the identity provider answered with status {0}")]
    Status(u16),
    /// What came is no discovery document.
    #[error("the answer is no discovery document")]
    BadDocument,
    /// The document lacks an entry.
    #[error("the discovery document lacks \"{0}\"")]
    Missing(&'static str),
    /// The document is of another issuer.
    #[error("the discovery document is of another issuer: {found}")]
    IssuerMismatch {
        /// The issuer asked for.
        expected: String,
        /// The issuer in the document.
        found: String,
    },
    /// An address in the document is no web address, or is plain http where the issuer is https.
    #[error("the discovery document's \"{0}\" is no https address")]
    BadEndpoint(&'static str),
    /// The provider does not offer the code flow.
    #[error("the identity provider does not offer the authorization code flow")]
    NoCodeFlow,
    /// The provider takes no client secret.
    #[error("the identity provider accepts a client secret neither in the form nor in the header")]
    NoTokenAuth,
    /// The provider signs in no way that is accepted.
    #[error("the identity provider signs ID tokens with no algorithm that is accepted")]
    NoAlgorithm,
    /// The provider publishes no key that can verify a signature.
    #[error("the identity provider publishes no usable key")]
    NoKeys,
}

impl DiscoveryError {
    /// A short word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl => "bad_url",
            Self::MultiTenant => "multi_tenant",
            Self::Http(error) => error.code(),
            Self::Status(_) => "status",
            Self::BadDocument => "bad_document",
            Self::Missing(_) => "missing",
            Self::IssuerMismatch { .. } => "issuer_mismatch",
            Self::BadEndpoint(_) => "bad_endpoint",
            Self::NoCodeFlow => "no_code_flow",
            Self::NoTokenAuth => "no_token_auth",
            Self::NoAlgorithm => "no_algorithm",
            Self::NoKeys => "no_keys",
        }
    }
}

#[derive(Deserialize)]
struct Document {
    issuer: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: Option<String>,
    userinfo_endpoint: Option<String>,
    response_types_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

/// Reads a provider's discovery document and keys. Takes the issuer or the address of the document; the issuer in
/// the document must be the one asked for (a final slash aside, since the document's address does not show it).
pub async fn discover(
    http: &dyn Http,
    issuer_or_well_known: &str,
    trust: Trust,
) -> Result<Discovered, DiscoveryError> {
    let asked = issuer(issuer_or_well_known)?;
    let reply = fetch(http, format!("{asked}{WELL_KNOWN}"), trust.clone()).await?;
    let document: Document = json::read(&reply.body).ok_or(DiscoveryError::BadDocument)?;

    let issuer = document.issuer.ok_or(DiscoveryError::Missing("issuer"))?;
    if issuer.strip_suffix('/').unwrap_or(&issuer) != asked {
        return Err(DiscoveryError::IssuerMismatch {
            expected: asked,
            found: issuer.chars().take(200).collect(),
        });
    }
    let secure = asked.starts_with("https:");
    let needed = |address: Option<String>, name| address.ok_or(DiscoveryError::Missing(name));
    let authorization_endpoint = needed(document.authorization_endpoint, "authorization_endpoint")?;
    let token_endpoint = needed(document.token_endpoint, "token_endpoint")?;
    let jwks_uri = needed(document.jwks_uri, "jwks_uri")?;
    check_endpoint(&authorization_endpoint, secure, "authorization_endpoint")?;
    check_endpoint(&token_endpoint, secure, "token_endpoint")?;
    check_endpoint(&jwks_uri, secure, "jwks_uri")?;
    if let Some(address) = &document.userinfo_endpoint {
        check_endpoint(address, secure, "userinfo_endpoint")?;
    }
    if document
        .response_types_supported
        .is_some_and(|types| !types.iter().any(|kind| kind == "code"))
    {
        return Err(DiscoveryError::NoCodeFlow);
    }
    if document
        .id_token_signing_alg_values_supported
        .is_some_and(|names| !names.iter().any(|n| accepted(n).is_some()))
    {
        return Err(DiscoveryError::NoAlgorithm);
    }
    let token_auth = token_auth(document.token_endpoint_auth_methods_supported.as_deref())?;

    let reply = fetch(http, jwks_uri.clone(), trust).await?;
    let keys = Keys::parse(&reply.body).ok_or(DiscoveryError::NoKeys)?.to_json();
    Ok(Discovered {
        issuer,
        authorization_endpoint,
        token_endpoint,
        jwks_uri,
        userinfo_endpoint: document.userinfo_endpoint,
        token_auth,
        response_iss: document
            .authorization_response_iss_parameter_supported
            .unwrap_or(false),
        keys,
    })
}

/// The issuer of whoever stands behind an address that is not the issuer's own: Microsoft Entra ID answers to
/// `…/contoso.onmicrosoft.com/v2.0` with the issuer of the tenant that has the domain. Nothing else of the document is read.
pub async fn issuer_behind(http: &dyn Http, address: &str, trust: Trust) -> Result<String, DiscoveryError> {
    let asked = issuer(address)?;
    let reply = fetch(http, format!("{asked}{WELL_KNOWN}"), trust).await?;
    let document: Document = json::read(&reply.body).ok_or(DiscoveryError::BadDocument)?;
    document.issuer.ok_or(DiscoveryError::Missing("issuer"))
}

/// The issuer without its final slash, from an issuer or the address of its document.
fn issuer(text: &str) -> Result<String, DiscoveryError> {
    let text = text.trim();
    if is_multi_tenant_entra(text) {
        return Err(DiscoveryError::MultiTenant);
    }
    let url = Url::parse(text).map_err(|_| DiscoveryError::BadUrl)?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !plain || url.password().is_some() || !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(DiscoveryError::BadUrl);
    }
    // Cut from the text, not from the parsed address: issuers are compared letter by letter.
    let issuer = text.strip_suffix(WELL_KNOWN).unwrap_or(text);
    Ok(issuer.strip_suffix('/').unwrap_or(issuer).to_owned())
}

fn check_endpoint(address: &str, secure: bool, name: &'static str) -> Result<(), DiscoveryError> {
    let url = Url::parse(address).map_err(|_| DiscoveryError::BadEndpoint(name))?;
    if is_multi_tenant_entra(address) {
        return Err(DiscoveryError::MultiTenant);
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if !secure => Ok(()),
        _ => Err(DiscoveryError::BadEndpoint(name)),
    }
}

/// The form where the provider takes it, else the header; the standard's default is the header.
fn token_auth(supported: Option<&[String]>) -> Result<TokenAuth, DiscoveryError> {
    let Some(supported) = supported else {
        return Ok(TokenAuth::Basic);
    };
    let takes = |name: &str| supported.iter().any(|method| method == name);
    match (takes("client_secret_post"), takes("client_secret_basic")) {
        (true, _) => Ok(TokenAuth::Post),
        (false, true) => Ok(TokenAuth::Basic),
        (false, false) => Err(DiscoveryError::NoTokenAuth),
    }
}

async fn fetch(http: &dyn Http, url: String, trust: Trust) -> Result<Reply, DiscoveryError> {
    let call = Call::get(url).header(header::ACCEPT, HeaderValue::from_static("application/json"));
    let reply = http.send(call.trust(trust)).await?;
    if reply.status == 200 {
        Ok(reply)
    } else {
        Err(DiscoveryError::Status(reply.status))
    }
}
