use access::{Result, Tx};
use domain::UnitId;
use domain::device::{Command, Device, DeviceRow, Presence};
use domain::id::DeviceId;
use domain::page::{ListQuery, Page};
use pki::Fingerprint;
use protocol::unified::Hello;
use store::{Filter, IdOf, Sort, args, list, row, sql};
use time::OffsetDateTime;

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

    struct KnownRow {
        id: DeviceId,
        unit_id: String,
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

/// What is searched for, without the separators that people put into Unit IDs and MAC addresses.
macro_rules! bare {
    () => {
        "upper(replace(replace(replace(replace(:value, ':', ''), '-', ''), '.', ''), ' ', ''))"
    };
}

/// Every value that begins with what is searched for, by an index.
macro_rules! begins {
    ($column:literal, $value:expr) => {
        concat!(
            "(",
            $column,
            " >= ",
            $value,
            " and ",
            $column,
            " < ",
            $value,
            " || '\u{10FFFF}')"
        )
    };
}

list! {
    pub(super) static DEVICES: {
        select: "d.id, d.name, d.last_ip, d.mac, d.product, d.version, d.onboarded_by, d.last_contact_at",
        from: "devices d",
        scope: "d.revoked_at is null",
        id: "d.id",
        search: "",
        sorts: [
            Sort::text("name", "d.name_key"),
            Sort::text("mac", "d.mac"),
            Sort::text("product", "d.product"),
            Sort::text("version", "d.version"),
            Sort::text("onboarded_by", "d.onboarded_by"),
            Sort::text("last_ip", "d.last_ip"),
            Sort::int("last_contact", "d.last_contact_at"),
        ],
        filters: [Filter::new(
            "find",
            concat!(
                begins!("d.name_key", ":value"),
                " or ",
                begins!("d.onboarded_by", ":value"),
                " or (",
                bare!(),
                " <> '' and (",
                begins!("d.mac", bare!()),
                " or ",
                begins!("d.unit_key", bare!()),
                "))"
            ),
        )],
    }
}

/// Longest search that is looked for, in characters.
const SEARCH_MAX: usize = 200;

pub(super) async fn list(tx: &mut store::Tx, query: &ListQuery) -> Result<Page<ListRow>> {
    let words: String = query
        .search
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| *c != '\0')
        .take(SEARCH_MAX)
        .collect();
    if words.is_empty() {
        return Ok(tx.list(&DEVICES, query, args![]).await?);
    }
    Ok(tx
        .list_filtered(&DEVICES, query, args![], &[("find", store::value(&words))])
        .await?)
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

pub(super) async fn by_fingerprint(
    tx: &mut store::Tx,
    fingerprint: &Fingerprint,
) -> Result<Option<(DeviceId, String)>> {
    let find = sql!(
        "select d.id, d.unit_id from device_certificates c join devices d on d.id = c.device_id
          where c.fingerprint = $1 and c.revoked_at is null and d.revoked_at is null"
    );
    let found: Option<KnownRow> = tx.optional(find, args![fingerprint.as_bytes().to_vec()]).await?;
    Ok(found.map(|row| (row.id, row.unit_id)))
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

/// How many certificates of its device a certificate has outlived that are still good. `None` if it is not good itself (any
/// more).
pub(super) async fn outlived(tx: &mut store::Tx, fingerprint: &Fingerprint) -> Result<Option<i64>> {
    let count = sql!(
        "select (select count(*) from device_certificates o
                  where o.device_id = c.device_id and o.issued_at < c.issued_at and o.revoked_at is null)
           from device_certificates c join devices d on d.id = c.device_id
          where c.fingerprint = $1 and c.revoked_at is null and d.revoked_at is null"
    );
    let found: Option<(i64,)> = tx.optional(count, args![fingerprint.as_bytes().to_vec()]).await?;
    Ok(found.map(|(older,)| older))
}

/// Ends those. Answers how many there were.
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

pub(super) async fn hello_digest(tx: &mut store::Tx, id: DeviceId) -> Result<Option<Vec<u8>>> {
    let find = sql!("select hello_digest from devices where id = $1");
    Ok(tx
        .optional::<(Option<Vec<u8>>,)>(find, args![id])
        .await?
        .and_then(|(digest,)| digest))
}

/// The name is taken only where the device has said nothing before: later it belongs to the administrator.
pub(super) async fn save_hello(
    tx: &mut Tx,
    id: DeviceId,
    hello: &Hello,
    name: &str,
    digest: &[u8],
) -> Result<()> {
    let save = sql!(
        "update devices
            set name = case when hello_digest is null then $2 else name end,
                name_key = case when hello_digest is null then $3 else name_key end,
                mac = $4, product = $5, product_id = $6, version = $7, firmware_description = $8, network_name = $9,
                last_boot_at = $10, hello_digest = $11
          where id = $1"
    );
    let values = args![
        id,
        name,
        name.to_lowercase(),
        hello.mac.key(),
        hello.product,
        hello.product_id,
        hello.version,
        hello.firmware_description,
        hello.network_name,
        hello.boot_time,
        digest
    ];
    Ok(tx.execute_one(save, values).await?)
}
