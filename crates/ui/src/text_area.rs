use leptos::{html, prelude::*};

use crate::{
    bind::bind,
    field::{Check, Frame, described_by, invalid, shown_error},
};

/// Text of several lines.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] check: Option<Check>,
    #[prop(default = 5)] rows: u32,
    #[prop(optional)] mono: bool,
    #[prop(optional, into)] placeholder: Option<Signal<String>>,
) -> impl IntoView {
    let left = RwSignal::new(false);
    let error = shown_error(check, value, left, error);
    let described = described_by(&id, hint.is_some(), error);
    view! {
        <Frame id=id.clone() label hint required error>
            <PlainTextArea id=id.clone() name value rows mono required placeholder=placeholder error described left/>
        </Frame>
    }
}

/// The control alone. The only place of the whole product that writes the tag: leptos 0.8.23 does not escape its content on
/// the server, so that a stored `</textarea><script>` would run for the next reader (leptos#4819).
#[component]
pub(crate) fn PlainTextArea(
    id: String,
    name: String,
    value: RwSignal<String>,
    rows: u32,
    mono: bool,
    required: bool,
    #[prop(optional_no_strip)] placeholder: Option<Signal<String>>,
    error: Signal<Option<String>>,
    described: Signal<Option<String>>,
    left: RwSignal<bool>,
    #[prop(optional, into)] hidden: Signal<bool>,
) -> impl IntoView {
    let control = NodeRef::<html::Textarea>::new();
    bind(control, value);
    let text = value.get_untracked();
    let text = if cfg!(feature = "ssr") {
        escaped(&text)
    } else {
        text
    };
    view! {
        <textarea
            node_ref=control
            class="input textarea"
            class:mono=mono
            id=id
            name=name
            rows=rows.to_string()
            hidden=hidden
            autocomplete="off"
            spellcheck=mono.then_some("false")
            placeholder=placeholder
            aria-required=required.then_some("true")
            aria-invalid=invalid(error)
            aria-describedby=described
            on:input:target=move |event| value.set(event.target().value())
            on:blur=move |_| left.set(true)
        >
            {text}
        </textarea>
    }
}

/// Text as the content of a textarea: `&` and `<` as references, and one more line feed in front of a leading one, which an
/// HTML parser drops (HTML Living Standard, 13.1.2.5).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    if text.starts_with('\n') {
        out.push('\n');
    }
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let value = RwSignal::new(text.to_owned());
        view! { <TextArea id="n" name="note" label="Note" value/> }.to_html()
    }

    #[test]
    fn a_stored_script_stays_text() {
        Owner::new().with(|| {
            let page = html("a </textarea><script>alert(1)</script> &amp; b");
            assert_eq!(page.matches("</textarea>").count(), 1, "{page}");
            assert!(!page.contains("<script"), "{page}");
            assert!(
                page.contains(">a &lt;/textarea>&lt;script>alert(1)&lt;/script> &amp;amp; b</textarea>"),
                "{page}"
            );
            // Its accepted twin: harmless text arrives as it is.
            assert!(html("ums.contoso.example > \"x\"").contains(">ums.contoso.example > \"x\"</textarea>"));
        });
    }

    #[test]
    fn a_leading_line_feed_survives_the_parser() {
        assert_eq!(escaped("\nb"), "\n\nb");
        assert_eq!(escaped("a\nb"), "a\nb");
    }
}
