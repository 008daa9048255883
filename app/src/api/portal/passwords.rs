use domain::password::{ForgottenDraft, ResetDraft};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{once_for_visitors, reply, then, visitor},
    paths,
};

/// "Forgot Password?": asks for a link by mail. Everybody is told the same.
#[server]
pub async fn forgot_password(draft: ForgottenDraft, #[server(default)] once: String) -> Result<(), AppError> {
    once_for_visitors("password.forgotten", once, draft, |visitor, draft| async move {
        portal::passwords::forgotten(&visitor, draft).await
    })
    .await
    .map(then(paths::FORGOT_PASSWORD_SENT))
}

/// What the link of a mail opens. Changes nothing.
#[server]
pub async fn reset_link(token: String) -> Result<domain::password::ResetLink, AppError> {
    portal::passwords::link(&visitor()?, &token).await.map_err(reply)
}

/// "Reset Password".
#[server]
pub async fn reset_password(draft: ResetDraft, #[server(default)] once: String) -> Result<(), AppError> {
    once_for_visitors("password.reset", once, draft, |visitor, draft| async move {
        portal::passwords::reset(&visitor, draft).await
    })
    .await
    .map(then(paths::RESET_PASSWORD_DONE))
}
