use domain::{Conflict, Fault, Invalid};

/// What a use case answers when it did not do its work: either something that the person may be told, or a cause for the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {0:?}")]
    Fault(Fault),
    #[error("{0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A cause that is ours, not the caller's.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The fault, if it is one.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Internal(_) => None,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Fault(conflict.into())
    }
}
impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Fault(invalid.into())
    }
}
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::internal(error)
    }
}
impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// Turns what the database refuses into what a person may be told.
pub trait ResultExt<T> {
    /// Answers `fault` where the unique constraint over `columns` of `table` was hit.
    fn on_unique(self, table: &str, columns: &[&str], fault: impl Into<Fault>) -> Result<T>;
}

impl<T> ResultExt<T> for store::Result<T> {
    fn on_unique(self, table: &str, columns: &[&str], fault: impl Into<Fault>) -> Result<T> {
        self.map_err(|error| {
            if error.is_unique(table, columns) {
                Error::Fault(fault.into())
            } else {
                error.into()
            }
        })
    }
}
