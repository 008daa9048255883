use domain::id::{AccountId, UmsInstanceId};
use domain::ums_instance::{NewUmsInstance, UmsInstanceEdit};
use pki::Certificate;
use store::{Filter, Result, Sort, Tx, args, list, row, sql};
use time::OffsetDateTime;

use crate::names;

row! {
    pub(super) struct UmsInstanceRow {
        id: UmsInstanceId,
        name: String,
        comments: String,
        app_portal: bool,
        insight: bool,
        certificate: String,
        fingerprint: String,
        expires_at: OffsetDateTime,
        created_by: String,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
        version: i64,
    }
    /// A UMS as the Onboarding Service needs it.
    pub struct RegisteredUms {
        id: UmsInstanceId,
        account: AccountId,
        name: String,
        certificate_pem: String,
        app_portal: bool,
        insight: bool,
        expires_at: OffsetDateTime,
    }
}

list! {
    /// The registered UMS instances of an account.
    pub(super) static UMS_INSTANCES: {
        select: "i.id, i.name, i.comments, i.app_portal, i.insight, i.certificate, i.fingerprint, i.expires_at, i.created_by,
                 i.created_at, i.updated_at, i.version",
        from: "ums_instances i",
        scope: "i.account_id = $1",
        id: "i.id",
        search: "i.name_key like :search escape '\\'",
        sorts: [
            Sort::int("updated", "i.updated_at"),
            Sort::text("name", "i.name_key"),
            Sort::int("created", "i.created_at"),
            Sort::int("expires", "i.expires_at"),
        ],
        filters: [
            Filter::contains("name", "i.name_key"),
            Filter::choice("app_portal", &[("yes", "i.app_portal"), ("no", "not i.app_portal")]),
            Filter::choice("insight", &[("yes", "i.insight"), ("no", "not i.insight")]),
        ],
    }
}

pub(super) struct NewRow<'a> {
    pub id: UmsInstanceId,
    pub account: AccountId,
    pub new: &'a NewUmsInstance,
    pub certificate: &'a Certificate,
    pub created_by: &'a str,
    pub now: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    let insert = sql!(
        "insert into ums_instances
            (id, account_id, name, name_key, comments, app_portal, insight, certificate_pem, certificate, fingerprint, expires_at,
             created_by, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, 1)"
    );
    let NewRow {
        id,
        account,
        new,
        certificate,
        created_by,
        now,
    } = row;
    let values = args![
        *id,
        *account,
        new.name,
        names::key(&new.name),
        new.comments,
        new.app_portal,
        new.insight,
        certificate.pem(),
        certificate.subject(),
        certificate.fingerprint().to_string(),
        certificate.not_after(),
        created_by,
        *now
    ];
    tx.execute_one(insert, values).await
}

pub(super) async fn get(
    tx: &mut Tx,
    account: AccountId,
    id: UmsInstanceId,
) -> Result<Option<UmsInstanceRow>> {
    let select = sql!(
        "select id, name, comments, app_portal, insight, certificate, fingerprint, expires_at, created_by, created_at, updated_at, version
         from ums_instances where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

pub(super) async fn by_fingerprint_unscoped(tx: &mut Tx, fingerprint: &str) -> Result<Option<RegisteredUms>> {
    let select = sql!(
        "select id, account_id as account, name, certificate_pem, app_portal, insight, expires_at
         from ums_instances where fingerprint = $1"
    );
    tx.optional(select, args![fingerprint]).await
}

/// Saves a change, if the version is still that one. Says whether it was (fault F30).
pub(super) async fn save(
    tx: &mut Tx,
    account: AccountId,
    (id, version): (UmsInstanceId, i64),
    edit: &UmsInstanceEdit,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update ums_instances
            set name = $4, name_key = $5, comments = $6, app_portal = $7, insight = $8, updated_at = $9, version = version + 1
          where account_id = $1 and id = $2 and version = $3"
    );
    let values = args![
        account,
        id,
        version,
        edit.name,
        names::key(&edit.name),
        edit.comments,
        edit.app_portal,
        edit.insight,
        now
    ];
    Ok(tx.execute(update, values).await? == 1)
}

/// Puts another UMS ID in the place of the present one, if the version is still that one. Says whether it was.
pub(super) async fn replace_id(
    tx: &mut Tx,
    account: AccountId,
    (id, version): (UmsInstanceId, i64),
    certificate: &Certificate,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update ums_instances
            set certificate_pem = $4, certificate = $5, fingerprint = $6, expires_at = $7, updated_at = $8, version = version + 1
          where account_id = $1 and id = $2 and version = $3"
    );
    let values = args![
        account,
        id,
        version,
        certificate.pem(),
        certificate.subject(),
        certificate.fingerprint().to_string(),
        certificate.not_after(),
        now
    ];
    Ok(tx.execute(update, values).await? == 1)
}

/// Says whether it was there.
pub(super) async fn delete(tx: &mut Tx, account: AccountId, id: UmsInstanceId) -> Result<bool> {
    let delete = sql!("delete from ums_instances where account_id = $1 and id = $2");
    Ok(tx.execute(delete, args![account, id]).await? == 1)
}
