//! An EST client with many devices.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::{join_all, try_join_all};
use http::{Request, StatusCode, header};
use http_body_util::Full;
use pki::Certificate;
use protocol::paths;
use rcgen::PublicKeyData as _;
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use time::OffsetDateTime;

use super::request::Device;
use super::{Authorities, LANES};
use crate::cosmos::Running;
use crate::failure::{Doing as _, Failure, Outcome};
use crate::http::{Connection, dial};
use crate::machine::process::Process;

/// The name in the server's certificate.
const HOST: &str = "localhost";

/// Many devices against one server.
pub struct Client {
    server: SocketAddr,
    /// The first-authentication key.
    key: String,
    process: Process,
    authorities: Authorities,
    anonymous: Arc<ClientConfig>,
}

/// What came of one block.
pub struct Done {
    pub certificates: Vec<Certificate>,
    answers: f64,
    elapsed: Duration,
    cpu: Duration,
}

impl Done {
    /// Of the server, for each answer, in microseconds.
    pub fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.answers
    }

    pub fn rate(&self) -> f64 {
        self.answers / self.elapsed.as_secs_f64()
    }
}

impl Client {
    pub fn new(server: SocketAddr, key: &str, process: Process, authorities: Authorities) -> Outcome<Self> {
        let anonymous = config(&authorities, None)?;
        Ok(Self {
            server,
            key: key.to_owned(),
            process,
            authorities,
            anonymous,
        })
    }

    /// What both ends agree on for the key exchange.
    pub async fn key_exchange(&self) -> Outcome<String> {
        let stream = tokio_rustls::TlsConnector::from(Arc::clone(&self.anonymous))
            .connect(ServerName::try_from(HOST)?, dial(self.server, None).await?)
            .await?;
        let group = stream.get_ref().1.negotiated_key_exchange_group();
        Ok(group.map_or_else(String::new, |group| format!("{:?}", group.name())))
    }

    /// `cacerts`, so many times, on open connections.
    pub async fn cacerts(&self, count: usize) -> Outcome<Done> {
        let mut connections = self.connections(LANES).await?;
        let left = Cell::new(count);
        let clock = self.clock()?;
        let lanes = connections.iter_mut().map(async |connection| {
            while left.replace(left.get().saturating_sub(1)) > 0 {
                let request = Request::get(paths::EST_CACERTS).body(Full::default())?;
                let body = connection.send(request).await?.expect(StatusCode::OK)?;
                let given = pki::est::parse_certs_only(&body)?;
                if !given.contains(self.authorities.est.der()) {
                    return Err(Failure::new("cacerts without the EST authority"));
                }
            }
            Ok::<_, Failure>(())
        });
        try_join_all(lanes).await?;
        clock.stop(self, count, Vec::new())
    }

    /// `simpleenroll` of every device, on open connections.
    pub async fn enrol_warm(&self, devices: &mut [Device]) -> Outcome<Done> {
        let connections = self.connections(LANES).await?;
        let count = devices.len();
        let left = RefCell::new(devices.iter_mut());
        let clock = self.clock()?;
        let lanes = connections.into_iter().map(async |mut connection| {
            let mut issued = Vec::new();
            loop {
                let Some(device) = left.borrow_mut().next() else {
                    return Ok(issued);
                };
                issued.push(self.enrol(&mut connection, device).await?);
            }
        });
        let issued = flat(try_join_all(lanes).await);
        clock.stop(self, count, issued?)
    }

    /// `simpleenroll` of every device, each on a connection of its own.
    pub async fn enrol_cold(&self, devices: &mut [Device]) -> Outcome<Done> {
        let count = devices.len();
        let left = RefCell::new(devices.iter_mut());
        let clock = self.clock()?;
        let lanes = (0..LANES).map(async |_| {
            let mut issued = Vec::new();
            loop {
                let Some(device) = left.borrow_mut().next() else {
                    return Ok(issued);
                };
                let mut connection = self.connect(&self.anonymous).await?;
                issued.push(self.enrol(&mut connection, device).await?);
            }
        });
        let issued = flat(try_join_all(lanes).await);
        clock.stop(self, count, issued?)
    }

    /// `simplereenroll`, `times` for each device that has as many requests, each device on its open connection.
    pub async fn renew_warm(&self, devices: &mut [Device], times: usize) -> Outcome<Done> {
        let mut open = Vec::new();
        for device in devices.iter_mut().filter(|device| device.requests.len() >= times) {
            let tls = config(&self.authorities, Some(device))?;
            open.push((self.connect(&tls).await?, device));
        }
        let count = open.len() * times;
        let left = RefCell::new(open.into_iter());
        let clock = self.clock()?;
        let lanes = (0..LANES).map(async |_| {
            let mut issued = Vec::new();
            loop {
                let Some((mut connection, device)) = left.borrow_mut().next() else {
                    return Ok(issued);
                };
                for _ in 0..times {
                    issued.push(self.renew(&mut connection, device).await?);
                }
            }
        });
        let issued = flat(try_join_all(lanes).await);
        clock.stop(self, count, issued?)
    }

    /// `simplereenroll`, once for each device, each on a fresh mutual-TLS connection.
    pub async fn renew_cold(&self, devices: &mut [Device]) -> Outcome<Done> {
        let mut ready = Vec::new();
        for device in devices {
            ready.push((config(&self.authorities, Some(device))?, device));
        }
        let count = ready.len();
        let left = RefCell::new(ready.into_iter());
        let clock = self.clock()?;
        let lanes = (0..LANES).map(async |_| {
            let mut issued = Vec::new();
            loop {
                let Some((tls, device)) = left.borrow_mut().next() else {
                    return Ok(issued);
                };
                let mut connection = self.connect(&tls).await?;
                issued.push(self.renew(&mut connection, device).await?);
            }
        });
        let issued = flat(try_join_all(lanes).await);
        clock.stop(self, count, issued?)
    }

    /// Enrols devices and kills the server after so many answers. Answers what had been handed out, to the last.
    pub async fn enrol_until_killed(
        &self,
        mut devices: Vec<Device>,
        server: Running,
        after: usize,
    ) -> Outcome<Vec<Certificate>> {
        let connections = self.connections(LANES).await?;
        let left = RefCell::new(devices.iter_mut());
        let (issued, server) = (RefCell::new(Vec::new()), RefCell::new(Some(server)));
        let lanes = connections.into_iter().map(async |mut connection| {
            loop {
                let Some(device) = left.borrow_mut().next() else {
                    return Ok(());
                };
                match self.enrol(&mut connection, device).await {
                    Ok(certificate) => issued.borrow_mut().push(certificate),
                    // It has been killed.
                    Err(_) if server.borrow().is_none() => return Ok(()),
                    Err(error) => return Err(error),
                }
                if issued.borrow().len() >= after
                    && let Some(server) = server.take()
                {
                    server.kill()?;
                }
            }
        });
        join_all(lanes).await.into_iter().collect::<Outcome<()>>()?;
        Ok(issued.into_inner())
    }

    async fn enrol(&self, connection: &mut Connection, device: &mut Device) -> Outcome<Certificate> {
        let proof = STANDARD.encode(format!("{}:{}", device.unit, self.key));
        let request =
            Request::post(paths::EST_SIMPLE_ENROLL).header(header::AUTHORIZATION, format!("Basic {proof}"));
        self.obtain(connection, device, request)
            .await
            .doing("simpleenroll")
    }

    async fn renew(&self, connection: &mut Connection, device: &mut Device) -> Outcome<Certificate> {
        self.obtain(connection, device, Request::post(paths::EST_SIMPLE_REENROLL))
            .await
            .doing("simplereenroll")
    }

    /// Sends the next request of the device and verifies what comes back.
    async fn obtain(
        &self,
        connection: &mut Connection,
        device: &mut Device,
        request: http::request::Builder,
    ) -> Outcome<Certificate> {
        let next = device
            .requests
            .pop()
            .ok_or_else(|| Failure::new("a device without requests"))?;
        let request = request
            .header(header::CONTENT_TYPE, pki::est::CSR_TYPE)
            .body(Full::from(next.body))?;
        let body = connection.send(request).await?.expect(StatusCode::OK)?;
        let given = pki::est::parse_certs_only(&body)?;
        let [der] = given.as_slice() else {
            return Err(Failure::new("not one certificate"));
        };
        let certificate = pki::verify::verify_client(der, &[], [&self.authorities.est], now()?)?;
        if certificate.public_key() != next.key.subject_public_key_info() {
            return Err(Failure::new("a certificate for another key"));
        }
        if certificate.common_name() != Some(&device.unit) {
            return Err(Failure::new("a certificate for another device"));
        }
        device.held = Some((next.key, certificate.clone()));
        Ok(certificate)
    }

    async fn connect(&self, tls: &Arc<ClientConfig>) -> Outcome<Connection> {
        Connection::tls(self.server, None, HOST, Arc::clone(tls)).await
    }

    /// Connections that are in use: each has had an answer.
    async fn connections(&self, count: usize) -> Outcome<Vec<Connection>> {
        let mut open = Vec::new();
        for _ in 0..count {
            let mut connection = self.connect(&self.anonymous).await?;
            connection
                .send(Request::get(paths::EST_CACERTS).body(Full::default())?)
                .await?
                .expect(StatusCode::OK)?;
            open.push(connection);
        }
        Ok(open)
    }

    fn clock(&self) -> Outcome<Clock> {
        Ok(Clock {
            start: Instant::now(),
            cpu: self.process.cpu()?,
        })
    }
}

struct Clock {
    start: Instant,
    cpu: Duration,
}

impl Clock {
    fn stop(self, client: &Client, answers: usize, certificates: Vec<Certificate>) -> Outcome<Done> {
        let elapsed = self.start.elapsed();
        let cpu = client.process.cpu()?.saturating_sub(self.cpu);
        let expected = certificates.is_empty() || certificates.len() == answers;
        if !expected {
            return Err(Failure::new("fewer certificates than requests"));
        }
        Ok(Done {
            certificates,
            answers: f64::from(u32::try_from(answers)?),
            elapsed,
            cpu,
        })
    }
}

fn flat(lanes: Outcome<Vec<Vec<Certificate>>>) -> Outcome<Vec<Certificate>> {
    Ok(lanes?.into_iter().flatten().collect())
}

/// TLS 1.3 without resumption, with the device's certificate if there is one.
fn config(authorities: &Authorities, device: Option<&Device>) -> Outcome<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(authorities.web.clone())?;
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(roots);
    let mut config = match device.map(|device| device.held.as_ref()) {
        None => builder.with_no_client_auth(),
        Some(Some((key, certificate))) => {
            let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
            builder.with_client_auth_cert(vec![certificate.der().clone()], key)?
        }
        Some(None) => return Err(Failure::new("a device without a certificate")),
    };
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

fn now() -> Outcome<OffsetDateTime> {
    let seconds = i64::try_from(UnixTime::now().as_secs())?;
    Ok(OffsetDateTime::from_unix_timestamp(seconds)?)
}
