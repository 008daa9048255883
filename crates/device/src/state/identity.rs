use domain::{MacAddress, UnitId};
use protocol::DeviceError;
use protocol::onboarding::MAX_LABEL;
use serde::{Deserialize, Serialize};

use super::{Enrolment, Folder};
use crate::entropy;
use crate::failure::{Failure, Result};

const FILE: &str = "device.json";

/// Who a device is, and what it calls itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Never changes once a certificate bears it.
    pub unit_id: UnitId,
    /// First network adapter.
    pub mac: MacAddress,
    /// Product name.
    pub product: String,
    /// Version of the operating system.
    pub version: String,
    /// Its own name; empty if none.
    pub name: String,
}

/// What the command line says of it. What it does not say stays as it was.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Default: the MAC address without colons.
    pub unit_id: Option<UnitId>,
    /// Default: random.
    pub mac: Option<MacAddress>,
    /// Default: this program.
    pub product: Option<String>,
    /// Default: that of this program.
    pub version: Option<String>,
    /// Default: none.
    pub name: Option<String>,
}

impl Identity {
    /// The device of this folder, made at the first start and kept. 32 where another Unit ID is wanted than it is enrolled
    /// with, or a text is too long.
    pub fn load_or_make(folder: &Folder, wanted: &Wanted) -> Result<Self> {
        let kept = Self::load(folder)?;
        let mut identity = match kept.clone() {
            Some(kept) => kept,
            None => Self::new(wanted.mac)?,
        };
        if let Some(unit) = wanted.unit_id.clone().filter(|unit| *unit != identity.unit_id) {
            if kept.is_some() && Enrolment::load(folder)?.is_some() {
                let cause = format!(
                    "this state folder belongs to the device {}, which is enrolled",
                    identity.unit_id
                );
                return Err(Failure::arguments(cause));
            }
            identity.unit_id = unit;
        }
        identity.mac = wanted.mac.unwrap_or(identity.mac);
        let fields = [
            (&wanted.product, &mut identity.product),
            (&wanted.version, &mut identity.version),
            (&wanted.name, &mut identity.name),
        ];
        for (given, field) in fields {
            if let Some(text) = given {
                text.clone_into(field);
            }
            if field.chars().count() > MAX_LABEL || field.chars().any(char::is_control) {
                return Err(Failure::arguments(format!(
                    "product, version and name have at most {MAX_LABEL} characters"
                )));
            }
        }
        if kept.as_ref() != Some(&identity) {
            folder.write_json(FILE, &identity, DeviceError::CertificateNotSaved)?;
        }
        Ok(identity)
    }

    /// The device of this folder, if it has been started before.
    pub fn load(folder: &Folder) -> Result<Option<Self>> {
        folder.read_json(FILE, DeviceError::InvalidArguments)
    }

    fn new(mac: Option<MacAddress>) -> Result<Self> {
        let mac = mac.map_or_else(entropy::mac, Ok)?;
        Ok(Self {
            unit_id: unit_of(mac)?,
            mac,
            product: "COSMOS reference device".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            name: String::new(),
        })
    }
}

fn unit_of(mac: MacAddress) -> Result<UnitId> {
    UnitId::parse(&mac.key()).map_err(|reason| Failure::arguments(format!("{reason:?}")))
}
