//! Forms with a certificate file, without script: the same use cases as the server functions, from a multipart body.

use app::paths;
use axum::Extension;
use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::permission::{CreateRouting, CreateUmsInstance};
use domain::routing::RoutingDraft;
use domain::ums_instance::UmsInstanceDraft;
use serde_json::{Map, Value};

use crate::guard::Auth;
use crate::layers::forms::{bare, go_back};

pub async fn routing(
    Auth(auth): Auth<CreateRouting>,
    session: Option<Extension<tower_sessions::Session>>,
    body: Multipart,
) -> Response {
    let Some(fields) = read(body, "chain").await else {
        return unreadable();
    };
    let draft: RoutingDraft = draft(&fields);
    let done = portal::routing::register(&auth, draft).await.map(|_| ());
    answer(done, session, paths::NEW_ROUTING, paths::ROUTING, fields).await
}

pub async fn ums_instance(
    Auth(auth): Auth<CreateUmsInstance>,
    session: Option<Extension<tower_sessions::Session>>,
    body: Multipart,
) -> Response {
    let Some(fields) = read(body, "certificate").await else {
        return unreadable();
    };
    let draft: UmsInstanceDraft = draft(&fields);
    let done = portal::ums_instances::register(&auth, draft).await.map(|_| ());
    answer(
        done,
        session,
        paths::NEW_UMS_INSTANCE,
        paths::UMS_INSTANCES,
        fields,
    )
    .await
}

async fn answer(
    done: access::Result<()>,
    session: Option<Extension<tower_sessions::Session>>,
    form: &'static str,
    list: &'static str,
    fields: Vec<(String, String)>,
) -> Response {
    match done.map_err(app::api::reply) {
        Ok(()) => Redirect::to(list).into_response(),
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
                file = Some(String::from_utf8_lossy(&bytes).into_owned());
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

/// The draft of those fields. A box that is ticked sends `true`.
fn draft<T: serde::de::DeserializeOwned + Default>(fields: &[(String, String)]) -> T {
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

fn unreadable() -> Response {
    (
        StatusCode::BAD_REQUEST,
        "The form could not be read. A file of at most 1 MiB is accepted.",
    )
        .into_response()
}
