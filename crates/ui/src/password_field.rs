use leptos::{html, prelude::*};

use crate::{
    bind::bind,
    field::{Check, Frame, described_by, invalid, shown_error},
    words::words,
};

/// A secret, with a switch that shows it. Its value is never written into the page; paste and password managers work.
#[component]
pub fn PasswordField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] check: Option<Check>,
    /// `current-password`, `new-password`, or `off` for a secret that is no password.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
) -> impl IntoView {
    let control = NodeRef::<html::Input>::new();
    bind(control, value);
    let left = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let error = shown_error(check, value, left, error);
    let described = described_by(&id, hint.is_some(), error);
    view! {
        <Frame id=id.clone() label hint required error>
            <div class="password">
                <input
                    node_ref=control
                    class="input"
                    id=id.clone()
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-required=required.then_some("true")
                    aria-invalid=invalid(error)
                    aria-describedby=described
                    on:input:target=move |event| value.set(event.target().value())
                    on:blur=move |_| left.set(true)
                />
                <button
                    class="password__show"
                    type="button"
                    aria-pressed=move || shown.get().to_string()
                    aria-controls=id
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {words().show}
                    <span class="visually-hidden">" " {label}</span>
                </button>
            </div>
        </Frame>
    }
}
