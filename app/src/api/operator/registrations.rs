use domain::id::{AccountId, RegistrationId};
use domain::page::{ListQuery, Page};
use domain::registration::{ApproveDraft, RefuseDraft, RegistrationRow};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply, then},
    paths,
};

/// Registrations whose address was confirmed.
#[server(prefix = "/operator/api")]
pub async fn registrations(query: ListQuery) -> Result<Page<RegistrationRow>, AppError> {
    let auth = authorize().await?;
    portal::registrations::decisions::list(&auth, query)
        .await
        .map_err(reply)
}

/// One registration, and what is known about it.
#[server(prefix = "/operator/api")]
pub async fn registration(id: RegistrationId) -> Result<domain::registration::Registration, AppError> {
    let auth = authorize().await?;
    portal::registrations::decisions::get(&auth, id)
        .await
        .map_err(reply)
}

/// Approve: makes the account.
#[server(prefix = "/operator/api")]
pub async fn approve_registration(draft: ApproveDraft) -> Result<AccountId, AppError> {
    let auth = authorize().await?;
    portal::registrations::decisions::approve(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::REGISTRATIONS))
}

/// Refuse, with a reason.
#[server(prefix = "/operator/api")]
pub async fn refuse_registration(draft: RefuseDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::registrations::decisions::refuse(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::REGISTRATIONS))
}
