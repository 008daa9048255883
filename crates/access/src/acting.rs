use std::net::IpAddr;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use domain::id::{AccountId, AdministratorId, DeviceId, EventId, JobId, OnboardingId, OperatorId, UserId};
use domain::{Id, Side};
use serde::Serialize;
use store::{args, sql};
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::submissions::Submission;
use crate::{Event, Result, Services};

/// Who does something. Written into every audit event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in.
    Anonymous,
    /// A user of the Customer Portal.
    User { id: UserId, email: String },
    /// Somebody who runs the Customer Portal.
    Operator { id: OperatorId, email: String },
    /// The superuser or an administrator of a UMS.
    Administrator { id: AdministratorId, name: String },
    /// A device, known by its certificate.
    Device { id: DeviceId, unit: String },
    /// Somebody on their way through the Onboarding Service.
    Onboarding { id: OnboardingId, email: String },
    /// A job of ours.
    System(&'static str),
    /// Somebody with access to the machine, by the command line.
    CommandLine,
}

impl Actor {
    fn kind(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User { .. } => "user",
            Self::Operator { .. } => "operator",
            Self::Administrator { .. } => "administrator",
            Self::Device { .. } => "device",
            Self::Onboarding { .. } => "onboarding",
            Self::System(_) => "system",
            Self::CommandLine => "command-line",
        }
    }

    fn id(&self) -> Option<uuid::Uuid> {
        match self {
            Self::User { id, .. } => Some((*id).into()),
            Self::Operator { id, .. } => Some((*id).into()),
            Self::Administrator { id, .. } => Some((*id).into()),
            Self::Device { id, .. } => Some((*id).into()),
            Self::Onboarding { id, .. } => Some((*id).into()),
            Self::Anonymous | Self::System(_) | Self::CommandLine => None,
        }
    }

    /// What a person calls them: e-mail, name, Unit ID.
    pub fn name(&self) -> &str {
        match self {
            Self::User { email, .. } | Self::Operator { email, .. } | Self::Onboarding { email, .. } => email,
            Self::Administrator { name, .. } => name,
            Self::Device { unit, .. } => unit,
            Self::System(name) => name,
            Self::Anonymous | Self::CommandLine => "",
        }
    }
}

/// Somebody who acts on one side, with the means to do so. Use cases for people take [`crate::Authorized`] or
/// [`crate::Visitor`], which are built on this; devices, jobs and the command line act directly.
#[derive(Clone)]
pub struct Acting<S: Side> {
    services: Services<S>,
    actor: Actor,
    account: Option<AccountId>,
    address: Option<IpAddr>,
    submission: Option<Arc<Submission>>,
}

impl<S: Side> Acting<S> {
    pub(crate) fn new(
        services: Services<S>,
        actor: Actor,
        account: Option<AccountId>,
        address: Option<IpAddr>,
    ) -> Self {
        Self {
            services,
            actor,
            account,
            address,
            submission: None,
        }
    }

    pub(crate) fn under(self, submission: Arc<Submission>) -> Self {
        Self {
            submission: Some(submission),
            ..self
        }
    }

    /// The same, now known to be `actor`.
    pub(crate) fn known_as(&self, actor: Actor, account: Option<AccountId>) -> Self {
        Self {
            actor,
            account,
            ..self.clone()
        }
    }

    pub fn services(&self) -> &Services<S> {
        &self.services
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The account acted within: that of a signed-in user, or of [`Acting::within`].
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The same, acting within `account`: for the command line and for jobs, which serve every account.
    #[must_use]
    pub fn within(&self, account: AccountId) -> Self {
        Self {
            account: Some(account),
            ..self.clone()
        }
    }

    pub fn now(&self) -> OffsetDateTime {
        self.services.now()
    }

    /// Begins a change. Nothing is kept unless [`Tx::commit`] is called.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = self.services.db().begin().await?;
        Ok(Tx {
            inner,
            actor: self.actor.clone(),
            account: self.account,
            address: self.address,
            entropy: self.services.entropy().clone(),
            now: self.now(),
            queued: false,
            submission: self.submission.clone(),
            answer: None,
            wake: self.services.queued().clone(),
        })
    }

    /// Begins a look: what is read belongs together.
    pub async fn read(&self) -> Result<store::Tx> {
        Ok(self.services.db().read().await?)
    }

    /// Takes a glance: for a single `select`, where [`Acting::read`] would cost three ways to the database.
    pub async fn glance(&self) -> Result<store::Tx> {
        Ok(self.services.db().glance().await?)
    }
}

/// A change under way: the store's transaction, which knows who makes it. Dropped, it leaves everything as it was.
pub struct Tx {
    inner: store::Tx,
    actor: Actor,
    account: Option<AccountId>,
    address: Option<IpAddr>,
    entropy: crate::Entropy,
    now: OffsetDateTime,
    queued: bool,
    /// The form that asks for the change, where it has a key.
    submission: Option<Arc<Submission>>,
    answer: Option<String>,
    wake: watch::Sender<()>,
}

impl Tx {
    /// The time of this change, the same for all of it.
    pub fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// The account that this change belongs to.
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// A new id.
    pub fn id<T: Id>(&self) -> T {
        self.entropy.id(self.now)
    }

    /// Queues a job that is done if, and only if, this change is committed.
    pub async fn queue<T: Serialize>(
        &mut self,
        kind: &'static str,
        payload: &T,
        due: OffsetDateTime,
    ) -> Result<JobId> {
        let id = self.id();
        self.queue_as(id, kind, payload, due).await?;
        Ok(id)
    }

    /// [`Tx::queue`] with an id made before: for a payload that is bound to it.
    pub async fn queue_as<T: Serialize>(
        &mut self,
        id: JobId,
        kind: &'static str,
        payload: &T,
        due: OffsetDateTime,
    ) -> Result<()> {
        let payload = serde_json::to_string(payload)?;
        self.inner
            .execute_one(
                sql!("insert into jobs (id, kind, payload, due_at, attempts, created_at) values ($1, $2, $3, $4, 0, $5)"),
                args![id, kind, payload, due, self.now],
            )
            .await?;
        self.queued = true;
        Ok(())
    }

    /// What whoever sends the same form again is answered ([`crate::Authorized::once`]): what the use case answers.
    pub fn answer<T: Serialize>(&mut self, answer: &T) -> Result<()> {
        if self.submission.is_some() {
            self.answer = Some(serde_json::to_string(answer)?);
        }
        Ok(())
    }

    /// Notes `event` without ending the change: for a change that is several things at once.
    pub async fn note(&mut self, event: Event) -> Result<()> {
        let id: EventId = self.id();
        let details = serde_json::to_string(&event.details)?;
        self.inner
            .execute_one(
                sql!(
                    "insert into audit_events
                        (id, at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
                ),
                args![
                    id,
                    self.now,
                    self.account,
                    self.actor.kind(),
                    self.actor.id(),
                    self.actor.name(),
                    event.address.or(self.address).map(|address| address.to_string()),
                    event.name,
                    event.target_kind,
                    event.target,
                    event.target_name,
                    details
                ],
            )
            .await?;
        Ok(())
    }

    /// [`Tx::note`] for many at once, each with who did it.
    pub async fn note_all(&mut self, events: &[(Actor, Event)]) -> Result<()> {
        let mut noted = Vec::with_capacity(events.len());
        for (actor, event) in events {
            noted.push(serde_json::json!({
                "id": uuid::Uuid::from(self.id::<EventId>()).simple().to_string(),
                "actor_kind": actor.kind(),
                "actor_id": actor.id().map(|id| id.simple().to_string()),
                "actor_name": actor.name(),
                "name": event.name,
                "target_kind": event.target_kind,
                "target_id": event.target.map(|id| id.simple().to_string()),
                "target_name": event.target_name,
                "details": serde_json::to_string(&event.details)?,
                "address": event.address.or(self.address).map(|address| address.to_string()),
            }));
        }
        let insert = sql!(
            sqlite: "insert into audit_events
                (id, at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details)
             select unhex(value ->> 'id'), $2, $3, value ->> 'actor_kind', unhex(value ->> 'actor_id'), value ->> 'actor_name',
                    value ->> 'address',
                    value ->> 'name', value ->> 'target_kind', unhex(value ->> 'target_id'), value ->> 'target_name',
                    value ->> 'details'
               from json_each($1)",
            postgres: "insert into audit_events
                (id, at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details)
             select id, $2, $3, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, target_name, details
               from jsonb_to_recordset(cast($1 as jsonb)) as noted (id uuid, actor_kind text, actor_id uuid, actor_name text,
                    address text, name text, target_kind text, target_id uuid, target_name text, details text)",
        );
        let noted = serde_json::to_string(&noted)?;
        self.inner
            .execute(insert, args![noted, self.now, self.account])
            .await?;
        Ok(())
    }

    /// Ends the change together with its audit event. What follows from it may be told to others only after this.
    pub async fn commit(mut self, event: Event) -> Result<()> {
        self.note(event).await?;
        self.commit_without_event_because("noted above").await
    }

    /// Ends a change that nobody would look for in the audit trail: presence, counters, cleaning up. Say why.
    pub async fn commit_without_event_because(mut self, reason: &'static str) -> Result<()> {
        tracing::trace!(reason, "committed");
        let submission = self.submission.take();
        if let Some(submission) = &submission {
            let (account, now) = (self.account, self.now);
            submission
                .keep(&mut self.inner, account, self.answer.take(), now)
                .await?;
        }
        self.inner.commit().await?;
        if let Some(submission) = submission {
            submission.is_kept();
        }
        if self.queued {
            self.wake.send_replace(());
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = store::Tx;
    fn deref(&self) -> &store::Tx {
        &self.inner
    }
}
impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut store::Tx {
        &mut self.inner
    }
}
