use std::collections::HashMap;

use access::{Result, Tx};
use domain::UnitId;
use domain::first_auth_key::FirstAuthKey;
use domain::id::{CertificateId, DeviceId, FirstAuthKeyId};
use domain::page::{ListQuery, Page};
use serde::Serialize;
use store::{Sort, args, list, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::together::{all_of, hex};

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

    /// A key that one of several devices may use, whose place among them is `number`.
    pub(crate) struct Usable {
        number: u32,
        id: FirstAuthKeyId,
        uses_left: u32,
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

/// Whether there is such a key at all: strangers are turned away before anything of theirs is parsed or signed.
pub(crate) async fn exists(tx: &mut store::Tx, hash: &[u8]) -> Result<bool> {
    let count = sql!("select count(*) from first_auth_keys where secret_hash = $1");
    Ok(tx.scalar::<i64>(count, args![hash]).await? > 0)
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

impl Usable {
    pub(crate) fn number(&self) -> usize {
        usize::try_from(self.number).unwrap_or(usize::MAX)
    }
}

/// A device that brings a secret.
pub(crate) struct Bearer<'a> {
    pub secret_hash: &'a [u8],
    pub unit: &'a UnitId,
    /// Of the device's own key.
    pub key_id: [u8; 32],
}

#[derive(Serialize)]
struct BearerJson<'a> {
    number: usize,
    secret: String,
    unit: &'a str,
    key: String,
}

/// The keys of those whose case is plain: the key has not expired and is for this unit, the device's own key has not used it,
/// and there is no device of the unit. Holds the rows of the keys until the end of the change, in the order of their ids.
pub(crate) async fn usable(tx: &mut Tx, bearers: &[Bearer<'_>]) -> Result<Vec<Usable>> {
    let now = tx.now();
    let asked: Vec<_> = bearers
        .iter()
        .enumerate()
        .map(|(number, bearer)| BearerJson {
            number,
            secret: hex(bearer.secret_hash),
            unit: bearer.unit.as_str(),
            key: hex(bearer.key_id),
        })
        .collect();
    let find = sql!(
        sqlite: "select w.number, k.id, k.uses_left
           from (select value ->> 'number' as number, unhex(value ->> 'secret') as secret, value ->> 'unit' as unit,
                        unhex(value ->> 'key') as key from json_each($1)) as w
          cross join first_auth_keys k
          where k.secret_hash = w.secret and k.expires_at > $2 and (k.unit_id is null or k.unit_id = w.unit)
            and not exists (select 1 from devices d where d.unit_id = w.unit)
            and not exists (select 1 from first_auth_uses u where u.first_auth_key_id = k.id and u.key_id = w.key)
          order by w.number",
        postgres: "select w.number, k.id, k.uses_left
           from jsonb_to_recordset(cast($1 as jsonb)) as w (number bigint, secret text, unit text, key text)
           join first_auth_keys k on k.secret_hash = decode(w.secret, 'hex')
          where k.expires_at > $2 and (k.unit_id is null or k.unit_id = w.unit)
            and not exists (select 1 from devices d where d.unit_id = w.unit)
            and not exists (select 1 from first_auth_uses u where u.first_auth_key_id = k.id and u.key_id = decode(w.key, 'hex'))
          order by k.id, w.number
            for update of k",
    );
    Ok(tx.all(find, args![serde_json::to_string(&asked)?, now]).await?)
}

/// The use of a first-authentication key by a device.
pub(crate) struct Use {
    pub key: FirstAuthKeyId,
    /// Of the device's own key.
    pub key_id: [u8; 32],
    pub device: DeviceId,
    pub certificate: CertificateId,
}

/// Takes these uses. Fails where a key has fewer left.
pub(crate) async fn count_uses(tx: &mut Tx, uses: &[Use]) -> Result<()> {
    let now = tx.now();
    let mut of_key: HashMap<_, u32> = HashMap::new();
    for used in uses {
        *of_key.entry(used.key).or_default() += 1;
    }
    let counted: Vec<_> = of_key
        .iter()
        .map(|(key, times)| (hex(Uuid::from(*key)), times))
        .collect();
    let count = sql!(
        sqlite: "update first_auth_keys set uses_left = uses_left - w.times, last_used_at = $2
           from (select unhex(value ->> 0) as held, value ->> 1 as times from json_each($1)) as w
          where id = w.held and uses_left >= w.times",
        postgres: "update first_auth_keys set uses_left = uses_left - w.times, last_used_at = $2
           from (select cast(value ->> 0 as uuid) as held, cast(value ->> 1 as bigint) as times
                   from jsonb_array_elements(cast($1 as jsonb)) as w (value)) as w
          where id = w.held and uses_left >= w.times",
    );
    let touched = tx
        .execute(count, args![serde_json::to_string(&counted)?, now])
        .await?;
    all_of(of_key.len(), touched)
}

/// Remembers who used which key. Nobody of them may have used it before.
pub(crate) async fn note_uses(tx: &mut Tx, uses: &[Use]) -> Result<()> {
    let now = tx.now();
    let noted: Vec<_> = uses
        .iter()
        .map(|used| {
            (
                hex(Uuid::from(used.key)),
                hex(used.key_id),
                hex(Uuid::from(used.device)),
                hex(Uuid::from(used.certificate)),
            )
        })
        .collect();
    let note = sql!(
        sqlite: "insert into first_auth_uses (first_auth_key_id, key_id, device_id, certificate_id, used_at)
         select unhex(value ->> 0), unhex(value ->> 1), unhex(value ->> 2), unhex(value ->> 3), $2 from json_each($1)",
        postgres: "insert into first_auth_uses (first_auth_key_id, key_id, device_id, certificate_id, used_at)
         select cast(value ->> 0 as uuid), decode(value ->> 1, 'hex'), cast(value ->> 2 as uuid), cast(value ->> 3 as uuid), $2
           from jsonb_array_elements(cast($1 as jsonb)) as w (value)",
    );
    let touched = tx
        .execute(note, args![serde_json::to_string(&noted)?, now])
        .await?;
    all_of(uses.len(), touched)
}
