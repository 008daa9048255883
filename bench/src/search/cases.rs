//! What people look for in a list of devices, with values of real devices, so that no answer is asked for twice in a row.

use domain::page::ListQuery;

use crate::seed::fleet::{self, Device};

/// One kind of question with many values.
pub struct Case {
    pub name: &'static str,
    pub queries: Vec<ListQuery>,
    /// Whether `LIKE` finds the same, and the target holds against it.
    pub like: Like,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Like {
    /// Nothing is searched for.
    No,
    /// Looks at all rows, as we do not.
    Whole,
    /// Finds a page at once too, whatever it is: for information.
    Early,
}

/// The questions to a fleet of so many devices; `values` of each kind.
pub fn all(devices: u32, values: u32) -> Vec<Case> {
    let step = (devices / values).max(1);
    let used: Vec<Device> = (0..devices)
        .step_by(usize::try_from(step).unwrap_or(1))
        .map(fleet::device)
        .filter(Device::is_in_use)
        .collect();
    let case = |name, like, search: &dyn Fn(usize, &Device) -> String| {
        let searches = used
            .iter()
            .enumerate()
            .map(|(place, device)| search(place, device));
        let query = |search| ListQuery {
            search,
            ..ListQuery::default()
        };
        Case {
            name,
            like,
            queries: searches.map(query).collect(),
        }
    };
    vec![
        case("name prefix", Like::Whole, &|place, device| {
            let cut = device.name.len() - 2 - place % 2;
            device.name[..cut].to_owned()
        }),
        case("serial number", Like::Whole, &|_, device| device.unit_id.clone()),
        case("part of a MAC address", Like::Whole, &|place, device| {
            part_of_mac(&device.mac, place)
        }),
        case("site and department", Like::Whole, &|_, device| {
            let site = device.site.split(' ').next().unwrap_or_default();
            let department = device.department.split(' ').next().unwrap_or_default();
            format!("{site} {department}").to_lowercase()
        }),
        case("site and department, named as such", Like::Whole, &|_, device| {
            format!("site:\"{}\" department:\"{}\"", device.site, device.department)
        }),
        case("nothing is found", Like::Whole, &|place, _| {
            format!("{}q{place}x", ["wy", "vj", "zk"][place % 3])
        }),
        case("very many are found", Like::Early, &|place, _| {
            [
                "itc",
                "contoso",
                "00e0c5",
                "desk",
                "example",
                "itc00e0c5",
                "10.0",
                "plant",
            ][place % 8]
                .to_owned()
        }),
        sorted("last contact, newest", true),
        sorted("last contact, oldest", false),
    ]
}

/// Five to eight hex digits with colons, from the end that differs.
fn part_of_mac(mac: &str, place: usize) -> String {
    let (start, length) = [(4, 8), (5, 6), (6, 5), (6, 6), (4, 7), (5, 7)][place % 6];
    let mut part = String::new();
    for (position, digit) in mac.char_indices().skip(start).take(length) {
        if position % 2 == 0 && !part.is_empty() {
            part.push(':');
        }
        part.push(digit);
    }
    part
}

fn sorted(name: &'static str, descending: bool) -> Case {
    // Another number of rows is another answer.
    let query = |per| ListQuery {
        sort: "last_contact".to_owned(),
        descending,
        per,
        ..ListQuery::default()
    };
    Case {
        name,
        like: Like::No,
        queries: (45..=50).map(query).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_addresses_have_five_to_eight_digits_and_their_colons() {
        let parts: Vec<String> = (0..6).map(|place| part_of_mac("00E0C54A1B2C", place)).collect();
        assert_eq!(
            parts,
            [
                "C5:4A:1B:2C",
                "5:4A:1B:2",
                "4A:1B:2",
                "4A:1B:2C",
                "C5:4A:1B:2",
                "5:4A:1B:2C"
            ]
        );
    }

    #[test]
    fn every_kind_has_many_values() {
        for case in all(10_000, 200) {
            let mut searches: Vec<String> = case.queries.iter().map(|query| format!("{query:?}")).collect();
            searches.sort();
            searches.dedup();
            assert!(searches.len() >= 6, "{}", case.name);
        }
    }
}
