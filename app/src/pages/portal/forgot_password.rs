use domain::EmailAddress;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, ButtonLink, FormSummary, Note, Step, StepState, Steps, TextField, Tone};

use crate::api::portal::passwords::ForgotPassword;
use crate::layout::{FormKey, FormState, Gate, Plain};
use crate::paths;
use crate::texts::{Frame, Passwords, texts};

/// Identify and Verify: asks for a link by mail.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let (t, frame) = (texts::<Passwords>(), texts::<Frame>());
    let action = ServerAction::<ForgotPassword>::new();
    let form = FormState::new(action, paths::FORGOT_PASSWORD);
    let labels = vec![("user", t.user), ("email", t.email)];
    view! {
        <Title text=t.forgot/>
        <Gate tagline=frame.tagline more=frame.tagline_more>
            <div><h1>{t.forgot}</h1><p class="soft">{t.forgot_lead}</p></div>
            <Steps>
                <Step state=StepState::Now number=1 title=t.identify>{t.identify_text}</Step>
                <Step state=StepState::Now number=2 title=t.verify>{t.verify_text}</Step>
                <Step state=StepState::Later number=3 title=t.reset>{t.reset_text}</Step>
            </Steps>
            <ActionForm action=action attr:novalidate=true>
                <FormSummary title=t.not_sent faults=form.summary_of(labels)/>
                <TextField
                    id="user" name="draft[user]" label=t.user kind="email" autocomplete="username" required=true
                    value=form.value("user") error=form.error("user") check=Plain::check(EmailAddress::parse)
                />
                <TextField
                    id="email" name="draft[email]" label=t.email kind="email" autocomplete="email" required=true
                    value=form.value("email") error=form.error("email") check=Plain::check(EmailAddress::parse)
                />
                <FormKey/>
                <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.send}</Button>
            </ActionForm>
            <p><a href=paths::LOGIN>{t.back}</a></p>
        </Gate>
    }
}

/// The same for everybody who asked.
#[component]
pub fn ForgotPasswordSentPage() -> impl IntoView {
    let (t, frame) = (texts::<Passwords>(), texts::<Frame>());
    view! {
        <Title text=t.sent/>
        <Gate tagline=frame.tagline more=frame.tagline_more>
            <h1>{t.sent}</h1>
            <p>{t.sent_text}</p>
            <Note tone=Tone::Info>{t.spam}</Note>
            <div><ButtonLink href=paths::LOGIN>{t.back}</ButtonLink></div>
        </Gate>
    }
}
