//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes that nothing uses. The tool that splits the program lays its data out anew, each part's together; where that takes more
/// room than before, because of the gaps between the parts, it leaves all data in the first part. Whatever no part uses it leaves out,
/// so this is the room for those gaps.
#[used]
static ROOM_FOR_GAPS: [u8; 4096] = [1; 4096];

/// Called by the script that the server wrote into the page.
#[wasm_bindgen]
pub fn hydrate() {
    app::state::breakdown::listen();
    leptos::mount::hydrate_lazy(app::App);
}
