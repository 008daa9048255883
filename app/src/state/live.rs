//! Changes of devices as they happen: one event stream for each tab of the UMS Web App.

use domain::device::DeviceChanges as Told;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::paths;

/// What was told last, and how often everything has to be read again.
#[derive(Clone, Copy)]
pub struct DeviceChanges {
    latest: ReadSignal<Option<Told>>,
    unread: ReadSignal<u32>,
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
    let (unread, set_unread) = signal(0_u32);
    let read_again = move || set_unread.update(|times| *times = times.wrapping_add(1));
    Effect::new(move |_| {
        let Ok(events) = EventSource::new(paths::DEVICE_EVENTS) else {
            return;
        };
        let listen = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let text = message.data().as_string().unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(Told::Many) => read_again(),
                Ok(told) => set_latest.set(Some(told)),
                // Of another version than this page: what follows from the next reading is right.
                Err(_) => {}
            }
        });
        events.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        listen.forget();
        let open = Closure::<dyn Fn()>::new(move || {
            // What was said on a stream before is older than what is read now.
            set_latest.set(None);
            read_again();
        });
        events.set_onopen(Some(open.as_ref().unchecked_ref()));
        open.forget();
        // Inside the effect, which the server never runs: what belongs to one thread may not be touched by another there.
        let events = StoredValue::new_local(events);
        on_cleanup(move || {
            events.try_with_value(EventSource::close);
        });
    });
    provide_context(DeviceChanges { latest, unread });
}

/// The latest changes of devices, as the frame hears them. `read_again` is called when the stream has been opened anew, for what
/// changed while there was none, and when there was too much to be told.
pub fn device_changes(read_again: impl Fn() + 'static) -> ReadSignal<Option<Told>> {
    let Some(changes) = use_context::<DeviceChanges>() else {
        return signal(None).0;
    };
    Effect::new(move |before: Option<u32>| {
        let times = changes.unread.get();
        if before.is_some_and(|before| before != times) {
            read_again();
        }
        times
    });
    changes.latest
}
