//! A company in the cloud: its account, its people, and one of everything it can register.

use std::sync::LazyLock;

use access::{Acting, Actor, Authorized, Session, sessions};
use domain::account::AccountDraft;
use domain::case_draft::CaseDraft;
use domain::domain_claim::DomainsDraft;
use domain::id::{
    AccountId, CaseFileId, CaseId, DomainId, OnboardingId, OsIdpId, RegistrationId, RoutingId, SamlIdpId,
    UmsInstanceId, UserId,
};
use domain::operator::OperatorDraft;
use domain::os_idp::OsIdpDraft;
use domain::page::ListQuery;
use domain::routing::RoutingDraft;
use domain::routing_change::AddTarget;
use domain::saml_idp::SamlIdpDraft;
use domain::ums_instance::UmsInstanceDraft;
use domain::user::{UserDraft, UserState};
use domain::{Cloud, Permission};
use pki::authority::ROOT_LIFETIME;
use pki::{Authority, KeyKind, SelfSignedIdentity};
use portal::cases::{Desk, Upload};
use store::{args, sql};
use test_support::saml::{SamlIdp, SamlKey};
use test_support::services::{TestCloud, client};
use time::{Duration, OffsetDateTime};
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

    /// A routing record of its own, in its second version: with a further address, a mapped user and an import.
    pub async fn fresh_routing(&self, cloud: &TestCloud, number: u32) -> RoutingId {
        let draft = RoutingDraft {
            name: format!("Record {number}"),
            domains: String::new(),
            users: self.email(&format!("mapped{number}")),
            ..routing("", self.domain, cloud.services.now())
        };
        let made = portal::routing::register(&self.may(cloud).await, draft)
            .await
            .unwrap();
        let target = AddTarget {
            record: made.row.id.to_string(),
            version: "1".to_owned(),
            host: "further.example".to_owned(),
            port: "8443".to_owned(),
            ..AddTarget::default()
        };
        portal::routing::add_target(&self.may(cloud).await, target)
            .await
            .unwrap();
        // Not by the use case, which counts imports.
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let (id, now) = (made.row.id, tx.now());
        let user = format!("u{id}@mapped.example");
        let insert = sql!(
            "insert into routing_users (id, routing_id, account_id, email_key, email) values ($1, $1, $2, $3, $3)"
        );
        tx.execute_one(insert, args![id, self.account, user])
            .await
            .unwrap();
        let insert = sql!(
            "insert into routing_imports (routing_id, account_id, at, by_name, act, applied, lines)
             values ($1, $2, $3, '', 'add', true, '[]')"
        );
        tx.execute_one(insert, args![id, self.account, now])
            .await
            .unwrap();
        tx.commit_without_event_because("a test makes a record")
            .await
            .unwrap();
        made.row.id
    }

    /// A support case with a file.
    pub async fn case(&self, cloud: &TestCloud) -> (CaseId, CaseFileId) {
        let files = &cloud.services.port::<Desk>().unwrap().files;
        let id = cloud.services.entropy().id(cloud.services.now());
        let content = futures::stream::iter([Ok::<_, std::convert::Infallible>("error 30")]);
        let file = files.receive(id, "device.log", content).await.unwrap();
        let upload = Upload {
            files: vec![file],
            faults: Vec::new(),
        };
        let draft = CaseDraft {
            kind: "support".to_owned(),
            product: "ums".to_owned(),
            severity: "normal".to_owned(),
            subject: "canary".to_owned(),
            text: "canary".to_owned(),
            onboarding: String::new(),
        };
        let auth = self.may(cloud).await;
        (
            portal::cases::submit(&auth, draft, None, upload).await.unwrap(),
            id,
        )
    }

    /// A run that has failed: one of the record.
    pub async fn failed_onboarding(&self, cloud: &TestCloud) -> OnboardingId {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let (id, now): (OnboardingId, _) = (tx.id(), tx.now());
        let email = self.email("ann");
        let insert = sql!(
            "insert into onboardings
                (id, account_id, idp_id, routing_id, probe, email, email_key, client, mac, product, version, code, step, failure,
                 failure_code, failure_cause, created_at, expires_at, step_at)
             values ($1, $2, $1, $3, false, $4, $4, '', '00E0C5123456', 'UD3', '12', 'AAAA', 'failed', 'ums', 30, 'no connection', $5, $5, $5)"
        );
        tx.execute_one(insert, args![id, self.account, self.routing, email, now])
            .await
            .unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        id
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

    /// Makes the password of a user a one-time one.
    pub async fn end_password(&self, cloud: &TestCloud, user: Uuid) {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let ends = tx.now() + time::Duration::DAY;
        let update = sql!("update users set password_ends_at = $2 where id = $1");
        tx.execute_one(update, args![user, ends]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
    }

    /// Makes the account one that nobody has saved.
    pub async fn forget_saves(&self, cloud: &TestCloud) {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        let update = sql!("update accounts set version = 1 where id = $1");
        tx.execute_one(update, args![self.account]).await.unwrap();
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

/// An operator.
pub async fn add_operator(cloud: &TestCloud, email: &str) -> Uuid {
    let acting = cloud.services.acting_as_unchecked(Actor::CommandLine);
    let draft = OperatorDraft {
        email: email.to_owned(),
        ..OperatorDraft::default()
    };
    portal::operators::add(&acting, draft, PASSWORD)
        .await
        .unwrap()
        .into()
}

/// Deletes an operator; the sessions stay.
pub async fn forget_operator(cloud: &TestCloud, id: Uuid) {
    let acting = cloud.services.acting_as_unchecked(Actor::CommandLine);
    let mut tx = acting.begin().await.unwrap();
    tx.execute_one(sql!("delete from operators where id = $1"), args![id])
        .await
        .unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
}

/// A registration with that link, confirmed or not.
pub async fn registration(cloud: &TestCloud, token: &str, number: u32, confirmed: bool) -> Uuid {
    let acting = cloud.services.acting_as_unchecked(Actor::CommandLine);
    let mut tx = acting.begin().await.unwrap();
    let (id, now): (RegistrationId, _) = (tx.id(), tx.now());
    let hash = access::Secret::hash_of(token);
    tx.execute(
        sql!("delete from registrations where token_hash = $1"),
        args![hash.clone()],
    )
    .await
    .unwrap();
    let insert = sql!(
        "insert into registrations
            (id, company, company_key, address, address2, city, post_code, country, region, industry, email, email_key,
             first_name, last_name, phone, language, news, state, token_hash, asked_at, expires_at, confirmed_at, decided_by, reason)
         values ($1, 'Tailspin', 'tailspin', 'Road 1', '', 'Berlin', '10115', 'DE', 'Berlin', 'it', $2, $2, 'Eva', 'Lund',
                 '+49 30 12345', 'en', false, $3, $4, $5, $6, $7, '', '')"
    );
    let email = format!("eva{number}@tailspin.example");
    let state = if confirmed { "confirmed" } else { "asked" };
    let values = args![
        id,
        email,
        state,
        hash,
        now,
        now + time::Duration::DAY,
        confirmed.then_some(now)
    ];
    tx.execute_one(insert, values).await.unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
    id.into()
}

/// A SAML provider for every company, and the certificate it is going to have.
pub static SAML_IDP: LazyLock<SamlIdp> =
    LazyLock::new(|| SamlIdp::new("idp.example", OffsetDateTime::UNIX_EPOCH + Duration::days(36_500)));
pub static NEXT_SAML_KEY: LazyLock<SamlKey> =
    LazyLock::new(|| SamlKey::new(OffsetDateTime::UNIX_EPOCH + Duration::days(36_500)));

impl Tenant {
    /// The domain of the identity providers.
    pub fn saml_domain(&self) -> String {
        self.domain.replace(".example", ".test")
    }

    /// A SAML provider in the place of all others: tested, and not active.
    pub async fn saml_idp(&self, cloud: &TestCloud, number: u32, several: bool) -> SamlIdpId {
        let mut tx = self.acting(cloud).begin().await.unwrap();
        tx.execute(
            sql!("delete from saml_idps where account_id = $1"),
            args![self.account],
        )
        .await
        .unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        let next = if several {
            pem(&NEXT_SAML_KEY)
        } else {
            String::new()
        };
        let draft = SamlIdpDraft {
            issuer: format!("urn:idp:{number}"),
            endpoint: SAML_IDP.endpoint.clone(),
            domains: self.saml_domain(),
            certificate: pem(&SAML_IDP.key) + &next,
            ..SamlIdpDraft::default()
        };
        let auth = self.may(cloud).await;
        let id = portal::saml_idps::register(&auth, draft, domain::Language::English)
            .await
            .unwrap();
        let mut tx = self.acting(cloud).begin().await.unwrap();
        tx.execute_one(
            sql!("update saml_idps set tested_at = 0 where id = $1"),
            args![id],
        )
        .await
        .unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        id
    }

    /// A domain of its own that waits for its proof.
    pub async fn domain_claim(&self, cloud: &TestCloud, number: u32) -> DomainId {
        let domain = format!("canary{number}.{}", self.domain.replace(".example", ".com"));
        let draft = DomainsDraft {
            domains: domain.clone(),
        };
        portal::domains::add(&self.may(cloud).await, draft).await.unwrap();
        let query = ListQuery {
            search: domain,
            ..ListQuery::default()
        };
        let found = portal::domains::list(&self.may(cloud).await, query)
            .await
            .unwrap();
        found.rows[0].id
    }

    /// A registered UMS that nobody has saved.
    pub async fn ums_instance(&self, cloud: &TestCloud, number: u32) -> UmsInstanceId {
        let draft = UmsInstanceDraft {
            name: format!("canary {number}"),
            certificate: ums_id_pem(cloud.services.now()),
            ..UmsInstanceDraft::default()
        };
        let made = portal::ums_instances::register(&self.may(cloud).await, draft).await;
        made.unwrap().id
    }

    /// An IGEL OS IdP without domains.
    pub async fn os_idp(&self, cloud: &TestCloud, number: u32) -> OsIdpId {
        // The clock stands still, so this would be used up.
        let rates = cloud.services.rates();
        rates.forget(portal::os_idps::DISCOVERIES, &self.account.to_string());
        let draft = OsIdpDraft {
            domains: String::new(),
            ..os_idp(&format!("IdP {number}"), self.domain)
        };
        let made = portal::os_idps::register(&self.may(cloud).await, draft).await;
        made.unwrap().id
    }

    /// An active provider.
    pub async fn active_saml_idp(&self, cloud: &TestCloud, number: u32) -> SamlIdpId {
        let id = self.saml_idp(cloud, number, false).await;
        portal::saml_idps::activate(&self.may(cloud).await, id)
            .await
            .unwrap();
        id
    }

    /// The cookie of a browser in which a sign-in at the company's provider has begun.
    pub async fn saml_sign_in(&self, cloud: &TestCloud, number: u32) -> String {
        self.active_saml_idp(cloud, number).await;
        let visitor = access::Visitor::new(&cloud.services, client(u8::try_from(number % 250).unwrap()));
        let begun = portal::federated::begin(&visitor, &format!("a@{}", self.saml_domain()), "/", None).await;
        begun.unwrap().unwrap().browser
    }
}

fn pem(key: &SamlKey) -> String {
    let certificate = key.bare();
    format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n")
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
        ..OsIdpDraft::default()
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
