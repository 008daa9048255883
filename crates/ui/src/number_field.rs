use leptos::prelude::*;

use crate::{
    Check,
    text_field::{TextField, TextFieldProps},
};

/// A whole number, kept as it was typed: the check says what is wrong with it, where a browser would silently drop it.
#[component]
pub fn NumberField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] check: Option<Check>,
) -> impl IntoView {
    TextField(TextFieldProps {
        id,
        name,
        label,
        value,
        hint,
        required,
        error,
        check,
        kind: "text",
        inputmode: Some("numeric"),
        mono: true,
        autocomplete: "off",
        placeholder: None,
        maxlength: None,
        readonly: Signal::default(),
        suggestions: Signal::default(),
    })
}
