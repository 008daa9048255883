use domain::expiry::{Expiry, ExpiryKind, Nearness};
use domain::id::{RoutingId, SamlIdpId, UmsInstanceId};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Choice, EmptyState, Glyph, PageHead, StateMark, Tone};

use super::routing::short_fingerprint;
use crate::api::portal::expiry::expiries;
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::texts::{self, ExpiryTexts, texts};

/// Everything of the account that ends one day, sorted by its end.
#[component]
pub fn ExpiryPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| expiries(query));
    let t = texts::<ExpiryTexts>();
    let body = move |page| {
        view! {
            <PageHead title=t.title lead=t.lead/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<Expiry>) -> AnyView {
    let t = texts::<ExpiryTexts>();
    let parts = ListParts {
        key: "expiry",
        caption: t.title,
        search: t.search,
        columns: expiry_columns(),
        filters: Vec::new(),
        export: Some(paths::EXPIRY_EXPORT),
        bulk: None,
        empty: view! { <EmptyState title=t.empty text=t.empty_text icon=Glyph::Certificate/> }.into_any(),
    };
    state.show(page, parts)
}

/// The columns of the calendar.
pub fn expiry_columns() -> Vec<Column<Expiry>> {
    let t = texts::<ExpiryTexts>();
    let kinds = ExpiryKind::ALL.map(|kind| Choice::new(kind.key(), kind_words(kind)));
    vec![
        Column::<Expiry>::new("name", t.name, |one: &Expiry| one.name.clone())
            .main()
            .cell(named),
        Column::<Expiry>::new("kind", t.kind, |one| kind_words(one.kind).to_owned())
            .filter(FilterKind::Choice(kinds.to_vec()))
            .cell(|one| view! { <span class="wrap">{kind_words(one.kind)}</span> }),
        Column::<Expiry>::new("ends", t.ends, |one| texts::exact(one.expires_at))
            .cell(|one| texts::date(one.expires_at)),
        Column::<Expiry>::new("left", t.left, left).cell(|one| {
            let tone = match one.nearness {
                Nearness::Over | Nearness::Now => Tone::Bad,
                Nearness::Soon => Tone::Warn,
                Nearness::Far => Tone::Good,
            };
            view! { <StateMark tone text=left(one)/> }
        }),
        Column::<Expiry>::new("subject", t.subject, |one| one.subject.clone()).cell(|one| {
            let subject = one.subject.clone();
            view! { <span class="wrap">{subject}</span> }
        }),
        Column::<Expiry>::new("fingerprint", t.fingerprint, |one| one.fingerprint.clone())
            .extra()
            .cell(|one| short_fingerprint(&one.fingerprint)),
        Column::<Expiry>::new("remedy", t.remedy, |one| remedy(one.kind).to_owned()).cell(|one| {
            let text = remedy(one.kind);
            view! { <span class="wrap">{text}</span> }
        }),
    ]
}

fn named(one: &Expiry) -> impl IntoView + use<> {
    let href = match one.kind {
        ExpiryKind::RoutingCertificate => paths::routing(RoutingId::from(one.object)),
        ExpiryKind::UmsId => paths::ums_instance(UmsInstanceId::from(one.object)),
        ExpiryKind::SamlCertificate => paths::saml_idp(SamlIdpId::from(one.object)),
        ExpiryKind::IdpSecret => paths::OS_IDPS.to_owned(),
    };
    view! { <a href=href>{one.name.clone()}</a> }
}

/// How much time is left, in words.
fn left(one: &Expiry) -> String {
    let t = texts::<ExpiryTexts>();
    match (one.nearness, one.days) {
        (Nearness::Over, 0) => t.over_today.to_owned(),
        (Nearness::Over, days) => format!("{} {}", t.over, days.unsigned_abs()),
        (_, 1) => t.within_a_day.to_owned(),
        (_, days) => format!("{days} {}", t.in_days),
    }
}

fn kind_words(kind: ExpiryKind) -> &'static str {
    let t = texts::<ExpiryTexts>();
    match kind {
        ExpiryKind::RoutingCertificate => t.routing,
        ExpiryKind::UmsId => t.ums,
        ExpiryKind::SamlCertificate => t.saml,
        ExpiryKind::IdpSecret => t.secret,
    }
}

fn remedy(kind: ExpiryKind) -> &'static str {
    let t = texts::<ExpiryTexts>();
    match kind {
        ExpiryKind::RoutingCertificate => t.routing_remedy,
        ExpiryKind::UmsId => t.ums_remedy,
        ExpiryKind::SamlCertificate => t.saml_remedy,
        ExpiryKind::IdpSecret => t.secret_remedy,
    }
}
