use domain::draft::name;
use domain::id::UmsInstanceId;
use domain::saml_idp::CertificateEnd;
use domain::ums_instance::UmsInstance;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Card, CheckField, Fact, Facts, FileTextField, Fingerprint, FormSummary, Note,
    TextArea, TextField, Tone,
};

use super::ums_instances::said;
use crate::api::portal::ums_instances::{DeleteUmsInstance, EditUmsInstance, ReplaceUmsId, ums_instance};
use crate::components::certificate_text;
use crate::error::AppError;
use crate::layout::{
    DetailPage, Difference, FormState, Plain, id_of_page, loaded, say_when_done, summary_unless_overtaken,
    times_done, versioned,
};
use crate::paths;
use crate::texts::{self, UmsInstances, texts};

#[derive(Clone, Copy)]
struct Acts {
    edit: ServerAction<EditUmsInstance>,
    replace: ServerAction<ReplaceUmsId>,
    delete: ServerAction<DeleteUmsInstance>,
}

/// One registered UMS: what is known of it, its properties, its UMS ID, and its end.
#[component]
pub fn UmsInstancePage() -> impl IntoView {
    let t = texts::<UmsInstances>();
    let id = id_of_page::<UmsInstanceId>();
    let acts = Acts {
        edit: ServerAction::new(),
        replace: ServerAction::new(),
        delete: ServerAction::new(),
    };
    let (edited, replaced) = (times_done(acts.edit), times_done(acts.replace));
    let ums = Resource::new(
        move || (id.get(), edited.get(), replaced.get()),
        |(id, ..)| async move { ums_instance(id.ok_or_else(AppError::missing)?).await },
    );
    say_when_done(acts.edit, t.updated_text);
    say_when_done(acts.replace, t.replaced);
    say_when_done(acts.delete, t.deleted);
    view! { {loaded(ums, move |ums| page(ums, acts))} }
}

fn page(ums: UmsInstance, acts: Acts) -> impl IntoView {
    let t = texts::<UmsInstances>();
    let delete = FormState::new(acts.delete, "");
    let over = ums.end == CertificateEnd::Over;
    let notice = move || {
        view! {
            <FormSummary title=t.not_done faults=delete.summary()/>
            {over.then(|| view! { <Note tone=Tone::Bad title=t.expired>{t.expired_text}</Note> })}
        }
    };
    let (own, edited, id) = (ums.clone(), ums.clone(), ums.id.to_string());
    view! {
        <DetailPage name=ums.name.clone() list=(t.title, paths::UMS_INSTANCES) notice>
            <div class="stack">
                <Card title=t.properties>{properties(edited, acts)}</Card>
                <Card title=t.replace>{replace(&ums, acts)}</Card>
            </div>
            <div class="stack">
                <Card title=t.details>{facts(own)}</Card>
                <Card title=t.delete>
                    <p>{t.delete_text}</p>
                    <ul>
                        <li>{t.delete_onboarding}</li>
                        <li>{t.delete_apps}</li>
                        <li>{t.delete_portal}</li>
                        <li>{t.delete_insight}</li>
                    </ul>
                    <p class="soft">{t.delete_stays}</p>
                    <ActionForm action=acts.delete>
                        <input type="hidden" name="id" value=id/>
                        <div class="fields">
                            <div><Button kind=ButtonKind::Danger submit=true busy=acts.delete.pending()>{t.delete}</Button></div>
                        </div>
                    </ActionForm>
                </Card>
            </div>
        </DetailPage>
    }
}

fn facts(ums: UmsInstance) -> impl IntoView {
    let t = texts::<UmsInstances>();
    view! {
        <Facts>
            <Fact label=t.name>{ums.name}</Fact>
            <Fact label=t.certificate>{ums.certificate}</Fact>
            <Fact label=t.expiration>{texts::date(ums.expires_at)}</Fact>
            <Fact label=t.fingerprint><Fingerprint value=ums.fingerprint label=t.fingerprint/></Fact>
            <Fact label=t.app_portal>{said(ums.app_portal)}</Fact>
            <Fact label=t.insight>{said(ums.insight)}</Fact>
            <Fact label=t.created_by>{ums.created_by}</Fact>
            <Fact label=t.created>{texts::date_time(ums.created_at)}</Fact>
            <Fact label=t.updated>{texts::date_time(ums.updated_at)}</Fact>
        </Facts>
    }
}

fn properties(ums: UmsInstance, acts: Acts) -> impl IntoView {
    let t = texts::<UmsInstances>();
    let form = FormState::new(acts.edit, "");
    let (display, comments) = (
        RwSignal::new(ums.name.clone()),
        RwSignal::new(ums.comments.clone()),
    );
    let (app_portal, insight) = (RwSignal::new(ums.app_portal), RwSignal::new(ums.insight));
    let id = ums.id;
    let typed = move || Typed {
        name: display.get_untracked(),
        comments: comments.get_untracked(),
        app_portal: app_portal.get_untracked(),
        insight: insight.get_untracked(),
    };
    let compared = move |now: &UmsInstance| (now.version, differences(now, &typed()));
    let of_version = versioned(form, ums.version, move || ums_instance(id), compared);
    let labels = vec![("name", t.name), ("comments", t.comments)];
    view! {
        <ActionForm action=acts.edit attr:novalidate=true>
            <div class="fields">
                <FormSummary title=t.not_done faults=summary_unless_overtaken(form, labels)/>
                {of_version}
                <input type="hidden" name="draft[id]" value=id.to_string()/>
                <TextField id="name" name="draft[name]" label=t.name required=true value=display error=form.error("name") check=Plain::check(name)/>
                <TextArea id="comments" name="draft[comments]" label=t.comments rows=3 value=comments error=form.error("comments")/>
                <fieldset class="choices">
                    <legend>{t.options}</legend>
                    <CheckField id="app_portal" name="draft[app_portal]" label=t.app_portal hint=t.app_portal_hint checked=app_portal/>
                    <CheckField id="insight" name="draft[insight]" label=t.insight hint=t.insight_hint checked=insight/>
                </fieldset>
                <div><Button kind=ButtonKind::Primary submit=true busy=acts.edit.pending()>{t.save}</Button></div>
            </div>
        </ActionForm>
    }
}

struct Typed {
    name: String,
    comments: String,
    app_portal: bool,
    insight: bool,
}

/// What is saved now beside what was typed.
fn differences(now: &UmsInstance, typed: &Typed) -> Vec<Difference> {
    let t = texts::<UmsInstances>();
    let all = [
        (t.name, now.name.clone(), typed.name.clone()),
        (t.comments, now.comments.clone(), typed.comments.clone()),
        (t.app_portal, said(now.app_portal), said(typed.app_portal)),
        (t.insight, said(now.insight), said(typed.insight)),
    ];
    let difference = |(label, theirs, yours)| Difference { label, theirs, yours };
    all.map(difference).into()
}

fn replace(ums: &UmsInstance, acts: Acts) -> impl IntoView + use<> {
    let t = texts::<UmsInstances>();
    let form = FormState::new(acts.replace, "");
    let (id, version) = (ums.id.to_string(), ums.version.to_string());
    view! {
        <ActionForm action=acts.replace attr:novalidate=true>
            <input type="hidden" name="draft[id]" value=id/>
            <input type="hidden" name="draft[version]" value=version/>
            <div class="fields">
                <p class="soft">{t.replace_text}</p>
                <FormSummary title=t.not_done faults=form.summary_of(vec![("certificate", t.certificate)])/>
                <FileTextField id="certificate" name="draft[certificate]" file_name="" label=t.certificate hint=t.certificate_hint rows=3 accept=".cer,.crt,.pem" error=form.error("certificate") from_bytes=Callback::new(certificate_text)/>
                <div><Button submit=true busy=acts.replace.pending()>{t.replace}</Button></div>
            </div>
        </ActionForm>
    }
}
