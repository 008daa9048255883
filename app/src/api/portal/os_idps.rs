use domain::id::OsIdpId;
use domain::os_idp::{OsIdp, OsIdpDraft};
use domain::os_idp_change::{
    ClientSecretDraft, OsIdpActDraft, OsIdpDomainsDraft, OsIdpNameDraft, OsIdpStops,
};
use domain::os_idp_test::{OsIdpDetails, OsIdpTestPage, TestProblem};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{self, authorize, back_to, reply, then},
    paths,
};

/// IGEL OS IdP Management.
#[server]
pub async fn os_idps(query: ListQuery) -> Result<Page<OsIdp>, AppError> {
    let auth = authorize().await?;
    portal::os_idps::list(&auth, query).await.map_err(reply)
}

/// IGEL OS Identity Provider (IdP) Registration.
#[server]
pub async fn register_os_idp(draft: OsIdpDraft, #[server(default)] once: String) -> Result<OsIdp, AppError> {
    api::once(once, draft, |auth, draft| async move {
        portal::os_idps::register(&auth, draft).await
    })
    .await
    .map(then(paths::OS_IDPS))
}

/// The redirect URI to register at the identity provider.
#[server]
pub async fn redirect_uri() -> Result<String, AppError> {
    let auth = authorize().await?;
    portal::os_idps::redirect_uri(&auth).map_err(reply)
}

/// One provider with its last test sign-in.
#[server]
pub async fn show_os_idp(id: OsIdpId) -> Result<OsIdpDetails, AppError> {
    let auth = authorize().await?;
    portal::os_idps::details(&auth, id).await.map_err(reply)
}

/// The form with what the issuer publishes. Keeps nothing.
#[server]
pub async fn discover_os_idp(draft: OsIdpDraft) -> Result<OsIdpDraft, AppError> {
    let auth = authorize().await?;
    portal::os_idps::discover(&auth, draft).await.map_err(reply)
}

/// "Update client secret".
#[server]
pub async fn update_client_secret(draft: ClientSecretDraft) -> Result<OsIdpId, AppError> {
    let auth = authorize().await?;
    portal::os_idps::update_secret(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| leptos_axum::redirect(&paths::os_idp(*id)))
}

/// "Update Mapped Domains".
#[server]
pub async fn update_os_idp_domains(draft: OsIdpDomainsDraft) -> Result<OsIdpId, AppError> {
    let auth = authorize().await?;
    portal::os_idps::update_domains(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| leptos_axum::redirect(&paths::os_idp(*id)))
}

/// Gives a provider another display name.
#[server]
pub async fn rename_os_idp(draft: OsIdpNameDraft) -> Result<OsIdpId, AppError> {
    let auth = authorize().await?;
    portal::os_idps::rename(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| leptos_axum::redirect(&paths::os_idp(*id)))
}

/// From now on people are led there.
#[server]
pub async fn enable_os_idp(draft: OsIdpActDraft) -> Result<OsIdpId, AppError> {
    let auth = authorize().await?;
    portal::os_idps::enable(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| back_to(&paths::os_idp(*id)))
}

/// From now on nobody is led there.
#[server]
pub async fn disable_os_idp(draft: OsIdpActDraft) -> Result<OsIdpId, AppError> {
    let auth = authorize().await?;
    portal::os_idps::disable(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| back_to(&paths::os_idp(*id)))
}

/// What would stop if a provider were deleted.
#[server]
pub async fn stops_of_os_idp(id: OsIdpId) -> Result<OsIdpStops, AppError> {
    let auth = authorize().await?;
    let stops = portal::os_idps::stops(&auth, id).await.map_err(reply)?;
    let running = onboarding::running::at_provider(&auth, id).await.map_err(reply)?;
    Ok(OsIdpStops { running, ..stops })
}

/// Deletes a provider.
#[server]
pub async fn delete_os_idp(draft: OsIdpActDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::os_idps::delete(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::OS_IDPS))
}

/// The page of the test sign-in.
#[server]
pub async fn os_idp_test(id: OsIdpId) -> Result<OsIdpTestPage, AppError> {
    let auth = authorize().await?;
    portal::os_idps::test::page(&auth, id).await.map_err(reply)
}

/// Begins a test sign-in of the caller.
#[server]
pub async fn begin_os_idp_test(id: OsIdpId) -> Result<OsIdpId, AppError> {
    let auth = authorize().await?;
    portal::os_idps::test::begin(&auth, id)
        .await
        .map_err(reply)
        .inspect(|id| leptos_axum::redirect(&paths::about_os_idp(paths::TEST_OS_IDP, *id)))
}

/// What the text of a provider's own error page usually means.
#[server]
pub async fn explain_os_idp_message(message: String) -> Result<Option<TestProblem>, AppError> {
    let auth = authorize().await?;
    portal::os_idps::test::explain(&auth, &message).map_err(reply)
}
