//! The Overview as a list: filters, words, and the same act on several rows.

use std::collections::BTreeMap;

use domain::id::{AccountId, UserId};
use domain::invitation::InvitationDraft;
use domain::page::{ListQuery, Total};
use domain::people::{Active, PersonAct, PersonId};
use domain::selection::{MATCHING_MAX, Selection};
use domain::{Conflict, Fault, Reason};
use portal::{invitations, users};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use uuid::Uuid;

use crate::stage::{Person, Stage, events, fault, reason};

const ADMIN: &str = "admin@contoso.example";

fn query(search: &str, filters: &[(&str, &str)]) -> ListQuery {
    ListQuery {
        search: search.to_owned(),
        filters: pairs(filters),
        ..ListQuery::default()
    }
}

fn pairs(filters: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = filters.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn found(who: &Person<'_>, query: ListQuery) -> Vec<String> {
    let page = users::list(&who.may().await, query).await.unwrap();
    assert_eq!(page.total, Total::Exact(page.rows.len() as u64));
    page.rows.into_iter().map(|row| row.email).collect()
}

async fn invite(who: &Person<'_>, email: &str, first_name: &str) -> Uuid {
    let draft = InvitationDraft {
        email: email.to_owned(),
        first_name: first_name.to_owned(),
        role: "ums-admin".to_owned(),
        ..InvitationDraft::default()
    };
    invitations::invite(&who.may().await, draft).await.unwrap().into()
}

fn ticked(ids: &[Uuid]) -> Selection {
    let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
    Selection {
        ids: ids.join(" "),
        ..Selection::default()
    }
}

/// So many users who never sign in.
async fn crowd(db: &TestDb, account: AccountId, users: u64) {
    let mut tx = db.begin().await.unwrap();
    for number in 0..users {
        let insert = sql!(
            "insert into users (id, account_id, email, email_key, first_name, last_name, state, language, created_at, updated_at, version)
             values ($1, $2, $3, $3, '', '', 'active', 'en', 0, 0, 1)"
        );
        let id = UserId::from(Uuid::from_u128(
            0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(number),
        ));
        tx.execute_one(
            insert,
            args![id, account, format!("crowd{number}@contoso.example")],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

db_test! {
    Schema::Cloud,

    async fn people_are_narrowed_column_by_column(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        let ada = stage.add(stage.contoso, "ada@contoso.example", "ums-admin").await.unwrap();
        stage.add(stage.contoso, "bo@contoso.example", "obs-admin").await.unwrap();
        stage.add(stage.fabrikam, "ada@fabrikam.example", "ums-admin").await.unwrap();
        invite(&admin, "cleo@contoso.example", "Özge").await;
        let gone = invite(&admin, "dan@contoso.example", "Dan").await;
        invitations::cancel(&admin.may().await, gone.into()).await.unwrap();
        users::deactivate(&admin.may().await, ada).await.unwrap();

        let (ada, bo, cleo, dan) = ("ada@contoso.example", "bo@contoso.example", "cleo@contoso.example", "dan@contoso.example");
        for (filters, wanted) in [
            (&[][..], &[ada, ADMIN, bo, cleo, dan][..]),
            (&[("role", "ums-admin")], &[ada, cleo, dan]),
            (&[("role", "super-admin")], &[ADMIN]),
            (&[("active", "no")], &[ada, dan]),
            (&[("active", "pending")], &[cleo]),
            (&[("active", "yes"), ("role", "obs-admin")], &[bo]),
            (&[("invitation", "cancelled")], &[dan]),
            (&[("email", "cle")], &[cleo]),
            (&[("email", "leo@con")], &[cleo]),
            (&[("email", "B")], &[bo]),
            (&[("email", "o@")], &[]),
            (&[("email", "contoso"), ("active", "no")], &[ada, dan]),
            (&[("email", " ")], &[ada, ADMIN, bo, cleo, dan]),
            // What is not there finds nothing, rather than everything.
            (&[("active", "maybe")], &[]),
            (&[("account", "contoso")], &[]),
            (&[("email", "\0")], &[]),
        ] {
            for sort in ["email", "created"] {
                let query = ListQuery { sort: sort.to_owned(), ..query("", filters) };
                let mut emails = found(&admin, query).await;
                emails.sort_unstable();
                assert_eq!(emails, wanted, "{filters:?} by {sort}");
            }
        }
        assert_eq!(found(&admin, query("özge", &[])).await, [cleo]);
        assert_eq!(found(&admin, query("Özge contoso", &[("active", "pending")])).await, [cleo]);
        assert!(found(&admin, query("fabrikam", &[])).await.is_empty());
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(found(&other, query("ada", &[])).await, ["ada@fabrikam.example"]);
    }

    async fn the_list_follows_what_happens_to_people(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        let id = stage.add(stage.contoso, "ada@contoso.example", "ums-admin").await.unwrap();
        let row = async || {
            let page = users::list(&admin.may().await, query("ada", &[])).await.unwrap();
            page.rows.into_iter().next()
        };
        assert_eq!(row().await.unwrap().active, Active::Yes);
        users::deactivate(&admin.may().await, id).await.unwrap();
        assert_eq!((row().await.unwrap().active, row().await.unwrap().days_left), (Active::No, Some(30)));
        stage.cloud.clock.advance(time::Duration::days(31));
        users::purge(&stage.cloud.services).await.unwrap();
        let admin = stage.sign_in(ADMIN).await;
        assert!(found(&admin, query("ada", &[])).await.is_empty(), "the row goes with the user");
    }

    async fn an_act_on_several_rows_answers_for_each(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        let (one, two) = (invite(&admin, "one@contoso.example", "").await, invite(&admin, "two@contoso.example", "").await);
        let bo = stage.add(stage.contoso, "bo@contoso.example", "obs-admin").await.unwrap();
        let chosen = ticked(&[one, two, bo.into()]);

        let prospect = users::prospect(&admin.may().await, PersonAct::Resend, &chosen).await.unwrap();
        assert_eq!((prospect.selected, prospect.fit), (3, 2));
        assert_eq!(prospect.some, ["one@contoso.example", "two@contoso.example"]);
        assert_eq!(users::prospect(&admin.may().await, PersonAct::Deactivate, &chosen).await.unwrap().fit, 1);

        // An address gets five mails an hour: the first of them was the invitation.
        for _ in 0..3 {
            assert_eq!(users::resend(&admin.may().await, &ticked(&[one])).await.unwrap().done(), 1);
        }
        let results = users::resend(&admin.may().await, &chosen).await.unwrap();
        assert_eq!(results.done(), 2);
        let results = users::resend(&admin.may().await, &chosen).await.unwrap();
        let said: Vec<_> = results.rows.iter().map(|row| (row.name.as_str(), row.refused.is_some())).collect();
        assert_eq!(said, [("one@contoso.example", true), ("two@contoso.example", false)]);
        assert!(matches!(results.rows[0].refused, Some(Fault::TooMany { .. })));

        assert_eq!(users::cancel(&admin.may().await, &chosen).await.unwrap().done(), 2);
        assert_eq!(users::cancel(&admin.may().await, &chosen).await.unwrap().rows, []);
        assert_eq!(events(&db, "invitation.cancelled").await.len(), 2);
        assert_eq!(users::deactivate_all(&admin.may().await, &chosen).await.unwrap().done(), 1);
        assert_eq!(events(&db, "user.deactivated").await.len(), 1);
    }

    async fn the_last_super_admin_stays_and_says_why(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        let second = stage.add(stage.contoso, "second@contoso.example", "super-admin").await.unwrap();
        let all = Selection { all: true, ..Selection::default() };
        // Nobody ends their own access: whoever does it is not among them.
        let results = users::deactivate_all(&admin.may().await, &all).await.unwrap();
        assert_eq!(results.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["second@contoso.example"]);
        assert_eq!(results.done(), 1);
        users::restore(&admin.may().await, second).await.unwrap();
        let clerk = stage.add(stage.contoso, "clerk@contoso.example", "account-admin").await.unwrap();
        let clerk_in = stage.sign_in("clerk@contoso.example").await;
        let results = users::deactivate_all(&clerk_in.may().await, &ticked(&[second.into(), clerk.into()])).await.unwrap();
        assert_eq!((results.rows.len(), results.rows[0].refused.clone()), (1, Some(Fault::Forbidden)));
    }

    async fn one_foreign_row_among_own_ones_and_nothing_is_done(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        let own = stage.add(stage.contoso, "ada@contoso.example", "ums-admin").await.unwrap();
        let foreign = stage.add(stage.fabrikam, "bo@fabrikam.example", "ums-admin").await.unwrap();
        let missing = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        for other in [foreign.into(), missing] {
            let chosen = ticked(&[own.into(), other]);
            assert_eq!(fault(users::deactivate_all(&admin.may().await, &chosen).await), Fault::NotFound);
            assert_eq!(fault(users::prospect(&admin.may().await, PersonAct::Deactivate, &chosen).await), Fault::NotFound);
        }
        assert!(events(&db, "user.deactivated").await.is_empty());
        assert_eq!(users::deactivate_all(&admin.may().await, &ticked(&[own.into()])).await.unwrap().done(), 1);
        let page = users::list(&admin.may().await, query("ada", &[])).await.unwrap();
        assert_eq!((page.rows[0].id, page.rows[0].active), (PersonId::User(own), Active::No));
        assert_eq!(fault(users::deactivate(&admin.may().await, own).await), Conflict::Stale.into());
    }

    async fn all_that_match_are_at_most_a_thousand(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        crowd(&db, stage.contoso, MATCHING_MAX).await;
        let all = |filters: &[(&str, &str)]| Selection { all: true, filters: pairs(filters), ..Selection::default() };
        let of = async |selection: &Selection| users::prospect(&admin.may().await, PersonAct::Deactivate, selection).await;
        let crowd = of(&all(&[("email", "crowd")])).await.unwrap();
        assert_eq!((crowd.selected, crowd.fit, crowd.some.len()), (MATCHING_MAX, MATCHING_MAX, 10));
        assert_eq!(reason(of(&all(&[])).await, "all"), Reason::TooMany { max: 1_000 });
        assert_eq!(of(&all(&[("email", "nobody")])).await.unwrap().fit, 0);
    }
}
