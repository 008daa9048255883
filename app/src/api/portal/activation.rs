use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply, then},
    paths,
};

/// Whether IGEL OS Onboarding is active for the account.
#[server]
pub async fn activation() -> Result<domain::activation::Activation, AppError> {
    let auth = authorize().await?;
    portal::activation::get(&auth).await.map_err(reply)
}

/// Activates IGEL OS Onboarding for the account.
#[server]
pub async fn activate_onboarding() -> Result<domain::activation::Activation, AppError> {
    let auth = authorize().await?;
    portal::activation::activate(&auth)
        .await
        .map_err(reply)
        .map(then(paths::ROUTING))
}
