use std::time::Instant;

use domain::mapped_users::{ImportAct, LineResult, MapUsers as Draft};
use domain::page::{ListQuery, Total};
use domain::permission::{CreateRouting, MapUsers, RestoreRouting, ViewRouting};
use domain::routing::{Routing, RoutingDraft};
use domain::routing_change::RestoreRouting as Restore;
use domain::{Fault, Reason};
use store::{Engine, Schema};
use test_support::db_test;
use time::Duration;

use crate::stage::{Person, Stage, events, fault, reason, routing_draft};

async fn record(person: &Person<'_>, name: &str, domain: &str) -> Routing {
    let draft = RoutingDraft {
        name: name.into(),
        domains: domain.into(),
        ..routing_draft()
    };
    portal::routing::register(&person.may::<CreateRouting>().await, draft)
        .await
        .unwrap()
}

fn draft(record: &Routing, act: ImportAct, file: &str) -> Draft {
    Draft {
        record: record.row.id.to_string(),
        act: act.key().into(),
        file: file.into(),
        ..Draft::default()
    }
}

async fn import(person: &Person<'_>, draft: &Draft) -> access::Result<Vec<(u32, LineResult)>> {
    let record = portal::routing::users::import(&person.may::<MapUsers>().await, draft).await?;
    let results = portal::routing::users::all_results(&person.may::<ViewRouting>().await, record).await?;
    Ok(results
        .lines
        .into_iter()
        .map(|line| (line.line, line.result))
        .collect())
}

async fn count(person: &Person<'_>, record: &Routing) -> u64 {
    let auth = person.may::<ViewRouting>().await;
    portal::routing::get(&auth, record.row.id).await.unwrap().users
}

fn many(from: usize, to: usize) -> String {
    let users: Vec<_> = (from..to)
        .map(|number| format!("user{number:05}@contoso.example"))
        .collect();
    users.join("\n")
}

/// `work`, done within so many milliseconds.
async fn within<T>(most: u64, what: &str, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    let took = begun.elapsed();
    println!("{what}: {took:?}");
    assert!(took.as_millis() < most.into(), "{what} took {took:?}");
    done
}

db_test! {
    Schema::Cloud,

    async fn every_line_has_its_result_and_one_bad_line_stops_all(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let (own, other) = (record(&admin, "Own", "one.example").await, record(&admin, "Other", "two.example").await);
        import(&admin, &draft(&own, ImportAct::Add, "here@contoso.example")).await.unwrap();
        import(&admin, &draft(&other, ImportAct::Add, "there@contoso.example")).await.unwrap();
        let file = "email,name\nada@contoso.example,Ada\n\nHERE@contoso.example,x\nthere@contoso.example\nnobody\nADA@contoso.example\n";
        let expected = |good: LineResult| vec![
            (2, good),
            (4, LineResult::Already),
            (5, LineResult::Elsewhere { record: "Other".into() }),
            (6, LineResult::Bad { reason: Reason::NotAnEmail }),
            (7, LineResult::Repeated),
        ];
        let whole = draft(&own, ImportAct::Add, file);
        assert_eq!(import(&admin, &whole).await.unwrap(), expected(LineResult::Waits));
        assert_eq!(count(&admin, &own).await, 1, "nothing was stored");
        let partly = Draft { partly: true, ..whole };
        assert_eq!(import(&admin, &partly).await.unwrap(), expected(LineResult::Done));
        assert_eq!((count(&admin, &own).await, count(&admin, &other).await), (2, 1));

        let page = portal::routing::users::results(&admin.may::<ViewRouting>().await, own.row.id, 0).await.unwrap().import.unwrap();
        assert_eq!((page.done, page.already, page.bad, page.waits, page.total), (1, 2, 2, 0, 5));
        assert_eq!(page.lines.iter().map(|line| line.line).collect::<Vec<_>>(), [5, 6, 7, 4, 2], "bad ones first");
        assert_eq!(events(&db, "routing.users_mapped").await.len(), 3);

        let remove = draft(&own, ImportAct::Remove, "ada@contoso.example\nthere@contoso.example");
        assert_eq!(import(&admin, &remove).await.unwrap(), [(1, LineResult::Done), (2, LineResult::Already)]);
        assert_eq!((count(&admin, &own).await, count(&admin, &other).await), (1, 1));
    }

    async fn a_foreign_record_takes_nobody(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let own = record(&admin, "Own", "one.example").await;
        import(&admin, &draft(&own, ImportAct::Add, "ada@contoso.example")).await.unwrap();
        let other = stage.sign_in("admin@fabrikam.example").await;
        assert_eq!(fault(import(&other, &draft(&own, ImportAct::Add, "eve@fabrikam.example")).await), Fault::NotFound);
        assert_eq!(fault(import(&other, &draft(&own, ImportAct::Remove, "ada@contoso.example")).await), Fault::NotFound);
        let auth = other.may::<ViewRouting>().await;
        assert_eq!(fault(portal::routing::users::list(&auth, own.row.id, ListQuery::default()).await), Fault::NotFound);
        assert_eq!(fault(portal::routing::users::results(&auth, own.row.id, 0).await), Fault::NotFound);
        assert_eq!(fault(portal::routing::users::remove(&other.may::<MapUsers>().await, own.row.id, "ADA@contoso.example").await), Fault::NotFound);
        assert_eq!(count(&admin, &own).await, 1);
        portal::routing::users::remove(&admin.may::<MapUsers>().await, own.row.id, "ADA@contoso.example").await.unwrap();
        assert_eq!(count(&admin, &own).await, 0);
        assert_eq!(fault(portal::routing::users::remove(&admin.may::<MapUsers>().await, own.row.id, "ADA@contoso.example").await), Fault::NotFound);
    }

    async fn before_the_first_import_there_is_no_last_one(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let own = record(&admin, "Own", "one.example").await;
        let auth = admin.may::<ViewRouting>().await;
        let none = portal::routing::users::results(&auth, own.row.id, 0).await.unwrap();
        assert_eq!((none.name.as_str(), none.import), ("Own", None));
        assert_eq!(fault(portal::routing::users::all_results(&auth, own.row.id).await), Fault::NotFound);
        import(&admin, &draft(&own, ImportAct::Add, "ada@contoso.example")).await.unwrap();
        let some = portal::routing::users::results(&auth, own.row.id, 0).await.unwrap();
        assert_eq!(some.import.unwrap().total, 1);
    }

    async fn a_record_is_found_by_the_beginning_of_a_users_address(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let (own, other) = (record(&admin, "Own", "one.example").await, record(&admin, "Other", "two.example").await);
        import(&admin, &draft(&own, ImportAct::Add, "Ada_1@contoso.example")).await.unwrap();
        import(&admin, &draft(&other, ImportAct::Add, "bob@contoso.example")).await.unwrap();
        let auth = admin.may::<ViewRouting>().await;
        let search = async |text: &str| {
            let query = ListQuery { search: text.into(), ..ListQuery::default() };
            let page = portal::routing::list(&auth, query).await.unwrap();
            page.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        for whose in ["ada_", "ADA_1@contoso.example", "own"] {
            assert_eq!(search(whose).await, ["Own"], "{whose}");
        }
        assert_eq!(search("b").await, ["Other"]);
        for nobodys in ["ada%", "da_1", "ada_1@contoso.examples"] {
            assert_eq!(search(nobodys).await, Vec::<String>::new(), "{nobodys}");
        }
    }

    /// The bounds are those of a busy machine: alone each of these takes a small part of them.
    async fn a_record_with_fifty_thousand_users_has_no_slow_page(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let own = record(&admin, "Own", "one.example").await;
        let all = draft(&own, ImportAct::Add, &many(0, 50_000));
        within(60_000, "the import", import(&admin, &all)).await.unwrap();
        let auth = admin.may::<ViewRouting>().await;
        let page = within(1_500, "the record", portal::routing::get(&auth, own.row.id)).await.unwrap();
        assert_eq!((page.users, page.first_users.len()), (50_000, domain::routing::USERS_SHOWN as usize));
        for (search, found) in [("user49999", 1), ("49999", 0), ("u", 1)] {
            let query = ListQuery { search: search.into(), ..ListQuery::default() };
            let list = within(1_500, search, portal::routing::list(&auth, query)).await.unwrap();
            assert_eq!(list.rows.len(), found, "{search}");
        }
        for (search, found) in [("", 50), ("49999@", 1), ("nobody", 0), ("user", 50)] {
            let query = ListQuery { search: search.into(), ..ListQuery::default() };
            let users = within(2_500, search, portal::routing::users::list(&auth, own.row.id, query)).await.unwrap();
            assert_eq!(users.rows.len(), found, "{search}");
        }
        let query = ListQuery { sort: "added".into(), descending: true, ..ListQuery::default() };
        within(2_500, "the newest", portal::routing::users::list(&auth, own.row.id, query)).await.unwrap();
        let last = within(5_000, "the last import", portal::routing::users::results(&auth, own.row.id, 49_000)).await.unwrap();
        assert_eq!(last.import.unwrap().lines.len(), 200);
    }

    async fn fifty_thousand_users_are_added_listed_and_taken_back(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let own = record(&admin, "Own", "one.example").await;
        let results = import(&admin, &draft(&own, ImportAct::Add, &many(0, 50_000))).await.unwrap();
        assert!(results.len() == 50_000 && results.iter().all(|(_, result)| *result == LineResult::Done));
        assert_eq!(count(&admin, &own).await, 50_000);
        let again = import(&admin, &draft(&own, ImportAct::Add, &many(49_999, 50_001))).await.unwrap();
        assert_eq!(again, [(1, LineResult::Already), (2, LineResult::Done)]);

        let auth = admin.may::<ViewRouting>().await;
        let mut query = ListQuery { per: 200, ..ListQuery::default() };
        let first = portal::routing::users::list(&auth, own.row.id, query.clone()).await.unwrap();
        assert_eq!((first.rows.len(), first.rows[0].email.as_str(), first.total), (200, "user00000@contoso.example", Total::AtLeast(10_000)));
        query.cursor = first.next.unwrap();
        let second = portal::routing::users::list(&auth, own.row.id, query).await.unwrap();
        assert_eq!(second.rows[0].email, "user00200@contoso.example");
        let search = ListQuery { search: "R49999@".into(), ..ListQuery::default() };
        let found = portal::routing::users::list(&auth, own.row.id, search).await.unwrap();
        assert_eq!((found.rows.len(), found.total), (1, Total::Exact(1)));

        // The way back to the state before.
        let now = portal::routing::get(&auth, own.row.id).await.unwrap();
        let back = Restore { record: own.row.id.to_string(), version: now.version.to_string(), to: "1".into() };
        portal::routing::restore(&admin.may::<RestoreRouting>().await, back).await.unwrap();
        assert_eq!(count(&admin, &own).await, 0);
        let now = portal::routing::get(&auth, own.row.id).await.unwrap();
        let forth = Restore { record: own.row.id.to_string(), version: now.version.to_string(), to: "2".into() };
        portal::routing::restore(&admin.may::<RestoreRouting>().await, forth).await.unwrap();
        assert_eq!(count(&admin, &own).await, 50_000);
    }

    async fn a_record_has_a_hundred_thousand_users_and_not_one_more(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let own = record(&admin, "Own", "one.example").await;
        import(&admin, &draft(&own, ImportAct::Add, &many(0, 99_999))).await.unwrap();
        assert_eq!(reason(import(&admin, &draft(&own, ImportAct::Add, &many(99_999, 100_001))).await, "users"), Reason::TooMany { max: 100_000 });
        import(&admin, &draft(&own, ImportAct::Add, &many(99_999, 100_000))).await.unwrap();
        assert_eq!(count(&admin, &own).await, 100_000);
    }

    async fn imports_are_counted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.active_admin().await;
        let own = record(&admin, "Own", "one.example").await;
        for _ in 0..30 {
            import(&admin, &draft(&own, ImportAct::Add, "ada@contoso.example")).await.unwrap();
        }
        let over = fault(import(&admin, &draft(&own, ImportAct::Add, "ada@contoso.example")).await);
        assert!(matches!(over, Fault::TooMany { .. }), "{over:?}");
        stage.cloud.clock.advance(Duration::MINUTE);
        import(&admin, &draft(&own, ImportAct::Add, "ada@contoso.example")).await.unwrap();
    }
}

/// Batches go through indexes: nothing walks the users of all accounts.
#[tokio::test]
async fn batches_find_users_by_an_index() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let mut seen = 0;
    for statement in store::statements() {
        let text = statement.text(Engine::Sqlite);
        if statement.module != "portal::routing::users::rows" || !text.contains("routing_users") {
            continue;
        }
        seen += 1;
        let plan = db.explain(statement).await.unwrap();
        let walks = plan.iter().find(|step| step.starts_with("SCAN routing_users"));
        assert_eq!(walks, None, "{text}\n{plan:#?}");
    }
    assert!(seen >= 6, "only {seen}");
}

/// The list of records looks for users by the beginning of their addresses, in each record by its index.
#[tokio::test]
async fn the_list_of_records_finds_users_by_an_index() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let mut seen = 0;
    for list in store::list::statements() {
        if list.module != "portal::routing::rows" || !list.text(Engine::Sqlite).contains("routing_users") {
            continue;
        }
        seen += 1;
        let plan = db.explain(&list).await.unwrap();
        let of_users = plan.iter().find(|step| step.contains(" u ")).unwrap();
        assert!(
            of_users.contains("routing_id=? AND account_id=? AND email_key>? AND email_key<?"),
            "{plan:#?}"
        );
    }
    assert!(seen >= 6, "only {seen}");
}
