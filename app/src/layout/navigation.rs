use domain::permission::{
    ActivateOnboarding, InviteUsers, ManageSamlIdps, ViewAccount, ViewActivity, ViewCases, ViewDomains,
    ViewOsIdps, ViewRouting, ViewUmsInstances, ViewUsers,
};
use domain::user::Me;
use domain::{Grants, Permission};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{Glyph, Icon};

use crate::paths;
use crate::texts::{
    Account, Activate, Activities, CaseTexts, DomainTexts, ExpiryTexts, Frame, OsIdps, People, Routing,
    SamlIdps, UmsInstances, UserAdministration, texts,
};

/// An entry of the navigation.
#[derive(Clone)]
struct Entry {
    href: &'static str,
    label: &'static str,
    glyph: Glyph,
}

/// A group of entries under a heading; the first has none.
type Group = (Option<&'static str>, Vec<Entry>);

impl Entry {
    fn new(href: &'static str, label: &'static str, glyph: Glyph) -> Self {
        Self { href, label, glyph }
    }
}

/// Those of the entries that are open.
fn open(entries: impl IntoIterator<Item = (bool, Entry)>) -> Vec<Entry> {
    let open = entries.into_iter().filter(|(is_open, _)| *is_open);
    open.map(|(_, entry)| entry).collect()
}

/// The entries of the Customer Portal that this person's roles open, in the order of the customer's menu.
#[component]
pub fn PortalNavigation(me: Me) -> impl IntoView {
    let (t, cases) = (texts::<Frame>(), texts::<CaseTexts>());
    let (active, grants) = (
        me.onboarding_active,
        Grants {
            roles: me.roles,
            superuser: false,
        },
    );
    let may = |needs| grants.allow(needs);
    let something_ends = [
        ViewRouting::NEEDS,
        ViewOsIdps::NEEDS,
        ViewUmsInstances::NEEDS,
        ManageSamlIdps::NEEDS,
    ]
    .into_iter()
    .any(may);
    let entry = Entry::new;
    let home = [
        (true, entry(paths::HOME, t.home, Glyph::Home)),
        (
            may(ViewAccount::NEEDS),
            entry(paths::ACCOUNT, texts::<Account>().title, Glyph::Folder),
        ),
        (
            may(ViewActivity::NEEDS),
            entry(paths::ACTIVITY, texts::<Activities>().title, Glyph::Clock),
        ),
    ];
    let services = [
        (
            active && may(ViewRouting::NEEDS),
            entry(paths::ROUTING, texts::<Routing>().menu, Glyph::Route),
        ),
        (
            !active && may(ActivateOnboarding::NEEDS),
            entry(paths::ACTIVATE, texts::<Activate>().title, Glyph::Power),
        ),
        (
            may(ViewDomains::NEEDS),
            entry(paths::DOMAINS, texts::<DomainTexts>().title, Glyph::Globe),
        ),
        (
            may(ViewUmsInstances::NEEDS),
            entry(paths::UMS_INSTANCES, texts::<UmsInstances>().menu, Glyph::Server),
        ),
        (
            something_ends,
            entry(paths::EXPIRY, texts::<ExpiryTexts>().title, Glyph::Certificate),
        ),
    ];
    let users = [
        (
            may(InviteUsers::NEEDS),
            entry(
                paths::USER_ADMINISTRATION,
                texts::<UserAdministration>().title,
                Glyph::User,
            ),
        ),
        (
            may(ViewUsers::NEEDS),
            entry(paths::PEOPLE, texts::<People>().menu, Glyph::Users),
        ),
        (
            may(ManageSamlIdps::NEEDS),
            entry(paths::SAML_IDPS, texts::<SamlIdps>().title, Glyph::Key),
        ),
        (
            may(ViewOsIdps::NEEDS),
            entry(paths::OS_IDPS, texts::<OsIdps>().menu, Glyph::Key),
        ),
    ];
    let support = [(
        may(ViewCases::NEEDS),
        entry(paths::CASES, cases.title, Glyph::Support),
    )];
    let groups = vec![
        (None, open(home)),
        (Some(t.configure_services), open(services)),
        (Some(t.users), open(users)),
        (Some(cases.support), open(support)),
    ];
    view! { <Navigation ums=false groups/> }
}

/// The entries of the UMS Web App.
#[component]
pub fn UmsNavigation() -> impl IntoView {
    let t = texts::<Frame>();
    let entries = vec![
        Entry::new(paths::DEVICES, t.devices, Glyph::Device),
        Entry::new(paths::NETWORK, t.network, Glyph::Server),
    ];
    view! { <Navigation ums=true groups=vec![(None, entries)]/> }
}

#[component]
fn Navigation(ums: bool, groups: Vec<Group>) -> impl IntoView {
    let t = texts::<Frame>();
    let path = use_location().pathname;
    let here = move |href: &'static str| {
        let path = path.get();
        let below = path
            .strip_prefix(href)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        (path == href || (href != paths::HOME && below)).then_some("page")
    };
    let entry = move |Entry { href, label, glyph }: Entry| {
        view! {
            <a class="item" href=href aria-current=move || here(href)>
                <Icon glyph/>
                {label}
            </a>
        }
    };
    let group = move |(heading, entries): Group| {
        (!entries.is_empty()).then(|| {
            view! {
                {heading.map(|heading| view! { <div class="group">{heading}</div> })}
                {entries.into_iter().map(entry).collect_view()}
            }
        })
    };
    let system = move |is_ums: bool| (is_ums == ums).then_some("true");
    view! {
        <nav class="nav" aria-label=t.main_navigation>
            <div class="system" role="group" aria-label=t.system>
                <a href=paths::HOME rel="external" aria-current=system(false)>{t.portal}</a>
                <a href=paths::DEVICES rel="external" aria-current=system(true)>{t.ums}</a>
            </div>
            {groups.into_iter().map(group).collect_view()}
        </nav>
    }
}
