//! The one HTTP client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::classify::classify;
use super::policy::{Mode, Policy};
use super::resolve::{GuardedResolver, NameLookup, SystemNames};
use super::slots::Slots;
use super::target::Target;
use super::{CONNECT_TIME, Call, Http, HttpError, Reply, TOTAL_TIME, Trust, trust};

/// Clients kept ready, one per trust and mode; building one parses all of its roots.
const CLIENTS: usize = 64;

/// The HTTP client that every outbound call goes through: https to public addresses unless the [`Policy`] opens
/// more, the dialled address checked, no redirects, no proxies from the environment, bounded in time, size and
/// calls in flight. Each call opens its own connection and so checks name, address and certificate anew.
pub struct GuardedHttp {
    policy: Arc<Policy>,
    names: Arc<dyn NameLookup>,
    slots: Slots,
    clients: Mutex<HashMap<(Trust, Mode), reqwest::Client>>,
}

impl GuardedHttp {
    /// A client under this policy that asks the operating system for names.
    pub fn new(policy: Policy) -> Self {
        Self::with_names(policy, Arc::new(SystemNames))
    }

    /// A client under this policy with its own source of names.
    pub fn with_names(policy: Policy, names: Arc<dyn NameLookup>) -> Self {
        Self {
            policy: Arc::new(policy),
            names,
            slots: Slots::new(),
            clients: Mutex::default(),
        }
    }

    async fn call(&self, call: Call) -> Result<Reply, HttpError> {
        let target = Target::parse(&call.url, &self.policy)?;
        let total = call.limits.total;
        tokio::time::timeout(total, self.exchange(target, call))
            .await
            .map_err(|_| HttpError::Timeout)?
    }

    /// Judges the address, and the addresses behind a name as they are at this moment; each call judges them again.
    async fn judge(&self, url: &str) -> Result<(), HttpError> {
        let target = Target::parse(url, &self.policy)?;
        let Some(url::Host::Domain(name)) = target.url.host() else {
            return Ok(());
        };
        let found = tokio::time::timeout(TOTAL_TIME, self.names.lookup(name.to_owned())).await;
        let found = found
            .map_err(|_| HttpError::Timeout)?
            .map_err(|_| HttpError::Dns)?;
        let admitted = found
            .iter()
            .map(|address| self.policy.admit(*address, target.mode));
        let best = admitted.reduce(Result::or).ok_or(HttpError::Dns)?;
        best.map_err(|reason| HttpError::Refused { reason })
    }

    async fn exchange(&self, target: Target, call: Call) -> Result<Reply, HttpError> {
        let _slot = self.slots.take(&target.place).await.ok_or(HttpError::Timeout)?;
        let client = self.client(call.trust, target.mode)?;
        let failed = |error: reqwest::Error| {
            let found = classify(&error, target.mode.plain);
            tracing::debug!(place = %target.place, code = found.code(), cause = ?error.without_url(), "call failed");
            found
        };
        let request = client
            .request(call.method, target.url)
            .headers(call.headers)
            .body(call.body);
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Err(HttpError::Redirect);
        }
        let headers = std::mem::take(response.headers_mut());
        let body = read(&mut response, call.limits.body).await?.map_err(failed)?;
        Ok(Reply {
            status: status.as_u16(),
            headers,
            body,
        })
    }

    fn client(&self, trust: Trust, mode: Mode) -> Result<reqwest::Client, HttpError> {
        let key = (trust, mode);
        if let Some(client) = self.clients().get(&key) {
            return Ok(client.clone());
        }
        let client = self.build(&key.0, mode)?;
        let mut clients = self.clients();
        if clients.len() >= CLIENTS {
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok(client)
    }

    fn clients(&self) -> std::sync::MutexGuard<'_, HashMap<(Trust, Mode), reqwest::Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn build(&self, trust: &Trust, mode: Mode) -> Result<reqwest::Client, HttpError> {
        let (names, policy) = (Arc::clone(&self.names), Arc::clone(&self.policy));
        let connect = match trust {
            Trust::System | Trust::SystemPlus => CONNECT_TIME,
            Trust::Only(_) => TOTAL_TIME,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the guarded client that all others are told to use"
        )]
        reqwest::Client::builder()
            .tls_backend_preconfigured(trust::tls(trust, &self.policy)?)
            .https_only(!mode.plain)
            .dns_resolver(Arc::new(GuardedResolver { names, policy, mode }))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(connect)
            .user_agent(concat!("cosmos/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| {
                tracing::error!(%error, "the HTTP client cannot be built");
                HttpError::TlsOther
            })
    }
}

impl Http for GuardedHttp {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>> {
        self.call(call).boxed()
    }

    fn admits<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<(), HttpError>> {
        self.judge(url).boxed()
    }
}

/// The whole body, or [`HttpError::TooLarge`] at the first sign of more than `limit` bytes.
async fn read(response: &mut reqwest::Response, limit: usize) -> Result<reqwest::Result<Bytes>, HttpError> {
    if response
        .content_length()
        .is_some_and(|length| usize::try_from(length).map_or(true, |l| l > limit))
    {
        return Err(HttpError::TooLarge);
    }
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(HttpError::TooLarge),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Ok(body.freeze())),
            Err(error) => return Ok(Err(error)),
        }
    }
}
