use domain::second_factor::Step;
use domain::{Conflict, Fault};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, ButtonLink, FormSummary};

use crate::api::portal::second_factor::{EnterCode, sign_in_step};
use crate::components::{AppKey, CodeField};
use crate::layout::{FormState, Gate, loaded};
use crate::paths;
use crate::texts::{Frame, SecondFactor, texts};

/// The step of a log-in after the password: a code, or the set-up that the account asks for.
#[component]
pub fn EnterCodePage() -> impl IntoView {
    let (t, frame) = (texts::<SecondFactor>(), texts::<Frame>());
    let action = ServerAction::<EnterCode>::new();
    let form = FormState::new(action, paths::ENTER_CODE);
    let step = Resource::new(
        || (),
        |()| async {
            match sign_in_step().await {
                Ok(step) => Ok(Some(step)),
                Err(error) if is_over(error.fault()) => Ok(None),
                Err(error) => Err(error),
            }
        },
    );
    let body = move |step: Option<Step>| match step {
        Some(step) => enter(step, action, form).into_any(),
        None => over().into_any(),
    };
    view! {
        <Title text=t.log_in/>
        <Gate tagline=frame.tagline more=frame.tagline_more>{loaded(step, body)}</Gate>
    }
}

fn is_over(fault: Option<&Fault>) -> bool {
    matches!(
        fault,
        Some(Fault::Conflict {
            conflict: Conflict::SignInOver
        })
    )
}

fn enter(step: Step, action: ServerAction<EnterCode>, form: FormState) -> impl IntoView {
    let t = texts::<SecondFactor>();
    let (head, hint, more) = match step {
        Step::Code { user } => {
            let head = view! {
                <div><h1>{t.log_in}</h1><p class="soft">{t.log_in_as} " " <strong>{user}</strong></p></div>
            };
            let more = view! { <p class="soft">{t.log_in_lost}</p> };
            (head.into_any(), t.code_or_recovery, Some(more))
        }
        Step::SetUp(set_up) => {
            let head = view! {
                <div><h1>{t.log_in_set_up}</h1><p class="soft">{t.log_in_set_up_text}</p></div>
                <h2>{t.scan}</h2>
                <AppKey set_up/>
                <h2>{t.enter}</h2>
            };
            (head.into_any(), t.code_hint, None)
        }
    };
    view! {
        {head}
        <ActionForm action=action attr:novalidate=true>
            <FormSummary title=t.failed faults=form.summary_of(vec![("code", t.code)])/>
            <CodeField form hint/>
            <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.log_in_submit}</Button>
        </ActionForm>
        {more}
        <p><a href=paths::LOGIN>{t.log_in_again}</a></p>
    }
}

fn over() -> impl IntoView {
    let t = texts::<SecondFactor>();
    view! {
        <h1>{t.log_in_over}</h1>
        <p>{t.log_in_over_text}</p>
        <div><ButtonLink href=paths::LOGIN kind=ButtonKind::Primary>{t.log_in_again}</ButtonLink></div>
    }
}
