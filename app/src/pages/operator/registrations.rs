use domain::country::country_name;
use domain::page::{ListQuery, Page};
use domain::registration::{RegistrationRow, RegistrationState};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Choice, EmptyState, Glyph, PageHead, StateMark, Tone};

use crate::api::operator::registrations::registrations;
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::state::preferences::lang;
use crate::texts::{self, Lists, Operator, texts};

/// Companies that have confirmed their registration.
#[component]
pub fn RegistrationsPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| registrations(query));
    let t = texts::<Operator>();
    let body = move |page| {
        view! {
            <PageHead title=t.registrations lead=t.registrations_lead/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.registrations/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<RegistrationRow>) -> AnyView {
    let t = texts::<Operator>();
    let empty =
        view! { <EmptyState title=t.registrations_empty text=t.registrations_empty_text icon=Glyph::Check/> };
    let parts = ListParts {
        key: "registrations",
        caption: t.registrations,
        search: texts::<Lists>().search,
        columns: registration_columns(),
        filters: Vec::new(),
        export: None,
        bulk: None,
        empty: empty.into_any(),
    };
    state.show(page, parts)
}

/// The columns of registrations.
fn registration_columns() -> Vec<Column<RegistrationRow>> {
    let t = texts::<Operator>();
    let states = [
        RegistrationState::Confirmed,
        RegistrationState::Approved,
        RegistrationState::Refused,
    ];
    let states = states.map(|state| Choice::new(state.key(), state_text(state).1));
    vec![
        Column::new("company", t.company, |one: &RegistrationRow| one.company.clone())
            .sorted()
            .main()
            .cell(|one| view! { <a href=paths::registration(one.id)>{one.company.clone()}</a> }),
        Column::new("email", t.email, |one: &RegistrationRow| one.email.clone())
            .sorted()
            .cell(|one| view! { <span class="wrap">{one.email.clone()}</span> }),
        Column::new("name", t.name, |one: &RegistrationRow| one.name.clone()),
        Column::new("country", t.country, |one: &RegistrationRow| {
            country_name(&one.country, lang()).to_owned()
        }),
        Column::new("state", t.state, |one: &RegistrationRow| {
            state_text(one.state).1.to_owned()
        })
        .sorted()
        .filter(FilterKind::Choice(states.into()))
        .cell(|one| state_mark(one.state)),
        Column::new("confirmed", t.confirmed, |one: &RegistrationRow| {
            texts::exact(one.confirmed_at)
        })
        .sorted()
        .cell(|one| texts::date_time(one.confirmed_at)),
        Column::new("decided_by", t.decided_by, |one: &RegistrationRow| {
            one.decided_by.clone()
        })
        .cell(|one| view! { <span class="wrap">{one.decided_by.clone()}</span> }),
    ]
}

fn state_text(state: RegistrationState) -> (Tone, &'static str) {
    let t = texts::<Operator>();
    match state {
        RegistrationState::Asked => (Tone::Neutral, t.asked),
        RegistrationState::Confirmed => (Tone::Warn, t.waits),
        RegistrationState::Approved => (Tone::Good, t.approved),
        RegistrationState::Refused => (Tone::Bad, t.refused),
    }
}

/// The state in words and colour.
pub(super) fn state_mark(state: RegistrationState) -> impl IntoView {
    let (tone, text) = state_text(state);
    view! { <StateMark tone text/> }
}
