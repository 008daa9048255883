//! A UMS with devices that have all been online before.

use std::path::Path;
use std::sync::Arc;

use domain::{MacAddress, UnitId};
use sqlx::{Connection as _, PgConnection};
use store::{Db, Schema};
use uuid::Uuid;

use super::failed;
use crate::failure::Outcome;
use crate::seed::{fill, fleet};
use crate::sqlite;

/// What a device says of itself that does not change.
pub struct Reporter {
    pub id: Uuid,
    pub unit: UnitId,
    pub mac: MacAddress,
    pub name: String,
    pub product: String,
    pub version: String,
}

/// Those of the first `devices` of the fleet that have been online and still may be.
pub fn reporters(devices: u32) -> Outcome<Arc<[Reporter]>> {
    let known = (0..devices).map(fleet::device);
    let known = known.filter(|device| device.hello_digest.is_some() && device.revoked_at.is_none());
    known
        .map(|device| {
            let bad = |reason: domain::Reason| failed(format_args!("{reason:?}"));
            Ok(Reporter {
                id: device.id,
                unit: UnitId::parse(&device.unit_id).map_err(bad)?,
                mac: MacAddress::parse(&device.mac).map_err(bad)?,
                name: device.name,
                product: device.product,
                version: device.version,
            })
        })
        .collect()
}

/// Makes the file.
pub async fn sqlite(file: &Path, devices: u32) -> Outcome {
    let url = format!("sqlite:{}", file.display());
    Db::open(&url, Schema::Company).await?.close().await;
    let mut connection = sqlite::open(file).await?;
    fill::sqlite(&mut connection, devices, false).await?;
    // Everything into the one file, which is copied.
    sqlx::query("pragma wal_checkpoint(truncate)")
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

/// Fills an empty database.
pub async fn postgres(url: &str, devices: u32) -> Outcome {
    Db::open(url, Schema::Company).await?.close().await;
    let mut connection = PgConnection::connect(url).await?;
    fill::postgres(&mut connection, devices, false).await?;
    Ok(connection.close().await?)
}
