//! Changes of devices as they happen: one event stream for a visible page.

use domain::device::DeviceChange;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::paths;

/// The latest change of a device since the page was opened. The browser connects again by itself; a change missed meanwhile
/// is caught up by the list, which is read again when the stream opens.
pub fn device_changes() -> ReadSignal<Option<DeviceChange>> {
    let (latest, set_latest) = signal(None);
    let source = StoredValue::new_local(None::<EventSource>);
    Effect::new(move |_| {
        let Ok(events) = EventSource::new(paths::DEVICE_EVENTS) else {
            return;
        };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let text = message.data().as_string().unwrap_or_default();
            if let Ok(change) = serde_json::from_str(&text) {
                set_latest.set(Some(change));
            }
        });
        events.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        listen.forget();
        source.set_value(Some(events));
    });
    on_cleanup(move || {
        source.try_update_value(|events| events.take().inspect(EventSource::close));
    });
    latest
}
