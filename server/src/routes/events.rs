use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use domain::permission::ViewDevices;
use futures::{Stream, StreamExt as _, stream};
use tokio::sync::broadcast::error::RecvError;

use crate::guard::{Auth, Refusal};

/// How often the right to listen is looked at again: a revoked session or right ends the stream within this time.
const RECHECK: Duration = Duration::from_secs(5);

/// Devices that come and go, as server-sent events.
pub async fn devices(
    Auth(auth): Auth<ViewDevices>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let changes = ums::devices::changes(&auth)?;
    let mut recheck = tokio::time::interval(RECHECK);
    recheck.reset();
    let stream = stream::unfold(
        (auth, changes, recheck),
        |(auth, mut changes, mut recheck)| async move {
            loop {
                tokio::select! {
                    change = changes.recv() => match change {
                        Ok(change) => {
                            let event = Event::default().json_data(&change).unwrap_or_default();
                            return Some((event, (auth, changes, recheck)));
                        }
                        // Too many at once: the page reads the list again when the stream opens anew.
                        Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
                    },
                    _ = recheck.tick() => if !matches!(auth.still_holds().await, Ok(true)) {
                        return None;
                    },
                }
            }
        },
    );
    Ok(Sse::new(stream.map(Ok)).keep_alive(KeepAlive::default()))
}
