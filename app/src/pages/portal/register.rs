use domain::EmailAddress;
use domain::draft::name;
use domain::registration::{CompanyInformation, phone};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Card, CheckField, FormSummary, Note, PageHead, RequiredInformation,
    SelectField, TextField, Tone,
};

use super::invite_user::language_choices;
use crate::api::portal::registrations::Register;
use crate::components::{CompanyFields, CompanyValues};
use crate::layout::{FormKey, FormState, Gate, OpenPage, Plain, is_blank, needed};
use crate::paths;
use crate::state::preferences::lang;
use crate::texts::{Forms, Frame, Passwords, Registration, texts};

/// "IGEL Customer & Account Registration".
#[component]
pub fn RegisterPage() -> impl IntoView {
    let (t, forms) = (texts::<Registration>(), texts::<Forms>());
    let action = ServerAction::<Register>::new();
    let form = FormState::new(action, paths::REGISTER);
    let company = CompanyValues::of(form, &CompanyInformation::default());
    let [email, first, last, work_phone] =
        ["email", "first_name", "last_name", "phone"].map(|field| form.value(field));
    let (news, privacy) = (form.ticked("news"), form.ticked("privacy"));
    let mut needs = company.needs();
    needs.extend([
        needed("email", t.email, move || !is_blank(email)),
        needed("first_name", t.first_name, move || !is_blank(first)),
        needed("last_name", t.last_name, move || !is_blank(last)),
        needed("phone", t.phone, move || !is_blank(work_phone)),
        needed("privacy", t.privacy, move || privacy.get()),
    ]);
    let labels = company
        .values()
        .into_iter()
        .map(|(field, label, _)| (field, label))
        .chain([
            ("email", t.email),
            ("first_name", t.first_name),
            ("last_name", t.last_name),
            ("phone", t.phone),
            ("language", t.language),
            ("privacy", t.privacy),
        ])
        .collect();
    view! {
        <Title text=t.title/>
        <OpenPage>
            <PageHead title=t.title lead=t.lead/>
            <div class="form">
                <ActionForm action=action attr:novalidate=true>
                    <div class="fields">
                        <FormSummary title=t.not_sent faults=form.summary_of(labels)/>
                        <h2>{t.company_information}</h2>
                        <CompanyFields values=company form/>
                        <h2>{t.personal_information}</h2>
                        <TextField id="email" name="draft[email]" label=t.email hint=t.email_hint kind="email" required=true autocomplete="email" value=email error=form.error("email") check=Plain::check(EmailAddress::parse)/>
                        <TextField id="first_name" name="draft[first_name]" label=t.first_name required=true autocomplete="given-name" value=first error=form.error("first_name") check=Plain::check(name)/>
                        <TextField id="last_name" name="draft[last_name]" label=t.last_name required=true autocomplete="family-name" value=last error=form.error("last_name") check=Plain::check(name)/>
                        <TextField id="phone" name="draft[phone]" label=t.phone kind="tel" required=true autocomplete="tel" value=work_phone error=form.error("phone") check=Plain::check(phone)/>
                        <SelectField id="language" name="draft[language]" label=t.language required=true choices=language_choices() value=form.value_or("language", lang().key()) error=form.error("language")/>
                        <CheckField id="news" name="draft[news]" label=t.news checked=news/>
                        <CheckField id="privacy" name="draft[privacy]" label=format!("{} *", t.privacy) checked=privacy error=form.error("privacy")/>
                        <p class="soft">{t.terms_are} " " <a href=paths::TERMS target="_blank">{t.terms_here}</a></p>
                        <p class="soft">{t.privacy_is} " " <a href=paths::PRIVACY target="_blank">{t.privacy_here}</a></p>
                        <FormKey/>
                        <div class="acts">
                            <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{forms.submit}</Button>
                        </div>
                    </div>
                </ActionForm>
                <div class="aside">
                    <RequiredInformation title=forms.required complete=forms.complete items=needs/>
                    <Requirements/>
                </div>
            </div>
        </OpenPage>
    }
}

#[component]
fn Requirements() -> impl IntoView {
    let t = texts::<Registration>();
    view! {
        <Card title=t.requirements>
            <ul class="bullets">
                <li>{t.requirement_name}</li>
                <li>{t.requirement_business}</li>
                <li>{t.requirement_personal}</li>
                <li>{t.requirement_generic}</li>
                <li>{t.requirement_shared}</li>
                <li>{t.requirement_free}</li>
            </ul>
        </Card>
    }
}

/// The same for everybody who has registered.
#[component]
pub fn RegisterSentPage() -> impl IntoView {
    let (t, frame, passwords) = (texts::<Registration>(), texts::<Frame>(), texts::<Passwords>());
    view! {
        <Title text=t.sent/>
        <Gate tagline=frame.tagline more=frame.tagline_more>
            <h1>{t.sent}</h1>
            <p>{t.sent_text}</p>
            <Note tone=Tone::Info>{passwords.spam}</Note>
            <div><ButtonLink href=paths::LOGIN>{passwords.back}</ButtonLink></div>
        </Gate>
    }
}
