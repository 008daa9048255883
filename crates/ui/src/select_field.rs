use leptos::{html, prelude::*};

use crate::{
    bind::bind,
    field::{FieldError, Frame, RequiredMark, described_by, error_id, hint_id, invalid, shown_error},
};

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// One of a list, as the browser's own list.
#[component]
pub fn SelectField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let control = NodeRef::<html::Select>::new();
    bind(control, value);
    let error = shown_error(None, value, RwSignal::new(false), error);
    let described = described_by(&id, hint.is_some(), error);
    let options = move || {
        let chosen = value.get_untracked();
        choices
            .get()
            .into_iter()
            .map(|Choice { value, label }| {
                let selected = value == chosen;
                view! {
                    <option value=value selected=selected>
                        {label}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <Frame id=id.clone() label hint required error>
            <select
                node_ref=control
                class="input select"
                id=id.clone()
                name=name
                aria-required=required.then_some("true")
                aria-invalid=invalid(error)
                aria-describedby=described
                on:change:target=move |event| value.set(event.target().value())
            >
                {options}
            </select>
        </Frame>
    }
}

/// One of a few, all in sight, each with room for a sentence.
#[component]
pub fn RadioField(
    /// Ids of the single choices are `id-0`, `id-1` …
    #[prop(into)]
    id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    choices: Vec<Choice>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let error = shown_error(None, value, RwSignal::new(false), error);
    let described = described_by(&id, hint.is_some(), error);
    let (own_hint, own_error) = (hint_id(&id), error_id(&id));
    let radios = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| {
            let radio_id = format!("{id}-{at}");
            let for_id = radio_id.clone();
            let text = choice.value.clone();
            view! {
                <label class="choice" for=for_id>
                    <input
                        type="radio"
                        id=radio_id
                        name=name.clone()
                        value=choice.value.clone()
                        checked=value.get_untracked() == choice.value
                        prop:checked=move || value.get() == choice.value
                        on:change=move |_| value.set(text.clone())
                    />
                    {choice.label}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field choices" id=id.clone() aria-describedby=described>
            <legend>{label} {required.then(|| view! { <RequiredMark/> })}</legend>
            {radios}
            {hint.map(|hint| view! { <span class="hint" id=own_hint>{hint}</span> })}
            <FieldError id=own_error error/>
        </fieldset>
    }
}
