use domain::domain_proof::{DomainProof, MappedDomain};
use leptos::prelude::*;
use ui::{StateMark, Tone};

use crate::texts::{Proofs, texts};

/// Domains, each with the state of its proof in words.
#[component]
pub fn Domains(domains: Vec<MappedDomain>) -> impl IntoView {
    let domain = |mapped: MappedDomain| view! { <li><span>{mapped.domain.to_string()}</span>" "<ProofMark proof=mapped.proof/></li> };
    view! { <ul class="plain">{domains.into_iter().map(domain).collect_view()}</ul> }
}

/// The state of a proof in words and colour.
#[component]
pub fn ProofMark(proof: DomainProof) -> impl IntoView {
    let t = texts::<Proofs>();
    let (tone, text) = match proof {
        DomainProof::Pending => (Tone::Warn, t.pending),
        DomainProof::Proved => (Tone::Good, t.proved),
        DomainProof::Stale => (Tone::Warn, t.stale),
        DomainProof::Trusted => (Tone::Good, t.trusted),
    };
    view! { <StateMark tone text/> }
}
