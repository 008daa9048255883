//! The list of devices, and what a search finds in it.

use access::Result;
use domain::page::{ListQuery, Page};
use store::{Filter, Sort, Words, args, list};

use super::rows::ListRow;

list! {
    /// Searched by name, MAC address, Unit ID, e-mail, site, department, product and last address: the column `words` says
    /// what exactly. Each order has its index.
    static DEVICES: {
        select: "d.id, d.name, d.last_ip, d.mac, d.product, d.version, d.onboarded_by, d.last_contact_at",
        from: "devices d",
        scope: "d.revoked_at is null",
        id: "d.id",
        search: "",
        words: Words::new("d.words", "d.number", "devices_words", "d.name_key"),
        sorts: [
            Sort::text("name", "d.name_key"),
            Sort::text("mac", "d.mac"),
            Sort::text("product", "d.product"),
            Sort::text("version", "d.version"),
            Sort::text("onboarded_by", "d.onboarded_by"),
            Sort::text("last_ip", "d.last_ip"),
            Sort::int("last_contact", "d.last_contact_at"),
        ],
        filters: [
            Filter::contains("name", "d.name_key"),
            Filter::typed("site", "d.site_key = :value"),
            Filter::typed("department", "d.department_key = :value"),
        ],
    }
}

/// A page of the devices that have every word of the search anywhere, addresses and Unit IDs with or without their separators.
/// One or two letters alone find the names that begin with them. `site:munich` and `department:"human resources"` find exactly that.
/// By name, those whose name begins with a single word come first.
pub(super) async fn list(tx: &mut store::Tx, query: &ListQuery) -> Result<Page<ListRow>> {
    Ok(tx.list(&DEVICES, query, args![]).await?)
}
