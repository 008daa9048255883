use domain::page::{ListQuery, Page};
use domain::ums_instance::UmsInstance;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Choice, EmptyState, FormSummary, Glyph, PageHead};

use super::routing::short_fingerprint;
use crate::api::portal::ums_instances::{EditUmsInstance, ums_instances};
use crate::layout::{Column, FilterKind, FormState, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::texts::{self, Lists, UmsInstances, texts};

#[component]
pub fn UmsInstancesPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| ums_instances(query));
    let t = texts::<UmsInstances>();
    // An act on a UMS that was refused without script comes back here.
    let form = FormState::new(ServerAction::<EditUmsInstance>::new(), paths::UMS_INSTANCES);
    let body = move |page| {
        let register = move || view! { <ButtonLink href=paths::NEW_UMS_INSTANCE kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=register/>
            <FormSummary title=t.not_done faults=form.summary()/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<UmsInstance>) -> AnyView {
    let t = texts::<UmsInstances>();
    let empty = view! {
        <EmptyState title=t.empty text=t.empty_text icon=Glyph::Server>
            <ButtonLink href=paths::NEW_UMS_INSTANCE kind=ButtonKind::Primary>{t.register}</ButtonLink>
        </EmptyState>
    }
    .into_any();
    let parts = ListParts {
        key: "ums",
        caption: t.title,
        search: texts::<Lists>().search,
        columns: ums_instance_columns(),
        filters: Vec::new(),
        export: Some(paths::UMS_INSTANCE_EXPORT),
        bulk: None,
        empty,
    };
    state.show(page, parts)
}

/// The columns of UMS instances.
pub fn ums_instance_columns() -> Vec<Column<UmsInstance>> {
    let t = texts::<UmsInstances>();
    let switch = || FilterKind::Choice(vec![Choice::new("yes", t.yes), Choice::new("no", t.no)]);
    let wrapped = |text: &str| {
        let text = text.to_owned();
        view! { <span class="wrap">{text}</span> }
    };
    vec![
        Column::<UmsInstance>::new("name", t.name, |ums: &UmsInstance| ums.name.clone())
            .sorted()
            .main()
            .filter(FilterKind::Text)
            .cell(|ums| view! { <a href=paths::ums_instance(ums.id)>{ums.name.clone()}</a> }),
        Column::<UmsInstance>::new("certificate", t.certificate, |ums| ums.certificate.clone())
            .cell(move |ums| wrapped(&ums.certificate)),
        Column::<UmsInstance>::new("expires", t.expiration, |ums| texts::exact(ums.expires_at))
            .sorted()
            .cell(|ums| texts::date(ums.expires_at)),
        Column::<UmsInstance>::new("fingerprint", t.fingerprint, |ums| ums.fingerprint.clone())
            .cell(|ums| short_fingerprint(&ums.fingerprint)),
        Column::<UmsInstance>::new("app_portal", t.app_portal, |ums| said(ums.app_portal)).filter(switch()),
        Column::<UmsInstance>::new("insight", t.insight, |ums| said(ums.insight))
            .filter(switch())
            .extra(),
        Column::<UmsInstance>::new("created_by", t.created_by, |ums| ums.created_by.clone())
            .cell(move |ums| wrapped(&ums.created_by)),
        Column::<UmsInstance>::new("created", t.created, |ums| texts::exact(ums.created_at))
            .sorted()
            .cell(|ums| texts::date(ums.created_at)),
        Column::<UmsInstance>::new("updated", t.updated, |ums| texts::exact(ums.updated_at))
            .sorted()
            .cell(|ums| texts::date(ums.updated_at)),
        Column::<UmsInstance>::new("comments", t.comments, |ums| ums.comments.clone()).extra(),
    ]
}

/// A switch in words.
pub fn said(on: bool) -> String {
    let t = texts::<UmsInstances>();
    (if on { t.yes } else { t.no }).to_owned()
}
