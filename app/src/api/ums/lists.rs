use leptos::prelude::*;

use crate::error::AppError;

/// What the reader has chosen for the lists of the UMS Web App.
#[server(prefix = "/wums-app/api")]
pub async fn list_choices() -> Result<Vec<domain::list_choices::ListChoices>, AppError> {
    let auth = crate::api::authorize::<domain::permission::ChooseUmsLists>().await?;
    access::list_choices::all(&auth).await.map_err(crate::api::reply)
}
