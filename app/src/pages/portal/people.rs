use domain::Role;
use domain::invitation::InvitationState;
use domain::page::{ListQuery, Page};
use domain::people::{Active, Person, PersonAct, PersonId};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, ButtonLink, Choice, EmptyState, FormSummary, Glyph, PageHead, StateMark, Tone};

use crate::api::portal::invitations::{CancelInvitation, ResendInvitation};
use crate::api::portal::users::{RestoreUser, people};
use crate::layout::{
    Bulk, BulkAct, Column, FilterKind, FormState, ListParts, ListState, list_state, listed, row_acts,
    say_when_done,
};
use crate::paths;
use crate::texts::{self, People, Roles, SecondFactor, UserAdministration, texts};

/// What is done with a row at once.
#[derive(Clone, Copy)]
struct Acts {
    resend: ServerAction<ResendInvitation>,
    cancel: ServerAction<CancelInvitation>,
    restore: ServerAction<RestoreUser>,
}

#[component]
pub fn PeoplePage() -> impl IntoView {
    let t = texts::<People>();
    let state = list_state();
    let acts = Acts {
        resend: ServerAction::new(),
        cancel: ServerAction::new(),
        restore: ServerAction::new(),
    };
    // One of them tells what was refused before the script ran, whichever it was.
    let forms = [
        FormState::new(acts.resend, paths::PEOPLE),
        FormState::new(acts.cancel, ""),
        FormState::new(acts.restore, ""),
    ];
    let faults = Signal::derive(move || {
        forms
            .iter()
            .flat_map(|form| form.summary().get())
            .collect::<Vec<_>>()
    });
    say_when_done(acts.resend, t.resent);
    say_when_done(acts.cancel, t.cancelled_now);
    say_when_done(acts.restore, t.restored);
    let (resend, cancel, restore) = (
        acts.resend.version(),
        acts.cancel.version(),
        acts.restore.version(),
    );
    let rows = Resource::new(
        move || (state.query.get(), resend.get() + cancel.get() + restore.get()),
        |(query, _): (ListQuery, usize)| people(query),
    );
    let body = move |page| {
        let invite = texts::<UserAdministration>().invite;
        let actions = move || {
            view! {
                <ButtonLink href=paths::ROLES>{texts::<Roles>().title}</ButtonLink>
                <ButtonLink href=paths::INVITE_USER kind=ButtonKind::Primary icon=Glyph::Plus>{invite}</ButtonLink>
            }
        };
        view! {
            <PageHead title=t.title lead=t.lead actions/>
            <FormSummary title=t.not_done faults/>
            {list(state, page, acts)}
        }
    };
    view! {
        <Title text=t.menu/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<Person>, acts: Acts) -> AnyView {
    let t = texts::<People>();
    let mut columns = people_columns();
    columns.push(
        Column::<Person>::unexported("action", t.action)
            .cell(move |person: &Person| person.can_change.then(|| buttons(person, acts))),
    );
    let act = |act: PersonAct, label: &'static str, kind: ButtonKind| BulkAct {
        key: act.key(),
        label,
        kind,
    };
    let bulk = Bulk {
        page: paths::PEOPLE_SELECTED,
        acts: vec![
            act(PersonAct::Resend, t.resend_many, ButtonKind::Quiet),
            act(PersonAct::Cancel, t.cancel_many, ButtonKind::Quiet),
            act(PersonAct::Deactivate, t.deactivate_many, ButtonKind::Quiet),
        ],
        id: |person: &Person| {
            person.can_change.then(|| match person.id {
                PersonId::User(id) => id.to_string(),
                PersonId::Invitation(id) => id.to_string(),
            })
        },
        name: |person: &Person| person.email.clone(),
    };
    let parts = ListParts {
        key: "people",
        caption: t.title,
        search: t.search,
        columns,
        filters: Vec::new(),
        export: Some(paths::PEOPLE_EXPORT),
        bulk: Some(bulk),
        // Not seen by anybody: the reader is in the list.
        empty: view! { <EmptyState title=t.empty icon=Glyph::Users/> }.into_any(),
    };
    state.show(page, parts)
}

/// The columns of people.
pub fn people_columns() -> Vec<Column<Person>> {
    let t = texts::<People>();
    let choices = |choices: &[(&str, &str)]| {
        let choices = choices.iter().map(|(value, label)| Choice::new(*value, *label));
        FilterKind::Choice(choices.collect())
    };
    let roles = Role::ALL.map(|role| (role.key(), role.label()));
    vec![
        Column::<Person>::new("account", t.account, |person: &Person| person.account.clone()),
        Column::<Person>::new("email", t.email, |person| person.email.clone())
            .sorted()
            .main()
            .filter(FilterKind::Text)
            .cell(|person| {
                let (email, name) = (person.email.clone(), person.name.clone());
                let own = person.own.then(|| {
                    let you = texts::<People>().you;
                    view! { <span class="faint">" (" {you} ")"</span> }
                });
                let name = (!name.is_empty()).then(|| view! { <div class="faint">{name}</div> });
                view! { {email} {own} {name} }
            }),
        Column::<Person>::new("name", t.name, |person| person.name.clone()).extra(),
        Column::<Person>::new("role", t.role, |person| {
            let roles: Vec<_> = person.roles.iter().copied().map(Role::label).collect();
            roles.join(", ")
        })
        .filter(choices(&roles)),
        Column::<Person>::new("active", t.active, |person| active(person).1.to_owned())
            .sorted()
            .filter(choices(&[("yes", t.yes), ("pending", t.pending), ("no", t.no)]))
            .cell(|person| {
                let (tone, text) = active(person);
                view! { <StateMark tone text/> }
            }),
        Column::<Person>::new("invitation", t.invitation, |person| invitation(person).to_owned()).filter(
            choices(&[
                ("pending", t.pending),
                ("accepted", t.accepted),
                ("declined", t.declined),
                ("cancelled", t.cancelled),
            ]),
        ),
        Column::<Person>::new("days_left", t.days_left, |person| {
            person.days_left.map(|days| days.to_string()).unwrap_or_default()
        })
        .cell(|person| {
            let t = texts::<People>();
            let what = match person.id {
                PersonId::User(_) => t.until_deleted,
                PersonId::Invitation(_) => t.until_end,
            };
            person.days_left.map(|days| {
                view! { <span class="num">{days}</span> <span class="visually-hidden">" " {what}</span> }
            })
        }),
        Column::<Person>::new("created", t.created, |person| texts::exact(person.created_at))
            .sorted()
            .extra()
            .cell(|person| texts::date(person.created_at)),
    ]
}

fn active(person: &Person) -> (Tone, &'static str) {
    let t = texts::<People>();
    match person.active {
        Active::Yes => (Tone::Good, t.yes),
        Active::Pending => (Tone::Info, t.pending),
        Active::No => (Tone::Neutral, t.no),
    }
}

fn invitation(person: &Person) -> &'static str {
    let t = texts::<People>();
    match person.invitation {
        Some(InvitationState::Pending) => t.pending,
        Some(InvitationState::Accepted) => t.accepted,
        Some(InvitationState::Declined) => t.declined,
        Some(InvitationState::Cancelled | InvitationState::Expired) => t.cancelled,
        None => "",
    }
}

/// What can be done with the row. Each names its person, for those who only hear it.
fn buttons(person: &Person, acts: Acts) -> AnyView {
    let t = texts::<People>();
    let whom = || {
        let email = person.email.clone();
        view! { <span class="visually-hidden">" " {email}</span> }
    };
    let send = |label: &'static str, id: String| {
        let whom = whom();
        view! {
            <input type="hidden" name="id" value=id/>
            <Button kind=ButtonKind::Quiet small=true submit=true>{label} {whom}</Button>
        }
    };
    match (person.id, person.active) {
        (PersonId::Invitation(id), Active::Pending) => {
            let (resend, cancel) = (send(t.resend, id.to_string()), send(t.cancel, id.to_string()));
            view! {
                <div class="acts">
                    <ActionForm action=acts.resend>{resend}</ActionForm>
                    <ActionForm action=acts.cancel>{cancel}</ActionForm>
                </div>
            }
            .into_any()
        }
        (PersonId::User(id), Active::Yes) => {
            let links = vec![
                (t.add_role, paths::about(paths::ADD_ROLE, id)),
                (t.remove_role, paths::about(paths::REMOVE_ROLE, id)),
                (t.deactivate, paths::about(paths::DEACTIVATE_USER, id)),
                (
                    texts::<SecondFactor>().reset,
                    paths::about(paths::RESET_SECOND_FACTOR, id),
                ),
            ];
            row_acts(&id.to_string(), &person.email, links)
        }
        (PersonId::User(id), Active::No) => {
            let restore = send(t.restore, id.to_string());
            view! { <div class="acts"><ActionForm action=acts.restore>{restore}</ActionForm></div> }
                .into_any()
        }
        _ => ().into_any(),
    }
}
