//! A device: its certificate, and its connection frame by frame.

use std::sync::Arc;
use std::time::Duration;

use domain::id::DeviceId;
use domain::{MacAddress, UnitId};
use futures::{SinkExt as _, StreamExt as _};
use pki::csr::new_csr;
use pki::{Certificate, KeyKind, PrivateKey};
use protocol::paths;
use protocol::unified::{Frame, FromDevice, Hello, Renewal, SUBPROTOCOL, ToDevice, decode_to_device, encode};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use test_support::services::client;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use ums::enrolment;

use crate::server::Server;

pub const UNIT: &str = "00E0C54A1B2C";

/// A device with its certificate.
pub struct Device {
    pub id: DeviceId,
    pub tls: Arc<ClientConfig>,
    pub certificate: Certificate,
    pub key: PrivateKey,
}

impl Device {
    pub async fn enrol(server: &Server, unit: &str) -> Self {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let visitor = access::Visitor::new(&server.side.services, client(9));
        let (unit, request) = (UnitId::parse(unit).unwrap(), new_csr(&key, unit).unwrap());
        let enrolled = enrolment::enrol_with_key(&visitor, &unit, &server.key().await, &request)
            .await
            .unwrap();
        let tls = tls(server, &enrolled.certificate, &key);
        Self {
            id: enrolled.device,
            tls,
            certificate: enrolled.certificate,
            key,
        }
    }

    /// The same device with a new key and the certificate for it, asked for over `line`.
    pub async fn renew(&self, server: &Server, line: &mut Line) -> Self {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let csr = pki::est::to_base64(&new_csr(&key, "foreign").unwrap());
        line.say(FromDevice::Certificate(Renewal { csr })).await;
        let ToDevice::Certificate(issued) = line.hear().await.message else {
            panic!("no certificate")
        };
        let certificate = Certificate::from_file(issued.certificate_pem.as_bytes()).unwrap();
        Self {
            id: self.id,
            tls: tls(server, &certificate, &key),
            certificate,
            key,
        }
    }

    pub async fn dial(&self, server: &Server) -> Result<Line, Error> {
        let mut request =
            format!("wss://localhost:{}{}", server.port, paths::WS_CONNECT).into_client_request()?;
        request
            .headers_mut()
            .insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
        let stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
        let connector = Some(Connector::Rustls(Arc::clone(&self.tls)));
        let (socket, answer) = client_async_tls_with_config(request, stream, None, connector).await?;
        assert_eq!(answer.headers()["sec-websocket-protocol"], SUBPROTOCOL);
        Ok(Line { socket, last: 0 })
    }

    /// A connection past its greeting.
    pub async fn connect(&self, server: &Server) -> Line {
        let mut line = self.dial(server).await.unwrap();
        line.say(FromDevice::Hello(Box::new(hello(UNIT)))).await;
        let welcome = line.hear().await;
        assert!(matches!(welcome.message, ToDevice::Welcome(_)), "{welcome:?}");
        assert_eq!(welcome.reply_to, Some(1));
        assert!(
            matches!(line.hear().await.message, ToDevice::Settings(settings) if settings.digest.is_empty())
        );
        line
    }
}

fn tls(server: &Server, certificate: &Certificate, key: &PrivateKey) -> Arc<ClientConfig> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    tls_by(provider, server, certificate, key)
}

pub fn tls_by(
    provider: CryptoProvider,
    server: &Server,
    certificate: &Certificate,
    key: &PrivateKey,
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let held = ums::certificates::current(&server.side.services).unwrap();
    roots.add(held.web_root().certificate().der().clone()).unwrap();
    let tls = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate.der().clone()], key.to_rustls())
        .unwrap();
    Arc::new(tls)
}

/// A connection of a device.
pub struct Line {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
}

impl Line {
    pub fn tls(&self) -> &ClientConnection {
        let MaybeTlsStream::Rustls(stream) = self.socket.get_ref() else {
            panic!("no TLS")
        };
        stream.get_ref().1
    }

    pub async fn say(&mut self, message: FromDevice) {
        self.last += 1;
        self.text(encode(&Frame::new(self.last, message)).unwrap()).await;
    }

    pub async fn text(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn hear(&mut self) -> Frame<ToDevice> {
        loop {
            match self.message().await.unwrap().unwrap() {
                Message::Text(text) => return decode_to_device(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub async fn message(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(Duration::from_secs(10), self.socket.next())
            .await
            .expect("an answer in time")
    }

    /// The code with which the server ends the connection.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.message().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

pub fn hello(unit: &str) -> Hello {
    Hello {
        unit_id: UnitId::parse(unit).unwrap(),
        name: "Reception".to_owned(),
        mac: MacAddress::parse("00:e0:c5:4a:1b:2c").unwrap(),
        product: "UD3".to_owned(),
        product_id: String::new(),
        version: "12.4.0".to_owned(),
        firmware_description: String::new(),
        last_ip: None,
        network_name: String::new(),
        boot_time: None,
        runtime_seconds: None,
        total_operating_seconds: None,
        battery_percent: None,
        settings_digest: None,
    }
}
