use domain::case::CaseRow;
use domain::id::{CaseId, OnboardingId};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, back_to, reply},
    paths,
};

/// Cases.
#[server]
pub async fn cases(query: ListQuery) -> Result<Page<CaseRow>, AppError> {
    let auth = authorize().await?;
    portal::cases::list(&auth, query).await.map_err(reply)
}

/// One case with its conversation.
#[server]
pub async fn case_details(id: CaseId) -> Result<domain::case::Case, AppError> {
    let auth = authorize().await?;
    portal::cases::get(&auth, id).await.map_err(reply)
}

/// What goes along with a case about a failed onboarding.
#[server]
pub async fn onboarding_facts(id: OnboardingId) -> Result<domain::case::OnboardingFacts, AppError> {
    let auth = authorize().await?;
    onboarding::last::facts(&auth, id).await.map_err(reply)
}

/// Closes a case.
#[server]
pub async fn close_case(id: CaseId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::cases::close(&auth, id)
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::case(id)))
}
