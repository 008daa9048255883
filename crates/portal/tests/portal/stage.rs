//! Two companies, their people, and what they upload.

use std::sync::Arc;

use access::{Acting, Actor, Authorized, Error, Result, Services, SessionToken, Visitor};
use domain::account::AccountDraft;
use domain::id::AccountId;
use domain::routing::RoutingDraft;
use domain::sign_in::SignInDraft;
use domain::user::UserDraft;
use domain::{Cloud, Fault, Permission, Reason};
use pki::authority::{ROOT_LIFETIME, SERVER_LIFETIME};
use pki::{Authority, KeyKind, SelfSignedIdentity, ServerNames};
use portal::cases::{Desk, Files};
use portal::sign_in::SignedIn;
use portal::{Settings, Users};
use store::{Db, args, sql};
use test_support::db::TestDb;
use test_support::services::{TestCloud, client, cloud, noon};

pub const PASSWORD: &str = "rye bread at seven";

/// Contoso and Fabrikam, each with a Super Admin `admin@…`; each one's domain is trusted.
pub struct Stage {
    pub cloud: TestCloud,
    pub contoso: AccountId,
    pub fabrikam: AccountId,
}

fn settings() -> Settings {
    let trusted = [
        ("contoso.example", "Contoso"),
        ("Contoso.Test", "contoso"),
        ("münchen.example", "Contoso"),
        ("fabrikam.example", "Fabrikam"),
    ];
    Settings {
        portal_url: "http://localhost:8080".to_owned(),
        onboarding_url: "http://localhost:8081".to_owned(),
        trusted_domains: trusted
            .into_iter()
            .map(|(domain, account)| (domain.to_owned(), account.to_owned()))
            .collect(),
    }
}

fn saml_port() -> portal::saml_idps::Saml {
    portal::saml_idps::Saml(Arc::new(saml::Saml::default()))
}

/// Somebody signed in.
pub struct Person<'a> {
    stage: &'a Stage,
    pub token: SessionToken,
}

impl Stage {
    pub async fn open(db: &TestDb) -> Self {
        let cloud = cloud(db, Arc::new(Users)).await;
        let desk = Desk {
            mail: String::new(),
            room: 40,
            files: Files::new(cloud.files()),
        };
        let cloud = cloud
            .with(desk)
            .with(settings())
            .with(portal::registrations::Settings::default())
            .with(saml_port());
        let operator = cloud.services.acting_as_unchecked(Actor::CommandLine);
        let contoso = portal::accounts::create(
            &operator,
            AccountDraft {
                name: "Contoso".to_owned(),
            },
        )
        .await
        .unwrap()
        .id;
        let fabrikam = portal::accounts::create(
            &operator,
            AccountDraft {
                name: "Fabrikam".to_owned(),
            },
        )
        .await
        .unwrap()
        .id;
        let stage = Self {
            cloud,
            contoso,
            fabrikam,
        };
        stage
            .add(contoso, "admin@contoso.example", "super-admin")
            .await
            .unwrap();
        stage
            .add(fabrikam, "admin@fabrikam.example", "super-admin")
            .await
            .unwrap();
        stage
    }

    /// So many servers over this database, by turns with one of two pools of connections: each counts rates for itself.
    pub async fn nodes(&self, db: &TestDb, count: usize) -> Vec<Services<Cloud>> {
        let pools: [Db; 2] = [(**db).clone(), db.again().await];
        let node = |pool| {
            self.cloud
                .node(pool, Arc::new(Users))
                .with(settings())
                .and_then(|node| node.with(portal::registrations::Settings::default()))
                .and_then(|node| node.with(saml_port()))
                .unwrap()
        };
        pools.iter().cycle().take(count).map(node).collect()
    }

    pub fn operator(&self) -> Acting<Cloud> {
        self.cloud.services.acting_as_unchecked(Actor::CommandLine)
    }

    pub async fn add(&self, account: AccountId, email: &str, role: &str) -> Result<domain::id::UserId> {
        let draft = UserDraft {
            email: email.to_owned(),
            roles: vec![role.to_owned()],
            ..UserDraft::default()
        };
        portal::users::add(&self.operator().within(account), draft, PASSWORD).await
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Result<SessionToken> {
        let draft = SignInDraft {
            user: email.to_owned(),
            password: password.to_owned(),
            next: String::new(),
        };
        self.sign_in_from(7, draft).await
    }

    /// Signs in somebody who needs no second factor.
    pub async fn sign_in_from(&self, host: u8, draft: SignInDraft) -> Result<SessionToken> {
        match portal::sign_in::sign_in(&Visitor::new(&self.cloud.services, client(host)), draft).await? {
            SignedIn::Done(token, _) | SignedIn::OneTime(token, _) => Ok(token),
            SignedIn::Held(_) => panic!("a code is asked for"),
        }
    }

    pub async fn sign_in(&self, email: &str) -> Person<'_> {
        Person {
            stage: self,
            token: self.try_sign_in(email, PASSWORD).await.unwrap(),
        }
    }

    /// Contoso's Super Admin, with onboarding active.
    pub async fn active_admin(&self) -> Person<'_> {
        let admin = self.sign_in("admin@contoso.example").await;
        portal::activation::activate(&admin.may().await).await.unwrap();
        admin
    }
}

impl<'a> Person<'a> {
    pub fn new(stage: &'a Stage, token: SessionToken) -> Self {
        Self { stage, token }
    }
}

impl Person<'_> {
    pub async fn may<P: Permission<Side = Cloud>>(&self) -> Authorized<P> {
        self.stage.cloud.authorize(&self.token).await.unwrap()
    }
}

/// The reason for `field` of a refusal.
#[track_caller]
pub fn reason<T>(refused: Result<T>, field: &str) -> Reason {
    match refused.err().expect("a refusal") {
        Error::Fault(Fault::Invalid(invalid)) => invalid
            .reason(field)
            .unwrap_or_else(|| panic!("{invalid:?}"))
            .clone(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub fn fault<T>(refused: Result<T>) -> Fault {
    refused
        .err()
        .expect("a refusal")
        .fault()
        .expect("a fault")
        .clone()
}

/// The audit events of that name: actor, target, account present, details.
pub async fn events(db: &TestDb, name: &str) -> Vec<(String, String, Option<uuid::Uuid>, String)> {
    let select = sql!(
        "select actor_name, target_name, account_id, details from audit_events where name = $1 order by id"
    );
    db.read().await.unwrap().all(select, args![name]).await.unwrap()
}

pub fn root(name: &str) -> Authority {
    Authority::new_root(name, KeyKind::P256, noon(), ROOT_LIFETIME).unwrap()
}

pub fn server(root: &Authority, name: &str) -> pki::Issued {
    let names = ServerNames::new([name]).unwrap();
    root.issue_server(&names, noon(), SERVER_LIFETIME).unwrap()
}

pub fn ums_id(name: &str) -> SelfSignedIdentity {
    SelfSignedIdentity::self_signed(name, noon(), ROOT_LIFETIME).unwrap()
}

pub fn routing_draft() -> RoutingDraft {
    RoutingDraft {
        name: "UMS Berlin".to_owned(),
        host: "UMS.contoso.example".to_owned(),
        port: "8443".to_owned(),
        users: String::new(),
        domains: "contoso.example".to_owned(),
        chain: root("Contoso Root").certificate().pem(),
    }
}
