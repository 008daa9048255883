#![cfg_attr(
    feature = "ssr",
    expect(
        clippy::unused_async,
        reason = "a server function is asynchronous, also where it reads memory"
    )
)]

use domain::Language;
use domain::registration::RegistrationDraft;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{reply, then, visitor},
    paths,
};

/// "IGEL Customer & Account Registration". Everybody is told the same.
#[server]
pub async fn register(draft: RegistrationDraft) -> Result<(), AppError> {
    portal::registrations::register(&visitor()?, draft)
        .await
        .map_err(reply)
        .map(then(paths::REGISTER_SENT))
}

/// What the link of a mail opens. Changes nothing.
#[server]
pub async fn registration_link(token: String) -> Result<domain::registration::ConfirmationLink, AppError> {
    portal::registrations::link(&visitor()?, &token)
        .await
        .map_err(reply)
}

/// Confirms a registration.
#[server]
pub async fn confirm_registration(token: String) -> Result<(), AppError> {
    portal::registrations::confirm(&visitor()?, &token)
        .await
        .map_err(reply)?;
    leptos_axum::redirect(&paths::with_token(paths::CONFIRM_REGISTRATION, &token));
    Ok(())
}

/// Terms & Conditions, Privacy Policy. Empty where the operator has set none.
#[server]
pub async fn legal_text(
    text: domain::registration::LegalText,
    language: Language,
) -> Result<String, AppError> {
    portal::registrations::legal(&visitor()?, text, language).map_err(reply)
}
