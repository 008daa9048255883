use domain::password::FirstPasswordDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, hand_out, reply, then},
    paths,
};

/// The user name of somebody who has to set a password.
#[server]
pub async fn first_password() -> Result<String, AppError> {
    let auth = authorize().await?;
    portal::first_password::get(&auth).map_err(reply)
}

/// Sets a password in the place of a one-time one.
#[server]
pub async fn set_first_password(draft: FirstPasswordDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::first_password::set(&auth, draft)
        .await
        .map(|token| hand_out::<domain::Cloud>(&token))
        .map_err(reply)
        .map(then(paths::HOME))
}
