//! The list of what we do otherwise: `accepts` or `refuses`, and the case, below its reason.

use std::collections::BTreeMap;

/// The cases of the list, and whether we accept what the project refuses.
pub fn read() -> BTreeMap<String, bool> {
    let mut reason = "";
    let mut known = BTreeMap::new();
    for line in include_str!("differences.txt").lines() {
        if line.trim().is_empty() {
            reason = "";
        } else if let Some(said) = line.strip_prefix("# ") {
            reason = said;
        } else {
            let (verb, id) = line.split_once(' ').unwrap_or_default();
            assert!(!reason.is_empty(), "{id}: a difference has a reason");
            let accepts = match verb {
                "accepts" => true,
                "refuses" => false,
                other => panic!("{other}: neither accepts nor refuses"),
            };
            known.insert(id.to_owned(), accepts);
        }
    }
    known
}
