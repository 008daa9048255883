use domain::my_account::LanguageDraft;
use domain::password::ChangeDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, hand_out, reply, speak, then},
    paths,
};

/// The signed-in user's own settings and sessions.
#[server]
pub async fn my_account() -> Result<domain::my_account::MyAccount, AppError> {
    let auth = authorize().await?;
    portal::my_account::get(&auth).await.map_err(reply)
}

/// Chooses the language of pages and mails.
#[server]
pub async fn set_language(draft: LanguageDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::my_account::set_language(&auth, draft)
        .await
        .map(speak)
        .map_err(reply)
        .map(then(paths::MY_ACCOUNT))
}

/// Changes the password; this session goes on under a new id, and the others end.
#[server]
pub async fn change_password(draft: ChangeDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::my_account::change_password(&auth, draft)
        .await
        .map(|token| hand_out::<domain::Cloud>(&token))
        .map_err(reply)
        .map(then(paths::MY_ACCOUNT))
}

/// Ends one of one's own sessions.
#[server]
pub async fn end_session(key: String) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::my_account::end_session(&auth, &key)
        .await
        .map_err(reply)
        .map(then(paths::MY_ACCOUNT))
}

/// Signs out everywhere else. Answers how many sessions ended.
#[server]
pub async fn end_other_sessions() -> Result<u64, AppError> {
    let auth = authorize().await?;
    portal::my_account::end_other_sessions(&auth)
        .await
        .map_err(reply)
        .map(then(paths::MY_ACCOUNT))
}
