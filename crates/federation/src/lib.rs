//! Sign-in at a company's identity provider: messages and checks, no state.
//!
//! [`discover`] reads what a provider says about itself, [`begin`] makes the address that the browser is sent to,
//! [`check_response_issuer`] and [`exchange()`] turn what comes back into an [`Identity`]. The caller keeps `state`,
//! `nonce` and PKCE verifier between the two, stores keys and secret, and decides what the identity may do: an
//! e-mail routes and displays, only (provider, issuer, subject) identifies (rule D4).
//!
//! # Why not a ready OpenID Connect client
//!
//! `openidconnect` 4.1 was read and left aside, for the rules here are those it cannot express. Its client and its
//! verifier are built around an issuer, which the registration form of the seed does not have (T-14): the case
//! without one would bypass it. It has no check of `typ`, reads a repeated claim without complaint, takes trust
//! roots per client and not per call, and verifies RSA with the `rsa` crate (RUSTSEC-2023-0071) where everything
//! else here is aws-lc. What is left, three messages and a dozen checks, stands in this crate in the open, with
//! `jsonwebtoken` (aws-lc) for the signatures alone.

mod authorization;
mod discovery;
mod error;
mod exchange;
mod id_token;
mod json;
mod keys;
mod provider;
pub mod saml;
#[cfg(test)]
mod tests;
mod trouble;
mod userinfo;

pub use authorization::{Begun, begin, check_response_issuer};
pub use discovery::{Discovered, DiscoveryError, discover, issuer_behind};
pub use error::SignInError;
pub use exchange::{Exchange, exchange};
pub use id_token::{Assurance, CLOCK_LEEWAY, ID_TOKEN_LIMIT, Identity, TOKEN_AGE};
pub use keys::{KeyRing, published_keys};
pub use provider::{Provider, TokenAuth, is_multi_tenant_entra};
pub use trouble::ProviderTrouble;
