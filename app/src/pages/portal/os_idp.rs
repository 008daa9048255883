use domain::id::OsIdpId;
use domain::os_idp::{OsIdp, SecretState};
use domain::os_idp_test::OsIdpDetails;
use domain::saml_idp::CertificateEnd;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Copyable, Fact, Facts, FormSummary, Glyph, Note, StateMark, Tone,
};

use super::os_idp_test::{TestMark, outcome};
use crate::api::portal::os_idps::{BeginOsIdpTest, DisableOsIdp, EnableOsIdp, show_os_idp};
use crate::components::Domains;
use crate::error::AppError;
use crate::layout::{DetailPage, FormState, id_of_page, loaded};
use crate::paths;
use crate::texts::{self, OsIdpActs, OsIdpTests, OsIdps, preset_words, texts};

#[derive(Clone, Copy)]
struct Acts {
    enable: ServerAction<EnableOsIdp>,
    disable: ServerAction<DisableOsIdp>,
    test: ServerAction<BeginOsIdpTest>,
}

/// The details of an IGEL OS IdP, with everything that can be done with it.
#[component]
pub fn OsIdpPage() -> impl IntoView {
    let id = id_of_page::<OsIdpId>();
    let acts = Acts {
        enable: ServerAction::new(),
        disable: ServerAction::new(),
        test: ServerAction::new(),
    };
    let versions = move || (acts.enable.version().get(), acts.disable.version().get());
    let idp = Resource::new(
        move || (id.get(), versions()),
        |(id, _)| async move { show_os_idp(id.ok_or_else(AppError::missing)?).await },
    );
    view! { {loaded(idp, move |details| page(details, acts))} }
}

fn page(details: OsIdpDetails, acts: Acts) -> impl IntoView {
    let (t, of_acts, of_tests) = (texts::<OsIdps>(), texts::<OsIdpActs>(), texts::<OsIdpTests>());
    let OsIdpDetails {
        idp,
        test,
        redirect_uri,
    } = details;
    let faults = said(acts);
    let (reduced, secret) = (idp.reduced_assurance, idp.secret.clone());
    let notice = move || {
        view! {
            <FormSummary title=of_acts.not_done faults/>
            {secret_note(&secret)}
            {reduced.then(|| view! { <Note tone=Tone::Warn title=t.reduced>{t.reduced_text}</Note> })}
        }
    };
    let preset = idp.preset;
    let last = match test {
        Some(test) => outcome(test, preset).into_any(),
        None => view! { <p class="soft">{of_tests.never}</p> }.into_any(),
    };
    let (name, id) = (idp.name.clone(), idp.id.to_string());
    let changes = changes(&idp, acts);
    let facts = facts(idp);
    view! {
        <DetailPage name list=(t.title, paths::OS_IDPS) notice>
            <div class="stack">
                <Card title=of_tests.title>
                    <ActionForm action=acts.test>
                        <input type="hidden" name="id" value=id/>
                        <div class="fields">
                            <p class="soft">{of_tests.lead}</p>
                            <div><Button kind=ButtonKind::Primary submit=true busy=acts.test.pending()>{of_tests.start}</Button></div>
                        </div>
                    </ActionForm>
                    {last}
                </Card>
            </div>
            <div class="stack">
                <Card title=t.details>{facts}</Card>
                <Card title=of_acts.acts>{changes}</Card>
                <Card title=t.redirect>
                    <p class="soft">{t.redirect_hint}</p>
                    <Copyable text=redirect_uri label=t.redirect/>
                </Card>
            </div>
        </DetailPage>
    }
}

/// What was said about the last act, whichever it was.
fn said(acts: Acts) -> Signal<Vec<ui::FieldFault>> {
    let all = [
        FormState::new(acts.enable, paths::OS_IDPS).summary(),
        FormState::new(acts.disable, "").summary(),
        FormState::new(acts.test, "").summary(),
    ];
    Signal::derive(move || all.iter().flat_map(|one| one.get()).collect())
}

fn facts(idp: OsIdp) -> impl IntoView {
    let (t, of_acts, of_tests) = (texts::<OsIdps>(), texts::<OsIdpActs>(), texts::<OsIdpTests>());
    let long = |text: String| view! { <span class="wrap wrap--long">{text}</span> };
    let issuer = idp.issuer.unwrap_or_default();
    let secret = secret_words(&idp.secret);
    let domains = idp.domains;
    let domains = (!domains.is_empty()).then(|| view! { <Domains domains/> });
    view! {
        <Facts>
            <Fact label=t.state><EnabledMark enabled=idp.enabled/></Fact>
            <Fact label=t.preset>{preset_words(idp.preset)}</Fact>
            <Fact label=t.client_id><code class="wrap">{idp.client_id}</code></Fact>
            <Fact label=of_acts.expires>{secret}</Fact>
            <Fact label=t.authorization_url>{long(idp.authorization_endpoint)}</Fact>
            <Fact label=t.token_url>{long(idp.token_endpoint)}</Fact>
            <Fact label=t.issuer>{long(issuer)}</Fact>
            <Fact label=t.domains>{domains}</Fact>
            <Fact label=of_tests.title><TestMark tested=idp.tested/></Fact>
            <Fact label=t.created>{texts::date_time(idp.created_at)}</Fact>
            <Fact label=t.updated>{texts::date_time(idp.updated_at)}</Fact>
        </Facts>
    }
}

/// Whether people are led there.
#[component]
pub fn EnabledMark(enabled: bool) -> impl IntoView {
    let t = texts::<OsIdps>();
    let (tone, text) = if enabled {
        (Tone::Good, t.enabled)
    } else {
        (Tone::Neutral, t.disabled)
    };
    view! { <StateMark tone text/> }
}

/// When the secret ends, and until when the old one works beside it.
fn secret_words(secret: &SecretState) -> impl IntoView + use<> {
    let t = texts::<OsIdpActs>();
    let ends = match &secret.expires {
        None => view! { <span class="faint">{t.expires_unknown}</span> }.into_any(),
        Some((at, end)) => {
            let (tone, word) = match end {
                CertificateEnd::Far => (Tone::Good, t.expires_far),
                CertificateEnd::Near => (Tone::Warn, t.expires_near),
                CertificateEnd::Over => (Tone::Bad, t.expires_over),
            };
            let text = format!("{word} {}", texts::date(*at));
            view! { <StateMark tone text/> }.into_any()
        }
    };
    let old = secret.old.as_ref().map(|old| {
        let mut text = format!("{} {}", t.old_until, texts::date_time(old.until));
        if old.once {
            text = format!("{text}, {}", t.old_once);
        }
        view! { <p class="soft">{text}</p> }
    });
    view! {
        {ends}
        {old}
    }
}

/// A secret that ends soon, or has ended.
fn secret_note(secret: &SecretState) -> Option<AnyView> {
    let t = texts::<OsIdpActs>();
    let (at, end) = secret.expires.as_ref()?;
    let (tone, word, text) = match end {
        CertificateEnd::Far => return None,
        CertificateEnd::Near => (Tone::Warn, t.expires_near, t.near_text),
        CertificateEnd::Over => (Tone::Bad, t.expires_over, t.over_text),
    };
    let title = format!("{}: {word} {}", t.expires, texts::date(*at));
    Some(view! { <Note tone title>{text}</Note> }.into_any())
}

fn changes(idp: &OsIdp, acts: Acts) -> impl IntoView + use<> {
    let t = texts::<OsIdpActs>();
    let id = idp.id;
    let to = |page| paths::about_os_idp(page, id);
    let hidden = {
        let (id, version) = (id.to_string(), idp.version.to_string());
        view! {
            <input type="hidden" name="draft[id]" value=id/>
            <input type="hidden" name="draft[version]" value=version/>
        }
    };
    let switch = if idp.enabled {
        view! {
            <ActionForm action=acts.disable>
                {hidden}
                <div class="fields">
                    <p class="soft">{t.disable_text}</p>
                    <div><Button small=true submit=true icon=Glyph::Power busy=acts.disable.pending()>{t.disable}</Button></div>
                </div>
            </ActionForm>
        }
        .into_any()
    } else {
        view! {
            <ActionForm action=acts.enable>
                {hidden}
                <div class="fields">
                    <p class="soft">{t.enable_text}</p>
                    <div><Button small=true submit=true icon=Glyph::Power busy=acts.enable.pending()>{t.enable}</Button></div>
                </div>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <div class="acts">
            <ButtonLink href=to(paths::UPDATE_CLIENT_SECRET) small=true>{t.update_secret}</ButtonLink>
            <ButtonLink href=to(paths::UPDATE_OS_IDP_DOMAINS) small=true>{t.update_domains}</ButtonLink>
            <ButtonLink href=to(paths::RENAME_OS_IDP) small=true>{t.rename}</ButtonLink>
            <ButtonLink href=to(paths::DELETE_OS_IDP) small=true kind=ButtonKind::Danger>{t.delete}</ButtonLink>
        </div>
        {switch}
    }
}
