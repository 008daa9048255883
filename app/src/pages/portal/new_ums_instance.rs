use domain::draft::name;
use leptos::prelude::*;
use ui::{CheckField, FileTextField, FormSummary, TextArea, TextField};

use crate::api::portal::ums_instances::RegisterUmsInstance;
use crate::components::certificate_text;
use crate::layout::{FormActs, FormPage, FormState, Plain, UploadForm, is_blank, needed, say_when_done};
use crate::paths;
use crate::texts::{UmsInstances, texts};

#[component]
pub fn NewUmsInstancePage() -> impl IntoView {
    let action = ServerAction::<RegisterUmsInstance>::new();
    let form = FormState::new(action, paths::NEW_UMS_INSTANCE);
    let t = texts::<UmsInstances>();
    let (display, certificate) = (form.value("name"), form.value("certificate"));
    let needs = vec![
        needed("name", t.name, move || !is_blank(display)),
        needed("certificate", t.certificate, move || !is_blank(certificate)),
    ];
    say_when_done(action, t.saved);
    let labels = vec![
        ("name", t.name),
        ("comments", t.comments),
        ("certificate", t.certificate),
    ];
    view! {
        <FormPage title=t.form_title lead=t.form_lead list=(t.title, paths::UMS_INSTANCES) here=t.register needs>
            <UploadForm action upload=paths::UMS_INSTANCE_UPLOAD>
                <div class="fields">
                    <FormSummary title=t.not_saved faults=form.summary_of(labels)/>
                    <TextField id="name" name="draft[name]" label=t.name required=true value=display error=form.error("name") check=Plain::check(name)/>
                    <TextArea id="comments" name="draft[comments]" label=t.comments rows=3 value=form.value("comments") error=form.error("comments")/>
                    <fieldset class="choices">
                        <legend>{t.options}</legend>
                        <CheckField id="app_portal" name="draft[app_portal]" label=t.app_portal checked=form.ticked("app_portal")/>
                        <CheckField id="insight" name="draft[insight]" label=t.insight checked=form.ticked("insight")/>
                    </fieldset>
                    <FileTextField id="certificate" name="draft[certificate]" file_name="certificate_file" label=t.certificate hint=t.certificate_hint required=true accept=".cer,.crt,.pem" value=certificate error=form.error("certificate") from_bytes=Callback::new(certificate_text)/>
                    <FormActs busy=action.pending() back=paths::UMS_INSTANCES/>
                </div>
            </UploadForm>
        </FormPage>
    }
}
