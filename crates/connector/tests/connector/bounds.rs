use std::sync::Arc;
use std::time::Duration;

use connector::Timing;
use connector::admission::Limits;
use connector::listener::HEADERS_MAX;
use protocol::paths;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use store::Schema;
use test_support::db;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::server::Server;
use crate::tools::curl;

#[tokio::test]
async fn monitors_see_how_it_is() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let check = curl(&server.files, &server.url(paths::UMS_CHECK_STATUS), &[]).await;
    assert_eq!((check.status, check.body.as_str()), (200, r#"{"status":"ok"}"#));
    let info = curl(&server.files, &server.url(paths::UMS_INFO), &[]).await;
    assert!(info.body.contains("IGEL Universal Management Suite"));
    db.close().await;
    server.side.clock.advance(time::Duration::seconds(11));
    let check = curl(&server.files, &server.url(paths::UMS_CHECK_STATUS), &[]).await;
    assert_eq!(check.body, r#"{"status":"err"}"#);
}

#[tokio::test]
async fn headers_may_be_almost_sixteen_kibibytes_and_no_more() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let url = server.url(paths::UMS_INFO);
    for (size, status) in [(HEADERS_MAX - 512, 200), (HEADERS_MAX + 512, 431)] {
        let header = format!("X-Long: {}", "x".repeat(size));
        assert_eq!(
            curl(&server.files, &url, &["--http1.1", "-H", &header])
                .await
                .status,
            status,
            "{size}"
        );
    }
}

#[tokio::test]
async fn bodies_may_be_thirty_two_kibibytes_and_no_more() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    for (size, status) in [(32 * 1024, 401), (32 * 1024 + 1, 413)] {
        server.files.write("large", "A".repeat(size));
        let arguments = [
            "-u",
            "00E0C54A1B2C:x",
            "-H",
            "Content-Type: application/pkcs10",
            "--data-binary",
            "@large",
        ];
        let reply = curl(&server.files, &server.url(paths::EST_SIMPLE_ENROLL), &arguments).await;
        assert_eq!(reply.status, status, "{size}");
    }
}

#[tokio::test]
async fn only_tls_1_3_is_spoken_and_only_to_those_who_trust_the_root() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let url = server.url(paths::UMS_INFO);
    assert_eq!(curl(&server.files, &url, &["--tls-max", "1.2"]).await.status, 0);
    assert_eq!(
        curl(&server.files, &url.replace("https:", "http:"), &[])
            .await
            .status,
        0
    );
    assert_eq!(curl(&server.files, &url, &["--tlsv1.3"]).await.status, 200);
    let est = ums::certificates::current(&server.side.services)
        .unwrap()
        .est()
        .certificate()
        .pem();
    server.files.write("other.pem", est);
    assert_eq!(
        curl(&server.files, &url, &["--cacert", "other.pem"]).await.status,
        0
    );
    let address = format!("https://127.0.0.1:{}{}", server.port, paths::UMS_INFO);
    assert_eq!(curl(&server.files, &address, &[]).await.status, 200);
}

/// What a peer says that goes no further than its hello.
fn client_hello() -> Vec<u8> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let mut said = Vec::new();
    ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap())
        .unwrap()
        .write_tls(&mut said)
        .unwrap();
    said
}

async fn stall(server: &Server, words: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
    stream.write_all(words).await.unwrap();
    stream
}

#[tokio::test]
async fn who_says_nothing_or_stops_after_the_hello_keeps_nobody_out() {
    let db = db::sqlite(Schema::Company).await;
    let limits = Limits {
        handshakes: 2,
        ..Limits::default()
    };
    let server = Server::start_limited(&db, Timing::default(), limits).await;
    let url = server.url(paths::UMS_INFO);
    let hello = client_hello();
    for words in [&[][..], &hello[..20], &hello] {
        let mut stalled = Vec::new();
        for _ in 0..64 {
            stalled.push(stall(&server, words).await);
        }
        let reply = curl(&server.files, &url, &["--max-time", "5"]).await;
        assert_eq!(reply.status, 200, "{} bytes", words.len());
    }
}

#[tokio::test]
async fn eight_connections_of_an_address_may_wait_and_the_ninth_is_dropped() {
    let db = db::sqlite(Schema::Company).await;
    let limits = Limits {
        waiting: 10,
        waiting_per_client: 8,
        handshakes: 2,
    };
    let server = Server::start_limited(&db, Timing::default(), limits).await;
    let url = server.url(paths::UMS_INFO);
    let from = async |address| curl(&server.files, &url, &["--interface", address]).await.status;
    let mut stalled = Vec::new();
    for _ in 0..7 {
        stalled.push(stall(&server, &[]).await);
    }
    assert_eq!(from("127.0.0.1").await, 200, "one place is left");
    assert_eq!(from("127.0.0.1").await, 200, "who has begun leaves it again");
    stalled.push(stall(&server, &[]).await);
    assert_eq!(from("127.0.0.1").await, 0, "no place is left");
    assert_eq!(from("127.0.0.2").await, 200, "another address has its own");
    stalled.clear();
    let free = async { while from("127.0.0.1").await != 200 {} };
    tokio::time::timeout(Duration::from_secs(10), free).await.unwrap();
}

#[tokio::test]
async fn a_new_web_certificate_is_shown_without_a_restart() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let address = format!("localhost:{}", server.port);
    let shown = async || {
        server
            .files
            .run("openssl", &["s_client", "-connect", &address, "-showcerts"])
            .await
    };
    let pem = || {
        ums::certificates::current(&server.side.services)
            .unwrap()
            .web()
            .certificate
            .pem()
    };
    let before = pem();
    assert!(shown().await.contains(before.trim()));
    server.side.clock.advance(time::Duration::days(340));
    ums::certificates::start(&server.acting()).await.unwrap();
    assert_ne!(pem(), before);
    assert!(shown().await.contains(pem().trim()));
}
