use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::api::{authorize, reply};
use crate::error::AppError;

/// The UMS servers and their certificates.
#[server(prefix = "/wums-app/api")]
pub async fn network() -> Result<domain::network::Network, AppError> {
    let auth = authorize().await?;
    ums::network::get(&auth).await.map_err(reply)
}
