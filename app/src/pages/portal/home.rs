use domain::page::{ListQuery, Total};
use domain::permission::{ActivateOnboarding, CreateRouting, CreateUmsInstance, RegisterOsIdp};
use domain::user::Me;
use domain::{Grants, Permission};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, Card, Note, PageHead, Step, StepState, Steps};

use crate::api::portal::os_idps::os_idps;
use crate::api::portal::routing::routing_records;
use crate::api::portal::session::me;
use crate::api::portal::ums_instances::ums_instances;
use crate::error::AppError;
use crate::layout::loaded;
use crate::paths;
use crate::texts::{Home, texts};

/// What the checklist is computed from. A step that the person's roles do not open is not asked for.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Progress {
    me: Me,
    idps: Option<bool>,
    ums: Option<bool>,
    records: Option<bool>,
}

async fn progress() -> Result<Progress, AppError> {
    let me = me().await?;
    let grants = Grants {
        roles: me.roles.clone(),
        superuser: false,
    };
    let one = ListQuery {
        per: 1,
        ..ListQuery::default()
    };
    let some = |total: Total| total != Total::Exact(0);
    let idps = if grants.allow(RegisterOsIdp::NEEDS) {
        Some(some(os_idps(one.clone()).await?.total))
    } else {
        None
    };
    let ums = if grants.allow(CreateUmsInstance::NEEDS) {
        Some(some(ums_instances(one.clone()).await?.total))
    } else {
        None
    };
    let records = if grants.allow(CreateRouting::NEEDS) {
        Some(some(routing_records(one).await?.total))
    } else {
        None
    };
    Ok(Progress {
        me,
        idps,
        ums,
        records,
    })
}

#[component]
pub fn HomePage() -> impl IntoView {
    let found = Resource::new(|| (), |()| progress());
    let t = texts::<Home>();
    view! {
        <Title text=t.title/>
        <PageHead title=t.welcome lead=t.lead/>
        {loaded(found, checklist)}
    }
}

fn checklist(progress: Progress) -> AnyView {
    let t = texts::<Home>();
    let grants = Grants {
        roles: progress.me.roles.clone(),
        superuser: false,
    };
    let activate = grants
        .allow(ActivateOnboarding::NEEDS)
        .then_some(progress.me.onboarding_active);
    let steps = [
        (activate, t.activate, t.activate_text, paths::ACTIVATE),
        (
            progress.ums,
            t.register_ums,
            t.register_ums_text,
            paths::UMS_INSTANCES,
        ),
        (progress.idps, t.register_idp, t.register_idp_text, paths::OS_IDPS),
        (
            progress.records,
            t.register_record,
            t.register_record_text,
            paths::ROUTING,
        ),
    ];
    let steps: Vec<_> = steps
        .into_iter()
        .filter_map(|(done, title, text, href)| Some((done?, title, text, href)))
        .collect();
    if steps.is_empty() {
        return view! { <Note>{t.nothing_to_do}</Note> }.into_any();
    }
    let done = steps.iter().filter(|step| step.0).count();
    let next = steps.iter().position(|step| !step.0);
    let count = format!("{done} / {} {}", steps.len(), t.done_of);
    let step = move |(index, (done, title, text, href)): (
        usize,
        (bool, &'static str, &'static str, &'static str),
    )| {
        let state = if done {
            StepState::Done
        } else if next == Some(index) {
            StepState::Now
        } else {
            StepState::Later
        };
        let kind = if next == Some(index) {
            ButtonKind::Primary
        } else {
            ButtonKind::Plain
        };
        view! {
            <Step state number=index + 1 title action=move || view! { <ButtonLink href small=true kind>{t.open}</ButtonLink> }>
                {text}
            </Step>
        }
    };
    view! {
        <Card title=t.steps flush=true actions=move || view! { <span class="faint num">{count}</span> }>
            <Steps>{steps.into_iter().enumerate().map(step).collect_view()}</Steps>
        </Card>
    }
    .into_any()
}
