use domain::sign_in::SignInDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, hand_out, reply, take_back, then, visitor},
    paths,
};

/// Signs in with user name and password.
#[server(prefix = "/wums-app/api")]
pub async fn sign_in(draft: SignInDraft) -> Result<(), AppError> {
    let next = paths::safe_next(&draft.next, true);
    let token = ums::sign_in::sign_in(&visitor()?, draft).await.map_err(reply)?;
    hand_out::<domain::Company>(&token);
    leptos_axum::redirect(&next);
    Ok(())
}

/// Ends the session.
#[server(prefix = "/wums-app/api")]
pub async fn sign_out() -> Result<(), AppError> {
    let auth = authorize().await?;
    ums::sign_in::sign_out(&auth)
        .await
        .map(|()| take_back::<domain::Company>())
        .map_err(reply)
        .map(then(paths::UMS_LOGIN))
}

/// Who is signed in.
#[server(prefix = "/wums-app/api")]
pub async fn me() -> Result<domain::administrator::UmsMe, AppError> {
    let auth = authorize().await?;
    ums::administrators::me(&auth).await.map_err(reply)
}
