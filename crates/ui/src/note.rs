use leptos::prelude::*;

use crate::{Glyph, Icon, Tone};

/// A message in the page: what is, and what to do. `live` reads it out when it appears.
#[component]
pub fn Note(
    #[prop(default = Tone::Info)] tone: Tone,
    #[prop(optional, into)] title: Option<Signal<String>>,
    #[prop(optional)] live: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let glyph = match tone {
        Tone::Neutral | Tone::Info => Glyph::Info,
        Tone::Good => Glyph::Check,
        Tone::Warn | Tone::Bad => Glyph::Warn,
    };
    let role = live.then_some(if tone == Tone::Bad { "alert" } else { "status" });
    view! {
        <div class=tone.class("note") role=role>
            <Icon glyph/>
            <div class="note__text">
                {title.map(|title| view! { <p class="note__title">{title}</p> })} {children.map(|children| children())}
            </div>
        </div>
    }
}
