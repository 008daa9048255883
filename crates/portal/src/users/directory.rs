use access::{Actor, BoxFuture, Directory, Identity, Result};
use domain::Grants;
use domain::id::UserId;
use uuid::Uuid;

use super::{parse_roles, rows};

/// The users of the portal, as sessions see them: only active ones have access, with the roles they hold at this moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Users;

impl Directory for Users {
    fn identify<'a>(
        &'a self,
        tx: &'a mut store::Tx,
        holder: Uuid,
    ) -> BoxFuture<'a, Result<Option<Identity>>> {
        Box::pin(async move {
            let id = UserId::from(holder);
            let Some(user) = rows::active_unscoped(tx, id).await? else {
                return Ok(None);
            };
            let grants = Grants {
                roles: parse_roles(user.roles.split_terminator(' '))?,
                superuser: false,
            };
            Ok(Some(Identity {
                must_set_password: user.password_ends_at.is_some(),
                actor: Actor::User {
                    id,
                    email: user.email,
                },
                grants,
                account: Some(user.account_id),
            }))
        })
    }
}
