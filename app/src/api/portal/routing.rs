use domain::id::RoutingId;
use domain::onboarding::LastOnboarding;
use domain::page::{ListQuery, Page};
use domain::routing::{Routing, RoutingDraft, RoutingRow};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply, then},
    paths,
};

/// IGEL OS Onboarding Management.
#[server]
pub async fn routing_records(query: ListQuery) -> Result<Page<RoutingRow>, AppError> {
    let auth = authorize().await?;
    portal::routing::list(&auth, query).await.map_err(reply)
}

/// The details of a record.
#[server]
pub async fn routing_record(id: RoutingId) -> Result<Routing, AppError> {
    let auth = authorize().await?;
    portal::routing::get(&auth, id).await.map_err(reply)
}

/// IGEL OS Onboarding Registration.
#[server]
pub async fn register_routing(draft: RoutingDraft) -> Result<Routing, AppError> {
    let auth = authorize().await?;
    portal::routing::register(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::ROUTING))
}

/// The last onboardings that this record routed.
#[server]
pub async fn last_onboardings(id: RoutingId) -> Result<Vec<LastOnboarding>, AppError> {
    let auth = authorize().await?;
    onboarding::last::list(&auth, id).await.map_err(reply)
}
