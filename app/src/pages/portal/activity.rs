use domain::activity::{Activity, Detail};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Choice, EmptyState, Glyph, PageHead};

use crate::api::portal::activity::activities;
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::texts::{self, Activities, texts};

/// "Activity": who has done what, when, with old and new values.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| activities(query));
    let t = texts::<Activities>();
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

fn list(state: ListState, page: Page<Activity>) -> AnyView {
    let t = texts::<Activities>();
    let parts = ListParts {
        key: "activity",
        caption: t.title,
        search: t.search,
        columns: activity_columns(),
        filters: Vec::new(),
        export: Some(paths::ACTIVITY_EXPORT),
        bulk: None,
        empty: view! { <EmptyState title=t.empty text=t.empty_text icon=Glyph::Clock/> }.into_any(),
    };
    state.show(page, parts)
}

/// The columns of events; the operators' view of an account shows the same.
pub fn activity_columns() -> Vec<Column<Activity>> {
    let t = texts::<Activities>();
    let kinds = texts::event_kinds()
        .into_iter()
        .map(|(key, name)| Choice::new(key, name));
    let days = FilterKind::Days {
        from: ("from", t.from),
        until: ("until", t.until),
    };
    vec![
        Column::<Activity>::new("at", t.at, |event: &Activity| texts::exact(event.at))
            .sorted()
            .main()
            .filter(days)
            .cell(|event| texts::date_time(event.at)),
        Column::<Activity>::new("who", t.who, texts::actor_words)
            .filter(FilterKind::Text)
            .cell(|event| view! { <span class="wrap">{texts::actor_words(event)}</span> }),
        Column::<Activity>::new("kind", t.what, |event: &Activity| texts::event_words(&event.name))
            .filter(FilterKind::Choice(kinds.collect()))
            .cell(|event| view! { <span class="wrap">{texts::event_words(&event.name)}</span> }),
        Column::<Activity>::new("about", t.about, |event: &Activity| event.target.clone())
            .cell(|event: &Activity| view! { <span class="wrap">{event.target.clone()}</span> }),
        Column::<Activity>::new("changes", t.changes, |event: &Activity| {
            event
                .details
                .iter()
                .map(in_one_line)
                .collect::<Vec<_>>()
                .join("; ")
        })
        .cell(|event| event.details.iter().map(shown).collect_view()),
        Column::<Activity>::new("address", t.address, |event: &Activity| {
            event.address.clone().unwrap_or_default()
        })
        .extra(),
    ]
}

fn in_one_line(detail: &Detail) -> String {
    let (label, new) = (texts::detail_words(&detail.key), words(detail, &detail.new));
    match &detail.old {
        Some(old) => format!("{label}: {} → {new}", words(detail, old)),
        None => format!("{label}: {new}"),
    }
}

fn shown(detail: &Detail) -> impl IntoView + use<> {
    let label = texts::detail_words(&detail.key);
    let new = words(detail, &detail.new);
    let old = detail.old.as_ref().map(|old| {
        let old = words(detail, old);
        view! { <del>{old}</del> " → " }
    });
    view! { <div class="wrap wrap--long"><span class="faint">{label} ": "</span>{old}<ins>{new}</ins></div> }
}

fn words(detail: &Detail, value: &str) -> String {
    match texts::value_words(&detail.key, value) {
        nothing if nothing.is_empty() => texts::<Activities>().nothing.to_owned(),
        words => words,
    }
}
