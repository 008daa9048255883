use std::time::Instant;

use access::jobs::Jobs;
use access::{Result, Visitor};
use domain::password::{ForgottenDraft, ResetDraft, ResetLink};
use domain::permission::PortalSignedIn;
use domain::user::{UserDraft, UserState};
use domain::{Cloud, Conflict, Fault, Reason};
use outside::Mail;
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::client;
use time::Duration;

use crate::stage::{PASSWORD, Stage, events, fault, reason};

pub const ADA: &str = "admin@contoso.example";
pub const NEW: &str = "a loaf for every day";
const A_MOMENT: Duration = Duration::MILLISECOND;

impl Stage {
    fn visitor(&self, host: u8) -> Visitor<Cloud> {
        Visitor::new(&self.cloud.services, client(host))
    }

    pub async fn forget(&self, host: u8, user: &str, email: &str) -> Result<()> {
        let draft = ForgottenDraft {
            user: user.to_owned(),
            email: email.to_owned(),
        };
        portal::passwords::forgotten(&self.visitor(host), draft).await
    }

    /// Does what is queued, and sends what is posted.
    pub async fn work(&self) {
        for jobs in [
            portal::jobs(Jobs::default()),
            portal::mails::jobs(Jobs::default()),
        ] {
            jobs.run_due(&self.cloud.services).await.unwrap();
        }
    }

    /// Asks for a link and reads it in the mail.
    pub async fn token(&self, host: u8) -> String {
        self.forget(host, ADA, ADA).await.unwrap();
        self.work().await;
        token_in(self.cloud.outside.mails().last().unwrap())
    }

    pub async fn reset(&self, token: &str, password: &str) -> Result<()> {
        let draft = ResetDraft {
            token: token.to_owned(),
            password: password.to_owned(),
        };
        portal::passwords::reset(&self.visitor(50), draft).await
    }

    async fn link(&self, token: &str) -> ResetLink {
        portal::passwords::link(&self.visitor(51), token).await.unwrap()
    }
}

/// The token of the link in a mail.
pub fn token_in(mail: &Mail) -> String {
    let (_, rest) = mail
        .text
        .split_once("http://localhost:8080/reset-password?token=")
        .unwrap_or_else(|| panic!("{}", mail.text));
    rest.lines().next().unwrap().to_owned()
}

fn open() -> ResetLink {
    ResetLink::Open { user: ADA.to_owned() }
}

fn over() -> Fault {
    Conflict::ResetLinkOver.into()
}

async fn everything(db: &TestDb) -> String {
    let select = sql!(
        "select coalesce((select string_agg(payload || coalesce(error, ''), ' ') from jobs), '')
             || coalesce((select string_agg(details || target_name, ' ') from audit_events), '')"
    );
    db.read().await.unwrap().scalar(select, args![]).await.unwrap()
}

db_test! {
    Schema::Cloud,

    async fn a_forgotten_password_is_replaced_by_a_link_in_a_mail(db: TestDb) {
        let stage = Stage::open(&db).await;
        let before = stage.sign_in(ADA).await;
        stage.forget(1, " Admin@Contoso.example ", "ADMIN@contoso.example").await.unwrap();
        assert!(stage.cloud.outside.mails().is_empty(), "the request itself sends nothing");
        stage.work().await;
        let [mail] = stage.cloud.outside.mails().try_into().unwrap();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (ADA, "Reset your password"));
        let token = token_in(&mail);
        assert!(mail.html.contains(&format!("href=\"http://localhost:8080/reset-password?token={token}\"")));

        // Looking changes nothing, however often: mail scanners look too.
        for _ in 0..3 {
            assert_eq!(stage.link(&token).await, open());
        }
        stage.reset(&token, NEW).await.unwrap();
        assert_eq!(stage.link(&token).await, ResetLink::Used);
        assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&before.token).await.map(drop)), Fault::SignIn);
        assert_eq!(reason(stage.try_sign_in(ADA, PASSWORD).await, "user"), Reason::WrongCredentials);
        stage.try_sign_in(ADA, NEW).await.unwrap();

        stage.work().await;
        let told = stage.cloud.outside.mails().pop().unwrap();
        assert_eq!((told.to.as_str(), told.subject.as_str()), (ADA, "Your password was changed"));
        assert!(told.text.contains("2026-01-15 at 12:00 UTC") && !told.text.contains(NEW));
        for name in ["user.password_reset_asked", "user.password_reset"] {
            let events = events(&db, name).await;
            assert_eq!(events.len(), 1, "{name}");
            assert_eq!((events[0].1.as_str(), events[0].2), (ADA, Some(stage.contoso.into())));
        }
        assert!(!everything(&db).await.contains(&token), "the token is kept nowhere as it is");
    }

    async fn mails_are_in_the_language_of_the_user(db: TestDb) {
        let stage = Stage::open(&db).await;
        let draft = UserDraft { email: "bert@contoso.example".to_owned(), language: "de".to_owned(), roles: vec!["obs-admin".to_owned()], ..UserDraft::default() };
        portal::users::add(&stage.operator().within(stage.contoso), draft, PASSWORD).await.unwrap();
        stage.forget(1, "bert@contoso.example", "bert@contoso.example").await.unwrap();
        stage.work().await;
        let mail = stage.cloud.outside.mails().pop().unwrap();
        assert_eq!(mail.subject, "Setzen Sie Ihr Passwort zurück");
        assert!(mail.html.contains("lang=\"de\"") && mail.text.contains("eine Stunde"));
    }

    async fn sec_20_nobody_but_the_owner_is_written_to_and_everybody_is_told_the_same(db: TestDb) {
        let stage = Stage::open(&db).await;
        let acting = stage.operator().within(stage.contoso);
        for (email, state) in [("pending@contoso.example", UserState::Pending), ("gone@contoso.example", UserState::Deactivated)] {
            stage.add(stage.contoso, email, "obs-admin").await.unwrap();
            portal::users::set_state(&acting, email, state).await.unwrap();
        }
        stage.add(stage.contoso, "mike@xn--mnchen-3ya.example", "obs-admin").await.unwrap();
        stage.add(stage.contoso, "kim@contoso.example", "obs-admin").await.unwrap();
        for (host, (user, email)) in (1..).zip([
            ("nobody@contoso.example", "nobody@contoso.example"),
            (ADA, "eve@evil.example"),
            (ADA, "admin@fabrikam.example"),
            ("pending@contoso.example", "pending@contoso.example"),
            ("gone@contoso.example", "gone@contoso.example"),
            ("admin@münchen.example", "admin@münchen.example"),
            ("kim@contoso.example.", "kim@contoso.example."),
            ("kim@ｃontoso.example", "eve@ｃontoso.example"),
        ]) {
            let answer = stage.forget(host, user, email).await;
            assert!(answer.is_ok() || matches!(fault(answer), Fault::Invalid(_)), "{user} {email}");
        }
        for (host, bad) in (101..).zip(["mıke@münchen.example", "mike@münchen.example,eve@evil.example", "mike@münchen.example\r\nBcc: eve@evil.example", "\u{212a}im@contoso.example", "straße@contoso.example"]) {
            assert_eq!(reason(stage.forget(host, bad, ADA).await, "user"), Reason::NotAnEmail, "{bad}");
            assert_eq!(reason(stage.forget(host, ADA, bad).await, "email"), Reason::NotAnEmail, "{bad}");
        }
        stage.work().await;
        let to: Vec<_> = stage.cloud.outside.mails().into_iter().map(|mail| mail.to).collect();
        assert!(to.iter().all(|to| to == "kim@contoso.example"), "{to:?}");
        let refused = events(&db, "user.password_reset_refused").await;
        assert!(refused.len() >= 6, "{refused:?}");
        for cause in ["unknown user", "another address", "no access"] {
            assert!(refused.iter().any(|event| event.3.contains(cause)), "{cause}");
        }

        // The same people, asked for as it should be; a domain may be written in both of its ways.
        let sent = to.len();
        stage.forget(200, ADA, ADA).await.unwrap();
        stage.forget(201, "Mike@münchen.example", "mike@XN--mnchen-3ya.example").await.unwrap();
        stage.work().await;
        let mut to: Vec<_> = stage.cloud.outside.mails().into_iter().skip(sent).map(|mail| mail.to).collect();
        to.sort();
        assert_eq!(to, [ADA, "mike@xn--mnchen-3ya.example"]);
    }

    async fn three_requests_an_hour_from_one_address_and_three_at_once_for_one_user(db: TestDb) {
        let stage = Stage::open(&db).await;
        for user in ["a@contoso.example", "b@contoso.example", "c@contoso.example"] {
            stage.forget(1, user, user).await.unwrap();
        }
        assert_eq!(fault(stage.forget(1, ADA, ADA).await), Fault::TooMany { retry_after: 20 * 60 });
        // Known or not, from wherever.
        for user in [ADA, "nobody@contoso.example"] {
            for host in [2, 3, 4] {
                stage.forget(host, user, user).await.unwrap();
            }
            assert_eq!(fault(stage.forget(5, user, user).await), Fault::TooMany { retry_after: 60 * 60 }, "{user}");
        }
        stage.cloud.clock.advance(Duration::minutes(20));
        stage.forget(1, "d@contoso.example", "d@contoso.example").await.unwrap();
        stage.cloud.clock.advance(Duration::minutes(40));
        stage.forget(5, ADA, ADA).await.unwrap();
        assert_eq!(fault(stage.forget(6, ADA, ADA).await), Fault::TooMany { retry_after: 60 * 60 });
    }

    async fn a_link_opens_once_within_an_hour_and_only_the_newest_does(db: TestDb) {
        let stage = Stage::open(&db).await;
        let first = stage.token(1).await;
        let second = stage.token(2).await;
        assert_ne!(first, second);
        assert_eq!((stage.link(&first).await, stage.link(&second).await), (ResetLink::Unknown, open()));
        assert_eq!(fault(stage.reset(&first, NEW).await), over());
        let long = "x".repeat(101);
        for nonsense in ["", "0", long.as_str(), "null", "%00"] {
            assert_eq!(stage.link(nonsense).await, ResetLink::Unknown, "{nonsense}");
            assert_eq!(fault(stage.reset(nonsense, NEW).await), over(), "{nonsense}");
        }
        stage.cloud.clock.advance(Duration::HOUR);
        assert_eq!(stage.link(&second).await, ResetLink::Expired);
        assert_eq!(fault(stage.reset(&second, NEW).await), over());
        let third = stage.token(3).await;
        stage.cloud.clock.advance(Duration::HOUR - A_MOMENT);
        assert_eq!(stage.link(&third).await, open());
        stage.reset(&third, NEW).await.unwrap();
        assert_eq!(fault(stage.reset(&third, "another loaf for every day").await), over());
        stage.try_sign_in(ADA, NEW).await.unwrap();
    }

    async fn a_password_that_is_refused_leaves_the_link_open(db: TestDb) {
        let stage = Stage::open(&db).await;
        let token = stage.token(1).await;
        assert_eq!(reason(stage.reset(&token, "").await, "password"), Reason::Required);
        assert_eq!(reason(stage.reset(&token, "fourteen chars").await, "password"), Reason::TooShort { min: 15 });
        assert_eq!(reason(stage.reset(&token, &"x".repeat(129)).await, "password"), Reason::TooLong { max: 128 });
        assert_eq!(reason(stage.reset(&token, "PasswordPassword").await, "password"), Reason::CommonPassword);
        assert_eq!(reason(stage.reset(&token, "Contoso-Contoso-2026").await, "password"), Reason::CommonPassword);
        stage.try_sign_in(ADA, PASSWORD).await.unwrap();
        stage.reset(&token, "fifteen letters").await.unwrap();
    }

    async fn who_loses_access_meanwhile_cannot_use_the_link(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "second@contoso.example", "super-admin").await.unwrap();
        let token = stage.token(1).await;
        let acting = stage.operator().within(stage.contoso);
        portal::users::set_state(&acting, ADA, UserState::Deactivated).await.unwrap();
        assert_eq!((stage.link(&token).await, fault(stage.reset(&token, NEW).await)), (ResetLink::Unknown, over()));
        portal::users::set_state(&acting, ADA, UserState::Active).await.unwrap();
        stage.reset(&token, NEW).await.unwrap();
    }

    async fn who_has_no_password_any_more_gets_a_link_to_one(db: TestDb) {
        let stage = Stage::open(&db).await;
        let federated = stage.add(stage.contoso, "federated@contoso.example", "obs-admin").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.execute_one(sql!("update users set password_hash = null where id = $1"), args![federated]).await.unwrap();
        tx.commit().await.unwrap();
        // No identity provider is in charge (any more): those who signed in at one need a password. The twin is in `saml`.
        stage.forget(1, "federated@contoso.example", "federated@contoso.example").await.unwrap();
        stage.work().await;
        assert_eq!(stage.cloud.outside.mails().len(), 1);
    }
}

/// 200 requests each: the medians differ by less than 5 ms (SEC-20).
#[tokio::test]
async fn known_and_unknown_users_are_answered_equally_fast() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let stage = Stage::open(&db).await;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..200 {
        stage.cloud.clock.advance(Duration::HOUR);
        for (user, times) in [ADA, "nobody@contoso.example"].into_iter().zip(&mut times) {
            let start = Instant::now();
            stage.forget(1, user, user).await.unwrap();
            times.push(start.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let difference = known.abs_diff(unknown);
    assert!(difference.as_millis() < 5, "{known:?} and {unknown:?}");
}
