use domain::DomainName;
use domain::draft::{name, short_text};
use domain::os_idp::{CREDENTIAL_MAX, web_address};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Copyable, Crumb, FormSummary, LinesField, PageHead, PasswordField,
    Required, RequiredInformation, TextField,
};

use crate::api::portal::os_idps::{RegisterOsIdp, redirect_uri};
use crate::layout::{FormState, Plain, loaded};
use crate::paths;
use crate::texts::{OsIdps, texts};

#[component]
pub fn NewOsIdpPage() -> impl IntoView {
    let action = ServerAction::<RegisterOsIdp>::new();
    let form = FormState::new(action, paths::NEW_OS_IDP);
    let redirect = Resource::new(|| (), |()| redirect_uri());
    let t = texts::<OsIdps>();
    let (display, client_id, secret) = (
        form.value("name"),
        form.value("client_id"),
        RwSignal::new(String::new()),
    );
    let (issuer, authorization, token) = (
        form.value("issuer"),
        form.value("authorization_endpoint"),
        form.value("token_endpoint"),
    );
    let crumbs = vec![
        Crumb {
            label: t.title.to_owned(),
            href: Some(paths::OS_IDPS.to_owned()),
        },
        Crumb {
            label: t.register.to_owned(),
            href: None,
        },
    ];
    let filled = |value: RwSignal<String>| Signal::derive(move || !value.with(|text| text.trim().is_empty()));
    let or_issuer = move |value: RwSignal<String>| {
        Signal::derive(move || {
            !value.with(|text| text.trim().is_empty()) || !issuer.with(|text| text.trim().is_empty())
        })
    };
    let required = |field: &str, label: &'static str, filled: Signal<bool>| Required {
        field: field.to_owned(),
        label: Signal::stored(label.to_owned()),
        filled,
    };
    let missing = vec![
        required("name", t.name, filled(display)),
        required("client_id", t.client_id, filled(client_id)),
        required("client_secret", t.client_secret, filled(secret)),
        required(
            "authorization_endpoint",
            t.authorization,
            or_issuer(authorization),
        ),
        required("token_endpoint", t.token, or_issuer(token)),
    ];
    let labels = vec![
        ("name", t.name),
        ("client_id", t.client_id),
        ("client_secret", t.client_secret),
        ("issuer", t.issuer),
        ("authorization_endpoint", t.authorization),
        ("token_endpoint", t.token),
        ("domains", t.domains),
    ];
    view! {
        <Title text=t.form_title/>
        <PageHead title=t.form_title lead=t.form_lead crumbs/>
        <div class="form">
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_saved faults=form.summary_of(labels)/>
                    <TextField id="name" name="draft[name]" label=t.name hint=t.name_hint required=true value=display error=form.error("name") check=Plain::check(name)/>
                    <TextField id="client_id" name="draft[client_id]" label=t.client_id required=true mono=true value=client_id error=form.error("client_id") check=Plain::check(short_text(CREDENTIAL_MAX))/>
                    <PasswordField id="client_secret" name="draft[client_secret]" label=t.client_secret hint=t.client_secret_hint required=true autocomplete="off" value=secret error=form.error("client_secret")/>
                    <TextField id="issuer" name="draft[issuer]" label=t.issuer hint=t.issuer_hint kind="url" value=issuer error=form.error("issuer") check=Plain::check(web_address)/>
                    <TextField id="authorization_endpoint" name="draft[authorization_endpoint]" label=t.authorization hint=t.endpoint_hint kind="url" value=authorization error=form.error("authorization_endpoint") check=Plain::check(web_address)/>
                    <TextField id="token_endpoint" name="draft[token_endpoint]" label=t.token hint=t.endpoint_hint kind="url" value=token error=form.error("token_endpoint") check=Plain::check(web_address)/>
                    <LinesField id="domains" name="draft[domains]" label=t.domains hint=t.domains_hint line_label=t.domain value=form.value("domains") error=form.error("domains") check=Plain::check(DomainName::parse)/>
                    <div class="acts">
                        <Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.submit}</Button>
                        <ButtonLink href=paths::OS_IDPS>{t.cancel}</ButtonLink>
                    </div>
                </div>
            </ActionForm>
            <div class="aside">
                <RequiredInformation title=t.required complete=t.complete items=missing/>
                <Card title=t.redirect>
                    <p class="soft">{t.redirect_hint}</p>
                    {loaded(redirect, move |uri| view! { <Copyable text=uri label=t.redirect/> })}
                </Card>
            </div>
        </div>
    }
}
