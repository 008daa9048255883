use access::{Result, Tx};
use domain::UnitId;
use domain::first_auth_key::FirstAuthKey;
use domain::id::{CertificateId, DeviceId, FirstAuthKeyId};
use domain::page::{ListQuery, Page};
use store::{Sort, args, list, row, sql};
use time::OffsetDateTime;

row! {
    struct KeyRow {
        id: FirstAuthKeyId,
        unit_id: Option<String>,
        uses_left: u32,
        expires_at: OffsetDateTime,
        created_by: String,
        created_at: OffsetDateTime,
    }

    /// A key that may be used by the device that brought it, if it has uses left.
    pub(crate) struct Held {
        id: FirstAuthKeyId,
    }
}

list! {
    static KEYS: {
        select: "k.id, k.unit_id, k.uses_left, k.expires_at, k.created_by, k.created_at",
        from: "first_auth_keys k",
        scope: "",
        id: "k.id",
        search: "",
        sorts: [Sort::int("created_at", "k.created_at"), Sort::int("expires_at", "k.expires_at")],
    }
}

pub(super) async fn list(tx: &mut store::Tx, query: &ListQuery) -> Result<Page<FirstAuthKey>> {
    let page = tx.list::<KeyRow>(&KEYS, query, args![]).await?;
    Ok(page.map(|row| FirstAuthKey {
        id: row.id,
        unit_id: row.unit_id,
        uses_left: row.uses_left,
        expires_at: row.expires_at,
        created_by: row.created_by,
        created_at: row.created_at,
    }))
}

pub(super) async fn insert(tx: &mut Tx, key: &FirstAuthKey, hash: &[u8]) -> Result<()> {
    let insert = sql!(
        "insert into first_auth_keys (id, secret_hash, unit_id, uses, uses_left, expires_at, created_by, created_at)
         values ($1, $2, $3, $4, $4, $5, $6, $7)"
    );
    let values = args![
        key.id,
        hash,
        key.unit_id,
        key.uses_left,
        key.expires_at,
        key.created_by,
        key.created_at
    ];
    Ok(tx.execute_one(insert, values).await?)
}

/// The key behind a secret, if it has not expired and is for this unit. Holds its row until the end of the change, so that two
/// devices cannot share the last use.
pub(crate) async fn hold(tx: &mut Tx, hash: &[u8], unit: &UnitId) -> Result<Option<Held>> {
    let now = tx.now();
    let hold = sql!(
        "update first_auth_keys set last_used_at = $2
          where secret_hash = $1 and expires_at > $2 and (unit_id is null or unit_id = $3)
         returning id"
    );
    Ok(tx.optional(hold, args![hash, now, unit.as_str()]).await?)
}

/// The certificate that a device key got with this first-authentication key before.
pub(crate) async fn used_with(
    tx: &mut Tx,
    key: FirstAuthKeyId,
    key_id: &[u8; 32],
    unit: &UnitId,
) -> Result<Option<Vec<u8>>> {
    let find = sql!(
        "select c.der from first_auth_uses u
           join device_certificates c on c.id = u.certificate_id
           join devices d on d.id = u.device_id
          where u.first_auth_key_id = $1 and u.key_id = $2 and d.unit_id = $3 and d.revoked_at is null and c.revoked_at is null"
    );
    Ok(tx
        .optional::<(Vec<u8>,)>(find, args![key, key_id, unit.as_str()])
        .await?
        .map(|(der,)| der))
}

/// Takes one use, if there is one.
pub(crate) async fn count_use(tx: &mut Tx, key: FirstAuthKeyId) -> Result<bool> {
    let count = sql!("update first_auth_keys set uses_left = uses_left - 1 where id = $1 and uses_left > 0");
    Ok(tx.execute(count, args![key]).await? == 1)
}

/// Remembers who used it. A device key that had used it for a device that is gone starts anew.
pub(crate) async fn note_use(
    tx: &mut Tx,
    key: FirstAuthKeyId,
    key_id: &[u8; 32],
    device: DeviceId,
    certificate: CertificateId,
) -> Result<()> {
    let now = tx.now();
    let note = sql!(
        "insert into first_auth_uses (first_auth_key_id, key_id, device_id, certificate_id, used_at)
         values ($1, $2, $3, $4, $5)
         on conflict (first_auth_key_id, key_id) do update
            set device_id = excluded.device_id, certificate_id = excluded.certificate_id, used_at = excluded.used_at"
    );
    Ok(tx
        .execute_one(note, args![key, key_id, device, certificate, now])
        .await?)
}
