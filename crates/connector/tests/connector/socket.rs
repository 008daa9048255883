use std::sync::Arc;
use std::time::Duration;

use connector::Timing;
use domain::device::{CommandState, DeviceChange, DeviceChanges, Presence};
use domain::id::{CommandId, DeviceId};
use domain::permission::{CommandDevices, ViewDevices};
use domain::{MacAddress, UnitId};
use futures::{SinkExt as _, StreamExt as _};
use pki::csr::new_csr;
use pki::{Certificate, KeyKind, PrivateKey};
use protocol::paths;
use protocol::unified::{
    CommandOutcome, CommandResult, ErrorCode, Frame, FromDevice, Heartbeat, Hello, MAX_FRAME_BYTES, Renewal,
    SUBPROTOCOL, ToDevice, decode_to_device, encode,
};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::kx_group;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, NamedGroup, RootCertStore};
use store::Schema;
use test_support::db;
use test_support::db_test;
use test_support::services::client;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use ums::{devices, enrolment, presence};

use crate::server::Server;

const UNIT: &str = "00E0C54A1B2C";

/// A device with its certificate.
struct Device {
    id: DeviceId,
    tls: Arc<ClientConfig>,
    certificate: Certificate,
    key: PrivateKey,
}

impl Device {
    async fn enrol(server: &Server, unit: &str) -> Self {
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
    async fn renew(&self, server: &Server, line: &mut Line) -> Self {
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

    async fn dial(&self, server: &Server) -> Result<Line, Error> {
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
    async fn connect(&self, server: &Server) -> Line {
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

fn tls_by(
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

struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
}

impl Line {
    fn tls(&self) -> &ClientConnection {
        let MaybeTlsStream::Rustls(stream) = self.socket.get_ref() else {
            panic!("no TLS")
        };
        stream.get_ref().1
    }

    async fn say(&mut self, message: FromDevice) {
        self.last += 1;
        self.text(encode(&Frame::new(self.last, message)).unwrap()).await;
    }

    async fn text(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn hear(&mut self) -> Frame<ToDevice> {
        loop {
            match self.message().await.unwrap().unwrap() {
                Message::Text(text) => return decode_to_device(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn message(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(Duration::from_secs(10), self.socket.next())
            .await
            .expect("an answer in time")
    }

    /// The code with which the server ends the connection.
    async fn closed(&mut self) -> u16 {
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

/// The next change, which a page would show, within the five seconds that are promised.
/// The latest of the one device.
async fn change(changes: &mut devices::Changes) -> DeviceChange {
    let told = tokio::time::timeout(Duration::from_secs(5), changes.next())
        .await
        .expect("a change within five seconds");
    let Some(DeviceChanges::These(mut told)) = told else {
        panic!("one device is not many");
    };
    told.pop().unwrap()
}

db_test! {
    Schema::Company,

    async fn a_device_says_hello_reboots_and_is_gone_when_it_is_killed(db: TestDb) {
        let server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let view = server.may::<ViewDevices>().await;
        let mut changes = devices::changes(&view).unwrap();
        let mut line = device.connect(&server).await;
        assert_eq!(change(&mut changes).await, DeviceChange { id: device.id, presence: Presence::Online });
        let shown = devices::get(&view, device.id).await.unwrap();
        assert_eq!((shown.row.name.as_str(), shown.row.presence), ("Reception", Presence::Online));
        assert_eq!(shown.row.last_ip.as_deref(), Some("127.0.0.1"));

        line.say(FromDevice::Heartbeat(Heartbeat { runtime_seconds: Some(99), battery_percent: None })).await;
        let ack = line.hear().await;
        assert_eq!((ack.reply_to, ack.message), (Some(2), ToDevice::Ack));

        let queued = devices::reboot(&server.may::<CommandDevices>().await, device.id).await.unwrap();
        let ToDevice::Command(command) = line.hear().await.message else { panic!("no command") };
        assert_eq!(command.command, queued.id);
        for _ in 0..2 {
            line.say(FromDevice::CommandResult(CommandResult { command: command.command, outcome: CommandOutcome::Done })).await;
            assert_eq!(line.hear().await.message, ToDevice::Ack);
        }
        assert_eq!(devices::get(&view, device.id).await.unwrap().commands[0].state, CommandState::Done);

        // Killed: the system closes its connections without a word.
        drop(line);
        while change(&mut changes).await.presence == Presence::Online {}
        assert_eq!(devices::get(&view, device.id).await.unwrap().row.presence, Presence::Offline);
    }

    async fn the_last_contact_is_written_at_the_stop(db: TestDb) {
        let mut server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let mut line = device.connect(&server).await;
        server.stop.cancel();
        assert_eq!(line.closed().await, 1001);
        while let Some(ended) = server.tasks.join_next().await {
            ended.unwrap();
        }
        let mut tx = server.acting().read().await.unwrap();
        let at = store::sql!("select last_contact_at from devices");
        assert_eq!(tx.scalar::<time::OffsetDateTime>(at, store::args![]).await.unwrap(), server.acting().now());
    }
}

#[tokio::test]
async fn frames_that_cannot_be_used_are_answered_and_the_connection_goes_on() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.dial(&server).await.unwrap();
    line.say(FromDevice::Heartbeat(Heartbeat::default())).await;
    let early = line.hear().await;
    assert!(
        matches!(&early.message, ToDevice::Error(error) if error.code == ErrorCode::OutOfOrder),
        "{early:?}"
    );
    drop(line);

    let mut line = device.connect(&server).await;
    for (text, reply_to, code) in [
        (r#"{"type":"dance","id":7}"#, Some(7), ErrorCode::UnknownType),
        ("not json", None, ErrorCode::Malformed),
        (
            r#"{"type":"heartbeat","id":8,"battery_percent":101}"#,
            Some(8),
            ErrorCode::InvalidFields,
        ),
    ] {
        line.text(text.to_owned()).await;
        let answer = line.hear().await;
        assert_eq!(answer.reply_to, reply_to, "{text}");
        assert!(
            matches!(&answer.message, ToDevice::Error(error) if error.code == code),
            "{answer:?}"
        );
    }
    line.say(FromDevice::Hello(Box::new(hello(UNIT)))).await;
    assert!(
        matches!(line.hear().await.message, ToDevice::Error(error) if error.code == ErrorCode::OutOfOrder)
    );
    line.socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert!(
        matches!(line.hear().await.message, ToDevice::Error(error) if error.code == ErrorCode::Malformed)
    );
    line.say(FromDevice::Heartbeat(Heartbeat::default())).await;
    assert_eq!(line.hear().await.message, ToDevice::Ack);
}

#[tokio::test]
async fn a_frame_may_have_sixty_four_kibibytes_and_no_more() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.connect(&server).await;
    let frame = |size: usize| {
        let heartbeat = r#"{"type":"heartbeat","id":2}"#;
        format!("{heartbeat}{}", " ".repeat(size - heartbeat.len()))
    };
    line.text(frame(MAX_FRAME_BYTES)).await;
    assert_eq!(line.hear().await.message, ToDevice::Ack);
    line.text(frame(MAX_FRAME_BYTES + 1)).await;
    assert_eq!(line.closed().await, 1002);
}

#[tokio::test]
async fn a_certificate_cannot_speak_for_another_device() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.dial(&server).await.unwrap();
    line.say(FromDevice::Hello(Box::new(hello("00E0C54A1B2D")))).await;
    assert!(matches!(line.hear().await.message, ToDevice::Error(error) if error.code == ErrorCode::Refused));
    assert_eq!(line.closed().await, 1008);
    device.connect(&server).await;
}

#[tokio::test]
async fn a_resumed_session_is_checked_again() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut first = device.connect(&server).await;
    let second = device.connect(&server).await;
    assert_eq!(second.tls().handshake_kind(), Some(HandshakeKind::Resumed));
    assert_eq!(first.closed().await, 4001, "replaced by the second");

    devices::revoke(&server.acting(), device.id).await.unwrap();
    let mut second = second;
    assert_eq!(second.closed().await, 1008);
    let Err(Error::Http(refused)) = device.dial(&server).await else {
        panic!("a revoked device was let in")
    };
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn a_resumed_session_with_a_certificate_that_has_expired_is_refused_with_the_reason() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let end = device.certificate.not_after();
    server.side.clock.advance(end - server.acting().now());
    drop(device.connect(&server).await);
    let line = device.connect(&server).await;
    assert_eq!(line.tls().handshake_kind(), Some(HandshakeKind::Resumed));
    server.side.clock.advance(time::Duration::SECOND);
    let Err(Error::Http(refused)) = device.dial(&server).await else {
        panic!("an expired certificate was let in")
    };
    assert_eq!(refused.status(), 401);
    let reason = String::from_utf8_lossy(refused.body().as_ref().unwrap()).into_owned();
    assert_eq!(
        reason,
        "the certificate cannot be accepted: the client certificate has expired\n"
    );
}

#[tokio::test]
async fn the_device_chooses_how_keys_are_exchanged() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let mut device = Device::enrol(&server, UNIT).await;
    let all = kx_group::X25519MLKEM768;
    for (groups, chosen) in [
        (vec![all, kx_group::X25519], NamedGroup::X25519MLKEM768),
        (vec![kx_group::X25519, all], NamedGroup::X25519),
        (vec![kx_group::SECP256R1], NamedGroup::secp256r1),
    ] {
        let provider = CryptoProvider {
            kx_groups: groups,
            ..rustls::crypto::aws_lc_rs::default_provider()
        };
        device.tls = tls_by(provider, &server, &device.certificate, &device.key);
        let line = device.connect(&server).await;
        let group = line.tls().negotiated_key_exchange_group().unwrap();
        assert_eq!(group.name(), chosen);
    }
}

#[tokio::test]
async fn a_device_is_told_a_new_window_for_coming_back_once_the_fleet_has_doubled() {
    let db = db::sqlite(Schema::Company).await;
    let timing = Timing {
        ping: Duration::from_millis(50),
        ..Timing::default()
    };
    let server = Server::start_with(&db, timing).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.dial(&server).await.unwrap();
    line.say(FromDevice::Hello(Box::new(hello(UNIT)))).await;
    let ToDevice::Welcome(welcome) = line.hear().await.message else {
        panic!("no welcome")
    };
    assert_eq!(welcome.reconnect_window_seconds, 5);
    assert!(matches!(line.hear().await.message, ToDevice::Settings(_)));

    // Ten devices a second: see the settings of these tests.
    let services = &server.side.services;
    let mut fleet = Vec::new();
    for (devices, told) in [(89, None), (90, Some(10)), (189, None), (190, Some(20))] {
        while fleet.len() < devices {
            let id = format!("00000000-0000-7000-8000-{:012}", fleet.len());
            let id: DeviceId = id.parse().unwrap();
            let contact = devices::contact(&hello(UNIT), [192, 0, 2, 9].into(), services.now());
            let looked = presence::stamp(services).unwrap();
            fleet.push(presence::connect(services, id, contact, looked).unwrap().unwrap());
        }
        let (mut pings, mut heard) = (0, None);
        while pings < 3 {
            match line.message().await.unwrap().unwrap() {
                Message::Ping(_) => pings += 1,
                Message::Text(text) => {
                    let ToDevice::Reconnect(reconnect) = decode_to_device(&text).unwrap().message else {
                        panic!("{text}")
                    };
                    assert_eq!(heard.replace(reconnect.window_seconds), None, "told once");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(heard, told, "{devices}");
    }
    // Devices that go away are still expected back.
    drop(fleet);
    assert!(matches!(line.message().await, Some(Ok(Message::Ping(_)))));
}

#[tokio::test]
async fn a_device_renews_its_certificate_inside_the_connection() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.connect(&server).await;
    line.say(FromDevice::Certificate(Renewal {
        csr: "nonsense".to_owned(),
    }))
    .await;
    assert!(matches!(line.hear().await.message, ToDevice::Error(error) if error.code == ErrorCode::Refused));
    server.side.clock.advance(time::Duration::days(340));
    let renewed = device.renew(&server, &mut line).await;
    assert_eq!(renewed.certificate.common_name(), Some(UNIT));
    assert!(renewed.certificate.not_after() > device.certificate.not_after());
}

#[tokio::test]
async fn the_first_connection_with_a_new_certificate_ends_the_old_one() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.connect(&server).await;
    server.side.clock.advance(time::Duration::SECOND);
    let renewed = device.renew(&server, &mut line).await;
    // The answer might have been lost: the old one is good until the new one is seen.
    let _line = device.connect(&server).await;
    let mut waits = device.dial(&server).await.unwrap();

    let mut line = renewed.connect(&server).await;
    let Err(Error::Http(refused)) = device.dial(&server).await else {
        panic!("a replaced certificate was let in")
    };
    assert_eq!(refused.status(), 401);
    // Nor may somebody go on who was let in before and has waited.
    waits.say(FromDevice::Hello(Box::new(hello(UNIT)))).await;
    assert_eq!(waits.closed().await, 1008);
    line.say(FromDevice::Heartbeat(Heartbeat::default())).await;
    assert_eq!(line.hear().await.message, ToDevice::Ack, "nobody took its place");
    renewed.connect(&server).await;
}

#[tokio::test]
async fn fifty_frames_are_answered_and_who_goes_on_like_this_is_let_go() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.connect(&server).await;
    // Of no command that is known.
    let command: CommandId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    let mut answered = 1; // hello
    let code = loop {
        line.say(FromDevice::CommandResult(CommandResult {
            command,
            outcome: CommandOutcome::Done,
        }))
        .await;
        match line.message().await.unwrap().unwrap() {
            // Five more a second: on a slow machine as well.
            Message::Text(_) if answered < 150 => answered += 1,
            Message::Close(Some(frame)) => break u16::from(frame.code),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, 1008);
    assert!(answered >= 50, "{answered}");
    device.connect(&server).await;
}

#[tokio::test]
async fn a_silent_device_is_lost_and_one_that_answers_pings_is_not() {
    let db = db::sqlite(Schema::Company).await;
    let timing = Timing {
        ping: Duration::from_millis(200),
        hello: Duration::from_millis(500),
        ..Timing::default()
    };
    let server = Server::start_with(&db, timing).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut changes = devices::changes(&server.may::<ViewDevices>().await).unwrap();
    let mut line = device.connect(&server).await;
    assert_eq!(change(&mut changes).await.presence, Presence::Online);
    // Reading answers pings: after three of them it is still there.
    let mut pings = 0;
    while pings < 3 {
        pings += i32::from(matches!(line.message().await, Some(Ok(Message::Ping(_)))));
    }
    let view = server.may::<ViewDevices>().await;
    let here = devices::get(&view, device.id).await.unwrap().row.presence;
    assert_eq!(here, Presence::Online);
    // Not reading: the connection is open, and nobody answers.
    assert_eq!(change(&mut changes).await.presence, Presence::Offline);

    let mut mute = device.dial(&server).await.unwrap();
    assert_eq!(mute.closed().await, 1008, "no hello in time");
}
