use std::time::Duration;

use leptos::prelude::*;

use crate::{Glyph, Icon, Tone, words::words};

/// Shown for so long; WCAG asks for time to read, and the pointer or the focus stops the clock.
const SHOWN_FOR: Duration = Duration::from_secs(7);
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The message list keeps so many.
const KEPT: usize = 50;

/// One message that passed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub id: u64,
    pub tone: Tone,
    pub text: String,
    /// Words and address of one thing to do, e.g. Undo.
    pub action: Option<(String, String)>,
}

/// The messages of this visit. A toast is never the only place of an error.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    kept: RwSignal<Vec<Toast>>,
    last: StoredValue<u64>,
    paused: RwSignal<bool>,
}

impl Toasts {
    pub fn say(self, tone: Tone, text: impl Into<String>) {
        self.add(tone, text.into(), None);
    }

    /// A message with one link, e.g. Undo.
    pub fn offer(
        self,
        tone: Tone,
        text: impl Into<String>,
        action: impl Into<String>,
        href: impl Into<String>,
    ) {
        self.add(tone, text.into(), Some((action.into(), href.into())));
    }

    /// Every message of this visit, newest first; at most 50.
    pub fn kept(self) -> Signal<Vec<Toast>> {
        self.kept.into()
    }

    fn add(self, tone: Tone, text: String, action: Option<(String, String)>) {
        self.last.update_value(|last| *last += 1);
        let toast = Toast {
            id: self.last.get_value(),
            tone,
            text,
            action,
        };
        let id = toast.id;
        self.kept.update(|kept| {
            kept.insert(0, toast.clone());
            kept.truncate(KEPT);
        });
        self.shown.update(|shown| shown.push(toast));
        self.hide_after(id, SHOWN_FOR);
    }

    fn hide_after(self, id: u64, wait: Duration) {
        set_timeout(
            move || {
                // The stack may be gone with its page.
                if self.paused.try_get_untracked().unwrap_or(false) {
                    self.hide_after(id, LOOK_AGAIN);
                } else {
                    self.hide(id);
                }
            },
            wait,
        );
    }

    fn hide(self, id: u64) {
        let _ = self
            .shown
            .try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Makes the messages of this visit available below the calling component.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        shown: RwSignal::default(),
        kept: RwSignal::default(),
        last: StoredValue::new(0),
        paused: RwSignal::new(false),
    };
    provide_context(toasts);
    toasts
}

/// The messages of this visit; a list that nobody sees where none was provided.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(provide_toasts)
}

/// Where toasts appear. Stands once in the page, so that screen readers know the region before it speaks.
#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = use_toasts();
    let words = words();
    let one = move |toast: Toast| {
        let id = toast.id;
        view! {
            <li class=toast.tone.class("toast")>
                <span class="toast__text">{toast.text}</span>
                {toast.action.map(|(words, href)| view! { <a href=href>{words}</a> })}
                <button class="button button--quiet button--small" type="button" on:click=move |_| toasts.hide(id)>
                    <Icon glyph=Glyph::Cross/>
                    <span class="visually-hidden">{words.dismiss}</span>
                </button>
            </li>
        }
    };
    view! {
        <section
            class="toasts"
            aria-label=words.messages
            on:pointerenter=move |_| toasts.paused.set(true)
            on:pointerleave=move |_| toasts.paused.set(false)
            on:focusin=move |_| toasts.paused.set(true)
            on:focusout=move |_| toasts.paused.set(false)
        >
            <ol aria-live="polite">
                <For each=move || toasts.shown.get() key=|toast| toast.id children=one/>
            </ol>
        </section>
    }
}

/// What was said during this visit, to read again.
#[component]
pub fn MessageList() -> impl IntoView {
    let toasts = use_toasts();
    let words = words();
    move || {
        let all = toasts.kept.get();
        if all.is_empty() {
            return view! { <p class="faint">{words.no_messages}</p> }.into_any();
        }
        let line = |toast: Toast| {
            view! {
                <li>
                    <span class=toast.tone.class("state")>{toast.text}</span>
                    {toast.action.map(|(words, href)| view! { <a href=href>{words}</a> })}
                </li>
            }
        };
        view! { <ol class="messages">{all.into_iter().map(line).collect_view()}</ol> }.into_any()
    }
}
