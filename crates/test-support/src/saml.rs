//! A SAML identity provider for tests. It writes XML that is canonical already, so that it needs no canonicaliser to sign.

use std::io::Read as _;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::DeflateDecoder;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use sha2::{Digest as _, Sha256};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const EMAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";

/// A key and its certificate.
pub struct SamlKey {
    pair: KeyPair,
    der: Vec<u8>,
}

impl SamlKey {
    /// A new one, whose certificate ends then.
    pub fn new(not_after: OffsetDateTime) -> Self {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let mut parameters = CertificateParams::new(["idp.example".to_owned()]).expect("a name");
        parameters.not_before = OffsetDateTime::UNIX_EPOCH;
        parameters.not_after = not_after;
        let der = parameters
            .self_signed(&pair)
            .expect("a certificate")
            .der()
            .to_vec();
        Self { pair, der }
    }

    /// The text of `<ds:X509Certificate>`.
    pub fn bare(&self) -> String {
        BASE64_STANDARD.encode(&self.der)
    }

    /// SHA-256, as pages show it.
    pub fn fingerprint(&self) -> String {
        pki::Certificate::from_der(&self.der)
            .expect("a certificate")
            .fingerprint()
            .to_string()
    }

    fn sign(&self, message: &[u8]) -> String {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.pair.serialize_der());
        let signature = key
            .expect("a key")
            .sign(&SystemRandom::new(), message)
            .expect("a signature");
        BASE64_STANDARD.encode(signature.as_ref())
    }
}

/// An identity provider.
pub struct SamlIdp {
    pub issuer: String,
    pub endpoint: String,
    pub key: SamlKey,
}

/// What a browser brings to the provider.
#[derive(Clone, Debug)]
pub struct SamlAsked {
    pub id: String,
    pub relay_state: String,
    pub acs: String,
    /// Who asks.
    pub entity_id: String,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub struct SamlPerson {
    /// The persistent name ID.
    pub name: String,
    pub email: String,
    /// Of the assertion.
    pub assertion: String,
}

impl SamlPerson {
    pub fn new(name: &str, email: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            assertion: format!("_of-{name}"),
        }
    }
}

impl SamlIdp {
    /// The provider of that host.
    pub fn new(host: &str, not_after: OffsetDateTime) -> Self {
        Self {
            issuer: format!("https://{host}/metadata"),
            endpoint: format!("https://{host}/sso"),
            key: SamlKey::new(not_after),
        }
    }

    pub fn metadata(&self) -> String {
        let (issuer, endpoint, certificate) = (&self.issuer, &self.endpoint, self.key.bare());
        format!(
            r#"<md:EntityDescriptor xmlns:md="{METADATA}" xmlns:ds="{DSIG}" entityID="{issuer}"><md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{endpoint}"/></md:IDPSSODescriptor></md:EntityDescriptor>"#
        )
    }

    /// The answer for a person, as it stands in the form field.
    pub fn answer(&self, asked: &SamlAsked, person: &SamlPerson, now: OffsetDateTime) -> String {
        let at = |seconds| {
            (now + Duration::seconds(seconds))
                .format(&Rfc3339)
                .expect("a time")
        };
        let (moment, until) = (at(-2), at(300));
        let SamlAsked {
            id, acs, entity_id, ..
        } = asked;
        let (
            issuer,
            SamlPerson {
                name,
                email,
                assertion,
            },
        ) = (&self.issuer, person);
        let head = format!(
            r#"<saml:Assertion xmlns:saml="{ASSERTION}" ID="{assertion}" IssueInstant="{moment}" Version="2.0"><saml:Issuer>{issuer}</saml:Issuer>"#
        );
        let body = format!(
            r#"<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="{id}" NotOnOrAfter="{until}" Recipient="{acs}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{moment}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{entity_id}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{moment}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="{EMAIL}"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"#
        );
        let digest = BASE64_STANDARD.encode(Sha256::digest(format!("{head}{body}")));
        let signed = format!(
            r##"<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod><ds:Reference URI="#{assertion}"><ds:Transforms><ds:Transform Algorithm="{DSIG}enveloped-signature"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
        );
        let value = self
            .key
            .sign(format!(r#"<ds:SignedInfo xmlns:ds="{DSIG}">{signed}"#).as_bytes());
        let xml = format!(
            r#"<samlp:Response xmlns:samlp="{PROTOCOL}" Destination="{acs}" ID="_response" InResponseTo="{id}" IssueInstant="{moment}" Version="2.0"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>{head}<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo>{signed}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>{body}</samlp:Response>"#
        );
        BASE64_STANDARD.encode(xml)
    }
}

/// Reads the address that a browser is sent to.
pub fn asked(url: &str) -> SamlAsked {
    let url: url::Url = url.parse().expect("an address");
    let parameter = |name: &str| {
        let found = url.query_pairs().find(|(known, _)| known == name);
        found.expect("a parameter").1.into_owned()
    };
    let deflated = BASE64_STANDARD.decode(parameter("SAMLRequest")).expect("base64");
    let mut xml = String::new();
    DeflateDecoder::new(deflated.as_slice())
        .read_to_string(&mut xml)
        .expect("a request");
    let between = |start: &str, end: char| {
        let rest = xml.split(start).nth(1).expect("a value");
        rest.split(end).next().unwrap_or_default().to_owned()
    };
    SamlAsked {
        id: between(" ID=\"", '"'),
        relay_state: parameter("RelayState"),
        acs: between("AssertionConsumerServiceURL=\"", '"'),
        entity_id: between("<saml:Issuer>", '<'),
    }
}
