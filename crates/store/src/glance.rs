//! Connections to SQLite for single reads on hot paths. They are kept apart from the pool, which sends a ping to the driver's
//! thread for each connection that comes back: as much work again as the read itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Result};

/// The connections, opened as they are needed. The one that came back last goes out first, so a quiet server has few.
#[derive(Debug)]
pub(crate) struct Glances {
    options: SqliteConnectOptions,
    free: Mutex<Vec<SqliteConnection>>,
    places: Arc<Semaphore>,
}

/// A connection that goes back when this is dropped.
pub(crate) struct Glance {
    connection: Option<SqliteConnection>,
    home: Arc<Glances>,
    _place: OwnedSemaphorePermit,
}

impl Glances {
    /// At most so many at once.
    pub(crate) fn new(options: SqliteConnectOptions, places: u32) -> Arc<Self> {
        Arc::new(Self {
            options,
            free: Mutex::default(),
            places: Arc::new(Semaphore::new(usize::try_from(places).unwrap_or(1))),
        })
    }

    /// [`Error::Busy`] where none has come back in time.
    pub(crate) async fn take(self: &Arc<Self>, wait: Duration) -> Result<Glance> {
        let place = tokio::time::timeout(wait, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| Error::Busy {
            what: "a glance",
            waited: wait,
        })?;
        let place = place.map_err(|_| Error::Driver(sqlx::Error::PoolClosed))?;
        let free = self.free().pop();
        let connection = match free {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Glance {
            connection: Some(connection),
            home: Arc::clone(self),
            _place: place,
        })
    }

    /// Closes those that are free; later calls fail.
    pub(crate) async fn close(&self) {
        self.places.close();
        let free = std::mem::take(&mut *self.free());
        for connection in free {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection that reads was not closed cleanly");
            }
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Glance {
    /// [`Error::Aborted`] after [`Glance::give_up`].
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(Error::Aborted)
    }

    /// After a failure: the connection is not used again.
    pub(crate) fn give_up(&mut self) {
        self.connection = None;
    }
}

impl Drop for Glance {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.home.places.is_closed()
        {
            self.home.free().push(connection);
        }
    }
}
