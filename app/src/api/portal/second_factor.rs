use domain::id::UserId;
use domain::second_factor::{CodeDraft, Requirement, RequirementDraft, SetUp, Step};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, back, greet, hand_out, held, let_go, reply, then, visitor},
    paths,
};

/// What the log-in waits for after the password.
#[server]
pub async fn sign_in_step() -> Result<Step, AppError> {
    portal::second_factor::sign_in::step(&visitor()?, &held())
        .await
        .map_err(reply)
}

/// Ends the log-in with a code.
#[server]
pub async fn enter_code(draft: CodeDraft) -> Result<(), AppError> {
    let finished = portal::second_factor::sign_in::finish(&visitor()?, &held(), draft)
        .await
        .map_err(reply)?;
    let_go();
    hand_out::<domain::Cloud>(&finished.token);
    greet(finished.language);
    let next = if finished.one_time {
        paths::FIRST_PASSWORD.to_owned()
    } else if finished.set_up {
        paths::RECOVERY_CODES.to_owned()
    } else {
        paths::safe_next(&finished.next, false)
    };
    leptos_axum::redirect(&next);
    Ok(())
}

/// Begins the set-up of a second factor.
#[server]
pub async fn offer_second_factor() -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::second_factor::offer(&auth)
        .await
        .map_err(reply)
        .map(then(paths::SECOND_FACTOR))
}

/// The set-up that was begun.
#[server]
pub async fn offered_second_factor() -> Result<Option<SetUp>, AppError> {
    let auth = authorize().await?;
    portal::second_factor::offered(&auth).await.map_err(reply)
}

/// Confirms the set-up by a first code.
#[server]
pub async fn confirm_second_factor(draft: CodeDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::second_factor::confirm(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::RECOVERY_CODES))
}

/// Switches the second factor off.
#[server]
pub async fn remove_second_factor(draft: CodeDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::second_factor::remove(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::MY_ACCOUNT))
}

/// Recovery codes that were made a short while ago.
#[server]
pub async fn recovery_codes() -> Result<Vec<String>, AppError> {
    let auth = authorize().await?;
    portal::second_factor::recovery_codes(&auth).await.map_err(reply)
}

/// Makes new recovery codes.
#[server]
pub async fn renew_recovery_codes(draft: CodeDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::second_factor::renew_recovery_codes(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::RECOVERY_CODES))
}

/// Removes the second factor of a user who has lost app and codes.
#[server]
pub async fn reset_second_factor(id: UserId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::users::reset_second_factor(&auth, id)
        .await
        .map_err(reply)
        .map(then(paths::PEOPLE))
}

/// The roles whose holders need a second factor.
#[server]
pub async fn second_factor_requirement() -> Result<Requirement, AppError> {
    let auth = authorize().await?;
    portal::second_factor::requirement(&auth).await.map_err(reply)
}

/// Names those roles.
#[server]
pub async fn require_second_factor(draft: RequirementDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::second_factor::require(&auth, draft)
        .await
        .map_err(reply)
        .map(back(paths::ROLES))
}
