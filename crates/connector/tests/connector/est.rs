use protocol::paths;
use serde_json::json;
use store::Schema;
use test_support::db_test;
use time::Duration;
use time::format_description::well_known::Rfc3339;

use crate::server::{OBS, Server};
use crate::tools::{P256, curl};

const PKCS10: &str = "Content-Type: application/pkcs10";

db_test! {
    Schema::Company,

    /// The whole life of a certificate, by curl and openssl alone.
    async fn curl_and_openssl_enrol_and_renew_with_http_basic(db: TestDb) {
        let server = Server::start(&db).await;
        let files = &server.files;
        let cacerts = curl(files, &server.url(paths::EST_CACERTS), &[]).await;
        assert_eq!(cacerts.status, 200);
        assert_eq!(cacerts.header("content-type"), ["application/pkcs7-mime"]);
        assert_eq!(cacerts.header("content-transfer-encoding"), ["base64"]);
        files.certificates(&cacerts, "authorities.pem").await;
        let authorities = files.read("authorities.pem");
        assert_eq!(authorities.matches("BEGIN CERTIFICATE").count(), 2);
        assert!(authorities.contains("UMS Device CA") && authorities.contains("UMS Web Root CA"), "{authorities}");

        files.request("device", &P256).await;
        let proof = format!("00e0c54a1b2c:{}", server.key().await);
        let enroll = server.url(paths::EST_SIMPLE_ENROLL);
        let enrolled = curl(files, &enroll, &["-u", &proof, "-H", PKCS10, "--data-binary", "@device.csr"]).await;
        assert_eq!(enrolled.status, 200, "{}", enrolled.body);
        assert_eq!(enrolled.header("content-type"), ["application/pkcs7-mime; smime-type=certs-only"]);
        files.certificates(&enrolled, "device.pem").await;
        files.run("openssl", &["verify", "-purpose", "sslclient", "-CAfile", "authorities.pem", "device.pem"]).await;
        let text = files.run("openssl", &["x509", "-in", "device.pem", "-noout", "-text"]).await;
        assert!(text.contains("CN = 00E0C54A1B2C") && text.contains("TLS Web Client Authentication"), "{text}");
        for asked in ["CA:TRUE", "foreign", "ums.contoso.example"] {
            assert!(!text.contains(asked), "{asked} was asked for and granted:\n{text}");
        }

        files.request("renewed", &P256).await;
        let reenroll = server.url(paths::EST_SIMPLE_REENROLL);
        let request = ["-H", PKCS10, "--data-binary", "@renewed.csr"];
        let stranger = curl(files, &reenroll, &request).await;
        assert_eq!(stranger.status, 401);
        let renewed = curl(files, &reenroll, &[&request[..], &["--cert", "device.pem", "--key", "device.key"]].concat()).await;
        assert_eq!(renewed.status, 200, "{}", renewed.body);
        files.certificates(&renewed, "renewed.pem").await;
        let subject = files.run("openssl", &["x509", "-in", "renewed.pem", "-noout", "-subject"]).await;
        assert_eq!(subject.trim(), "subject=CN = 00E0C54A1B2C");
        files.run("openssl", &["verify", "-CAfile", "authorities.pem", "renewed.pem"]).await;

        // The one-time key is used up: the device itself may ask again, nobody else.
        let again = curl(files, &enroll, &["-u", &proof, "-H", PKCS10, "--data-binary", "@device.csr"]).await;
        assert_eq!((again.status, again.body), (200, enrolled.body));
        let other = proof.replace("00e0c54a1b2c", "00e0c54a1b2d");
        let other = curl(files, &enroll, &["-u", &other, "-H", PKCS10, "--data-binary", "@device.csr"]).await;
        assert_eq!(other.status, 401);
    }

    async fn an_announced_device_enrols_with_its_token(db: TestDb) {
        let server = Server::start(&db).await;
        let files = &server.files;
        let onboarding = server.url(paths::UMS_ONBOARDING);
        let identity = curl(files, &onboarding, &[]).await;
        let identity: serde_json::Value = serde_json::from_str(&identity.body).unwrap();
        files.write("ums-id.pem", identity["certificate_pem"].as_str().unwrap());
        let print = files.run("openssl", &["x509", "-in", "ums-id.pem", "-noout", "-fingerprint", "-sha256"]).await;
        assert!(print.trim().ends_with(identity["ums_id_fingerprint"].as_str().unwrap()), "{print}");

        let claims = json!({
            "audience": identity["ums_id_fingerprint"],
            "unit_id": "00E0C54A1B2C",
            "email": "ada@contoso.example",
            "issuer": "https://idp.contoso.example",
            "expires_at": (server.acting().now() + Duration::minutes(5)).format(&Rfc3339).unwrap(),
        });
        server.side.outside.answer(&format!("{OBS}/api/v1/tokens/validate"), 200, claims.to_string());
        let announce = |service: &str| json!({"token": "secret-token", "service": service}).to_string();
        let post = |body| ["-H".to_owned(), "Content-Type: application/json".to_owned(), "-d".to_owned(), body];
        for (service, status) in [("https://obs.attacker.example", 403), (OBS, 201)] {
            let arguments = post(announce(service));
            let reply = curl(files, &onboarding, &arguments.each_ref().map(String::as_str)).await;
            assert_eq!(reply.status, status, "{service}: {}", reply.body);
        }

        let enroll = server.url(paths::EST_SIMPLE_ENROLL);
        for name in ["device", "other"] {
            files.request(name, &P256).await;
        }
        let mut certificates = Vec::new();
        for (request, status) in [("@device.csr", 200), ("@other.csr", 401), ("@device.csr", 200)] {
            let arguments = ["-H", "Authorization: Bearer secret-token", "-H", PKCS10, "--data-binary", request];
            let reply = curl(files, &enroll, &arguments).await;
            assert_eq!(reply.status, status, "{request}: {}", reply.body);
            certificates.push(reply.body);
        }
        assert_eq!(certificates[0], certificates[2], "a lost answer is given again");

        server.side.clock.advance(Duration::minutes(5));
        let late = ["-H", "Authorization: Bearer secret-token", "-H", PKCS10, "--data-binary", "@device.csr"];
        assert_eq!(curl(files, &enroll, &late).await.status, 401);
    }
}
