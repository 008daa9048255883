use leptos::prelude::*;

use crate::error::AppError;

/// What the reader has chosen for the lists of the portal.
#[server]
pub async fn list_choices() -> Result<Vec<domain::list_choices::ListChoices>, AppError> {
    let auth = crate::api::authorize::<domain::permission::ChooseLists>().await?;
    access::list_choices::all(&auth).await.map_err(crate::api::reply)
}
