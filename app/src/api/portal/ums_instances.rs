use domain::page::{ListQuery, Page};
use domain::ums_instance::{UmsInstance, UmsInstanceDraft};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply, then},
    paths,
};

/// UMS Management.
#[server]
pub async fn ums_instances(query: ListQuery) -> Result<Page<UmsInstance>, AppError> {
    let auth = authorize().await?;
    portal::ums_instances::list(&auth, query).await.map_err(reply)
}

/// Register a new UMS Instance.
#[server]
pub async fn register_ums_instance(draft: UmsInstanceDraft) -> Result<UmsInstance, AppError> {
    let auth = authorize().await?;
    portal::ums_instances::register(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::UMS_INSTANCES))
}
