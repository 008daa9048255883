use domain::Role;
use domain::invitation::InvitationState;
use domain::page::{ListQuery, Page};
use domain::people::{Active, Person, PersonId};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Cell, EmptyState, FormSummary, Glyph, HeadCell, PageHead, Row, SortCell,
    StateMark, Tone,
};

use crate::api::portal::invitations::{CancelInvitation, ResendInvitation};
use crate::api::portal::users::{RestoreUser, people};
use crate::layout::{FormState, ListParts, ListState, list_state, loaded, say_when_done};
use crate::paths;
use crate::texts::{People, Roles, UserAdministration, texts};

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
        {loaded(rows, body)}
    }
}

fn list(state: ListState, page: Page<Person>, acts: Acts) -> AnyView {
    let t = texts::<People>();
    let head = move || {
        view! {
            <HeadCell label=t.account/>
            <SortCell label=t.email href=state.sort_href("email") sorted=state.sorted("email")/>
            <HeadCell label=t.role/>
            <SortCell label=t.active href=state.sort_href("active") sorted=state.sorted("active")/>
            <HeadCell label=t.invitation/>
            <HeadCell label=t.days_left/>
            <HeadCell label=t.action/>
        }
    };
    // Not seen by anybody: the reader is in the list.
    let empty = move || view! { <EmptyState title=t.empty icon=Glyph::Users/> };
    let parts = ListParts {
        caption: t.title,
        search: t.search,
        empty,
        head,
        row: move |person| row(person, acts),
    };
    state.show(page, parts)
}

fn row(person: Person, acts: Acts) -> impl IntoView {
    let t = texts::<People>();
    let (tone, active) = match person.active {
        Active::Yes => (Tone::Good, t.yes),
        Active::Pending => (Tone::Info, t.pending),
        Active::No => (Tone::Neutral, t.no),
    };
    let invitation = match person.invitation {
        Some(InvitationState::Pending) => t.pending,
        Some(InvitationState::Accepted) => t.accepted,
        Some(InvitationState::Declined) => t.declined,
        Some(InvitationState::Cancelled | InvitationState::Expired) => t.cancelled,
        None => "",
    };
    let what = match person.id {
        PersonId::User(_) => t.until_deleted,
        PersonId::Invitation(_) => t.until_end,
    };
    let days = person.days_left.map(|days| {
        view! { <span class="num">{days}</span> <span class="visually-hidden">" " {what}</span> }
    });
    let roles: Vec<_> = person.roles.iter().copied().map(Role::label).collect();
    let buttons = person.can_change.then(|| buttons(&person, acts));
    view! {
        <Row>
            <Cell label=t.account>{person.account}</Cell>
            <Cell label=t.email main=true>
                {person.email}
                {person.own.then(|| view! { <span class="faint">" (" {t.you} ")"</span> })}
                {(!person.name.is_empty()).then(|| view! { <div class="faint">{person.name.clone()}</div> })}
            </Cell>
            <Cell label=t.role>{roles.join(", ")}</Cell>
            <Cell label=t.active><StateMark tone text=active/></Cell>
            <Cell label=t.invitation>{invitation}</Cell>
            <Cell label=t.days_left>{days}</Cell>
            <Cell label=t.action>{buttons}</Cell>
        </Row>
    }
}

/// What can be done with the row. Each names its person, for those who only hear it.
fn buttons(person: &Person, acts: Acts) -> AnyView {
    let t = texts::<People>();
    let whom = || {
        let email = person.email.clone();
        view! { <span class="visually-hidden">" " {email}</span> }
    };
    let link = |label: &'static str, href: String| {
        let whom = whom();
        view! { <ButtonLink href=href kind=ButtonKind::Quiet small=true>{label} {whom}</ButtonLink> }
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
        (PersonId::User(id), Active::Yes) => view! {
            <div class="acts">
                {link(t.add_role, paths::about(paths::ADD_ROLE, id))}
                {link(t.remove_role, paths::about(paths::REMOVE_ROLE, id))}
                {link(t.deactivate, paths::about(paths::DEACTIVATE_USER, id))}
            </div>
        }
        .into_any(),
        (PersonId::User(id), Active::No) => {
            let restore = send(t.restore, id.to_string());
            view! { <div class="acts"><ActionForm action=acts.restore>{restore}</ActionForm></div> }
                .into_any()
        }
        _ => ().into_any(),
    }
}
