use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, FormSummary, PasswordField, TextField};

use crate::api::portal::session::SignIn;
use crate::layout::{FormState, Gate};
use crate::paths;
use crate::texts::{self, Frame, texts};

#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let form = FormState::new(action, paths::LOGIN);
    let (t, frame) = (texts::<texts::SignIn>(), texts::<Frame>());
    let next = use_query_map().with(|map| map.get("next")).unwrap_or_default();
    view! {
        <Title text=t.title/>
        <Gate tagline=frame.tagline more=frame.tagline_more>
            <ActionForm action=action attr:novalidate=true>
                <div><h1>{t.title}</h1><p class="soft">{t.lead}</p></div>
                <FormSummary title=t.failed faults=form.summary()/>
                <input type="hidden" name="draft[next]" value=next/>
                <TextField
                    id="user" name="draft[user]" label=t.email kind="email" autocomplete="username" required=true
                    value=form.value("user") error=form.error("user")
                />
                <PasswordField
                    id="password" name="draft[password]" label=t.password required=true
                    error=form.error("password")
                />
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
            </ActionForm>
            <p><a href=paths::FORGOT_PASSWORD>{texts::<texts::Passwords>().forgot}</a></p>
        </Gate>
    }
}
