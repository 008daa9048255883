use domain::second_factor::SetUp;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, ButtonLink, Card, CopyButton, Crumb, FormSummary, PageHead};

use crate::api::portal::second_factor::{
    ConfirmSecondFactor, OfferSecondFactor, RemoveSecondFactor, RenewRecoveryCodes, offered_second_factor,
    recovery_codes,
};
use crate::components::{AppKey, CodeField};
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::texts::{MyAccount, SecondFactor, texts};

fn crumbs(here: &str) -> Vec<Crumb> {
    let crumb = |label: &str, href: Option<&str>| Crumb {
        label: label.to_owned(),
        href: href.map(str::to_owned),
    };
    vec![
        crumb(texts::<MyAccount>().title, Some(paths::MY_ACCOUNT)),
        crumb(here, None),
    ]
}

/// Setting up a second factor.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    let t = texts::<SecondFactor>();
    let offered = Resource::new(|| (), |()| offered_second_factor());
    let action = ServerAction::<ConfirmSecondFactor>::new();
    let form = FormState::new(action, paths::SECOND_FACTOR);
    let body = move |set_up: Option<SetUp>| match set_up {
        Some(set_up) => confirm(set_up, action, form).into_any(),
        None => begin().into_any(),
    };
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead crumbs=crumbs(t.title)/>
        {loaded(offered, body)}
    }
}

/// Nothing is shown yet, or what was shown has ended.
fn begin() -> impl IntoView {
    let t = texts::<SecondFactor>();
    let offer = ServerAction::<OfferSecondFactor>::new();
    let form = FormState::new(offer, "");
    view! {
        <Card>
            <FormSummary title=t.failed faults=form.summary()/>
            <p>{t.scan_text}</p>
            <ActionForm action=offer>
                <div class="acts">
                    <Button kind=ButtonKind::Primary submit=true busy=offer.pending()>{t.set_up}</Button>
                    <ButtonLink href=paths::MY_ACCOUNT>{t.cancel}</ButtonLink>
                </div>
            </ActionForm>
        </Card>
    }
}

fn confirm(set_up: SetUp, action: ServerAction<ConfirmSecondFactor>, form: FormState) -> impl IntoView {
    let t = texts::<SecondFactor>();
    view! {
        <div class="stack">
            <Card title=t.scan><AppKey set_up/></Card>
            <Card title=t.enter>
                <ActionForm action=action attr:novalidate=true>
                    <div class="fields">
                        <FormSummary title=t.failed faults=form.summary_of(vec![("code", t.code)])/>
                        <CodeField form hint=t.code_hint/>
                        <div class="acts">
                            <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.switch_on}</Button>
                            <ButtonLink href=paths::MY_ACCOUNT>{t.cancel}</ButtonLink>
                        </div>
                    </div>
                </ActionForm>
            </Card>
        </div>
    }
}

/// Recovery codes, as long as they are shown, and the way to new ones.
#[component]
pub fn RecoveryCodesPage() -> impl IntoView {
    let t = texts::<SecondFactor>();
    let codes = Resource::new(|| (), |()| recovery_codes());
    let renew = ServerAction::<RenewRecoveryCodes>::new();
    let form = FormState::new(renew, paths::RECOVERY_CODES);
    // Made again, they are shown again.
    Effect::new(move |_| {
        if renew.value().with(|done| matches!(done, Some(Ok(())))) {
            codes.refetch();
        }
    });
    view! {
        <Title text=t.recovery/>
        <PageHead title=t.recovery lead=t.recovery_lead crumbs=crumbs(t.recovery)/>
        <div class="stack">
            {loaded(codes, shown)}
            <Card title=t.recovery_new>
                <ActionForm action=renew attr:novalidate=true>
                    <div class="fields">
                        <FormSummary title=t.failed faults=form.summary_of(vec![("code", t.code)])/>
                        <p class="soft">{t.recovery_new_text}</p>
                        <CodeField form hint=t.code_or_recovery/>
                        <div><Button submit=true busy=renew.pending()>{t.recovery_new}</Button></div>
                    </div>
                </ActionForm>
            </Card>
        </div>
    }
}

fn shown(codes: Vec<String>) -> impl IntoView {
    let t = texts::<SecondFactor>();
    if codes.is_empty() {
        return view! { <Card title=t.recovery_none><p>{t.recovery_none_text}</p></Card> }.into_any();
    }
    let all = codes.join("\n");
    let line = |code: String| view! { <li><code>{code}</code></li> };
    view! {
        <Card title=t.recovery>
            <p>{t.recovery_save}</p>
            <ol class="recovery-codes">{codes.into_iter().map(line).collect_view()}</ol>
            <p><CopyButton text=all label=t.recovery_copy/></p>
            <div><ButtonLink href=paths::MY_ACCOUNT kind=ButtonKind::Primary>{t.recovery_done}</ButtonLink></div>
        </Card>
    }
    .into_any()
}

/// Switching the second factor off.
#[component]
pub fn RemoveSecondFactorPage() -> impl IntoView {
    let t = texts::<SecondFactor>();
    let action = ServerAction::<RemoveSecondFactor>::new();
    let form = FormState::new(action, paths::REMOVE_SECOND_FACTOR);
    view! {
        <Title text=t.switch_off/>
        <PageHead title=t.switch_off lead=t.switch_off_text crumbs=crumbs(t.switch_off)/>
        <Card>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.failed faults=form.summary_of(vec![("code", t.code)])/>
                    <CodeField form hint=t.code_or_recovery/>
                    <div class="acts">
                        <Button kind=ButtonKind::Danger submit=true busy=action.pending()>{t.switch_off}</Button>
                        <ButtonLink href=paths::MY_ACCOUNT>{t.cancel}</ButtonLink>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
}
