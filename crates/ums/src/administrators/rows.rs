use access::{Result, Tx};
use domain::id::AdministratorId;
use store::{IdOf, args, row, sql};

row! {
    pub(super) struct Found {
        id: AdministratorId,
        name: String,
        superuser: bool,
    }

    /// What a sign-in is checked against.
    pub(crate) struct Credentials {
        id: AdministratorId,
        name: String,
        password_hash: String,
    }
}

/// What names are compared by.
pub(crate) fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(super) async fn find(tx: &mut store::Tx, id: AdministratorId) -> Result<Option<Found>> {
    Ok(tx
        .optional(
            sql!("select id, name, superuser from administrators where id = $1"),
            args![id],
        )
        .await?)
}

pub(crate) async fn credentials(tx: &mut store::Tx, name: &str) -> Result<Option<Credentials>> {
    let find = sql!("select id, name, password_hash from administrators where name_key = $1");
    Ok(tx.optional(find, args![key_of(name)]).await?)
}

/// Whether the password is still the one that was checked. Holds the row until the end of the change.
pub(crate) async fn still(tx: &mut Tx, found: &Credentials) -> Result<bool> {
    let hold = sql!("update administrators set changed_at = changed_at where id = $1 and password_hash = $2");
    Ok(tx.execute(hold, args![found.id, found.password_hash]).await? == 1)
}

pub(super) async fn change_superuser(tx: &mut Tx, name: &str, hash: &str) -> Result<Option<AdministratorId>> {
    let now = tx.now();
    let change = sql!(
        "update administrators set name = $1, name_key = $2, password_hash = $3, changed_at = $4 where superuser returning id"
    );
    let changed: Option<(IdOf<AdministratorId>,)> =
        tx.optional(change, args![name, key_of(name), hash, now]).await?;
    Ok(changed.map(|(id,)| id.0))
}

pub(super) async fn insert_superuser(tx: &mut Tx, name: &str, hash: &str) -> Result<AdministratorId> {
    let (id, now) = (tx.id(), tx.now());
    let insert = sql!(
        "insert into administrators (id, name, name_key, password_hash, superuser, created_at, changed_at)
         values ($1, $2, $3, $4, true, $5, $5)"
    );
    tx.execute_one(insert, args![id, name, key_of(name), hash, now])
        .await?;
    Ok(id)
}
