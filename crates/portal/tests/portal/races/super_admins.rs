//! F31: there is always a Super Admin.

use access::Authorized;
use domain::Fault;
use domain::id::UserId;
use domain::people::RoleDraft;
use domain::permission::{ChangeUserRoles, PortalSignedIn};
use domain::user::UserState;
use portal::users;
use store::{Schema, sql};
use test_support::db_test;
use test_support::rounds::rounds;
use time::Duration;

use super::{at, count};
use crate::passwords::ADA;
use crate::stage::{Stage, fault};

db_test! {
    Schema::Cloud,

    async fn f31_race_of_two_super_admins_who_remove_each_other(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, bo) = ("ann@contoso.example", "bo@contoso.example");
        let ids = [stage.add(stage.contoso, ann, "super-admin").await.unwrap(), stage.add(stage.contoso, bo, "super-admin").await.unwrap()];
        let acting = stage.operator().within(stage.contoso);
        users::set_state(&acting, ADA, UserState::Deactivated).await.unwrap();
        // Both were let in before either change was made, and stay so: a proof is about the moment that it was made in.
        let (a, b) = (stage.sign_in(ann).await, stage.sign_in(bo).await);
        let nodes = stage.nodes(&db, 2).await;
        let proofs: [Authorized<ChangeUserRoles>; 2] = [at(&nodes[0], &a).await, at(&nodes[1], &b).await];
        for round in 0..rounds(50, 1000) {
            let [first, second] = &proofs;
            let outcomes = match round % 3 {
                0 => tokio::join!(users::remove_role(first, super_admin(ids[1])), users::remove_role(second, super_admin(ids[0]))),
                1 => tokio::join!(users::deactivate(first, ids[1]), users::deactivate(second, ids[0])),
                _ => tokio::join!(users::remove_role(first, super_admin(ids[1])), users::deactivate(second, ids[0])),
            };
            let won = [outcomes.0.is_ok(), outcomes.1.is_ok()];
            assert_ne!(won[0], won[1], "round {round}: {outcomes:?}");
            let left = sql!(
                "select count(*) from users u join user_roles r on r.user_id = u.id
                 where u.email in ('ann@contoso.example', 'bo@contoso.example') and u.state = 'active' and r.role = 'super-admin'"
            );
            assert_eq!(count(&db, left).await, 1, "round {round}");
            let (winner, loser) = if won[0] { (0, 1) } else { (1, 0) };
            if round == 0 {
                // Whoever was deactivated has no session left.
                let (in_, out) = if won[0] { (&a, &b) } else { (&b, &a) };
                assert_eq!(fault(stage.cloud.authorize::<PortalSignedIn>(&out.token).await.map(drop)), Fault::SignIn);
                stage.cloud.authorize::<PortalSignedIn>(&in_.token).await.unwrap();
            }
            // Everything as before, for the next round.
            users::restore(&proofs[winner], ids[loser]).await.unwrap();
            let role = RoleDraft { told: false, ..super_admin(ids[loser]) };
            // A role that was removed comes back by hand; one that somebody was deactivated with is still there.
            let _held = users::add_role(&proofs[winner], role).await;
            stage.cloud.clock.advance(Duration::minutes(5));
        }
    }
}

fn super_admin(user: UserId) -> RoleDraft {
    RoleDraft {
        user: user.to_string(),
        role: "super-admin".to_owned(),
        told: true,
    }
}
