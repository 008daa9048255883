use std::collections::BTreeMap;

use domain::device::{Command, DeviceRow};
use domain::id::DeviceId;
use domain::page::{ListQuery, Page};
#[cfg(feature = "ssr")]
use domain::selection::Selection;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, reply},
    paths,
};

/// The devices.
#[server(prefix = "/wums-app/api")]
pub async fn devices(query: ListQuery) -> Result<Page<DeviceRow>, AppError> {
    let auth = authorize().await?;
    ums::devices::list(&auth, query).await.map_err(reply)
}

/// One device.
#[server(prefix = "/wums-app/api")]
pub async fn device(id: DeviceId) -> Result<domain::device::Device, AppError> {
    let auth = authorize().await?;
    ums::devices::get(&auth, id).await.map_err(reply)
}

/// Restarts every connected device that a search and filters find, or of these alone.
#[server(prefix = "/wums-app/api")]
pub async fn reboot_devices(
    search: String,
    #[server(default)] ids: String,
    #[server(default)] filters: BTreeMap<String, String>,
) -> Result<u64, AppError> {
    let auth = authorize().await?;
    let selection = Selection {
        all: ids.is_empty(),
        ids,
        search,
        filters,
        ..Selection::default()
    };
    ums::devices::reboot_selected(&auth, &selection)
        .await
        .map_err(reply)
        .inspect(|_| leptos_axum::redirect(paths::DEVICES))
}

/// Restarts a device.
#[server(prefix = "/wums-app/api")]
pub async fn reboot_device(id: DeviceId) -> Result<Command, AppError> {
    let auth = authorize().await?;
    ums::devices::reboot(&auth, id)
        .await
        .map_err(reply)
        .inspect(|_| leptos_axum::redirect(&paths::device(id)))
}
