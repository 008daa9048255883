//! The request, and what we say about ourselves.

use std::io::Read as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use federation::saml::{IdentityProvider, SamlRequest, SamlVerifier, ServiceProvider};
use flate2::read::DeflateDecoder;
use saml::Saml;
use url::Url;

use crate::idp;

fn begin(saml: Saml, endpoint: &str, ours: &ServiceProvider) -> Result<SamlRequest, &'static str> {
    let provider = IdentityProvider {
        endpoint: endpoint.to_owned(),
        ..idp::provider()
    };
    let mut next = 0;
    let mut entropy = |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = next;
            next += 1;
        }
    };
    saml.request(&provider, ours, idp::now(), &mut entropy)
        .map_err(|error| error.code())
}

/// The message in an address.
fn message(url: &str) -> String {
    let url = Url::parse(url).unwrap();
    let (_, field) = url.query_pairs().find(|(name, _)| name == "SAMLRequest").unwrap();
    let deflated = BASE64_STANDARD.decode(&*field).unwrap();
    let mut xml = String::new();
    DeflateDecoder::new(&*deflated).read_to_string(&mut xml).unwrap();
    xml
}

#[test]
fn a_request_names_us_and_can_be_found_again() {
    let begun = begin(
        Saml::default(),
        "https://idp.contoso.example/sso?tenant=7&SAMLRequest=old#top",
        &idp::ours(),
    )
    .unwrap();
    assert_eq!(begun.id, "_000102030405060708090a0b0c0d0e0f");
    assert_eq!(begun.relay_state, "EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8");
    let url = Url::parse(&begun.url).unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["tenant", "SAMLRequest", "RelayState"]);
    assert_eq!(url.fragment(), None);
    let wanted = concat!(
        r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" "#,
        r#"xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_000102030405060708090a0b0c0d0e0f" Version="2.0" "#,
        r#"IssueInstant="2027-01-15T08:00:00Z" Destination="https://idp.contoso.example/sso?tenant=7&amp;SAMLRequest=old#top" "#,
        r#"ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" "#,
        r#"AssertionConsumerServiceURL="https://portal.example/saml/acs">"#,
        "<saml:Issuer>https://portal.example/saml/metadata</saml:Issuer>",
        r#"<samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>"#,
    );
    assert_eq!(message(&begun.url), wanted);
}

#[test]
fn addresses_with_signs_of_their_own_stay_whole() {
    let ours = ServiceProvider {
        entity_id: r#"urn:"us" & <them>"#.to_owned(),
        acs_url: "https://portal.example/acs?a=1&b=2".to_owned(),
    };
    let begun = begin(Saml::default(), "https://idp.contoso.example/sso?a=1&b=2", &ours).unwrap();
    let xml = message(&begun.url);
    assert!(
        xml.contains("<saml:Issuer>urn:&quot;us&quot; &amp; &lt;them&gt;</saml:Issuer>"),
        "{xml}"
    );
    assert!(
        xml.contains(r#"Destination="https://idp.contoso.example/sso?a=1&amp;b=2""#),
        "{xml}"
    );
    let metadata = Saml::default().metadata(&ours);
    assert!(
        metadata.contains(r#"Location="https://portal.example/acs?a=1&amp;b=2""#),
        "{metadata}"
    );
}

#[test]
fn a_browser_is_sent_to_https_only_unless_the_configuration_says_otherwise() {
    let plain = Saml { plain_http: true };
    assert!(begin(plain, "http://idp.contoso.example/sso", &idp::ours()).is_ok());
    assert!(begin(Saml::default(), "https://idp.contoso.example/sso", &idp::ours()).is_ok());
    assert_eq!(
        begin(Saml::default(), "http://idp.contoso.example/sso", &idp::ours()),
        Err("bad_endpoint")
    );
    for endpoint in [
        "",
        "/sso",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://idp.contoso.example/",
    ] {
        assert_eq!(
            begin(plain, endpoint, &idp::ours()),
            Err("bad_endpoint"),
            "{endpoint}"
        );
    }
}

#[test]
fn our_metadata_say_what_a_provider_needs() {
    insta::assert_snapshot!(Saml::default().metadata(&idp::ours()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://portal.example/saml/metadata">
      <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
        <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
        <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://portal.example/saml/acs" index="0" isDefault="true"/>
      </md:SPSSODescriptor>
    </md:EntityDescriptor>
    "#);
}
