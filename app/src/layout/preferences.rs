use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::paths;
use crate::state::preferences::{Preferences, Theme};
use crate::texts::{Frame, texts};

/// Language and colours: plain forms, so that they work before and without script.
#[component]
pub fn PreferenceForms() -> impl IntoView {
    let t = texts::<Frame>();
    let preferences = Preferences::of_request();
    let location = use_location();
    let path = location.pathname;
    let action = move || {
        if paths::is_ums(&path.get()) {
            paths::UMS_SET_PREFERENCE
        } else {
            paths::SET_PREFERENCE
        }
    };
    // With the query: a sorted list stays sorted, and a sign-in still knows where it leads.
    let here = move || match location.search.get() {
        query if query.is_empty() => path.get(),
        query => format!("{}?{}", path.get(), query.trim_start_matches('?')),
    };
    let choice = move |name: &'static str, value: &'static str, label: &'static str, current: bool| {
        view! {
            <button
                class="button button--quiet button--small"
                type="submit"
                name=name
                value=value
                aria-pressed=current.to_string()
                lang=(name == "lang").then_some(value)
            >
                {label}
            </button>
        }
    };
    let lang = preferences.lang.key();
    let theme = preferences.theme;
    view! {
        <form class="preferences" method="post" action=action>
            <input type="hidden" name="back" value=here/>
            <fieldset>
                <legend>{t.language}</legend>
                {choice("lang", "en", "English", lang == "en")}
                {choice("lang", "de", "Deutsch", lang == "de")}
            </fieldset>
            <fieldset>
                <legend>{t.appearance}</legend>
                {choice("theme", "system", t.as_system, theme == Theme::System)}
                {choice("theme", "light", t.light, theme == Theme::Light)}
                {choice("theme", "dark", t.dark, theme == Theme::Dark)}
            </fieldset>
        </form>
    }
}
