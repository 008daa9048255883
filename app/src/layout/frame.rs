use leptos::prelude::*;
use leptos_router::components::Outlet;
use ui::{ButtonKind, LiveRegion, Mark, Menu, PhoneNav, SkipLink, ToastStack, provide_announcer};

use super::navigation::{PortalNavigation, UmsNavigation};
use super::preferences::PreferenceForms;
use crate::api::portal::session::{SignOut as PortalSignOut, me as portal_me};
use crate::api::ums::session::{SignOut as UmsSignOut, me as ums_me};
use crate::paths;
use crate::state::live::listen_to_devices;
use crate::state::session::{PortalSession, UmsSession};
use crate::texts::{Frame, MyAccount, texts};

/// The frame of the Customer Portal's pages.
#[component]
pub fn PortalFrame() -> impl IntoView {
    let t = texts::<Frame>();
    let me = Resource::new(|| (), |()| portal_me());
    provide_context(PortalSession(me));
    let sign_out = ServerAction::<PortalSignOut>::new();
    let navigation = move || {
        view! {
            <Suspense>
                {move || Suspend::new(async move { me.await.ok().map(|me| view! { <PortalNavigation me/> }) })}
            </Suspense>
        }
    };
    let person = view! {
        <Suspense>
            {move || Suspend::new(async move {
                me.await.ok().map(|me| {
                    let roles = me.roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(", ");
                    let name = if me.name.is_empty() { me.email.clone() } else { me.name.clone() };
                    view! { <Person name detail=format!("{} · {roles}", me.account)/> }
                })
            })}
        </Suspense>
    };
    let leave = view! {
        <ActionForm action=sign_out>
            <button class="button" type="submit">{t.sign_out}</button>
        </ActionForm>
    };
    let mine = view! { <li><a href=paths::MY_ACCOUNT>{texts::<MyAccount>().title}</a></li> };
    view! { <Around home=paths::HOME navigation=ViewFn::from(navigation) person=person.into_any() mine=mine.into_any() leave=leave.into_any()/> }
}

/// The frame of the UMS Web App's pages.
#[component]
pub fn UmsFrame() -> impl IntoView {
    let t = texts::<Frame>();
    let me = Resource::new(|| (), |()| ums_me());
    provide_context(UmsSession(me));
    listen_to_devices();
    let sign_out = ServerAction::<UmsSignOut>::new();
    let person = view! {
        <Suspense>
            {move || Suspend::new(async move {
                me.await.ok().map(|me| view! { <Person name=me.name detail="UMS".to_owned()/> })
            })}
        </Suspense>
    };
    let leave = view! {
        <ActionForm action=sign_out>
            <button class="button" type="submit">{t.sign_out}</button>
        </ActionForm>
    };
    let navigation = || view! { <UmsNavigation/> };
    view! { <Around home=paths::DEVICES navigation=ViewFn::from(navigation) person=person.into_any() leave=leave.into_any()/> }
}

#[component]
pub(super) fn Around(
    home: &'static str,
    navigation: ViewFn,
    person: AnyView,
    /// Entries of the menu about the person.
    #[prop(optional, into)]
    mine: Option<AnyView>,
    leave: AnyView,
) -> impl IntoView {
    let t = texts::<Frame>();
    let on_phones = navigation.clone();
    let announced = provide_announcer();
    view! {
        <SkipLink label=t.skip/>
        <div class="frame">
            <a class="brand" href=home><Mark/>"COSMOS"</a>
            <header class="topbar">
                <PhoneNav>{on_phones.run()}</PhoneNav>
                <span class="spacer"></span>
                {person}
                <Menu id="account-menu" label=t.account_menu kind=ButtonKind::Quiet>
                    {mine}
                    <li><PreferenceForms/></li>
                    <li class="menu__leave">{leave}</li>
                </Menu>
            </header>
            {navigation.run()}
            <main class="main" id="main" tabindex="-1">
                <Outlet/>
            </main>
        </div>
        <ToastStack/>
        <LiveRegion text=announced/>
    }
}

#[component]
pub(super) fn Person(name: String, detail: String) -> impl IntoView {
    let initials: String = name
        .split([' ', '.', '@'])
        .filter_map(|part| part.chars().next())
        .take(2)
        .collect();
    view! {
        <div class="person">
            <span><b>{name}</b>" "<span class="faint">{detail}</span></span>
            <span class="disc" aria-hidden="true">{initials.to_uppercase()}</span>
        </div>
    }
}
