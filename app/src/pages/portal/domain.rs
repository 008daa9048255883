use domain::domain_claim::{DomainClaim, DomainDetails, DomainFinding, DomainUse, ProofBy, UseKind};
use domain::domain_proof::DomainProof;
use domain::id::{DomainId, RoutingId};
use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Copyable, Fact, Facts, FormSummary, Note, Tone};

use super::domains::finding_words;
use crate::api::portal::domains::{CheckDomain, RemoveDomain, domain_details};
use crate::components::ProofMark;
use crate::error::AppError;
use crate::layout::{DetailPage, FormState, id_of_page, loaded};
use crate::paths;
use crate::texts::{self, DomainTexts, OsIdps, Routing, SamlIdps, texts};

#[derive(Clone, Copy)]
struct Acts {
    check: ServerAction<CheckDomain>,
    remove: ServerAction<RemoveDomain>,
}

/// One domain: its proof, what was found, and what maps it.
#[component]
pub fn DomainPage() -> impl IntoView {
    let id = id_of_page::<DomainId>();
    let acts = Acts {
        check: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let details = Resource::new(
        move || (id.get(), acts.check.version().get()),
        |(id, _)| async move { domain_details(id.ok_or_else(AppError::missing)?).await },
    );
    view! { {loaded(details, move |details| page(details, acts))} }
}

fn page(details: DomainDetails, acts: Acts) -> impl IntoView {
    let t = texts::<DomainTexts>();
    let DomainDetails { claim, used_by } = details;
    let (check, remove) = (FormState::new(acts.check, ""), FormState::new(acts.remove, ""));
    let faults = Signal::derive(move || {
        let said = [check.summary(), remove.summary()];
        said.iter().flat_map(|one| one.get()).collect::<Vec<_>>()
    });
    let (missing, lapsed) = (claim.lapses_at(), claim.lapsed_at);
    let notice = move || {
        view! {
            <FormSummary title=t.not_done faults/>
            {missing.map(|at| view! { <Note tone=Tone::Warn title=t.missing>{t.missing_text} " " {texts::date_time(at)}</Note> })}
            {lapsed.map(|at| view! { <Note tone=Tone::Bad title=t.lapsed>{t.lapsed_text} " " {texts::date_time(at)}</Note> })}
        }
    };
    let (name, own) = (claim.domain.to_string(), claim.clone());
    view! {
        <DetailPage name list=(t.title, paths::DOMAINS) notice>
            <Card title=t.proof>{proof(own, acts)}</Card>
            <div class="stack">
                <Card title=t.details>
                    <Facts>
                        <Fact label=t.state><ProofMark proof=claim.proof/></Fact>
                        <Fact label=t.checked>{claim.checked_at.map(texts::date_time).unwrap_or_default()}</Fact>
                        <Fact label=t.found>{finding_words(claim.finding)}</Fact>
                        <Fact label=t.proved>{claim.proved_at.map(texts::date_time).unwrap_or_default()}</Fact>
                        <Fact label=t.created>{texts::date_time(claim.created_at)}</Fact>
                    </Facts>
                </Card>
                <Card title=t.used_by>{uses(claim.id, used_by, acts)}</Card>
            </div>
        </DetailPage>
    }
}

fn proof(claim: DomainClaim, acts: Acts) -> AnyView {
    let t = texts::<DomainTexts>();
    if claim.proof == DomainProof::Trusted {
        return view! { <Note tone=Tone::Good>{t.trusted_text}</Note> }.into_any();
    }
    let (finding, seen) = (claim.finding, claim.seen);
    let (keep, how) = match claim.by {
        ProofBy::TextRecord => (
            t.keep,
            text_record(claim.record_name, claim.record_value).into_any(),
        ),
        ProofBy::Tenant => (
            t.keep_tenant,
            view! { <p class="soft">{t.tenant_text}</p> }.into_any(),
        ),
    };
    view! {
        {how}
        <div aria-live="polite">{finding.map(|finding| found(finding, seen))}</div>
        <ActionForm action=acts.check>
            <input type="hidden" name="id" value=claim.id.to_string()/>
            <div class="fields">
                <div><Button kind=ButtonKind::Primary submit=true busy=acts.check.pending()>{t.check}</Button></div>
                <p class="soft">{keep}</p>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn text_record(name: String, value: String) -> impl IntoView {
    let t = texts::<DomainTexts>();
    view! {
        <p class="soft">{t.proof_text}</p>
        <Facts>
            <Fact label=t.record_type>"TXT"</Fact>
            <Fact label=t.record_name>
                <Copyable text=name label=t.record_name/>
                <p class="faint">{t.record_name_hint}</p>
            </Fact>
            <Fact label=t.record_value><Copyable text=value label=t.record_value/></Fact>
        </Facts>
    }
}

fn found(finding: DomainFinding, seen: Vec<String>) -> impl IntoView {
    let t = texts::<DomainTexts>();
    let (tone, text) = match finding {
        DomainFinding::Found => (Tone::Good, t.finding_found_text),
        DomainFinding::Taken => (Tone::Bad, t.finding_taken_text),
        DomainFinding::OtherValue => (Tone::Warn, t.finding_other_text),
        DomainFinding::NoName => (Tone::Warn, t.finding_no_name_text),
        DomainFinding::NoServer => (Tone::Warn, t.finding_no_server_text),
        DomainFinding::OtherTenant => (Tone::Warn, t.finding_other_tenant_text),
        DomainFinding::NoTest => (Tone::Warn, t.finding_no_test_text),
    };
    let value = |value: String| view! { <li><code class="wrap wrap--long">{value}</code></li> };
    let values = (!seen.is_empty())
        .then(|| view! { <ul class="plain">{seen.into_iter().map(value).collect_view()}</ul> });
    view! { <Note tone title=finding_words(Some(finding))>{text} {values}</Note> }
}

fn uses(id: DomainId, used_by: Vec<DomainUse>, acts: Acts) -> AnyView {
    let t = texts::<DomainTexts>();
    if used_by.is_empty() {
        return view! {
            <p class="faint">{t.unused}</p>
            <ActionForm action=acts.remove>
                <input type="hidden" name="id" value=id.to_string()/>
                <div class="fields">
                    <p class="soft">{t.remove_text}</p>
                    <div><Button kind=ButtonKind::Danger small=true submit=true busy=acts.remove.pending()>{t.remove}</Button></div>
                </div>
            </ActionForm>
        }
        .into_any();
    }
    let of = |one: DomainUse| {
        let (kind, href) = match one.kind {
            UseKind::OsIdp => (texts::<OsIdps>().menu, Some(paths::OS_IDPS.to_owned())),
            UseKind::Routing => (
                texts::<Routing>().menu,
                Some(paths::routing(RoutingId::from(one.id))),
            ),
            // Its page is open to Super Admins alone.
            UseKind::SamlIdp => (texts::<SamlIdps>().form_title, None),
        };
        let name = match href {
            Some(href) => view! { <a href=href>{one.name}</a> }.into_any(),
            None => one.name.into_any(),
        };
        view! { <li>{kind} ": " {name}</li> }
    };
    view! { <ul class="plain">{used_by.into_iter().map(of).collect_view()}</ul> }.into_any()
}
