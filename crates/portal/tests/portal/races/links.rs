//! F28: the links and passwords of mails, each of one use, and fifty who use it at once at two servers or more.

use access::Authorized;
use domain::Conflict;
use domain::invitation::AcceptDraft;
use domain::password::{FirstPasswordDraft, ResetDraft};
use domain::permission::{InviteUsers, PortalSession};
use domain::registration::RegistrationDraft;
use portal::{first_password, invitations, passwords, registrations};
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::race::{one_wins, race};
use test_support::rounds::rounds;
use time::Duration;

use super::{at, count, draft, token, visitor};
use crate::operators::Operator;
use crate::passwords::ADA;
use crate::stage::Stage;

/// A password of one racer.
fn password(round: u32, racer: u8) -> String {
    format!("{round} loaves for every day {racer}")
}

db_test! {
    Schema::Cloud,

    async fn f28_race_for_the_confirmation_of_a_registration(db: TestDb) {
        let stage = Stage::open(&db).await;
        Operator::open(&stage).await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(5, 1000) {
            stage.cloud.clock.advance(Duration::HOUR);
            let email = format!("eva.lund{round}@northwind.example");
            stage.register(1, RegistrationDraft { email: email.clone(), ..crate::registrations::draft() }).await.unwrap();
            stage.work().await;
            let token = &token(&stage, &email).await;
            let outcomes = race(&nodes, |node, host| async move { registrations::confirm(&visitor(node, host), token).await }).await;
            one_wins(&outcomes, &Conflict::RegistrationLinkOver.into());
        }
        let confirmed = sql!("select count(*) from audit_events where name = 'registration.confirmed'");
        assert_eq!(count(&db, confirmed).await, i64::from(rounds(5, 1000)));
    }

    async fn f28_race_for_a_new_password(db: TestDb) {
        let stage = Stage::open(&db).await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(3, 1000) {
            stage.cloud.clock.advance(Duration::HOUR);
            let token = stage.token(1).await;
            let outcomes = race(&nodes, |node, host| {
                let draft = ResetDraft { token: token.clone(), password: password(round, host) };
                async move { passwords::reset(&visitor(node, host), draft).await }
            });
            let won = one_wins(&outcomes.await, &Conflict::ResetLinkOver.into());
            stage.try_sign_in(ADA, &password(round, u8::try_from(won).unwrap())).await.unwrap();
        }
        let done = sql!("select count(*) from audit_events where name = 'user.password_reset'");
        assert_eq!(count(&db, done).await, i64::from(rounds(3, 1000)));
    }

    async fn f28_race_for_an_invitation_that_is_accepted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADA).await;
        let invite: Authorized<InviteUsers> = admin.may().await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(3, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let email = format!("guest{round}@contoso.example");
            invitations::invite(&invite, draft(&email)).await.unwrap();
            let token = token(&stage, &email).await;
            let outcomes = race(&nodes, |node, host| {
                let draft = AcceptDraft { token: token.clone(), password: password(round, host), ..AcceptDraft::default() };
                async move { invitations::accept(&visitor(node, host), draft, None, None).await.map(drop) }
            });
            let won = one_wins(&outcomes.await, &Conflict::InvitationOver.into());
            stage.try_sign_in(&email, &password(round, u8::try_from(won).unwrap())).await.unwrap();
        }
        let joined = sql!("select count(*) from users where email like 'guest%'");
        assert_eq!(count(&db, joined).await, i64::from(rounds(3, 1000)));
    }

    async fn f28_race_for_an_invitation_that_is_declined(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADA).await;
        let invite: Authorized<InviteUsers> = admin.may().await;
        let nodes = stage.nodes(&db, 2).await;
        for round in 1..=rounds(5, 1000) {
            stage.cloud.clock.advance(Duration::minutes(3));
            let email = format!("guest{round}@contoso.example");
            invitations::invite(&invite, draft(&email)).await.unwrap();
            let token = &token(&stage, &email).await;
            let outcomes = race(&nodes, |node, host| async move { invitations::decline(&visitor(node, host), token).await }).await;
            one_wins(&outcomes, &Conflict::InvitationOver.into());
        }
    }

    /// Fifty at once in one session, which all servers know.
    async fn f28_race_for_the_end_of_a_one_time_password(db: TestDb) {
        let stage = Stage::open(&db).await;
        let eva = "eva@contoso.example";
        stage.add(stage.contoso, eva, "obs-admin").await.unwrap();
        let hash = sql!("select password_hash from users where email = $1");
        let hash: String = db.read().await.unwrap().scalar(hash, args![eva]).await.unwrap();
        // So many that none of them has had enough of her tries.
        let nodes = stage.nodes(&db, 5).await;
        for round in 1..=rounds(3, 1000) {
            stage.cloud.clock.advance(Duration::minutes(10));
            let again = sql!("update users set password_hash = $2, password_ends_at = $3 where email = $1");
            let mut tx = db.begin().await.unwrap();
            tx.execute_one(again, args![eva, hash.clone(), stage.cloud.services.now() + Duration::DAY]).await.unwrap();
            tx.commit().await.unwrap();
            let session = stage.sign_in(eva).await;
            let mut auths: Vec<Authorized<PortalSession>> = Vec::new();
            for node in &nodes {
                auths.push(at(node, &session).await);
            }
            let outcomes = race(&auths, |auth, host| async move {
                first_password::set(auth, FirstPasswordDraft { password: password(round, host) }).await.map(drop)
            });
            let won = one_wins(&outcomes.await, &Conflict::NoOneTimePassword.into());
            stage.try_sign_in(eva, &password(round, u8::try_from(won).unwrap())).await.unwrap();
        }
        let done = sql!("select count(*) from audit_events where name = 'user.first_password_set'");
        assert_eq!(count(&db, done).await, i64::from(rounds(3, 1000)));
    }
}
