use domain::os_idp::{OsIdp, OsIdpDraft};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply, then},
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
pub async fn register_os_idp(draft: OsIdpDraft) -> Result<OsIdp, AppError> {
    let auth = authorize().await?;
    portal::os_idps::register(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::OS_IDPS))
}

/// The redirect URI to register at the identity provider.
#[server]
pub async fn redirect_uri() -> Result<String, AppError> {
    let auth = authorize().await?;
    portal::os_idps::redirect_uri(&auth).map_err(reply)
}
