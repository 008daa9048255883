//! Registrations of companies, from the form to the first log-in.

mod decisions;
mod form;
mod story;

use access::{Authorized, Result, Visitor};
use domain::page::ListQuery;
use domain::password::FirstPasswordDraft;
use domain::permission::{DecideRegistrations, PortalSession, ViewRegistrations};
use domain::registration::{
    ApproveDraft, ConfirmationLink, RefuseDraft, Registration, RegistrationDraft, RegistrationState,
};
use domain::{Cloud, Conflict, Fault, Permission};
use outside::Mail;
use store::{args, sql};
use test_support::db::TestDb;
use test_support::services::client;
use time::Duration;

use crate::operators::Operator;
use crate::stage::{Stage, fault};

pub const EVA: &str = "eva.lund@northwind.example";
/// The address of a user.
const KNOWN: &str = "kai.berg@contoso.example";
const A_MOMENT: Duration = Duration::MILLISECOND;

pub fn draft() -> RegistrationDraft {
    let text = str::to_owned;
    RegistrationDraft {
        company: text("Northwind"),
        address: text("Harbour Road 1"),
        address2: String::new(),
        city: text("Hamburg"),
        post_code: text("20457"),
        country: text("DE"),
        state: text("Hamburg"),
        industry: text("logistics"),
        email: text(EVA),
        first_name: text("Eva"),
        last_name: text("Lund"),
        phone: text("+49 40 123456"),
        language: text("en"),
        news: false,
        privacy: true,
    }
}

impl Stage {
    fn anybody(&self, host: u8) -> Visitor<Cloud> {
        Visitor::new(&self.cloud.services, client(host))
    }

    pub async fn register(&self, host: u8, draft: RegistrationDraft) -> Result<()> {
        portal::registrations::register(&self.anybody(host), draft).await
    }

    /// Registers and reads the token of the link in the mail.
    pub async fn registered(&self, host: u8, draft: RegistrationDraft) -> String {
        let email = draft.email.clone();
        self.register(host, draft).await.unwrap();
        self.work().await;
        token_in(self.mails_to(&email).last().unwrap())
    }

    /// A user whose address belongs to one person.
    async fn add_known(&self) {
        self.add(self.contoso, KNOWN, "obs-admin").await.unwrap();
    }

    async fn opened(&self, token: &str) -> ConfirmationLink {
        portal::registrations::link(&self.anybody(90), token)
            .await
            .unwrap()
    }

    pub async fn confirm(&self, token: &str) -> Result<()> {
        portal::registrations::confirm(&self.anybody(91), token).await
    }

    fn mails_to(&self, to: &str) -> Vec<Mail> {
        let mails = self.cloud.outside.mails();
        mails.into_iter().filter(|mail| mail.to == to).collect()
    }
}

impl Operator {
    pub async fn waiting(&self) -> Registration {
        let auth: Authorized<ViewRegistrations> = self.may().await;
        let page = portal::registrations::decisions::list(&auth, ListQuery::default())
            .await
            .unwrap();
        let row = page
            .rows
            .iter()
            .find(|row| row.state == RegistrationState::Confirmed)
            .unwrap();
        portal::registrations::decisions::get(&auth, row.id)
            .await
            .unwrap()
    }

    pub async fn approve(&self, id: impl ToString, name: &str) -> Result<domain::id::AccountId> {
        let auth: Authorized<DecideRegistrations> = self.may().await;
        let draft = ApproveDraft {
            id: id.to_string(),
            name: name.to_owned(),
        };
        portal::registrations::decisions::approve(&auth, draft).await
    }

    pub async fn refuse(&self, id: impl ToString, reason: &str) -> Result<()> {
        let auth: Authorized<DecideRegistrations> = self.may().await;
        let draft = RefuseDraft {
            id: id.to_string(),
            reason: reason.to_owned(),
        };
        portal::registrations::decisions::refuse(&auth, draft).await
    }
}

/// The token of the link in a mail.
pub fn token_in(mail: &Mail) -> String {
    let (_, rest) = mail
        .text
        .split_once("http://localhost:8080/register/confirm?token=")
        .unwrap_or_else(|| panic!("{}", mail.text));
    rest.lines().next().unwrap().to_owned()
}

/// The one-time password in a mail.
pub fn password_in(mail: &Mail) -> String {
    let (_, rest) = mail
        .text
        .split_once("One-time password: ")
        .unwrap_or_else(|| panic!("{}", mail.text));
    rest.lines().next().unwrap().trim().to_owned()
}

fn over() -> Fault {
    Conflict::RegistrationLinkOver.into()
}

fn decided() -> Fault {
    Conflict::RegistrationDecided.into()
}

async fn count(db: &TestDb, table: &'static str) -> i64 {
    let select = match table {
        "registrations" => sql!("select count(*) from registrations"),
        "accounts" => sql!("select count(*) from accounts"),
        other => panic!("{other}"),
    };
    db.read().await.unwrap().scalar(select, args![]).await.unwrap()
}

async fn first_password(
    stage: &Stage,
    token: &access::SessionToken,
    password: &str,
) -> Result<access::SessionToken> {
    let auth: Authorized<PortalSession> = stage.cloud.authorize(token).await?;
    portal::first_password::set(
        &auth,
        FirstPasswordDraft {
            password: password.to_owned(),
        },
    )
    .await
}

async fn refused<P: Permission<Side = Cloud>>(stage: &Stage, token: &access::SessionToken) -> Fault {
    fault(stage.cloud.authorize::<P>(token).await.map(drop))
}
