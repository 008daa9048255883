//! "Bring your IdP" and signing in there, with a provider that signs for real.

mod answers;
mod people;
mod providers;

use access::{Result, Visitor};
use domain::id::{SamlIdpId, UserId};
use domain::saml_idp::SamlIdpDraft;
use domain::sign_in::Refused;
use domain::{Cloud, Language};
use portal::federated::{self, Begun, Ended};
use portal::saml_idps as idps;
use store::{args, sql};
use test_support::db::TestDb;
use test_support::saml::{SamlIdp, SamlPerson, asked};
use test_support::services::{client, noon};
use time::Duration;

use crate::stage::{Person, Stage};

pub const ADA: &str = "ada@contoso.example";

pub fn provider() -> SamlIdp {
    SamlIdp::new("idp.contoso.example", noon() + Duration::days(365))
}

fn draft(idp: &SamlIdp, domains: &str) -> SamlIdpDraft {
    SamlIdpDraft {
        metadata: idp.metadata(),
        domains: domains.to_owned(),
        ..SamlIdpDraft::default()
    }
}

fn visitor(stage: &Stage) -> Visitor<Cloud> {
    Visitor::new(&stage.cloud.services, client(9))
}

async fn register(admin: &Person<'_>, draft: SamlIdpDraft) -> Result<SamlIdpId> {
    idps::register(&admin.may().await, draft, Language::English).await
}

/// A provider of Contoso that nobody has tested.
pub async fn registered(admin: &Person<'_>) -> SamlIdpId {
    register(admin, draft(&provider(), "contoso.example"))
        .await
        .unwrap()
}

/// The version that its page shows, for its forms.
pub async fn seen(admin: &Person<'_>, id: SamlIdpId) -> String {
    let shown = idps::get(&admin.may().await, id, Language::English)
        .await
        .unwrap();
    shown.idp.version.to_string()
}

/// What the browser of `begun` brings back.
async fn answer(stage: &Stage, begun: &Begun, idp: &SamlIdp, person: &SamlPerson) -> Ended {
    let asked = asked(&begun.url);
    let response = idp.answer(&asked, person, stage.cloud.services.now());
    federated::answer(
        &visitor(stage),
        Some(&begun.browser),
        &asked.relay_state,
        response,
    )
    .await
    .unwrap()
}

async fn tested(
    stage: &Stage,
    admin: &Person<'_>,
    id: SamlIdpId,
    idp: &SamlIdp,
    person: &SamlPerson,
) -> Ended {
    let begun = idps::begin_test(&admin.may().await, id, None).await.unwrap();
    answer(stage, &begun, idp, person).await
}

/// An active provider of Contoso for its domain, and the admin who registered it.
pub async fn active<'a>(stage: &'a Stage, idp: &SamlIdp) -> (Person<'a>, SamlIdpId) {
    active_with(stage, idp, false).await
}

async fn active_with<'a>(stage: &'a Stage, idp: &SamlIdp, provision: bool) -> (Person<'a>, SamlIdpId) {
    let admin = stage.sign_in("admin@contoso.example").await;
    let form = SamlIdpDraft {
        provision,
        ..draft(idp, "contoso.example")
    };
    let id = register(&admin, form).await.unwrap();
    let tester = SamlPerson::new("tester", "tester@contoso.example");
    assert!(matches!(
        tested(stage, &admin, id, idp, &tester).await,
        Ended::Tested(_)
    ));
    idps::activate(&admin.may().await, id).await.unwrap();
    (admin, id)
}

pub async fn begun(stage: &Stage, email: &str) -> Begun {
    federated::begin(&visitor(stage), email, "/services/ums", None)
        .await
        .unwrap()
        .expect("a provider")
}

async fn sign_in(stage: &Stage, idp: &SamlIdp, person: &SamlPerson) -> Ended {
    answer(stage, &begun(stage, &person.email).await, idp, person).await
}

#[track_caller]
fn refused(ended: &Ended) -> Refused {
    match ended {
        Ended::Refused(why) => *why,
        other => panic!("{other:?}"),
    }
}

/// The session of a sign-in.
#[track_caller]
fn session(stage: &Stage, ended: Ended) -> Person<'_> {
    match ended {
        Ended::SignedIn { token, .. } => Person::new(stage, token),
        other => panic!("{other:?}"),
    }
}

pub async fn sessions(db: &TestDb) -> i64 {
    let count = sql!("select count(*) from sessions where holder is not null");
    db.read().await.unwrap().scalar(count, args![]).await.unwrap()
}

async fn requests(db: &TestDb) -> i64 {
    let count = sql!("select count(*) from saml_requests");
    db.read().await.unwrap().scalar(count, args![]).await.unwrap()
}

pub async fn ada(stage: &Stage) -> UserId {
    stage.add(stage.contoso, ADA, "obs-admin").await.unwrap()
}

pub fn at_provider() -> SamlPerson {
    SamlPerson::new("ada", ADA)
}
