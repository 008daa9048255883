//! What a device says of itself, on its way into its row.

use access::{Result, Tx};
use domain::id::DeviceId;
use protocol::unified::Hello;
use store::{args, sql};

/// Keeps a hello and its digest. The `name` is taken only where the device has said nothing before: later it belongs to the
/// administrator.
///
/// SQLite rewrites the entry of every index over a column that an update names, whether its value is another or not, and each is
/// a page to write. So it gets three statements, of which one finds the device: it was started again and no indexed column
/// changes, or it has another version, or anything. PostgreSQL compares the values itself.
pub(super) async fn save(tx: &mut Tx, id: DeviceId, hello: &Hello, name: &str, digest: &[u8]) -> Result<()> {
    let save = sql!(
        sqlite: "update devices
            set product_id = $6, firmware_description = $8, network_name = $9, last_boot_at = $10, hello_digest = $11
          where id = $1 and hello_digest is not null and mac = $4 and product = $5 and version = $7;
         update devices
            set product_id = $6, version = $7, firmware_description = $8, network_name = $9, last_boot_at = $10, hello_digest = $11
          where id = $1 and hello_digest <> $11 and mac = $4 and product = $5;
         update devices
            set name = case when hello_digest is null then $2 else name end,
                name_key = case when hello_digest is null then $3 else name_key end,
                mac = $4, product = $5, product_id = $6, version = $7, firmware_description = $8, network_name = $9,
                last_boot_at = $10, hello_digest = $11
          where id = $1 and hello_digest is not $11",
        postgres: "update devices
            set name = case when hello_digest is null then $2 else name end,
                name_key = case when hello_digest is null then $3 else name_key end,
                mac = $4, product = $5, product_id = $6, version = $7, firmware_description = $8, network_name = $9,
                last_boot_at = $10, hello_digest = $11
          where id = $1",
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
