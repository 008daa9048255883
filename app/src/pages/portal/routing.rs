use domain::page::{ListQuery, Page};
use domain::routing::RoutingRow;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Choice, EmptyState, Glyph, PageHead, StateMark, Tone};

use super::routing_report::{HealthMark, health_words};
use crate::api::portal::routing::routing_records;
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed, row_acts};
use crate::paths;
use crate::texts::{self, DoctorTexts, Routing, RoutingActs, texts};

#[component]
pub fn RoutingPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(
        move || state.query.get(),
        |query: ListQuery| routing_records(query),
    );
    let t = texts::<Routing>();
    let body = move |page| {
        let register = move || {
            view! {
                <ButtonLink href=paths::ROUTING_RESOLVE icon=Glyph::Route>{t.resolve}</ButtonLink>
                <ButtonLink href=paths::NEW_ROUTING kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink>
            }
        };
        view! {
            <PageHead title=t.title lead=t.lead actions=register/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<RoutingRow>) -> AnyView {
    let t = texts::<Routing>();
    let empty = view! {
        <EmptyState title=t.empty text=t.empty_text icon=Glyph::Route>
            <ButtonLink href=paths::NEW_ROUTING kind=ButtonKind::Primary>{t.register}</ButtonLink>
        </EmptyState>
    }
    .into_any();
    let (a, d) = (texts::<RoutingActs>(), texts::<DoctorTexts>());
    let mut columns = routing_columns();
    columns.push(
        Column::<RoutingRow>::unexported("action", t.action).cell(move |record: &RoutingRow| {
            let id = record.id.to_string();
            let page = |page| paths::of_record(page, &id);
            let links = vec![
                (a.replace_chain, page(paths::ROUTING_CHAIN)),
                (a.map_domains, page(paths::ROUTING_DOMAINS)),
                (a.map_users, page(paths::ROUTING_USERS)),
            ];
            row_acts(&id, &record.name, links)
        }),
    );
    let health = vec![
        Choice::new("bad", d.bad),
        Choice::new("warning", d.warning),
        Choice::new("good", d.good),
        Choice::new("unchecked", d.unchecked),
    ];
    let enabled = vec![Choice::new("yes", a.on), Choice::new("no", a.off)];
    let parts = ListParts {
        key: "routing",
        caption: t.title,
        search: t.search,
        columns,
        filters: vec![
            ("health", t.health, FilterKind::Choice(health)),
            ("enabled", a.state, FilterKind::Choice(enabled)),
        ],
        export: Some(paths::ROUTING_EXPORT),
        bulk: None,
        empty,
    };
    state.show(page, parts)
}

/// The columns of routing records.
pub fn routing_columns() -> Vec<Column<RoutingRow>> {
    let t = texts::<Routing>();
    let wrapped = |text: &str| {
        let text = text.to_owned();
        view! { <span class="wrap">{text}</span> }
    };
    vec![
        Column::<RoutingRow>::new("name", t.name, |record: &RoutingRow| record.name.clone())
            .sorted()
            .main()
            .filter(FilterKind::Text)
            .cell(move |record| {
                let off = (!record.enabled).then(|| view! { " "<StateMark tone=Tone::Warn text=t.off/> });
                view! { <a href=paths::routing(record.id)>{record.name.clone()}</a> {off} }
            }),
        Column::<RoutingRow>::new("health", t.health, |record| {
            health_words(record.health).to_owned()
        })
        .cell(|record| {
            let at = record.checked_at.map(texts::date_time);
            view! { <HealthMark health=record.health/> <div class="faint">{at}</div> }
        }),
        Column::<RoutingRow>::new("host", t.host, |record| record.host.clone())
            .sorted()
            .filter(FilterKind::Text)
            .cell(move |record| wrapped(&record.host)),
        Column::<RoutingRow>::new("port", t.port, |record| record.port.to_string()).figures(),
        Column::<RoutingRow>::new("created_by", t.created_by, |record| record.created_by.clone())
            .cell(move |record| wrapped(&record.created_by)),
        Column::<RoutingRow>::new("chain", t.chain, |record| record.root.clone())
            .cell(move |record| wrapped(&record.root)),
        Column::<RoutingRow>::new("created", t.created, |record| texts::exact(record.created_at))
            .sorted()
            .cell(|record| texts::date(record.created_at)),
        Column::<RoutingRow>::new("fingerprint", t.fingerprint, |record| record.fingerprint.clone())
            .cell(|record| short_fingerprint(&record.fingerprint)),
        Column::<RoutingRow>::new("expires", t.expiration, |record| texts::exact(record.expires_at))
            .sorted()
            .cell(|record| texts::date(record.expires_at)),
    ]
}

/// The beginning of a fingerprint; the whole of it on pointing.
pub(super) fn short_fingerprint(fingerprint: &str) -> impl IntoView + use<> {
    let short: String = fingerprint.chars().take(23).collect();
    view! { <code title=fingerprint.to_owned()>{short}"…"</code> }
}
