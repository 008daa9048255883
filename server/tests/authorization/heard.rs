//! The permissions that endpoints ask for, as `access` says them. One listener serves the whole process, because a callsite
//! that was first met by a thread without one stays silent for all; what it hears is kept apart by thread.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Listens from now on.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let only = filter_fn(|metadata| metadata.target() == "access::check");
        let subscriber = tracing_subscriber::registry().with(Listener.with_filter(only));
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// What was asked for on this thread since the last time.
pub fn take() -> Vec<String> {
    HEARD.with_borrow_mut(std::mem::take)
}

struct Listener;

impl<S: tracing::Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut Permission);
    }
}

struct Permission;

impl Visit for Permission {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "permission" {
            HEARD.with_borrow_mut(|heard| heard.push(value.to_owned()));
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
