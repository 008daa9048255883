use domain::draft::name;
use domain::{DomainName, EmailAddress, Hostname, Port};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Crumb, FileTextField, FormSummary, LinesField, Note, PageHead, Required,
    RequiredInformation, TextField,
};

use crate::api::portal::routing::RegisterRouting;
use crate::layout::{FormState, Plain, UploadForm};
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
    let crumbs = vec![
        Crumb {
            label: t.title.to_owned(),
            href: Some(paths::ROUTING.to_owned()),
        },
        Crumb {
            label: t.register.to_owned(),
            href: None,
        },
    ];
    let empty = |value: RwSignal<String>| value.with(|text| text.trim().is_empty());
    let required = |field: &str, label: &'static str, filled: Signal<bool>| Required {
        field: field.to_owned(),
        label: Signal::stored(label.to_owned()),
        filled,
    };
    let missing = vec![
        required("name", t.name, Signal::derive(move || !empty(display))),
        required("host", t.host, Signal::derive(move || !empty(host))),
        required("port", t.port, Signal::derive(move || !empty(port))),
        required(
            "users",
            t.somebody,
            Signal::derive(move || !empty(users) || !empty(domains)),
        ),
        required("chain", t.chain, Signal::derive(move || !empty(chain))),
    ];
    let labels = vec![
        ("name", t.name),
        ("host", t.host),
        ("port", t.port),
        ("users", t.users),
        ("domains", t.domains),
        ("chain", t.chain),
    ];
    view! {
        <Title text=t.form_title/>
        <PageHead title=t.form_title lead=t.form_lead crumbs/>
        <div class="form">
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
                    <FileTextField id="chain" name="draft[chain]" file_name="chain_file" label=t.chain hint=t.chain_hint required=true accept=".cer,.crt,.pem" value=chain error=form.error("chain")/>
                    <div class="acts">
                        <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
                        <ButtonLink href=paths::ROUTING>{t.cancel}</ButtonLink>
                    </div>
                </div>
            </UploadForm>
            <div class="aside">
                <RequiredInformation title=t.required complete=t.complete items=missing/>
            </div>
        </div>
    }
}
