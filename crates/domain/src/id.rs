//! Ids with a type of their own, so that a device's id cannot be passed where a user's is wanted. All are UUIDv7: they sort by
//! the time they were made.

use uuid::Uuid;

/// An id of ours over a UUID. Implemented by the types below and by nothing else.
pub trait Id: Copy + Eq + std::hash::Hash + Send + Sync + From<Uuid> + Into<Uuid> + 'static {
    /// The kind of thing it names, as written in audit events: `device`, `os_idp`, …
    const KIND: &'static str;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident => $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            const KIND: &'static str = $kind;
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A company in the Customer Portal: the tenant.
    AccountId => "account";
    /// A user of the Customer Portal.
    UserId => "user";
    /// A company's request for an account.
    RegistrationId => "registration";
    /// Somebody who runs the Customer Portal.
    OperatorId => "operator";
    /// An invitation to become a user of an account.
    InvitationId => "invitation";
    /// An IGEL OS identity provider (OIDC) registered by an account.
    OsIdpId => "os_idp";
    /// A SAML identity provider for the portal's own sign-in ("Bring your IdP").
    SamlIdpId => "saml_idp";
    /// An IGEL OS Onboarding (routing) record.
    RoutingId => "routing";
    /// A user that a routing record maps.
    MappedUserId => "mapped_user";
    /// A domain that an account has mapped or added.
    DomainId => "domain";
    /// A UMS instance registered in the Customer Portal.
    UmsInstanceId => "ums_instance";
    /// One run of a device through the Onboarding Service.
    OnboardingId => "onboarding";
    /// An administrator of a UMS.
    AdministratorId => "administrator";
    /// A support case.
    CaseId => "case";
    /// An entry of the conversation of a case.
    CaseEntryId => "case_entry";
    /// A file that belongs to a case.
    CaseFileId => "case_file";
    /// A device managed by a UMS.
    DeviceId => "device";
    /// A certificate that a UMS issued or holds.
    CertificateId => "certificate";
    /// A first-authentication key of a UMS.
    FirstAuthKeyId => "first_auth_key";
    /// A command for a device.
    CommandId => "command";
    /// A job in the queue of a side.
    JobId => "job";
    /// An entry of the audit trail.
    EventId => "event";
}
