use leptos::prelude::*;

use crate::{ButtonKind, Glyph};

/// A button that opens a list of links and buttons below it, by the browser's own popover.
#[component]
pub fn Menu(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    /// What it is about, for those who only hear it.
    #[prop(optional, into)]
    about: Option<String>,
    /// `li` elements with a link or a button each.
    children: Children,
    #[prop(default = ButtonKind::Plain)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    #[prop(optional_no_strip, into)] icon: Option<Glyph>,
) -> impl IntoView {
    view! {
        <crate::Button kind small icon=icon attr:popovertarget=id.clone()>
            {label}
            {about.map(|about| view! { <span class="visually-hidden">" " {about}</span> })}
            <crate::Icon glyph=Glyph::ChevronDown/>
        </crate::Button>
        <div class="menu" id=id popover="auto">
            <ul>{children()}</ul>
        </div>
    }
}
