use leptos::prelude::*;

use crate::jump::jump;

/// Reads `text` out whenever it changes: the name of a new page, the number of results. Stands once in the page.
#[component]
pub fn LiveRegion(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! {
        <p class="visually-hidden" role="status" aria-live="polite" aria-atomic="true">
            {text}
        </p>
    }
}

/// What the live region of the frame reads out.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// Answers whether something else was said before.
    pub fn say(self, text: String) -> bool {
        let another = self.0.with_untracked(|said| !said.is_empty() && *said != text);
        self.0.set(text);
        another
    }
}

/// Puts an announcer into the context, and gives the text for the frame's [`LiveRegion`]. Each [`PageHead`](crate::PageHead)
/// below says its title there, so that a page that was opened by a click is announced like one that was loaded.
pub fn provide_announcer() -> Signal<String> {
    let text = RwSignal::new(String::new());
    provide_context(Announcer(text));
    text.into()
}

/// First stop of the keyboard: jumps over the navigation to the element `target`.
#[component]
pub fn SkipLink(
    #[prop(into)] label: Signal<String>,
    #[prop(default = "main")] target: &'static str,
) -> impl IntoView {
    view! {
        <a class="skip" href=format!("#{target}") on:click=jump(target.to_owned())>
            {label}
        </a>
    }
}
