//! What comes of a registration that is approved.

use domain::permission::{PortalSession, PortalSignedIn, ViewAccount, ViewRegistrations};
use domain::registration::{ConfirmationLink, RegistrationDraft};
use domain::{Conflict, Fault, Reason};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;

use super::{A_MOMENT, EVA, count, draft, first_password, password_in, refused, token_in};
use crate::operators::{OPERATOR, Operator};
use crate::passwords::{ADA, NEW};
use crate::stage::{Stage, events, fault, reason};

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
