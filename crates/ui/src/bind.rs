use leptos::{html::ElementType, prelude::*};
use wasm_bindgen::JsCast;

/// A control that holds text.
pub(crate) trait TextControl {
    fn text(&self) -> String;
    fn set_text(&self, text: &str);
}

macro_rules! text_control {
    ($($element:ident),*) => {$(
        impl TextControl for web_sys::$element {
            fn text(&self) -> String {
                self.value()
            }
            fn set_text(&self, text: &str) {
                self.set_value(text);
            }
        }
    )*};
}

text_control!(HtmlInputElement, HtmlTextAreaElement, HtmlSelectElement);

/// Keeps a control and its signal equal. At the first look the control wins: a person may have typed, or the browser may
/// have restored, text before the script arrived, and that must not be lost.
pub(crate) fn bind<E>(control: NodeRef<E>, value: RwSignal<String>)
where
    E: ElementType + 'static,
    E::Output: TextControl + JsCast + Clone + 'static,
{
    Effect::new(move |seen: Option<bool>| {
        let text = value.get();
        let Some(control) = control.get() else {
            return false;
        };
        let shown = control.text();
        if shown != text {
            if seen == Some(true) {
                control.set_text(&text);
            } else {
                value.set(shown);
            }
        }
        true
    });
}

/// Is false on the server and until the script has taken over, then true; so both sides render the same at first.
pub(crate) fn scripted() -> ReadSignal<bool> {
    let (scripted, set_scripted) = signal(false);
    Effect::new(move |_| set_scripted.set(true));
    scripted
}
