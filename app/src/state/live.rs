//! Changes of devices as they happen: one event stream for each tab of the UMS Web App.

use domain::device::DeviceChange;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::paths;

/// The latest change of a device, and how often the stream was opened.
#[derive(Clone, Copy)]
pub struct DeviceChanges {
    latest: ReadSignal<Option<DeviceChange>>,
    opened: ReadSignal<u32>,
}

/// The way to the function below. It stands in the context of the whole application, so that the function is in the part that
/// is there from the start: the tool that splits the application cannot move the types of callbacks into a later one.
#[derive(Clone, Copy)]
struct Listen(fn());

/// Makes [`listen_to_devices`] work. Called by the application's root.
pub fn provide_listening() {
    provide_context(Listen(open_stream));
}

/// Opens the stream for the frame that calls this, and whatever it surrounds.
pub fn listen_to_devices() {
    if let Some(Listen(open)) = use_context() {
        open();
    }
}

/// Opens the stream and puts it into the context. The browser connects again by itself.
fn open_stream() {
    let (latest, set_latest) = signal(None);
    let (opened, set_opened) = signal(0_u32);
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
        let open = Closure::<dyn Fn()>::new(move || {
            // What was said on a stream before is older than what is read now.
            set_latest.set(None);
            set_opened.update(|times| *times = times.wrapping_add(1));
        });
        events.set_onopen(Some(open.as_ref().unchecked_ref()));
        open.forget();
        // Inside the effect, which the server never runs: what belongs to one thread may not be touched by another there.
        let events = StoredValue::new_local(events);
        on_cleanup(move || {
            events.try_with_value(EventSource::close);
        });
    });
    provide_context(DeviceChanges { latest, opened });
}

/// The latest change of a device, as the frame hears it. `read_again` is called whenever the stream has been opened anew: what
/// changed while there was none has to be read.
pub fn device_changes(read_again: impl Fn() + 'static) -> ReadSignal<Option<DeviceChange>> {
    let Some(changes) = use_context::<DeviceChanges>() else {
        return signal(None).0;
    };
    Effect::new(move |before: Option<u32>| {
        let times = changes.opened.get();
        if before.is_some_and(|before| before != times) {
            read_again();
        }
        times
    });
    changes.latest
}
