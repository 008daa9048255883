//! Forms with a certificate file, without script: the same use cases as the server functions, from a multipart body.

use access::Acting;
use app::paths;
use app::state::form_key::FORM_KEY;
use axum::Extension;
use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::mapped_users::MapUsers as MapUsersDraft;
use domain::permission::{CreateRouting, CreateUmsInstance, MapUsers, ReplaceRoutingChain};
use domain::routing::RoutingDraft;
use domain::routing_change::ReplaceChain;
use domain::ums_instance::UmsInstanceDraft;
use domain::{Cloud, Fault, Invalid};
use serde_json::{Map, Value};

use crate::guard::Auth;
use crate::layers::forms::{bare, go_back};

const TOO_LARGE: &str = "The form could not be read. A file of at most 1 MiB is accepted.";

pub async fn routing(
    Auth(auth): Auth<CreateRouting>,
    session: Option<Extension<tower_sessions::Session>>,
    body: Multipart,
) -> Response {
    let Some(fields) = read(body, "chain").await else {
        return unreadable(TOO_LARGE);
    };
    if wants_preview(&fields) {
        return preview(&auth, session, paths::NEW_ROUTING, fields).await;
    }
    let (key, draft): (_, RoutingDraft) = (key(&fields), draft(&fields));
    let done = auth.once(&key, draft, |auth, draft| async move {
        portal::routing::register(&auth, draft).await
    });
    let done = done.await.map(|_| ());
    answer(done, session, paths::NEW_ROUTING, paths::ROUTING, fields).await
}

/// Replace X.509 Certificate.
pub async fn routing_chain(
    Auth(auth): Auth<ReplaceRoutingChain>,
    session: Option<Extension<tower_sessions::Session>>,
    body: Multipart,
) -> Response {
    let Some(fields) = read(body, "chain").await else {
        return unreadable(TOO_LARGE);
    };
    if wants_preview(&fields) {
        return preview(&auth, session, paths::ROUTING_CHAIN, fields).await;
    }
    let draft: ReplaceChain = draft(&fields);
    let record = paths::of_record(paths::ROUTING_RECORD, &draft.record);
    let done = portal::routing::replace_chain(&auth, draft).await;
    answer(done, session, paths::ROUTING_CHAIN, &record, fields).await
}

/// Adds or removes mapped users: typed, pasted, or as a file. Leads to what came of each line.
pub async fn mapped_users(
    Auth(auth): Auth<MapUsers>,
    session: Option<Extension<tower_sessions::Session>>,
    body: Multipart,
) -> Response {
    let Some(fields) = read(body, "file").await else {
        return unreadable(TOO_LARGE);
    };
    let draft: MapUsersDraft = draft(&fields);
    let results = paths::of_record(paths::ROUTING_IMPORT, &draft.record);
    let done = portal::routing::users::import(&auth, &draft).await.map(|_| ());
    answer(done, session, paths::ROUTING_USERS, &results, fields).await
}

/// Whether the form is only to be looked at.
fn wants_preview(fields: &[(String, String)]) -> bool {
    fields.iter().any(|(name, _)| name == "preview")
}

/// Leads back to a form with a certificate chain, which then shows what the chain says; a chain that cannot be accepted is
/// refused as it would be at saving.
async fn preview(
    acting: &Acting<Cloud>,
    session: Option<Extension<tower_sessions::Session>>,
    form: &'static str,
    fields: Vec<(String, String)>,
) -> Response {
    let value = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let (chain, host) = (value("chain"), value("preview") == "host");
    let refusal = if host && chain.trim().is_empty() {
        Invalid::default()
    } else {
        portal::chain_assistant::refusal(chain, acting.now()).unwrap_or_default()
    };
    let session = session.map(|Extension(session)| session);
    go_back(session, form, fields, Fault::Invalid(refusal)).await
}

pub async fn ums_instance(
    Auth(auth): Auth<CreateUmsInstance>,
    session: Option<Extension<tower_sessions::Session>>,
    body: Multipart,
) -> Response {
    let Some(fields) = read(body, "certificate").await else {
        return unreadable(TOO_LARGE);
    };
    let (key, draft): (_, UmsInstanceDraft) = (key(&fields), draft(&fields));
    let done = auth.once(&key, draft, |auth, draft| async move {
        portal::ums_instances::register(&auth, draft).await
    });
    let done = done.await.map(|_| ());
    answer(
        done,
        session,
        paths::NEW_UMS_INSTANCE,
        paths::UMS_INSTANCES,
        fields,
    )
    .await
}

pub(super) async fn answer(
    done: access::Result<()>,
    session: Option<Extension<tower_sessions::Session>>,
    form: &'static str,
    list: &str,
    fields: Vec<(String, String)>,
) -> Response {
    match done.map_err(app::api::reply) {
        Ok(()) => Redirect::to(list).into_response(),
        Err(app::error::AppError::Fault(Fault::NotFound)) => {
            (StatusCode::NOT_FOUND, "There is nothing here.").into_response()
        }
        Err(app::error::AppError::Fault(fault)) => {
            go_back(session.map(|Extension(session)| session), form, fields, fault).await
        }
        Err(app::error::AppError::Transport(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The fields of the form. A chosen file takes the place of the text field `text`.
async fn read(mut body: Multipart, text: &str) -> Option<Vec<(String, String)>> {
    let mut fields = Vec::new();
    let mut file = None;
    while let Some(field) = body.next_field().await.ok()? {
        let name = bare(field.name()?).to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.ok()?;
        if is_file {
            if !bytes.is_empty() {
                file = Some(file_text(&bytes));
            }
        } else {
            fields.push((name, String::from_utf8(bytes.into()).ok()?));
        }
    }
    if let Some(file) = file {
        fields.retain(|(name, _)| name != text);
        fields.push((text.to_owned(), file));
    }
    Some(fields)
}

/// The text of a file. A certificate in DER form (`.cer` as Windows exports it) becomes a text of the same; any other file that
/// is no text keeps the marks of that, by which a refused form is known to be nothing to keep.
fn file_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            portal::certificate_text(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

/// The key of the form.
pub(super) fn key(fields: &[(String, String)]) -> String {
    let key = fields.iter().find(|(name, _)| name == FORM_KEY);
    key.map(|(_, key)| key.clone()).unwrap_or_default()
}

/// The draft of those fields. A box that is ticked sends `true`.
pub(super) fn draft<T: serde::de::DeserializeOwned + Default>(fields: &[(String, String)]) -> T {
    let value = |text: &str| {
        if matches!(text, "true" | "false") {
            Value::Bool(text == "true")
        } else {
            Value::from(text)
        }
    };
    let map: Map<String, Value> = fields
        .iter()
        .map(|(name, text)| (name.clone(), value(text)))
        .collect();
    serde_json::from_value(Value::Object(map)).unwrap_or_default()
}

/// The answer to a form that cannot be read.
pub(super) fn unreadable(why: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, why).into_response()
}
