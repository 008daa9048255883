use domain::saml_idp::{CertificateEnd, OurSaml, SamlCertificate, SamlIdp, SamlIdps as All};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    ButtonKind, ButtonLink, Card, Cell, Copyable, EmptyState, Fact, Facts, FormSummary, Glyph, HeadCell,
    Note, PageHead, Row, StateMark, Table, Tone,
};

use crate::api::portal::saml_idps::{TestSamlIdp, saml_idps};
use crate::components::Domains;
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::texts::{self, SamlIdps, texts};

#[component]
pub fn SamlIdpsPage() -> impl IntoView {
    let t = texts::<SamlIdps>();
    let all = Resource::new(|| (), |()| saml_idps());
    // An act on a provider that was refused without script comes back here.
    let form = FormState::new(ServerAction::<TestSamlIdp>::new(), paths::SAML_IDPS);
    let body = move |all: All| {
        let register = move || view! { <ButtonLink href=paths::NEW_SAML_IDP kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=register/>
            <FormSummary title=t.not_done faults=form.summary()/>
            {all.off_since.map(|_| view! { <Note tone=Tone::Warn>{t.off}</Note> })}
            <div class="stack">
                {list(all.idps)}
                <OurSamlCard ours=all.ours/>
            </div>
        }
    };
    view! {
        <Title text=t.title/>
        {loaded(all, body)}
    }
}

fn list(idps: Vec<SamlIdp>) -> AnyView {
    let t = texts::<SamlIdps>();
    if idps.is_empty() {
        return view! {
            <EmptyState title=t.empty text=t.empty_text icon=Glyph::Key>
                <ButtonLink href=paths::NEW_SAML_IDP kind=ButtonKind::Primary>{t.register}</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    let head = move || {
        view! {
            <HeadCell label=t.host/>
            <HeadCell label=t.issuer/>
            <HeadCell label=t.domains/>
            <HeadCell label=t.state/>
            <HeadCell label=t.certificate/>
            <HeadCell label=t.updated/>
        }
    };
    view! {
        <Card flush=true>
            <Table caption=t.title head>{idps.into_iter().map(row).collect_view()}</Table>
        </Card>
    }
    .into_any()
}

fn row(idp: SamlIdp) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let latest = idp
        .certificates
        .iter()
        .max_by_key(|certificate| certificate.expires_at);
    let end = latest
        .cloned()
        .map(|certificate| view! { <CertificateMark certificate/> });
    view! {
        <Row>
            <Cell label=t.host main=true><a href=paths::saml_idp(idp.id)>{idp.host}</a></Cell>
            <Cell label=t.issuer><span class="wrap wrap--long">{idp.issuer}</span></Cell>
            <Cell label=t.domains><Domains domains=idp.domains/></Cell>
            <Cell label=t.state><ActiveMark active=idp.active/></Cell>
            <Cell label=t.certificate>{end}</Cell>
            <Cell label=t.updated>{texts::date(idp.updated_at)}</Cell>
        </Row>
    }
}

/// Whether people log in there.
#[component]
pub fn ActiveMark(active: bool) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let (tone, text) = if active {
        (Tone::Good, t.active)
    } else {
        (Tone::Neutral, t.inactive)
    };
    view! { <StateMark tone text/> }
}

/// How far the end of a certificate is, with its date.
#[component]
pub fn CertificateMark(certificate: SamlCertificate) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let (tone, text) = match certificate.end {
        CertificateEnd::Far => (Tone::Good, t.far),
        CertificateEnd::Near => (Tone::Warn, t.near),
        CertificateEnd::Over => (Tone::Bad, t.over),
    };
    view! { <StateMark tone text/> " " {texts::date(certificate.expires_at)} }
}

/// What is entered at the provider.
#[component]
pub fn OurSamlCard(ours: OurSaml) -> impl IntoView {
    let t = texts::<SamlIdps>();
    view! {
        <Card title=t.ours>
            <p class="soft">{t.ours_text}</p>
            <Facts>
                <Fact label=t.acs_url><Copyable text=ours.acs_url label=t.acs_url/></Fact>
                <Fact label=t.entity_id><Copyable text=ours.entity_id label=t.entity_id/></Fact>
            </Facts>
            <p><a href=paths::SAML_METADATA rel="external">{t.metadata_link}</a></p>
        </Card>
    }
}
