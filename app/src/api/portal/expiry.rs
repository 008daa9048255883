use domain::expiry::Expiry;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::api::{authorize, reply};
use crate::error::AppError;

/// The expiry calendar.
#[server]
pub async fn expiries(query: ListQuery) -> Result<Page<Expiry>, AppError> {
    let auth = authorize().await?;
    portal::expiry::list(&auth, query).await.map_err(reply)
}
