//! Columns and views of lists, as their reader wants them. Plain forms, with script and without.

use access::{Authorized, list_choices};
use app::lists::ListAddress;
use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect};
use domain::list_choices::ViewDraft;
use domain::{Fault, Permission};

use super::preferences::safe_back;
use crate::guard::{Auth, Refusal};

/// Keeps what was chosen, and goes back to the list.
pub async fn choose<P: Permission>(Auth(auth): Auth<P>, body: Bytes) -> Result<impl IntoResponse, Refusal> {
    let fields: Vec<_> = url::form_urlencoded::parse(&body).collect();
    let all = |name: &str| -> Vec<String> {
        let found = fields.iter().filter(|(key, _)| key == name);
        found.map(|(_, value)| value.to_string()).collect()
    };
    let field = |name: &str| all(name).pop().unwrap_or_default();
    carry_out(
        &auth,
        field("act"),
        field("list"),
        field("name"),
        field("state"),
        &all("column"),
    )
    .await?;
    Ok(Redirect::to(&safe_back(&field("back"))))
}

async fn carry_out<P: Permission>(
    auth: &Authorized<P>,
    act: String,
    list: String,
    name: String,
    state: String,
    columns: &[String],
) -> access::Result<()> {
    match act.as_str() {
        "columns" => list_choices::choose_columns(auth, &list, columns).await,
        "usual" => list_choices::choose_columns(auth, &list, &[]).await,
        "save" => {
            // Nothing is kept but what a list reads.
            let state = ListAddress::read(url::form_urlencoded::parse(state.as_bytes()));
            let state = state.from_start().href("");
            let state = state.trim_start_matches('?').to_owned();
            list_choices::save_view(auth, ViewDraft { list, name, state }).await
        }
        "delete" => list_choices::delete_view(auth, &list, &name).await,
        _ => Err(Fault::Invalid(domain::Invalid::default()).into()),
    }
}
