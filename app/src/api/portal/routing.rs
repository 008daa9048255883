use domain::chain::{ChainQuestion, ChainReport};
use domain::id::RoutingId;
use domain::mapped_users::{LastImport, MappedUser};
use domain::onboarding::LastOnboarding;
use domain::page::{ListQuery, Page};
use domain::resolution::Resolution;
use domain::route_report::RouteReport;
use domain::routing::{Routing, RoutingDraft, RoutingRow};
use domain::routing_change as change;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{self, authorize, back_to, reply, then},
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
pub async fn register_routing(
    draft: RoutingDraft,
    #[server(default)] once: String,
) -> Result<Routing, AppError> {
    api::once(once, draft, |auth, draft| async move {
        portal::routing::register(&auth, draft).await
    })
    .await
    .map(then(paths::ROUTING))
}

/// The last onboardings that this record routed.
#[server]
pub async fn last_onboardings(id: RoutingId) -> Result<Vec<LastOnboarding>, AppError> {
    let auth = authorize().await?;
    onboarding::last::list(&auth, id).await.map_err(reply)
}

/// Sets display name, host and port.
#[server]
pub async fn edit_routing(draft: change::EditRouting) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::edit(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| leptos_axum::redirect(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// Replace X.509 Certificate.
#[server]
pub async fn replace_routing_chain(draft: change::ReplaceChain) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::replace_chain(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| leptos_axum::redirect(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// Update Mapped Domains.
#[server]
pub async fn map_routing_domains(draft: change::MapDomains) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::map_domains(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| leptos_axum::redirect(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// Switches a record off or on.
#[server]
pub async fn switch_routing(draft: change::SwitchRouting) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::switch(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// Adds an address for when those before it do not answer.
#[server]
pub async fn add_routing_target(draft: change::AddTarget) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::add_target(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| leptos_axum::redirect(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// Removes such an address.
#[server]
pub async fn remove_routing_target(draft: change::RemoveTarget) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::remove_target(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// Deletes a record.
#[server]
pub async fn delete_routing(draft: change::DeleteRouting) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::routing::delete(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::ROUTING))
}

/// What was changed of a record, by whom.
#[server]
pub async fn routing_history(id: RoutingId) -> Result<change::RoutingHistory, AppError> {
    let auth = authorize().await?;
    portal::routing::history(&auth, id).await.map_err(reply)
}

/// Makes a record what it was after an earlier change.
#[server]
pub async fn restore_routing(draft: change::RestoreRouting) -> Result<(), AppError> {
    let (auth, record) = (authorize().await?, draft.record.clone());
    portal::routing::restore(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|()| leptos_axum::redirect(&paths::of_record(paths::ROUTING_RECORD, &record)))
}

/// The mapped users of a record.
#[server]
pub async fn mapped_users(id: RoutingId, query: ListQuery) -> Result<Page<MappedUser>, AppError> {
    let auth = authorize().await?;
    portal::routing::users::list(&auth, id, query)
        .await
        .map_err(reply)
}

/// Removes one of them.
#[server]
pub async fn remove_mapped_user(record: RoutingId, email: String) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::routing::users::remove(&auth, record, &email)
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::of_record(paths::ROUTING_USERS, &record.to_string())))
}

/// What came of the last import of users.
#[server]
pub async fn import_results(id: RoutingId, before: u64) -> Result<LastImport, AppError> {
    let auth = authorize().await?;
    portal::routing::users::results(&auth, id, before)
        .await
        .map_err(reply)
}

/// The certificate chain assistant. Keeps nothing.
#[server]
pub async fn inspect_chain(draft: ChainQuestion) -> Result<ChainReport, AppError> {
    let auth = authorize().await?;
    portal::chain_assistant::inspect(&auth, draft)
        .await
        .map_err(reply)
}

/// The route doctor: checks the way to a record's UMS now.
#[server]
pub async fn check_routing(id: RoutingId) -> Result<RouteReport, AppError> {
    let auth = authorize().await?;
    onboarding::route_doctor::check(&auth, id)
        .await
        .map_err(reply)
        .inspect(|_| back_to(&paths::routing(id)))
}

/// The resolver: where the device of a person is led, and why.
#[server]
pub async fn resolve_route(email: String) -> Result<Resolution, AppError> {
    let auth = authorize().await?;
    portal::resolver::resolve(&auth, &email).await.map_err(reply)
}
