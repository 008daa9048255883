//! The fleet on its way into a database. Only plain columns: generated ones, triggers and indices do what they always do.

use pki::Fingerprint;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Postgres, QueryBuilder, Sqlite};

use super::fleet::{self, Device};
use crate::failure::Outcome;

/// Rows of one statement: SQLite takes 32,766 values.
const ROWS: u32 = 500;
/// Rows of one transaction.
const TRANSACTION: u32 = 50_000;

const DEVICES: &str = "insert into devices (id, unit_id, unit_key, name, name_key, mac, product, product_id, version, \
    firmware_description, network_name, site, site_key, comment, department, department_key, cost_center, structure_tag, \
    onboarded_by, onboarded_issuer, last_ip, last_contact_at, last_boot_at, runtime, total_operating_time, battery_level, \
    hello_digest, key_id, enrolled_at, revoked_at) ";
const CERTIFICATES: &str = "insert into device_certificates (id, device_id, der, fingerprint, key_id, not_after, issued_at, revoked_at) ";

macro_rules! fill {
    ($name:ident, $connection:ty, $engine:ty) => {
        /// Puts the first `count` devices of the fleet in, each with its certificate if wanted.
        pub async fn $name(connection: &mut $connection, count: u32, certificates: bool) -> Outcome {
            let mut next = 0;
            while next < count {
                let mut transaction = connection.begin().await?;
                let end = next.saturating_add(TRANSACTION).min(count);
                while next < end {
                    let until = next.saturating_add(ROWS).min(end);
                    let rows: Vec<Device> = (next..until).map(fleet::device).collect();
                    let mut insert = QueryBuilder::<$engine>::new(DEVICES);
                    insert.push_values(&rows, |mut row, device| {
                        row.push_bind(device.id)
                            .push_bind(&device.unit_id)
                            .push_bind(device.unit_id.replace('-', ""))
                            .push_bind(&device.name)
                            .push_bind(device.name.to_lowercase())
                            .push_bind(&device.mac)
                            .push_bind(&device.product)
                            .push_bind(&device.product_id)
                            .push_bind(&device.version)
                            .push_bind(&device.firmware_description)
                            .push_bind(&device.network_name)
                            .push_bind(&device.site)
                            .push_bind(device.site.to_lowercase())
                            .push_bind(&device.comment)
                            .push_bind(&device.department)
                            .push_bind(device.department.to_lowercase())
                            .push_bind(&device.cost_center)
                            .push_bind(&device.structure_tag)
                            .push_bind(&device.onboarded_by)
                            .push_bind(&device.onboarded_issuer)
                            .push_bind(&device.last_ip)
                            .push_bind(device.last_contact_at)
                            .push_bind(device.last_boot_at)
                            .push_bind(device.runtime)
                            .push_bind(device.total_operating_time)
                            .push_bind(device.battery_level)
                            .push_bind(device.hello_digest.as_deref())
                            .push_bind(device.key_id.as_slice())
                            .push_bind(device.enrolled_at)
                            .push_bind(device.revoked_at);
                    });
                    insert.build().execute(&mut *transaction).await?;
                    if certificates {
                        let mut insert = QueryBuilder::<$engine>::new(CERTIFICATES);
                        insert.push_values(&rows, |mut row, device| {
                            let certificate = &device.certificate;
                            row.push_bind(certificate.id)
                                .push_bind(device.id)
                                .push_bind(certificate.der.as_slice())
                                .push_bind(Fingerprint::of(&certificate.der).as_bytes().to_vec())
                                .push_bind(device.key_id.as_slice())
                                .push_bind(certificate.not_after)
                                .push_bind(device.enrolled_at)
                                .push_bind(device.revoked_at);
                        });
                        insert.build().execute(&mut *transaction).await?;
                    }
                    next = until;
                }
                transaction.commit().await?;
            }
            Ok(())
        }
    };
}

fill!(sqlite, SqliteConnection, Sqlite);
fill!(postgres, PgConnection, Postgres);
