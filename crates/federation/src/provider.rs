//! An identity provider as we know it.

use std::fmt;

use url::{Host, Url};
use zeroize::Zeroizing;

/// An identity provider and our registration there.
#[derive(Clone)]
pub struct Provider {
    /// Our name at the provider.
    pub client_id: String,
    /// Our secret at the provider.
    pub client_secret: Zeroizing<String>,
    /// The secret before, while it works beside the new one: tried where the provider refuses the new one.
    pub old_secret: Option<Zeroizing<String>>,
    /// Where the browser is sent.
    pub authorization_endpoint: String,
    /// Where the code is exchanged.
    pub token_endpoint: String,
    /// The provider's own name; `None` where the registration had none, which means reduced assurance.
    pub issuer: Option<String>,
    /// Where the provider publishes its keys. Asked when there are no pinned keys or a token names a key that is
    /// not among them; `None` forbids that.
    pub jwks_uri: Option<String>,
    /// The keys pinned at registration: a JWK set as JSON text ([`crate::Discovered::keys`]).
    pub keys: Option<String>,
    /// Where claims are asked that the ID token lacks.
    pub userinfo_endpoint: Option<String>,
    /// How we prove who we are at the token endpoint.
    pub token_auth: TokenAuth,
    /// The provider promises the `iss` parameter in its answers (RFC 9207), so that an answer without is refused.
    pub response_iss: bool,
}

/// Everything but the secret.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("client_id", &self.client_id)
            .field("token_endpoint", &self.token_endpoint)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// How a client authenticates at the token endpoint (OpenID Connect Core 9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TokenAuth {
    /// `client_secret_post`: in the form.
    #[default]
    Post,
    /// `client_secret_basic`: in the `Authorization` header.
    Basic,
}

/// Hosts of Microsoft Entra ID, public and national clouds.
const ENTRA_HOSTS: &[&str] = &[
    "login.microsoftonline.com",
    "login.microsoft.com",
    "login.windows.net",
    "login.live.com",
    "sts.windows.net",
    "login.microsoftonline.us",
    "login-us.microsoftonline.com",
    "login.microsoftonline.de",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
];

/// First parts of a path that stand for all tenants: three names, and the tenant id of all personal accounts.
const ENTRA_SHARED: &[&str] = &[
    "common",
    "organizations",
    "consumers",
    "9188040d-6c67-4c5b-b112-36a304b66dad",
    "{tenantid}",
    "{tenant}",
];

/// Whether the address belongs to Microsoft Entra ID and names no single tenant. Anybody with any Microsoft account
/// could sign in there, and its tokens carry an issuer that never equals the one in the discovery document (T-15).
/// `false` for what is no address at all.
pub fn is_multi_tenant_entra(address: &str) -> bool {
    let Ok(url) = Url::parse(address.trim()) else {
        return false;
    };
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    let host = host.trim_end_matches('.');
    if !ENTRA_HOSTS.contains(&host) {
        return false;
    }
    let first = url
        .path()
        .split('/')
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    let first = url::form_urlencoded::parse(first.as_bytes()).next();
    let first = first.map(|(name, _)| name.to_lowercase()).unwrap_or_default();
    // No tenant at all means "common" too: https://login.microsoftonline.com/oauth2/v2.0/token
    ENTRA_SHARED.contains(&first.as_str()) || matches!(first.as_str(), "" | "oauth2" | ".well-known" | "v2.0")
}
