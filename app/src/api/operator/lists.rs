use leptos::prelude::*;

use crate::error::AppError;

/// What the reader has chosen for the operators' lists.
#[server(prefix = "/operator/api")]
pub async fn list_choices() -> Result<Vec<domain::list_choices::ListChoices>, AppError> {
    let auth = crate::api::authorize::<domain::permission::ChooseOperatorLists>().await?;
    access::list_choices::all(&auth).await.map_err(crate::api::reply)
}
