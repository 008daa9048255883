use axum::extract::RawQuery;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use domain::permission::{ExportUmsId, ViewNetwork, ViewRouting};

use super::exports::record_of;
use crate::guard::{Auth, Refusal};

/// "Download Certificate Chain".
pub async fn chain(Auth(auth): Auth<ViewNetwork>) -> Result<impl IntoResponse, Refusal> {
    Ok(pem("ums_chain.crt", ums::network::chain_pem(&auth).await?))
}

/// "Export UMS ID": the certificate, which the Customer Portal takes. The key never leaves the UMS.
pub async fn ums_id(Auth(auth): Auth<ExportUmsId>) -> Result<impl IntoResponse, Refusal> {
    Ok(pem("UMS_ID.crt", ums::network::ums_id_pem(&auth).await?))
}

/// "OBS Root Certificate": the chain of the record that the query names.
pub async fn routing_chain(
    Auth(auth): Auth<ViewRouting>,
    query: RawQuery,
) -> Result<impl IntoResponse, Refusal> {
    let record = portal::routing::get(&auth, record_of(&query)?).await?;
    Ok(pem("obs_root_certificate.crt", record.chain_pem))
}

fn pem(name: &str, text: String) -> impl IntoResponse + use<> {
    let headers = [
        (CONTENT_TYPE, "application/x-pem-file".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, text)
}
