//! What a page begins and does not wait for to its end.

use std::time::Duration;

use access::{Error, Result};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// How long a page waits for an identity provider and a UMS before it says how it stands: a person sees a page within three
/// seconds, whatever happens there (fault F10).
pub const PATIENCE: Duration = Duration::from_millis(2500);

/// A port of the cloud side: the work behind pages that were answered before it was done. It goes on also where the browser has
/// hung up. Cheap to clone; all clones know the same.
#[derive(Clone, Debug)]
pub struct Underway {
    tasks: TaskTracker,
    patience: Duration,
}

impl Default for Underway {
    fn default() -> Self {
        Self::with_patience(PATIENCE)
    }
}

impl Underway {
    /// Pages that wait that long.
    pub fn with_patience(patience: Duration) -> Self {
        Self {
            tasks: TaskTracker::new(),
            patience,
        }
    }

    /// Begins the work and waits for it within the patience; `None` where it goes on by itself, and what goes wrong then is logged.
    pub(crate) async fn begin<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<Option<T>> {
        let (tell, told) = oneshot::channel();
        let work = async move {
            if let Err(Err(error)) = tell.send(work.await) {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "what was begun by a page could not be finished"
                );
            }
        };
        self.tasks.spawn(work.in_current_span());
        match tokio::time::timeout(self.patience, told).await {
            Ok(Ok(done)) => done.map(Some),
            Ok(Err(_)) => Err(Error::internal("what was begun by a page ended without a result")),
            Err(_) => Ok(None),
        }
    }

    /// Waits until all of it is done. For the stop of the process, after the last page.
    pub async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_done_in_time_is_told_and_what_is_not_goes_on() {
        let underway = Underway::default();
        let takes = |time| async move {
            tokio::time::sleep(time).await;
            Ok(())
        };
        let just = Duration::from_millis(1);
        assert_eq!(
            underway
                .begin(takes(PATIENCE.checked_sub(just).unwrap()))
                .await
                .unwrap(),
            Some(())
        );
        let began = tokio::time::Instant::now();
        assert_eq!(underway.begin(takes(PATIENCE * 4)).await.unwrap(), None);
        assert_eq!(began.elapsed(), PATIENCE);
        underway.finish().await;
        assert_eq!(began.elapsed(), PATIENCE * 4, "it was done to its end");
        assert!(
            underway
                .begin::<()>(async { Err(Error::internal("no")) })
                .await
                .is_err()
        );
    }
}
