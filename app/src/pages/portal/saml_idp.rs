use domain::DomainName;
use domain::id::SamlIdpId;
use domain::saml_idp::{
    CERTIFICATES_MAX, CertificateEnd, NamedAttribute, SamlCertificate, SamlIdp, SamlIdpDetails, SamlTest,
    endpoint, issuer,
};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, Card, Cell, CheckField, Fact, Facts, FileTextField, Fingerprint, FormSummary,
    HeadCell, LinesField, Note, Row, StateMark, Table, TextField, Tone,
};

use super::new_saml_idp::base64;
use super::saml_idps::{ActiveMark, CertificateMark, OurSamlCard};
use super::ums_instances::said as yes_or_no;
use crate::api::portal::saml_idps::{
    ActivateSamlIdp, AddSamlCertificate, ChangeSamlIdp, ChangeSamlPlace, DeactivateSamlIdp, DeleteSamlIdp,
    RemoveSamlCertificate, TestSamlIdp, saml_idp,
};
use crate::components::Domains;
use crate::error::AppError;
use crate::layout::{
    DetailPage, Difference, FormState, Plain, id_of_page, loaded, say_when_done, summary_unless_overtaken,
    times_done, versioned,
};
use crate::paths;
use crate::texts::{self, SamlIdps, texts};

#[derive(Clone, Copy)]
struct Acts {
    test: ServerAction<TestSamlIdp>,
    activate: ServerAction<ActivateSamlIdp>,
    deactivate: ServerAction<DeactivateSamlIdp>,
    delete: ServerAction<DeleteSamlIdp>,
    change: ServerAction<ChangeSamlIdp>,
    place: ServerAction<ChangeSamlPlace>,
    add: ServerAction<AddSamlCertificate>,
    remove: ServerAction<RemoveSamlCertificate>,
}

#[component]
pub fn SamlIdpPage() -> impl IntoView {
    let t = texts::<SamlIdps>();
    let id = id_of_page::<SamlIdpId>();
    let acts = Acts {
        test: ServerAction::new(),
        activate: ServerAction::new(),
        deactivate: ServerAction::new(),
        delete: ServerAction::new(),
        change: ServerAction::new(),
        place: ServerAction::new(),
        add: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let (activated, deactivated) = (times_done(acts.activate), times_done(acts.deactivate));
    let (changed, placed) = (times_done(acts.change), times_done(acts.place));
    let (added, removed) = (times_done(acts.add), times_done(acts.remove));
    let done = move || {
        let switched = activated.get() + deactivated.get();
        switched + changed.get() + placed.get() + added.get() + removed.get()
    };
    let idp = Resource::new(
        move || (id.get(), done()),
        |(id, _)| async move { saml_idp(id.ok_or_else(AppError::missing)?).await },
    );
    Effect::new(move |_| {
        if let Some(Ok(url)) = acts.test.value().get() {
            let _ = window().location().set_href(&url);
        }
    });
    say_when_done(acts.change, t.changed);
    say_when_done(acts.place, t.changed);
    view! { {loaded(idp, move |idp| details(idp, acts))} }
}

fn details(all: SamlIdpDetails, acts: Acts) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let SamlIdpDetails { idp, test, ours } = all;
    let over = idp
        .certificates
        .iter()
        .any(|certificate| certificate.end == CertificateEnd::Over);
    let faults = said(acts);
    let name = idp.host.clone();
    let notice = move || {
        view! {
            <FormSummary title=t.not_done faults/>
            {over.then(|| view! { <Note tone=Tone::Warn title=t.over>{t.over_text}</Note> })}
        }
    };
    let (own, people, held, placed) = (idp.clone(), idp.clone(), idp.clone(), idp.clone());
    view! {
        <DetailPage name list=(t.title, paths::SAML_IDPS) notice>
            <div class="stack">
                <Card title=t.test>{test_card(idp.id, test, acts)}</Card>
                <Card title=t.certificates>{certificates(held, acts)}</Card>
                <Card title=t.people>{people_form(people, acts)}</Card>
                <Card title=t.place>{place_form(placed, acts)}</Card>
            </div>
            <div class="stack">
                <Card title=t.state>{state(&idp, acts)}</Card>
                <Card title=t.details>{facts(own)}</Card>
                <OurSamlCard ours/>
            </div>
        </DetailPage>
    }
}

/// What was said about the last act, whichever it was.
fn said(acts: Acts) -> Signal<Vec<ui::FieldFault>> {
    let all = [
        FormState::new(acts.test, "").summary(),
        FormState::new(acts.activate, "").summary(),
        FormState::new(acts.deactivate, "").summary(),
        FormState::new(acts.delete, "").summary(),
        summary_unless_overtaken(FormState::new(acts.change, ""), Vec::new()),
        summary_unless_overtaken(FormState::new(acts.place, ""), Vec::new()),
        FormState::new(acts.add, "").summary(),
        FormState::new(acts.remove, "").summary(),
    ];
    Signal::derive(move || all.iter().flat_map(|one| one.get()).collect())
}

fn facts(idp: SamlIdp) -> impl IntoView {
    let t = texts::<SamlIdps>();
    view! {
        <Facts>
            <Fact label=t.issuer><span class="wrap wrap--long">{idp.issuer}</span></Fact>
            <Fact label=t.endpoint><span class="wrap wrap--long">{idp.endpoint}</span></Fact>
            <Fact label=t.metadata_url><span class="wrap wrap--long">{idp.metadata_url.unwrap_or_default()}</span></Fact>
            <Fact label=t.host>{idp.host}</Fact>
            <Fact label=t.domains><Domains domains=idp.domains/></Fact>
            <Fact label=t.created_by>{idp.created_by}</Fact>
            <Fact label=t.created>{texts::date_time(idp.created_at)}</Fact>
            <Fact label=t.updated>{texts::date_time(idp.updated_at)}</Fact>
        </Facts>
    }
}

fn state(idp: &SamlIdp, acts: Acts) -> impl IntoView + use<> {
    let t = texts::<SamlIdps>();
    let id = idp.id.to_string();
    let tested = match idp.tested_at {
        Some(at) => texts::date_time(at).into_any(),
        None => t.never_tested.into_any(),
    };
    let act = if idp.active {
        view! {
            <ActionForm action=acts.deactivate>
                <input type="hidden" name="id" value=id/>
                <div class="fields">
                    <p class="soft">{t.deactivate_text}</p>
                    <div><Button submit=true busy=acts.deactivate.pending()>{t.deactivate}</Button></div>
                </div>
            </ActionForm>
        }
        .into_any()
    } else {
        let own = id.clone();
        let activate = if idp.tested_at.is_some() {
            view! {
                <ActionForm action=acts.activate>
                    <input type="hidden" name="id" value=own/>
                    <div class="fields">
                        <p class="soft">{t.activate_text}</p>
                        <div><Button kind=ButtonKind::Primary submit=true busy=acts.activate.pending()>{t.activate}</Button></div>
                    </div>
                </ActionForm>
            }
            .into_any()
        } else {
            view! { <p class="soft">{t.test_first}</p> }.into_any()
        };
        view! {
            {activate}
            <ActionForm action=acts.delete>
                <input type="hidden" name="id" value=id/>
                <div class="fields">
                    <p class="soft">{t.delete_text}</p>
                    <div><Button kind=ButtonKind::Danger small=true submit=true busy=acts.delete.pending()>{t.delete}</Button></div>
                </div>
            </ActionForm>
        }
        .into_any()
    };
    let active = idp.active;
    view! {
        <Facts>
            <Fact label=t.state><ActiveMark active/></Fact>
            <Fact label=t.tested>{tested}</Fact>
        </Facts>
        <div class="fields">{act}</div>
    }
}

fn test_card(id: SamlIdpId, test: Option<SamlTest>, acts: Acts) -> impl IntoView {
    let t = texts::<SamlIdps>();
    view! {
        <ActionForm action=acts.test>
            <input type="hidden" name="id" value=id.to_string()/>
            <div class="fields">
                <p class="soft">{t.test_text}</p>
                <div><Button submit=true busy=acts.test.pending()>{t.test_start}</Button></div>
            </div>
        </ActionForm>
        {test.map(outcome)}
    }
}

fn outcome(test: SamlTest) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let note = match test.problem {
        None => view! { <Note tone=Tone::Good title=t.test_passed/> }.into_any(),
        Some(problem) => view! { <Note tone=Tone::Bad title=t.test_failed>{problem}</Note> }.into_any(),
    };
    let (format, name) = test
        .name_id
        .map(|name| (name.name, name.values.join(", ")))
        .unwrap_or_default();
    let attributes = (!test.attributes.is_empty()).then(|| {
        let head = move || {
            view! {
                <HeadCell label=t.attributes/>
                <HeadCell label=t.values/>
            }
        };
        view! { <Table caption=t.attributes head>{test.attributes.into_iter().map(attribute).collect_view()}</Table> }
    });
    view! {
        {note}
        <Facts>
            <Fact label=t.email>{test.email.unwrap_or_default()}</Fact>
            <Fact label=t.name_id><span class="wrap wrap--long">{name}</span></Fact>
            <Fact label=t.name_format><span class="wrap wrap--long">{format}</span></Fact>
            <Fact label=t.test_by>{test.by} ", " {texts::date_time(test.at)}</Fact>
        </Facts>
        {attributes}
    }
}

fn attribute(one: NamedAttribute) -> impl IntoView {
    let t = texts::<SamlIdps>();
    view! {
        <Row>
            <Cell label=t.attributes main=true><span class="wrap wrap--long">{one.name}</span></Cell>
            <Cell label=t.values><span class="wrap wrap--long">{one.values.join(", ")}</span></Cell>
        </Row>
    }
}

fn certificates(idp: SamlIdp, acts: Acts) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let id = idp.id;
    let several = idp.certificates.len() > 1;
    let room = idp.certificates.len() < CERTIFICATES_MAX as usize;
    let head = move || {
        view! {
            <HeadCell label=t.certificate/>
            <HeadCell label=t.expires/>
            <HeadCell label=t.action/>
        }
    };
    let row = move |certificate: SamlCertificate| certificate_row(id, certificate, several, acts);
    let form = FormState::new(acts.add, "");
    let add = room.then(|| {
        view! {
            <ActionForm action=acts.add attr:novalidate=true>
                <input type="hidden" name="id" value=id.to_string()/>
                <div class="fields">
                <FileTextField id="certificate" name="certificate" file_name="" label=t.certificate hint=t.certificate_hint rows=3 accept=".cer,.crt,.pem,.der" error=form.error("certificate") from_bytes=Callback::new(base64)/>
                <div><Button small=true submit=true busy=acts.add.pending()>{t.add_certificate}</Button></div>
                </div>
            </ActionForm>
        }
    });
    view! {
        <p class="soft">{t.certificates_text}</p>
        <Table caption=t.certificates head>{idp.certificates.into_iter().map(row).collect_view()}</Table>
        {add}
    }
}

fn certificate_row(id: SamlIdpId, certificate: SamlCertificate, several: bool, acts: Acts) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let label = format!("{}: {}", t.remove, certificate.subject);
    let fingerprint = certificate.fingerprint.clone();
    let remove = several.then(|| {
        view! {
            <ActionForm action=acts.remove>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="fingerprint" value=fingerprint/>
                <Button small=true submit=true busy=acts.remove.pending() attr:aria-label=label>{t.remove}</Button>
            </ActionForm>
        }
    });
    let (subject, shown) = (certificate.subject.clone(), certificate.fingerprint.clone());
    view! {
        <Row>
            <Cell label=t.certificate main=true>
                {subject}
                <Fingerprint value=shown label=t.fingerprint/>
            </Cell>
            <Cell label=t.expires><CertificateMark certificate/></Cell>
            <Cell label=t.action>{remove}</Cell>
        </Row>
    }
}

fn place_form(idp: SamlIdp, acts: Acts) -> AnyView {
    let t = texts::<SamlIdps>();
    if idp.active {
        return view! { <p class="soft">{t.place_active}</p> }.into_any();
    }
    let form = FormState::new(acts.place, "");
    let (at, from) = (RwSignal::new(idp.issuer), RwSignal::new(idp.endpoint));
    let id = idp.id;
    let compared = move |now: &SamlIdpDetails| {
        let differences = vec![
            Difference::new(t.issuer, &now.idp.issuer, at),
            Difference::new(t.endpoint, &now.idp.endpoint, from),
        ];
        (now.idp.version, differences)
    };
    let of_version = versioned(form, idp.version, move || saml_idp(id), compared);
    view! {
        <ActionForm action=acts.place attr:novalidate=true>
            <div class="fields">
                <p class="soft">{t.place_text}</p>
                {of_version}
                <input type="hidden" name="draft[id]" value=id.to_string()/>
                <TextField id="issuer" name="draft[issuer]" label=t.issuer hint=t.issuer_hint required=true mono=true value=at error=form.error("issuer") check=Plain::check(issuer)/>
                <TextField id="endpoint" name="draft[endpoint]" label=t.endpoint hint=t.endpoint_hint kind="url" required=true value=from error=form.error("endpoint") check=Plain::check(endpoint)/>
                <div><Button submit=true busy=acts.place.pending()>{t.save}</Button></div>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn people_form(idp: SamlIdp, acts: Acts) -> impl IntoView {
    let t = texts::<SamlIdps>();
    let form = FormState::new(acts.change, "");
    let (domains, provision) = (RwSignal::new(lines(&idp)), RwSignal::new(idp.provision));
    let id = idp.id;
    let compared = move |now: &SamlIdpDetails| {
        let differences = vec![
            Difference::new(t.domains, &lines(&now.idp), domains),
            Difference {
                label: t.provision,
                theirs: yes_or_no(now.idp.provision),
                yours: yes_or_no(provision.get_untracked()),
            },
        ];
        (now.idp.version, differences)
    };
    let of_version = versioned(form, idp.version, move || saml_idp(id), compared);
    let pending = idp.domains.iter().any(|mapped| !mapped.proof.routes());
    view! {
        <ActionForm action=acts.change attr:novalidate=true>
            <div class="fields">
                {of_version}
                <input type="hidden" name="draft[id]" value=id.to_string()/>
                <LinesField id="domains" name="draft[domains]" label=t.domains hint=t.domains_hint required=true line_label=t.domain value=domains error=form.error("domains") check=Plain::check(DomainName::parse)/>
                {pending.then(|| view! { <StateMark tone=Tone::Warn text=t.pending/> })}
                <CheckField id="provision" name="draft[provision]" label=t.provision hint=t.provision_hint checked=provision/>
                <div><Button submit=true busy=acts.change.pending()>{t.save}</Button></div>
            </div>
        </ActionForm>
    }
}

/// Its domains, one on each line.
fn lines(idp: &SamlIdp) -> String {
    let domains: Vec<_> = idp.domains.iter().map(|mapped| mapped.domain.as_str()).collect();
    domains.join("\n")
}
