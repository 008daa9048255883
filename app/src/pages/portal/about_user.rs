//! A question about one user before something is done: a page of its own, so that it works without script too.

use domain::id::UserId;
use domain::people::RoleHolder;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, Card, Crumb, FormSummary, Glyph, PageHead};

use crate::api::portal::second_factor::ResetSecondFactor;
use crate::api::portal::users::{DeactivateUser, user_to_change};
use crate::error::AppError;
use crate::layout::{FormState, loaded, say_when_done};
use crate::paths;
use crate::texts::{Forms, People, SecondFactor, UserAdministration, texts};

/// What is asked.
#[derive(Clone, Copy)]
struct Question {
    title: &'static str,
    lead: &'static str,
    text: &'static str,
}

#[component]
pub fn DeactivateUserPage() -> impl IntoView {
    let t = texts::<UserAdministration>();
    let action = ServerAction::<DeactivateUser>::new();
    let form = FormState::new(action, paths::DEACTIVATE_USER);
    say_when_done(action, t.deactivated);
    let question = Question {
        title: t.deactivate,
        lead: t.deactivate_lead,
        text: t.deactivate_text,
    };
    about_user(question, form, move |user| {
        let fields = acts(user, question.title, action.pending().into());
        view! { <ActionForm action=action>{fields}</ActionForm> }.into_any()
    })
}

#[component]
pub fn ResetSecondFactorPage() -> impl IntoView {
    let t = texts::<SecondFactor>();
    let action = ServerAction::<ResetSecondFactor>::new();
    let form = FormState::new(action, paths::RESET_SECOND_FACTOR);
    say_when_done(action, t.reset_done);
    let question = Question {
        title: t.reset,
        lead: t.reset_lead,
        text: t.reset_text,
    };
    about_user(question, form, move |user| {
        let fields = acts(user, question.title, action.pending().into());
        view! { <ActionForm action=action>{fields}</ActionForm> }.into_any()
    })
}

/// The page: the user that its address names, what will happen, and the form.
fn about_user(
    question: Question,
    form: FormState,
    ask: impl Fn(UserId) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let Question { title, lead, text } = question;
    // A refused form comes back without its address.
    let refused = form.value("id").get_untracked();
    let map = use_query_map();
    let wanted = Memo::new(move |_| {
        let named = map.with(|map| map.get("user")).unwrap_or_default();
        let id = if refused.is_empty() { &named } else { &refused };
        id.parse::<UserId>().ok()
    });
    let user = Resource::new(
        move || wanted.get(),
        |id| async move { user_to_change(id.ok_or_else(AppError::missing)?).await },
    );
    let crumbs = vec![
        Crumb {
            label: texts::<People>().menu.to_owned(),
            href: Some(paths::PEOPLE.to_owned()),
        },
        Crumb {
            label: title.to_owned(),
            href: None,
        },
    ];
    let body = move |user: RoleHolder| {
        let form_of = ask(user.id);
        view! {
            <Card title=name(user)>
                <p>{text}</p>
                <FormSummary title=title faults=form.summary()/>
                {form_of}
            </Card>
        }
    };
    view! {
        <Title text=title/>
        <PageHead title lead crumbs/>
        {loaded(user, body)}
    }
}

fn name(user: RoleHolder) -> String {
    if user.name.is_empty() {
        user.email
    } else {
        format!("{} ({})", user.name, user.email)
    }
}

fn acts(user: UserId, title: &'static str, busy: Signal<bool>) -> impl IntoView {
    view! {
        <input type="hidden" name="id" value=user.to_string()/>
        <div class="acts">
            <Button kind=ButtonKind::Danger submit=true icon=Glyph::Power busy>{title}</Button>
            <ButtonLink href=paths::PEOPLE>{texts::<Forms>().cancel}</ButtonLink>
        </div>
    }
}
