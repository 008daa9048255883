use domain::account::AccountPage as Shown;
use domain::registration::phone;
use domain::{Conflict, Fault};
use leptos::prelude::*;
use ui::{Cell, FormSummary, HeadCell, Note, Row, Table, TextField, Tone};

use crate::api::portal::account::{EditAccount, account};
use crate::components::{CompanyFields, CompanyValues};
use crate::error::AppError;
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, loaded, needed, say_when_done};
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
    // Without script the page was loaded anew, so what is saved now is known. With script it is fetched once the save was refused.
    let version = RwSignal::new(shown.version);
    let stale = move || form.conflict() == Some(Conflict::Stale);
    let fresh = Resource::new(stale, move |stale| {
        let here = shown.clone();
        async move { if stale { account().await } else { Ok(here) } }
    });
    Effect::new(move |_| {
        if let Some(Ok(now)) = fresh.get() {
            version.set(now.version);
        }
    });
    let compare = move |now: Shown| {
        let typed = typed.clone();
        move || stale().then(|| differences(&now, &typed))
    };
    view! {
        <FormPage title=t.edit_title lead=t.edit_lead list=(t.title, paths::ACCOUNT) here=t.edit_title needs>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_saved faults=form.summary_of(named)/>
                    {loaded(fresh, compare)}
                    <input type="hidden" name="draft[version]" prop:value=move || version.get().to_string() value=version.get_untracked().to_string()/>
                    <CompanyFields values form/>
                    <TextField id="phone" name="draft[phone]" label=labels.phone kind="tel" required=true autocomplete="tel" value=work_phone error=form.error("phone") check=Plain::check(phone)/>
                    <FormActs busy=action.pending() back=paths::ACCOUNT/>
                </div>
            </ActionForm>
        </FormPage>
    }
}

/// What somebody else has saved, beside what was typed (fault F30).
fn differences(now: &Shown, typed: &[(&'static str, &'static str, RwSignal<String>)]) -> AnyView {
    let t = texts::<Account>();
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
    let rows: Vec<_> = typed
        .iter()
        .zip(saved)
        .filter(|((_, _, value), saved)| value.with_untracked(|value| value.trim() != saved.as_str()))
        .map(|((_, label, value), saved)| {
            let (label, typed, saved) = (*label, value.get_untracked(), saved.clone());
            view! {
                <Row>
                    <Cell label=t.field main=true>{label}</Cell>
                    <Cell label=t.theirs>{saved}</Cell>
                    <Cell label=t.yours>{typed}</Cell>
                </Row>
            }
        })
        .collect();
    let head =
        move || view! { <HeadCell label=t.field/> <HeadCell label=t.theirs/> <HeadCell label=t.yours/> };
    view! {
        <Note tone=Tone::Warn title=t.stale>{t.stale_text}</Note>
        <Table caption=t.stale head>{rows}</Table>
    }
    .into_any()
}
