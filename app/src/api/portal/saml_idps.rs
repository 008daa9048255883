use domain::id::SamlIdpId;
use domain::saml_idp::{SamlChangeDraft, SamlIdpDetails, SamlIdpDraft, SamlPlaceDraft};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{self, authorize, back_to, browser, leave, reply, then},
    paths,
    state::preferences::lang,
};

/// Bring your IdP.
#[server]
pub async fn saml_idps() -> Result<domain::saml_idp::SamlIdps, AppError> {
    let auth = authorize().await?;
    portal::saml_idps::list(&auth).await.map_err(reply)
}

/// One provider with its last test sign-in.
#[server]
pub async fn saml_idp(id: SamlIdpId) -> Result<SamlIdpDetails, AppError> {
    let auth = authorize().await?;
    portal::saml_idps::get(&auth, id, lang()).await.map_err(reply)
}

/// What metadata say, as the form has it. Keeps nothing.
#[server]
pub async fn read_saml_metadata(draft: SamlIdpDraft) -> Result<SamlIdpDraft, AppError> {
    let auth = authorize().await?;
    portal::saml_idps::read_metadata(&auth, draft, lang())
        .await
        .map_err(reply)
}

/// Registers a provider.
#[server]
pub async fn register_saml_idp(
    draft: SamlIdpDraft,
    #[server(default)] once: String,
) -> Result<SamlIdpId, AppError> {
    let lang = lang();
    api::once(once, draft, move |auth, draft| async move {
        portal::saml_idps::register(&auth, draft, lang).await
    })
    .await
    .inspect(|id| leptos_axum::redirect(&paths::saml_idp(*id)))
}

/// Sets domains and whether people become users when they first log in.
#[server]
pub async fn change_saml_idp(draft: SamlChangeDraft) -> Result<SamlIdpId, AppError> {
    let auth = authorize().await?;
    portal::saml_idps::change(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| back_to(&paths::saml_idp(*id)))
}

/// Sets issuer and endpoint.
#[server]
pub async fn change_saml_place(draft: SamlPlaceDraft) -> Result<SamlIdpId, AppError> {
    let auth = authorize().await?;
    portal::saml_idps::change_place(&auth, draft)
        .await
        .map_err(reply)
        .inspect(|id| back_to(&paths::saml_idp(*id)))
}

/// Adds the next certificate.
#[server]
pub async fn add_saml_certificate(id: SamlIdpId, certificate: String) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::saml_idps::add_certificate(&auth, id, &certificate, lang())
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::saml_idp(id)))
}

/// Removes a certificate.
#[server]
pub async fn remove_saml_certificate(id: SamlIdpId, fingerprint: String) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::saml_idps::remove_certificate(&auth, id, &fingerprint, lang())
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::saml_idp(id)))
}

/// Begins a test sign-in. Answers where the browser goes.
#[server]
pub async fn test_saml_idp(id: SamlIdpId) -> Result<String, AppError> {
    let auth = authorize().await?;
    portal::saml_idps::begin_test(&auth, id, browser().as_deref())
        .await
        .map_err(reply)
        .map(leave)
}

/// From now on people log in there.
#[server]
pub async fn activate_saml_idp(id: SamlIdpId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::saml_idps::activate(&auth, id)
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::saml_idp(id)))
}

/// From now on passwords count again.
#[server]
pub async fn deactivate_saml_idp(id: SamlIdpId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::saml_idps::deactivate(&auth, id)
        .await
        .map_err(reply)
        .inspect(|()| back_to(&paths::saml_idp(id)))
}

/// Deletes a provider that is not active.
#[server]
pub async fn delete_saml_idp(id: SamlIdpId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::saml_idps::delete(&auth, id)
        .await
        .map_err(reply)
        .map(then(paths::SAML_IDPS))
}
