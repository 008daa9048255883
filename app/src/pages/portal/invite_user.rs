use domain::draft::name;
use domain::people::grantable;
use domain::user::Me;
use domain::{EmailAddress, Language, Role};
use leptos::prelude::*;
use ui::{Choice, FormSummary, SelectField, TextField};

use super::user_administration::administrator;
use crate::api::portal::invitations::InviteUser;
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, loaded, needed, say_when_done};
use crate::paths;
use crate::state::preferences::lang;
use crate::texts::{UserAdministration, texts};

/// Roles to choose from, after "Please choose".
pub(super) fn role_choices(roles: impl Iterator<Item = Role>) -> Vec<Choice> {
    let none = Choice::new("", texts::<UserAdministration>().please_choose);
    let roles = roles.map(|role| Choice::new(role.key(), role.label()));
    std::iter::once(none).chain(roles).collect()
}

/// The languages of mails.
pub(super) fn language_choices() -> Vec<Choice> {
    Language::ALL
        .into_iter()
        .map(|language| Choice::new(language.key(), language.label()))
        .collect()
}

#[component]
pub fn InviteUserPage() -> impl IntoView {
    let action = ServerAction::<InviteUser>::new();
    let form = FormState::new(action, paths::INVITE_USER);
    let reader = Resource::new(|| (), |()| administrator());
    say_when_done(action, texts::<UserAdministration>().invited);
    view! { {loaded(reader, move |me| invite_form(&me, action, form))} }
}

fn invite_form(me: &Me, action: ServerAction<InviteUser>, form: FormState) -> impl IntoView + use<> {
    let t = texts::<UserAdministration>();
    let (email, role) = (form.value("email"), form.value("role"));
    let roles = role_choices(grantable(&me.roles));
    let needs = vec![
        needed("email", t.email, move || !is_blank(email)),
        needed("role", t.role, move || !is_blank(role)),
    ];
    let labels = vec![
        ("first_name", t.first_name),
        ("last_name", t.last_name),
        ("email", t.email),
        ("language", t.language),
        ("role", t.role),
    ];
    let more = move || view! { <p><a href=paths::ROLES>{t.roles}</a></p> };
    view! {
        <FormPage title=t.invite lead=t.invite_lead list=(t.title, paths::USER_ADMINISTRATION) here=t.invite needs more>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_invited faults=form.summary_of(labels)/>
                    <TextField id="first_name" name="draft[first_name]" label=t.first_name value=form.value("first_name") error=form.error("first_name") check=Plain::check(name)/>
                    <TextField id="last_name" name="draft[last_name]" label=t.last_name value=form.value("last_name") error=form.error("last_name") check=Plain::check(name)/>
                    <TextField id="email" name="draft[email]" label=t.email hint=t.email_hint kind="email" required=true value=email error=form.error("email") check=Plain::check(EmailAddress::parse)/>
                    <SelectField id="language" name="draft[language]" label=t.language hint=t.language_hint choices=language_choices() value=form.value_or("language", lang().key()) error=form.error("language")/>
                    <SelectField id="role" name="draft[role]" label=t.role required=true choices=roles value=role error=form.error("role")/>
                    <FormActs busy=action.pending() back=paths::USER_ADMINISTRATION/>
                </div>
            </ActionForm>
        </FormPage>
    }
}
