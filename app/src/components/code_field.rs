use leptos::prelude::*;
use ui::TextField;

use crate::layout::FormState;
use crate::texts::{SecondFactor, texts};

/// The field for a code: telephones and password managers fill it in by themselves.
#[component]
pub fn CodeField(form: FormState, hint: &'static str) -> impl IntoView {
    let t = texts::<SecondFactor>();
    view! {
        <TextField
            id="code" name="draft[code]" label=t.code hint=hint required=true mono=true
            autocomplete="one-time-code" inputmode="numeric" error=form.error("code")
        />
    }
}
