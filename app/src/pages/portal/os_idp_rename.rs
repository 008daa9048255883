use domain::draft::name;
use domain::os_idp_test::OsIdpDetails;
use leptos::prelude::*;
use ui::{ButtonKind, FormSummary, TextField};

use super::os_idp_about::{about, acts, form_card, versioned};
use crate::api::portal::os_idps::RenameOsIdp;
use crate::layout::{FormState, Plain, say_when_done, summary_unless_overtaken};
use crate::paths;
use crate::texts::{OsIdpActs, OsIdps, texts};

#[component]
pub fn RenameOsIdpPage() -> impl IntoView {
    let t = texts::<OsIdpActs>();
    let action = ServerAction::<RenameOsIdp>::new();
    let form = FormState::new(action, paths::RENAME_OS_IDP);
    say_when_done(action, t.renamed);
    about((t.rename, t.rename_lead), form, move |details| {
        rename_form(details, action, form)
    })
}

fn rename_form(details: OsIdpDetails, action: ServerAction<RenameOsIdp>, form: FormState) -> impl IntoView {
    let (t, of_idp) = (texts::<OsIdpActs>(), texts::<OsIdps>());
    let idp = details.idp;
    let display = form.value_or("name", &idp.name);
    let of_version = versioned(form, &idp, vec![(of_idp.name, display, |idp| idp.name.clone())]);
    let id = idp.id;
    let fields = view! {
        <ActionForm action=action attr:novalidate=true>
            <div class="fields">
                <FormSummary title=t.not_done faults=summary_unless_overtaken(form, vec![("name", of_idp.name)])/>
                {of_version}
                <TextField id="name" name="draft[name]" label=of_idp.name required=true value=display error=form.error("name") check=Plain::check(name)/>
                {acts(id, (ButtonKind::Primary, t.save), action.pending())}
            </div>
        </ActionForm>
    };
    form_card(&idp, fields)
}
