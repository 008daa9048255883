use domain::case::{CaseKind, CaseRow, CaseState, Severity};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Choice, EmptyState, Glyph, PageHead};

use crate::api::portal::cases::cases;
use crate::components::{case_state_mark, severity_mark};
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::texts::{self, CaseTexts, product_words, severity_words, state_words, texts};

/// "Cases": what the company has asked the support.
#[component]
pub fn CasesPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| cases(query));
    let t = texts::<CaseTexts>();
    let body = move |page| {
        let new = move || view! { <ButtonLink href=paths::NEW_CASE kind=ButtonKind::Primary icon=Glyph::Plus>{t.new}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=new/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<CaseRow>) -> AnyView {
    let t = texts::<CaseTexts>();
    let empty = view! {
        <EmptyState title=t.empty text=t.empty_text icon=Glyph::Support>
            <ButtonLink href=paths::NEW_CASE kind=ButtonKind::Primary>{t.new}</ButtonLink>
        </EmptyState>
    }
    .into_any();
    let parts = ListParts {
        key: "cases",
        caption: t.title,
        search: t.search,
        columns: case_columns(),
        filters: Vec::new(),
        export: Some(paths::CASE_EXPORT),
        bulk: None,
        empty,
    };
    state.show(page, parts)
}

/// The columns of cases.
pub fn case_columns() -> Vec<Column<CaseRow>> {
    columns_to(paths::case)
}

/// The same, each leading to its page of that address.
pub fn columns_to(page: fn(domain::id::CaseId) -> String) -> Vec<Column<CaseRow>> {
    let t = texts::<CaseTexts>();
    let states = CaseState::ALL
        .iter()
        .map(|state| Choice::new(state.key(), state_words(*state).1));
    let states = std::iter::once(Choice::new("open", t.open)).chain(states);
    let kinds = CaseKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.key(), kind.label()));
    let severities = Severity::ALL
        .iter()
        .map(|severity| Choice::new(severity.key(), severity_words(*severity).1));
    vec![
        Column::<CaseRow>::new("number", t.number, |case: &CaseRow| case.number.to_string())
            .sorted()
            .main()
            .cell(move |case| view! { <a href=page(case.id)>{case.number.to_string()}</a> }),
        Column::<CaseRow>::new("subject", t.subject, |case| case.subject.clone())
            .cell(|case| view! { <span class="wrap">{case.subject.clone()}</span> }),
        Column::<CaseRow>::new("state", t.state, |case| state_words(case.state).1.to_owned())
            .filter(FilterKind::Choice(states.collect()))
            .cell(|case| case_state_mark(case.state)),
        Column::<CaseRow>::new("kind", t.kind, |case| case.kind.label().to_owned())
            .filter(FilterKind::Choice(kinds.collect())),
        Column::<CaseRow>::new("severity", t.severity, |case| {
            severity_words(case.severity).1.to_owned()
        })
        .filter(FilterKind::Choice(severities.collect()))
        .cell(|case| severity_mark(case.severity)),
        Column::<CaseRow>::new("product", t.product, |case| {
            product_words(case.product).to_owned()
        })
        .extra(),
        Column::<CaseRow>::new("submitted_by", t.submitted_by, |case| case.submitted_by.clone())
            .cell(|case| view! { <span class="wrap">{case.submitted_by.clone()}</span> }),
        Column::<CaseRow>::new("created", t.created, |case| texts::exact(case.created_at))
            .extra()
            .cell(|case| texts::date_time(case.created_at)),
        Column::<CaseRow>::new("updated", t.updated, |case| texts::exact(case.updated_at))
            .sorted()
            .cell(|case| texts::date_time(case.updated_at)),
    ]
}
