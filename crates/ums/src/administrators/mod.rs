//! Administrators of the UMS: for now the superuser, who is made by the command line (ruling 17).

mod rows;

use access::{
    Acting, Actor, Authorized, BoxFuture, Directory, Error, Event, Identity, Result, is_common_password,
    sessions,
};
use domain::administrator::UmsMe;
use domain::draft::name as check_name;
use domain::id::AdministratorId;
use domain::permission::UmsSignedIn;
use domain::user::new_password;
use domain::{Company, Fault, Grants, Reason};
use store::Tx;
use uuid::Uuid;

pub(crate) use rows::{Credentials, credentials, key_of, still};

/// Tells who the holder of a session of the UMS Web App is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Administrators;

impl Directory for Administrators {
    fn identify<'a>(&'a self, tx: &'a mut Tx, holder: Uuid) -> BoxFuture<'a, Result<Option<Identity>>> {
        Box::pin(async move {
            let found = rows::find(tx, holder.into()).await?;
            Ok(found.map(|row| Identity {
                must_set_password: false,
                actor: Actor::Administrator {
                    id: row.id,
                    name: row.name,
                },
                grants: Grants {
                    roles: Vec::new(),
                    superuser: row.superuser,
                },
                account: None,
            }))
        })
    }
}

/// The signed-in administrator, for the frame.
#[expect(
    clippy::unused_async,
    reason = "a use case of a page: all of them are awaited there"
)]
pub async fn me(auth: &Authorized<UmsSignedIn>) -> Result<UmsMe> {
    match auth.actor() {
        Actor::Administrator { id, name } => Ok(UmsMe {
            id: *id,
            name: name.clone(),
            superuser: auth.identity().grants.superuser,
        }),
        _ => Err(Error::internal(
            "a session of the UMS held by something else than an administrator",
        )),
    }
}

/// Makes the superuser, or gives the one there is another name and password and ends their sessions. Refuses names and
/// passwords that break the rules.
pub async fn set_superuser(acting: &Acting<Company>, name: &str, password: &str) -> Result<AdministratorId> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Fault::field("name", Reason::Required).into());
    }
    let name = check_name(name).map_err(|reason| Fault::field("name", reason))?;
    new_password(password).map_err(|reason| Fault::field("password", reason))?;
    if is_common_password(password) {
        return Err(Fault::field("password", Reason::CommonPassword).into());
    }
    let hash = acting.services().passwords().hash(password).await?;
    let mut tx = acting.begin().await?;
    let id = match rows::change_superuser(&mut tx, &name, &hash).await? {
        Some(id) => id,
        None => rows::insert_superuser(&mut tx, &name, &hash).await?,
    };
    sessions::revoke_all(&mut tx, id).await?;
    tx.commit(Event::new("superuser.set", id, name)).await?;
    Ok(id)
}
