use domain::sign_in::SignInDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, hand_out, reply, take_back, then, visitor},
    paths,
};

/// Signs in with e-mail and password.
#[server]
pub async fn sign_in(draft: SignInDraft) -> Result<(), AppError> {
    let next = paths::safe_next(&draft.next, false);
    let token = portal::sign_in::sign_in(&visitor()?, draft)
        .await
        .map_err(reply)?;
    hand_out::<domain::Cloud>(&token);
    leptos_axum::redirect(&next);
    Ok(())
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::sign_in::sign_out(&auth)
        .await
        .map(|()| take_back::<domain::Cloud>())
        .map_err(reply)
        .map(then(paths::LOGIN))
}

/// Who is signed in.
#[server]
pub async fn me() -> Result<domain::user::Me, AppError> {
    let auth = authorize().await?;
    portal::users::me(&auth).await.map_err(reply)
}
