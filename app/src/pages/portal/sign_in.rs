use domain::Reason;
use domain::sign_in::SignInStep;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, FormSummary, PasswordField, TextField};

use crate::api::portal::session::SignIn;
use crate::layout::{FormState, Gate};
use crate::paths;
use crate::texts::{self, Frame, texts};

/// E-mail first: its domain says whether a password is wanted, or where the person signs in instead.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let form = FormState::new(action, paths::LOGIN);
    let (t, frame) = (texts::<texts::SignIn>(), texts::<Frame>());
    let query = use_query_map();
    let asked = move |name| query.with(|map| map.get(name)).unwrap_or_default();
    let (next, way) = (asked("next"), form.value_or("way", &asked("way")).get_untracked());
    let by_password = way == paths::BY_PASSWORD;
    let asked_before = way == paths::PASSWORD_ASKED;
    let step = action.value();
    // Once it was asked for, the field stays.
    let asked_now = move || {
        step.with(|step| matches!(step, Some(Ok(SignInStep::Password))))
            || form.error("password").with(Option::is_some)
            || form.refused("user", &Reason::WrongCredentials)
    };
    let wanted = Memo::new(move |before: Option<&bool>| by_password || before == Some(&true) || asked_now());
    // Without script the page learns of the missing password as of a fault, which it is not the first time.
    let first = move || {
        !by_password
            && !asked_before
            && step.with(Option::is_none)
            && form.refused("password", &Reason::Required)
            && !form.refused("user", &Reason::Required)
    };
    let (faults, missing) = (form.summary(), form.error("password"));
    let faults = Signal::derive(move || if first() { Vec::new() } else { faults.get() });
    let missing = Signal::derive(move || missing.get().filter(|_| !first()));
    let way = move || match (by_password, wanted.get()) {
        (true, _) => paths::BY_PASSWORD,
        (false, true) => paths::PASSWORD_ASKED,
        (false, false) => "",
    };
    Effect::new(move |_| match step.get() {
        Some(Ok(SignInStep::Company { url })) => {
            let _ = window().location().set_href(&url);
        }
        Some(Ok(SignInStep::Password)) => focus_password(),
        _ => {}
    });
    view! {
        <Title text=t.title/>
        <Gate tagline=frame.tagline more=frame.tagline_more newcomers=(frame.register, paths::REGISTER)>
            <ActionForm action=action attr:novalidate=true>
                <div><h1>{t.title}</h1><p class="soft">{if by_password { t.by_password } else { t.lead }}</p></div>
                <FormSummary title=t.failed faults=faults/>
                <input type="hidden" name="draft[next]" value=next/>
                <input type="hidden" name="way" value=way/>
                <TextField
                    id="user" name="draft[user]" label=t.email kind="email" autocomplete="username" required=true
                    value=form.value("user") error=form.error("user")
                />
                // Hidden and not missing, so that password managers know the form.
                <div hidden=move || !wanted.get()>
                    <PasswordField id="password" name="draft[password]" label=t.password required=true error=missing/>
                </div>
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>
                    {t.submit}
                </Button>
            </ActionForm>
            <p class="gate__links">
                <a href=paths::FORGOT_PASSWORD>{texts::<texts::Passwords>().forgot}</a>
                {(!by_password).then(|| view! {
                    <a href=format!("{}?way={}", paths::LOGIN, paths::BY_PASSWORD) rel="external">{t.with_password}</a>
                })}
            </p>
        </Gate>
    }
}

/// Puts the cursor where it goes on, once the field is shown.
fn focus_password() {
    request_animation_frame(|| {
        use leptos::wasm_bindgen::JsCast as _;
        let field = document().get_element_by_id("password");
        if let Some(field) = field.and_then(|field| field.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}
