use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, FormSummary, PasswordField, TextField};

use crate::api::operator::session::SignIn;
use crate::layout::{FormState, Gate};
use crate::paths;
use crate::texts::{self, Operator, texts};

#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let form = FormState::new(action, paths::OPERATOR_LOGIN);
    let (t, sign_in) = (texts::<Operator>(), texts::<texts::SignIn>());
    let next = use_query_map().with(|map| map.get("next")).unwrap_or_default();
    view! {
        <Title text=t.sign_in_title/>
        <Gate tagline=t.tagline more=t.tagline_more>
            <ActionForm action=action attr:novalidate=true>
                <div><h1>{t.sign_in_title}</h1><p class="soft">{t.sign_in_lead}</p></div>
                <FormSummary title=sign_in.failed faults=form.summary()/>
                <input type="hidden" name="draft[next]" value=next/>
                <TextField
                    id="user" name="draft[user]" label=sign_in.email kind="email" autocomplete="username" required=true
                    value=form.value("user") error=form.error("user")
                />
                <PasswordField
                    id="password" name="draft[password]" label=sign_in.password required=true
                    error=form.error("password")
                />
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{sign_in.submit}</Button>
            </ActionForm>
        </Gate>
    }
}
