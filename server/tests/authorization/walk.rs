//! Calls the endpoints, looks at the answers, and fills the tables.

mod objects;
mod onboarding;
mod ums_port;

use ums::presence::Connection;
use uuid::Uuid;

use super::heard;
use crate::matrix::{Actor, Row, Sample, Table, Who, actors, rows};
use crate::stage::company::{Device, connect, device};
use crate::stage::tenant::{NEXT_SAML_KEY, SAML_IDP, chain_pem, registration, ums_id_pem};
use crate::stage::tls::Port;
use crate::stage::{Call, Reply, Stage};

pub struct Walk {
    pub stage: Stage,
    port: Port,
    /// A device that is connected.
    device: Device,
    /// The token of an invitation, for the next call.
    link: String,
    _online: Connection,
    pub faults: Vec<String>,
}

impl Walk {
    pub async fn open() -> Self {
        heard::listen();
        let stage = Stage::open().await;
        let port = Port::open(&stage).await;
        let device = device(&stage.company, "00E0C54A1B2C").await;
        let online = connect(&stage.company, device.id);
        heard::take();
        Self {
            stage,
            port,
            device,
            link: String::new(),
            _online: online,
            faults: Vec::new(),
        }
    }

    pub async fn portal(&mut self) -> Table {
        let actors = actors::of_the_portal(&self.stage).await;
        let mut table = Table::new(
            "Customer Portal: about objects of one company",
            &actors.iter().collect::<Vec<_>>(),
        );
        for row in &rows::portal() {
            let mut cells = Vec::new();
            for actor in &actors {
                cells.push(self.cell(row, actor).await);
            }
            self.somebody_may(row, &cells);
            table.push(row, cells);
        }
        table
    }

    pub async fn operators(&mut self) -> Table {
        let actors = [
            actors::nobody(),
            actors::operator(&self.stage),
            actors::former_operator(&self.stage).await,
            actors::super_admin(&self.stage),
            actors::superuser(&self.stage),
        ];
        let mut table = Table::new("Operators", &actors.iter().collect::<Vec<_>>());
        for row in rows::OPERATOR {
            let mut cells = Vec::new();
            for actor in &actors {
                cells.push(self.cell(row, actor).await);
            }
            self.somebody_may(row, &cells);
            table.push(row, cells);
        }
        table
    }

    pub async fn web_app(&mut self) -> Table {
        let actors = [
            actors::nobody(),
            actors::operator(&self.stage),
            actors::helper(&self.stage).await,
            actors::superuser(&self.stage),
            actors::super_admin(&self.stage),
            actors::device(),
        ];
        let mut table = Table::new("UMS Web App", &actors.iter().collect::<Vec<_>>());
        for row in rows::WEB_APP {
            let mut cells = Vec::new();
            for actor in &actors {
                cells.push(self.cell(row, actor).await);
            }
            self.somebody_may(row, &cells);
            table.push(row, cells);
        }
        table
    }

    /// One caller at one endpoint.
    async fn cell(&mut self, row: &Row, actor: &Actor) -> String {
        if row.path == rows::ACTIVATE {
            self.set_active(false).await;
        }
        self.prepare(row, actor).await;
        let expected = row.expected(actor);
        let own = self.object(row, &self.stage.contoso).await;
        if matches!(row.sample, Sample::Link(_)) {
            self.link = self.invitation_link().await;
        }
        heard::take();
        let (reply, changed) = self.ask(row, actor, own).await;
        let place = format!("{} {} as {} ({})", row.method, row.path, actor.code, actor.words);
        if reply.status != expected {
            self.faults.push(format!(
                "{place}: {} instead of {expected}: {}",
                reply.status, reply.body
            ));
        }
        let asked = heard::take();
        if asked != row.key().into_iter().collect::<Vec<_>>() {
            self.faults
                .push(format!("{place}: asked for {asked:?} instead of {:?}", row.key()));
        }
        if expected >= 400 && changed {
            self.faults
                .push(format!("{place}: was refused and has changed the database"));
        }
        if (expected >= 400 || actor.is_foreign()) && reply.body.contains("canary of Contoso") {
            self.faults
                .push(format!("{place}: sees what belongs to another company"));
        }
        if row.object().is_some() && matches!(expected, 200 | 404) {
            self.what_is_not_theirs_is_not_there(row, actor, &place).await;
        }
        if row.path == rows::ACTIVATE {
            self.set_active(true).await;
        }
        reply.status.to_string()
    }

    /// Somebody else's object is answered like one that does not exist, to the byte.
    async fn what_is_not_theirs_is_not_there(&mut self, row: &Row, actor: &Actor, place: &str) {
        let (missing, changed) = self
            .ask(
                row,
                actor,
                Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            )
            .await;
        if missing.status != 404 || changed {
            self.faults
                .push(format!("{place}: a missing object gives {}", missing.status));
        }
        if row.is_about_a_tenant() {
            let theirs = if actor.is_foreign() {
                &self.stage.contoso
            } else {
                &self.stage.fabrikam
            };
            let theirs = self.object(row, theirs).await;
            let (foreign, changed) = self.ask(row, actor, theirs).await;
            let visible = |reply: &Reply| {
                let mut headers = reply.headers.clone();
                headers.remove("x-request-id");
                (reply.status, headers, reply.body.clone())
            };
            if visible(&foreign) != visible(&missing) || changed {
                self.faults
                    .push(format!("{place}: foreign {foreign:?}, missing {missing:?}"));
            }
        }
        heard::take();
    }

    /// Calls the endpoint. Says also whether a database has been written to.
    async fn ask(&self, row: &Row, actor: &Actor, id: Uuid) -> (Reply, bool) {
        let mut call = self
            .fill(row, actor, id)
            .cookies(actor.cookies(&self.stage).await);
        if row.path == rows::COMPANY_SIGN_IN {
            let begun = self
                .stage
                .contoso
                .saml_sign_in(&self.stage.cloud, self.stage.fresh())
                .await;
            call = call.cookie((portal::federated::COOKIE, begun));
            heard::take();
        }
        let before = self.stage.written();
        let reply = match actor.kind {
            crate::matrix::Kind::Device => {
                let shown = (&self.device.key, &self.device.certificate);
                self.port.call(Some(shown), call).await.unwrap()
            }
            _ => self.stage.call(call).await,
        };
        (reply, self.stage.written() != before)
    }

    /// The sample of a row, filled.
    fn fill(&self, row: &Row, actor: &Actor, id: Uuid) -> Call {
        let company = if actor.is_foreign() { "Fabrikam" } else { "Contoso" };
        let (n, now) = (self.stage.fresh().to_string(), self.stage.cloud.services.now());
        let fill = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
            let value = |text: &str| match text {
                "{chain}" => chain_pem(now),
                "{ums_id}" => ums_id_pem(now),
                "{issuer}" => self.issuer(),
                "{saml_metadata}" => SAML_IDP.metadata(),
                "{saml_certificate}" => NEXT_SAML_KEY.bare(),
                "{saml_fingerprint}" => NEXT_SAML_KEY.fingerprint(),
                text => text
                    .replace("{n}", &n)
                    .replace("{company}", company)
                    .replace("{id}", &id.to_string())
                    .replace("{token}", &self.link),
            };
            fields
                .iter()
                .map(|(name, text)| ((*name).to_owned(), value(text)))
                .collect()
        };
        let call = if row.method == "GET" {
            Call::get(row.path)
        } else {
            Call::post(row.path)
        };
        match row.sample {
            Sample::Nothing if row.method == "GET" => call,
            Sample::Nothing => call.form::<&str, &str>(&[]),
            Sample::Form(fields) | Sample::FormAbout(_, fields) | Sample::Link(fields) => {
                call.form(&fill(fields))
            }
            Sample::Multipart(fields) | Sample::MultipartAbout(_, fields) => call.multipart(&fill(fields)),
            Sample::About(_) if row.method == "GET" => Call::get(format!("{}?record={id}", row.path)),
            Sample::About(_) => call.form(&[("id", id.to_string())]),
            Sample::Own => panic!("{} is not filled here", row.path),
        }
    }

    /// The positive control: a table of refusals alone proves nothing.
    fn somebody_may(&mut self, row: &Row, cells: &[String]) {
        if !cells.contains(&row.done.to_string()) {
            self.faults
                .push(format!("{} {}: nobody gets {}", row.method, row.path, row.done));
        }
        if !matches!(row.who, Who::Anybody) && cells.iter().all(|cell| *cell == row.done.to_string()) {
            self.faults
                .push(format!("{} {}: nobody is refused", row.method, row.path));
        }
    }

    /// What a sample needs to be there, anew for each caller.
    async fn prepare(&self, row: &Row, actor: &Actor) {
        let cloud = &self.stage.cloud;
        if row.path == rows::RESET_PASSWORD {
            self.stage.contoso.open_link(cloud, rows::RESET_TOKEN).await;
        }
        if let crate::matrix::Kind::Newcomer { holder, .. } = actor.kind {
            self.stage.contoso.end_password(cloud, holder).await;
        }
        if row.path == rows::CONFIRM_REGISTRATION {
            registration(cloud, rows::REGISTRATION_TOKEN, self.stage.fresh(), false).await;
        }
        if row.path == rows::EDIT_ACCOUNT {
            self.stage.contoso.forget_saves(cloud).await;
            self.stage.fabrikam.forget_saves(cloud).await;
        }
        if row.path == rows::END_SESSION
            && let crate::matrix::Kind::User { holder, .. } = actor.kind
        {
            self.stage.contoso.open_session(cloud, holder, 0x55).await;
        }
    }

    async fn set_active(&self, active: bool) {
        self.stage.contoso.set_active(&self.stage.cloud, active).await;
        self.stage.fabrikam.set_active(&self.stage.cloud, active).await;
    }
}
