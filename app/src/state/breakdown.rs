//! When a part of the application cannot be fetched, or breaks, the page says so and offers to load again.

use std::sync::Once;

use domain::Language;
use leptos::prelude::document;

/// Replaces the browser's silence after a panic by words. The library panics where a part cannot be fetched.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            web_sys::console::error_1(&info.to_string().into());
            show();
        }));
    });
}

fn show() {
    let document = document();
    if document.get_element_by_id("breakdown").is_some() {
        return;
    }
    let lang = document
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .and_then(|code| Language::parse(&code));
    let (sentence, reload) = match lang.unwrap_or_default() {
        Language::English => (
            "A part of this page could not be loaded. Nothing that was saved is lost.",
            "Load the page again",
        ),
        Language::German => (
            "Ein Teil dieser Seite konnte nicht geladen werden. Nichts Gespeichertes ist verloren.",
            "Seite neu laden",
        ),
    };
    let make = |tag: &str, class: &str, text: &str| {
        let element = document.create_element(tag).ok()?;
        element.set_class_name(class);
        element.set_text_content(Some(text));
        Some(element)
    };
    let build = || {
        let note = make("div", "breakdown note note--bad", "")?;
        note.set_id("breakdown");
        note.set_attribute("role", "alert").ok()?;
        let link = make("a", "button button--primary", reload)?;
        link.set_attribute("href", "").ok()?;
        link.set_attribute("rel", "external").ok()?;
        let words = make("p", "", sentence)?;
        note.append_child(&words).ok()?;
        note.append_child(&link).ok()?;
        document.body()?.append_child(&note).ok()
    };
    let _ = build();
}
