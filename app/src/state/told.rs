//! Hearing that something on this page has changed: an event stream of the page, open as long as the page is.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// The way to the function below, for the reason that `live` names: the types of callbacks stay in the part that is there from
/// the start.
#[derive(Clone, Copy)]
struct Hear(fn(String) -> ReadSignal<u32>);

/// Makes [`told`] work. Called by the application's root.
pub fn provide_hearing() {
    provide_context(Hear(open_stream));
}

/// Counts what the stream at `address` says. The browser connects again by itself.
pub fn told(address: String) -> ReadSignal<u32> {
    match use_context() {
        Some(Hear(open)) => open(address),
        None => signal(0).0,
    }
}

fn open_stream(address: String) -> ReadSignal<u32> {
    let (times, set_times) = signal(0_u32);
    Effect::new(move |_| {
        let Ok(events) = EventSource::new(&address) else {
            return;
        };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |_: MessageEvent| {
            // The page may have gone a moment ago.
            set_times.try_update(|times| *times = times.wrapping_add(1));
        });
        events.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        // Inside the effect, which the server never runs: what belongs to one thread may not be touched by another there.
        let events = StoredValue::new_local(events);
        on_cleanup(move || {
            events.try_with_value(EventSource::close);
        });
    });
    times
}
