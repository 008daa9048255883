use domain::activity::Activity;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply},
    state::preferences::Preferences,
};

/// Activity: what was done in the account.
#[server]
pub async fn activities(query: ListQuery) -> Result<Page<Activity>, AppError> {
    let auth = authorize().await?;
    let zone = Preferences::of_request().zone_minutes;
    portal::activity::list(&auth, query, zone).await.map_err(reply)
}
