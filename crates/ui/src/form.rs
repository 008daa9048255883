use leptos::{html, prelude::*};

use crate::{Glyph, Icon, jump::jump};

/// One message of a form and the id of the field it belongs to; an empty id for the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    pub field: String,
    pub message: String,
}

impl FieldFault {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// What is wrong with a form after it was sent, each with a link to its field. Takes the focus when it appears.
#[component]
pub fn FormSummary(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] faults: Signal<Vec<FieldFault>>,
) -> impl IntoView {
    let pane = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if !faults.with(Vec::is_empty)
            && let Some(pane) = pane.get()
        {
            // It fails only if the element is gone again, and then there is nothing to focus.
            let _ = pane.focus();
        }
    });
    let line = |FieldFault { field, message }: FieldFault| {
        if field.is_empty() {
            view! { <li>{message}</li> }.into_any()
        } else {
            view! { <li><a href=format!("#{field}") on:click=jump(field)>{message}</a></li> }.into_any()
        }
    };
    move || {
        let all = faults.get();
        (!all.is_empty()).then(|| {
            view! {
                <div class="note note--bad summary" role="alert" tabindex="-1" node_ref=pane>
                    <Icon glyph=Glyph::Warn/>
                    <div class="note__text">
                        <p class="note__title">{title}</p>
                        <ul>{all.into_iter().map(line).collect_view()}</ul>
                    </div>
                </div>
            }
        })
    }
}

/// A required field of a form and whether something stands in it.
#[derive(Clone, Debug)]
pub struct Required {
    /// The field's id.
    pub field: String,
    pub label: Signal<String>,
    pub filled: Signal<bool>,
}

impl Required {
    /// Filled as soon as the text is not blank.
    pub fn text(field: impl Into<String>, label: impl Into<Signal<String>>, value: RwSignal<String>) -> Self {
        Self {
            field: field.into(),
            label: label.into(),
            filled: Signal::derive(move || value.with(|text| !text.trim().is_empty())),
        }
    }
}

/// The pane that lists what a form still lacks, and empties as it is filled; then it says `complete`.
#[component]
pub fn RequiredInformation(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] complete: Signal<String>,
    items: Vec<Required>,
) -> impl IntoView {
    let missing = items
        .iter()
        .map(|item| {
            let (href, label, filled) = (format!("#{}", item.field), item.label, item.filled);
            let go = jump(item.field.clone());
            view! {
                <li class="tick" hidden=filled>
                    <a href=href on:click=go>{label}</a>
                </li>
            }
        })
        .collect_view();
    let whole = Signal::derive(move || items.iter().all(|item| item.filled.get()));
    view! {
        <section class="required">
            <h2>{title}</h2>
            <ul>{missing}</ul>
            <p class="tick tick--done" hidden=move || !whole.get()>
                {complete}
            </p>
        </section>
    }
}
