//! What the product says, in English and German: a typed table per area, so that a missing text does not compile. Labels of
//! the customer's documents stay as they are in both languages where they are names of menus, lists and roles.

mod activity;
mod cases;
mod domains;
mod expiry;
mod faults;
mod frame;
mod home;
mod operator;
mod os_idps;
mod passwords;
mod people;
mod portal;
mod registration;
mod routing;
mod saml;
mod second_factor;
mod times;
mod ums;
mod ums_instances;

pub use activity::{
    Activities, actor_words, detail_words, event_kinds, event_words, names_event, value_words,
};
pub use cases::{CaseTexts, SupportTexts, product_words, severity_words, state_words};
pub use domains::{DomainTexts, Proofs};
pub use expiry::ExpiryTexts;
pub use faults::{reason, reason_in_english, said};
pub use frame::{Forms, Frame, Lists, Overtaken, kit_words};
pub use home::Home;
pub use operator::Operator;
pub use os_idps::{
    Guides, OsIdpActs, OsIdpTests, OsIdps, guide_words, hint_words, preset_words, problem_words,
};
pub use passwords::{MyAccount, Passwords};
pub use people::{Invitation, People, Roles, UserAdministration};
pub use portal::{Activate, SignIn};
pub use registration::{Account, FirstPassword, Registration};
pub use routing::{ChainTexts, DoctorTexts, MappedUserTexts, ResolverTexts, Routing, RoutingActs};
pub use saml::{CompanySignIn, SamlIdps};
pub use second_factor::SecondFactor;
pub use times::{date, date_time, duration, exact};
pub use ums::{Devices, Network, UmsSignIn};
pub use ums_instances::UmsInstances;

use domain::Language;
use leptos::prelude::provide_context;

use crate::state::preferences::lang;

/// A table of texts in every language.
pub trait Localised: 'static {
    fn of(lang: Language) -> &'static Self;
}

/// The texts of an area in the person's language.
pub fn texts<T: Localised>() -> &'static T {
    T::of(lang())
}

/// Gives the component kit its few words.
pub fn provide_kit_words() {
    provide_context(kit_words(lang()));
}

/// Declares a table: `field: "English" / "Deutsch"`.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $en:literal / $de:literal,)* }) => {
        $(#[$doc])*
        pub struct $name { $(pub $field: &'static str),* }

        impl $crate::texts::Localised for $name {
            fn of(lang: ::domain::Language) -> &'static Self {
                static EN: $name = $name { $($field: $en),* };
                static DE: $name = $name { $($field: $de),* };
                match lang {
                    ::domain::Language::English => &EN,
                    ::domain::Language::German => &DE,
                }
            }
        }
    };
}
pub(crate) use table;
