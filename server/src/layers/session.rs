//! tower-sessions over our own table: ids are stored as hashes, saving never brings a revoked session back, and reading
//! writes nothing.

use std::collections::HashMap;
use std::fmt;

use access::{Services, SessionToken, sessions};
use async_trait::async_trait;
use domain::Side;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

/// The sessions of one side.
#[derive(Clone)]
pub struct Sessions<S: Side>(Services<S>);

impl<S: Side> fmt::Debug for Sessions<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sessions({})", S::KEY)
    }
}

/// Reads and writes the cookie of one side.
pub fn layer<S: Side>(services: &Services<S>) -> SessionManagerLayer<Sessions<S>> {
    SessionManagerLayer::new(Sessions(services.clone()))
        .with_name(S::COOKIE)
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

fn token(id: Id) -> SessionToken {
    SessionToken::new(id.0.to_le_bytes())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn backend(error: access::Error) -> Error {
    tracing::error!(error = &error as &dyn std::error::Error, "session store");
    Error::Backend("session store".to_owned())
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

#[async_trait]
impl<S: Side> SessionStore for Sessions<S> {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = encode(record)?;
        while !sessions::keep_for_visitor(&self.0, &token(record.id), &data)
            .await
            .map_err(backend)?
        {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        sessions::keep(&self.0, &token(record.id), &encode(record)?)
            .await
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(kept) = sessions::kept(&self.0, &token(*id)).await.map_err(backend)? else {
            return Ok(None);
        };
        let data: HashMap<_, _> =
            serde_json::from_str(&kept.data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date: kept.ends,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::end(&self.0, &token(*id)).await.map_err(backend)
    }
}
