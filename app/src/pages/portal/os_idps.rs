use domain::os_idp::{MappedDomain, OsIdp};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    ButtonKind, ButtonLink, Cell, EmptyState, Glyph, HeadCell, PageHead, Row, SortCell, StateMark, Tone,
};

use crate::api::portal::os_idps::os_idps;
use crate::components::Domains;
use crate::layout::{ListParts, ListState, list_state, loaded};
use crate::paths;
use crate::texts::{self, Lists, OsIdps, texts};

#[component]
pub fn OsIdpsPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| os_idps(query));
    let t = texts::<OsIdps>();
    let body = move |page| {
        let register = move || view! { <ButtonLink href=paths::NEW_OS_IDP kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink> };
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

fn list(state: ListState, page: Page<OsIdp>) -> AnyView {
    let t = texts::<OsIdps>();
    let head = move || {
        view! {
            <SortCell label=t.name href=state.sort_href("name") sorted=state.sorted("name")/>
            <HeadCell label=t.client_id/>
            <HeadCell label=t.client_secret/>
            <HeadCell label=t.authorization_url/>
            <HeadCell label=t.token_url/>
            <HeadCell label=t.domains/>
            <HeadCell label=t.assurance/>
            <SortCell label=t.created href=state.sort_href("created") sorted=state.sorted("created")/>
            <SortCell label=t.updated href=state.sort_href("updated") sorted=state.sorted("updated")/>
        }
    };
    let empty = move || {
        view! {
            <EmptyState title=t.empty text=t.empty_text icon=Glyph::Key>
                <ButtonLink href=paths::NEW_OS_IDP kind=ButtonKind::Primary>{t.register}</ButtonLink>
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

fn row(idp: OsIdp) -> impl IntoView {
    let t = texts::<OsIdps>();
    let (tone, assurance) = if idp.reduced_assurance {
        (Tone::Warn, t.reduced)
    } else {
        (Tone::Good, t.full)
    };
    let domains: Vec<MappedDomain> = idp.domains;
    view! {
        <Row>
            <Cell label=t.name main=true>{idp.name}</Cell>
            <Cell label=t.client_id><code class="wrap">{idp.client_id}</code></Cell>
            <Cell label=t.client_secret>"*****"</Cell>
            <Cell label=t.authorization_url><span class="wrap wrap--long">{idp.authorization_endpoint}</span></Cell>
            <Cell label=t.token_url><span class="wrap wrap--long">{idp.token_endpoint}</span></Cell>
            <Cell label=t.domains><Domains domains proved=t.proved pending=t.pending/></Cell>
            <Cell label=t.assurance><StateMark tone text=assurance/></Cell>
            <Cell label=t.created>{texts::date(idp.created_at)}</Cell>
            <Cell label=t.updated>{texts::date(idp.updated_at)}</Cell>
        </Row>
    }
}
