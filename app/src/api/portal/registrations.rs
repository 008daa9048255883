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
    api::{once_for_visitors, reply, then, visitor},
    paths,
};

/// "IGEL Customer & Account Registration". Everybody is told the same.
#[server]
pub async fn register(draft: RegistrationDraft, #[server(default)] once: String) -> Result<(), AppError> {
    once_for_visitors("registration", once, draft, |visitor, draft| async move {
        portal::registrations::register(&visitor, draft).await
    })
    .await
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
pub async fn confirm_registration(token: String, #[server(default)] once: String) -> Result<(), AppError> {
    let page = paths::with_token(paths::CONFIRM_REGISTRATION, &token);
    once_for_visitors("registration.confirm", once, token, |visitor, token| async move {
        portal::registrations::confirm(&visitor, &token).await
    })
    .await?;
    leptos_axum::redirect(&page);
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
