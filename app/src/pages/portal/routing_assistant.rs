//! The certificate chain assistant, beside a form with a chain. With script it asks for what is typed at the moment; without, its
//! buttons send the form for a look, and it comes back with what the chain says.

use domain::chain::{
    CertificateRole, ChainQuestion, ChainReport, HostLook, InspectedCertificate, NameFit, Validity,
};
use leptos::prelude::*;
use ui::{Button, Card, Chain, ChainLink, Fingerprint, Note, Tone};

use crate::api::portal::routing::inspect_chain;
use crate::layout::FormState;
use crate::texts::{self, ChainTexts, Routing, texts};

/// What the assistant looks at.
#[derive(Clone, Copy)]
pub struct Typed {
    pub chain: RwSignal<String>,
    pub host: RwSignal<String>,
    pub port: RwSignal<String>,
}

impl Typed {
    fn question(self, look: bool) -> ChainQuestion {
        ChainQuestion {
            chain: self.chain.get_untracked(),
            host: self.host.get_untracked().trim().to_owned(),
            port: self.port.get_untracked().trim().to_owned(),
            look,
        }
    }
}

/// The buttons, inside the form and behind its own: Enter in a field sends the form, and does not look at it.
#[component]
pub fn AssistantButtons(typed: Typed, asked: RwSignal<Option<ChainQuestion>>) -> impl IntoView {
    let t = texts::<ChainTexts>();
    let ask = move |look: bool| {
        move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            asked.set(Some(typed.question(look)));
        }
    };
    view! {
        <h2>{t.title}</h2>
        <p class="soft">{t.text}</p>
        <div class="acts">
            <Button small=true submit=true attr:name="preview" attr:value="chain" on:click=ask(false)>{t.check}</Button>
            <Button small=true submit=true attr:name="preview" attr:value="host" on:click=ask(true)>{t.compare}</Button>
        </div>
        <p class="hint">{t.compare_text}</p>
    }
}

/// The question that a form starts with: the one that it was sent for without script.
pub fn first_question(form: FormState, typed: Typed) -> RwSignal<Option<ChainQuestion>> {
    let preview = form.value("preview").get_untracked();
    if !form.summary().get_untracked().is_empty() {
        // It was refused, and says why.
        return RwSignal::new(None);
    }
    let look = match preview.as_str() {
        "chain" => Some(false),
        "host" => Some(true),
        _ => None,
    };
    RwSignal::new(look.map(|look| typed.question(look)))
}

/// What the chain says, below the form.
#[component]
pub fn AssistantAnswer(typed: Typed, asked: RwSignal<Option<ChainQuestion>>) -> impl IntoView {
    let answer = Resource::new(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some(question) => inspect_chain(question).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let shown = move || {
        Suspend::new(async move {
            match answer.await {
                Ok(None) => ().into_any(),
                Ok(Some(report)) => report_view(report, typed),
                Err(error) => {
                    let said = texts::said(&error);
                    view! { <Card><Note tone=Tone::Bad live=true>{refused(&error).unwrap_or(said)}</Note></Card> }.into_any()
                }
            }
        })
    };
    view! { <Transition>{shown}</Transition> }
}

/// Why the chain, the host or the port cannot be looked at.
fn refused(error: &crate::error::AppError) -> Option<String> {
    let crate::error::AppError::Fault(domain::Fault::Invalid(invalid)) = error else {
        return None;
    };
    let t = texts::<Routing>();
    let label = |field: &str| match field {
        "host" => t.host,
        "port" => t.port,
        _ => t.chain,
    };
    let lines = invalid
        .fields
        .iter()
        .map(|fault| format!("{}: {}", label(&fault.field), texts::reason(&fault.reason)));
    Some(lines.collect::<Vec<_>>().join(" "))
}

fn report_view(report: ChainReport, typed: Typed) -> AnyView {
    let t = texts::<ChainTexts>();
    let ChainReport {
        certificates,
        duplicates,
        missing,
        name,
        names,
        host,
    } = report;
    let file = !certificates.is_empty();
    let complete = file && missing.is_empty();
    let gap_links = missing.iter().cloned().map(missing_link).collect_view();
    let tree = file.then(|| {
        view! {
            <h3>{t.in_file}</h3>
            <Chain>
                {gap_links}
                {certificates.into_iter().map(link).collect_view()}
            </Chain>
        }
    });
    let gaps = (!missing.is_empty()).then(|| {
        let title = format!("{}: {}", t.missing, missing.join("; "));
        view! { <Note tone=Tone::Warn title=title>{t.missing_text}</Note> }
    });
    let doubles = (duplicates > 0).then(|| view! { <p class="faint">{t.duplicates} " " {duplicates}</p> });
    view! {
        <Card>
            <div class="stack" role="status">
                {complete.then(|| view! { <Note tone=Tone::Good title=t.complete/> })}
                {gaps}
                {name_note(name, &names)}
                {tree}
                {doubles}
                {host.map(|look| host_view(look, file, typed))}
            </div>
        </Card>
    }
    .into_any()
}

fn name_note(name: NameFit, names: &[String]) -> AnyView {
    let t = texts::<ChainTexts>();
    match name {
        NameFit::NoEnd => ().into_any(),
        NameFit::Named => view! { <Note tone=Tone::Good title=t.named/> }.into_any(),
        NameFit::OtherCase => {
            view! { <Note tone=Tone::Info title=t.other_case>{t.other_case_text}</Note> }.into_any()
        }
        NameFit::NotNamed => {
            let said = format!("{} {}", t.not_named_text, names.join(", "));
            view! { <Note tone=Tone::Bad title=t.not_named>{said}</Note> }.into_any()
        }
    }
}

fn missing_link(subject: String) -> impl IntoView {
    let t = texts::<ChainTexts>();
    view! { <ChainLink subject role=t.missing expiry="" tone=Tone::Warn missing=true/> }
}

fn link(one: InspectedCertificate) -> impl IntoView {
    let (t, r) = (texts::<ChainTexts>(), texts::<Routing>());
    let role = match one.summary.role {
        CertificateRole::Root => r.root.to_owned(),
        CertificateRole::Intermediate => {
            format!("{}, {} {}", r.intermediate, t.issued_by, one.summary.issuer)
        }
        CertificateRole::End => format!("{}, {} {}", r.end, t.issued_by, one.summary.issuer),
    };
    let (tone, state) = match one.validity {
        Validity::Valid => (Tone::Neutral, ""),
        Validity::EndsSoon => (Tone::Warn, t.ends_soon),
        Validity::Expired => (Tone::Bad, t.expired),
        Validity::NotYetValid => (Tone::Bad, t.not_yet),
    };
    let expiry = format!("{} {} {state}", r.until, texts::date(one.summary.not_after));
    let presented = one.presented.map(|presented| {
        let text = if presented { t.in_both } else { t.only_file };
        view! { <div class="faint">{text}</div> }
    });
    view! {
        <ChainLink subject=one.summary.subject role expiry=expiry.trim().to_owned() tone>
            {presented}
            <Fingerprint value=one.summary.fingerprint label=r.fingerprint/>
        </ChainLink>
    }
}

fn host_view(look: HostLook, file: bool, typed: Typed) -> AnyView {
    let t = texts::<ChainTexts>();
    let (certificates, authorities, led, tls13) = match look {
        HostLook::Failed { why } => {
            return view! { <Note tone=Tone::Bad title=t.failed>{why}</Note> }.into_any();
        }
        HostLook::Presented {
            certificates,
            authorities_pem,
            led_to_file,
            tls13,
        } => (certificates, authorities_pem, led_to_file, tls13),
    };
    let fit = file.then(|| {
        if led {
            view! { <Note tone=Tone::Good title=t.led/> }.into_any()
        } else {
            view! { <Note tone=Tone::Bad title=t.not_led>{t.not_led_text}</Note> }.into_any()
        }
    });
    let plain = |one: InspectedCertificate| {
        link(InspectedCertificate {
            presented: None,
            ..one
        })
    };
    let lacking = (!authorities.is_empty()).then(|| {
        let text = authorities.clone();
        let add = move |_| {
            typed.chain.update(|chain| {
                if !chain.is_empty() && !chain.ends_with('\n') {
                    chain.push('\n');
                }
                chain.push_str(&authorities);
            });
        };
        view! {
            <p class="soft">{t.add_text}</p>
            <pre class="pem" tabindex="0"><code>{text}</code></pre>
            <div><Button small=true on:click=add>{t.add}</Button></div>
        }
    });
    view! {
        <h3>{t.host}</h3>
        {(!tls13).then(|| view! { <Note tone=Tone::Warn title=t.old_tls/> })}
        {fit}
        <Chain>{certificates.into_iter().map(plain).collect_view()}</Chain>
        {lacking}
    }
    .into_any()
}
