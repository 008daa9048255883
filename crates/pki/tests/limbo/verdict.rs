//! Our verdict: for servers that of the Onboarding Service when it calls a UMS under its record's chain, for clients that of the
//! UMS when a device connects.

use std::sync::Arc;

use pki::{Certificate, CertificateChain, verify};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::case::{Case, Kind, der};

/// `Err` names why the certificate is refused.
pub fn of(case: &Case) -> Result<(), String> {
    let end = der(&case.peer_certificate)?;
    let intermediates = case
        .untrusted_intermediates
        .iter()
        .map(|pem| der(pem))
        .collect::<Result<Vec<_>, _>>()?;
    match case.validation_kind {
        Kind::Server => server(case, &end, &intermediates),
        Kind::Client => client(case, &end, &intermediates),
    }
}

fn server(
    case: &Case,
    end: &CertificateDer<'static>,
    intermediates: &[CertificateDer<'static>],
) -> Result<(), String> {
    let chain = CertificateChain::parse(case.trusted_certs.concat(), case.at())
        .map_err(|problem| format!("the chain file: {problem:?}"))?;
    let roots = verify::root_store(&chain, case.at());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| error.to_string())?;
    let name = case.expected_peer_name.as_ref().map_or("", |name| &name.value);
    let name = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
    let seconds = u64::try_from(case.at().unix_timestamp()).unwrap();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    verifier
        .verify_server_cert(end, intermediates, &name, &[], now)
        .map(drop)
        .map_err(|error| error.to_string())
}

fn client(
    case: &Case,
    end: &CertificateDer<'static>,
    intermediates: &[CertificateDer<'static>],
) -> Result<(), String> {
    let authorities = case
        .trusted_certs
        .iter()
        .map(|pem| Certificate::from_file(pem.as_bytes()).map_err(|error| error.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    verify::verify_client(end, intermediates, &authorities, case.at())
        .map(drop)
        .map_err(|error| error.to_string())
}
