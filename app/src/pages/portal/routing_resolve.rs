use domain::resolution::{MappedBy, Outcome, Resolution};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Card, Crumb, Fact, Facts, Note, PageHead, SearchBox, StateMark, Tone};

use super::routing_report::HealthMark;
use crate::api::portal::routing::resolve_route;
use crate::components::ProofMark;
use crate::error::AppError;
use crate::layout::loaded;
use crate::paths;
use crate::texts::{self, ResolverTexts, Routing, texts};

/// "Which record, which identity provider, why?" The address stands in the page's address, so that a link brings the answer.
#[component]
pub fn RoutingResolvePage() -> impl IntoView {
    let t = texts::<ResolverTexts>();
    let map = use_query_map();
    let email = Memo::new(move |_| map.with(|map| map.get("email")).unwrap_or_default());
    let answer = Resource::new(
        move || email.get(),
        |email| async move {
            if email.trim().is_empty() {
                return Ok(None);
            }
            match resolve_route(email).await {
                Ok(found) => Ok(Some(Ok(found))),
                // Said on the page, beside the field.
                Err(AppError::Fault(domain::Fault::Invalid(invalid))) => Ok(Some(Err(invalid))),
                Err(error) => Err(error),
            }
        },
    );
    let crumbs = vec![
        Crumb {
            label: texts::<Routing>().title.to_owned(),
            href: Some(paths::ROUTING.to_owned()),
        },
        Crumb {
            label: t.title.to_owned(),
            href: None,
        },
    ];
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead crumbs/>
        <div class="stack">
            <Card><SearchBox id="email" action=paths::ROUTING_RESOLVE name="email" label=t.email value=email/></Card>
            {loaded(answer, |answer| answer.map(|answer| match answer {
                Ok(found) => resolution(found),
                Err(invalid) => refused(&invalid),
            }))}
        </div>
    }
}

fn refused(invalid: &domain::Invalid) -> AnyView {
    let t = texts::<ResolverTexts>();
    let said = invalid.reason("email").map(texts::reason).unwrap_or_default();
    view! { <Note tone=Tone::Bad title=t.nowhere live=true>{said}</Note> }.into_any()
}

fn resolution(found: Resolution) -> AnyView {
    let t = texts::<ResolverTexts>();
    let outcome = found.outcome();
    let why = match outcome {
        Outcome::ByUser if found.proved_user => t.by_proved_user,
        Outcome::ByUser => t.by_user,
        Outcome::ByDomain => t.by_domain,
        Outcome::NotProved => t.not_proved,
        Outcome::NoIdp => t.no_idp,
        Outcome::NoRecord => t.no_record,
    };
    let note = match found.record() {
        Some(record) => {
            let title = format!("{} {} ({}:{})", t.led, record.name, record.host, record.port);
            view! { <Note tone=Tone::Good title=title live=true>{why}</Note> }.into_any()
        }
        None => view! { <Note tone=Tone::Bad title=t.nowhere live=true>{why}</Note> }.into_any(),
    };
    let idp = match found.idp {
        None => view! { <span class="faint">{t.none}</span> }.into_any(),
        Some(idp) => {
            let off = (!idp.enabled).then(|| view! { " "<StateMark tone=Tone::Warn text=t.off/> });
            view! { {idp.name} {off} }.into_any()
        }
    };
    let (user, domain) = (outcome == Outcome::ByUser, outcome == Outcome::ByDomain);
    view! {
        {note}
        <Card title=t.result>
            <Facts>
                <Fact label=t.email>{found.email}</Fact>
                <Fact label=t.domain>{found.domain} " " <ProofMark proof=found.proof/></Fact>
                <Fact label=t.idp>{idp}</Fact>
                <Fact label=t.user_record>{record(found.by_user, user)}</Fact>
                <Fact label=t.domain_record>{record(found.by_domain, domain)}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

fn record(mapped: Option<MappedBy>, used: bool) -> AnyView {
    let t = texts::<ResolverTexts>();
    let Some(mapped) = mapped else {
        return view! { <span class="faint">{t.none}</span> }.into_any();
    };
    let off = (!mapped.enabled).then(|| view! { " "<StateMark tone=Tone::Warn text=t.off/> });
    view! {
        <a href=paths::routing(mapped.record)>{mapped.name}</a>
        {used.then(|| view! { " "<StateMark tone=Tone::Good text=t.used/> })}
        {off}
        " " <HealthMark health=mapped.health/>
    }
    .into_any()
}
