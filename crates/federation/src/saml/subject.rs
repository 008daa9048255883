//! Who signed in, as a verified assertion says.

use domain::EmailAddress;
use time::OffsetDateTime;

use crate::id_token::CLOCK_LEEWAY;

/// The attribute that the e-mail address is read from, before a name ID in e-mail format.
pub const EMAIL_ATTRIBUTE: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";

/// Formats of a name ID (SAML core 2.0, section 8.3).
pub mod name_format {
    /// An e-mail address.
    pub const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// An opaque name that stays.
    pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// An opaque name for this one session.
    pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    /// Whatever the provider likes; the same as none.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
}

/// The name of a person within a provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameId {
    /// The whole text.
    pub value: String,
    /// One of [`name_format`] or another URI; [`name_format::UNSPECIFIED`] where none is given.
    pub format: String,
}

/// An attribute of a person: for a test sign-in to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its values that are text.
    pub values: Vec<String>,
}

/// Who signed in. Everything here stood in the signed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The person, within the provider; not of the transient format.
    pub name_id: NameId,
    /// The person's address by the rule of [`EMAIL_ATTRIBUTE`]: routes and displays, never identifies (rule D4).
    pub email: EmailAddress,
    /// The assertion's own id, to be taken once.
    pub assertion_id: String,
    /// The first moment at which the assertion means nothing any more, without leeway.
    pub not_on_or_after: OffsetDateTime,
    /// All attributes, in their order.
    pub attributes: Vec<Attribute>,
}

impl Subject {
    /// What the person is known by within the provider. The format is part of it: the same letters may be a persistent name
    /// of one and a self-chosen name of another.
    pub fn key(&self) -> String {
        format!("{} {}", self.name_id.format, self.name_id.value)
    }

    /// How long [`Self::assertion_id`] has to be remembered: as long as the assertion would be accepted.
    pub fn replay_until(&self) -> OffsetDateTime {
        self.not_on_or_after.saturating_add(CLOCK_LEEWAY)
    }
}
