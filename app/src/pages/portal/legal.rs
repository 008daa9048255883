use domain::registration::LegalText;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::PageHead;

use crate::api::portal::registrations::legal_text;
use crate::layout::{OpenPage, loaded};
use crate::state::preferences::lang;
use crate::texts::{Registration, texts};

#[component]
pub fn TermsPage() -> impl IntoView {
    page(LegalText::Terms, texts::<Registration>().terms)
}

#[component]
pub fn PrivacyPage() -> impl IntoView {
    page(LegalText::Privacy, texts::<Registration>().privacy_policy)
}

fn page(which: LegalText, title: &'static str) -> impl IntoView {
    let language = lang();
    let text = Resource::new(|| (), move |()| legal_text(which, language));
    view! {
        <Title text=title/>
        <OpenPage>
            <PageHead title/>
            {loaded(text, prose)}
        </OpenPage>
    }
}

/// Plain text: an empty line ends a paragraph, and `# ` begins a heading.
fn prose(text: String) -> impl IntoView {
    let text = match text.trim() {
        "" => texts::<Registration>().no_text.to_owned(),
        text => text.replace('\r', ""),
    };
    let part = |part: &str| match part.strip_prefix("# ") {
        Some(heading) => view! { <h2>{heading.to_owned()}</h2> }.into_any(),
        None => view! { <p>{part.to_owned()}</p> }.into_any(),
    };
    let parts: Vec<AnyView> = text
        .split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(part)
        .collect();
    view! { <div class="prose">{parts}</div> }
}
