//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script that the server wrote into the page.
#[wasm_bindgen]
pub fn hydrate() {
    app::state::breakdown::listen();
    leptos::mount::hydrate_lazy(app::App);
}
