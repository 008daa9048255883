use domain::sign_in::SignInDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, hand_out, reply, take_back, then, visitor},
    paths,
};

/// Signs in with e-mail and password.
#[server(prefix = "/operator/api")]
pub async fn sign_in(draft: SignInDraft) -> Result<(), AppError> {
    let next = paths::safe_operator_next(&draft.next);
    let token = portal::operators::sign_in::sign_in(&visitor()?, draft)
        .await
        .map_err(reply)?;
    hand_out::<domain::Vendor>(&token);
    leptos_axum::redirect(&next);
    Ok(())
}

/// Ends the session.
#[server(prefix = "/operator/api")]
pub async fn sign_out() -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::operators::sign_in::sign_out(&auth)
        .await
        .map(|()| take_back::<domain::Vendor>())
        .map_err(reply)
        .map(then(paths::OPERATOR_LOGIN))
}

/// Who is signed in.
#[server(prefix = "/operator/api")]
pub async fn me() -> Result<domain::operator::OperatorMe, AppError> {
    let auth = authorize().await?;
    portal::operators::me(&auth).await.map_err(reply)
}
