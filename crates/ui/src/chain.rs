use leptos::prelude::*;

use crate::{StateMark, Tone};

/// A certificate chain from the root down; `ChainLink`s are its children.
#[component]
pub fn Chain(children: Children) -> impl IntoView {
    view! { <ol class="chain">{children()}</ol> }
}

/// One certificate: whose, which part it plays, how long it lasts. Children may add a `Fingerprint` or actions.
#[component]
pub fn ChainLink(
    #[prop(into)] subject: Signal<String>,
    /// E.g. "intermediate · signed by Contoso Root CA".
    #[prop(into)]
    role: Signal<String>,
    #[prop(into)] expiry: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
    /// Needed and not there: drawn as a gap.
    #[prop(optional)]
    missing: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li class:chain__gap=missing>
            <span class="knot"></span>
            <div class="chain__text">
                <b>{subject}</b>
                <div class="faint">{role}</div>
                {children.map(|children| children())}
            </div>
            <StateMark tone text=expiry/>
        </li>
    }
}
