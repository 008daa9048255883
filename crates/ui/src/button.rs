use leptos::{ev, prelude::*};

use crate::{Glyph, Icon, Spinner};

/// How much a button asks for attention. One `Primary` per page at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    Primary,
    Quiet,
    Danger,
}

fn class(kind: ButtonKind, small: bool) -> String {
    let kind = match kind {
        ButtonKind::Plain => "",
        ButtonKind::Primary => " button--primary",
        ButtonKind::Quiet => " button--quiet",
        ButtonKind::Danger => " button--danger",
    };
    format!("button{kind}{}", if small { " button--small" } else { "" })
}

/// A button. Add what else it needs with `on:click`, `attr:name`, `attr:value`, `attr:formaction`.
/// While `busy` it keeps the focus, shows that work goes on, and swallows further clicks.
#[component]
pub fn Button(
    children: Children,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    /// Sends the form; without it the button does only what its handler does.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional_no_strip, into)] icon: Option<Glyph>,
) -> impl IntoView {
    let keep_quiet = move |event: ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <button
            class=class(kind, small)
            type=if submit { "submit" } else { "button" }
            disabled=disabled
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=keep_quiet
        >
            {move || busy.get().then(|| view! { <Spinner/> })}
            {icon.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button, for going somewhere.
#[component]
pub fn ButtonLink(
    children: Children,
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    #[prop(optional_no_strip, into)] icon: Option<Glyph>,
) -> impl IntoView {
    view! {
        <a class=class(kind, small) href=href>
            {icon.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </a>
    }
}
