//! What operators see of it, and decide.

use access::Error;
use domain::registration::{ConfirmationLink, MailFact, RegistrationDraft};
use domain::{Fault, Reason};
use outside::{DnsError, Mx};
use store::Schema;
use test_support::db_test;
use time::Duration;

use super::{EVA, count, decided, draft};
use crate::operators::{OPERATOR, Operator};
use crate::stage::{PASSWORD, Stage, events, fault, reason};

db_test! {
    Schema::Cloud,

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
}
