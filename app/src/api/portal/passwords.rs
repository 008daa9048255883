use domain::password::{ForgottenDraft, ResetDraft};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{reply, then, visitor},
    paths,
};

/// "Forgot Password?": asks for a link by mail. Everybody is told the same.
#[server]
pub async fn forgot_password(draft: ForgottenDraft) -> Result<(), AppError> {
    portal::passwords::forgotten(&visitor()?, draft)
        .await
        .map_err(reply)
        .map(then(paths::FORGOT_PASSWORD_SENT))
}

/// What the link of a mail opens. Changes nothing.
#[server]
pub async fn reset_link(token: String) -> Result<domain::password::ResetLink, AppError> {
    portal::passwords::link(&visitor()?, &token).await.map_err(reply)
}

/// "Reset Password".
#[server]
pub async fn reset_password(draft: ResetDraft) -> Result<(), AppError> {
    portal::passwords::reset(&visitor()?, draft)
        .await
        .map_err(reply)
        .map(then(paths::RESET_PASSWORD_DONE))
}
