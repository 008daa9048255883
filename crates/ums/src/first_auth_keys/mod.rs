//! First-authentication keys: how a device joins without the Onboarding Service. A key is shown once and stored hashed.

mod recent;
mod rows;

use access::{Acting, Authorized, Event, Result};
use domain::Company;
use domain::first_auth_key::{FirstAuthKey, FirstAuthKeyDraft, MadeFirstAuthKey};
use domain::page::{ListQuery, Page};
use domain::permission::ManageFirstAuthKeys;
use time::Duration;

use crate::certificates;

pub(crate) use recent::Recent;
pub(crate) use rows::{
    Bearer, Usable, Use, count_use, count_uses, exists, hold, note_use, note_uses, usable, used_with,
};

/// Makes a key: one-time, one-time for one Unit ID, or for many devices, with a limit and an end in each case.
pub async fn make(
    auth: &Authorized<ManageFirstAuthKeys>,
    draft: FirstAuthKeyDraft,
) -> Result<MadeFirstAuthKey> {
    make_as(auth, draft).await
}

/// The same for somebody at the command line.
pub async fn make_by_command_line(
    acting: &Acting<Company>,
    draft: FirstAuthKeyDraft,
) -> Result<MadeFirstAuthKey> {
    make_as(acting, draft).await
}

/// The keys, used up and expired ones too.
pub async fn list(auth: &Authorized<ManageFirstAuthKeys>, query: ListQuery) -> Result<Page<FirstAuthKey>> {
    rows::list(&mut auth.read().await?, &query).await
}

async fn make_as(acting: &Acting<Company>, draft: FirstAuthKeyDraft) -> Result<MadeFirstAuthKey> {
    let new = draft.check()?;
    // A device without the Onboarding Service knows the UMS by this and by nothing else.
    let held = certificates::current_or_start(acting).await?;
    let communication_token = held.web_root().certificate().fingerprint().token();
    let secret = acting.services().entropy().secret();
    let mut tx = acting.begin().await?;
    let key = FirstAuthKey {
        id: tx.id(),
        unit_id: new.unit_id.as_ref().map(ToString::to_string),
        uses_left: new.uses,
        expires_at: tx.now() + Duration::days(i64::from(new.days)),
        created_by: acting.actor().name().to_owned(),
        created_at: tx.now(),
    };
    rows::insert(&mut tx, &key, &secret.hash()).await?;
    let label = key.unit_id.clone().unwrap_or_default();
    tx.commit(
        Event::new("first_auth_key.made", key.id, label)
            .with("uses", new.uses)
            .with("days", new.days),
    )
    .await?;
    Ok(MadeFirstAuthKey {
        key,
        secret: secret.reveal().to_owned(),
        communication_token,
    })
}
