//! Devices with their keys and certificate requests, made before the clock runs.

use rcgen::{CertificateParams, KeyPair};

use crate::failure::Outcome;

/// A device that wants certificates.
pub struct Device {
    pub unit: String,
    /// Made one after the other, so that the requests can be made beforehand.
    pub requests: Vec<Request>,
    /// The key and certificate in use.
    pub held: Option<(KeyPair, pki::Certificate)>,
}

/// A key and the request for it.
pub struct Request {
    pub key: KeyPair,
    /// Base64 of the PKCS#10.
    pub body: String,
}

/// `count` devices of a block. The first tenth of them has requests for ten renewals more, the others for one.
pub fn devices(kind: &str, block: usize, count: usize) -> Outcome<Vec<Device>> {
    (0..count)
        .map(|number| {
            let unit = format!("BENCH-{kind}-{block}-{number:05}");
            let renewals = if number < count.div_ceil(super::RENEWALS) {
                super::RENEWALS
            } else {
                1
            };
            let requests = (0..=renewals)
                .map(|_| Request::new(&unit))
                .collect::<Outcome<_>>()?;
            Ok(Device {
                unit,
                requests,
                held: None,
            })
        })
        .collect()
}

impl Request {
    fn new(unit: &str) -> Outcome<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, unit);
        let body = pki::est::to_base64(params.serialize_request(&key)?.der());
        Ok(Self { key, body })
    }
}
