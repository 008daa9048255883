use domain::account::AccountEditDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply, then},
    paths,
};

/// Account: registration data, domains, users of each role, services.
#[server]
pub async fn account() -> Result<domain::account::AccountPage, AppError> {
    let auth = authorize().await?;
    portal::accounts::registration::get(&auth).await.map_err(reply)
}

/// Changes the registration data.
#[server]
pub async fn edit_account(draft: AccountEditDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::accounts::registration::edit(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::ACCOUNT))
}
