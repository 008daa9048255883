use domain::sign_in::{SignInDraft, SignInStep};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, browser, greet, hand_out, hold, is_plain, leave, reply, take_back, then, visitor},
    paths,
};
#[cfg(feature = "ssr")]
use portal::sign_in::SignedIn;

/// Signs in: by e-mail and password, or at the company's identity provider where the domain of the e-mail leads to one. Without a
/// password it only says which of the two it is. `way` is `password` for those who want to use theirs in any case.
#[server]
pub async fn sign_in(draft: SignInDraft, #[server(default)] way: String) -> Result<SignInStep, AppError> {
    let visitor = visitor()?;
    let next = paths::safe_next(&draft.next, false);
    if way != paths::BY_PASSWORD {
        let begun = portal::federated::begin(&visitor, draft.user.trim(), &next, browser().as_deref()).await;
        if let Some(begun) = begun.map_err(reply)? {
            return Ok(SignInStep::Company { url: leave(begun) });
        }
    }
    if way.is_empty() && draft.password.is_empty() && !draft.user.trim().is_empty() && !is_plain() {
        return Ok(SignInStep::Password);
    }
    // What is not complete costs no try. A browser without script comes back to its form by it.
    draft.check().map_err(|invalid| reply(invalid.into()))?;
    match portal::sign_in::sign_in(&visitor, draft).await.map_err(reply)? {
        SignedIn::Done(token, language) => {
            hand_out::<domain::Cloud>(&token);
            greet(language);
            leptos_axum::redirect(&next);
        }
        SignedIn::OneTime(token, language) => {
            hand_out::<domain::Cloud>(&token);
            greet(language);
            leptos_axum::redirect(paths::FIRST_PASSWORD);
        }
        SignedIn::Held(secret) => {
            hold(&secret);
            leptos_axum::redirect(paths::ENTER_CODE);
        }
    }
    Ok(SignInStep::Done)
}

/// Where the sign-in leads that was begun in this browser: for the page that goes on without script.
#[server]
pub async fn company_sign_in() -> Result<String, AppError> {
    portal::federated::leads_to(&visitor()?, browser().as_deref())
        .await
        .map_err(reply)
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::sign_in::sign_out(&auth)
        .await
        .map(|()| take_back::<domain::Cloud>())
        .map_err(reply)
        .map(then(paths::LOGIN))
}

/// Who is signed in.
#[server]
pub async fn me() -> Result<domain::user::Me, AppError> {
    let auth = authorize().await?;
    portal::users::me(&auth).await.map_err(reply)
}
