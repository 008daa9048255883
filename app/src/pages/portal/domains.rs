use domain::domain_claim::{DomainClaim, DomainFinding};
use domain::domain_proof::DomainProof;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, EmptyState, FormSummary, Glyph, PageHead};

use crate::api::portal::domains::{CheckDomain, domains};
use crate::components::ProofMark;
use crate::layout::{Column, FilterKind, FormState, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::texts::{self, DomainTexts, Proofs, texts};

/// "Domains": what the account maps, and whether it has proved it.
#[component]
pub fn DomainsPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| domains(query));
    let t = texts::<DomainTexts>();
    // An act on a domain that was refused without script comes back here.
    let form = FormState::new(ServerAction::<CheckDomain>::new(), paths::DOMAINS);
    let body = move |page| {
        let add = move || view! { <ButtonLink href=paths::NEW_DOMAINS kind=ButtonKind::Primary icon=Glyph::Plus>{t.add}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=add/>
            <FormSummary title=t.not_done faults=form.summary()/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<DomainClaim>) -> AnyView {
    let t = texts::<DomainTexts>();
    let empty = view! {
        <EmptyState title=t.empty text=t.empty_text icon=Glyph::Globe>
            <ButtonLink href=paths::NEW_DOMAINS kind=ButtonKind::Primary>{t.add}</ButtonLink>
        </EmptyState>
    }
    .into_any();
    let parts = ListParts {
        key: "domains",
        caption: t.title,
        search: t.search,
        columns: domain_columns(),
        filters: Vec::new(),
        export: Some(paths::DOMAIN_EXPORT),
        bulk: None,
        empty,
    };
    state.show(page, parts)
}

/// The columns of domains.
pub fn domain_columns() -> Vec<Column<DomainClaim>> {
    let t = texts::<DomainTexts>();
    vec![
        Column::<DomainClaim>::new("domain", t.domain, |claim: &DomainClaim| claim.domain.to_string())
            .sorted()
            .main()
            .filter(FilterKind::Text)
            .cell(|claim| view! { <a href=paths::domain(claim.id)>{claim.domain.to_string()}</a> }),
        Column::<DomainClaim>::new("state", t.state, |claim| proof_words(claim.proof).to_owned())
            .cell(|claim| view! { <ProofMark proof=claim.proof/> }),
        Column::<DomainClaim>::new("found", t.found, |claim| finding_words(claim.finding).to_owned()),
        Column::<DomainClaim>::new("checked", t.checked, |claim| exact(claim.checked_at))
            .cell(|claim| claim.checked_at.map(texts::date_time).unwrap_or_default()),
        Column::<DomainClaim>::new("proved", t.proved, |claim| exact(claim.proved_at))
            .cell(|claim| claim.proved_at.map(texts::date).unwrap_or_default()),
        Column::<DomainClaim>::new("record_name", t.record_name, |claim| claim.record_name.clone()).extra(),
        Column::<DomainClaim>::new("record_value", t.record_value, |claim| claim.record_value.clone())
            .extra(),
        Column::<DomainClaim>::new("created", t.created, |claim| texts::exact(claim.created_at))
            .sorted()
            .cell(|claim| texts::date(claim.created_at)),
    ]
}

/// For files; empty where it has not happened.
fn exact(at: Option<time::OffsetDateTime>) -> String {
    at.map(texts::exact).unwrap_or_default()
}

fn proof_words(proof: DomainProof) -> &'static str {
    let t = texts::<Proofs>();
    match proof {
        DomainProof::Pending => t.pending,
        DomainProof::Proved => t.proved,
        DomainProof::Stale => t.stale,
        DomainProof::Trusted => t.trusted,
    }
}

/// What the last check found, in two words.
pub fn finding_words(finding: Option<DomainFinding>) -> &'static str {
    let t = texts::<DomainTexts>();
    match finding {
        None => t.never,
        Some(DomainFinding::Found) => t.finding_found,
        Some(DomainFinding::Taken) => t.finding_taken,
        Some(DomainFinding::OtherValue) => t.finding_other,
        Some(DomainFinding::NoName) => t.finding_no_name,
        Some(DomainFinding::NoServer) => t.finding_no_server,
        Some(DomainFinding::OtherTenant) => t.finding_other_tenant,
        Some(DomainFinding::NoTest) => t.finding_no_test,
    }
}
