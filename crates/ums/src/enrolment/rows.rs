use access::{Result, Tx};
use domain::UnitId;
use domain::id::{CertificateId, DeviceId};
use pki::{Certificate, Csr};
use store::{IdOf, args, row, sql};
use time::OffsetDateTime;

use super::Origin;

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

/// A new device under its Unit ID as its name, until it says hello. `None` if the unit exists.
pub(super) async fn insert_device(
    tx: &mut Tx,
    unit: &UnitId,
    key_id: &[u8; 32],
    origin: &Origin,
) -> Result<Option<DeviceId>> {
    let (id, now): (DeviceId, _) = (tx.id(), tx.now());
    let insert = sql!(
        "insert into devices
            (id, unit_id, unit_key, name, name_key, mac, product, product_id, version, firmware_description, network_name,
             site, site_key, comment, department, department_key, cost_center, structure_tag, onboarded_by, onboarded_issuer,
             last_ip, last_contact_at, key_id, enrolled_at)
         values ($1, $2, $3, $2, $4, '', '', '', '', '', '', '', '', '', '', '', '', $5, $6, $7, '', 0, $8, $9)
         on conflict (unit_id) do nothing
         returning id"
    );
    let (key, name_key) = (unit.as_str().replace('-', ""), unit.as_str().to_lowercase());
    let values = args![
        id,
        unit.as_str(),
        key,
        name_key,
        origin.structure_tag,
        origin.email,
        origin.issuer,
        key_id,
        now
    ];
    Ok(tx
        .optional::<(IdOf<DeviceId>,)>(insert, values)
        .await?
        .map(|(id,)| id.0))
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

pub(super) async fn change_key(tx: &mut Tx, id: DeviceId, key_id: &[u8; 32]) -> Result<bool> {
    let change = sql!("update devices set key_id = $2 where id = $1 and revoked_at is null");
    Ok(tx.execute(change, args![id, key_id]).await? == 1)
}

pub(super) async fn insert_certificate(
    tx: &mut Tx,
    device: DeviceId,
    certificate: &Certificate,
) -> Result<CertificateId> {
    let (id, now): (CertificateId, _) = (tx.id(), tx.now());
    let insert = sql!(
        "insert into device_certificates (id, device_id, der, fingerprint, key_id, not_after, issued_at)
         values ($1, $2, $3, $4, $5, $6, $7)"
    );
    let (der, fingerprint) = (
        certificate.der().to_vec(),
        certificate.fingerprint().as_bytes().to_vec(),
    );
    let values = args![
        id,
        device,
        der,
        fingerprint,
        certificate.key_id(),
        certificate.not_after(),
        now
    ];
    tx.execute_one(insert, values).await?;
    Ok(id)
}

/// A certificate that is still good.
pub(super) async fn certificate(tx: &mut Tx, id: CertificateId) -> Result<Option<Vec<u8>>> {
    let find = sql!("select der from device_certificates where id = $1 and revoked_at is null");
    Ok(tx
        .optional::<(Vec<u8>,)>(find, args![id])
        .await?
        .map(|(der,)| der))
}

/// Whether there is such a key at all: strangers are turned away before anything of theirs is parsed or signed.
pub(super) async fn key_exists(tx: &mut store::Tx, hash: &[u8]) -> Result<bool> {
    let count = sql!("select count(*) from first_auth_keys where secret_hash = $1");
    Ok(tx.scalar::<i64>(count, args![hash]).await? > 0)
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
