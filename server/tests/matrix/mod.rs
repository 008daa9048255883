//! The authorisation matrix: every endpoint with who may call it, and every kind of caller. What is expected is computed from
//! the customer's table in `domain`; what was observed is compared with it, and written into `matrix.txt` for people to read.

pub mod actors;
pub mod golden;
pub mod rows;

use domain::permission::{ALL, Needs};

pub use actors::{Actor, Kind};
pub use golden::Table;

/// An endpoint.
#[derive(Clone, Copy)]
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    pub who: Who,
    pub sample: Sample,
    /// The status of its success.
    pub done: u16,
}

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// Whoever is signed in and holds the permission of this key.
    Holder(&'static str),
    /// A device, by its certificate.
    Device,
    /// Whoever has the link of an invitation, unless somebody is signed in in that browser: then the answer is 409.
    Invited,
    /// Whoever has signed in with a one-time password. Everybody else who is signed in is told that there is none: 409.
    Newcomer,
    /// Whoever shows a proof within the request; without one the answer is this status.
    Proof(u16),
}

/// A valid request. `{n}` becomes a number not used before, `{id}` the id of the object, `{chain}` and `{ums_id}` a
/// certificate file of nobody else.
#[derive(Clone, Copy)]
pub enum Sample {
    Nothing,
    Form(&'static [(&'static str, &'static str)]),
    /// A form about one object of the tenant or of the UMS: `id`.
    About(Object),
    /// A form about one object, whose id is `{id}`.
    FormAbout(Object, &'static [(&'static str, &'static str)]),
    /// A form with the token of a new invitation: `{token}`.
    Link(&'static [(&'static str, &'static str)]),
    Multipart(&'static [(&'static str, &'static str)]),
    /// A form with files about one object, whose id is `{id}`.
    MultipartAbout(Object, &'static [(&'static str, &'static str)]),
    /// Not a form: made beside the table, where the proof is.
    Own,
}

/// What an endpoint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    Routing,
    /// A routing record of its own, in its second version: with a further address, a mapped user and an import.
    FreshRouting,
    Device,
    /// A user with two roles.
    User,
    /// A user who was deactivated.
    FormerUser,
    /// An open invitation.
    Invitation,
    /// A SAML provider of the portal's own sign-in: not active, tested.
    SamlIdp,
    /// An IGEL OS IdP that nothing else uses.
    OsIdp,
    /// A registration that waits for an operator.
    Registration,
    /// An account, as operators look at it.
    Account,
    /// A domain that is to be proved.
    Domain,
    /// A registered UMS.
    UmsInstance,
    /// A support case, and a file of one.
    Case,
    CaseFile,
    /// The same, as operators look at them.
    AnyCase,
    AnyCaseFile,
    /// A device's run through the Onboarding Service that has failed.
    FailedOnboarding,
}

impl Row {
    /// What this caller is answered about an object of the first company.
    pub fn expected(&self, actor: &Actor) -> u16 {
        match self.who {
            Who::Invited if actor.grants(<domain::Cloud as domain::Side>::KEY).is_some() => 409,
            Who::Anybody | Who::Invited => self.done,
            Who::Proof(without) => without,
            Who::Newcomer if matches!(actor.kind, Kind::Newcomer { .. }) => self.done,
            Who::Newcomer if actor.grants(<domain::Cloud as domain::Side>::KEY).is_some() => 409,
            Who::Device if matches!(actor.kind, Kind::Device) => self.done,
            Who::Newcomer | Who::Device => 401,
            Who::Holder(key) => {
                let (side, needs) = permission(key);
                match actor.grants(side) {
                    None => 401,
                    Some(_) if matches!(actor.kind, Kind::Newcomer { .. }) && needs != Needs::Session => 403,
                    Some(grants) if !grants.allow(needs) => 403,
                    Some(_) if self.is_about_a_tenant() && actor.is_foreign() => 404,
                    Some(_) => self.done,
                }
            }
        }
    }

    /// What it is about, if it is about one object.
    pub fn object(&self) -> Option<Object> {
        match self.sample {
            Sample::About(object) | Sample::FormAbout(object, _) | Sample::MultipartAbout(object, _) => {
                Some(object)
            }
            _ => None,
        }
    }

    /// Whether it is about something that belongs to one company of several.
    pub fn is_about_a_tenant(&self) -> bool {
        let of_all = [
            Object::Device,
            Object::Registration,
            Object::Account,
            Object::AnyCase,
            Object::AnyCaseFile,
        ];
        self.object().is_some_and(|object| !of_all.contains(&object))
    }

    /// The permission that the endpoint has to ask for.
    pub fn key(&self) -> Option<&'static str> {
        match self.who {
            Who::Holder(key) => Some(key),
            Who::Newcomer => Some("portal.session"),
            _ => None,
        }
    }
}

impl Who {
    pub fn words(self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Holder(key) => key,
            Self::Device => "(device certificate)",
            Self::Invited => "(link of an invitation)",
            Self::Newcomer => "(one-time password)",
            Self::Proof(_) => "(proof in the request)",
        }
    }
}

/// Side and needs of the permission of that key.
pub fn permission(key: &str) -> (&'static str, Needs) {
    let found = ALL.iter().find(|(_, known, _)| *known == key);
    let (side, _, needs) = found.unwrap_or_else(|| panic!("{key} is no permission"));
    (side, *needs)
}
