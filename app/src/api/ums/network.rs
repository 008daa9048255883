use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::api::{authorize, back_to, reply};
use crate::error::AppError;

/// The UMS servers and their certificates.
#[server(prefix = "/wums-app/api")]
pub async fn network() -> Result<domain::network::Network, AppError> {
    let auth = authorize().await?;
    ums::network::get(&auth).await.map_err(reply)
}

/// Asks the Onboarding Services now whether they know this UMS.
#[server(prefix = "/wums-app/api")]
pub async fn check_registration() -> Result<(), AppError> {
    let auth = authorize().await?;
    ums::network::check_registration(&auth)
        .await
        .map_err(reply)
        .inspect(|()| back_to(crate::paths::NETWORK_UMS_ID))
}
