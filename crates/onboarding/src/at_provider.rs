//! The exchange of a code at a company's identity provider, for devices and for test sign-ins alike: kept from providers that do
//! not answer, with keys that are brought up to date once for all.

use std::pin::Pin;

use access::{Acting, Result};
use domain::Cloud;
use domain::id::{AccountId, OsIdpId};
use federation::{Exchange, Identity, KeyRing, Provider, SignInError};
use outside::http::TOTAL_TIME;
use outside::{Http, HttpError, Outside, Trust};
use portal::os_idps::sign_in;
use time::OffsetDateTime;

use crate::Settings;
use crate::providers::{KEYS_EVERY, Known, Providers};

/// A provider, and where it is registered.
pub(crate) struct Registered {
    pub account: AccountId,
    pub idp: OsIdpId,
    pub provider: Provider,
}

/// What the browser brought, and what was kept when it left.
pub(crate) struct Brought<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    pub nonce: &'a str,
}

/// Whether the provider has not answered several times and is left in peace, so that nobody is sent there (fault F10).
pub(crate) fn is_away(acting: &Acting<Cloud>, idp: OsIdpId) -> Result<bool> {
    let known = acting.services().port::<Providers>()?.of(idp);
    Ok(known.is_away(acting.now()))
}

/// Who signed in. The outer error is ours, the inner one the provider's.
pub(crate) async fn identify(
    acting: &Acting<Cloud>,
    at: &Registered,
    brought: &Brought<'_>,
) -> Result<Result<Identity, SignInError>> {
    let services = acting.services();
    let known = services.port::<Providers>()?.of(at.idp);
    if !known.may_call(acting.now()) {
        return Ok(Err(SignInError::NotAnswering));
    }
    let http = services.port::<Outside>()?.http.as_ref();
    let ring = Ring {
        acting,
        at,
        known: &known,
        http,
    };
    let exchange = Exchange {
        code: brought.code,
        redirect_uri: &services.port::<Settings>()?.redirect_uri(),
        pkce_verifier: brought.verifier,
        nonce: brought.nonce,
        now: acting.now(),
        trust: Trust::SystemPlus,
        ring: Some(&ring),
    };
    // One time for everything that is asked there: code, old secret, keys, UserInfo (fault F11).
    let asking = tokio::time::timeout(TOTAL_TIME, federation::exchange(http, &at.provider, exchange));
    let answer = asking.await.unwrap_or(Err(SignInError::Http(HttpError::Timeout)));
    match &answer {
        Err(SignInError::Http(_)) => {
            if known.failed(acting.now()) {
                tracing::warn!(idp = %at.idp, "an identity provider does not answer: it is asked once in 30 seconds");
            }
        }
        Err(SignInError::Status(status)) if *status >= 500 => {
            known.failed(acting.now());
        }
        _ => known.answered(),
    }
    if let Ok(identity) = &answer
        && at.provider.old_secret.is_some()
        && !identity.by_old_secret
    {
        sign_in::secret_worked(acting, at.account, at.idp, &at.provider).await?;
    }
    Ok(answer)
}

/// The keys of a provider, asked for by one sign-in at a time.
struct Ring<'a> {
    acting: &'a Acting<Cloud>,
    at: &'a Registered,
    known: &'a Known,
    http: &'a dyn Http,
}

impl Ring<'_> {
    /// Keys that another sign-in has pinned meanwhile, else those that the provider publishes now. `None` where it was asked less
    /// than [`KEYS_EVERY`] ago.
    async fn look(&self) -> Result<Result<Option<String>, SignInError>> {
        let Some(address) = &self.at.provider.jwks_uri else {
            return Ok(Ok(None));
        };
        let mut asked = self.known.keys_asked.lock().await;
        let pinned = sign_in::pinned_keys(self.acting, self.at.account, self.at.idp).await?;
        if pinned != self.at.provider.keys {
            return Ok(Ok(pinned));
        }
        let now = self.acting.now();
        if asked.is_some_and(|at: OffsetDateTime| now - at < KEYS_EVERY) {
            return Ok(Ok(None));
        }
        *asked = Some(now);
        match federation::published_keys(self.http, address, Trust::SystemPlus).await {
            Ok(keys) => {
                sign_in::pin_keys(self.acting, self.at.account, self.at.idp, &keys).await?;
                Ok(Ok(Some(keys)))
            }
            Err(error) => Ok(Err(error)),
        }
    }
}

impl KeyRing for Ring<'_> {
    fn newer(&self) -> Pin<Box<dyn Future<Output = Result<Option<String>, SignInError>> + Send + '_>> {
        Box::pin(async move {
            self.look().await.unwrap_or_else(|error| {
                tracing::error!(idp = %self.at.idp, error = &error as &dyn std::error::Error, "keys could not be looked up");
                Err(SignInError::NoKeys)
            })
        })
    }
}
