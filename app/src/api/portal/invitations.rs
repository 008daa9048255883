use domain::id::InvitationId;
use domain::invitation::{AcceptDraft, InvitationDraft, InvitationListDraft, OpenedInvitation};
use domain::selection::{Results, Selection};
use domain::sign_in::SignInStep;
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{self, authorize, back, back_to, browser, hand_out, holder, leave, reply, then, visitor},
    paths,
};
#[cfg(feature = "ssr")]
use portal::invitations::Accepted;

/// Invite new user.
#[server]
pub async fn invite_user(
    draft: InvitationDraft,
    #[server(default)] once: String,
) -> Result<InvitationId, AppError> {
    api::once(once, draft, |auth, draft| async move {
        portal::invitations::invite(&auth, draft).await
    })
    .await
    .map(then(paths::NEWEST_PEOPLE))
}

/// Invites everybody of a pasted list. Answers how many.
#[server]
pub async fn invite_users(
    draft: InvitationListDraft,
    #[server(default)] once: String,
) -> Result<usize, AppError> {
    api::once(once, draft, |auth, draft| async move {
        portal::invitations::invite_many(&auth, draft).await
    })
    .await
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

/// Sends the mails of several invitations once more.
#[server]
pub async fn resend_invitations(selection: Selection) -> Result<Results, AppError> {
    let auth = authorize().await?;
    portal::users::resend(&auth, &selection)
        .await
        .map_err(reply)
        .inspect(|results| back_to(&paths::selected_done(results)))
}

/// Takes several invitations back.
#[server]
pub async fn cancel_invitations(selection: Selection) -> Result<Results, AppError> {
    let auth = authorize().await?;
    portal::users::cancel(&auth, &selection)
        .await
        .map_err(reply)
        .inspect(|results| back_to(&paths::selected_done(results)))
}

/// What the link of a mail leads to.
#[server]
pub async fn open_invitation(token: String) -> Result<OpenedInvitation, AppError> {
    let holder = holder::<domain::Cloud>().await?;
    portal::invitations::open(&visitor()?, &token, holder)
        .await
        .map_err(reply)
}

/// Accepts an invitation: makes the user and signs in, or leads to the company's identity provider first.
#[server]
pub async fn accept_invitation(draft: AcceptDraft) -> Result<SignInStep, AppError> {
    let holder = holder::<domain::Cloud>().await?;
    let accepted = portal::invitations::accept(&visitor()?, draft, holder, browser().as_deref())
        .await
        .map_err(reply)?;
    match accepted {
        Accepted::Joined(token) => {
            hand_out::<domain::Cloud>(&token);
            leptos_axum::redirect(paths::HOME);
            Ok(SignInStep::Done)
        }
        Accepted::AtProvider(begun) => Ok(SignInStep::Company { url: leave(begun) }),
    }
}

/// Declines an invitation.
#[server]
pub async fn decline_invitation(token: String, #[server(default)] once: String) -> Result<(), AppError> {
    let page = paths::with_token(paths::INVITATION, &token);
    api::once_for_visitors("invitation.decline", once, token, |visitor, token| async move {
        portal::invitations::decline(&visitor, &token).await
    })
    .await?;
    leptos_axum::redirect(&page);
    Ok(())
}
