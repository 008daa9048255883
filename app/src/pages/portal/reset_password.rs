use domain::password::ResetLink;
use domain::user::new_password;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, FormSummary, PasswordField};

use crate::api::portal::passwords::{ResetPassword, reset_link};
use crate::components::PasswordRules;
use crate::layout::{FormKey, FormState, Gate, Plain, loaded};
use crate::paths;
use crate::texts::{Frame, Passwords, texts};

/// What the link in a mail opens. To open it changes nothing.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let (t, frame) = (texts::<Passwords>(), texts::<Frame>());
    let action = ServerAction::<ResetPassword>::new();
    let form = FormState::new(action, paths::RESET_PASSWORD);
    let map = use_query_map();
    let token = Memo::new(move |_| map.with(|map| map.get("token")).unwrap_or_default());
    let link = Resource::new(move || token.get(), reset_link);
    let body = move |link| show(link, token.get_untracked(), action, form);
    view! {
        <Title text=t.title/>
        <Gate tagline=frame.tagline more=frame.tagline_more>{loaded(link, body)}</Gate>
    }
}

fn show(link: ResetLink, token: String, action: ServerAction<ResetPassword>, form: FormState) -> AnyView {
    let t = texts::<Passwords>();
    let user = match link {
        ResetLink::Open { user } => user,
        ResetLink::Used => return over(t.used, t.used_text),
        ResetLink::Expired => return over(t.expired, t.expired_text),
        ResetLink::Unknown => return over(t.unknown, t.unknown_text),
    };
    let password = RwSignal::new(String::new());
    view! {
        <div><h1>{t.title}</h1><p class="soft">{t.lead} " " <strong>{user.clone()}</strong></p></div>
        <PasswordRules/>
        <ActionForm action=action attr:novalidate=true>
            <FormSummary title=t.not_set faults=form.summary_of(vec![("password", t.new)])/>
            <input type="hidden" name="draft[token]" value=token/>
            // For the password manager: which name the password belongs to.
            <input type="hidden" name="username" autocomplete="username" value=user/>
            <PasswordField
                id="password" name="draft[password]" label=t.new required=true autocomplete="new-password"
                value=password error=form.error("password") check=Plain::check(new_password)
            />
            <FormKey/>
            <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
        </ActionForm>
    }
    .into_any()
}

/// A link that opens nothing, and the way to another one.
fn over(title: &'static str, text: &'static str) -> AnyView {
    let t = texts::<Passwords>();
    view! {
        <h1>{title}</h1>
        <p>{text}</p>
        <div class="acts">
            <ButtonLink href=paths::FORGOT_PASSWORD kind=ButtonKind::Primary>{t.again}</ButtonLink>
            <ButtonLink href=paths::LOGIN>{t.log_in}</ButtonLink>
        </div>
    }
    .into_any()
}

/// The new password is set.
#[component]
pub fn ResetPasswordDonePage() -> impl IntoView {
    let (t, frame) = (texts::<Passwords>(), texts::<Frame>());
    view! {
        <Title text=t.done/>
        <Gate tagline=frame.tagline more=frame.tagline_more>
            <h1>{t.done}</h1>
            <p>{t.done_text}</p>
            <div><ButtonLink href=paths::LOGIN kind=ButtonKind::Primary>{t.log_in}</ButtonLink></div>
        </Gate>
    }
}
