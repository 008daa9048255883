use domain::case::{CaseKind, OnboardingFacts, Product, Severity};
use domain::case_draft::{SUBJECT_MAX, subject, text};
use domain::id::OnboardingId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Card, Choice, Fact, Facts, FormSummary, SelectField, TextArea, TextField};

use crate::api::portal::cases::onboarding_facts;
use crate::components::{CaseFacts, FilesField};
use crate::error::AppError;
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, loaded, needed};
use crate::paths;
use crate::texts::{CaseTexts, product_words, severity_words, texts};

/// Submits a case; where the address names a failed onboarding, about that one. A plain form, with script too: files go with it as
/// they are, and its answer is the page of the case.
#[component]
pub fn NewCasePage() -> impl IntoView {
    let query = use_query_map();
    let facts = Resource::new(
        move || query.with(|map| map.get("onboarding")),
        |onboarding: Option<String>| async move {
            let Some(id) = onboarding else { return Ok(None) };
            let id: OnboardingId = id.parse().map_err(|_| AppError::missing())?;
            onboarding_facts(id).await.map(Some)
        },
    );
    let form = FormState::posted(paths::NEW_CASE);
    view! { {loaded(facts, move |facts| page(form, facts))} }
}

fn page(form: FormState, facts: Option<OnboardingFacts>) -> impl IntoView {
    let t = texts::<CaseTexts>();
    let about = facts.is_some();
    let usual = |field: &str, usual: String| form.value_or(field, if about { &usual } else { "" });
    let kind = usual("kind", CaseKind::Support.key().to_owned());
    let product = usual("product", Product::Onboarding.key().to_owned());
    let severity = form.value_or("severity", Severity::Normal.key());
    let title = usual("subject", facts.as_ref().map(title_of).unwrap_or_default());
    let said = form.value("text");
    let needs = vec![
        needed("kind", t.kind, move || !is_blank(kind)),
        needed("product", t.product, move || !is_blank(product)),
        needed("subject", t.subject, move || !is_blank(title)),
        needed("text", t.text, move || !is_blank(said)),
    ];
    let labels = vec![
        ("kind", t.kind),
        ("product", t.product),
        ("severity", t.severity),
        ("subject", t.subject),
        ("text", t.text),
        ("files", t.files),
    ];
    let onboarding = facts.as_ref().map(|facts| facts.onboarding.to_string());
    let onboarding = onboarding.map(|id| view! { <input type="hidden" name="onboarding" value=id/> });
    let more = move || match facts.clone() {
        Some(facts) => view! {
            <Card title=t.facts>
                <p class="soft">{t.facts_lead}</p>
                <CaseFacts facts/>
            </Card>
        }
        .into_any(),
        None => which().into_any(),
    };
    view! {
        <FormPage title=t.form_title lead=t.form_lead list=(t.title, paths::CASES) here=t.new needs more>
            <form action=paths::CASE_UPLOAD method="post" enctype="multipart/form-data" novalidate>
                <div class="fields">
                    <FormSummary title=t.not_sent faults=form.summary_of(labels)/>
                    {onboarding}
                    <SelectField id="kind" name="kind" label=t.kind required=true choices=kinds() value=kind error=form.error("kind")/>
                    <SelectField id="product" name="product" label=t.product required=true choices=products() value=product error=form.error("product")/>
                    <SelectField id="severity" name="severity" label=t.severity hint=t.severity_hint required=true choices=severities() value=severity error=form.error("severity")/>
                    <TextField id="subject" name="subject" label=t.subject required=true maxlength=SUBJECT_MAX value=title error=form.error("subject") check=Plain::check(subject)/>
                    <TextArea id="text" name="text" label=t.text required=true rows=10 value=said error=form.error("text") check=Plain::check(text)/>
                    <FilesField form/>
                    <FormActs busy=false back=paths::CASES/>
                </div>
            </form>
        </FormPage>
    }
}

/// What a case about a failed onboarding is called.
fn title_of(facts: &OnboardingFacts) -> String {
    let t = texts::<CaseTexts>();
    let code = facts.code.map(|code| format!(", {} {code}", t.error));
    let title = format!("{}: {}{}", t.failed, facts.email, code.unwrap_or_default());
    title.chars().take(SUBJECT_MAX as usize).collect()
}

/// What each kind is for.
fn which() -> impl IntoView {
    let t = texts::<CaseTexts>();
    let words = |kind: CaseKind| match kind {
        CaseKind::Support => t.which_support,
        CaseKind::Rma => t.which_rma,
        CaseKind::ResetKey => t.which_reset_key,
        CaseKind::LicenseQuestion => t.which_license,
    };
    let kind = move |kind: CaseKind| view! { <Fact label=kind.label()>{words(kind)}</Fact> };
    view! {
        <Card title=t.which>
            <Facts>{CaseKind::ALL.iter().copied().map(kind).collect_view()}</Facts>
        </Card>
    }
}

/// Nothing is chosen until somebody chooses.
fn choices(of: impl Iterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", texts::<CaseTexts>().choose))
        .chain(of)
        .collect()
}

fn kinds() -> Vec<Choice> {
    choices(
        CaseKind::ALL
            .iter()
            .map(|kind| Choice::new(kind.key(), kind.label())),
    )
}

fn products() -> Vec<Choice> {
    choices(
        Product::ALL
            .iter()
            .map(|product| Choice::new(product.key(), product_words(*product))),
    )
}

fn severities() -> Vec<Choice> {
    let choice = |severity: &Severity| Choice::new(severity.key(), severity_words(*severity).1);
    Severity::ALL.iter().map(choice).collect()
}
