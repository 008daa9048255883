//! "Activity": what an account sees of the audit trail.

use std::collections::BTreeMap;

use domain::activity::{Activity, ActorKind};
use domain::page::{ListQuery, Total};
use domain::people::RoleDraft;
use domain::permission::ViewActivity;
use domain::{Fault, Role};
use portal::{activity, users};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::stage::{Person, Stage, fault};

const ADMIN: &str = "admin@contoso.example";
const ADA: &str = "ada@contoso.example";

async fn found(who: &Person<'_>, search: &str, filters: &[(&str, &str)], zone: i16) -> Vec<Activity> {
    let filters: BTreeMap<_, _> = filters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let query = ListQuery {
        search: search.to_owned(),
        filters,
        ..ListQuery::default()
    };
    let page = activity::list(&who.may().await, query, zone).await.unwrap();
    assert_eq!(page.total, Total::Exact(page.rows.len() as u64));
    page.rows
}

async fn names(who: &Person<'_>, search: &str, filters: &[(&str, &str)]) -> Vec<String> {
    let events = found(who, search, filters, 0).await;
    events.into_iter().map(|event| event.name).collect()
}

db_test! {
    Schema::Cloud,

    async fn an_account_sees_who_did_what_with_old_and_new_values(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ada = stage.add(stage.contoso, ADA, "ums-admin").await.unwrap();
        let admin = stage.sign_in(ADMIN).await;
        stage.cloud.clock.advance(Duration::MINUTE);
        let draft = RoleDraft { user: ada.to_string(), role: "obs-admin".to_owned(), told: false };
        users::add_role(&admin.may().await, draft).await.unwrap();

        let newest = found(&admin, "", &[], 0).await.remove(0);
        assert_eq!((newest.name.as_str(), newest.actor, newest.actor_name.as_str()), ("user.role_added", ActorKind::User, ADMIN));
        assert_eq!(newest.target, ADA);
        let change = &newest.details[0];
        assert_eq!(change.key, "roles");
        assert_eq!(change.old.as_deref(), Some(Role::UmsAdmin.key()));
        assert_eq!(change.new, "obs-admin, ums-admin");

        // Only who did it, what it was about, and the address are words.
        assert_eq!(names(&admin, "ada", &[("kind", "user.role_added")]).await, ["user.role_added"]);
        assert_eq!(names(&admin, "kind:user.role_added", &[]).await, ["user.role_added"]);
        assert!(names(&admin, "ums-admin", &[]).await.is_empty());
        assert_eq!(names(&admin, "", &[("who", "admin@con"), ("kind", "user.role_added")]).await, ["user.role_added"]);
        assert_eq!(names(&admin, "", &[("who", "ad"), ("kind", "user.role_added")]).await, ["user.role_added"]);
        assert!(names(&admin, "", &[("who", "zo")]).await.is_empty());
        assert!(names(&admin, "", &[("kind", "user.unheard_of")]).await.is_empty());
        assert!(names(&admin, "", &[("colour", "red")]).await.is_empty());
    }

    async fn days_are_those_of_the_reader(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in(ADMIN).await;
        let at = found(&admin, "", &[("kind", "user.signed_in")], 0).await[0].at;
        let day = at.date().to_string();
        let of = async |filters: &[(&str, &str)], zone| found(&admin, "signed", filters, zone).await.len()
            + found(&admin, "", &[&[("kind", "user.signed_in")], filters].concat(), zone).await.len();
        assert_eq!(of(&[("from", &day), ("until", &day)], 0).await, 1);
        let before = (at - Duration::DAY).date().to_string();
        assert_eq!(of(&[("until", &before)], 0).await, 0);
        let after = (at + Duration::DAY).date().to_string();
        assert_eq!(of(&[("from", &after)], 0).await, 0);
        assert_eq!(of(&[("from", &before)], 0).await, 1);
        // It is noon: thirteen hours further east the next day has come.
        assert_eq!(of(&[("from", &after)], 13 * 60).await, 1);
        assert_eq!(of(&[("until", &day)], 13 * 60).await, 0);
        for nonsense in ["yesterday", "2026-02-30", ""] {
            let rows = of(&[("from", nonsense)], 0).await;
            assert_eq!(rows, usize::from(nonsense.is_empty()), "{nonsense}");
        }
    }

    async fn nobody_sees_what_others_did_and_only_those_who_may_view_the_account_see_any(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, ADA, "ums-admin").await.unwrap();
        let (admin, other) = (stage.sign_in(ADMIN).await, stage.sign_in("admin@fabrikam.example").await);
        let own = found(&admin, "", &[], 0).await;
        assert!(own.iter().any(|event| event.name == "user.added" && event.actor == ActorKind::CommandLine));
        assert!(own.iter().all(|event| !event.target.contains("fabrikam") && !event.actor_name.contains("fabrikam")));
        assert!(found(&admin, "fabrikam", &[], 0).await.is_empty());
        assert!(found(&admin, "", &[("who", "fabrikam")], 0).await.is_empty());
        assert!(!found(&other, "fabrikam", &[], 0).await.is_empty());
        let ada = stage.sign_in(ADA).await;
        assert_eq!(fault(stage.cloud.authorize::<ViewActivity>(&ada.token).await.map(drop)), Fault::Forbidden);
    }

    async fn pages_follow_each_other_without_a_gap(db: TestDb) {
        let stage = Stage::open(&db).await;
        for number in 0..7 {
            stage.add(stage.contoso, &format!("user{number}@contoso.example"), "ums-admin").await.unwrap();
        }
        let admin = stage.sign_in(ADMIN).await;
        let all = found(&admin, "", &[], 0).await;
        let (mut seen, mut query) = (Vec::new(), ListQuery { per: 3, ..ListQuery::default() });
        loop {
            let page = activity::list(&admin.may().await, query.clone(), 0).await.unwrap();
            seen.extend(page.rows);
            match page.next {
                Some(cursor) => query.cursor = cursor,
                None => break,
            }
        }
        assert_eq!(seen, all);
    }
}
