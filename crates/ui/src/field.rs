use leptos::prelude::*;

use crate::{Glyph, Icon, words::words};

/// Checks a text when its field is left; `Some` is the message to show.
pub type Check = Callback<String, Option<String>>;

/// What every field has around its control: label, hint, required mark, error. Use it around a control of your own, whose
/// `aria-describedby` comes from [`described_by`].
#[component]
pub fn Field(
    /// The control's id.
    #[prop(into)]
    id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <Frame id label hint required error>
            {children()}
        </Frame>
    }
}

/// [`Field`] for the kit's own fields, which pass on a hint that may be missing.
#[component]
pub(crate) fn Frame(
    id: String,
    label: Signal<String>,
    #[prop(optional_no_strip)] hint: Option<Signal<String>>,
    required: bool,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (hint_id(&id), error_id(&id));
    view! {
        <div class="field" class:field--bad=move || error.with(Option::is_some)>
            <label for=id>{label} {required.then(|| view! { <RequiredMark/> })}</label>
            {children()}
            {hint.map(|hint| view! { <span class="hint" id=hint_id>{hint}</span> })}
            <FieldError id=error_id error/>
        </div>
    }
}

/// The message under a field.
#[component]
pub(crate) fn FieldError(id: String, error: Signal<Option<String>>) -> impl IntoView {
    move || {
        error.get().map(|message| {
            view! {
                <span class="error" id=id.clone()>
                    <Icon glyph=Glyph::Warn/>
                    {message}
                </span>
            }
        })
    }
}

#[component]
pub(crate) fn RequiredMark() -> impl IntoView {
    view! {
        <span class="req" aria-hidden="true">
            "*"
        </span>
        <span class="visually-hidden">{words().required}</span>
    }
}

pub(crate) fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

pub(crate) fn error_id(id: &str) -> String {
    format!("{id}-error")
}

/// Value of `aria-describedby` for the control `id`: its error first, then its hint.
pub fn described_by(id: &str, hint: bool, error: Signal<Option<String>>) -> Signal<Option<String>> {
    let (hint_id, error_id) = (hint_id(id), error_id(id));
    Signal::derive(move || match (error.with(Option::is_some), hint) {
        (true, true) => Some(format!("{error_id} {hint_id}")),
        (true, false) => Some(error_id.clone()),
        (false, true) => Some(hint_id.clone()),
        (false, false) => None,
    })
}

/// What a field shows: the fault of its own check once it was left, else what the server said, which holds only for the text
/// that was sent.
pub(crate) fn shown_error(
    check: Option<Check>,
    value: RwSignal<String>,
    left: RwSignal<bool>,
    error: Signal<Option<String>>,
) -> Signal<Option<String>> {
    // Not known before the script runs; the server's word then holds for what it rendered.
    let sent = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        error.track();
        sent.set(Some(value.get_untracked()));
    });
    let unchanged =
        move || sent.with(|sent| sent.as_ref().is_none_or(|sent| value.with(|text| text == sent)));
    Signal::derive(move || {
        let own = check
            .filter(|_| left.get())
            .and_then(|check| check.run(value.get()));
        own.or_else(|| error.get().filter(|_| unchanged()))
    })
}

/// `aria-invalid` is written only when it is true.
pub(crate) fn invalid(error: Signal<Option<String>>) -> Signal<Option<&'static str>> {
    Signal::derive(move || error.with(Option::is_some).then_some("true"))
}
