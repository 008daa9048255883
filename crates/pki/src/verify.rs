//! Proving a certificate, and naming what was wrong with one that failed.

use std::error::Error as StdError;

use domain::chain::CertificateRole;
use rustls::{AlertDescription, CertificateError as TlsCertificateError, RootCertStore};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use time::OffsetDateTime;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::certificate::Certificate;
use crate::chain::CertificateChain;

/// `id-kp-clientAuth` (1.3.6.1.5.5.7.3.2), the value bytes of its OID.
const CLIENT_AUTH: &[u8] = &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
/// Most intermediates that a client may send along.
pub const MAX_INTERMEDIATES: usize = 4;

/// Why a client certificate proves nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientProblem {
    /// Not a certificate, or more intermediates than [`MAX_INTERMEDIATES`].
    #[error("the client certificate cannot be read")]
    Unreadable,
    /// Its time is over, or that of the authority above it.
    #[error("the client certificate has expired")]
    Expired,
    /// Its time has not begun.
    #[error("the client certificate is not valid yet")]
    NotYetValid,
    /// Not signed by one of our authorities.
    #[error("the client certificate comes from another authority")]
    ForeignIssuer,
    /// Not made for client authentication, or an authority itself.
    #[error("the client certificate is not meant for devices")]
    WrongPurpose,
    /// Refused by the verifier for another reason.
    #[error("the client certificate is not acceptable")]
    Other,
}

/// Verifies a client certificate against our EST authorities at a moment: signature, path, time, and that it carries the
/// purpose client authentication (a certificate without any purpose is refused too). Says nothing about revocation, nor
/// whether the sender holds the key: the TLS handshake shows that.
pub fn verify_client<'a>(
    end: &[u8],
    intermediates: &[CertificateDer<'_>],
    authorities: impl IntoIterator<Item = &'a Certificate>,
    at: OffsetDateTime,
) -> Result<Certificate, ClientProblem> {
    if intermediates.len() > MAX_INTERMEDIATES {
        return Err(ClientProblem::Unreadable);
    }
    let certificate = Certificate::from_der(end).map_err(|_| ClientProblem::Unreadable)?;
    // The verifier does not look at the time of an anchor; an authority that is over vouches for nobody.
    let (valid, over): (Vec<_>, Vec<_>) = authorities
        .into_iter()
        .partition(|authority| authority.is_valid_at(at));
    let anchors: Vec<TrustAnchor<'_>> = valid
        .iter()
        .filter_map(|authority| anchor_from_trusted_cert(authority.der()).ok())
        .collect();
    let der = CertificateDer::from(end);
    let parsed = EndEntityCert::try_from(&der).map_err(|_| ClientProblem::Unreadable)?;
    let seconds = u64::try_from(at.unix_timestamp()).map_err(|_| ClientProblem::NotYetValid)?;
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let usage = KeyUsage::required(CLIENT_AUTH);
    let verified = parsed.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &anchors,
        intermediates,
        time,
        usage,
        None,
        None,
    );
    match verified.map(drop) {
        Ok(()) => Ok(certificate),
        Err(webpki::Error::UnknownIssuer)
            if over.iter().any(|authority| certificate.is_issued_by(authority)) =>
        {
            Err(ClientProblem::Expired)
        }
        Err(error) => Err(client_problem(&error)),
    }
}

/// Checks the certificate of a server against those authorities that are in their time; the host name is not looked at. The
/// server's own authorities must stand among `intermediates`, of which the first [`MAX_INTERMEDIATES`] count.
pub fn verify_server<'a>(
    end: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    authorities: impl IntoIterator<Item = &'a Certificate>,
    at: OffsetDateTime,
) -> Result<(), webpki::Error> {
    let anchors: Vec<TrustAnchor<'_>> = authorities
        .into_iter()
        .filter(|authority| authority.is_valid_at(at))
        .filter_map(|authority| anchor_from_trusted_cert(authority.der()).ok())
        .collect();
    let seconds = u64::try_from(at.unix_timestamp()).unwrap_or_default();
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let few = intermediates.get(..MAX_INTERMEDIATES).unwrap_or(intermediates);
    EndEntityCert::try_from(end)?
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            few,
            time,
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(drop)
}

fn client_problem(error: &webpki::Error) -> ClientProblem {
    use webpki::Error;
    match error {
        Error::CertExpired { .. } => ClientProblem::Expired,
        Error::CertNotValidYet { .. } => ClientProblem::NotYetValid,
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey | Error::EndEntityUsedAsCa => {
            ClientProblem::ForeignIssuer
        }
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension | Error::CaUsedAsEndEntity => {
            ClientProblem::WrongPurpose
        }
        Error::BadDer | Error::BadDerTime => ClientProblem::Unreadable,
        _ => ClientProblem::Other,
    }
}

/// The trust store that trusts exactly this chain: its authorities, as far as they are valid now. Intermediates are anchors
/// too, because whoever uploads a chain trusts all of it, and a server that forgets to send its intermediate still works.
pub fn root_store(chain: &CertificateChain, now: OffsetDateTime) -> RootCertStore {
    trust_store(chain.authorities(), now)
}

/// The trust store that trusts exactly these authorities, as far as they are valid now: a device that found the one of its
/// communication token, a server that knows its EST authorities. Where none is left, the store is empty and trusts nobody.
pub fn trust_store<'a>(
    authorities: impl IntoIterator<Item = &'a Certificate>,
    now: OffsetDateTime,
) -> RootCertStore {
    let mut store = RootCertStore::empty();
    let is_authority = |one: &&Certificate| one.role() != CertificateRole::End && one.is_valid_at(now);
    let valid = authorities.into_iter().filter(is_authority);
    store.add_parsable_certificates(valid.map(|authority| authority.der().clone()));
    store
}

/// What a failed TLS connection means for the person who has to mend it.
///
/// Ruling 21: towards the device [`Self::Chain`], [`Self::Expired`] and [`Self::NotYetValid`] are code 46, the others 45;
/// the onboarding service calls [`Self::NotTls`] 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsProblem {
    /// The certificate does not bear the name or address that was dialled.
    Name,
    /// The chain does not lead to a trusted root, or is broken.
    Chain,
    /// A certificate of the chain is over.
    Expired,
    /// A certificate of the chain has not begun (often a wrong clock).
    NotYetValid,
    /// The other side does not speak TLS: plain HTTP, or another protocol.
    NotTls,
    /// The other side refused our certificate, or wants one. Under TLS 1.3 this comes at the first read.
    ClientCertificateRefused,
    /// No common version or algorithm, or anything else.
    Other,
}

impl TlsProblem {
    /// Whether the chain, not the name or the connection, is at fault.
    pub const fn is_chain(self) -> bool {
        matches!(self, Self::Chain | Self::Expired | Self::NotYetValid)
    }
}

impl From<&rustls::Error> for TlsProblem {
    fn from(error: &rustls::Error) -> Self {
        use rustls::Error;
        match error {
            Error::InvalidCertificate(problem) => from_certificate(problem),
            Error::NoCertificatesPresented => Self::Chain,
            Error::InvalidMessage(_) => Self::NotTls,
            Error::AlertReceived(alert) => from_alert(*alert),
            _ => Self::Other,
        }
    }
}

fn from_certificate(problem: &TlsCertificateError) -> TlsProblem {
    use TlsCertificateError as Problem;
    match problem {
        Problem::NotValidForName | Problem::NotValidForNameContext { .. } => TlsProblem::Name,
        Problem::Expired | Problem::ExpiredContext { .. } => TlsProblem::Expired,
        Problem::NotValidYet | Problem::NotValidYetContext { .. } => TlsProblem::NotYetValid,
        _ => TlsProblem::Chain,
    }
}

const fn from_alert(alert: AlertDescription) -> TlsProblem {
    match alert {
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied
        | AlertDescription::CertificateRequired
        // What rustls sends where another authority of the same name signed: its signature does not fit ours.
        | AlertDescription::DecryptError => TlsProblem::ClientCertificateRefused,
        _ => TlsProblem::Other,
    }
}

/// Looks through an error and its causes (HTTP client, input and output) for the TLS one. `None` if TLS was not at fault:
/// no name, no connection, time-out.
pub fn tls_problem(error: &(dyn StdError + 'static)) -> Option<TlsProblem> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(TlsProblem::from(tls));
        }
        // An I/O error hides the error it wraps from `source`, which gives that one's own cause instead.
        if let Some(inner) = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
        {
            next = Some(inner);
            continue;
        }
        next = error.source();
    }
    None
}
