use leptos::{html, prelude::*};

use crate::{Glyph, Icon, words::words};

/// The navigation of narrow screens: a button in the top bar that unfolds it, without script too. It folds when a link in it
/// is followed.
#[component]
pub fn PhoneNav(children: Children) -> impl IntoView {
    let fold = NodeRef::<html::Details>::new();
    let close = move |_| {
        if let Some(fold) = fold.get_untracked() {
            fold.set_open(false);
        }
    };
    view! {
        <details class="phone-nav" node_ref=fold>
            <summary>
                <Icon glyph=Glyph::Menu/>
                <span class="visually-hidden">{words().menu}</span>
            </summary>
            <div class="phone-nav__panel" on:click=close>
                {children()}
            </div>
        </details>
    }
}
