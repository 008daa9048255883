use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::api::{authorize, reply};
use crate::error::AppError;

/// The set-up checklist.
#[server]
pub async fn checklist() -> Result<domain::checklist::Checklist, AppError> {
    let auth = authorize().await?;
    portal::checklist::get(&auth).await.map_err(reply)
}
