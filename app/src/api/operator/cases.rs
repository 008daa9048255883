use domain::case::CaseRow;
use domain::id::CaseId;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::api::{authorize, reply};
use crate::error::AppError;

/// The cases of all companies.
#[server(prefix = "/operator/api")]
pub async fn company_cases(query: ListQuery) -> Result<Page<CaseRow>, AppError> {
    let auth = authorize().await?;
    portal::cases::support::list(&auth, query).await.map_err(reply)
}

/// One case with its conversation and the notes in it.
#[server(prefix = "/operator/api")]
pub async fn company_case(id: CaseId) -> Result<domain::case::Case, AppError> {
    let auth = authorize().await?;
    portal::cases::support::get(&auth, id).await.map_err(reply)
}
