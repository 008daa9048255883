use domain::draft::name;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, CheckField, Crumb, FileTextField, FormSummary, PageHead, Required,
    RequiredInformation, TextArea, TextField,
};

use crate::api::portal::ums_instances::RegisterUmsInstance;
use crate::layout::{FormState, Plain, UploadForm};
use crate::paths;
use crate::texts::{UmsInstances, texts};

#[component]
pub fn NewUmsInstancePage() -> impl IntoView {
    let action = ServerAction::<RegisterUmsInstance>::new();
    let form = FormState::new(action, paths::NEW_UMS_INSTANCE);
    let t = texts::<UmsInstances>();
    let (display, certificate) = (form.value("name"), form.value("certificate"));
    let crumbs = vec![
        Crumb {
            label: t.title.to_owned(),
            href: Some(paths::UMS_INSTANCES.to_owned()),
        },
        Crumb {
            label: t.register.to_owned(),
            href: None,
        },
    ];
    let filled = |value: RwSignal<String>| Signal::derive(move || !value.with(|text| text.trim().is_empty()));
    let required = |field: &str, label: &'static str, filled: Signal<bool>| Required {
        field: field.to_owned(),
        label: Signal::stored(label.to_owned()),
        filled,
    };
    let missing = vec![
        required("name", t.name, filled(display)),
        required("certificate", t.certificate, filled(certificate)),
    ];
    let labels = vec![
        ("name", t.name),
        ("comments", t.comments),
        ("certificate", t.certificate),
    ];
    view! {
        <Title text=t.form_title/>
        <PageHead title=t.form_title lead=t.form_lead crumbs/>
        <div class="form">
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
                    <FileTextField id="certificate" name="draft[certificate]" file_name="certificate_file" label=t.certificate hint=t.certificate_hint required=true accept=".cer,.crt,.pem" value=certificate error=form.error("certificate")/>
                    <div class="acts">
                        <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
                        <ButtonLink href=paths::UMS_INSTANCES>{t.cancel}</ButtonLink>
                    </div>
                </div>
            </UploadForm>
            <div class="aside">
                <RequiredInformation title=t.required complete=t.complete items=missing/>
            </div>
        </div>
    }
}
