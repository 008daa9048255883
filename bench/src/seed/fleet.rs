//! The devices of an invented company: names, places and habits as a real fleet has them, the same ones every time. Device
//! number n is the same in a fleet of any size.

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use uuid::Uuid;

/// Makes the fleet the one it is.
const SEED: u64 = 0xC0_5105;
/// The moment at which the fleet is looked at: 2026-01-01, in milliseconds.
const NOW: i64 = 1_767_225_600_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Most devices: a MAC address has this many numbers below its maker's.
const DEVICES_MAX: u32 = 1 << 24;

/// A device as it stands in the database. Times in milliseconds since 1970.
pub struct Device {
    pub id: Uuid,
    pub unit_id: String,
    pub name: String,
    /// 12 hex digits, upper case; empty before its first hello.
    pub mac: String,
    pub product: String,
    pub product_id: String,
    pub version: String,
    pub firmware_description: String,
    pub network_name: String,
    pub site: String,
    pub comment: String,
    pub department: String,
    pub cost_center: String,
    pub structure_tag: String,
    pub onboarded_by: String,
    pub onboarded_issuer: String,
    pub last_ip: String,
    /// 0: never.
    pub last_contact_at: i64,
    pub last_boot_at: Option<i64>,
    pub runtime: Option<i64>,
    pub total_operating_time: Option<i64>,
    pub battery_level: Option<i64>,
    pub hello_digest: Option<Vec<u8>>,
    pub key_id: Vec<u8>,
    pub enrolled_at: i64,
    pub revoked_at: Option<i64>,
    /// Its certificate: of the usual size, signed by nobody.
    pub certificate: Certificate,
}

/// What is kept of a certificate.
pub struct Certificate {
    pub id: Uuid,
    pub der: Vec<u8>,
    pub not_after: i64,
}

impl Device {
    /// Whether it stands in the list, and has said what it is.
    pub fn is_in_use(&self) -> bool {
        self.revoked_at.is_none() && !self.mac.is_empty()
    }
}

/// Device `number` of the fleet.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "random bits are cut to the width wanted; times are far below 2^52"
)]
pub fn device(number: u32) -> Device {
    let mut random = StdRng::seed_from_u64(SEED ^ (u64::from(number) << 24));
    let enrolled_at = NOW - 2 * DAY - (i64::from(DEVICES_MAX >> 4) - i64::from(number)) * MINUTE;
    let place = place(&mut random);
    let (department, short) = pick(&DEPARTMENTS, &mut random);
    let mac = mac(number, &mut random);
    let unit_id = if random.random_ratio(7, 10) {
        mac.clone()
    } else {
        format!(
            "{}-{:010}",
            pick(&SERIALS, &mut random),
            u64::from(number) * 37 + 1_000_003
        )
    };
    let has_said_hello = random.random_ratio(97, 100);
    let name = if !has_said_hello {
        unit_id.clone()
    } else if random.random_ratio(6, 10) {
        format!("ITC{mac}")
    } else {
        format!("{}-{short}-{:05}", place.code, number % 100_000)
    };
    let (product, product_id) = pick(&PRODUCTS, &mut random);
    let build = random.random_range(0..30);
    let version = format!("12.{}.{}", 3 + build / 6, build % 6);
    // Most have been seen within a day; the longer ago, the fewer.
    let days_ago = if random.random_ratio(7, 10) {
        random.random_range(0.0..1.0)
    } else {
        60.0 * random.random_range(0.0_f64..1.0).powi(2)
    };
    let ago = (days_ago * DAY as f64) as i64;
    let last_contact_at = if has_said_hello {
        (NOW - ago).max(enrolled_at + MINUTE)
    } else {
        0
    };
    let onboarded_by = if random.random_ratio(7, 10) {
        person(&mut random)
    } else {
        String::new()
    };
    let said = |text: String| if has_said_hello { text } else { String::new() };
    let runtime = has_said_hello.then(|| random.random_range(60..200_000));
    Device {
        id: id(enrolled_at, &mut random),
        unit_id,
        name,
        product: said(product.to_owned()),
        product_id: said(product_id.to_owned()),
        firmware_description: said(format!("Base System {version} (build {})", 1200 + build)),
        version: said(version),
        network_name: said(format!("{}-wired", place.code.to_lowercase())),
        comment: if random.random_ratio(2, 10) {
            format!(
                "Room {}.{:03}",
                random.random_range(0..9),
                random.random_range(1..400)
            )
        } else {
            String::new()
        },
        cost_center: format!("CC-{}", 4000 + place.number % 90),
        structure_tag: place.code.to_owned(),
        onboarded_issuer: if onboarded_by.is_empty() {
            String::new()
        } else {
            "https://login.contoso.example".to_owned()
        },
        onboarded_by,
        last_ip: said(format!(
            "10.{}.{}.{}",
            place.number,
            random.random_range(0..64),
            random.random_range(1..255)
        )),
        last_contact_at,
        last_boot_at: runtime.map(|seconds| last_contact_at - seconds * 1000),
        runtime,
        total_operating_time: runtime.map(|seconds| seconds + random.random_range(0..40_000_000)),
        battery_level: (product.contains("Mobile") && has_said_hello).then(|| random.random_range(5..101)),
        hello_digest: has_said_hello.then(|| bytes(32, &mut random)),
        mac: said(mac),
        site: place.name,
        department: department.to_owned(),
        key_id: bytes(32, &mut random),
        revoked_at: random
            .random_ratio(2, 100)
            .then(|| NOW - i64::from(random.random_range(1_u32..60)) * DAY),
        certificate: Certificate {
            id: id(enrolled_at, &mut random),
            der: bytes(440 + (random.next_u32() % 16) as usize, &mut random),
            not_after: enrolled_at + 1095 * DAY,
        },
        enrolled_at,
    }
}

fn pick<T: Copy>(of: &[T], random: &mut StdRng) -> T {
    of[random.random_range(0..of.len())]
}

fn bytes(length: usize, random: &mut StdRng) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill_bytes(&mut bytes);
    bytes
}

/// A `UUIDv7` of that moment.
fn id(at: i64, random: &mut StdRng) -> Uuid {
    let mut tail = [0; 10];
    random.fill_bytes(&mut tail);
    uuid::Builder::from_unix_timestamp_millis(at.unsigned_abs(), &tail).into_uuid()
}

/// No two devices have the same one: the multiplication by an odd number only mixes the numbers below the maker's.
fn mac(number: u32, random: &mut StdRng) -> String {
    let maker = if random.random_ratio(8, 10) {
        MAKERS[0]
    } else {
        pick(&MAKERS, random)
    };
    format!("{maker}{:06X}", number.wrapping_mul(0x9E37_79B1) % DEVICES_MAX)
}

fn person(random: &mut StdRng) -> String {
    let (first, last) = (pick(&FIRST_NAMES, random), pick(&LAST_NAMES, random));
    match random.random_range(0..8) {
        0 => format!("{first}.{last}@contoso.example"),
        n => format!("{first}.{last}{n}@contoso.example"),
    }
}

struct Place {
    name: String,
    code: &'static str,
    number: usize,
}

/// One of 200 sites. Their sizes follow Zipf's law: the second has half as many devices as the first.
fn place(random: &mut StdRng) -> Place {
    // The inverse of the sum of 1/n, which grows like the logarithm.
    let sites = CITIES.len() * PARTS.len();
    let drawn = f64::from(u32::try_from(sites).unwrap_or(u32::MAX) + 1).powf(random.random_range(0.0..1.0));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and the number of sites"
    )]
    let number = (drawn as usize - 1).min(sites - 1);
    let (city, code) = CITIES[number % CITIES.len()];
    let part = PARTS[number / CITIES.len()];
    Place {
        name: format!("{city}{part}"),
        code,
        number,
    }
}

const MAKERS: [&str; 5] = ["00E0C5", "E4E749", "B4A9FC", "3C52A1", "98FA9B"];
const SERIALS: [&str; 3] = ["FTR4", "LX460", "M350C"];
const PARTS: [&str; 4] = ["", " North", " Plant", " Airport"];
const CITIES: [(&str, &str); 50] = [
    ("Munich", "MUC"),
    ("Bremen", "BRE"),
    ("Augsburg", "AUG"),
    ("Hamburg", "HAM"),
    ("Berlin", "BER"),
    ("Cologne", "CGN"),
    ("Dresden", "DRS"),
    ("Leipzig", "LEJ"),
    ("Stuttgart", "STR"),
    ("Nuremberg", "NUE"),
    ("Hanover", "HAJ"),
    ("Vienna", "VIE"),
    ("Graz", "GRZ"),
    ("Zurich", "ZRH"),
    ("Basel", "BSL"),
    ("Geneva", "GVA"),
    ("Paris", "CDG"),
    ("Lyon", "LYS"),
    ("Toulouse", "TLS"),
    ("Brussels", "BRU"),
    ("Antwerp", "ANR"),
    ("Amsterdam", "AMS"),
    ("Rotterdam", "RTM"),
    ("London", "LHR"),
    ("Leeds", "LBA"),
    ("Reading", "RDG"),
    ("Dublin", "DUB"),
    ("Copenhagen", "CPH"),
    ("Oslo", "OSL"),
    ("Stockholm", "ARN"),
    ("Helsinki", "HEL"),
    ("Warsaw", "WAW"),
    ("Prague", "PRG"),
    ("Budapest", "BUD"),
    ("Milan", "MXP"),
    ("Turin", "TRN"),
    ("Rome", "FCO"),
    ("Madrid", "MAD"),
    ("Valencia", "VLC"),
    ("Lisbon", "LIS"),
    ("Porto", "OPO"),
    ("Boston", "BOS"),
    ("Chicago", "ORD"),
    ("Dallas", "DFW"),
    ("Denver", "DEN"),
    ("Toronto", "YYZ"),
    ("Sydney", "SYD"),
    ("Singapore", "SIN"),
    ("Osaka", "KIX"),
    ("Pune", "PNQ"),
];
const DEPARTMENTS: [(&str, &str); 40] = [
    ("Sales", "SAL"),
    ("Finance", "FIN"),
    ("Marketing", "MKT"),
    ("Purchasing", "PUR"),
    ("Logistics", "LOG"),
    ("Legal", "LEG"),
    ("Human Resources", "HR"),
    ("Production", "PRD"),
    ("Quality", "QUA"),
    ("Research", "RES"),
    ("Development", "DEV"),
    ("Support", "SUP"),
    ("Call Centre", "CAL"),
    ("Reception", "REC"),
    ("Facility", "FAC"),
    ("Security", "SEC"),
    ("Training", "TRA"),
    ("Payroll", "PAY"),
    ("Controlling", "CTR"),
    ("Audit", "AUD"),
    ("Treasury", "TRE"),
    ("Export", "EXP"),
    ("Import", "IMP"),
    ("Customs", "CUS"),
    ("Warehouse", "WAR"),
    ("Shipping", "SHI"),
    ("Assembly", "ASM"),
    ("Welding", "WEL"),
    ("Paint Shop", "PNT"),
    ("Tooling", "TOO"),
    ("Laboratory", "LAB"),
    ("Medical", "MED"),
    ("Canteen", "CAN"),
    ("Library", "LIB"),
    ("Archive", "ARC"),
    ("Press", "PRS"),
    ("Events", "EVT"),
    ("Strategy", "STG"),
    ("Pricing", "PRI"),
    ("Claims", "CLM"),
];
const PRODUCTS: [(&str, &str); 12] = [
    ("Desk 2", "D220"),
    ("Desk 3", "D320"),
    ("Desk 3 Fanless", "D325"),
    ("Desk 7", "D700"),
    ("Desk Mini", "DM10"),
    ("Mobile 14", "M140"),
    ("Mobile 15", "M150"),
    ("Panel 24", "P240"),
    ("Panel 27", "P270"),
    ("Converted PC", "CPC1"),
    ("Virtual Machine", "VM01"),
    ("Stick", "ST05"),
];
const FIRST_NAMES: [&str; 40] = [
    "ada", "alan", "anna", "ben", "carla", "clara", "david", "dora", "edgar", "ella", "emil", "erik", "eva",
    "felix", "frida", "gina", "greta", "hanna", "hugo", "ida", "ines", "ivan", "jana", "jonas", "julia",
    "karl", "lara", "leo", "lina", "lukas", "maria", "max", "nina", "nora", "olga", "oscar", "paul", "rosa",
    "theo", "vera",
];
const LAST_NAMES: [&str; 40] = [
    "adler", "albers", "bauer", "beck", "berg", "brandt", "conrad", "dietz", "ebner", "engel", "fischer",
    "frank", "fuchs", "graf", "haas", "hahn", "hartmann", "heller", "jansen", "keller", "koch", "kramer",
    "kuhn", "lang", "lorenz", "marx", "meyer", "neumann", "otto", "peters", "pohl", "richter", "roth",
    "sauer", "schmidt", "simon", "stein", "vogel", "weber", "winter",
];

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn a_fleet_looks_like_one() {
        let fleet: Vec<Device> = (0..20_000).map(device).collect();
        let share = |fits: &dyn Fn(&Device) -> bool| {
            fleet.iter().filter(|device| fits(device)).count() * 100 / fleet.len()
        };
        assert!((55..62).contains(&share(&|device| device.name.starts_with("ITC"))));
        assert!((36..41).contains(&share(
            &|device| device.name.contains('-') && !device.mac.is_empty()
        )));
        assert!((1..4).contains(&share(&|device| device.revoked_at.is_some())));
        assert!((2..5).contains(&share(&|device| device.last_contact_at == 0)));
        let mut sites: HashMap<&str, usize> = HashMap::new();
        for device in &fleet {
            *sites.entry(&device.site).or_default() += 1;
        }
        assert_eq!(sites.len(), 200);
        assert!(sites["Munich"] > 10 * sites["Bremen Airport"]);
        let units: HashSet<&str> = fleet.iter().map(|device| device.unit_id.as_str()).collect();
        let ids: HashSet<Uuid> = fleet.iter().map(|device| device.id).collect();
        assert_eq!((units.len(), ids.len()), (fleet.len(), fleet.len()));
    }

    #[test]
    fn a_device_is_the_same_every_time() {
        let (once, again) = (device(12_345), device(12_345));
        assert_eq!(
            (once.id, once.name, once.key_id),
            (again.id, again.name, again.key_id)
        );
        assert_ne!(once.id, device(12_346).id);
    }
}
