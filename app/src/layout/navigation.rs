use domain::permission::{
    ActivateOnboarding, InviteUsers, ManageSamlIdps, ViewAccount, ViewActivity, ViewDomains, ViewOsIdps,
    ViewRouting, ViewUmsInstances, ViewUsers,
};
use domain::user::Me;
use domain::{Grants, Permission};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{Glyph, Icon};

use crate::paths;
use crate::texts::{
    Account, Activate, Activities, DomainTexts, ExpiryTexts, Frame, OsIdps, People, Routing, SamlIdps,
    UmsInstances, UserAdministration, texts,
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

/// The entries of the Customer Portal that this person's roles open, in the order of the customer's menu.
#[component]
pub fn PortalNavigation(me: Me) -> impl IntoView {
    let (t, grants) = (
        texts::<Frame>(),
        Grants {
            roles: me.roles.clone(),
            superuser: false,
        },
    );
    let mut services = Vec::new();
    if grants.allow(ViewRouting::NEEDS) && me.onboarding_active {
        services.push(Entry {
            href: paths::ROUTING,
            label: texts::<Routing>().menu,
            glyph: Glyph::Route,
        });
    }
    if grants.allow(ActivateOnboarding::NEEDS) && !me.onboarding_active {
        services.push(Entry {
            href: paths::ACTIVATE,
            label: texts::<Activate>().title,
            glyph: Glyph::Power,
        });
    }
    if grants.allow(ViewDomains::NEEDS) {
        services.push(Entry {
            href: paths::DOMAINS,
            label: texts::<DomainTexts>().title,
            glyph: Glyph::Globe,
        });
    }
    if grants.allow(ViewUmsInstances::NEEDS) {
        services.push(Entry {
            href: paths::UMS_INSTANCES,
            label: texts::<UmsInstances>().menu,
            glyph: Glyph::Server,
        });
    }
    let ends = [
        ViewRouting::NEEDS,
        ViewOsIdps::NEEDS,
        ViewUmsInstances::NEEDS,
        ManageSamlIdps::NEEDS,
    ];
    if ends.into_iter().any(|needs| grants.allow(needs)) {
        services.push(Entry {
            href: paths::EXPIRY,
            label: texts::<ExpiryTexts>().title,
            glyph: Glyph::Certificate,
        });
    }
    let mut users = Vec::new();
    let mut home = vec![Entry {
        href: paths::HOME,
        label: t.home,
        glyph: Glyph::Home,
    }];
    if grants.allow(ViewAccount::NEEDS) {
        home.push(Entry {
            href: paths::ACCOUNT,
            label: texts::<Account>().title,
            glyph: Glyph::Folder,
        });
    }
    if grants.allow(InviteUsers::NEEDS) {
        users.push(Entry {
            href: paths::USER_ADMINISTRATION,
            label: texts::<UserAdministration>().title,
            glyph: Glyph::User,
        });
    }
    if grants.allow(ViewUsers::NEEDS) {
        users.push(Entry {
            href: paths::PEOPLE,
            label: texts::<People>().menu,
            glyph: Glyph::Users,
        });
    }
    if grants.allow(ManageSamlIdps::NEEDS) {
        users.push(Entry {
            href: paths::SAML_IDPS,
            label: texts::<SamlIdps>().title,
            glyph: Glyph::Key,
        });
    }
    if grants.allow(ViewOsIdps::NEEDS) {
        users.push(Entry {
            href: paths::OS_IDPS,
            label: texts::<OsIdps>().menu,
            glyph: Glyph::Key,
        });
    }
    if grants.allow(ViewActivity::NEEDS) {
        home.push(Entry {
            href: paths::ACTIVITY,
            label: texts::<Activities>().title,
            glyph: Glyph::Clock,
        });
    }
    view! { <Navigation ums=false groups=vec![(None, home), (Some(t.configure_services), services), (Some(t.users), users)]/> }
}

/// The entries of the UMS Web App.
#[component]
pub fn UmsNavigation() -> impl IntoView {
    let t = texts::<Frame>();
    let entries = vec![
        Entry {
            href: paths::DEVICES,
            label: t.devices,
            glyph: Glyph::Device,
        },
        Entry {
            href: paths::NETWORK,
            label: t.network,
            glyph: Glyph::Server,
        },
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
