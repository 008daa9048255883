use access::{Authorized, Result, Services, Session, SessionToken, Visitor};
use domain::operator::{OperatorDraft, OperatorMe};
use domain::page::ListQuery;
use domain::permission::{OperatorSignedIn, ViewAccounts, ViewRegistrations};
use domain::sign_in::SignInDraft;
use domain::{Fault, Permission, Reason, Vendor};
use store::Schema;
use test_support::db_test;
use test_support::services::client;
use time::Duration;

use crate::passwords::{ADA, NEW};
use crate::stage::{PASSWORD, Stage, events, fault, reason};

pub const OPERATOR: &str = "operator@vendor.example";

/// An operator who is signed in.
pub struct Operator {
    pub services: Services<Vendor>,
    pub token: SessionToken,
    email: String,
}

impl Operator {
    pub async fn open(stage: &Stage) -> Self {
        Self::named(stage, OPERATOR).await
    }

    pub async fn named(stage: &Stage, email: &str) -> Self {
        add(stage, email, PASSWORD).await.unwrap();
        Self::signed_in(stage, email).await
    }

    async fn signed_in(stage: &Stage, email: &str) -> Self {
        let services = portal::operators::side(&stage.cloud.services);
        let token = sign_in(&services, 7, email, PASSWORD).await.unwrap();
        Self {
            services,
            token,
            email: email.to_owned(),
        }
    }

    /// The same operator with a new session: the clock was moved.
    pub async fn again(&self, stage: &Stage) -> Self {
        Self::signed_in(stage, &self.email).await
    }

    pub async fn authorize<P: Permission<Side = Vendor>>(
        &self,
        token: &SessionToken,
    ) -> Result<Authorized<P>> {
        let session = Session::load(&self.services, token).await?;
        Authorized::check(&self.services, session, &client(7)).await
    }

    pub async fn may<P: Permission<Side = Vendor>>(&self) -> Authorized<P> {
        self.authorize(&self.token).await.unwrap()
    }

    pub async fn me(&self) -> OperatorMe {
        portal::operators::me(&self.may().await).await.unwrap()
    }

    /// How many registrations are listed.
    pub async fn listed(&self) -> usize {
        let auth: Authorized<ViewRegistrations> = self.may().await;
        let page = portal::registrations::decisions::list(&auth, ListQuery::default()).await;
        page.unwrap().rows.len()
    }
}

async fn add(stage: &Stage, email: &str, password: &str) -> Result<domain::id::OperatorId> {
    let draft = OperatorDraft {
        email: email.to_owned(),
        ..OperatorDraft::default()
    };
    portal::operators::add(&stage.operator(), draft, password).await
}

async fn sign_in(services: &Services<Vendor>, host: u8, email: &str, password: &str) -> Result<SessionToken> {
    let draft = SignInDraft {
        user: email.to_owned(),
        password: password.to_owned(),
        next: String::new(),
    };
    portal::operators::sign_in::sign_in(&Visitor::new(services, client(host)), draft).await
}

fn wrong() -> Reason {
    Reason::WrongCredentials
}

db_test! {
    Schema::Cloud,

    async fn operators_are_no_users_and_users_no_operators(db: TestDb) {
        let stage = Stage::open(&db).await;
        // The same address may be both; each has its own password and its own sessions.
        add(&stage, ADA, "another loaf for every day").await.unwrap();
        let services = portal::operators::side(&stage.cloud.services);
        assert_eq!(reason(sign_in(&services, 1, ADA, PASSWORD).await, "user"), wrong());
        assert_eq!(reason(stage.try_sign_in(ADA, "another loaf for every day").await, "user"), wrong());
        sign_in(&services, 1, ADA, "another loaf for every day").await.unwrap();
        stage.try_sign_in(ADA, PASSWORD).await.unwrap();
        assert_eq!(reason(sign_in(&services, 1, "nobody@vendor.example", PASSWORD).await, "user"), wrong());
        let refused = events(&db, "operator.sign_in_refused").await;
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().all(|event| event.2.is_none()), "no company sees it");
    }

    async fn the_command_line_adds_changes_and_removes_operators(db: TestDb) {
        let stage = Stage::open(&db).await;
        for (email, password, field, expected) in [
            ("op", PASSWORD, "email", Reason::NotAnEmail),
            (OPERATOR, "too short", "password", Reason::TooShort { min: 15 }),
            (OPERATOR, "PasswordPassword", "password", Reason::CommonPassword),
        ] {
            assert_eq!(reason(add(&stage, email, password).await, field), expected);
        }
        let operator = Operator::open(&stage).await;
        assert_eq!(reason(add(&stage, &OPERATOR.to_uppercase(), PASSWORD).await, "email"), Reason::Taken);
        assert_eq!(operator.me().await.email, OPERATOR);

        portal::operators::set_password(&stage.operator(), OPERATOR, NEW).await.unwrap();
        assert_eq!(fault(operator.authorize::<OperatorSignedIn>(&operator.token).await.map(drop)), Fault::SignIn);
        assert_eq!(reason(sign_in(&operator.services, 2, OPERATOR, PASSWORD).await, "user"), wrong());
        let token = sign_in(&operator.services, 2, OPERATOR, NEW).await.unwrap();
        operator.authorize::<OperatorSignedIn>(&token).await.unwrap();

        portal::operators::remove(&stage.operator(), OPERATOR).await.unwrap();
        assert_eq!(fault(operator.authorize::<OperatorSignedIn>(&token).await.map(drop)), Fault::SignIn);
        assert_eq!(reason(sign_in(&operator.services, 3, OPERATOR, NEW).await, "user"), wrong());
        assert_eq!(fault(portal::operators::remove(&stage.operator(), OPERATOR).await), Fault::NotFound);
        for name in ["operator.added", "operator.password_set", "operator.removed"] {
            assert_eq!(events(&db, name).await.len(), 1, "{name}");
        }
    }

    async fn ten_wrong_passwords_in_a_row_and_then_one_a_minute(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let services = &operator.services;
        for email in [OPERATOR, "nobody@vendor.example"] {
            for _ in 0..10 {
                assert_eq!(reason(sign_in(services, 1, email, "wrong").await, "user"), wrong());
            }
            assert_eq!(fault(sign_in(services, 1, email, PASSWORD).await), Fault::TooMany { retry_after: 60 }, "{email}");
            stage.cloud.clock.advance(Duration::minutes(1));
        }
        // From elsewhere the operator comes in all the while, and that clears the tries from there.
        sign_in(services, 2, OPERATOR, PASSWORD).await.unwrap();
    }

    async fn signing_out_ends_the_session(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        portal::operators::sign_in::sign_out(&operator.may().await).await.unwrap();
        assert_eq!(fault(operator.authorize::<OperatorSignedIn>(&operator.token).await.map(drop)), Fault::SignIn);
        operator.again(&stage).await.me().await;
    }

    async fn operators_see_every_account_its_users_and_what_was_done(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.sign_in(ADA).await;
        stage.cloud.clock.advance(Duration::SECOND);
        portal::activation::activate(&ada.may().await).await.unwrap();
        let operator = Operator::open(&stage).await;
        let auth: Authorized<ViewAccounts> = operator.may().await;
        let accounts = portal::operators::accounts::list(&auth, ListQuery::default()).await.unwrap();
        let names: Vec<_> = accounts.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Contoso", "Fabrikam"]);
        assert_eq!((accounts.rows[0].users, accounts.rows[0].onboarding_active), (1, true));
        let found = ListQuery { search: "fabri".to_owned(), ..ListQuery::default() };
        assert_eq!(portal::operators::accounts::list(&auth, found).await.unwrap().rows.len(), 1);

        let details = portal::operators::accounts::get(&auth, stage.contoso).await.unwrap();
        assert_eq!((details.information.company.as_str(), details.users), ("Contoso", 1));
        assert!(details.services.onboarding.is_some());
        let users = portal::operators::accounts::users(&auth, stage.contoso, ListQuery::default()).await.unwrap();
        assert_eq!((users.rows[0].email.as_str(), users.rows[0].roles.len()), (ADA, 1));
        let events = portal::operators::accounts::events(&auth, stage.contoso, ListQuery::default(), 0).await.unwrap();
        assert_eq!(events.rows.first().unwrap().name, "onboarding.activated", "the newest first");
        assert!(events.rows.iter().all(|event| !event.target.contains("fabrikam")));
        let missing = domain::id::AccountId::from(uuid::Uuid::from_u128(7));
        assert_eq!(fault(portal::operators::accounts::get(&auth, missing).await), Fault::NotFound);
        assert_eq!(fault(portal::operators::accounts::users(&auth, missing, ListQuery::default()).await), Fault::NotFound);
        assert_eq!(fault(portal::operators::accounts::events(&auth, missing, ListQuery::default(), 0).await), Fault::NotFound);
    }
}
