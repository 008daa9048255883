//! A company in the cloud: its account, its people, and one of everything it can register.

use access::{Acting, Actor, Authorized, Session, sessions};
use domain::account::AccountDraft;
use domain::id::{AccountId, RoutingId, UserId};
use domain::os_idp::OsIdpDraft;
use domain::routing::RoutingDraft;
use domain::ums_instance::UmsInstanceDraft;
use domain::user::{UserDraft, UserState};
use domain::{Cloud, Permission};
use pki::authority::ROOT_LIFETIME;
use pki::{Authority, KeyKind, SelfSignedIdentity};
use store::{args, sql};
use test_support::services::{TestCloud, client};
use time::OffsetDateTime;
use uuid::Uuid;

use super::PASSWORD;

pub struct Tenant {
    pub account: AccountId,
    pub domain: &'static str,
    /// Its Super Admin, `admin@…`.
    pub admin: UserId,
    pub routing: RoutingId,
}

impl Tenant {
    /// Every name that somebody of another company could see by mistake holds the word `canary` and the company's name.
    pub async fn open(cloud: &TestCloud, name: &str, domain: &'static str) -> Self {
        let operator = cloud.services.acting_as_unchecked(Actor::CommandLine);
        let account = portal::accounts::create(
            &operator,
            AccountDraft {
                name: name.to_owned(),
            },
        )
        .await
        .unwrap()
        .id;
        let mut tenant = Self {
            account,
            domain,
            admin: UserId::from(Uuid::nil()),
            routing: RoutingId::from(Uuid::nil()),
        };
        tenant.admin = tenant.add(cloud, "admin", &["super-admin"]).await;
        let canary = format!("canary of {name}");
        portal::activation::activate(&tenant.may(cloud).await)
            .await
            .unwrap();
        portal::os_idps::register(&tenant.may(cloud).await, os_idp(&canary, domain))
            .await
            .unwrap();
        let now = cloud.services.now();
        let made = portal::routing::register(&tenant.may(cloud).await, routing(&canary, domain, now))
            .await
            .unwrap();
        let ums = UmsInstanceDraft {
            name: canary,
            certificate: ums_id_pem(now),
            ..UmsInstanceDraft::default()
        };
        portal::ums_instances::register(&tenant.may(cloud).await, ums)
            .await
            .unwrap();
        Self {
            routing: made.row.id,
            ..tenant
        }
    }

    pub fn acting(&self, cloud: &TestCloud) -> Acting<Cloud> {
        cloud
            .services
            .acting_as_unchecked(Actor::CommandLine)
            .within(self.account)
    }

    /// A user with these roles.
    pub async fn add(&self, cloud: &TestCloud, name: &str, roles: &[&str]) -> UserId {
        let draft = UserDraft {
            email: self.email(name),
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            ..UserDraft::default()
        };
        portal::users::add(&self.acting(cloud), draft, PASSWORD)
            .await
            .unwrap()
    }

    pub fn email(&self, name: &str) -> String {
        format!("{name}@{}", self.domain)
    }

    pub async fn set_state(&self, cloud: &TestCloud, name: &str, state: UserState) {
        portal::users::set_state(&self.acting(cloud), &self.email(name), state)
            .await
            .unwrap();
    }

    /// A link for a new password of the Super Admin, with a token that the test knows.
    pub async fn open_link(&self, cloud: &TestCloud, token: &str) {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let now = tx.now();
        let upsert = sql!(
            "insert into password_resets (user_id, token_hash, asked_at, expires_at) values ($1, $2, $3, $4)
             on conflict (user_id) do update set token_hash = $2, expires_at = $4, used_at = null"
        );
        let hash = access::Secret::hash_of(token);
        tx.execute_one(upsert, args![self.admin, hash, now, now + time::Duration::HOUR])
            .await
            .unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
    }

    /// A session of `holder`, each byte of whose id is `byte`.
    pub async fn open_session(&self, cloud: &TestCloud, holder: Uuid, byte: u8) {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let (id, now) = (vec![byte; 32], tx.now());
        tx.execute(sql!("delete from sessions where id = $1"), args![id.clone()])
            .await
            .unwrap();
        let insert = sql!(
            "insert into sessions (id, holder, created_at, seen_at, data, address, agent) values ($1, $2, $3, $3, '{}', '', '')"
        );
        tx.execute_one(insert, args![id, holder, now]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
    }

    /// Takes a role from a user; the sessions stay.
    pub async fn take_role(&self, cloud: &TestCloud, user: UserId, role: &str) {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        tx.execute_one(
            sql!("delete from user_roles where user_id = $1 and role = $2"),
            args![user, role],
        )
        .await
        .unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
    }

    /// Whether IGEL OS Onboarding is active for the company.
    pub async fn set_active(&self, cloud: &TestCloud, active: bool) {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let at = active.then_some(tx.now());
        let by = active.then_some("a test");
        let change =
            sql!("update accounts set onboarding_active_at = $2, onboarding_active_by = $3 where id = $1");
        tx.execute_one(change, args![self.account, at, by]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
    }

    /// Its Super Admin with a permission.
    pub async fn may<P: Permission<Side = Cloud>>(&self, cloud: &TestCloud) -> Authorized<P> {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let token = sessions::start(&mut tx, &cloud.services, self.admin, &client(7))
            .await
            .unwrap();
        tx.commit_without_event_because("a test signs in").await.unwrap();
        let session = Session::load(&cloud.services, &token).await.unwrap();
        Authorized::check(&cloud.services, session, &client(7))
            .await
            .unwrap()
    }
}

fn os_idp(name: &str, domain: &str) -> OsIdpDraft {
    OsIdpDraft {
        name: name.to_owned(),
        client_id: "cosmos".to_owned(),
        client_secret: "secret of the client".to_owned(),
        issuer: String::new(),
        authorization_endpoint: format!("https://login.{domain}/authorize"),
        token_endpoint: format!("https://login.{domain}/token"),
        domains: domain.to_owned(),
    }
}

fn routing(name: &str, domain: &str, now: OffsetDateTime) -> RoutingDraft {
    RoutingDraft {
        name: name.to_owned(),
        host: format!("ums.{domain}"),
        port: "8443".to_owned(),
        domains: domain.to_owned(),
        chain: chain_pem(now),
        ..RoutingDraft::default()
    }
}

/// A root that nobody else has.
pub fn chain_pem(now: OffsetDateTime) -> String {
    Authority::new_root("A root", KeyKind::P256, now, ROOT_LIFETIME)
        .unwrap()
        .certificate()
        .pem()
}

/// A UMS ID that nobody else has.
pub fn ums_id_pem(now: OffsetDateTime) -> String {
    SelfSignedIdentity::self_signed("A UMS", now, ROOT_LIFETIME)
        .unwrap()
        .certificate
        .pem()
}
