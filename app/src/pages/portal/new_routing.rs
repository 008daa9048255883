use domain::draft::name;
use domain::{DomainName, EmailAddress, Hostname, Port};
use leptos::prelude::*;
use ui::{FileTextField, FormSummary, LinesField, Note, TextField};

use super::routing_assistant::{AssistantAnswer, AssistantButtons, Typed, first_question};
use crate::api::portal::routing::RegisterRouting;
use crate::components::certificate_text;
use crate::layout::{FormActs, FormPage, FormState, Plain, UploadForm, is_blank, needed, say_when_done};
use crate::paths;
use crate::texts::{Routing, texts};

#[component]
pub fn NewRoutingPage() -> impl IntoView {
    let action = ServerAction::<RegisterRouting>::new();
    let form = FormState::new(action, paths::NEW_ROUTING);
    let t = texts::<Routing>();
    let (display, host, port) = (
        form.value("name"),
        form.value("host"),
        form.value_or("port", "8443"),
    );
    let (users, domains, chain) = (form.value("users"), form.value("domains"), form.value("chain"));
    let typed = Typed { chain, host, port };
    let asked = first_question(form, typed);
    let needs = vec![
        needed("name", t.name, move || !is_blank(display)),
        needed("host", t.host, move || !is_blank(host)),
        needed("port", t.port, move || !is_blank(port)),
        needed("users", t.somebody, move || {
            !is_blank(users) || !is_blank(domains)
        }),
        needed("chain", t.chain, move || !is_blank(chain)),
    ];
    say_when_done(action, t.saved);
    let labels = vec![
        ("name", t.name),
        ("host", t.host),
        ("port", t.port),
        ("users", t.users),
        ("domains", t.domains),
        ("chain", t.chain),
    ];
    view! {
        <FormPage title=t.form_title lead=t.form_lead list=(t.title, paths::ROUTING) here=t.register needs>
            <UploadForm action upload=paths::ROUTING_UPLOAD>
                <div class="fields">
                    <Note>{t.only_os12}</Note>
                    <FormSummary title=t.not_saved faults=form.summary_of(labels)/>
                    <TextField id="name" name="draft[name]" label=t.name hint=t.name_hint required=true value=display error=form.error("name") check=Plain::check(name)/>
                    <div class="pair">
                        <TextField id="host" name="draft[host]" label=t.host hint=t.host_hint required=true value=host error=form.error("host") check=Plain::check(Hostname::parse)/>
                        <TextField id="port" name="draft[port]" label=t.port required=true inputmode="numeric" value=port error=form.error("port") check=Plain::check(Port::parse)/>
                    </div>
                    <LinesField id="users" name="draft[users]" label=t.users hint=t.users_hint line_label=t.user value=users error=form.error("users") check=Plain::check(EmailAddress::parse)/>
                    <LinesField id="domains" name="draft[domains]" label=t.domains hint=t.domains_hint line_label=t.domain value=domains error=form.error("domains") check=Plain::check(DomainName::parse)/>
                    <FileTextField id="chain" name="draft[chain]" file_name="chain_file" label=t.chain hint=t.chain_hint required=true accept=".cer,.crt,.pem" value=chain error=form.error("chain") from_bytes=Callback::new(certificate_text)/>
                    <FormActs busy=action.pending() back=paths::ROUTING/>
                    <AssistantButtons typed asked/>
                    <AssistantAnswer typed asked/>
                </div>
            </UploadForm>
        </FormPage>
    }
}
