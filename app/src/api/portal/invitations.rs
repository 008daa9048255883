use domain::id::InvitationId;
use domain::invitation::{AcceptDraft, InvitationDraft, InvitationListDraft, OpenedInvitation};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, back, hand_out, holder, reply, then, visitor},
    paths,
};

/// Invite new user.
#[server]
pub async fn invite_user(draft: InvitationDraft) -> Result<InvitationId, AppError> {
    let auth = authorize().await?;
    portal::invitations::invite(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::NEWEST_PEOPLE))
}

/// Invites everybody of a pasted list. Answers how many.
#[server]
pub async fn invite_users(draft: InvitationListDraft) -> Result<usize, AppError> {
    let auth = authorize().await?;
    portal::invitations::invite_many(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::NEWEST_PEOPLE))
}

/// Sends the mail of an invitation once more, with a new link.
#[server]
pub async fn resend_invitation(id: InvitationId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::invitations::resend(&auth, id)
        .await
        .map_err(reply)
        .map(back(paths::PEOPLE))
}

/// Takes an invitation back.
#[server]
pub async fn cancel_invitation(id: InvitationId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::invitations::cancel(&auth, id)
        .await
        .map_err(reply)
        .map(back(paths::PEOPLE))
}

/// What the link of a mail leads to.
#[server]
pub async fn open_invitation(token: String) -> Result<OpenedInvitation, AppError> {
    let holder = holder::<domain::Cloud>().await?;
    portal::invitations::open(&visitor()?, &token, holder)
        .await
        .map_err(reply)
}

/// Accepts an invitation: makes the user and signs in.
#[server]
pub async fn accept_invitation(draft: AcceptDraft) -> Result<(), AppError> {
    let holder = holder::<domain::Cloud>().await?;
    let token = portal::invitations::accept(&visitor()?, draft, holder)
        .await
        .map_err(reply)?;
    hand_out::<domain::Cloud>(&token);
    leptos_axum::redirect(paths::HOME);
    Ok(())
}

/// Declines an invitation.
#[server]
pub async fn decline_invitation(token: String) -> Result<(), AppError> {
    portal::invitations::decline(&visitor()?, &token)
        .await
        .map_err(reply)?;
    leptos_axum::redirect(&paths::with_token(paths::INVITATION, &token));
    Ok(())
}
