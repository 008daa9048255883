use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use crate::{
    bind::scripted,
    field::{Check, Frame, described_by, shown_error},
    text_area::PlainTextArea,
    words::words,
};

/// Turns a file that is no text into text, or gives up.
pub type FromBytes = Callback<Vec<u8>, Option<String>>;

/// Text that usually comes from a file. Script fills the text from what is chosen or dropped, and only the text is sent.
/// Without script the text can be pasted, or the file goes along as `file_name` in a multipart form.
#[component]
pub fn FileTextField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    /// Name of the file's part when a browser without script sends the form.
    #[prop(into)]
    file_name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] check: Option<Check>,
    /// E.g. ".pem,.crt,.cer".
    #[prop(default = "")]
    accept: &'static str,
    /// Several files may be chosen; their texts follow each other.
    #[prop(optional)]
    multiple: bool,
    /// Largest file that is read, in bytes.
    #[prop(default = 256 * 1024)]
    max_bytes: u32,
    #[prop(optional, into)] from_bytes: Option<FromBytes>,
    #[prop(default = 6)] rows: u32,
) -> impl IntoView {
    let left = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let dragging = RwSignal::new(false);
    let scripted = scripted();
    let error = shown_error(check, value, left, error);
    let error = Signal::derive(move || trouble.get().or_else(|| error.get()));
    let described = described_by(&id, hint.is_some(), error);
    let file_id = format!("{id}-file");
    let words = words();

    let take = move |files: Option<web_sys::FileList>| {
        spawn_local(async move {
            match read_all(files, max_bytes, from_bytes).await {
                Ok(Some(text)) => {
                    trouble.set(None);
                    value.set(text);
                    left.set(true);
                }
                Ok(None) => {}
                Err(Trouble::TooLarge) => trouble.set(Some(words.file_too_large.to_owned())),
                Err(Trouble::Unreadable) => trouble.set(Some(words.file_unreadable.to_owned())),
            }
        });
    };
    // A file that was chosen before the script arrived: its part of the form is about to lose its name.
    let control = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(control) = control.get() {
            take(control.files());
        }
    });
    let chosen = move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
        take(event.target().files());
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        dragging.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    view! {
        <Frame id=id.clone() label hint required error>
            <div
                class="drop"
                class:drop--over=dragging
                on:dragover=move |event: ev::DragEvent| {
                    event.prevent_default();
                    dragging.set(true);
                }
                on:dragleave=move |_| dragging.set(false)
                on:drop=dropped
            >
                <PlainTextArea id=id.clone() name value rows mono=true required error described left/>
                <div class="drop__bar">
                    <input
                        node_ref=control
                        class="drop__file"
                        type="file"
                        id=file_id.clone()
                        name=move || (!scripted.get()).then(|| file_name.clone())
                        accept=accept
                        multiple=multiple
                        on:change:target=chosen
                    />
                    <label class="button button--small" for=file_id>
                        {words.choose_file}
                    </label>
                    <span class="faint drop__hint">{words.drop_file}</span>
                </div>
            </div>
        </Frame>
    }
}

enum Trouble {
    TooLarge,
    Unreadable,
}

/// The text of all files in order; `None` if there are none.
async fn read_all(
    files: Option<web_sys::FileList>,
    max_bytes: u32,
    from_bytes: Option<FromBytes>,
) -> Result<Option<String>, Trouble> {
    let Some(files) = files.filter(|files| files.length() > 0) else {
        return Ok(None);
    };
    let mut all = String::new();
    for file in (0..files.length()).filter_map(|at| files.get(at)) {
        if file.size() > f64::from(max_bytes) {
            return Err(Trouble::TooLarge);
        }
        let buffer = JsFuture::from(file.array_buffer())
            .await
            .map_err(|_| Trouble::Unreadable)?;
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        let text = match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => text,
            Ok(text) => binary(text.into_bytes(), from_bytes)?,
            Err(error) => binary(error.into_bytes(), from_bytes)?,
        };
        if !all.is_empty() && !all.ends_with('\n') {
            all.push('\n');
        }
        all.push_str(&text);
    }
    Ok(Some(all))
}

fn binary(bytes: Vec<u8>, from_bytes: Option<FromBytes>) -> Result<String, Trouble> {
    from_bytes
        .and_then(|from_bytes| from_bytes.run(bytes))
        .ok_or(Trouble::Unreadable)
}
