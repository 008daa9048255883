use domain::id::{AccountId, UmsInstanceId};
use domain::ums_instance::NewUmsInstance;
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
    }
    /// A UMS as the Onboarding Service needs it.
    pub struct RegisteredUms {
        id: UmsInstanceId,
        account: AccountId,
        name: String,
        certificate_pem: String,
        expires_at: OffsetDateTime,
    }
}

list! {
    /// The registered UMS instances of an account.
    pub(super) static UMS_INSTANCES: {
        select: "i.id, i.name, i.comments, i.app_portal, i.insight, i.certificate, i.fingerprint, i.expires_at, i.created_by,
                 i.created_at, i.updated_at",
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
        "select id, name, comments, app_portal, insight, certificate, fingerprint, expires_at, created_by, created_at, updated_at
         from ums_instances where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

pub(super) async fn by_fingerprint_unscoped(tx: &mut Tx, fingerprint: &str) -> Result<Option<RegisteredUms>> {
    let select = sql!(
        "select id, account_id as account, name, certificate_pem, expires_at from ums_instances where fingerprint = $1"
    );
    tx.optional(select, args![fingerprint]).await
}
