//! The Onboarding Service. Its proofs come from a run that goes as far as each endpoint needs.

use access::{Secret, Visitor};
use domain::ums_instance::UmsInstanceDraft;
use http::header::COOKIE;
use serde_json::{Value, json};
use store::{args, sql};
use test_support::services::client;
use time::Duration;
use uuid::Uuid;

use super::Walk;
use super::heard;
use super::ums_port::announcement;
use crate::matrix::{Row, Table, Who, actors, rows};
use crate::stage::{Call, Reply};

const TOKEN: &str = "the-token-of-a-run-that-was-signed-in-for";

/// A run and what opens it.
struct Run {
    id: Uuid,
    secret: String,
    link: String,
    cookie: String,
}

impl Walk {
    pub async fn onboarding(&mut self) -> Table {
        let actors = [
            actors::nobody(),
            actors::super_admin(&self.stage),
            actors::superuser(&self.stage),
        ];
        let mut table = Table::new("Onboarding Service", &actors.iter().collect::<Vec<_>>());
        table.explain("ok", "with the proof that the endpoint asks for");
        let mut run = self.start().await;
        for row in rows::ONBOARDING {
            let mut cells = Vec::new();
            for actor in &actors {
                let call = self
                    .onboarding_call(row)
                    .cookies(actor.cookies(&self.stage).await);
                let before = self.stage.written();
                let reply = call.send(&self.stage.onboarding).await;
                let changed = self.stage.written() != before;
                self.look(row, &reply, row.expected(actor));
                if reply.status >= 400 && changed {
                    self.faults
                        .push(format!("{}: refused, and the database was changed", row.path));
                }
                cells.push(reply.status.to_string());
            }
            cells.push(match row.who {
                Who::Proof(_) => {
                    let reply = self.proved(row, &mut run).await;
                    self.look(row, &reply, row.done);
                    reply.status.to_string()
                }
                _ => "-".to_owned(),
            });
            table.push(row, cells);
        }
        table
    }

    fn look(&mut self, row: &Row, reply: &Reply, expected: u16) {
        if reply.status != expected {
            self.faults.push(format!(
                "{} {}: {} instead of {expected}: {}",
                row.method, row.path, reply.status, reply.body
            ));
        }
        if reply.body.contains("canary of") {
            self.faults
                .push(format!("{}: strangers see names of companies", row.path));
        }
        let asked = heard::take();
        if !asked.is_empty() {
            self.faults.push(format!("{}: asked for {asked:?}", row.path));
        }
    }

    /// The right kind of request, without a proof.
    fn onboarding_call(&self, row: &Row) -> Call {
        let settings = self.stage.cloud.services.port::<onboarding::Settings>().unwrap();
        let path = match row.path {
            "/obs-{hash}.css" => settings.stylesheet_path(),
            path => path
                .replace("{token}", "a-link-of-nobody")
                .replace("{email}", "ada@contoso.example")
                .replace("{id}", &Uuid::nil().to_string()),
        };
        match (row.method, row.path) {
            ("GET", _) => Call::get(path),
            (_, "/api/v1/onboardings") => {
                Call::new("POST", path).body("application/json", self.device_asks())
            }
            (_, "/api/v1/tokens/validate" | "/api/v1/ums-registration") => {
                Call::new("POST", path).body("application/json", unproved())
            }
            _ => Call::submit(path),
        }
    }

    fn device_asks(&self) -> String {
        let n = self.stage.fresh();
        json!({
            "email": format!("user{n}@contoso.example"), "unit_id": format!("00E0C7{n:06X}"), "mac": "00:e0:c5:4a:1b:2c",
            "product": "UD3", "version": "12.4.0"
        })
        .to_string()
    }

    async fn start(&self) -> Run {
        let call = Call::new("POST", "/api/v1/onboardings").body("application/json", self.device_asks());
        let reply = call.send(&self.stage.onboarding).await;
        let started: Value = serde_json::from_str(&reply.body).unwrap();
        let text = |field: &str| started[field].as_str().unwrap().to_owned();
        let link = text("sign_in_url").rsplit('/').next().unwrap().to_owned();
        Run {
            id: text("id").parse().unwrap(),
            secret: text("secret"),
            link,
            cookie: String::new(),
        }
    }

    async fn proved(&mut self, row: &Row, run: &mut Run) -> Reply {
        let call = match (row.method, row.path) {
            ("GET", "/result") => {
                let run = self.finish().await;
                Call::get("/result").header(COOKIE.as_str(), format!("__Host-onboarding={}", run.cookie))
            }
            ("GET", "/sign-in/{token}") => Call::get(format!("/sign-in/{}", run.link)),
            ("POST", "/sign-in/{token}") => Call::submit(format!("/sign-in/{}", run.link)),
            ("GET", "/test/{token}") => Call::get(self.test_link().await),
            ("POST", "/test/{token}") => Call::submit(self.test_link().await),
            (_, "/api/v1/onboardings/{id}") => Call::get(format!("/api/v1/onboardings/{}", run.id))
                .header("authorization", format!("Bearer {}", run.secret)),
            (_, "/api/v1/tokens/validate" | "/api/v1/ums-registration") => {
                Call::new("POST", row.path).body("application/json", self.question().await)
            }
            (_, path) => panic!("no proof for {path}"),
        };
        call.send(&self.stage.onboarding).await
    }

    /// The page of a test sign-in that an administrator has begun.
    async fn test_link(&self) -> String {
        let cloud = &self.stage.cloud;
        let idp = self.stage.contoso.os_idp(cloud, self.stage.fresh()).await;
        let auth = self.stage.contoso.may(cloud).await;
        portal::os_idps::test::begin(&auth, idp).await.unwrap();
        let waiting = portal::os_idps::test::page(&auth, idp)
            .await
            .unwrap()
            .waiting
            .unwrap();
        heard::take();
        let (_, link) = waiting.url.rsplit_once('/').unwrap();
        format!("/test/{link}")
    }

    /// A run whose person has come back from the identity provider, and whose token waits for the UMS.
    async fn finish(&self) -> Run {
        let mut run = self.start().await;
        let reply = Call::submit(format!("/sign-in/{}", run.link))
            .send(&self.stage.onboarding)
            .await;
        run.cookie = reply.cookie("__Host-onboarding").unwrap().0;
        let mut tx = self
            .stage
            .contoso
            .acting(&self.stage.cloud)
            .begin()
            .await
            .unwrap();
        let now = tx.now();
        let used = sql!("update onboarding_sign_ins set used_at = $2 where onboarding_id = $1");
        tx.execute_one(used, args![run.id, now]).await.unwrap();
        let step = sql!(
            "update onboardings set step = 'announced', issuer = 'https://login.contoso.example' where id = $1"
        );
        tx.execute_one(step, args![run.id]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        run
    }

    /// The question that the real UMS asks about a token, as it was sent.
    async fn question(&self) -> String {
        let run = self.finish().await;
        let (cloud, company) = (&self.stage.cloud, &self.stage.company);
        let held = ums::certificates::current(&company.services).unwrap();
        let ums_id = &held.ums_id().certificate;
        let (acting, fingerprint) = (self.stage.contoso.acting(cloud), ums_id.fingerprint().to_string());
        let known = portal::ums_instances::registered_unscoped(&acting, &fingerprint).await;
        if known.unwrap().is_none() {
            let draft = UmsInstanceDraft {
                name: "The UMS".to_owned(),
                certificate: ums_id.pem(),
                ..UmsInstanceDraft::default()
            };
            portal::ums_instances::register(&self.stage.contoso.may(cloud).await, draft)
                .await
                .unwrap();
        }
        let mut tx = self.stage.contoso.acting(cloud).begin().await.unwrap();
        let now = tx.now();
        let earlier = sql!("delete from onboarding_tokens where hash = $1");
        tx.execute(earlier, args![Secret::hash_of(TOKEN)]).await.unwrap();
        let insert = sql!(
            "insert into onboarding_tokens (onboarding_id, hash, sealed, audience, host, port, chain_pem, state, issued_at, expires_at)
             values ($1, $2, $3, $4, 'ums.contoso.example', 8443, '', 'issued', $5, $6)"
        );
        let fingerprint = ums_id.fingerprint().to_string();
        let until = now + Duration::minutes(5);
        tx.execute_one(
            insert,
            args![
                run.id,
                Secret::hash_of(TOKEN),
                vec![0_u8],
                fingerprint,
                now,
                until
            ],
        )
        .await
        .unwrap();
        tx.commit_without_event_because("a test").await.unwrap();

        let visitor = Visitor::new(&company.services, client(1));
        let announced = serde_json::from_str(&announcement(TOKEN)).unwrap();
        // What it is answered does not matter: it has asked.
        drop(ums::onboarding::announce(&visitor, &announced).await);
        let calls = company.outside.calls();
        let asked = String::from_utf8(calls.last().unwrap().body.to_vec()).unwrap();
        heard::take();
        asked
    }
}

/// A question about a token by somebody who is no UMS.
fn unproved() -> String {
    json!({
        "token": TOKEN, "client_assertion": "a.b.c",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    })
    .to_string()
}
