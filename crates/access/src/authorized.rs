use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use domain::id::AccountId;
use domain::{Cloud, Fault, Permission};

use crate::submissions::Submission;
use crate::{Acting, Caller, Client, Error, Identity, Result, Services, Session};

/// Proof that the caller is signed in and holds `P` at this moment. Only [`Authorized::check`] and
/// [`Authorized::of`] make one.
pub struct Authorized<P: Permission> {
    acting: Acting<P::Side>,
    caller: Caller<P::Side>,
    permission: PhantomData<P>,
}

impl<P: Permission> Authorized<P> {
    /// Looks up who holds the session, whether they have access, and whether they may. Rights are read each time, so that a
    /// change takes effect with the next request.
    pub async fn check(
        services: &Services<P::Side>,
        session: Option<Session<P::Side>>,
        client: &Client,
    ) -> Result<Self> {
        let caller = match session {
            Some(session) => Caller::of(services, session).await?,
            None => None,
        };
        Self::of(services, caller, client)
    }

    /// The same for a caller who was looked up for this very request; `None`: nobody is signed in.
    pub fn of(
        services: &Services<P::Side>,
        caller: Option<Caller<P::Side>>,
        client: &Client,
    ) -> Result<Self> {
        // The authorisation matrix listens to this: which permission an endpoint really asks for.
        tracing::trace!(target: "access::check", permission = P::KEY, "asked");
        let caller = caller.ok_or(Fault::SignIn)?;
        let identity = caller.identity();
        if !identity.may(P::NEEDS) {
            tracing::info!(
                permission = P::KEY,
                actor = identity.actor.name(),
                "refused: no role allows it"
            );
            return Err(Fault::Forbidden.into());
        }
        let acting = Acting::new(
            services.clone(),
            identity.actor.clone(),
            identity.account,
            Some(client.address),
        );
        Ok(Self {
            acting,
            caller,
            permission: PhantomData,
        })
    }

    /// The same, for a form that was sent under a key of its own.
    pub(crate) fn under(self, submission: Arc<Submission>) -> Self {
        Self {
            acting: self.acting.under(submission),
            ..self
        }
    }

    /// Whether session and right are still there: for what goes on longer than a request. (A session that is only listening is
    /// not in use: it ends like an idle one.)
    pub async fn still_holds(&self) -> Result<bool> {
        if !self.session().is_alive(self.services()).await? {
            return Ok(false);
        }
        let identity = self.services().identify(self.session()).await?;
        Ok(identity.is_some_and(|identity| identity.may(P::NEEDS)))
    }

    pub fn identity(&self) -> &Identity {
        self.caller.identity()
    }

    pub fn session(&self) -> &Session<P::Side> {
        self.caller.session()
    }
}

impl<P: Permission<Side = Cloud>> Authorized<P> {
    /// The tenant: every statement on a tenant's data is bound to it.
    pub fn account(&self) -> Result<AccountId> {
        self.acting
            .account()
            .ok_or_else(|| Error::internal("a portal user without an account"))
    }
}

impl<P: Permission> Deref for Authorized<P> {
    type Target = Acting<P::Side>;
    fn deref(&self) -> &Acting<P::Side> {
        &self.acting
    }
}
