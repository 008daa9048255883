use domain::second_factor::SetUp;
use leptos::prelude::*;
use ui::Copyable;

use crate::texts::{SecondFactor, texts};

/// The key of an authenticator app, in the three ways that apps take it in.
#[component]
pub fn AppKey(set_up: SetUp) -> impl IntoView {
    let t = texts::<SecondFactor>();
    let SetUp {
        key,
        address,
        picture,
        ..
    } = set_up;
    let size = picture.size;
    view! {
        <div class="app-key">
            // Dark on light in both colour schemes: cameras ask for it.
            <svg class="app-key__picture" role="img" aria-label=t.picture viewBox=format!("0 0 {size} {size}")>
                <path d=picture.path></path>
            </svg>
            <div class="app-key__text">
                <p class="soft">{t.scan_text}</p>
                <p><a href=address>{t.open_app}</a></p>
                <p class="app-key__label">{t.key}</p>
                <Copyable text=key label=t.key/>
            </div>
        </div>
    }
}
