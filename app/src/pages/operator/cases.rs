use domain::case::CaseRow;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{EmptyState, Glyph, PageHead};

use crate::api::operator::cases::company_cases;
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed};
use crate::pages::portal::columns_to;
use crate::paths;
use crate::texts::{CaseTexts, SupportTexts, texts};

/// What companies have asked.
#[component]
pub fn CasesPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| company_cases(query));
    let t = texts::<SupportTexts>();
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

fn list(state: ListState, page: Page<CaseRow>) -> AnyView {
    let t = texts::<SupportTexts>();
    let company = Column::<CaseRow>::new("company", t.company, |case: &CaseRow| case.company.clone())
        .filter(FilterKind::Text);
    let mut columns = columns_to(paths::company_case);
    columns.insert(1, company);
    let parts = ListParts {
        key: "company-cases",
        caption: t.title,
        search: texts::<CaseTexts>().search,
        columns,
        filters: Vec::new(),
        export: None,
        bulk: None,
        empty: view! { <EmptyState title=t.empty text=t.empty_text icon=Glyph::Support/> }.into_any(),
    };
    state.show(page, parts)
}
