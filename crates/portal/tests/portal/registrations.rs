use std::time::Instant;

use access::{Authorized, Error, Result, Visitor};
use domain::page::ListQuery;
use domain::password::FirstPasswordDraft;
use domain::permission::{
    DecideRegistrations, PortalSession, PortalSignedIn, ViewAccount, ViewRegistrations,
};
use domain::registration::{
    ApproveDraft, ConfirmationLink, LegalText, MailFact, RefuseDraft, Registration, RegistrationDraft,
    RegistrationState,
};
use domain::{Cloud, Conflict, Fault, Language, Permission, Reason};
use outside::{DnsError, Mail, Mx};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::client;
use time::Duration;

use crate::operators::{OPERATOR, Operator};
use crate::passwords::{ADA, NEW};
use crate::stage::{PASSWORD, Stage, events, fault, reason};

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

db_test! {
    Schema::Cloud,

    async fn from_the_registration_to_the_first_log_in(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        stage.register(1, RegistrationDraft { email: " Eva.Lund@Northwind.example ".to_owned(), ..draft() }).await.unwrap();
        assert_eq!(count(&db, "registrations").await, 0, "the request itself makes nothing");
        stage.work().await;
        let mail = stage.cloud.outside.mails().pop().unwrap();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("Eva.Lund@northwind.example", "Confirm your registration"));
        let token = token_in(&mail);

        // Looking changes nothing, however often: mail scanners look too.
        for _ in 0..3 {
            assert!(matches!(stage.opened(&token).await, ConfirmationLink::Open { company, .. } if company == "Northwind"));
        }
        assert_eq!(operator.listed().await, 0, "operators see only what was confirmed");
        stage.confirm(&token).await.unwrap();
        assert_eq!(stage.opened(&token).await, ConfirmationLink::Confirmed);
        stage.work().await;
        assert_eq!(stage.mails_to(OPERATOR)[0].subject, "Registration to check: Northwind");
        assert_eq!(operator.me().await.waiting, 1);

        let waiting = operator.waiting().await;
        assert_eq!((waiting.information.city.as_str(), waiting.row.name.as_str()), ("Hamburg", "Eva Lund"));
        let account = operator.approve(waiting.row.id, "Northwind").await.unwrap();
        stage.work().await;
        let mail = stage.cloud.outside.mails().pop().unwrap();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("Eva.Lund@northwind.example", "Your registration is approved"));
        let password = password_in(&mail);
        assert_eq!(password.len(), 24);

        let session = stage.try_sign_in(EVA, &password).await.unwrap();
        // Nothing is open but setting a password and leaving; the door says so.
        for asked in [refused::<PortalSignedIn>(&stage, &session).await, refused::<ViewAccount>(&stage, &session).await] {
            assert_eq!(asked, Fault::Forbidden);
        }
        assert_eq!(reason(first_password(&stage, &session, "too short").await, "password"), Reason::TooShort { min: 15 });
        assert_eq!(reason(first_password(&stage, &session, "Northwind-Northwind-1").await, "password"), Reason::CommonPassword);
        assert_eq!(reason(first_password(&stage, &session, &password).await, "password"), Reason::SamePassword);
        let renewed = first_password(&stage, &session, NEW).await.unwrap();
        assert_eq!(refused::<PortalSession>(&stage, &session).await, Fault::SignIn, "the session goes on under a new id");
        let me = portal::users::me(&stage.cloud.authorize(&renewed).await.unwrap()).await.unwrap();
        assert_eq!((me.account.as_str(), me.roles.as_slice()), ("Northwind", [domain::Role::SuperAdmin].as_slice()));
        assert_eq!(fault(first_password(&stage, &renewed, NEW).await), Conflict::NoOneTimePassword.into());
        assert_eq!(reason(stage.try_sign_in(EVA, &password).await, "user"), Reason::WrongCredentials);
        stage.try_sign_in(EVA, NEW).await.unwrap();

        for (name, actor) in [("registration.approved", OPERATOR), ("account.created", OPERATOR), ("user.added", OPERATOR), ("user.first_password_set", "Eva.Lund@Northwind.example")] {
            let noted = events(&db, name).await;
            let of_account: Vec<_> = noted.iter().filter(|event| event.2 == Some(account.into())).collect();
            assert_eq!(of_account.len(), 1, "{name}");
            assert_eq!(of_account[0].0, actor, "{name}");
        }
        let everything = sql!(
            "select coalesce((select string_agg(payload || coalesce(error, ''), ' ') from jobs), '')
                 || coalesce((select string_agg(details || target_name, ' ') from audit_events), '')"
        );
        let everything: String = db.read().await.unwrap().scalar(everything, args![]).await.unwrap();
        assert!(!everything.contains(&password) && !everything.contains(&token), "{everything}");
    }

    async fn who_may_not_register_is_told_why_on_the_field(db: TestDb) {
        let stage = Stage::open(&db).await;
        for (email, expected) in [
            ("eva@gmail.com", Reason::FreeMailDomain),
            ("eva@mailinator.com", Reason::DisposableDomain),
            ("info@northwind.example", Reason::GenericMailbox),
            ("support-team@northwind.example", Reason::GenericMailbox),
            ("eva@co.uk", Reason::PublicSuffix),
            ("eva", Reason::NotAnEmail),
            ("", Reason::Required),
            // SEC-22: no letters that look like others.
            ("еva@northwind.example", Reason::NotAnEmail),
            ("eva@northwind.example\r\nBcc: x@evil.example", Reason::NotAnEmail),
        ] {
            let answer = stage.register(1, RegistrationDraft { email: email.to_owned(), ..draft() }).await;
            assert_eq!(reason(answer, "email"), expected, "{email}");
        }
        // Every fault at once, those of the lists among them.
        let wrong = RegistrationDraft { email: "info@gmail.com".to_owned(), company: String::new(), privacy: false, ..draft() };
        let Fault::Invalid(invalid) = fault(stage.register(1, wrong).await) else { panic!("a field is wrong") };
        let fields: Vec<_> = invalid.fields.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["company", "privacy", "email"]);
        stage.work().await;
        assert!(stage.cloud.outside.mails().is_empty());
        // What was refused does not count; three an hour do.
        for _ in 0..3 {
            stage.cloud.clock.advance(Duration::HOUR);
            stage.register(1, draft()).await.unwrap();
        }
    }

    async fn an_address_in_use_is_answered_like_any_other_and_its_owner_is_told(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        stage.add_known().await;
        stage.register(1, RegistrationDraft { email: KNOWN.to_uppercase(), language: "de".to_owned(), ..draft() }).await.unwrap();
        stage.work().await;
        let [mail] = stage.cloud.outside.mails().try_into().unwrap();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (KNOWN, "You are registered already"));
        assert_eq!(count(&db, "registrations").await, 0);
        assert!(events(&db, "registration.repeated").await[0].3.contains("address in use"));

        // One that waits is not replaced, and its owner hears of it.
        let token = stage.registered(2, draft()).await;
        stage.confirm(&token).await.unwrap();
        stage.register(3, RegistrationDraft { company: "Evil".to_owned(), ..draft() }).await.unwrap();
        stage.work().await;
        assert_eq!(stage.mails_to(EVA).pop().unwrap().subject, "Your registration is being checked");
        assert_eq!(operator.waiting().await.information.company, "Northwind");
    }

    async fn a_link_confirms_once_within_a_day_and_only_the_newest_does(db: TestDb) {
        let stage = Stage::open(&db).await;
        let first = stage.registered(1, draft()).await;
        let second = stage.registered(2, draft()).await;
        assert_eq!(stage.opened(&first).await, ConfirmationLink::Unknown);
        assert_eq!(fault(stage.confirm(&first).await), over());
        let long = "x".repeat(101);
        for nonsense in ["", "0", long.as_str(), "null", "%00"] {
            assert_eq!(stage.opened(nonsense).await, ConfirmationLink::Unknown, "{nonsense}");
            assert_eq!(fault(stage.confirm(nonsense).await), over(), "{nonsense}");
        }
        stage.cloud.clock.advance(Duration::DAY);
        assert_eq!(stage.opened(&second).await, ConfirmationLink::Expired);
        assert_eq!(fault(stage.confirm(&second).await), over());
        let third = stage.registered(3, draft()).await;
        stage.cloud.clock.advance(Duration::DAY - A_MOMENT);
        stage.confirm(&third).await.unwrap();
        assert_eq!(fault(stage.confirm(&third).await), over());
        assert_eq!(stage.opened(&third).await, ConfirmationLink::Confirmed);
    }

    async fn of_two_operators_at_once_one_decides(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (one, other) = (Operator::open(&stage).await, Operator::named(&stage, "second@vendor.example").await);
        for round in 0..10_u8 {
            let email = format!("eva{round}@northwind{round}.example");
            let company = format!("Northwind {round}");
            let token = stage.registered(10 + round, RegistrationDraft { email: email.clone(), company: company.clone(), ..draft() }).await;
            stage.cloud.clock.advance(Duration::HOUR);
            stage.confirm(&token).await.unwrap();
            stage.work().await;
            let (one, other) = (one.again(&stage).await, other.again(&stage).await);
            let id = one.waiting().await.row.id;
            let accounts = count(&db, "accounts").await;
            let (approved, refused) = futures::join!(one.approve(id, &company), other.refuse(id, "We do not know you."));
            let made = count(&db, "accounts").await - accounts;
            match (approved, refused) {
                (Ok(_), Err(Error::Fault(fault))) => assert_eq!((fault, made), (decided(), 1)),
                (Err(Error::Fault(fault)), Ok(())) => assert_eq!((fault, made), (decided(), 0)),
                other => panic!("{other:?}"),
            }
            stage.work().await;
            let mails: Vec<_> = stage.mails_to(&email).into_iter().map(|mail| mail.subject).collect();
            assert_eq!(mails.len(), 2, "one link, one decision: {mails:?}");
            // And two who both approve.
            assert_eq!(fault(one.approve(id, &company).await), decided());
            assert_eq!(fault(other.refuse(id, "No.").await), decided());
        }
    }

    async fn of_two_approvals_at_once_one_makes_the_account(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (one, other) = (Operator::open(&stage).await, Operator::named(&stage, "second@vendor.example").await);
        let token = stage.registered(1, draft()).await;
        stage.confirm(&token).await.unwrap();
        let id = one.waiting().await.row.id;
        let (a, b) = futures::join!(one.approve(id, "Northwind"), other.approve(id, "Northwind Ltd"));
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
        assert_eq!(fault(if a.is_ok() { b } else { a }), decided());
        assert_eq!(count(&db, "accounts").await, 3);
    }

    async fn a_refusal_has_a_reason_that_is_mailed_and_opens_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let token = stage.registered(1, RegistrationDraft { language: "de".to_owned(), ..draft() }).await;
        stage.confirm(&token).await.unwrap();
        let id = operator.waiting().await.row.id;
        assert_eq!(reason(operator.refuse(id, "  ").await, "reason"), Reason::Required);
        operator.refuse(id, "Ihre Firma kennen wir nicht.\nBitte rufen Sie an.").await.unwrap();
        stage.work().await;
        let mail = stage.mails_to(EVA).pop().unwrap();
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (EVA, "Ihre Registrierung wurde nicht genehmigt"));
        assert!(mail.text.contains("Ihre Firma kennen wir nicht.") && mail.text.contains("Bitte rufen Sie an."));
        assert_eq!(reason(stage.try_sign_in(EVA, PASSWORD).await, "user"), Reason::WrongCredentials);
        assert_eq!(events(&db, "registration.refused").await[0].0, OPERATOR);
        assert_eq!(stage.opened(&token).await, ConfirmationLink::Confirmed, "the link says nothing about the decision");
        // They may try again.
        stage.cloud.clock.advance(Duration::HOUR);
        let token = stage.registered(2, draft()).await;
        stage.confirm(&token).await.unwrap();
        operator.again(&stage).await.approve(operator.again(&stage).await.waiting().await.row.id, "Northwind").await.unwrap();
    }

    async fn operators_get_facts_and_a_clear_word_where_there_is_no_dns(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let token = stage.registered(1, RegistrationDraft { email: "eva@contoso.example".to_owned(), company: " CONTOSO ".to_owned(), ..draft() }).await;
        stage.confirm(&token).await.unwrap();
        let facts = async || operator.waiting().await.facts.unwrap();
        let found = facts().await;
        assert_eq!((found.domain.as_str(), found.mail, found.name_taken), ("contoso.example", MailFact::NoServers, true));
        assert_eq!(found.accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["Contoso"]);
        assert!(found.trusted.contains(&"contoso.example".to_owned()), "{:?}", found.trusted);
        let mx = |preference, host: &str| Mx { preference, host: host.to_owned() };
        for (answer, expected) in [
            (Ok(vec![mx(10, "mx1.contoso.example"), mx(20, "mx2.contoso.example")]), MailFact::Servers(vec!["mx1.contoso.example".to_owned(), "mx2.contoso.example".to_owned()])),
            (Ok(vec![mx(0, "")]), MailFact::NoServers),
            (Err(DnsError::NotFound), MailFact::NoSuchDomain),
            (Err(DnsError::Failed), MailFact::Unknown),
            (Err(DnsError::Timeout), MailFact::Unknown),
        ] {
            stage.cloud.outside.exchangers("contoso.example", answer);
            assert_eq!(facts().await.mail, expected);
        }
        // The name of another account cannot be taken; another one can.
        let id = operator.waiting().await.row.id;
        assert_eq!(reason(operator.approve(id, "contoso").await, "name"), Reason::Taken);
        assert_eq!(reason(operator.approve(id, "").await, "name"), Reason::Required);
        assert_eq!(fault(operator.approve(uuid::Uuid::from_u128(7), "X").await), Fault::NotFound);
        operator.approve(id, "Contoso Logistics").await.unwrap();
    }

    async fn a_one_time_password_is_valid_for_seven_days(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let token = stage.registered(1, draft()).await;
        stage.confirm(&token).await.unwrap();
        operator.approve(operator.waiting().await.row.id, "Northwind").await.unwrap();
        stage.work().await;
        let password = password_in(&stage.mails_to(EVA).pop().unwrap());
        stage.cloud.clock.advance(Duration::days(7) - A_MOMENT);
        let session = stage.try_sign_in(EVA, &password).await.unwrap();
        stage.cloud.clock.advance(A_MOMENT);
        assert_eq!(reason(stage.try_sign_in(EVA, &password).await, "user"), Reason::WrongCredentials);
        assert_eq!(fault(first_password(&stage, &session, NEW).await), Conflict::NoOneTimePassword.into());
        // "Forgot Password?" is the way out, and ends the one-time password.
        stage.forget(3, EVA, EVA).await.unwrap();
        stage.work().await;
        let token = crate::passwords::token_in(&stage.mails_to(EVA).pop().unwrap());
        stage.reset(&token, NEW).await.unwrap();
        let session = stage.try_sign_in(EVA, NEW).await.unwrap();
        stage.cloud.authorize::<PortalSignedIn>(&session).await.unwrap();
    }

    async fn what_nobody_confirms_is_deleted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let kept = stage.registered(1, RegistrationDraft { email: "kept@northwind.example".to_owned(), ..draft() }).await;
        stage.confirm(&kept).await.unwrap();
        let refused = stage.registered(2, RegistrationDraft { email: "refused@northwind.example".to_owned(), ..draft() }).await;
        let purge = async || portal::registrations::purge(&stage.cloud.services).await.unwrap();
        stage.registered(3, draft()).await;
        operator.refuse(operator.waiting().await.row.id, "No.").await.unwrap();
        stage.confirm(&refused).await.unwrap();
        assert_eq!((purge().await, count(&db, "registrations").await), (0, 3));
        stage.cloud.clock.advance(Duration::DAY - A_MOMENT);
        assert_eq!(purge().await, 0);
        stage.cloud.clock.advance(A_MOMENT);
        assert_eq!((purge().await, count(&db, "registrations").await), (1, 2));
        assert_eq!(events(&db, "registration.expired").await[0].1, "", "the address is forgotten");
        // The refused one goes after 90 days, the one that waits stays.
        stage.cloud.clock.advance(Duration::days(89) - A_MOMENT);
        purge().await;
        assert_eq!(count(&db, "registrations").await, 2);
        stage.cloud.clock.advance(A_MOMENT);
        purge().await;
        assert_eq!(count(&db, "registrations").await, 1);
    }

    async fn three_registrations_an_hour_from_one_address_and_three_at_once_with_one_email(db: TestDb) {
        let stage = Stage::open(&db).await;
        let with = |email: &str| RegistrationDraft { email: email.to_owned(), ..draft() };
        for email in ["a.b@northwind.example", "b.b@northwind.example", "c.b@northwind.example"] {
            stage.register(1, with(email)).await.unwrap();
        }
        assert_eq!(fault(stage.register(1, with("d.b@northwind.example")).await), Fault::TooMany { retry_after: 20 * 60 });
        stage.add_known().await;
        stage.cloud.clock.advance(Duration::HOUR);
        for known in [KNOWN, EVA] {
            for host in [2, 3, 4] {
                stage.register(host, with(known)).await.unwrap();
            }
            assert_eq!(fault(stage.register(5, with(known)).await), Fault::TooMany { retry_after: 60 * 60 }, "{known}");
            stage.cloud.clock.advance(Duration::HOUR);
        }
    }

    async fn two_registrations_with_one_address_at_once_leave_one(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.register(1, draft()).await.unwrap();
        stage.register(2, draft()).await.unwrap();
        let (a, b) = (portal::jobs(access::jobs::Jobs::default()), portal::jobs(access::jobs::Jobs::default()));
        let (one, two) = futures::join!(a.run_due(&stage.cloud.services), b.run_due(&stage.cloud.services));
        one.unwrap();
        two.unwrap();
        stage.cloud.clock.advance(Duration::HOUR);
        stage.work().await;
        assert_eq!(count(&db, "registrations").await, 1);
        let tokens: Vec<_> = stage.mails_to(EVA).iter().map(token_in).collect();
        let mut open = 0;
        for token in &tokens {
            open += u8::from(matches!(stage.opened(token).await, ConfirmationLink::Open { .. }));
        }
        assert_eq!((tokens.len(), open), (2, 1));
    }

    async fn texts_are_those_of_the_operator(db: TestDb) {
        let stage = Stage::open(&db).await;
        let text = |language| portal::registrations::legal(&stage.anybody(1), LegalText::Terms, language).unwrap();
        assert_eq!((text(Language::English), text(Language::German)), (String::new(), String::new()));
    }

    async fn an_operators_session_opens_nothing_of_a_company_and_the_other_way_round(db: TestDb) {
        let stage = Stage::open(&db).await;
        let operator = Operator::open(&stage).await;
        let ada = stage.sign_in(ADA).await;
        assert_eq!(refused::<PortalSession>(&stage, &operator.token).await, Fault::SignIn);
        assert_eq!(fault(operator.authorize::<ViewRegistrations>(&ada.token).await.map(drop)), Fault::SignIn);
        // Each with its own is let in.
        stage.cloud.authorize::<PortalSession>(&ada.token).await.unwrap();
        operator.authorize::<ViewRegistrations>(&operator.token).await.unwrap();
    }
}

/// 200 registrations each: the medians differ by less than 5 ms (SEC-20).
#[tokio::test]
async fn known_and_unknown_addresses_are_answered_equally_fast() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let stage = Stage::open(&db).await;
    stage.add_known().await;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..200 {
        stage.cloud.clock.advance(Duration::HOUR);
        for (email, times) in [KNOWN, EVA].into_iter().zip(&mut times) {
            let draft = RegistrationDraft {
                email: email.to_owned(),
                ..draft()
            };
            let start = Instant::now();
            stage.register(1, draft).await.unwrap();
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
