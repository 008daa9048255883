//! The identity provider of the tests. It writes XML that is canonical already, so that it needs no canonicaliser to sign:
//! what is signed here was not made by the code under test.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use federation::saml::{
    EMAIL_ATTRIBUTE, Expected, IdentityProvider, SamlError, SamlVerifier, ServiceProvider,
    SigningCertificates, Subject,
};
use pki::Certificate;
use rcgen::{CertificateParams, KeyPair, RsaKeySize};
use saml::Saml;
use sha2::{Digest, Sha256, Sha384, Sha512};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

pub const IDP: &str = "https://idp.contoso.example/metadata";
pub const OURS: &str = "https://portal.example/saml/metadata";
pub const ACS: &str = "https://portal.example/saml/acs";
pub const REQUEST: &str = "_request";

pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const MORE: &str = "http://www.w3.org/2001/04/xmldsig-more#";
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// The moment of all tests.
pub fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

/// So many seconds from now, as SAML writes it.
pub fn at(seconds: i64) -> String {
    (now() + Duration::seconds(seconds)).format(&Rfc3339).unwrap()
}

/// A key with its certificate, and how it signs.
pub struct Key {
    pub pair: KeyPair,
    pub certificate: Certificate,
}

impl Key {
    fn new(pair: KeyPair) -> Self {
        let parameters = CertificateParams::new(["idp.contoso.example".to_owned()]).unwrap();
        let certificate = Certificate::from_der(parameters.self_signed(&pair).unwrap().der()).unwrap();
        Self { pair, certificate }
    }

    pub fn ec(algorithm: &'static rcgen::SignatureAlgorithm) -> Self {
        Self::new(KeyPair::generate_for(algorithm).unwrap())
    }

    /// The certificate as it stands in `KeyInfo`.
    pub fn key_info(&self) -> String {
        let certificate = BASE64_STANDARD.encode(self.certificate.der());
        format!(
            "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        )
    }

    pub fn ecdsa(&self, algorithm: &'static EcdsaSigningAlgorithm, message: &[u8]) -> Vec<u8> {
        let key = EcdsaKeyPair::from_pkcs8(algorithm, &self.pair.serialize_der()).unwrap();
        key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    pub fn rsa(&self, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let key = RsaKeyPair::from_pkcs8(&self.pair.serialize_der()).unwrap();
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(encoding, &SystemRandom::new(), message, &mut signature)
            .unwrap();
        signature
    }
}

pub static EC: LazyLock<Key> = LazyLock::new(|| Key::ec(&rcgen::PKCS_ECDSA_P256_SHA256));
pub static EVIL: LazyLock<Key> = LazyLock::new(|| Key::ec(&rcgen::PKCS_ECDSA_P256_SHA256));
pub static RSA: LazyLock<Key> = LazyLock::new(|| {
    Key::new(KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap())
});

/// How an element is signed; every part can be replaced.
#[derive(Clone)]
pub struct Signing {
    pub canonicalization: String,
    pub method: String,
    pub transforms: String,
    pub digest_method: String,
    pub uri: Option<String>,
    pub key_info: String,
    pub sign: fn(&[u8]) -> Vec<u8>,
    /// Replaces the text of `SignatureValue`.
    pub value: Option<String>,
    /// Stands behind `KeyInfo`.
    pub object: String,
}

pub fn transform(algorithm: &str) -> String {
    format!(r#"<ds:Transform Algorithm="{algorithm}"></ds:Transform>"#)
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            canonicalization: format!(
                r#"<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>"#
            ),
            method: format!("{MORE}ecdsa-sha256"),
            transforms: transform(ENVELOPED) + &transform(EXCLUSIVE),
            digest_method: SHA256.to_owned(),
            uri: None,
            key_info: EC.key_info(),
            sign: |message| EC.ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, message),
            value: None,
            object: String::new(),
        }
    }
}

impl Signing {
    pub fn with(method: &str, sign: fn(&[u8]) -> Vec<u8>) -> Self {
        Self {
            method: method.to_owned(),
            sign,
            ..Self::default()
        }
    }

    /// The `SignedInfo` over an element in its canonical form, without the namespace declaration that it inherits.
    fn signed_info(&self, id: &str, canonical: &str) -> String {
        let digest = match &*self.digest_method {
            "http://www.w3.org/2000/09/xmldsig#sha1" => {
                aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, canonical.as_bytes())
                    .as_ref()
                    .to_vec()
            }
            method if method.ends_with("sha384") => Sha384::digest(canonical).to_vec(),
            method if method.ends_with("sha512") => Sha512::digest(canonical).to_vec(),
            _ => Sha256::digest(canonical).to_vec(),
        };
        let (uri, digest) = (
            self.uri.clone().unwrap_or_else(|| format!("#{id}")),
            BASE64_STANDARD.encode(digest),
        );
        format!(
            r#"<ds:SignedInfo>{}<ds:SignatureMethod Algorithm="{}"></ds:SignatureMethod><ds:Reference URI="{uri}"><ds:Transforms>{}</ds:Transforms><ds:DigestMethod Algorithm="{}"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"#,
            self.canonicalization, self.method, self.transforms, self.digest_method
        )
    }

    /// The whole signature.
    pub fn signature(&self, id: &str, canonical: &str) -> String {
        let signed_info = self.signed_info(id, canonical);
        let declared = signed_info.replacen(
            "<ds:SignedInfo>",
            &format!(r#"<ds:SignedInfo xmlns:ds="{DSIG}">"#),
            1,
        );
        let value = (self.sign)(declared.as_bytes());
        let value = self
            .value
            .clone()
            .unwrap_or_else(|| BASE64_STANDARD.encode(value));
        format!(
            r#"<ds:Signature xmlns:ds="{DSIG}">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue>{}{}</ds:Signature>"#,
            self.key_info, self.object
        )
    }
}

/// A response before it is written: everything in it can be replaced, and it is signed as it then stands.
#[derive(Clone)]
pub struct Draft {
    pub version: &'static str,
    pub destination: Option<String>,
    pub answers: Option<String>,
    pub response_issued: Option<String>,
    pub response_issuer: Option<String>,
    pub status: String,
    pub assertion_id: String,
    pub assertion_version: &'static str,
    pub issued: Option<String>,
    pub issuer: String,
    pub name_id: String,
    pub method: &'static str,
    pub confirmed_from: Option<String>,
    pub confirmed_until: Option<String>,
    pub recipient: Option<String>,
    pub confirms: Option<String>,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub conditions: String,
    pub signed_in: String,
    pub attributes: String,
    pub signing: Signing,
}

pub fn audience(entity_id: &str) -> String {
    format!("<saml:AudienceRestriction><saml:Audience>{entity_id}</saml:Audience></saml:AudienceRestriction>")
}

pub fn name_id(format: &str, value: &str) -> String {
    format!(r#"<saml:NameID Format="{format}">{value}</saml:NameID>"#)
}

pub fn attribute(name: &str, values: &[&str]) -> String {
    let values: Vec<_> = values
        .iter()
        .map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>"))
        .collect();
    format!(
        r#"<saml:Attribute Name="{name}">{}</saml:Attribute>"#,
        values.concat()
    )
}

pub fn status(code: &str) -> String {
    format!(r#"<samlp:StatusCode Value="{code}"></samlp:StatusCode>"#)
}

pub fn signed_in(instant: i64, session_until: Option<i64>) -> String {
    let until = session_until.map(|until| format!(r#" SessionNotOnOrAfter="{}""#, at(until)));
    format!(
        r#"<saml:AuthnStatement AuthnInstant="{}"{}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"#,
        at(instant),
        until.unwrap_or_default()
    )
}

impl Default for Draft {
    fn default() -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self {
            version: "2.0",
            destination: text(ACS),
            answers: text(REQUEST),
            response_issued: Some(at(-2)),
            response_issuer: text(IDP),
            status: status(SUCCESS),
            assertion_id: "_assertion".to_owned(),
            assertion_version: "2.0",
            issued: Some(at(-2)),
            issuer: IDP.to_owned(),
            name_id: name_id(PERSISTENT, "user-7"),
            method: BEARER,
            confirmed_from: None,
            confirmed_until: Some(at(300)),
            recipient: text(ACS),
            confirms: text(REQUEST),
            valid_from: Some(at(-300)),
            valid_until: Some(at(600)),
            conditions: audience(OURS),
            signed_in: signed_in(-5, None),
            attributes: attribute(EMAIL_ATTRIBUTE, &["ada@contoso.example"])
                + &attribute("groups", &["staff", "admins"]),
            signing: Signing::default(),
        }
    }
}

/// Attributes in canonical order, those that are there.
fn attributes(all: &[(&str, Option<&str>)]) -> String {
    let mut all: Vec<_> = all
        .iter()
        .filter_map(|(name, value)| Some((name, (*value)?)))
        .collect();
    all.sort();
    let written: Vec<_> = all
        .iter()
        .map(|(name, value)| format!(r#" {name}="{value}""#))
        .collect();
    written.concat()
}

impl Draft {
    pub fn changed(change: impl FnOnce(&mut Self)) -> Self {
        let mut draft = Self::default();
        change(&mut draft);
        draft
    }

    /// The assertion before and behind the place of its signature, canonical when put together.
    pub fn halves(&self) -> [String; 2] {
        let head = attributes(&[
            ("ID", Some(&self.assertion_id)),
            ("IssueInstant", self.issued.as_deref()),
            ("Version", Some(self.assertion_version)),
        ]);
        let data = attributes(&[
            ("InResponseTo", self.confirms.as_deref()),
            ("NotBefore", self.confirmed_from.as_deref()),
            ("NotOnOrAfter", self.confirmed_until.as_deref()),
            ("Recipient", self.recipient.as_deref()),
        ]);
        let conditions = attributes(&[
            ("NotBefore", self.valid_from.as_deref()),
            ("NotOnOrAfter", self.valid_until.as_deref()),
        ]);
        [
            format!(
                r#"<saml:Assertion xmlns:saml="{ASSERTION}"{head}><saml:Issuer>{}</saml:Issuer>"#,
                self.issuer
            ),
            format!(
                r#"<saml:Subject>{}<saml:SubjectConfirmation Method="{}"><saml:SubjectConfirmationData{data}></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions{conditions}>{}</saml:Conditions>{}<saml:AttributeStatement>{}</saml:AttributeStatement></saml:Assertion>"#,
                self.name_id, self.method, self.conditions, self.signed_in, self.attributes
            ),
        ]
    }

    pub fn unsigned(&self) -> String {
        self.halves().concat()
    }

    pub fn signature(&self) -> String {
        self.signing.signature(&self.assertion_id, &self.unsigned())
    }

    /// The assertion with a signature in its place.
    pub fn assertion(&self, signature: &str) -> String {
        self.halves().join(signature)
    }

    /// The response before and behind the place of its signature, around what it holds.
    pub fn response_halves(&self, id: &str, content: &str) -> [String; 2] {
        let head = attributes(&[
            ("Destination", self.destination.as_deref()),
            ("ID", Some(id)),
            ("InResponseTo", self.answers.as_deref()),
            ("IssueInstant", self.response_issued.as_deref()),
            ("Version", Some(self.version)),
        ]);
        let issuer = self.response_issuer.as_ref();
        let issuer =
            issuer.map(|issuer| format!(r#"<saml:Issuer xmlns:saml="{ASSERTION}">{issuer}</saml:Issuer>"#));
        [
            format!(
                r#"<samlp:Response xmlns:samlp="{PROTOCOL}"{head}>{}"#,
                issuer.unwrap_or_default()
            ),
            format!(
                "<samlp:Status>{}</samlp:Status>{content}</samlp:Response>",
                self.status
            ),
        ]
    }

    /// An unsigned response around some content.
    pub fn around(&self, content: &str) -> String {
        self.response_halves("_response", content).concat()
    }

    /// The response as it is sent, before base64.
    pub fn xml(&self) -> String {
        self.around(&self.assertion(&self.signature()))
    }

    /// The signature of the response around some content.
    pub fn response_signature(&self, content: &str) -> String {
        let halves = self.response_halves("_response", content);
        self.signing.signature("_response", &halves.concat())
    }

    /// The response with both signatures.
    pub fn both_signed(&self) -> String {
        let assertion = self.assertion(&self.signature());
        self.response_halves("_response", &assertion)
            .join(&self.response_signature(&assertion))
    }

    pub fn subject(&self) -> Result<Subject, SamlError> {
        read(&self.xml())
    }
}

pub fn provider() -> IdentityProvider {
    IdentityProvider {
        entity_id: IDP.to_owned(),
        endpoint: "https://idp.contoso.example/sso?tenant=7".to_owned(),
        certificates: SigningCertificates::new([EC.certificate.clone(), RSA.certificate.clone()]).unwrap(),
    }
}

pub fn ours() -> ServiceProvider {
    ServiceProvider {
        entity_id: OURS.to_owned(),
        acs_url: ACS.to_owned(),
    }
}

pub fn read(xml: &str) -> Result<Subject, SamlError> {
    read_field(&BASE64_STANDARD.encode(xml))
}

pub fn read_field(field: &str) -> Result<Subject, SamlError> {
    let expected = Expected {
        request_id: REQUEST,
        now: now(),
    };
    Saml::default().response(&provider(), &ours(), expected, field)
}

/// What becomes of a response: a code, or that it is accepted.
pub fn code(xml: &str) -> &'static str {
    read(xml).map_or_else(|error| error.code(), |_| "accepted")
}

/// A mutation: its name, the response, and the code of its refusal.
pub type Case = (String, String, &'static str);

/// Everything is refused, for the reason named.
pub fn refused(cases: &[Case]) {
    assert_eq!(code(&Draft::default().xml()), "accepted", "the twin of all");
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|(name, xml, expected)| {
            let found = code(xml);
            (found != *expected).then(|| format!("{name}: {found}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The accepted signature methods, each with a key of the record.
pub fn methods() -> Vec<(Signing, Certificate)> {
    static P384: LazyLock<Key> = LazyLock::new(|| Key::ec(&rcgen::PKCS_ECDSA_P384_SHA384));
    static P521: LazyLock<Key> = LazyLock::new(|| Key::ec(&rcgen::PKCS_ECDSA_P521_SHA512));
    let newer = "http://www.w3.org/2007/05/xmldsig-more#";
    let sha = |bits: u16, signing: Signing| Signing {
        digest_method: match bits {
            384 => format!("{MORE}sha384"),
            bits => format!("http://www.w3.org/2001/04/xmlenc#sha{bits}"),
        },
        ..signing
    };
    let made = [
        (
            sha(
                256,
                Signing::with(&format!("{MORE}rsa-sha256"), |m| RSA.rsa(&RSA_PKCS1_SHA256, m)),
            ),
            &RSA,
        ),
        (
            sha(
                512,
                Signing::with(&format!("{MORE}rsa-sha512"), |m| RSA.rsa(&RSA_PKCS1_SHA512, m)),
            ),
            &RSA,
        ),
        (
            sha(
                256,
                Signing::with(&format!("{newer}sha256-rsa-MGF1"), |m| {
                    RSA.rsa(&RSA_PSS_SHA256, m)
                }),
            ),
            &RSA,
        ),
        (sha(256, Signing::default()), &EC),
        (
            sha(
                384,
                Signing::with(&format!("{MORE}ecdsa-sha384"), |m| {
                    P384.ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, m)
                }),
            ),
            &P384,
        ),
        (
            sha(
                512,
                Signing::with(&format!("{MORE}ecdsa-sha512"), |m| {
                    P521.ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING, m)
                }),
            ),
            &P521,
        ),
    ];
    made.into_iter()
        .map(|(signing, key)| (signing, key.certificate.clone()))
        .collect()
}
