use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// The permissions that endpoints have asked for, as `access` says them.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// Listens to this thread.
    pub fn listen(&self) -> DefaultGuard {
        let only = filter_fn(|metadata| metadata.target() == "access::check");
        let subscriber = tracing_subscriber::registry().with(self.clone().with_filter(only));
        tracing::subscriber::set_default(subscriber)
    }

    /// What was asked for since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl<S: tracing::Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut Permission(&self.0));
    }
}

struct Permission<'a>(&'a Mutex<Vec<String>>);

impl Visit for Permission<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "permission" {
            self.0.lock().unwrap().push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
