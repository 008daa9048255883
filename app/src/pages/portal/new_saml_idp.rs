use domain::hostname::Hostname;
use domain::saml_idp::{METADATA_MAX, OurSaml, SamlIdpDraft, endpoint, issuer};
use domain::{DomainName, os_idp::web_address};
use leptos::prelude::*;
use ui::{Button, CheckField, FileTextField, FormSummary, LinesField, TextField, Tone, use_toasts};

use super::saml_idps::OurSamlCard;
use crate::api::portal::saml_idps::{ReadSamlMetadata, RegisterSamlIdp, saml_idps};
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, loaded, needed, say_when_done};
use crate::paths;
use crate::texts::{SamlIdps, texts};

/// What the form holds.
#[derive(Clone, Copy)]
struct Fields {
    metadata: RwSignal<String>,
    metadata_url: RwSignal<String>,
    issuer: RwSignal<String>,
    endpoint: RwSignal<String>,
    host: RwSignal<String>,
    domains: RwSignal<String>,
    certificate: RwSignal<String>,
    provision: RwSignal<bool>,
}

impl Fields {
    fn of(form: FormState) -> Self {
        Self {
            metadata: form.value("metadata"),
            metadata_url: form.value("metadata_url"),
            issuer: form.value("issuer"),
            endpoint: form.value("endpoint"),
            host: form.value("host"),
            domains: form.value("domains"),
            certificate: form.value("certificate"),
            provision: form.ticked("provision"),
        }
    }

    fn draft(self) -> SamlIdpDraft {
        SamlIdpDraft {
            metadata: self.metadata.get_untracked(),
            metadata_url: self.metadata_url.get_untracked(),
            ..SamlIdpDraft::default()
        }
    }

    fn fill(self, draft: SamlIdpDraft) {
        self.issuer.set(draft.issuer);
        self.endpoint.set(draft.endpoint);
        self.host.set(draft.host);
        self.certificate.set(draft.certificate);
        self.metadata.set(String::new());
    }

    fn has_metadata(self) -> bool {
        !is_blank(self.metadata) || !is_blank(self.metadata_url)
    }
}

#[component]
pub fn NewSamlIdpPage() -> impl IntoView {
    let action = ServerAction::<RegisterSamlIdp>::new();
    let read = ServerAction::<ReadSamlMetadata>::new();
    let form = FormState::new(action, paths::NEW_SAML_IDP);
    let reading = FormState::new(read, "");
    let fields = Fields::of(form);
    let t = texts::<SamlIdps>();
    let all = Resource::new(|| (), |()| saml_idps());
    let or_metadata = move |value| move || !is_blank(value) || fields.has_metadata();
    let needs = vec![
        needed("issuer", t.issuer, or_metadata(fields.issuer)),
        needed("endpoint", t.endpoint, or_metadata(fields.endpoint)),
        needed("host", t.host, or_metadata(fields.host)),
        needed("domains", t.domains, move || !is_blank(fields.domains)),
        needed("certificate", t.certificate, or_metadata(fields.certificate)),
    ];
    let more = move || loaded(all, |all| ours_of(all.ours));
    say_when_done(action, t.saved);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(Ok(found)) = read.value().get() {
            fields.fill(found);
            toasts.say(Tone::Good, t.filled);
        }
    });
    let labels = vec![
        ("metadata_url", t.metadata_url),
        ("metadata", t.metadata),
        ("issuer", t.issuer),
        ("endpoint", t.endpoint),
        ("host", t.host),
        ("domains", t.domains),
        ("certificate", t.certificate),
    ];
    let either = move |name: &'static str| {
        let (saving, reading) = (form.error(name), reading.error(name));
        Signal::derive(move || reading.get().or_else(|| saving.get()))
    };
    // Without script what is missing is filled in when the form is sent.
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let ask = move |_| {
        read.dispatch(ReadSamlMetadata {
            draft: fields.draft(),
        });
    };
    view! {
        <FormPage title=t.form_title lead=t.form_lead list=(t.title, paths::SAML_IDPS) here=t.register needs more>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_saved faults=form.summary_of(labels)/>
                    <TextField id="metadata_url" name="draft[metadata_url]" label=t.metadata_url hint=t.metadata_url_hint kind="url" value=fields.metadata_url error=either("metadata_url") check=Plain::check(web_address)/>
                    <FileTextField id="metadata" name="draft[metadata]" file_name="" label=t.metadata hint=t.metadata_hint accept=".xml" max_bytes=METADATA_MAX rows=3 value=fields.metadata error=either("metadata")/>
                    {move || scripted.get().then(|| view! { <div class="acts"><Button small=true busy=read.pending() on:click=ask>{t.read}</Button></div> })}
                    <TextField id="issuer" name="draft[issuer]" label=t.issuer hint=t.issuer_hint required=true mono=true value=fields.issuer error=form.error("issuer") check=Plain::check(issuer)/>
                    <TextField id="endpoint" name="draft[endpoint]" label=t.endpoint hint=t.endpoint_hint kind="url" required=true value=fields.endpoint error=form.error("endpoint") check=Plain::check(endpoint)/>
                    <TextField id="host" name="draft[host]" label=t.host hint=t.host_hint required=true mono=true value=fields.host error=form.error("host") check=Plain::check(Hostname::parse)/>
                    <LinesField id="domains" name="draft[domains]" label=t.domains hint=t.domains_hint required=true line_label=t.domain value=fields.domains error=form.error("domains") check=Plain::check(DomainName::parse)/>
                    <FileTextField id="certificate" name="draft[certificate]" file_name="" label=t.certificate hint=t.certificate_hint required=true accept=".cer,.crt,.pem,.der" value=fields.certificate error=form.error("certificate") from_bytes=Callback::new(base64)/>
                    <CheckField id="provision" name="draft[provision]" label=t.provision hint=t.provision_hint checked=fields.provision/>
                    <FormActs busy=action.pending() back=paths::SAML_IDPS/>
                </div>
            </ActionForm>
        </FormPage>
    }
}

fn ours_of(ours: OurSaml) -> impl IntoView {
    view! { <OurSamlCard ours/> }
}

/// A certificate file that is no text, as base64.
pub(super) fn base64(bytes: Vec<u8>) -> Option<String> {
    let letters: String = bytes.into_iter().map(char::from).collect();
    window().btoa(&letters).ok()
}
