//! Which certificate lets a device in, for how long, and how it gets the next one.

use protocol::unified::{ErrorCode, FromDevice, Heartbeat, Renewal, ToDevice};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::kx_group;
use rustls::{HandshakeKind, NamedGroup};
use store::Schema;
use test_support::db;
use tokio_tungstenite::tungstenite::Error;
use ums::devices;

use crate::device::{Device, UNIT, hello, tls_by};
use crate::server::Server;

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
