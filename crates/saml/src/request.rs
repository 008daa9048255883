//! The request, and the address that carries it (SAML bindings 2.0, section 3.4).

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use federation::saml::{IdentityProvider, SamlRequest, ServiceProvider};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use time::OffsetDateTime;
use url::Url;

use crate::describe::{POST, escaped};
use crate::times;
use crate::tree::{ASSERTION, PROTOCOL};

/// Parameters of the binding; an endpoint may have a query of its own, but not these.
const OURS: [&str; 4] = ["SAMLRequest", "RelayState", "SigAlg", "Signature"];

/// Makes the request and the address.
pub fn begin(
    mut endpoint: Url,
    provider: &IdentityProvider,
    ours: &ServiceProvider,
    now: OffsetDateTime,
    entropy: &mut dyn FnMut(&mut [u8]),
) -> SamlRequest {
    let mut random = [0; 16];
    entropy(&mut random);
    // An ID may not begin with a digit.
    let mut id = "_".to_owned();
    for byte in random {
        // Writing into a text cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    let mut random = [0; 32];
    entropy(&mut random);
    let relay_state = BASE64_URL_SAFE_NO_PAD.encode(random);

    let message = BASE64_STANDARD.encode(deflated(&message(&id, provider, ours, now)));
    let kept: Vec<_> = endpoint
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| !OURS.contains(&&**name))
        .collect();
    endpoint
        .query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair("SAMLRequest", &message)
        .append_pair("RelayState", &relay_state);
    endpoint.set_fragment(None);
    SamlRequest {
        id,
        relay_state,
        url: endpoint.into(),
    }
}

/// No format of the name is asked for: providers that have another one refuse instead of sending theirs.
fn message(id: &str, provider: &IdentityProvider, ours: &ServiceProvider, now: OffsetDateTime) -> String {
    let (destination, acs) = (escaped(&provider.endpoint), escaped(&ours.acs_url));
    let (moment, issuer) = (times::write(now), escaped(&ours.entity_id));
    format!(
        r#"<samlp:AuthnRequest xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{id}" Version="2.0" IssueInstant="{moment}" Destination="{destination}" ProtocolBinding="{POST}" AssertionConsumerServiceURL="{acs}"><saml:Issuer>{issuer}</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>"#
    )
}

/// DEFLATE without a header (RFC 1951), as the binding wants it.
fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}
