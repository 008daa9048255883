use domain::page::{ListQuery, Page};
use domain::ums_instance::UmsInstance;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Cell, EmptyState, Glyph, HeadCell, PageHead, Row, SortCell};

use crate::api::portal::ums_instances::ums_instances;
use crate::layout::{ListParts, ListState, list_state, loaded};
use crate::paths;
use crate::texts::{self, Lists, UmsInstances, texts};

#[component]
pub fn UmsInstancesPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| ums_instances(query));
    let t = texts::<UmsInstances>();
    let body = move |page| {
        let register = move || view! { <ButtonLink href=paths::NEW_UMS_INSTANCE kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=register/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {loaded(rows, body)}
    }
}

fn list(state: ListState, page: Page<UmsInstance>) -> AnyView {
    let t = texts::<UmsInstances>();
    let head = move || {
        view! {
            <SortCell label=t.name href=state.sort_href("name") sorted=state.sorted("name")/>
            <HeadCell label=t.certificate/>
            <SortCell label=t.expiration href=state.sort_href("expires") sorted=state.sorted("expires")/>
            <HeadCell label=t.fingerprint/>
            <HeadCell label=t.app_portal/>
            <HeadCell label=t.created_by/>
            <SortCell label=t.created href=state.sort_href("created") sorted=state.sorted("created")/>
            <SortCell label=t.updated href=state.sort_href("updated") sorted=state.sorted("updated")/>
        }
    };
    let empty = move || {
        view! {
            <EmptyState title=t.empty text=t.empty_text icon=Glyph::Server>
                <ButtonLink href=paths::NEW_UMS_INSTANCE kind=ButtonKind::Primary>{t.register}</ButtonLink>
            </EmptyState>
        }
    };
    let parts = ListParts {
        caption: t.title,
        search: texts::<Lists>().search,
        empty,
        head,
        row,
    };
    state.show(page, parts)
}

fn row(ums: UmsInstance) -> impl IntoView {
    let t = texts::<UmsInstances>();
    let short: String = ums.fingerprint.chars().take(23).collect();
    view! {
        <Row>
            <Cell label=t.name main=true>{ums.name}</Cell>
            <Cell label=t.certificate><span class="wrap">{ums.certificate}</span></Cell>
            <Cell label=t.expiration>{texts::date(ums.expires_at)}</Cell>
            <Cell label=t.fingerprint><code title=ums.fingerprint>{short}"…"</code></Cell>
            <Cell label=t.app_portal>{if ums.app_portal { t.yes } else { t.no }}</Cell>
            <Cell label=t.created_by><span class="wrap">{ums.created_by}</span></Cell>
            <Cell label=t.created>{texts::date(ums.created_at)}</Cell>
            <Cell label=t.updated>{texts::date(ums.updated_at)}</Cell>
        </Row>
    }
}
