use leptos::{html, prelude::*};

use crate::{
    bind::bind,
    field::{Check, Frame, described_by, invalid, shown_error},
};

/// One line of text. `value` follows what is typed; a draft that comes back from the server is its first value.
#[component]
pub fn TextField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Looked at when the field is left.
    #[prop(optional, into)]
    check: Option<Check>,
    /// `text`, `email`, `url`, `tel`, `date` …
    #[prop(default = "text")]
    kind: &'static str,
    /// For the phone keyboard; `kind` decides when it is not given.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Names, addresses and fingerprints of machines.
    #[prop(optional)]
    mono: bool,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: Option<Signal<String>>,
    /// In characters; the server's check says the same.
    #[prop(optional)]
    maxlength: Option<u32>,
    #[prop(optional, into)] readonly: Signal<bool>,
    /// Offered while typing; anything else may be typed too.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
) -> impl IntoView {
    let control = NodeRef::<html::Input>::new();
    bind(control, value);
    let left = RwSignal::new(false);
    let error = shown_error(check, value, left, error);
    let described = described_by(&id, hint.is_some(), error);
    let list_id = format!("{id}-list");
    let list = {
        let list_id = list_id.clone();
        move || suggestions.with(|all| (!all.is_empty()).then(|| list_id.clone()))
    };
    let datalist = move || {
        let list_id = list_id.clone();
        suggestions.with(|all| {
            (!all.is_empty()).then(|| {
                let options = all
                    .iter()
                    .map(|text| view! { <option value=text.clone()></option> })
                    .collect_view();
                view! { <datalist id=list_id>{options}</datalist> }
            })
        })
    };
    let plain = kind == "text";
    view! {
        <Frame id=id.clone() label hint required error>
            <input
                node_ref=control
                class="input"
                class:mono=mono
                id=id.clone()
                name=name
                type=kind
                inputmode=inputmode
                value=value.get_untracked()
                autocomplete=autocomplete
                autocapitalize=(mono || !plain).then_some("none")
                spellcheck=(mono || !plain).then_some("false")
                placeholder=placeholder
                maxlength=maxlength.map(|most| most.to_string())
                list=list
                readonly=readonly
                aria-required=required.then_some("true")
                aria-invalid=invalid(error)
                aria-describedby=described
                on:input:target=move |event| value.set(event.target().value())
                on:blur=move |_| left.set(true)
            />
            {datalist}
        </Frame>
    }
}
