use domain::sign_in::Refused;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;
use ui::{ButtonKind, ButtonLink};

use crate::api::portal::session::company_sign_in;
use crate::layout::{Gate, loaded};
use crate::paths;
use crate::texts::{CompanySignIn, Frame, texts};

/// Leads a browser without script to the company's identity provider: a form may not lead to another site, a page may.
#[component]
pub fn LoginCompanyPage() -> impl IntoView {
    let (t, frame) = (texts::<CompanySignIn>(), texts::<Frame>());
    let url = Resource::new(|| (), |()| company_sign_in());
    let body = move |url: String| {
        view! {
            <Meta http_equiv="refresh" content=format!("0;url={url}")/>
            <h1>{t.go_title}</h1>
            <p>{t.go_text}</p>
            <ButtonLink href=url kind=ButtonKind::Primary>{t.go_on}</ButtonLink>
            <p class="gate__links"><a href=paths::LOGIN>{t.again}</a></p>
        }
    };
    view! {
        <Title text=t.go_title/>
        <Gate tagline=frame.tagline more=frame.tagline_more>{loaded(url, body)}</Gate>
    }
}

/// Why somebody came back from the provider without a session, and what to do.
#[component]
pub fn LoginRefusedPage() -> impl IntoView {
    let (t, frame) = (texts::<CompanySignIn>(), texts::<Frame>());
    let cause = use_query_map().with(|map| map.get("cause")).unwrap_or_default();
    let (cause, next) = match Refused::parse(&cause).unwrap_or(Refused::Unknown) {
        Refused::Unknown => (t.unknown, t.unknown_next),
        Refused::Provider => (t.provider, t.provider_next),
        Refused::Answer => (t.answer, t.answer_next),
        Refused::Inactive => (t.inactive, t.inactive_next),
        Refused::Domain => (t.domain, t.domain_next),
        Refused::NoUser => (t.no_user, t.no_user_next),
        Refused::Invited => (t.invited, t.invited_next),
        Refused::NoAccess => (t.no_access, t.no_access_next),
        Refused::OtherName => (t.other_name, t.other_name_next),
        Refused::Invitation => (t.invitation, t.invitation_next),
        Refused::TooMany => (t.too_many, t.too_many_next),
    };
    view! {
        <Title text=t.refused/>
        <Gate tagline=frame.tagline more=frame.tagline_more>
            <h1>{t.refused}</h1>
            <p>{cause}</p>
            <p class="soft">{next}</p>
            <ButtonLink href=paths::LOGIN kind=ButtonKind::Primary>{t.again}</ButtonLink>
        </Gate>
    }
}
