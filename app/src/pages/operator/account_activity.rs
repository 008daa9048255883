use domain::activity::Activity;
use domain::id::AccountId;
use domain::operator::AccountDetails;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Crumb, EmptyState, Glyph, PageHead};

use crate::api::operator::accounts::{account_activity, account_details};
use crate::error::AppError;
use crate::layout::{ListParts, ListState, id_of_page, list_state, listed};
use crate::pages::portal::activity_columns;
use crate::paths;
use crate::texts::{Activities, Operator, texts};

/// What was done in an account, the newest first.
#[component]
pub fn AccountActivityPage() -> impl IntoView {
    let (state, id) = (list_state(), id_of_page::<AccountId>());
    let rows = Resource::new(
        move || (id.get(), state.query.get()),
        |(id, query): (Option<AccountId>, ListQuery)| async move {
            let id = id.ok_or_else(AppError::missing)?;
            Ok::<_, AppError>((account_details(id).await?, account_activity(id, query).await?))
        },
    );
    let t = texts::<Operator>();
    let body = move |(account, page)| {
        view! {
            {head_of(&account, t.activity)}
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.activity/>
        {listed(state, rows, body)}
    }
}

/// The head of a list that belongs to one account.
pub(super) fn head_of(account: &AccountDetails, title: &'static str) -> impl IntoView + use<> {
    let crumb = |label: String, href: Option<String>| Crumb { label, href };
    let name = account.information.company.clone();
    let crumbs = vec![
        crumb(
            texts::<Operator>().accounts.to_owned(),
            Some(paths::ACCOUNTS.to_owned()),
        ),
        crumb(name, Some(paths::account(account.id))),
        crumb(title.to_owned(), None),
    ];
    view! { <PageHead title crumbs/> }
}

fn list(state: ListState, page: Page<Activity>) -> AnyView {
    let t = texts::<Operator>();
    let parts = ListParts {
        key: "account-activity",
        caption: t.activity,
        search: texts::<Activities>().search,
        columns: activity_columns(),
        filters: Vec::new(),
        export: None,
        bulk: None,
        empty: view! { <EmptyState title=t.activity_empty icon=Glyph::Activity/> }.into_any(),
    };
    state.show(page, parts)
}
