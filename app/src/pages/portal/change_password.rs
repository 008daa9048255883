use domain::user::new_password;
use leptos::prelude::*;
use ui::{FormSummary, PasswordField};

use crate::api::portal::my_account::ChangePassword;
use crate::components::PasswordRules;
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, needed, say_when_done};
use crate::paths;
use crate::texts::{MyAccount, texts};

#[component]
pub fn ChangePasswordPage() -> impl IntoView {
    let t = texts::<MyAccount>();
    let action = ServerAction::<ChangePassword>::new();
    let form = FormState::new(action, paths::CHANGE_PASSWORD);
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let needs = vec![
        needed("old_password", t.old_password, move || !is_blank(old)),
        needed("password", t.new_password, move || !is_blank(new)),
    ];
    let labels = vec![("old_password", t.old_password), ("password", t.new_password)];
    say_when_done(action, t.password_changed);
    let more = || view! { <PasswordRules/> };
    view! {
        <FormPage title=t.change_password lead=t.change_lead list=(t.title, paths::MY_ACCOUNT) here=t.change_password needs more>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_changed faults=form.summary_of(labels)/>
                    <PasswordField
                        id="old_password" name="draft[old_password]" label=t.old_password required=true
                        value=old error=form.error("old_password")
                    />
                    <PasswordField
                        id="password" name="draft[password]" label=t.new_password required=true autocomplete="new-password"
                        value=new error=form.error("password") check=Plain::check(new_password)
                    />
                    <FormActs busy=action.pending() back=paths::MY_ACCOUNT/>
                </div>
            </ActionForm>
        </FormPage>
    }
}
