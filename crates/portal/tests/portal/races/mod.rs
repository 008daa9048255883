//! What is asked for at the same time, of several servers over one database (reliability F27 to F31). Each race is run a few times
//! with the other tests, and as often as the design says with `COSMOS_FULL_ROUNDS=1`.

mod codes;
mod edits;
mod forms;
mod links;
mod orders;
mod providers;
mod super_admins;

use access::jobs::Jobs;
use access::{Authorized, Services, Visitor};
use domain::invitation::InvitationDraft;
use domain::{Cloud, Permission};
use store::args;
use test_support::db::TestDb;
use test_support::services::{authorize, client};

use crate::stage::{Person, Stage};

fn visitor(node: &Services<Cloud>, host: u8) -> Visitor<Cloud> {
    Visitor::new(node, client(host))
}

/// The same person at one of several servers.
async fn at<P: Permission<Side = Cloud>>(node: &Services<Cloud>, person: &Person<'_>) -> Authorized<P> {
    authorize(node, &person.token).await.unwrap()
}

fn draft(email: &str) -> InvitationDraft {
    InvitationDraft {
        email: email.to_owned(),
        role: "obs-admin".to_owned(),
        ..InvitationDraft::default()
    }
}

/// Sends what is queued; the token of the last link that came for an address.
async fn token(stage: &Stage, to: &str) -> String {
    let jobs = portal::mails::jobs(Jobs::default());
    jobs.run_due(&stage.cloud.services).await.unwrap();
    let mails = stage.cloud.outside.mails();
    let mail = mails.iter().rev().find(|mail| mail.to == to).unwrap();
    let token = mail.text.split("?token=").nth(1).unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

async fn count(db: &TestDb, what: store::Sql) -> i64 {
    db.read().await.unwrap().scalar(what, args![]).await.unwrap()
}
