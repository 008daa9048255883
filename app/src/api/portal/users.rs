use domain::id::UserId;
use domain::page::{ListQuery, Page};
use domain::people::{Person, PersonAct, RoleDraft, RoleHolder, RoleHolders};
use domain::selection::{Prospect, Results, Selection};
use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    api::{authorize, back, back_to, reply, then},
    paths,
};

/// Overview: users and invitations.
#[server]
pub async fn people(query: ListQuery) -> Result<Page<Person>, AppError> {
    let auth = authorize().await?;
    portal::users::list(&auth, query).await.map_err(reply)
}

/// The users whose roles can be changed: those that are looked for, and the one that is chosen.
#[server]
pub async fn users_to_choose(search: String, chosen: Option<UserId>) -> Result<RoleHolders, AppError> {
    let auth = authorize().await?;
    portal::users::holders(&auth, search, chosen).await.map_err(reply)
}

/// One user whose roles can be changed.
#[server]
pub async fn user_to_change(id: UserId) -> Result<RoleHolder, AppError> {
    let auth = authorize().await?;
    portal::users::holder(&auth, id).await.map_err(reply)
}

/// Add additional role.
#[server]
pub async fn add_role(draft: RoleDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::users::add_role(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::PEOPLE))
}

/// Remove role.
#[server]
pub async fn remove_role(draft: RoleDraft) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::users::remove_role(&auth, draft)
        .await
        .map_err(reply)
        .map(then(paths::PEOPLE))
}

/// Ends a user's access.
#[server]
pub async fn deactivate_user(id: UserId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::users::deactivate(&auth, id)
        .await
        .map_err(reply)
        .map(then(paths::PEOPLE))
}

/// Gives a user's access back.
#[server]
pub async fn restore_user(id: UserId) -> Result<(), AppError> {
    let auth = authorize().await?;
    portal::users::restore(&auth, id)
        .await
        .map_err(reply)
        .map(back(paths::PEOPLE))
}

/// What an act would come to for several rows of the Overview.
#[server]
pub async fn people_selected(act: PersonAct, selection: Selection) -> Result<Prospect, AppError> {
    let auth = authorize().await?;
    portal::users::prospect(&auth, act, &selection)
        .await
        .map_err(reply)
}

/// Ends the access of several users.
#[server]
pub async fn deactivate_users(selection: Selection) -> Result<Results, AppError> {
    let auth = authorize().await?;
    portal::users::deactivate_all(&auth, &selection)
        .await
        .map_err(reply)
        .inspect(|results| back_to(&paths::selected_done(results)))
}
