//! The form, and the link that confirms it.

use domain::registration::{ConfirmationLink, LegalText, RegistrationDraft};
use domain::{Fault, Language, Reason};
use std::time::Instant;
use store::Schema;
use test_support::db_test;
use time::Duration;

use super::{A_MOMENT, EVA, KNOWN, count, draft, over, token_in};
use crate::operators::Operator;
use crate::stage::{Stage, events, fault, reason};

db_test! {
    Schema::Cloud,

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
