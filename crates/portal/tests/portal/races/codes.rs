//! F28: codes of the second factor, each of one use, and fifty who sign in with one at once.

use access::{Error, Services};
use domain::second_factor::CodeDraft;
use domain::{Cloud, Conflict, Fault, Reason};
use portal::second_factor::sign_in;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::race::{race, winner};
use test_support::rounds::rounds;
use time::Duration;

use super::{count, visitor};
use crate::passwords::ADA;
use crate::second_factor::{code, set_up};
use crate::stage::{PASSWORD, Stage};

/// Sign-ins that wait for the code: each may try it five times.
const SIGN_INS: usize = 10;
/// Servers: each lets one user try ten times in ten minutes.
const NODES: usize = 5;

/// Whoever loses is told that the code is none, or that the sign-in, which somebody else has ended, is over.
async fn one_gets_in(stage: &Stage, nodes: &[Services<Cloud>], draft: &CodeDraft) {
    let mut waiting = Vec::new();
    for _ in 0..SIGN_INS {
        waiting.push(stage.held(ADA, PASSWORD).await);
    }
    let outcomes = race(nodes, |node, host| {
        let (held, draft) = (&waiting[usize::from(host) % SIGN_INS], draft.clone());
        async move { sign_in::finish(&visitor(node, host), held, draft).await.map(drop) }
    });
    let told = [
        Fault::field("code", Reason::WrongCode),
        Conflict::SignInOver.into(),
    ];
    let lost = |outcome: &Result<(), Error>| {
        let error = outcome.as_ref().err();
        error
            .and_then(Error::fault)
            .is_some_and(|fault| told.contains(fault))
    };
    winner(&outcomes.await, Result::is_ok, lost);
}

db_test! {
    Schema::Cloud,

    async fn f28_race_for_a_code_of_the_app(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (app, _) = set_up(&stage, &stage.sign_in(ADA).await).await;
        let nodes = stage.nodes(&db, NODES).await;
        for _ in 0..rounds(3, 1000) {
            stage.cloud.clock.advance(Duration::minutes(10));
            one_gets_in(&stage, &nodes, &app.code(&stage)).await;
        }
        let signed_in = sql!("select count(*) from audit_events where name = 'user.signed_in'");
        assert_eq!(count(&db, signed_in).await, 1 + i64::from(rounds(3, 1000)));
    }

    async fn f28_race_for_a_recovery_code(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (_, codes) = set_up(&stage, &stage.sign_in(ADA).await).await;
        let nodes = stage.nodes(&db, NODES).await;
        for _ in 0..rounds(3, 1000) {
            stage.cloud.clock.advance(Duration::minutes(10));
            one_gets_in(&stage, &nodes, &code(&codes[0])).await;
            // As before, for the next round.
            let mut tx = db.begin().await.unwrap();
            let spent = sql!("update recovery_codes set used_at = null where used_at is not null");
            assert_eq!(tx.execute(spent, args![]).await.unwrap(), 1);
            tx.commit().await.unwrap();
        }
        let signed_in = sql!("select count(*) from audit_events where name = 'user.signed_in'");
        assert_eq!(count(&db, signed_in).await, 1 + i64::from(rounds(3, 1000)));
    }
}
