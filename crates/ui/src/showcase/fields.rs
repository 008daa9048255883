use leptos::prelude::*;

use crate::{
    Button, ButtonKind, Card, CheckField, Choice, FieldFault, FileTextField, FormSummary, LinesField,
    NumberField, PasswordField, RadioField, Required, RequiredInformation, RowNote, SelectField, StateMark,
    TextArea, TextField, Tone,
};

fn port_fault(text: &str) -> Option<String> {
    let fits = text.parse::<u16>().is_ok_and(|port| port > 0);
    (!fits).then(|| "A port is a number from 1 to 65535. The default is 8443.".to_owned())
}

#[component]
#[expect(clippy::too_many_lines, reason = "one form with every field")]
pub(super) fn Fields() -> impl IntoView {
    let name = RwSignal::new("UMS 12 Production".to_owned());
    let host = RwSignal::new("ums.contoso.example".to_owned());
    let port = RwSignal::new("84430".to_owned());
    let chain = RwSignal::new(String::new());
    let domains = RwSignal::new("contoso.example\nfabrikam.example".to_owned());
    let users = RwSignal::new(String::new());
    let provider = RwSignal::new("entra".to_owned());
    let secret = RwSignal::new(String::new());
    let note: RowNote = Callback::new(|line: String| {
        let (tone, text) = if line == "contoso.example" {
            (Tone::Good, "proved")
        } else {
            (Tone::Warn, "waiting for DNS")
        };
        view! { <StateMark tone text/> }.into_any()
    });
    view! {
        <form class="form" novalidate=true>
            <div class="fields">
                <FormSummary
                    title="Two things keep this from being saved"
                    faults=vec![
                        FieldFault::new("f-port", "UMS Port: a port is a number from 1 to 65535."),
                        FieldFault::new("f-chain", "CA certificate is missing."),
                    ]
                />
                <TextField id="f-name" name="display_name" label="Display Name" value=name required=true/>
                <div class="pair">
                    <TextField
                        id="f-host"
                        name="hostname"
                        label="UMS Hostname"
                        value=host
                        required=true
                        mono=true
                        hint="As devices reach it: a name or an IP address, without https://"
                        suggestions=vec!["ums.contoso.example".to_owned()]
                    />
                    <NumberField
                        id="f-port"
                        name="port"
                        label="UMS Port"
                        value=port
                        required=true
                        error=Some("A port is a number from 1 to 65535. The default is 8443.".to_owned())
                        check=|text: String| port_fault(&text)
                    />
                </div>
                <LinesField id="f-domains" name="domains" label="Mapped Domains" value=domains line_label="Domain" row_note=note hint="All e-mail addresses of these domains."/>
                <LinesField
                    id="f-users"
                    name="users"
                    label="Mapped Users"
                    value=users
                    line_label="E-mail"
                    empty="No single users. A mapped user goes before a mapped domain."
                />
                <FileTextField
                    id="f-chain"
                    name="chain"
                    file_name="chain_file"
                    label="CA certificate"
                    value=chain
                    required=true
                    accept=".pem,.crt,.cer"
                    hint="The root and every intermediate, in any order."
                />
                <SelectField
                    id="f-provider"
                    name="provider"
                    label="Identity provider"
                    value=provider
                    choices=vec![Choice::new("entra", "Entra ID"), Choice::new("okta", "Okta"), Choice::new("ping", "Ping")]
                />
                <RadioField
                    id="f-scope"
                    name="scope"
                    label="Who may onboard"
                    value=RwSignal::new("all".to_owned())
                    choices=vec![Choice::new("all", "Everyone of the mapped domains"), Choice::new("some", "Mapped users only")]
                />
                <PasswordField id="f-secret" name="secret" label="Client Secret" value=secret autocomplete="off" hint="Stored sealed; shown once."/>
                <CheckField id="f-active" name="active" label="Use this record" checked=RwSignal::new(true) switch=true/>
                <CheckField id="f-terms" name="terms" label="I may act for Contoso" error=Some("Tick this to go on.".to_owned())/>
                <TextArea id="f-note" name="note" label="Note" hint="Only administrators see it." rows=3/>
                <TextField id="f-fixed" name="fixed" label="Read only" value=RwSignal::new("set by the server".to_owned()) readonly=true/>
                <div class="acts">
                    <Button kind=ButtonKind::Primary submit=true>"Submit"</Button>
                    <Button>"Cancel"</Button>
                </div>
            </div>
            <aside class="aside">
                <RequiredInformation
                    title="Required information"
                    complete="Everything needed is here."
                    items=vec![
                        Required::text("f-name", "Display Name", name),
                        Required::text("f-host", "UMS Hostname", host),
                        Required { field: "f-port".into(), label: "UMS Port".into(), filled: Signal::derive(move || port_fault(&port.get()).is_none()) },
                        Required::text("f-chain", "CA certificate", chain),
                    ]
                />
                <Card title="Preview"><p class="soft">"What stands beside a form."</p></Card>
            </aside>
        </form>
    }
}
