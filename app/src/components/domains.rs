use domain::os_idp::MappedDomain;
use leptos::prelude::*;
use ui::{StateMark, Tone};

/// Domains, each with the state of its proof in words.
#[component]
pub fn Domains(domains: Vec<MappedDomain>, proved: &'static str, pending: &'static str) -> impl IntoView {
    let domain = move |mapped: MappedDomain| {
        let (tone, state) = if mapped.proved {
            (Tone::Good, proved)
        } else {
            (Tone::Warn, pending)
        };
        view! { <li><span>{mapped.domain.to_string()}</span>" "<StateMark tone text=state/></li> }
    };
    view! { <ul class="plain">{domains.into_iter().map(domain).collect_view()}</ul> }
}
