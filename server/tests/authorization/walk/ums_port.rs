//! The device connector, over real TLS.

use access::Actor as By;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::{Certificate, PrivateKey};
use serde_json::json;
use time::Duration;
use time::format_description::well_known::Rfc3339;

use super::Walk;
use super::heard;
use crate::matrix::{Actor, Kind, Row, Sample, Table, Who, actors, rows};
use crate::stage::company::{Device, device, first_auth_key, foreign_device, new_request};
use crate::stage::{Call, OBS};

const ENROLL: &str = "/device-connector/device/.well-known/est/simpleenroll";
const RENEW: &str = "/device-connector/device/.well-known/est/simplereenroll";
const SOCKET: &str = "/device-connector/device/ws-connect";
const ANNOUNCE: &str = "/device-connector/onboarding";

impl Walk {
    pub async fn connector(&mut self) -> Table {
        let actors = [
            actors::nobody(),
            actors::superuser(&self.stage),
            actors::super_admin(&self.stage),
            actors::device(),
        ];
        let mut table = Table::new("Device connector (over TLS)", &actors.iter().collect::<Vec<_>>());
        table.explain("dv-", "a device that was revoked");
        table.explain("dv'", "a device of another UMS");
        table.explain("ok", "with the proof that the endpoint asks for");
        let company = &self.stage.company;
        let revoked = device(company, "00E0C5000001").await;
        let acting = company.services.acting_as_unchecked(By::CommandLine);
        ums::devices::revoke(&acting, revoked.id).await.unwrap();
        let (key, certificate) = foreign_device("00E0C54A1B2C", company.services.now());

        for row in rows::CONNECTOR {
            let mut cells = Vec::new();
            for actor in &actors {
                cells.push(self.connector_cell(row, actor).await);
            }
            let expected = if row.who == Who::Device {
                401
            } else {
                row.expected(&actors[0])
            };
            cells.push(
                self.over_tls(
                    row,
                    Some((&revoked.key, &revoked.certificate)),
                    expected.to_string(),
                )
                .await,
            );
            cells.push(
                self.over_tls(row, Some((&key, &certificate)), "tls".to_owned())
                    .await,
            );
            cells.push(self.with_proof(row).await);
            table.push(row, cells);
        }
        table
    }

    async fn connector_cell(&mut self, row: &Row, actor: &Actor) -> String {
        let expected = row.expected(actor).to_string();
        if matches!(actor.kind, Kind::Device) {
            // A new one for each call, since one of them changes its certificate.
            let Device { key, certificate, .. } = self.new_device().await;
            return self.over_tls(row, Some((&key, &certificate)), expected).await;
        }
        let call = self.connector_call(row).cookies(actor.cookies(&self.stage).await);
        self.judge(row, None, call, expected).await
    }

    async fn over_tls(
        &mut self,
        row: &Row,
        shown: Option<(&PrivateKey, &Certificate)>,
        expected: String,
    ) -> String {
        let call = self.connector_call(row);
        self.judge(row, shown, call, expected).await
    }

    async fn judge(
        &mut self,
        row: &Row,
        shown: Option<(&PrivateKey, &Certificate)>,
        call: Call,
        expected: String,
    ) -> String {
        let before = self.stage.written();
        let status = match self.port.call(shown, call).await {
            Ok(reply) => reply.status.to_string(),
            Err(_) => "tls".to_owned(),
        };
        let changed = self.stage.written() != before;
        if status != expected {
            self.faults.push(format!(
                "{} {}: {status} instead of {expected}",
                row.method, row.path
            ));
        }
        if changed && !status.starts_with('2') && status != "101" {
            self.faults.push(format!(
                "{} {}: {status}, and the database was changed",
                row.method, row.path
            ));
        }
        let asked = heard::take();
        if !asked.is_empty() {
            self.faults.push(format!("{}: asked for {asked:?}", row.path));
        }
        status
    }

    /// The right kind of request, without a proof.
    fn connector_call(&self, row: &Row) -> Call {
        let call = if row.method == "GET" {
            Call::get(row.path)
        } else {
            Call::new("POST", row.path)
        };
        match row.path {
            ENROLL | RENEW => call.body("application/pkcs10", new_request().1),
            SOCKET => call
                .header("connection", "upgrade")
                .header("upgrade", "websocket")
                .header("sec-websocket-version", "13")
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
                .header("sec-websocket-protocol", protocol::unified::SUBPROTOCOL),
            ANNOUNCE if row.method == "POST" => {
                self.service_says(403, "{}".to_owned());
                call.body("application/json", announcement("a-token-of-nobody"))
            }
            path => {
                assert!(matches!(row.sample, Sample::Nothing), "{path}");
                call
            }
        }
    }

    /// The same with the proof, where there is one.
    async fn with_proof(&mut self, row: &Row) -> String {
        if !matches!(row.who, Who::Proof(_)) {
            return "-".to_owned();
        }
        let call = self.connector_call(row);
        let call = if row.path == ENROLL {
            let key = first_auth_key(&self.stage.company).await;
            let unit = self.unit();
            call.header(
                "authorization",
                format!("Basic {}", STANDARD.encode(format!("{unit}:{key}"))),
            )
        } else {
            let held = ums::certificates::current(&self.stage.company.services).unwrap();
            let claims = json!({
                "audience": held.ums_id().certificate.fingerprint().to_string(),
                "unit_id": self.unit(),
                "email": "ada@contoso.example",
                "issuer": "https://login.contoso.example",
                "expires_at": (self.stage.company.services.now() + Duration::minutes(5)).format(&Rfc3339).unwrap(),
            });
            self.service_says(200, claims.to_string());
            call
        };
        self.judge(row, None, call, row.done.to_string()).await
    }

    /// What the Onboarding Service answers when it is asked about a token.
    fn service_says(&self, status: u16, body: String) {
        self.stage
            .company
            .outside
            .answer(&format!("{OBS}/api/v1/tokens/validate"), status, body);
    }

    async fn new_device(&self) -> Device {
        device(&self.stage.company, &self.unit()).await
    }

    fn unit(&self) -> String {
        format!("00E0C6{:06X}", self.stage.fresh())
    }
}

pub fn announcement(token: &str) -> String {
    json!({ "token": token, "service": OBS }).to_string()
}
