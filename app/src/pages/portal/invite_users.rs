use domain::people::grantable;
use domain::user::Me;
use leptos::prelude::*;
use ui::{FormSummary, SelectField, TextArea};

use super::invite_user::{language_choices, role_choices};
use super::user_administration::administrator;
use crate::api::portal::invitations::InviteUsers;
use crate::layout::{FormActs, FormPage, FormState, is_blank, loaded, needed, say_when_done};
use crate::paths;
use crate::state::preferences::lang;
use crate::texts::{UserAdministration, texts};

#[component]
pub fn InviteUsersPage() -> impl IntoView {
    let action = ServerAction::<InviteUsers>::new();
    let form = FormState::new(action, paths::INVITE_USERS);
    let reader = Resource::new(|| (), |()| administrator());
    say_when_done(action, texts::<UserAdministration>().lines_invited);
    view! { {loaded(reader, move |me| list_form(&me, action, form))} }
}

fn list_form(me: &Me, action: ServerAction<InviteUsers>, form: FormState) -> impl IntoView + use<> {
    let t = texts::<UserAdministration>();
    let lines = form.value("lines");
    let roles = role_choices(grantable(&me.roles));
    let needs = vec![needed("lines", t.lines, move || !is_blank(lines))];
    let labels = vec![
        ("lines", t.lines),
        ("language", t.language),
        ("role", t.role_for_all),
    ];
    let more = move || view! { <p><a href=paths::ROLES>{t.roles}</a></p> };
    view! {
        <FormPage title=t.invite_list lead=t.lines_lead list=(t.title, paths::USER_ADMINISTRATION) here=t.invite_list needs more>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.lines_not_invited faults=form.summary_of(labels)/>
                    <TextArea id="lines" name="draft[lines]" label=t.lines hint=t.lines_hint rows=10 required=true value=lines error=form.error("lines")/>
                    <SelectField id="language" name="draft[language]" label=t.language hint=t.language_hint choices=language_choices() value=form.value_or("language", lang().key()) error=form.error("language")/>
                    <SelectField id="role" name="draft[role]" label=t.role_for_all choices=roles value=form.value("role") error=form.error("role")/>
                    <FormActs busy=action.pending() back=paths::USER_ADMINISTRATION/>
                </div>
            </ActionForm>
        </FormPage>
    }
}
