use domain::id::AccountId;
use domain::operator::AccountUser;
use domain::page::{ListQuery, Page};
use domain::user::UserState;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{EmptyState, Glyph, StateMark, Tone};

use super::account_activity::head_of;
use crate::api::operator::accounts::{account_details, account_users};
use crate::error::AppError;
use crate::layout::{Column, ListParts, ListState, id_of_page, list_state, listed};
use crate::texts::{self, Lists, Operator, texts};

/// The users of an account.
#[component]
pub fn AccountUsersPage() -> impl IntoView {
    let (state, id) = (list_state(), id_of_page::<AccountId>());
    let rows = Resource::new(
        move || (id.get(), state.query.get()),
        |(id, query): (Option<AccountId>, ListQuery)| async move {
            let id = id.ok_or_else(AppError::missing)?;
            Ok::<_, AppError>((account_details(id).await?, account_users(id, query).await?))
        },
    );
    let t = texts::<Operator>();
    let body = move |(account, page)| {
        view! {
            {head_of(&account, t.users)}
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.users/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<AccountUser>) -> AnyView {
    let t = texts::<Operator>();
    let parts = ListParts {
        key: "account-users",
        caption: t.users,
        search: texts::<Lists>().search,
        columns: user_columns(),
        filters: Vec::new(),
        export: None,
        bulk: None,
        empty: view! { <EmptyState title=t.users_empty icon=Glyph::Users/> }.into_any(),
    };
    state.show(page, parts)
}

/// The columns of users.
fn user_columns() -> Vec<Column<AccountUser>> {
    let t = texts::<Operator>();
    let roles = |one: &AccountUser| {
        let roles: Vec<_> = one.roles.iter().map(|role| role.label()).collect();
        roles.join(", ")
    };
    vec![
        Column::new("email", t.email, |one: &AccountUser| one.email.clone())
            .sorted()
            .main()
            .cell(|one| view! { <span class="wrap">{one.email.clone()}</span> }),
        Column::new("name", t.name, |one: &AccountUser| one.name.clone()),
        Column::new("roles", t.roles, roles),
        Column::new("state", t.state, |one: &AccountUser| {
            state_text(one.state).1.to_owned()
        })
        .cell(|one| {
            let (tone, text) = state_text(one.state);
            view! { <StateMark tone text/> }
        }),
        Column::new("signed_in", t.signed_in, |one: &AccountUser| {
            one.signed_in_at.map(texts::exact).unwrap_or_default()
        })
        .cell(|one| one.signed_in_at.map(texts::date_time)),
    ]
}

fn state_text(state: UserState) -> (Tone, &'static str) {
    let t = texts::<Operator>();
    match state {
        UserState::Pending => (Tone::Warn, t.pending),
        UserState::Active => (Tone::Good, t.active),
        UserState::Deactivated => (Tone::Neutral, t.deactivated),
    }
}
