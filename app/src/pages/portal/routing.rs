use domain::page::{ListQuery, Page};
use domain::routing::RoutingRow;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Cell, EmptyState, Glyph, HeadCell, PageHead, Row, SortCell};

use crate::api::portal::routing::routing_records;
use crate::layout::{ListParts, ListState, list_state, loaded};
use crate::paths;
use crate::texts::{self, Lists, Routing, texts};

#[component]
pub fn RoutingPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(
        move || state.query.get(),
        |query: ListQuery| routing_records(query),
    );
    let t = texts::<Routing>();
    let body = move |page| {
        let register = move || view! { <ButtonLink href=paths::NEW_ROUTING kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink> };
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

fn list(state: ListState, page: Page<RoutingRow>) -> AnyView {
    let t = texts::<Routing>();
    let head = move || {
        view! {
            <SortCell label=t.name href=state.sort_href("name") sorted=state.sorted("name")/>
            <SortCell label=t.host href=state.sort_href("host") sorted=state.sorted("host")/>
            <HeadCell label=t.port/>
            <HeadCell label=t.created_by/>
            <HeadCell label=t.chain/>
            <SortCell label=t.created href=state.sort_href("created") sorted=state.sorted("created")/>
            <HeadCell label=t.fingerprint/>
            <SortCell label=t.expiration href=state.sort_href("expires") sorted=state.sorted("expires")/>
        }
    };
    let empty = move || {
        view! {
            <EmptyState title=t.empty text=t.empty_text icon=Glyph::Route>
                <ButtonLink href=paths::NEW_ROUTING kind=ButtonKind::Primary>{t.register}</ButtonLink>
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

fn row(record: RoutingRow) -> impl IntoView {
    let t = texts::<Routing>();
    let short: String = record.fingerprint.chars().take(23).collect();
    view! {
        <Row>
            <Cell label=t.name main=true><a href=paths::routing(record.id)>{record.name}</a></Cell>
            <Cell label=t.host><span class="wrap">{record.host}</span></Cell>
            <Cell label=t.port num=true>{record.port}</Cell>
            <Cell label=t.created_by><span class="wrap">{record.created_by}</span></Cell>
            <Cell label=t.chain><span class="wrap">{record.root}</span></Cell>
            <Cell label=t.created>{texts::date(record.created_at)}</Cell>
            <Cell label=t.fingerprint><code title=record.fingerprint>{short}"…"</code></Cell>
            <Cell label=t.expiration>{texts::date(record.expires_at)}</Cell>
        </Row>
    }
}
