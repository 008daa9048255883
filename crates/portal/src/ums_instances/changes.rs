//! What changes a UMS instance that is registered.

use access::{Authorized, Event, Result, ResultExt as _};
use domain::id::UmsInstanceId;
use domain::permission::{DeleteUmsInstance, EditUmsInstance, ReplaceUmsId};
use domain::ums_instance::{UmsIdDraft, UmsInstance, UmsInstanceEditDraft};
use domain::{Conflict, Fault, Reason};

use super::{read_certificate, rows};

/// Changes name, comments and options. [`Conflict::Stale`] where somebody saved it meanwhile (fault F30); the name is unique within
/// the account: `Taken` on `name`.
pub async fn edit(auth: &Authorized<EditUmsInstance>, draft: UmsInstanceEditDraft) -> Result<UmsInstance> {
    let account = auth.account()?;
    let (id, version) = place(&draft.id, &draft.version)?;
    let mut tx = auth.begin().await?;
    let old = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let new = draft.check()?;
    let now = tx.now();
    let saved = rows::save(&mut tx, account, (id, version), &new, now).await;
    let saved = saved.on_unique(
        "ums_instances",
        &["account_id", "name_key"],
        Fault::field("name", Reason::Taken),
    )?;
    if !saved {
        return Err(Conflict::Stale.into());
    }
    let mut event = Event::new("ums_instance.changed", id, new.name.clone());
    for (key, old, new) in [
        ("name", &old.name, &new.name),
        ("comments", &old.comments, &new.comments),
    ] {
        if old != new {
            event = event.changed(key, old.clone(), new.clone());
        }
    }
    for (key, old, new) in [
        ("app_portal", old.app_portal, new.app_portal),
        ("insight", old.insight, new.insight),
    ] {
        if old != new {
            event = event.changed(key, old, new);
        }
    }
    let made = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    tx.commit(event).await?;
    Ok(made.shown(now))
}

/// "Replace UMS ID": after the UMS has got a new one. What holds for the first one holds for it too: exactly one certificate, valid
/// now, of one UMS of the whole product (`Taken` on `certificate`). From then on the old one proves nothing.
pub async fn replace_id(auth: &Authorized<ReplaceUmsId>, draft: UmsIdDraft) -> Result<UmsInstance> {
    let account = auth.account()?;
    let (id, version) = place(&draft.id, &draft.version)?;
    let mut tx = auth.begin().await?;
    let old = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if draft.certificate.trim().is_empty() {
        return Err(Fault::field("certificate", Reason::Required).into());
    }
    let certificate = read_certificate(&draft.certificate, auth.now())
        .map_err(|reason| Fault::field("certificate", reason))?;
    let taken = || Fault::field("certificate", Reason::Taken);
    if certificate.fingerprint().to_string() == old.fingerprint {
        return Err(taken().into());
    }
    let now = tx.now();
    let replaced = rows::replace_id(&mut tx, account, (id, version), &certificate, now).await;
    if !replaced.on_unique("ums_instances", &["fingerprint"], taken())? {
        return Err(Conflict::Stale.into());
    }
    let made = rows::get(&mut tx, account, id)
        .await?
        .ok_or(Fault::NotFound)?
        .shown(now);
    let event = Event::new("ums_instance.id_replaced", id, made.name.clone())
        .changed("fingerprint", old.fingerprint, made.fingerprint.clone())
        .with("expires_at", made.expires_at.unix_timestamp());
    tx.commit(event).await?;
    Ok(made)
}

/// "Delete UMS Instance": devices are not led to it any more, and no service knows it.
pub async fn delete(auth: &Authorized<DeleteUmsInstance>, id: UmsInstanceId) -> Result<()> {
    let account = auth.account()?;
    let mut tx = auth.begin().await?;
    let old = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    if !rows::delete(&mut tx, account, id).await? {
        return Err(Fault::NotFound.into());
    }
    let event = Event::new("ums_instance.deleted", id, old.name).with("fingerprint", old.fingerprint);
    tx.commit(event).await
}

/// What a form is about, and the version that it showed.
fn place(id: &str, version: &str) -> Result<(UmsInstanceId, i64)> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    let version = version.parse().map_err(|_| Fault::from(Conflict::Stale))?;
    Ok((id, version))
}
