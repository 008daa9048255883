use domain::id::OperatorId;
use domain::operator::NewOperator;
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

use crate::names::Address;

row! {
    pub(super) struct OperatorRow {
        id: OperatorId,
        email: String,
        name: String,
        password_hash: String,
    }
    /// Where mails for an operator go.
    pub(crate) struct RecipientRow {
        email: String,
        language: String,
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: OperatorId,
    new: &NewOperator,
    address: &Address,
    hash: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let insert = sql!(
        "insert into operators (id, email, email_key, name, language, password_hash, password_set_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)"
    );
    let values = args![
        id,
        address.typed,
        address.key,
        new.name,
        new.language.key(),
        hash,
        now
    ];
    tx.execute_one(insert, values).await
}

pub(super) async fn by_email(tx: &mut Tx, key: &str) -> Result<Option<OperatorRow>> {
    tx.optional(
        sql!("select id, email, name, password_hash from operators where email_key = $1"),
        args![key],
    )
    .await
}

pub(super) async fn get(tx: &mut Tx, id: OperatorId) -> Result<Option<OperatorRow>> {
    tx.optional(
        sql!("select id, email, name, password_hash from operators where id = $1"),
        args![id],
    )
    .await
}

/// Everybody who is told of a registration.
pub(crate) async fn recipients(tx: &mut Tx) -> Result<Vec<RecipientRow>> {
    tx.all(
        sql!("select email, language from operators order by email_key"),
        args![],
    )
    .await
}

/// Notes a sign-in, if the password is still the one that was checked.
pub(super) async fn note_sign_in(tx: &mut Tx, operator: &OperatorRow, now: OffsetDateTime) -> Result<bool> {
    let update = sql!("update operators set signed_in_at = $2 where id = $1 and password_hash = $3");
    Ok(tx
        .execute(update, args![operator.id, now, operator.password_hash])
        .await?
        == 1)
}

pub(super) async fn set_password(tx: &mut Tx, id: OperatorId, hash: &str, now: OffsetDateTime) -> Result<()> {
    let update = sql!("update operators set password_hash = $2, password_set_at = $3 where id = $1");
    tx.execute_one(update, args![id, hash, now]).await
}

pub(super) async fn delete(tx: &mut Tx, id: OperatorId) -> Result<()> {
    tx.execute_one(sql!("delete from operators where id = $1"), args![id])
        .await
}
