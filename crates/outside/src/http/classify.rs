//! From the nested errors of the HTTP library to the one word that people need.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use super::HttpError;
use super::resolve::ResolveError;

/// Most causes that are looked at, one below the other.
const CAUSES: usize = 32;

/// What went wrong before or while the answer was read.
pub(super) fn classify(error: &reqwest::Error, plain: bool) -> HttpError {
    let causes = causes(error);
    if let Some(found) = causes.iter().find_map(|cause| ours_or_tls(*cause)) {
        found
    } else if error.is_timeout() {
        HttpError::Timeout
    } else if error.is_connect() {
        connection(&causes, plain)
    } else {
        HttpError::Protocol
    }
}

/// The error and its causes, outermost first. `io::Error::source` skips the error that it wraps, so that one is
/// taken out by hand.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut found = Vec::new();
    let mut next = Some(error);
    while let Some(current) = next.filter(|_| found.len() < CAUSES) {
        found.push(current);
        next = match current.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    found
}

/// A cause that we or the TLS library have made.
fn ours_or_tls(cause: &(dyn Error + 'static)) -> Option<HttpError> {
    if let Some(found) = cause.downcast_ref::<ResolveError>() {
        return Some(match found {
            ResolveError::NotFound(_) => HttpError::Dns,
            ResolveError::Refused(reason) => HttpError::Refused { reason: *reason },
        });
    }
    cause.downcast_ref::<rustls::Error>().map(handshake)
}

fn handshake(error: &rustls::Error) -> HttpError {
    match error {
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => HttpError::TlsName,
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => HttpError::TlsChain,
        // What came was no TLS record: the port speaks plain HTTP or another protocol.
        rustls::Error::InvalidMessage(_) => HttpError::NotTls,
        _ => HttpError::TlsOther,
    }
}

/// A failure of the connection itself: before it stood nobody listens; after it stood, and TLS was spoken to,
/// the other side hung up on it.
fn connection(causes: &[&(dyn Error + 'static)], plain: bool) -> HttpError {
    let innermost = causes
        .iter()
        .rev()
        .find_map(|cause| cause.downcast_ref::<io::Error>());
    match innermost.map(io::Error::kind) {
        Some(
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe,
        ) if !plain => HttpError::NotTls,
        _ => HttpError::Tcp,
    }
}
