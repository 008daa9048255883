//! F27: a form that comes several times is done once, also where its copies come to several servers.

use access::{Result, Services};
use domain::id::InvitationId;
use domain::password::{ForgottenDraft, ResetDraft};
use domain::permission::InviteUsers;
use domain::registration::RegistrationDraft;
use domain::{Cloud, Conflict, Reason};
use futures::future::join_all;
use portal::{invitations, passwords, registrations};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::rounds::rounds;
use time::Duration;

use super::{at, count, draft, visitor};
use crate::passwords::ADA;
use crate::stage::{Stage, fault, reason};

/// How often a form comes.
const COPIES: usize = 20;

async fn register(node: &Services<Cloud>, key: &str, email: &str) -> Result<()> {
    let draft = RegistrationDraft {
        email: email.to_owned(),
        ..crate::registrations::draft()
    };
    let once = visitor(node, 1).once("registration", key, draft, |visitor, draft| async move {
        registrations::register(&visitor, draft).await
    });
    once.await
}

async fn forget(node: &Services<Cloud>, key: &str, user: &str) -> Result<()> {
    let draft = ForgottenDraft {
        user: user.to_owned(),
        email: user.to_owned(),
    };
    let once = visitor(node, 1).once("password.forgotten", key, draft, |visitor, draft| async move {
        passwords::forgotten(&visitor, draft).await
    });
    once.await
}

async fn reset(node: &Services<Cloud>, key: &str, token: &str, password: &str) -> Result<()> {
    let draft = ResetDraft {
        token: token.to_owned(),
        password: password.to_owned(),
    };
    let once = visitor(node, 1).once("password.reset", key, draft, |visitor, draft| async move {
        passwords::reset(&visitor, draft).await
    });
    once.await
}

db_test! {
    Schema::Cloud,

    async fn f27_of_twenty_copies_of_a_form_one_is_done(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADA).await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(20, 200) {
            stage.cloud.clock.advance(Duration::minutes(2));
            let (key, email) = (format!("form-of-round-{round:04}"), format!("guest{round}@contoso.example"));
            let mut copies = Vec::new();
            for node in nodes.iter().cycle().take(COPIES) {
                copies.push((at::<InviteUsers>(node, &admin).await, draft(&email)));
            }
            let copies = copies.into_iter().map(|(auth, draft)| {
                auth.once(&key, draft, |auth, draft| async move { invitations::invite(&auth, draft).await })
            });
            let answers: Vec<InvitationId> = join_all(copies).await.into_iter().map(Result::unwrap).collect();
            assert!(answers.iter().all(|id| *id == answers[0]), "{answers:?}");
            let other = admin.may::<InviteUsers>().await.once(&key, draft("eve@contoso.example"), |auth, draft| async move {
                invitations::invite(&auth, draft).await
            });
            assert_eq!(fault(other.await), Conflict::SentDifferently.into());
        }
        let invited = sql!("select count(*) from invitations");
        assert_eq!(count(&db, invited).await, i64::from(rounds(20, 200)));
        let sent = sql!("select count(*) from audit_events where name = 'invitation.sent'");
        assert_eq!(count(&db, sent).await, i64::from(rounds(20, 200)));
    }

    async fn f27_a_form_is_known_for_a_day_and_to_its_sender_alone(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (key, email) = ("0123456789abcdef", "guest@contoso.example");
        stage.add(stage.contoso, "bo@contoso.example", "super-admin").await.unwrap();
        let send = async |who: &crate::stage::Person<'_>, key: &str| {
            let auth = who.may::<InviteUsers>().await;
            auth.once(key, draft(email), |auth, draft| async move { invitations::invite(&auth, draft).await }).await
        };
        let (ada, bo) = (stage.sign_in(ADA).await, stage.sign_in("bo@contoso.example").await);
        let id = send(&ada, key).await.unwrap();
        assert_eq!(send(&ada, key).await.unwrap(), id);
        for (who, key) in [(&bo, key), (&ada, "another-key-of-ada")] {
            assert_eq!(reason(send(who, key).await, "email"), Reason::AlreadyInvited);
        }
        // Done, but not by a use case that says what it answers: told so, and not done again.
        let mut tx = db.begin().await.unwrap();
        tx.execute(sql!("update submissions set answer = null"), args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fault(send(&ada, key).await), Conflict::SentAlready.into());

        let services = &stage.cloud.services;
        stage.cloud.clock.advance(access::submissions::KEPT);
        assert_eq!(access::submissions::purge(services).await.unwrap(), 0);
        stage.cloud.clock.advance(Duration::SECOND);
        assert_eq!(access::submissions::purge(services).await.unwrap(), 1);
        let ada = stage.sign_in(ADA).await;
        assert_eq!(reason(send(&ada, key).await, "email"), Reason::AlreadyInvited);
    }

    async fn f27_of_twenty_copies_of_a_visitors_form_one_is_done(db: TestDb) {
        let stage = Stage::open(&db).await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(5, 200) {
            // As many letters to one person as they may ask for.
            stage.cloud.clock.advance(Duration::hours(1));
            let (key, unknown) = (format!("form-of-round-{round:04}"), format!("form-of-nobody-{round:04}"));
            let email = format!("eva.lund{round}@northwind.example");
            let copies = || nodes.iter().cycle().take(COPIES);
            let mut told = join_all(copies().map(|node| register(node, &key, &email))).await;
            // Whether the address is known makes no difference.
            told.extend(join_all(copies().map(|node| forget(node, &key, ADA))).await);
            told.extend(join_all(copies().map(|node| forget(node, &unknown, "nobody@contoso.example"))).await);
            assert!(told.iter().all(Result::is_ok), "{told:?}");
            for node in &nodes {
                assert_eq!(fault(register(node, &key, "eva@fourth-coffee.example").await), Conflict::SentDifferently.into());
                assert_eq!(fault(forget(node, &key, "nobody@contoso.example").await), Conflict::SentDifferently.into());
            }
            stage.work().await;
            let mails = stage.cloud.outside.mails();
            assert_eq!(mails.iter().filter(|mail| mail.to == email).count(), 1);
            assert_eq!(mails.iter().filter(|mail| mail.to == ADA).count(), usize::try_from(round).unwrap());
        }
        let rounds = i64::from(rounds(5, 200));
        assert_eq!(count(&db, sql!("select count(*) from registrations")).await, rounds);
        assert_eq!(count(&db, sql!("select count(*) from audit_events where name = 'registration.asked'")).await, rounds);
        assert_eq!(count(&db, sql!("select count(*) from audit_events where name = 'user.password_reset_asked'")).await, rounds);
        assert_eq!(count(&db, sql!("select count(*) from audit_events where name = 'user.password_reset_refused'")).await, rounds);
    }

    async fn f27_a_new_password_that_comes_twice_is_set_once_and_told_twice(db: TestDb) {
        let stage = Stage::open(&db).await;
        let nodes = stage.nodes(&db, 2).await;
        let (key, other) = ("0123456789abcdef", "fedcba9876543210");
        let (link, password) = (stage.token(1).await, "a loaf for every day");
        let told = join_all(nodes.iter().cycle().take(COPIES).map(|node| reset(node, key, &link, password))).await;
        assert!(told.iter().all(Result::is_ok), "{told:?}");
        assert_eq!(count(&db, sql!("select count(*) from audit_events where name = 'user.password_reset'")).await, 1);
        // The form is theirs, and the link of one use: it opens nothing for another form, or with another password.
        stage.cloud.clock.advance(Duration::MINUTE);
        assert_eq!(fault(reset(&nodes[0], other, &link, password).await), Conflict::ResetLinkOver.into());
        assert_eq!(fault(reset(&nodes[0], key, &link, "another loaf a day").await), Conflict::SentDifferently.into());
        stage.try_sign_in(ADA, password).await.unwrap();
    }
}
