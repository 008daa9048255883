//! What to do at the provider, for each preset.

use domain::os_idp::Preset;
use leptos::prelude::*;
use ui::Card;

use crate::texts::{Guides, guide_words, preset_words, texts};

/// The steps of every provider; those of the chosen one are open.
#[component]
pub fn OsIdpGuide(preset: RwSignal<String>) -> impl IntoView {
    let t = texts::<Guides>();
    let guide = move |of: Preset| {
        let steps = guide_words(of);
        let chosen = move || preset.with(|chosen| Preset::parse(chosen) == Ok(of));
        view! {
            <details class="disclosure" open=chosen>
                <summary>{preset_words(of)}</summary>
                <ol>{steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
            </details>
        }
    };
    view! { <Card title=t.title>{Preset::ALL.into_iter().map(guide).collect_view()}</Card> }
}
