use connector::listener::{HANDSHAKES, HEADERS_MAX};
use protocol::paths;
use store::Schema;
use test_support::db;

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

#[tokio::test]
async fn sixty_four_handshakes_are_under_way_at_a_time_and_the_next_one_waits() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let url = server.url(paths::UMS_INFO);
    let dial = || tokio::net::TcpStream::connect(("127.0.0.1", server.port));
    let mut silent = Vec::new();
    for _ in 1..HANDSHAKES {
        silent.push(dial().await.unwrap());
    }
    assert_eq!(
        curl(&server.files, &url, &[]).await.status,
        200,
        "one place is left"
    );
    silent.push(dial().await.unwrap());
    assert_eq!(
        curl(&server.files, &url, &["--max-time", "1"]).await.status,
        0,
        "all places are taken"
    );
    silent.clear();
    assert_eq!(curl(&server.files, &url, &[]).await.status, 200);
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
