use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::id::AccountId;
use domain::permission::Needs;
use domain::{Grants, Side};
use store::Db;
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

use crate::submissions::Turns;
use crate::{Acting, Actor, Clock, Entropy, Error, Passwords, Rates, Result, Seal, Session};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells who the holder of a session is, at this moment. Each side has its own: users of the portal, administrators of a UMS.
pub trait Directory: Send + Sync {
    /// `None` where the holder has no access (any more): gone, pending, deactivated. Every request asks: one statement.
    fn identify<'a>(&'a self, tx: &'a mut store::Tx, holder: Uuid)
    -> BoxFuture<'a, Result<Option<Identity>>>;
}

/// A person with access.
#[derive(Clone, Debug)]
pub struct Identity {
    pub actor: Actor,
    pub grants: Grants,
    /// The tenant. `None` on the company side.
    pub account: Option<AccountId>,
    /// Whether the password is a one-time one: until another is set, nothing else is allowed ([`Needs::Session`]).
    pub must_set_password: bool,
}

impl Identity {
    /// Whether this is allowed at this moment.
    pub fn may(&self, needs: Needs) -> bool {
        (!self.must_set_password || needs == Needs::Session) && self.grants.allow(needs)
    }
}

/// What one side of the product runs on. Cheap to clone.
pub struct Services<S: Side> {
    inner: Arc<Inner>,
    side: std::marker::PhantomData<S>,
}

struct Inner {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    seal: Seal,
    passwords: Passwords,
    rates: Rates,
    queued: watch::Sender<()>,
    turns: Turns,
    directory: Arc<dyn Directory>,
    ports: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl<S: Side> Clone for Services<S> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            side: std::marker::PhantomData,
        }
    }
}

impl<S: Side> Services<S> {
    pub fn new(
        db: Db,
        clock: Clock,
        seal: Seal,
        passwords: Passwords,
        directory: Arc<dyn Directory>,
    ) -> Self {
        let rates = Rates::new(clock.clone());
        let ports = HashMap::new();
        let inner = Inner {
            db,
            clock,
            entropy: Entropy,
            seal,
            passwords,
            rates,
            queued: watch::Sender::new(()),
            turns: Turns::default(),
            directory,
            ports,
        };
        Self {
            inner: Arc::new(inner),
            side: std::marker::PhantomData,
        }
    }

    /// Adds something that use cases of this side need from outside this crate (settings, the outside world, presence).
    /// Only while starting: the services must not have been cloned yet.
    pub fn with<T: Send + Sync + 'static>(mut self, port: T) -> Result<Self> {
        let inner =
            Arc::get_mut(&mut self.inner).ok_or_else(|| Error::internal("services are complete already"))?;
        inner.ports.insert(TypeId::of::<T>(), Box::new(port));
        Ok(self)
    }

    /// What was added by [`Services::with`].
    pub fn port<T: Send + Sync + 'static>(&self) -> Result<&T> {
        let port = self
            .inner
            .ports
            .get(&TypeId::of::<T>())
            .and_then(|port| port.downcast_ref());
        port.ok_or_else(|| {
            Error::internal(format!(
                "the {} side was started without {}",
                S::KEY,
                type_name::<T>()
            ))
        })
    }

    /// Another side over the same database, with people of its own. This one is among its ports: for what is done on its behalf.
    pub fn side<T: Side>(&self, directory: Arc<dyn Directory>) -> Services<T> {
        let mut ports: HashMap<TypeId, Box<dyn Any + Send + Sync>> = HashMap::new();
        ports.insert(TypeId::of::<Self>(), Box::new(self.clone()));
        let inner = Inner {
            db: self.inner.db.clone(),
            clock: self.inner.clock.clone(),
            entropy: self.inner.entropy.clone(),
            seal: self.inner.seal.clone(),
            passwords: self.inner.passwords.clone(),
            rates: self.inner.rates.clone(),
            queued: self.inner.queued.clone(),
            turns: self.inner.turns.clone(),
            directory,
            ports,
        };
        Services {
            inner: Arc::new(inner),
            side: std::marker::PhantomData,
        }
    }

    /// Who the holder of a session is, at this moment.
    pub async fn identify(&self, session: &Session<S>) -> Result<Option<Identity>> {
        let mut tx = self.db().glance().await?;
        self.directory().identify(&mut tx, session.holder()).await
    }

    pub fn now(&self) -> OffsetDateTime {
        self.inner.clock.now()
    }
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
    pub fn entropy(&self) -> &Entropy {
        &self.inner.entropy
    }
    pub fn seal(&self) -> &Seal {
        &self.inner.seal
    }
    pub fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }
    pub fn rates(&self) -> &Rates {
        &self.inner.rates
    }
    /// Told when a job was committed, so that it need not wait for the next look. Every runner listens.
    pub(crate) fn queued(&self) -> &watch::Sender<()> {
        &self.inner.queued
    }
    pub(crate) fn turns(&self) -> &Turns {
        &self.inner.turns
    }
    pub(crate) fn directory(&self) -> &dyn Directory {
        &*self.inner.directory
    }
    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.inner.db.ping().await?)
    }

    /// Somebody whose identity was established without a session: a device by its certificate, a job, the command line.
    /// Nothing is checked here, so every use is worth a look.
    pub fn acting_as_unchecked(&self, actor: Actor) -> Acting<S> {
        Acting::new(self.clone(), actor, None, None)
    }
}
