use domain::device::Presence;
use leptos::prelude::*;
use ui::{StateMark, Tone};

use crate::texts::{Devices, texts};

/// Whether a device is connected: a word and a mark.
#[component]
pub fn PresenceMark(#[prop(into)] presence: Signal<Presence>) -> impl IntoView {
    let t = texts::<Devices>();
    let tone = Signal::derive(move || {
        if presence.get() == Presence::Online {
            Tone::Good
        } else {
            Tone::Neutral
        }
    });
    let text = Signal::derive(move || {
        let word = match presence.get() {
            Presence::Online => t.online,
            Presence::Offline => t.offline,
            Presence::Unknown => t.unknown,
        };
        word.to_owned()
    });
    view! { <StateMark tone text/> }
}
