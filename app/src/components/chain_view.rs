use domain::chain::{CertificateRole, CertificateSummary, ChainSummary};
use leptos::prelude::*;
use ui::{Chain, ChainLink, Fingerprint};

use crate::texts::{self, Routing, texts};

/// A certificate chain: each certificate with what it does, until when, and its fingerprint.
#[component]
pub fn ChainView(chain: ChainSummary) -> impl IntoView {
    let t = texts::<Routing>();
    let link = move |certificate: CertificateSummary| {
        let role = match certificate.role {
            CertificateRole::Root => t.root,
            CertificateRole::Intermediate => t.intermediate,
            CertificateRole::End => t.end,
        };
        let expiry = format!("{} {}", t.until, texts::date(certificate.not_after));
        view! {
            <ChainLink subject=certificate.subject role expiry>
                <Fingerprint value=certificate.fingerprint label=t.fingerprint/>
            </ChainLink>
        }
    };
    view! { <Chain>{chain.certificates.into_iter().map(link).collect_view()}</Chain> }
}
