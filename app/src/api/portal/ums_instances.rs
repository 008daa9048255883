use domain::id::UmsInstanceId;
use domain::page::{ListQuery, Page};
use domain::ums_instance::{UmsIdDraft, UmsInstanceDraft, UmsInstanceEditDraft};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{self, authorize, back_to, reply, then},
    paths,
};

/// UMS Management.
#[server]
pub async fn ums_instances(query: ListQuery) -> Result<Page<domain::ums_instance::UmsInstance>, AppError> {
    let auth = authorize().await?;
    portal::ums_instances::list(&auth, query).await.map_err(reply)
}

/// Register a new UMS Instance.
#[server]
pub async fn register_ums_instance(
    draft: UmsInstanceDraft,
    #[server(default)] once: String,
) -> Result<domain::ums_instance::UmsInstance, AppError> {
    api::once(once, draft, |auth, draft| async move {
        portal::ums_instances::register(&auth, draft).await
    })
    .await
    .map(then(paths::UMS_INSTANCES))
}

/// One UMS instance.
#[server]
pub async fn ums_instance(id: UmsInstanceId) -> Result<domain::ums_instance::UmsInstance, AppError> {
    let auth = authorize().await?;
    portal::ums_instances::get(&auth, id).await.map_err(reply)
}

/// Changes name, comments and options.
#[server]
pub async fn edit_ums_instance(
    draft: UmsInstanceEditDraft,
) -> Result<domain::ums_instance::UmsInstance, AppError> {
    let auth = authorize().await?;
    portal::ums_instances::edit(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|ums| back_to(&paths::ums_instance(ums.id)))
}

/// Replace UMS ID.
#[server]
pub async fn replace_ums_id(draft: UmsIdDraft) -> Result<domain::ums_instance::UmsInstance, AppError> {
    let auth = authorize().await?;
    portal::ums_instances::replace_id(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|ums| back_to(&paths::ums_instance(ums.id)))
}

/// Delete UMS Instance.
#[server]
pub async fn delete_ums_instance(id: UmsInstanceId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::ums_instances::delete(&auth, id)
        .await
        .map_err(reply)
        .map(then(paths::UMS_INSTANCES))
}
