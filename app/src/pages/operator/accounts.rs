use domain::country::country_name;
use domain::operator::AccountRow;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{EmptyState, Glyph, PageHead};

use crate::api::operator::accounts::accounts;
use crate::layout::{Column, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::state::preferences::lang;
use crate::texts::{self, Account, Lists, Operator, texts};

/// The companies of the portal.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| accounts(query));
    let t = texts::<Operator>();
    let body = move |page| {
        view! {
            <PageHead title=t.accounts lead=t.accounts_lead/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.accounts/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<AccountRow>) -> AnyView {
    let t = texts::<Operator>();
    let empty = view! { <EmptyState title=t.accounts_empty text=t.accounts_empty_text icon=Glyph::Users/> };
    let parts = ListParts {
        key: "accounts",
        caption: t.accounts,
        search: texts::<Lists>().search,
        columns: account_columns(),
        filters: Vec::new(),
        export: None,
        bulk: None,
        empty: empty.into_any(),
    };
    state.show(page, parts)
}

/// The columns of accounts.
fn account_columns() -> Vec<Column<AccountRow>> {
    let (t, account) = (texts::<Operator>(), texts::<Account>());
    let yes_or_no = |one: &AccountRow| {
        let t = texts::<Operator>();
        if one.onboarding_active { t.yes } else { t.no }.to_owned()
    };
    vec![
        Column::new("name", t.company, |one: &AccountRow| one.name.clone())
            .sorted()
            .main()
            .cell(|one| view! { <a href=paths::account(one.id)>{one.name.clone()}</a> }),
        Column::new("country", t.country, |one: &AccountRow| {
            country_name(&one.country, lang()).to_owned()
        }),
        Column::new("users", t.users, |one: &AccountRow| one.users.to_string()).figures(),
        Column::new("onboarding", account.onboarding, yes_or_no),
        Column::new("created", t.created, |one: &AccountRow| {
            texts::exact(one.created_at)
        })
        .sorted()
        .cell(|one| texts::date(one.created_at)),
    ]
}
