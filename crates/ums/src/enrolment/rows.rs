use std::collections::{HashMap, HashSet};

use access::{Error, Result, Tx};
use domain::UnitId;
use domain::id::{CertificateId, DeviceId};
use pki::{Certificate, Csr};
use serde::Serialize;
use store::{IdOf, args, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Origin;
use crate::together::{all_of, hex};

row! {
    pub(super) struct Existing {
        id: DeviceId,
        key_id: Vec<u8>,
        revoked_at: Option<OffsetDateTime>,
    }
}

impl Existing {
    /// Whether the device may have a certificate for this key: the one it had, and nobody has thrown it out.
    pub(super) fn may_come_with(&self, csr: &Csr) -> bool {
        self.key_id == csr.key_id() && self.revoked_at.is_none()
    }
}

/// A device that is to be made.
pub(super) struct NewDevice<'a> {
    pub unit: &'a UnitId,
    pub key_id: [u8; 32],
}

/// What a statement reads of it.
#[derive(Serialize)]
struct DeviceJson<'a> {
    id: String,
    unit: &'a str,
    unit_key: String,
    name_key: String,
    key: String,
}

/// New devices of one origin, each under its Unit ID as its name, until it says hello. Answers their ids in the same order,
/// `None` where the unit exists.
pub(super) async fn insert_devices(
    tx: &mut Tx,
    devices: &[NewDevice<'_>],
    origin: &Origin,
) -> Result<Vec<Option<DeviceId>>> {
    let now = tx.now();
    let ids: Vec<DeviceId> = devices.iter().map(|_| tx.id()).collect();
    let wanted: Vec<_> = devices
        .iter()
        .zip(&ids)
        .map(|(device, id)| {
            let unit = device.unit.as_str();
            DeviceJson {
                id: hex(Uuid::from(*id)),
                unit,
                unit_key: unit.replace('-', ""),
                name_key: unit.to_lowercase(),
                key: hex(device.key_id),
            }
        })
        .collect();
    // On PostgreSQL, two servers with the same units meet in the same order, so that neither waits for the other in a circle.
    let insert = sql!(
        sqlite: "insert into devices
            (id, unit_id, unit_key, name, name_key, mac, product, product_id, version, firmware_description, network_name,
             site, site_key, comment, department, department_key, cost_center, structure_tag, onboarded_by, onboarded_issuer,
             last_ip, last_contact_at, key_id, enrolled_at)
         select unhex(value ->> 'id'), value ->> 'unit', value ->> 'unit_key', value ->> 'unit', value ->> 'name_key',
                '', '', '', '', '', '', '', '', '', '', '', '', $2, $3, $4, '', 0, unhex(value ->> 'key'), $5
           from json_each($1) where true
         on conflict (unit_id) do nothing
         returning id",
        postgres: "insert into devices
            (id, unit_id, unit_key, name, name_key, mac, product, product_id, version, firmware_description, network_name,
             site, site_key, comment, department, department_key, cost_center, structure_tag, onboarded_by, onboarded_issuer,
             last_ip, last_contact_at, key_id, enrolled_at)
         select id, unit, unit_key, unit, name_key,
                '', '', '', '', '', '', '', '', '', '', '', '', $2, $3, $4, '', 0, decode(key, 'hex'), $5
           from jsonb_to_recordset(cast($1 as jsonb)) as w (id uuid, unit text, unit_key text, name_key text, key text)
          order by unit
         on conflict (unit_id) do nothing
         returning id",
    );
    let values = args![
        serde_json::to_string(&wanted)?,
        origin.structure_tag,
        origin.email,
        origin.issuer,
        now
    ];
    let made: Vec<(IdOf<DeviceId>,)> = tx.all(insert, values).await?;
    let made: HashSet<_> = made.into_iter().map(|(id,)| id.0).collect();
    Ok(ids
        .into_iter()
        .map(|id| made.contains(&id).then_some(id))
        .collect())
}

pub(super) async fn existing(tx: &mut store::Tx, unit: &UnitId) -> Result<Option<Existing>> {
    Ok(tx
        .optional(
            sql!("select id, key_id, revoked_at from devices where unit_id = $1"),
            args![unit.as_str()],
        )
        .await?)
}

/// The device came back with its key. A person who onboarded it again is named from now on; a key names nobody.
pub(super) async fn take_back(tx: &mut Tx, id: DeviceId, origin: &Origin) -> Result<()> {
    let now = tx.now();
    let take = sql!(
        "update devices
            set enrolled_at = $2,
                onboarded_by = case when $3 = '' then onboarded_by else $3 end,
                onboarded_issuer = case when $3 = '' then onboarded_issuer else $4 end,
                structure_tag = case when $5 = '' then structure_tag else $5 end
          where id = $1 and revoked_at is null"
    );
    Ok(tx
        .execute_one(
            take,
            args![id, now, origin.email, origin.issuer, origin.structure_tag],
        )
        .await?)
}

/// The keys that these devices have from now on. Answers those that are still managed.
pub(super) async fn change_keys(
    tx: &mut Tx,
    keys: &HashMap<DeviceId, [u8; 32]>,
) -> Result<HashSet<DeviceId>> {
    let wanted: Vec<_> = keys
        .iter()
        .map(|(device, key)| (hex(Uuid::from(*device)), hex(key)))
        .collect();
    let change = sql!(
        sqlite: "update devices set key_id = w.key
           from (select unhex(value ->> 0) as device, unhex(value ->> 1) as key from json_each($1)) as w
          where id = w.device and revoked_at is null
         returning id",
        postgres: "update devices set key_id = w.key
           from (select cast(value ->> 0 as uuid) as device, decode(value ->> 1, 'hex') as key
                   from jsonb_array_elements(cast($1 as jsonb)) as w (value)) as w
          where id = w.device and revoked_at is null
         returning id",
    );
    let changed: Vec<(IdOf<DeviceId>,)> = tx.all(change, args![serde_json::to_string(&wanted)?]).await?;
    Ok(changed.into_iter().map(|(id,)| id.0).collect())
}

/// What a statement reads of a certificate. Its DER is in a value that holds those of all.
#[derive(Serialize)]
struct CertificateJson {
    id: String,
    device: String,
    fingerprint: String,
    key: String,
    not_after: i64,
    /// Where its DER begins, from 1.
    starts: usize,
    size: usize,
}

pub(super) async fn insert_certificate(
    tx: &mut Tx,
    device: DeviceId,
    certificate: &Certificate,
) -> Result<CertificateId> {
    let mut ids = insert_certificates(tx, &[(device, certificate)]).await?;
    ids.pop()
        .ok_or_else(|| Error::internal("a certificate without an id"))
}

/// Answers their ids in the same order.
pub(super) async fn insert_certificates(
    tx: &mut Tx,
    issued: &[(DeviceId, &Certificate)],
) -> Result<Vec<CertificateId>> {
    let now = tx.now();
    let ids: Vec<CertificateId> = issued.iter().map(|_| tx.id()).collect();
    let mut wanted = Vec::with_capacity(issued.len());
    let mut ders: Vec<u8> = Vec::new();
    for ((device, certificate), id) in issued.iter().zip(&ids) {
        wanted.push(CertificateJson {
            id: hex(Uuid::from(*id)),
            device: hex(Uuid::from(*device)),
            fingerprint: hex(certificate.fingerprint().as_bytes()),
            key: hex(certificate.key_id()),
            // A certificate ends with a whole second.
            not_after: certificate.not_after().unix_timestamp().saturating_mul(1000),
            starts: ders.len() + 1,
            size: certificate.der().len(),
        });
        ders.extend_from_slice(certificate.der());
    }
    let insert = sql!(
        sqlite: "insert into device_certificates (id, device_id, der, fingerprint, key_id, not_after, issued_at)
         select unhex(value ->> 'id'), unhex(value ->> 'device'), substr($2, value ->> 'starts', value ->> 'size'),
                unhex(value ->> 'fingerprint'), unhex(value ->> 'key'), value ->> 'not_after', $3
           from json_each($1)",
        postgres: "insert into device_certificates (id, device_id, der, fingerprint, key_id, not_after, issued_at)
         select id, device, substr(cast($2 as bytea), starts, size), decode(fingerprint, 'hex'), decode(key, 'hex'), not_after, $3
           from jsonb_to_recordset(cast($1 as jsonb)) as w (id uuid, device uuid, fingerprint text, key text,
                not_after bigint, starts integer, size integer)",
    );
    let values = args![serde_json::to_string(&wanted)?, ders, now];
    all_of(ids.len(), tx.execute(insert, values).await?)?;
    Ok(ids)
}

/// A certificate that is still good.
pub(super) async fn certificate(tx: &mut Tx, id: CertificateId) -> Result<Option<Vec<u8>>> {
    let find = sql!("select der from device_certificates where id = $1 and revoked_at is null");
    Ok(tx
        .optional::<(Vec<u8>,)>(find, args![id])
        .await?
        .map(|(der,)| der))
}

pub(super) async fn note_return(
    tx: &mut Tx,
    unit: &UnitId,
    device: DeviceId,
    key_id: &[u8; 32],
    address: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    let note = sql!(
        "insert into returning_devices (unit_id, device_id, key_id, address, asked_at, times) values ($1, $2, $3, $4, $5, 1)
         on conflict (unit_id) do update
            set key_id = excluded.key_id, address = excluded.address, asked_at = excluded.asked_at,
                times = returning_devices.times + 1"
    );
    Ok(tx
        .execute_one(note, args![unit.as_str(), device, key_id, address, now])
        .await?)
}
