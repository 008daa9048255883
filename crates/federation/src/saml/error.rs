//! Why a SAML message is not accepted.

use super::subject::{Attribute, NameId};

/// Why a sign-in through SAML, or the set-up of one, failed. The text is for the person who set the provider up;
/// [`Self::code`] is for events and for the texts of pages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SamlError {
    /// Longer than the limit.
    #[error("the identity provider's message is too large")]
    TooLarge,
    /// More elements, attributes or levels than the limit.
    #[error("the identity provider's message has too many or too deeply nested parts")]
    TooComplex,
    /// It has a document type, and with it could have entities.
    #[error("the identity provider's message declares a document type, which SAML does not use")]
    Doctype,
    /// Not base64, not UTF-8, or not well-formed XML.
    #[error("the identity provider's message could not be read")]
    Unreadable,
    /// Well-formed, but no SAML 2.0 response.
    #[error("what came is no SAML 2.0 response")]
    NotAResponse,
    /// The provider refused.
    #[error("the identity provider answered \"{status}\": {message}")]
    ProviderSaid {
        /// The inner status where there is one, without the words that all have in common.
        status: String,
        /// Its sentence, possibly empty.
        message: String,
    },
    /// There is no assertion in the response.
    #[error("the identity provider's response has no assertion")]
    NoAssertion,
    /// There is more than one assertion, or one inside another.
    #[error("the identity provider's response has more than one assertion")]
    SeveralAssertions,
    /// Something is encrypted, and we have published no key for it.
    #[error(
        "the assertion is encrypted; switch encryption off for this application at the identity provider"
    )]
    Encrypted,
    /// Two elements have one id.
    #[error("the identity provider's response uses an ID twice")]
    DuplicateId,
    /// There is no signature at all.
    #[error("the identity provider's response is not signed")]
    NotSigned,
    /// The response is signed and its assertion is not.
    #[error(
        "the response is signed, but not its assertion; switch on \"sign assertions\" at the identity provider"
    )]
    AssertionNotSigned,
    /// A signature where none belongs, or one that does not cover exactly what it stands in.
    #[error("the signature does not cover the assertion in the way that is accepted")]
    BadSignatureForm,
    /// Signed in a way that is not accepted: RSA or ECDSA with SHA-256 or longer are.
    #[error("the assertion is signed with an algorithm that is not accepted; use RSA or ECDSA with SHA-256")]
    BadAlgorithm,
    /// The signature is not of a certificate of the provider, or what it covers was changed.
    #[error("the signature is not of this identity provider's certificate")]
    BadSignature,
    /// The message is of another provider.
    #[error("the response is of another issuer than the Issuer URI of this identity provider")]
    WrongIssuer,
    /// The assertion is for another application.
    #[error("the assertion is for another application; compare the audience with our Entity ID")]
    WrongAudience,
    /// The response was sent to another address.
    #[error("the response is addressed elsewhere; compare the destination with our ACS URL")]
    WrongDestination,
    /// The assertion was made for another address.
    #[error("the assertion is made for another recipient; compare it with our ACS URL")]
    WrongRecipient,
    /// The response answers no request, or not the one of this browser.
    #[error("the response belongs to another sign-in, or to none; begin at our sign-in page")]
    WrongRequest,
    /// Nothing says that whoever brings the assertion is its subject.
    #[error("the assertion lacks the confirmation that a sign-in by browser needs")]
    NotConfirmed,
    /// The assertion says nothing of a sign-in.
    #[error("the assertion does not say that somebody signed in")]
    NoSignIn,
    /// Something is over.
    #[error("the assertion has expired; compare the clocks")]
    Expired,
    /// Something has not begun.
    #[error("the assertion is not valid yet; compare the clocks")]
    NotYetValid,
    /// A time that must be there is missing, or one cannot be read.
    #[error("the assertion lacks a time, or has one that could not be read")]
    BadTime,
    /// A condition that nobody here understands, and that must be understood (SAML core 2.0, 2.5.1.1).
    #[error("the assertion sets a condition that is not known here")]
    UnknownCondition,
    /// The assertion names nobody, or with something that is no text.
    #[error("the assertion lacks a usable name ID")]
    NoSubject,
    /// The name is a new one at every sign-in.
    #[error(
        "the identity provider sends a name ID that changes with every sign-in; set its format to persistent or e-mail address"
    )]
    TransientName,
    /// There is no usable e-mail address.
    #[error("the identity provider sent neither an e-mail attribute nor a name ID in e-mail format")]
    NoEmail {
        /// The name that did come, for the test sign-in.
        name_id: NameId,
        /// The attributes that did come, for the test sign-in.
        attributes: Vec<Attribute>,
    },
    /// The text is no certificate, or several.
    #[error("this is not one certificate in PEM, DER or base64 form")]
    BadCertificate,
    /// The key of a certificate is too short, or of a kind that no accepted signature is made with.
    #[error(
        "the certificate's key is not accepted; use RSA with 2048 bits or more, or ECDSA on P-256, P-384 or P-521"
    )]
    WeakKey,
    /// A provider without a certificate cannot be verified (SEC-04).
    #[error("there is no signing certificate")]
    NoCertificate,
    /// More certificates than a roll-over needs.
    #[error("there are more than two signing certificates")]
    TooManyCertificates,
    /// The text is no SAML metadata.
    #[error("this is no SAML 2.0 metadata")]
    NotMetadata,
    /// The metadata describe no identity provider.
    #[error("the metadata describe no SAML 2.0 identity provider")]
    NoProvider,
    /// The metadata describe several identity providers.
    #[error("the metadata describe more than one identity provider; use the metadata of yours alone")]
    SeveralProviders,
    /// The metadata name no endpoint that we could send a browser to.
    #[error("the metadata name no single sign-on endpoint with HTTP-Redirect binding")]
    NoEndpoint,
    /// An address is no web address, or is plain http.
    #[error("the identity provider's {0} is no https address")]
    BadEndpoint(&'static str),
    /// The metadata ended.
    #[error("the metadata have expired; get them anew from the identity provider")]
    MetadataExpired,
    /// The metadata's own signature is broken.
    #[error("the metadata's own signature is broken; get them anew from the identity provider")]
    MetadataSignature,
}

/// Longest status and longest sentence of a provider that is kept, in characters.
const WORD: usize = 64;
const SENTENCE: usize = 500;

impl SamlError {
    /// What a provider reported, shortened and freed of control characters, since it ends in logs and on pages.
    pub fn provider_said(status: &str, message: &str) -> Self {
        let clean = |text: &str, most| -> String {
            text.trim()
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .take(most)
                .collect()
        };
        let status = status.rsplit(':').next().unwrap_or_default();
        let (status, message) = (clean(status, WORD), clean(message, SENTENCE));
        Self::ProviderSaid { status, message }
    }

    /// A short word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooComplex => "too_complex",
            Self::Doctype => "doctype",
            Self::Unreadable => "unreadable",
            Self::NotAResponse => "not_a_response",
            Self::ProviderSaid { .. } => "provider_said",
            Self::NoAssertion => "no_assertion",
            Self::SeveralAssertions => "several_assertions",
            Self::Encrypted => "encrypted",
            Self::DuplicateId => "duplicate_id",
            Self::NotSigned => "not_signed",
            Self::AssertionNotSigned => "assertion_not_signed",
            Self::BadSignatureForm => "bad_signature_form",
            Self::BadAlgorithm => "bad_algorithm",
            Self::BadSignature => "bad_signature",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::WrongDestination => "wrong_destination",
            Self::WrongRecipient => "wrong_recipient",
            Self::WrongRequest => "wrong_request",
            Self::NotConfirmed => "not_confirmed",
            Self::NoSignIn => "no_sign_in",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::BadTime => "bad_time",
            Self::UnknownCondition => "unknown_condition",
            Self::NoSubject => "no_subject",
            Self::TransientName => "transient_name",
            Self::NoEmail { .. } => "no_email",
            Self::BadCertificate => "bad_certificate",
            Self::WeakKey => "weak_key",
            Self::NoCertificate => "no_certificate",
            Self::TooManyCertificates => "too_many_certificates",
            Self::NotMetadata => "not_metadata",
            Self::NoProvider => "no_provider",
            Self::SeveralProviders => "several_providers",
            Self::NoEndpoint => "no_endpoint",
            Self::BadEndpoint(_) => "bad_endpoint",
            Self::MetadataExpired => "metadata_expired",
            Self::MetadataSignature => "metadata_signature",
        }
    }
}
