//! Operators: the people who run the portal. They are users of no account, and have a side of their own over the cloud's
//! database, with its own sign-in and session cookie: nothing of it opens anything of a company, and the other way round.

pub mod accounts;
pub(crate) mod rows;
pub mod sign_in;

use std::sync::Arc;

use access::{
    Acting, Actor, Authorized, BoxFuture, Directory, Error, Event, Identity, Result, ResultExt as _,
    Services, sessions,
};
use domain::id::OperatorId;
use domain::operator::{OperatorDraft, OperatorMe};
use domain::permission::OperatorSignedIn;
use domain::{Cloud, EmailAddress, Fault, Grants, Invalid, Permission, Reason, Vendor};
use uuid::Uuid;

use crate::names::{self, Address};
use crate::{cases, registrations, users};

/// The operators, as sessions see them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operators;

impl Directory for Operators {
    fn identify<'a>(
        &'a self,
        tx: &'a mut store::Tx,
        holder: Uuid,
    ) -> BoxFuture<'a, Result<Option<Identity>>> {
        Box::pin(async move {
            let found = rows::get(tx, OperatorId::from(holder)).await?;
            Ok(found.map(|row| Identity {
                actor: Actor::Operator {
                    id: row.id,
                    email: row.email,
                },
                grants: Grants::default(),
                account: None,
                must_set_password: false,
            }))
        })
    }
}

/// The side of the operators, over the database of the cloud.
pub fn side(cloud: &Services<Cloud>) -> Services<Vendor> {
    cloud.side(Arc::new(Operators))
}

/// The services of the companies, on whose behalf operators act.
pub(crate) fn cloud<P: Permission<Side = Vendor>>(auth: &Authorized<P>) -> Result<&Services<Cloud>> {
    auth.services().port()
}

/// The signed-in operator.
pub async fn me(auth: &Authorized<OperatorSignedIn>) -> Result<OperatorMe> {
    let id = signed_in(auth.actor())?;
    let mut tx = auth.read().await?;
    let row = rows::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let waiting = registrations::rows::count_waiting(&mut tx).await?;
    let cases = cases::waiting(&mut tx).await?;
    Ok(OperatorMe {
        id,
        name: if row.name.is_empty() {
            row.email.clone()
        } else {
            row.name
        },
        email: row.email,
        waiting: u64::try_from(waiting).unwrap_or_default(),
        cases,
    })
}

/// Adds an operator: for the command line. `Taken` on `email`.
pub async fn add(acting: &Acting<Cloud>, draft: OperatorDraft, password: &str) -> Result<OperatorId> {
    let checked = draft.check().and_then(|new| {
        let address = Address::of(&new.email).map_err(|reason| Invalid::one("email", reason))?;
        Ok((new, address))
    });
    let ((new, address), ()) = names::both(checked, allowed(password, &draft.email, &draft.name))?;
    let hash = acting.services().passwords().hash(password).await?;
    let mut tx = acting.begin().await?;
    let (id, now) = (tx.id(), tx.now());
    let made = rows::insert(&mut tx, id, &new, &address, &hash, now).await;
    made.on_unique("operators", &["email_key"], Fault::field("email", Reason::Taken))?;
    tx.commit(Event::new("operator.added", id, address.typed)).await?;
    Ok(id)
}

/// Sets an operator's password and ends their sessions: for the command line.
pub async fn set_password(acting: &Acting<Cloud>, email: &str, password: &str) -> Result<()> {
    let row = find(acting, email).await?;
    allowed(password, &row.email, &row.name)?;
    let hash = acting.services().passwords().hash(password).await?;
    let mut tx = acting.begin().await?;
    let now = tx.now();
    rows::set_password(&mut tx, row.id, &hash, now).await?;
    sessions::revoke_all(&mut tx, row.id).await?;
    tx.commit(Event::new("operator.password_set", row.id, row.email))
        .await
}

/// Removes an operator and ends their sessions: for the command line. What they decided keeps their name.
pub async fn remove(acting: &Acting<Cloud>, email: &str) -> Result<()> {
    let row = find(acting, email).await?;
    let mut tx = acting.begin().await?;
    sessions::revoke_all(&mut tx, row.id).await?;
    rows::delete(&mut tx, row.id).await?;
    tx.commit(Event::new("operator.removed", row.id, row.email)).await
}

async fn find(acting: &Acting<Cloud>, email: &str) -> Result<rows::OperatorRow> {
    let address = EmailAddress::parse(email)
        .and_then(|email| Address::of(&email))
        .map_err(|_| Fault::NotFound)?;
    let found = rows::by_email(&mut acting.read().await?, &address.key).await?;
    Ok(found.ok_or(Fault::NotFound)?)
}

fn allowed(password: &str, email: &str, name: &str) -> Result<(), Invalid> {
    users::check_password(password, &[email, name]).map_err(|reason| Invalid::one("password", reason))
}

/// The operator behind an actor.
fn signed_in(actor: &Actor) -> Result<OperatorId> {
    match actor {
        Actor::Operator { id, .. } => Ok(*id),
        other => Err(Error::internal(format!("{other:?} is no operator"))),
    }
}
