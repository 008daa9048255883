use domain::DomainName;
use domain::draft::{name, short_text};
use domain::os_idp::{CREDENTIAL_MAX, OsIdpDraft, Preset, web_address};
use domain::os_idp_change::noon_of;
use leptos::prelude::*;
use ui::{
    Button, Card, Choice, Copyable, FormSummary, LinesField, PasswordField, RadioField, TextField, Tone,
    use_toasts,
};

use super::os_idp_guide::OsIdpGuide;
use crate::api::portal::os_idps::{DiscoverOsIdp, RegisterOsIdp, redirect_uri};
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, loaded, needed, say_when_done};
use crate::paths;
use crate::texts::{OsIdps, preset_words, texts};

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
    let preset = form.value_or("preset", Preset::Entra.key());
    let presets = Preset::ALL
        .map(|one| Choice::new(one.key(), preset_words(one)))
        .to_vec();
    let discover = ServerAction::<DiscoverOsIdp>::new();
    let discovering = FormState::new(discover, "");
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(Ok(found)) = discover.value().get() {
            issuer.set(found.issuer);
            authorization.set(found.authorization_endpoint);
            token.set(found.token_endpoint);
            toasts.say(Tone::Good, t.discovered);
        }
    });
    // Without script what is missing is filled in when the form is sent.
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let ask = move |_| {
        let draft = OsIdpDraft {
            issuer: issuer.get_untracked(),
            authorization_endpoint: authorization.get_untracked(),
            ..OsIdpDraft::default()
        };
        discover.dispatch(DiscoverOsIdp { draft });
    };
    let issuer_error = {
        let (saving, asking) = (form.error("issuer"), discovering.error("issuer"));
        Signal::derive(move || asking.get().or_else(|| saving.get()))
    };
    let needs = vec![
        needed("name", t.name, move || !is_blank(display)),
        needed("client_id", t.client_id, move || !is_blank(client_id)),
        needed("client_secret", t.client_secret, move || !is_blank(secret)),
        needed("authorization_endpoint", t.authorization, move || {
            !is_blank(authorization) || !is_blank(issuer)
        }),
        needed("token_endpoint", t.token, move || {
            !is_blank(token) || !is_blank(issuer)
        }),
    ];
    let more = move || {
        view! {
            <Card title=t.redirect>
                <p class="soft">{t.redirect_hint}</p>
                {loaded(redirect, move |uri| view! { <Copyable text=uri label=t.redirect/> })}
            </Card>
            <OsIdpGuide preset/>
        }
    };
    say_when_done(action, t.saved);
    let labels = vec![
        ("preset", t.preset),
        ("name", t.name),
        ("client_id", t.client_id),
        ("client_secret", t.client_secret),
        ("secret_expires", t.secret_expires),
        ("issuer", t.issuer),
        ("authorization_endpoint", t.authorization),
        ("token_endpoint", t.token),
        ("domains", t.domains),
    ];
    view! {
        <FormPage title=t.form_title lead=t.form_lead list=(t.title, paths::OS_IDPS) here=t.register needs more>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_saved faults=form.summary_of(labels)/>
                    <RadioField id="preset" name="draft[preset]" label=t.preset choices=presets value=preset error=form.error("preset")/>
                    <TextField id="name" name="draft[name]" label=t.name hint=t.name_hint required=true value=display error=form.error("name") check=Plain::check(name)/>
                    <TextField id="client_id" name="draft[client_id]" label=t.client_id required=true mono=true value=client_id error=form.error("client_id") check=Plain::check(short_text(CREDENTIAL_MAX))/>
                    <PasswordField id="client_secret" name="draft[client_secret]" label=t.client_secret hint=t.client_secret_hint required=true autocomplete="off" value=secret error=form.error("client_secret")/>
                    <TextField id="secret_expires" name="draft[secret_expires]" label=t.secret_expires hint=t.secret_expires_hint kind="date" value=form.value("secret_expires") error=form.error("secret_expires") check=Plain::check(noon_of)/>
                    <TextField id="issuer" name="draft[issuer]" label=t.issuer hint=t.issuer_hint kind="url" value=issuer error=issuer_error check=Plain::check(web_address)/>
                    {move || scripted.get().then(|| view! { <div class="acts"><Button small=true busy=discover.pending() on:click=ask>{t.discover}</Button></div> })}
                    <TextField id="authorization_endpoint" name="draft[authorization_endpoint]" label=t.authorization hint=t.endpoint_hint kind="url" value=authorization error=form.error("authorization_endpoint") check=Plain::check(web_address)/>
                    <TextField id="token_endpoint" name="draft[token_endpoint]" label=t.token hint=t.endpoint_hint kind="url" value=token error=form.error("token_endpoint") check=Plain::check(web_address)/>
                    <LinesField id="domains" name="draft[domains]" label=t.domains hint=t.domains_hint line_label=t.domain value=form.value("domains") error=form.error("domains") check=Plain::check(DomainName::parse)/>
                    <FormActs busy=action.pending() back=paths::OS_IDPS/>
                </div>
            </ActionForm>
        </FormPage>
    }
}
