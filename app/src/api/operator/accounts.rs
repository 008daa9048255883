use domain::activity::Activity;
use domain::id::AccountId;
use domain::operator::{AccountRow, AccountUser};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply},
    state::preferences::Preferences,
};

/// Every account.
#[server(prefix = "/operator/api")]
pub async fn accounts(query: ListQuery) -> Result<Page<AccountRow>, AppError> {
    let auth = authorize().await?;
    portal::operators::accounts::list(&auth, query)
        .await
        .map_err(reply)
}

/// One account: registration data and services.
#[server(prefix = "/operator/api")]
pub async fn account_details(id: AccountId) -> Result<domain::operator::AccountDetails, AppError> {
    let auth = authorize().await?;
    portal::operators::accounts::get(&auth, id).await.map_err(reply)
}

/// The users of an account.
#[server(prefix = "/operator/api")]
pub async fn account_users(id: AccountId, query: ListQuery) -> Result<Page<AccountUser>, AppError> {
    let auth = authorize().await?;
    portal::operators::accounts::users(&auth, id, query)
        .await
        .map_err(reply)
}

/// What was done in an account.
#[server(prefix = "/operator/api")]
pub async fn account_activity(id: AccountId, query: ListQuery) -> Result<Page<Activity>, AppError> {
    let auth = authorize().await?;
    let zone = Preferences::of_request().zone_minutes;
    portal::operators::accounts::events(&auth, id, query, zone)
        .await
        .map_err(reply)
}
