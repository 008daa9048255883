use access::{Result, Tx};
use domain::UnitId;
use domain::device::{Command, Device, DeviceRow, Presence};
use domain::id::DeviceId;
use pki::Fingerprint;
use store::{IdOf, args, row, sql};
use time::OffsetDateTime;

use super::arrival::{Known, Look};
use crate::presence::Stamp;

row! {
    pub(super) struct ListRow {
        id: DeviceId,
        name: String,
        last_ip: String,
        mac: String,
        product: String,
        version: String,
        onboarded_by: String,
        last_contact_at: OffsetDateTime,
    }

    pub(super) struct FullRow {
        id: DeviceId,
        name: String,
        last_ip: String,
        mac: String,
        product: String,
        version: String,
        onboarded_by: String,
        last_contact_at: OffsetDateTime,
        site: String,
        comment: String,
        department: String,
        cost_center: String,
        unit_id: String,
        product_id: String,
        firmware_description: String,
        network_name: String,
        last_boot_at: Option<OffsetDateTime>,
        runtime: Option<u64>,
        total_operating_time: Option<u64>,
        battery_level: Option<i64>,
        enrolled_at: OffsetDateTime,
    }

    pub(super) struct LookRow {
        id: DeviceId,
        unit_id: String,
        not_after: OffsetDateTime,
        hello_digest: Option<Vec<u8>>,
        outlives: bool,
        commands_queued: bool,
    }
}

impl ListRow {
    /// Whether it is connected is not known here: never seen, or gone.
    pub(super) fn into_row(self) -> DeviceRow {
        let last_contact = Some(self.last_contact_at).filter(|at| *at > OffsetDateTime::UNIX_EPOCH);
        DeviceRow {
            id: self.id,
            name: self.name,
            presence: if last_contact.is_some() {
                Presence::Offline
            } else {
                Presence::Unknown
            },
            last_ip: filled(self.last_ip),
            mac: super::shown_mac(&self.mac),
            product: self.product,
            version: self.version,
            onboarded_by: filled(self.onboarded_by),
            last_contact,
        }
    }
}

impl LookRow {
    pub(super) fn into_look(self, looked: Stamp) -> Result<Look> {
        let unit_id = UnitId::parse(&self.unit_id)
            .map_err(|_| access::Error::internal("a device with a Unit ID that is none"))?;
        Ok(Look {
            device: Known { id: self.id, unit_id },
            not_after: self.not_after,
            outlives: self.outlives,
            commands_queued: self.commands_queued,
            hello_digest: self.hello_digest,
            looked,
        })
    }
}

impl FullRow {
    pub(super) fn into_device(
        self,
        certificate_not_after: Option<OffsetDateTime>,
        commands: Vec<Command>,
    ) -> Device {
        let row = ListRow {
            id: self.id,
            name: self.name,
            last_ip: self.last_ip,
            mac: self.mac,
            product: self.product,
            version: self.version,
            onboarded_by: self.onboarded_by,
            last_contact_at: self.last_contact_at,
        };
        Device {
            row: row.into_row(),
            site: self.site,
            comment: self.comment,
            department: self.department,
            cost_center: self.cost_center,
            unit_id: self.unit_id,
            product_id: self.product_id,
            firmware_description: self.firmware_description,
            cloud_gateway: String::new(),
            last_boot: self.last_boot_at,
            network_name: self.network_name,
            runtime: self.runtime,
            total_operating_time: self.total_operating_time,
            battery_level: self.battery_level.and_then(|percent| u8::try_from(percent).ok()),
            certificate_not_after,
            enrolled_at: self.enrolled_at,
            commands,
        }
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

pub(super) async fn get(tx: &mut store::Tx, id: DeviceId) -> Result<Option<FullRow>> {
    let find = sql!(
        "select id, name, last_ip, mac, product, version, onboarded_by, last_contact_at, site, comment, department, cost_center,
                unit_id, product_id, firmware_description, network_name, last_boot_at, runtime, total_operating_time,
                battery_level, enrolled_at
           from devices where id = $1 and revoked_at is null"
    );
    Ok(tx.optional(find, args![id]).await?)
}

pub(super) async fn certificate_end(tx: &mut store::Tx, id: DeviceId) -> Result<Option<OffsetDateTime>> {
    let find =
        sql!("select max(not_after) from device_certificates where device_id = $1 and revoked_at is null");
    Ok(tx.scalar(find, args![id]).await?)
}

pub(super) async fn name(tx: &mut store::Tx, id: DeviceId) -> Result<Option<String>> {
    let find = sql!("select name from devices where id = $1 and revoked_at is null");
    Ok(tx
        .optional::<(String,)>(find, args![id])
        .await?
        .map(|(name,)| name))
}

/// Everything that a connection needs to know of its device. Of the commands the last few are enough to look at: what is queued
/// is taken all at once, so nothing older than a taken one still waits.
pub(super) async fn by_fingerprint(tx: &mut store::Tx, fingerprint: &Fingerprint) -> Result<Option<LookRow>> {
    let find = sql!(
        "select d.id, d.unit_id, c.not_after, d.hello_digest,
                exists (select 1 from device_certificates o
                         where o.device_id = c.device_id and o.issued_at < c.issued_at and o.revoked_at is null) as outlives,
                exists (select 1 from (select state from commands
                                        where device_id = c.device_id order by id desc limit 10) last
                         where last.state = 'queued') as commands_queued
           from device_certificates c join devices d on d.id = c.device_id
          where c.fingerprint = $1 and c.revoked_at is null and d.revoked_at is null"
    );
    Ok(tx.optional(find, args![fingerprint.as_bytes().to_vec()]).await?)
}

pub(super) async fn by_unit(tx: &mut store::Tx, unit: &UnitId) -> Result<Option<DeviceId>> {
    let find = sql!("select id from devices where unit_id = $1");
    Ok(tx
        .optional::<(IdOf<DeviceId>,)>(find, args![unit.as_str()])
        .await?
        .map(|(id,)| id.0))
}

pub(super) async fn revoke(tx: &mut Tx, id: DeviceId) -> Result<Option<String>> {
    let now = tx.now();
    let device =
        sql!("update devices set revoked_at = $2 where id = $1 and revoked_at is null returning unit_id");
    let unit = tx.optional::<(String,)>(device, args![id, now]).await?;
    let certificates =
        sql!("update device_certificates set revoked_at = $2 where device_id = $1 and revoked_at is null");
    tx.execute(certificates, args![id, now]).await?;
    Ok(unit.map(|(unit,)| unit))
}

/// Ends the certificates of its device that a certificate has outlived. Answers how many there were.
pub(super) async fn revoke_outlived(tx: &mut Tx, id: DeviceId, fingerprint: &Fingerprint) -> Result<u64> {
    let now = tx.now();
    let revoke = sql!(
        "update device_certificates set revoked_at = $3
          where device_id = $1 and revoked_at is null
            and issued_at < (select issued_at from device_certificates where fingerprint = $2 and revoked_at is null)"
    );
    Ok(tx
        .execute(revoke, args![id, fingerprint.as_bytes().to_vec(), now])
        .await?)
}

pub(super) async fn revoked_since(tx: &mut store::Tx, since: OffsetDateTime) -> Result<Vec<DeviceId>> {
    let find = sql!("select id from devices where revoked_at > $1");
    let found: Vec<(IdOf<DeviceId>,)> = tx.all(find, args![since]).await?;
    Ok(found.into_iter().map(|(id,)| id.0).collect())
}
