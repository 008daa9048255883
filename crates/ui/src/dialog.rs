use leptos::{children::ViewFnOnce, ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::{ButtonKind, Glyph, Icon, words::words};

fn dialog(id: &str) -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Opens the dialog `id` above the page. Does nothing if it is not there or open already.
pub fn show_dialog(id: &str) {
    if let Some(dialog) = dialog(id).filter(|dialog| !dialog.open()) {
        // It fails only for a dialog outside the document, which the look-up excludes.
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog `id`.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

/// Whether buttons open and close dialogs by `command` alone; then script keeps out of it.
fn commands_work() -> bool {
    document()
        .create_element("button")
        .is_ok_and(|button| js_sys::Reflect::has(&button, &"command".into()).unwrap_or(false))
}

/// A native dialog; `OpenDialog` opens it. With `page` the same content stands in the page, for a route that serves browsers
/// without script and links into the dialog.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: Signal<String>,
    children: Children,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
    #[prop(optional)] page: bool,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let actions = actions.map(|actions| view! { <footer class="acts">{actions.run()}</footer> });
    if page {
        return view! {
            <section class="dialog dialog--page" id=id.clone() aria-labelledby=title_id.clone()>
                <header>
                    <h2 id=title_id.clone()>{title}</h2>
                </header>
                <div class="body">{children()}</div>
                {actions}
            </section>
        }
        .into_any();
    }
    view! {
        <dialog class="dialog" id=id.clone() aria-labelledby=title_id.clone()>
            <header>
                <h2 id=title_id.clone()>{title}</h2>
                <CloseDialog dialog=id.clone() icon=true>{words().close}</CloseDialog>
            </header>
            <div class="body">{children()}</div>
            {actions}
        </dialog>
    }
    .into_any()
}

/// A button that opens the dialog `dialog`, by the browser's own means where it has them.
#[component]
pub fn OpenDialog(
    #[prop(into)] dialog: String,
    children: Children,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    #[prop(optional_no_strip, into)] icon: Option<Glyph>,
) -> impl IntoView {
    let id = dialog.clone();
    view! {
        <crate::Button
            kind
            small
            icon=icon
            attr:command="show-modal"
            attr:commandfor=dialog
            attr:aria-haspopup="dialog"
            on:click=move |_| {
                if !commands_work() {
                    show_dialog(&id);
                }
            }
        >
            {children()}
        </crate::Button>
    }
}

/// A link to the page that holds a dialog's content; with script it opens the dialog instead of leaving.
#[component]
pub fn DialogLink(
    #[prop(into)] dialog: String,
    #[prop(into)] href: Signal<String>,
    children: Children,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let open = move |event: ev::MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key();
        if !elsewhere {
            event.prevent_default();
            show_dialog(&dialog);
        }
    };
    view! {
        <crate::ButtonLink href kind small on:click=open>
            {children()}
        </crate::ButtonLink>
    }
}

/// A button that closes the dialog it stands in.
#[component]
pub fn CloseDialog(
    #[prop(into)] dialog: String,
    children: Children,
    /// Only the cross in sight; the words are read out.
    #[prop(optional)]
    icon: bool,
) -> impl IntoView {
    let id = dialog.clone();
    let content = if icon {
        view! {
            <Icon glyph=Glyph::Cross/>
            <span class="visually-hidden">{children()}</span>
        }
        .into_any()
    } else {
        children().into_any()
    };
    view! {
        <button
            class="button"
            class:button--quiet=icon
            class:button--small=icon
            type="button"
            command="close"
            commandfor=dialog
            on:click=move |_| {
                if !commands_work() {
                    close_dialog(&id);
                }
            }
        >
            {content}
        </button>
    }
}
