//! Why a device could not be managed: a code of the seed's table, and the cause for whoever looks for it.

use std::fmt::Display;
use std::time::Duration;

use pki::TlsProblem;
use protocol::DeviceError;

/// The result of everything that may leave a device unmanaged.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Longest text that is taken over from somebody else, in characters.
const TEXT_MAX: usize = 500;

/// A failure with its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", code.number())]
pub struct Failure {
    /// What the device shows.
    pub code: DeviceError,
    /// What was the matter, in English, without control characters.
    pub cause: String,
    /// What the Onboarding Service said in place of the code's own sentence and next step.
    pub said: Option<String>,
    /// The server asks to come back after this.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// A failure of that code.
    pub fn new(code: DeviceError, cause: impl Display) -> Self {
        Self {
            code,
            cause: printable(&cause.to_string()),
            said: None,
            retry_after: None,
        }
    }

    /// What was typed cannot be used (32).
    pub fn arguments(cause: impl Display) -> Self {
        Self::new(DeviceError::InvalidArguments, cause)
    }

    /// A code with the words of the Onboarding Service.
    pub fn said(code: DeviceError, message: &str) -> Self {
        let message = printable(message);
        Self {
            said: Some(message.clone()).filter(|text| !text.is_empty()),
            ..Self::new(code, message)
        }
    }

    /// TLS to `place` failed (ruling 21: chain 46, anything else 45).
    pub fn tls(problem: TlsProblem, place: impl Display) -> Self {
        let code = if problem.is_chain() {
            DeviceError::ChainNotVerified
        } else {
            DeviceError::NoTlsConnection
        };
        let what = match problem {
            TlsProblem::Name => "the certificate does not name this address",
            TlsProblem::Chain => "the certificate does not come from the expected root",
            TlsProblem::Expired => "a certificate of the chain has expired",
            TlsProblem::NotYetValid => {
                "a certificate of the chain is not valid yet; is the clock of this device right?"
            }
            TlsProblem::NotTls => "what answers does not speak TLS",
            TlsProblem::ClientCertificateRefused => "the certificate of this device is refused",
            TlsProblem::Other => "the TLS handshake failed",
        };
        Self::new(code, format!("{place}: {what}"))
    }

    /// The same, to be tried again after a while.
    #[must_use]
    pub fn retry_after(mut self, after: Option<Duration>) -> Self {
        self.retry_after = after;
        self
    }

    /// What happened, for the person.
    pub fn message(&self) -> &str {
        self.said.as_deref().unwrap_or_else(|| self.code.sentence())
    }
}

/// A text from outside, fit for a terminal: without control characters, which could rewrite it, and not endless.
pub fn printable(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TEXT_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tls_problem_has_the_code_of_ruling_21() {
        let rows = [
            (TlsProblem::Name, 45),
            (TlsProblem::Chain, 46),
            (TlsProblem::Expired, 46),
            (TlsProblem::NotYetValid, 46),
            (TlsProblem::NotTls, 45),
            (TlsProblem::ClientCertificateRefused, 45),
            (TlsProblem::Other, 45),
        ];
        for (problem, code) in rows {
            assert_eq!(
                Failure::tls(problem, "ums.contoso.example:8443").code.number(),
                code,
                "{problem:?}"
            );
        }
    }

    #[test]
    fn words_from_outside_cannot_rewrite_the_terminal() {
        let failure = Failure::said(DeviceError::InvalidArguments, "no\u{1b}[2Jway\n");
        assert_eq!(failure.message(), "no [2Jway");
        let silent = Failure::said(DeviceError::InvalidArguments, " \n");
        assert_eq!(silent.message(), DeviceError::InvalidArguments.sentence());
        assert_eq!(printable(&"x".repeat(TEXT_MAX + 1)).len(), TEXT_MAX);
    }
}
