use leptos::{html, prelude::*};

use crate::field::{FieldError, described_by, error_id, hint_id, invalid};

/// Yes or no. A form sends `value` (by default `true`) when it is ticked and nothing otherwise.
#[component]
pub fn CheckField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] checked: RwSignal<bool>,
    #[prop(default = "true".into(), into)] value: String,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Drawn as a switch; for what takes effect at once.
    #[prop(optional)]
    switch: bool,
) -> impl IntoView {
    let control = NodeRef::<html::Input>::new();
    Effect::new(move |seen: Option<bool>| {
        let wanted = checked.get();
        let Some(control) = control.get() else {
            return false;
        };
        if control.checked() != wanted {
            if seen == Some(true) {
                control.set_checked(wanted);
            } else {
                checked.set(control.checked());
            }
        }
        true
    });
    let described = described_by(&id, hint.is_some(), error);
    let (own_hint, own_error) = (hint_id(&id), error_id(&id));
    view! {
        <div class="field check-field" class:field--bad=move || error.with(Option::is_some)>
            <label class="choice" for=id.clone()>
                <input
                    node_ref=control
                    type="checkbox"
                    class:switch=switch
                    role=switch.then_some("switch")
                    id=id.clone()
                    name=name
                    value=value
                    checked=checked.get_untracked()
                    aria-invalid=invalid(error)
                    aria-describedby=described
                    on:change:target=move |event| checked.set(event.target().checked())
                />
                <span>{label}</span>
            </label>
            {hint.map(|hint| view! { <span class="hint" id=own_hint>{hint}</span> })}
            <FieldError id=own_error error/>
        </div>
    }
}
