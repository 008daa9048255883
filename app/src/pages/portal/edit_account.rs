use domain::Fault;
use domain::account::AccountPage as Shown;
use domain::registration::phone;
use leptos::prelude::*;
use ui::{FormSummary, TextField};

use crate::api::portal::account::{EditAccount, account};
use crate::components::{CompanyFields, CompanyValues};
use crate::error::AppError;
use crate::layout::{
    Difference, FormActs, FormPage, FormState, Plain, is_blank, loaded, needed, say_when_done,
    summary_unless_overtaken, versioned,
};
use crate::paths;
use crate::texts::{Account, Registration, texts};

/// The registration data, to be changed by a Super Admin.
#[component]
pub fn EditAccountPage() -> impl IntoView {
    let action = ServerAction::<EditAccount>::new();
    let form = FormState::new(action, paths::EDIT_ACCOUNT);
    let shown = Resource::new(|| (), |()| allowed());
    say_when_done(action, texts::<Account>().saved);
    view! { {loaded(shown, move |shown| edit_form(shown, action, form))} }
}

/// The account, for somebody who may change it.
async fn allowed() -> Result<Shown, AppError> {
    let shown = account().await?;
    if shown.may_edit {
        Ok(shown)
    } else {
        Err(AppError::Fault(Fault::Forbidden))
    }
}

fn edit_form(shown: Shown, action: ServerAction<EditAccount>, form: FormState) -> impl IntoView + use<> {
    let (t, labels) = (texts::<Account>(), texts::<Registration>());
    let values = CompanyValues::of(form, &shown.information);
    let work_phone = form.value_or("phone", &shown.phone);
    let mut needs = values.needs();
    needs.push(needed("phone", labels.phone, move || !is_blank(work_phone)));
    let named = values
        .values()
        .into_iter()
        .map(|(field, label, _)| (field, label))
        .chain([("phone", labels.phone)])
        .collect();
    let typed: Vec<_> = values
        .values()
        .into_iter()
        .chain([("phone", labels.phone, work_phone)])
        .collect();
    let compared = move |now: &Shown| (now.version, differences(now, &typed));
    let of_version = versioned(form, shown.version, account, compared);
    view! {
        <FormPage title=t.edit_title lead=t.edit_lead list=(t.title, paths::ACCOUNT) here=t.edit_title needs>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_saved faults=summary_unless_overtaken(form, named)/>
                    {of_version}
                    <CompanyFields values form/>
                    <TextField id="phone" name="draft[phone]" label=labels.phone kind="tel" required=true autocomplete="tel" value=work_phone error=form.error("phone") check=Plain::check(phone)/>
                    <FormActs busy=action.pending() back=paths::ACCOUNT/>
                </div>
            </ActionForm>
        </FormPage>
    }
}

/// What is saved now beside what was typed.
fn differences(now: &Shown, typed: &[(&'static str, &'static str, RwSignal<String>)]) -> Vec<Difference> {
    let of = &now.information;
    let saved = [
        &of.company,
        &of.address,
        &of.address2,
        &of.city,
        &of.post_code,
        &of.country,
        &of.state,
        &of.industry,
        &now.phone,
    ];
    let pairs = typed.iter().zip(saved);
    pairs
        .map(|((_, label, typed), saved)| Difference::new(label, saved, *typed))
        .collect()
}
