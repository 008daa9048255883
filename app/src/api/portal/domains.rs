use domain::domain_claim::{DomainClaim, DomainsDraft};
use domain::id::DomainId;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{self, authorize, back_to, reply, then},
    paths,
};

/// Domains.
#[server]
pub async fn domains(query: ListQuery) -> Result<Page<DomainClaim>, AppError> {
    let auth = authorize().await?;
    portal::domains::list(&auth, query).await.map_err(reply)
}

/// One domain with what maps it.
#[server]
pub async fn domain_details(id: DomainId) -> Result<domain::domain_claim::DomainDetails, AppError> {
    let auth = authorize().await?;
    portal::domains::get(&auth, id).await.map_err(reply)
}

/// Adds domains.
#[server]
pub async fn add_domains(draft: DomainsDraft, #[server(default)] once: String) -> Result<(), AppError> {
    api::once(once, draft, |auth, draft| async move {
        portal::domains::add(&auth, draft).await
    })
    .await
    .map(then(paths::DOMAINS))
}

/// Looks for the proof now.
#[server]
pub async fn check_domain(id: DomainId) -> Result<DomainClaim, AppError> {
    let auth = authorize().await?;
    portal::domains::check(&auth, id)
        .await
        .map_err(reply)
        .inspect(|_| back_to(&paths::domain(id)))
}

/// Removes a domain that nothing maps.
#[server]
pub async fn remove_domain(id: DomainId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::domains::remove(&auth, id)
        .await
        .map_err(reply)
        .map(then(paths::DOMAINS))
}
