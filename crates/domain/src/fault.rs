//! What a person may be told when something does not work. Everything else stays in the log.

use serde::{Deserialize, Serialize};

use crate::case_file::FileProblem;
use crate::chain::ChainProblem;

/// The answer to a request that was not carried out. Holds no internal text; the words are chosen by the page, in the
/// reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no session, or it has ended: sign in first.
    SignIn,
    /// Signed in, but no role of this person allows it.
    Forbidden,
    /// It does not exist, or this person may not know that it does.
    NotFound,
    /// Something typed cannot be accepted; each field says why.
    Invalid(Invalid),
    /// The input is fine, but the present state of things forbids it.
    Conflict { conflict: Conflict },
    /// Too many tries; the next one is accepted after this many seconds.
    TooMany { retry_after: u32 },
    /// Something that we depend on does not answer at the moment.
    Unavailable,
    /// Our own failure. The incident number is in our log, beside the cause.
    Internal { incident: String },
}

/// Why the present state of things forbids an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// Somebody else saved the same record meanwhile.
    Stale,
    /// IGEL OS Onboarding is active for this account already.
    AlreadyActive,
    /// IGEL OS Onboarding has to be activated first.
    NotActive,
    /// The link for a new password was used, has ended, or a newer one has taken its place.
    ResetLinkOver,
    /// The link that confirms a registration was used, has ended, or a newer one has taken its place.
    RegistrationLinkOver,
    /// Another operator has decided about the registration meanwhile.
    RegistrationDecided,
    /// The password is not a one-time one (any more).
    NoOneTimePassword,
    /// The device is not connected, so the command would not reach it.
    DeviceOffline,
    /// Nobody changes their own roles or state.
    OwnUser,
    /// The account would be without a Super Admin.
    LastSuperAdmin,
    /// The invitation was answered or taken back meanwhile, or has expired.
    InvitationOver,
    /// Somebody with another address is signed in.
    SignedInAsAnother,
    /// The sign-in waited too long for its code, or had too many wrong ones.
    SignInOver,
    /// There is a second factor already.
    SecondFactorOn,
    /// There is no second factor, or its set-up was not begun or has ended.
    SecondFactorOff,
    /// The account asks for a second factor of this user's roles.
    SecondFactorRequired,
    /// The address belongs to a user already.
    AddressInUse,
    /// A provider is activated after a test sign-in that passed.
    NotTested,
    /// Another active provider of the account has one of these domains.
    DomainFederated,
    /// People sign in at the provider: it has to be deactivated first.
    ProviderActive,
    /// The way to the record's UMS is being checked already.
    CheckRunning,
    /// Something still maps the domain.
    DomainMapped,
    /// The configuration says whose domain it is: there is nothing to prove.
    DomainTrusted,
    /// The case is closed already.
    CaseClosed,
    /// The form was sent before, and what it asks for was done.
    SentAlready,
    /// The form was sent before with another content.
    SentDifferently,
}

/// The fields that cannot be accepted, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    pub fields: Vec<FieldFault>,
}

/// One field and the reason why its content cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field's name in the draft; a line of a list is `field.N`, N from 1.
    pub field: String,
    pub reason: Reason,
}

/// Why the content of one field cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing was entered.
    Required,
    /// Longer than this many characters.
    TooLong { max: u32 },
    /// More than this many entries.
    TooMany { max: u32 },
    /// A control character, which cannot be typed on purpose.
    ControlCharacter,
    /// Not of the form name@domain.
    NotAnEmail,
    /// Not a domain such as contoso.example.
    NotADomain,
    /// A scheme such as https:// stands in front; only the name is wanted.
    HostnameHasScheme,
    /// A path, query or port follows the name; only the name is wanted.
    HostnameHasPath,
    /// Neither a fully qualified domain name nor an IP address.
    NotAHostname,
    /// Not a whole number from 1 to 65535.
    NotAPort,
    /// Not an absolute https:// address.
    NotAUrl,
    /// The address is not https, and plain HTTP is not allowed there.
    UrlNotHttps,
    /// The address has a user name or password in it.
    UrlHasCredentials,
    /// An endpoint for many tenants (common, organizations, consumers): its tokens do not name one company.
    MultiTenantEndpoint,
    /// The issuer's discovery document could not be used; the text names what was wrong, in English.
    Discovery { problem: String },
    /// Everybody under this name is somebody else's customer: co.uk, com, ….
    PublicSuffix,
    /// A domain of a free mail service cannot belong to one company.
    FreeMailDomain,
    /// A mailbox of several people or of nobody in particular: info@, support@.
    GenericMailbox,
    /// A service of addresses that are thrown away.
    DisposableDomain,
    /// Not a telephone number.
    NotAPhoneNumber,
    /// A box that has to be ticked.
    NotAccepted,
    /// The configuration names the account by this name.
    NameInConfiguration,
    /// The same password as the one that it shall replace.
    SamePassword,
    /// The account has not proved this domain.
    DomainNotProved,
    /// This account uses the value already.
    Taken,
    /// The same value stands on an earlier line.
    Repeated,
    /// At least one user or one domain is needed, else the record routes nobody.
    NobodyMapped,
    /// The certificate file cannot be accepted.
    Chain(ChainProblem),
    /// A file of a case is not taken; the text is its name.
    File { name: String, problem: FileProblem },
    /// The files of this account would need more than this many MiB together.
    FilesFull { max: u32 },
    /// The file has to hold exactly one certificate.
    NotOneCertificate,
    /// E-mail or password is wrong; which of the two is not said.
    WrongCredentials,
    /// Not the present password.
    WrongPassword,
    /// Neither six digits of an authenticator app nor a recovery code.
    NotACode,
    /// A code, but not the present one, or one that was used.
    WrongCode,
    /// Shorter than this many characters.
    TooShort { min: u32 },
    /// Among the passwords that are tried first.
    CommonPassword,
    /// Not a Unit ID (6 to 64 letters, digits, `-`).
    NotAUnitId,
    /// Not a MAC address.
    NotAMacAddress,
    /// Not one of the choices.
    NotAChoice,
    /// The same client secret as before.
    SameSecret,
    /// Not a day of the calendar, such as 2027-02-28.
    NotADate,
    /// A day that is over.
    DayIsOver,
    /// The address belongs to a user of this account.
    AlreadyUser,
    /// The address has an open invitation of this account.
    AlreadyInvited,
    /// Only a Super Admin may grant or remove this role.
    OnlySuperAdmin,
    /// Some lines name no role, and none was chosen for them.
    NoRole,
    /// The user has this role already.
    RoleHeld,
    /// The user does not have this role.
    RoleNotHeld,
    /// Something of another system cannot be used; the text says what, in the reader's language.
    Said { text: String },
    /// It is the user's only role: removing it deactivates the user, and whoever does it has to be told before.
    LastRole,
}

impl Fault {
    /// A fault of one field.
    pub fn field(field: &str, reason: Reason) -> Self {
        Self::Invalid(Invalid::one(field, reason))
    }
}

impl From<Conflict> for Fault {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict { conflict }
    }
}

impl From<Invalid> for Fault {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl Invalid {
    /// A fault of one field.
    pub fn one(field: &str, reason: Reason) -> Self {
        Self {
            fields: vec![FieldFault {
                field: field.to_owned(),
                reason,
            }],
        }
    }

    /// The reason for `field`, if it has one.
    pub fn reason(&self, field: &str) -> Option<&Reason> {
        self.fields
            .iter()
            .find(|fault| fault.field == field)
            .map(|fault| &fault.reason)
    }
}
