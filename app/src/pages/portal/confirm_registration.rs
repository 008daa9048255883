use domain::registration::ConfirmationLink;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, FormSummary, Note, Tone};

use crate::api::portal::registrations::{ConfirmRegistration, registration_link};
use crate::layout::{FormKey, FormState, Gate, loaded};
use crate::paths;
use crate::texts::{Frame, Passwords, Registration, texts};

/// What the link in a mail opens. To open it changes nothing.
#[component]
pub fn ConfirmRegistrationPage() -> impl IntoView {
    let (t, frame) = (texts::<Registration>(), texts::<Frame>());
    let action = ServerAction::<ConfirmRegistration>::new();
    let form = FormState::new(action, paths::CONFIRM_REGISTRATION);
    let map = use_query_map();
    let token = Memo::new(move |_| map.with(|map| map.get("token")).unwrap_or_default());
    let done = action.version();
    let link = Resource::new(
        move || (token.get(), done.get()),
        |(token, _)| registration_link(token),
    );
    let body = move |link| show(link, token.get_untracked(), action, form);
    view! {
        <Title text=t.confirm_title/>
        <Gate tagline=frame.tagline more=frame.tagline_more>{loaded(link, body)}</Gate>
    }
}

fn show(
    link: ConfirmationLink,
    token: String,
    action: ServerAction<ConfirmRegistration>,
    form: FormState,
) -> AnyView {
    let t = texts::<Registration>();
    match link {
        ConfirmationLink::Open { company, email } => view! {
            <div>
                <h1>{t.confirm_title}</h1>
                <p>{t.confirm_of} " " <strong>{company}</strong> " " {t.confirm_with} " " <strong>{email}</strong> "."</p>
                <p class="soft">{t.confirm_text}</p>
            </div>
            <ActionForm action=action>
                <FormSummary title=t.not_confirmed faults=form.summary()/>
                <input type="hidden" name="token" value=token/>
                <FormKey/>
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.confirm}</Button>
            </ActionForm>
        }
        .into_any(),
        ConfirmationLink::Confirmed => view! {
            <h1>{t.confirmed}</h1>
            <p>{t.confirmed_text}</p>
            <Note tone=Tone::Info>{texts::<Passwords>().spam}</Note>
        }
        .into_any(),
        ConfirmationLink::Expired => over(t.expired, t.expired_text),
        ConfirmationLink::Unknown => over(t.unknown, t.unknown_text),
    }
}

/// A link that opens nothing, and the way to another one.
fn over(title: &'static str, text: &'static str) -> AnyView {
    view! {
        <h1>{title}</h1>
        <p>{text}</p>
        <div><ButtonLink href=paths::REGISTER kind=ButtonKind::Primary>{texts::<Registration>().again}</ButtonLink></div>
    }
    .into_any()
}
