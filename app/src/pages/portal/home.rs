use domain::checklist::{Checklist, SetUpStep};
use domain::permission::{
    ActivateOnboarding, CreateRouting, CreateUmsInstance, Needs, RegisterOsIdp, TestOsIdp, ViewDomains,
    ViewRouting,
};
use domain::user::Me;
use domain::{Grants, Permission as _};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Card, Note, PageHead, Step, StepState, Steps, Tone};

use crate::api::portal::checklist::checklist;
use crate::api::portal::session::me;
use crate::error::AppError;
use crate::layout::loaded;
use crate::paths;
use crate::texts::{Home, texts};

/// The checklist, and for whom it is shown.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Progress {
    me: Me,
    checklist: Checklist,
}

async fn progress() -> Result<Progress, AppError> {
    Ok(Progress {
        me: me().await?,
        checklist: checklist().await?,
    })
}

#[component]
pub fn HomePage() -> impl IntoView {
    let found = Resource::new(|| (), |()| progress());
    let t = texts::<Home>();
    view! {
        <Title text=t.title/>
        <PageHead title=t.welcome lead=t.lead/>
        {loaded(found, steps)}
    }
}

/// Title, explanation, page, and what it takes to do it there.
fn words(step: SetUpStep) -> (&'static str, &'static str, &'static str, Needs) {
    let t = texts::<Home>();
    match step {
        SetUpStep::Activate => (
            t.activate,
            t.activate_text,
            paths::ACTIVATE,
            ActivateOnboarding::NEEDS,
        ),
        SetUpStep::RegisterIdp => (
            t.register_idp,
            t.register_idp_text,
            paths::OS_IDPS,
            RegisterOsIdp::NEEDS,
        ),
        SetUpStep::TestIdp => (t.test_idp, t.test_idp_text, paths::OS_IDPS, TestOsIdp::NEEDS),
        SetUpStep::ProveDomain => (
            t.prove_domain,
            t.prove_domain_text,
            paths::DOMAINS,
            ViewDomains::NEEDS,
        ),
        SetUpStep::RegisterUms => (
            t.register_ums,
            t.register_ums_text,
            paths::UMS_INSTANCES,
            CreateUmsInstance::NEEDS,
        ),
        SetUpStep::RegisterRecord => (
            t.register_record,
            t.register_record_text,
            paths::ROUTING,
            CreateRouting::NEEDS,
        ),
        SetUpStep::HealthyRoute => (
            t.healthy_route,
            t.healthy_route_text,
            paths::ROUTING,
            ViewRouting::NEEDS,
        ),
        SetUpStep::FirstDevice => (
            t.first_device,
            t.first_device_text,
            paths::ROUTING,
            ViewRouting::NEEDS,
        ),
    }
}

fn steps(progress: Progress) -> AnyView {
    let t = texts::<Home>();
    let grants = Grants {
        roles: progress.me.roles,
        superuser: false,
    };
    let steps = progress.checklist.steps;
    if !steps.iter().any(|(step, _)| grants.allow(words(*step).3)) {
        return view! { <Note>{t.nothing_to_do}</Note> }.into_any();
    }
    let done = steps.iter().filter(|(_, done)| *done).count();
    let next = steps.iter().position(|(_, done)| !done);
    let count = format!("{done} / {} {}", steps.len(), t.done_of);
    let all_done = next.is_none();
    let step = move |(index, (step, done)): (usize, (SetUpStep, bool))| {
        let (title, text, href, needs) = words(step);
        let (state, kind) = if done {
            (StepState::Done, ButtonKind::Plain)
        } else if next == Some(index) {
            (StepState::Now, ButtonKind::Primary)
        } else {
            (StepState::Later, ButtonKind::Plain)
        };
        let allowed = grants.allow(needs);
        let action = move || {
            if allowed {
                view! { <ButtonLink href small=true kind>{t.open}</ButtonLink> }.into_any()
            } else if done {
                ().into_any()
            } else {
                view! { <span class="faint">{t.others}</span> }.into_any()
            }
        };
        view! {
            <Step state number=index + 1 title action>
                {text}
            </Step>
        }
    };
    view! {
        <Card title=t.steps flush=true actions=move || view! { <span class="faint num">{count}</span> }>
            {all_done.then(|| view! { <Note tone=Tone::Good>{t.all_done}</Note> })}
            <Steps>{steps.into_iter().enumerate().map(step).collect_view()}</Steps>
        </Card>
    }
    .into_any()
}
