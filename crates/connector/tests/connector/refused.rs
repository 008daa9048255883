use protocol::paths;
use store::Schema;
use test_support::db;
use time::Duration;

use crate::server::Server;
use crate::tools::{Files, P256, curl};

const PKCS10: &str = "Content-Type: application/pkcs10";

/// Enrols `name` of `files` at a server.
async fn enrol(server: &Server, files: &Files, name: &str, unit: &str) {
    files.request(name, &P256).await;
    let (proof, request) = (format!("{unit}:{}", server.key().await), format!("@{name}.csr"));
    let arguments = ["-u", &proof, "-H", PKCS10, "--data-binary", &request];
    let enrolled = curl(files, &server.url(paths::EST_SIMPLE_ENROLL), &arguments).await;
    assert_eq!(enrolled.status, 200, "{}", enrolled.body);
    files.certificates(&enrolled, &format!("{name}.pem")).await;
}

/// Asks for a new certificate with the one of `name`.
async fn renew(server: &Server, name: &str) -> u16 {
    let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
    let arguments = [
        "-H",
        PKCS10,
        "--data-binary",
        "@device.csr",
        "--cert",
        &certificate,
        "--key",
        &key,
    ];
    curl(&server.files, &server.url(paths::EST_SIMPLE_REENROLL), &arguments)
        .await
        .status
}

#[tokio::test]
async fn a_certificate_of_another_ums_is_no_certificate_here() {
    let (ours, theirs) = (
        db::sqlite(Schema::Company).await,
        db::sqlite(Schema::Company).await,
    );
    let (server, other) = (Server::start(&ours).await, Server::start(&theirs).await);
    enrol(&server, &server.files, "device", "00E0C54A1B2C").await;
    enrol(&other, &other.files, "foreign", "00E0C54A1B2C").await;
    for file in ["foreign.pem", "foreign.key"] {
        server.files.write(file, other.files.read(file));
    }
    assert_eq!(renew(&server, "foreign").await, 0, "the handshake ends it");
    assert_eq!(renew(&server, "device").await, 200);
}

#[tokio::test]
async fn a_revoked_device_and_an_expired_certificate_are_refused() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    for (name, unit) in [("device", "00E0C54A1B2C"), ("revoked", "00E0C54A1B2D")] {
        enrol(&server, &server.files, name, unit).await;
        assert_eq!(renew(&server, name).await, 200);
    }
    let unit = domain::UnitId::parse("00E0C54A1B2D").unwrap();
    let id = ums::devices::find(&server.acting(), &unit)
        .await
        .unwrap()
        .unwrap();
    ums::devices::revoke(&server.acting(), id).await.unwrap();
    assert_eq!(renew(&server, "revoked").await, 401);
    assert_eq!(renew(&server, "device").await, 200);
    server.side.clock.advance(Duration::days(364));
    assert_eq!(renew(&server, "device").await, 200);
    server.side.clock.advance(Duration::days(2));
    assert_eq!(renew(&server, "device").await, 0, "the handshake ends it");
}

#[tokio::test]
async fn a_certificate_in_a_header_proves_nothing() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    enrol(&server, &server.files, "device", "00E0C54A1B2C").await;
    let pem = server.files.read("device.pem");
    let begin = pem.find("-----BEGIN").unwrap();
    let escaped = pem[begin..]
        .replace('\n', "%0A")
        .replace('+', "%2B")
        .replace(' ', "%20")
        .replace('=', "%3D");
    let upgrade = [
        "-H",
        "Connection: Upgrade",
        "-H",
        "Upgrade: websocket",
        "-H",
        "Sec-WebSocket-Version: 13",
    ];
    let upgrade = [
        &upgrade[..],
        &["-H", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "--http1.1"],
    ]
    .concat();
    for name in [
        "X-SSL-CERT",
        "x-ssl-cert",
        "X_SSL_CERT",
        "X-CLIENT-CERT",
        "Client-Cert",
    ] {
        let header = format!("{name}: {escaped}");
        let arguments = [&upgrade[..], &["-H", &header]].concat();
        let reply = curl(&server.files, &server.url(paths::WS_CONNECT), &arguments).await;
        assert_eq!(reply.status, 401, "{name}");
        let arguments = ["-H", PKCS10, "--data-binary", "@device.csr", "-H", &header];
        assert_eq!(
            curl(&server.files, &server.url(paths::EST_SIMPLE_REENROLL), &arguments)
                .await
                .status,
            401,
            "{name}"
        );
    }
    assert_eq!(renew(&server, "device").await, 200);
}

#[tokio::test]
async fn requests_that_are_too_weak_or_none_are_refused_with_the_reason() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let files = &server.files;
    files
        .request("weak", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"])
        .await;
    files
        .request(
            "strong",
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        )
        .await;
    files.write("none.csr", "bm90IGEgcmVxdWVzdA==");
    let proof = format!("00E0C54A1B2C:{}", server.key().await);
    for (request, status, reason) in [
        ("@weak.csr", 400, "1024 bits"),
        ("@none.csr", 400, "cannot be read"),
        ("@strong.csr", 200, ""),
    ] {
        let arguments = ["-u", &proof, "-H", PKCS10, "--data-binary", request];
        let reply = curl(files, &server.url(paths::EST_SIMPLE_ENROLL), &arguments).await;
        assert_eq!(reply.status, status, "{request}");
        assert!(reply.body.contains(reason), "{request}: {}", reply.body);
    }
}

#[tokio::test]
async fn what_is_no_enrolment_is_answered_by_its_status() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let files = &server.files;
    files.request("device", &P256).await;
    let enroll = server.url(paths::EST_SIMPLE_ENROLL);
    let nobody = curl(files, &enroll, &["-H", PKCS10, "--data-binary", "@device.csr"]).await;
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.header("www-authenticate").len(), 2, "{}", nobody.headers);
    let proof = format!("00E0C54A1B2C:{}", server.key().await);
    let as_form = curl(files, &enroll, &["-u", &proof, "--data-binary", "@device.csr"]).await;
    assert_eq!(as_form.status, 415);
    assert_eq!(curl(files, &enroll, &["-u", &proof]).await.status, 405);
    for proof in ["00E0C54A1B2C:wrong", "no unit!:key", "00E0C54A1B2C"] {
        let arguments = [
            "-u",
            &format!("{proof}:"),
            "-H",
            PKCS10,
            "--data-binary",
            "@device.csr",
        ];
        assert_eq!(curl(files, &enroll, &arguments).await.status, 401, "{proof}");
    }
    let folder = paths::EST_SIMPLE_ENROLL.trim_end_matches("simpleenroll");
    for other in [
        "serverkeygen",
        "fullcmc",
        "label/simpleenroll",
        "",
        "simpleenroll/",
        "../est/x",
    ] {
        let reply = curl(
            files,
            &server.url(&format!("{folder}{other}")),
            &["-u", &proof, "--path-as-is"],
        )
        .await;
        assert_eq!(reply.status, 404, "{other}");
    }
    let attributes = curl(files, &server.url(paths::EST_CSRATTRS), &[]).await;
    assert_eq!(
        (attributes.status, attributes.header("content-type")),
        (200, vec!["application/csrattrs"])
    );
}
