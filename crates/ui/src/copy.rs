use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use crate::{Glyph, Icon, words::words};

const SAID_FOR: Duration = Duration::from_secs(3);

/// Puts `text` on the clipboard and says so. Hidden without script.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied, for screen readers, e.g. "Redirect URI".
    #[prop(optional, into)]
    label: Option<Signal<String>>,
) -> impl IntoView {
    let words = words();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        // Outside a secure context there is no clipboard; the value stays selectable.
        if !window().is_secure_context() {
            return;
        }
        let written = window().navigator().clipboard().write_text(&text.get_untracked());
        spawn_local(async move {
            // Refused by the browser or the person: then nothing is claimed.
            if JsFuture::from(written).await.is_ok() {
                copied.set(true);
                set_timeout(
                    move || {
                        // Nothing is set back once the button is gone.
                        let _ = copied.try_set(false);
                    },
                    SAID_FOR,
                );
            }
        });
    };
    view! {
        <button class="copy" class:copy--done=copied type="button" on:click=copy>
            <Icon glyph=Glyph::Copy/>
            <span class="copy__word">
                {words.copy} {label.map(|label| view! { <span class="visually-hidden">" " {label}</span> })}
            </span>
            <span class="copy__said" role="status">
                {move || if copied.get() { words.copied } else { "" }}
            </span>
        </button>
    }
}

/// A value to take along: one click selects all of it, the button copies it.
#[component]
pub fn Copyable(#[prop(into)] text: Signal<String>, #[prop(into)] label: Signal<String>) -> impl IntoView {
    view! {
        <span class="copyable">
            <code class="copyable__value">{text}</code>
            <CopyButton text label/>
        </span>
    }
}
