//! The device's side of Enrolment over Secure Transport (RFC 7030).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::UnitId;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::Full;
use pki::Certificate;
use pki::est::{CSR_TYPE, EstError, MAX_BODY_BYTES, parse_certs_only, to_base64};
use protocol::onboarding::Address;
use protocol::{DeviceError, Secret, paths};
use rustls::ClientConfig;

use crate::dial;
use crate::failure::{Failure, Result};
use crate::http_client::{Connection, HttpProblem, Reply};

/// How a device proves that it may have a certificate.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The token of the Onboarding Service.
    Token(Secret),
    /// Its Unit ID and a first-authentication key.
    Key(UnitId, Secret),
    /// The certificate in use, shown in the handshake.
    Certificate,
}

/// A connection to the enrolment part of a UMS.
pub struct Est {
    connection: Connection,
    address: Address,
}

impl Est {
    /// Connects (44, 45, 46).
    pub async fn connect(address: &Address, config: Arc<ClientConfig>) -> Result<Self> {
        let stream = dial::tls(address, config).await?;
        let connection = Connection::open(stream)
            .await
            .map_err(|problem| failed(DeviceError::NoTlsConnection, address, &problem))?;
        Ok(Self {
            connection,
            address: address.clone(),
        })
    }

    /// The authorities that the server names (37 if they cannot be had or read).
    pub async fn ca_certificates(&mut self) -> Result<Vec<Certificate>> {
        let code = DeviceError::CaCertificatesNotReceived;
        let reply = self
            .request(Method::GET, paths::EST_CACERTS, None, Bytes::new(), code)
            .await?;
        if reply.status != StatusCode::OK {
            return Err(self.refused(code, &reply));
        }
        certificates(&reply).map_err(|error| Failure::new(code, format!("{}: {error}", self.address)))
    }

    /// The certificates answered to a request: 38 refused, 39 not arrived, 40 not readable.
    pub async fn enrol(&mut self, proof: &Proof, csr: &[u8]) -> Result<Vec<Certificate>> {
        let path = match proof {
            Proof::Token(_) | Proof::Key(..) => paths::EST_SIMPLE_ENROLL,
            Proof::Certificate => paths::EST_SIMPLE_REENROLL,
        };
        let body = Bytes::from(to_base64(csr));
        let lost = DeviceError::CertificateNotRetrieved;
        let reply = self
            .request(Method::POST, path, proof.authorization()?, body, lost)
            .await?;
        if reply.status != StatusCode::OK {
            return Err(self.refused(DeviceError::NotEnrolled, &reply));
        }
        if reply.body.is_empty() {
            return Err(Failure::new(
                lost,
                format!("{}: the answer is empty", self.address),
            ));
        }
        certificates(&reply).map_err(|error| {
            Failure::new(
                DeviceError::CertificateNotConverted,
                format!("{}: {error}", self.address),
            )
        })
    }

    async fn request(
        &mut self,
        method: Method,
        path: &str,
        authorization: Option<HeaderValue>,
        body: Bytes,
        lost: DeviceError,
    ) -> Result<Reply> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method.clone();
        *request.uri_mut() =
            http::Uri::try_from(path).map_err(|error| Failure::new(DeviceError::EstNotInitialised, error))?;
        let host = HeaderValue::try_from(self.address.to_string())
            .map_err(|error| Failure::new(DeviceError::NoTlsHandle, error))?;
        let headers = request.headers_mut();
        headers.insert(header::HOST, host);
        if method == Method::POST {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CSR_TYPE));
            headers.insert("content-transfer-encoding", HeaderValue::from_static("base64"));
        }
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value);
        }
        let answer = self.connection.send(request, MAX_BODY_BYTES).await;
        answer.map_err(|problem| failed(lost, &self.address, &problem))
    }

    fn refused(&self, code: DeviceError, reply: &Reply) -> Failure {
        Failure::new(code, format!("{}: {}", self.address, reply.told())).retry_after(reply.retry_after())
    }
}

fn certificates(reply: &Reply) -> Result<Vec<Certificate>, EstError> {
    let ders = parse_certs_only(&reply.body)?;
    ders.iter()
        .map(|der| Certificate::from_der(der).map_err(|_| EstError::NotCertsOnly))
        .collect()
}

impl Proof {
    /// The header of this proof; marked so that no log shows it.
    fn authorization(&self) -> Result<Option<HeaderValue>> {
        let text = match self {
            Self::Token(token) => format!("Bearer {}", token.expose()),
            Self::Key(unit, key) => format!("Basic {}", STANDARD.encode(format!("{unit}:{}", key.expose()))),
            Self::Certificate => return Ok(None),
        };
        let mut value = HeaderValue::try_from(text).map_err(Failure::arguments)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

fn failed(code: DeviceError, address: &Address, problem: &HttpProblem) -> Failure {
    match problem {
        HttpProblem::Tls(tls) => Failure::tls(*tls, address),
        HttpProblem::Broken(_) | HttpProblem::TooLarge | HttpProblem::Timeout => {
            Failure::new(code, format!("{address}: {problem}"))
        }
    }
}
