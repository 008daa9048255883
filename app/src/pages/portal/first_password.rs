use domain::user::new_password;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, FormSummary, PasswordField};

use crate::api::portal::first_password::{SetFirstPassword, first_password};
use crate::api::portal::session::SignOut;
use crate::components::PasswordRules;
use crate::layout::{FormState, Gate, Plain, loaded};
use crate::paths;
use crate::texts::{self, Frame, Passwords, texts};

/// The first log-in: nothing else is open before a password of one's own is set.
#[component]
pub fn FirstPasswordPage() -> impl IntoView {
    let (t, frame) = (texts::<texts::FirstPassword>(), texts::<Frame>());
    let action = ServerAction::<SetFirstPassword>::new();
    let leave = ServerAction::<SignOut>::new();
    let form = FormState::new(action, paths::FIRST_PASSWORD);
    let user = Resource::new(|| (), |()| first_password());
    let body = move |user: String| {
        let p = texts::<Passwords>();
        let password = RwSignal::new(String::new());
        view! {
            <div><h1>{t.title}</h1><p class="soft">{t.lead} " " <strong>{user.clone()}</strong></p></div>
            <PasswordRules/>
            <ActionForm action=action attr:novalidate=true>
                <FormSummary title=p.not_set faults=form.summary_of(vec![("password", p.new)])/>
                // For the password manager: which name the password belongs to.
                <input type="hidden" name="username" autocomplete="username" value=user/>
                <PasswordField
                    id="password" name="draft[password]" label=p.new required=true autocomplete="new-password"
                    value=password error=form.error("password") check=Plain::check(new_password)
                />
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
            </ActionForm>
            <ActionForm action=leave>
                <Button kind=ButtonKind::Quiet submit=true busy=leave.pending()>{frame.sign_out}</Button>
            </ActionForm>
        }
    };
    view! {
        <Title text=t.title/>
        <Gate tagline=frame.tagline more=frame.tagline_more>{loaded(user, body)}</Gate>
    }
}
