//! Lists are paged in SQL by an index: no plan of a list walks a whole table or sorts one in memory. What a search found is sorted
//! in memory, and only that. (Counts are bounded by their own limit.)

use store::{Engine, Schema};

/// The rows of a search stand first in the plan, and each of the table's rows is got by its number.
fn gathers(plan: &[String]) -> bool {
    let gathered = |step: &String| {
        step.contains("VIRTUAL TABLE INDEX")
            || ["d", "p", "e"]
                .iter()
                .any(|table| step.starts_with(&format!("SEARCH {table} USING INTEGER PRIMARY KEY")))
            || step == "USE TEMP B-TREE FOR ORDER BY"
    };
    plan.first()
        .is_some_and(|step| step.contains("VIRTUAL TABLE INDEX"))
        && plan.iter().all(gathered)
}

/// Devices by the few letters that their names begin with, or of one site or department, in another order than by name: the index
/// of one of the two is used, and the other has to be made good. People and events likewise: by an index that knows more of a row
/// than its account.
fn narrows(text: &str, plan: &[String]) -> bool {
    let index = |step: &str| {
        let devices = ["name", "site", "department", "site_department"]
            .iter()
            .any(|index| step.starts_with(&format!("SEARCH d USING INDEX devices_{index} (")));
        let role = [
            "super_admin",
            "account_admin",
            "obs_admin",
            "ums_admin",
            "support_manager",
            "app_portal_user",
        ]
        .iter()
        .any(|role| step.starts_with(&format!("SEARCH p USING INDEX people_{role} (")));
        let more = [
            "SEARCH p USING INDEX people_",
            "SEARCH e USING INDEX audit_events_",
        ]
        .iter()
        .any(|start| step.starts_with(start))
            && step.contains("(account_id=? AND ");
        devices || role || more
    };
    !text.contains("order by d.name_key")
        && plan
            .iter()
            .all(|step| index(step) || step.starts_with("USE TEMP B-TREE FOR "))
}

#[tokio::test]
async fn no_list_walks_a_table_or_sorts_in_memory() {
    let (mut looked_at, mut gathered) = (0, 0);
    for (schema, module) in [
        (Schema::Cloud, "portal"),
        (Schema::Cloud, "onboarding"),
        (Schema::Company, "ums"),
    ] {
        let db = test_support::db::sqlite(schema).await;
        for statement in store::list::statements()
            .into_iter()
            .filter(|list| list.module.starts_with(module))
            .filter(|list| {
                let text = list.text(Engine::Sqlite);
                !text.starts_with("select count") && !text.starts_with("select gram.value")
            })
        {
            let text = statement.text(Engine::Sqlite);
            let plan = db.explain(&statement).await.unwrap();
            looked_at += 1;
            if gathers(&plan) {
                gathered += 1;
                continue;
            }
            let bad = plan.iter().find(|step| {
                let unbounded = step.starts_with("SCAN") && !step.contains("USING") && *step != "SCAN walked";
                unbounded || step.contains("TEMP B-TREE")
            });
            if !narrows(text, &plan) {
                assert_eq!(bad, None, "{}: {text}\n{plan:#?}", statement.module);
            }
        }
    }
    assert!(looked_at > 20, "only {looked_at} texts of lists were found");
    assert!(
        gathered > 20,
        "only {gathered} texts put in order what a search found"
    );
}

/// A count of people or events looks at no more than one account, and where it is narrowed at no more than one index.
#[tokio::test]
async fn people_and_events_are_counted_by_an_index() {
    let db = test_support::db::sqlite(Schema::Cloud).await;
    let mut counts = 0;
    for statement in store::list::statements()
        .into_iter()
        .filter(|list| matches!(list.module, "portal::users::rows" | "portal::activity::rows"))
        .filter(|list| list.text(Engine::Sqlite).starts_with("select count(*)"))
    {
        let text = statement.text(Engine::Sqlite);
        let plan = db.explain(&statement).await.unwrap();
        let bad = plan.iter().find(|step| {
            let by_index = step.contains(" INDEX people_") || step.contains(" INDEX audit_events_");
            let of_hits = text.contains("as hit") && step.contains("USING INTEGER PRIMARY KEY");
            let table = ["SCAN p", "SCAN e", "SEARCH p", "SEARCH e"]
                .iter()
                .any(|start| step == start || step.starts_with(&format!("{start} ")));
            table && !by_index && !of_hits
        });
        assert_eq!(bad, None, "{text}\n{plan:#?}");
        counts += 1;
    }
    assert!(counts > 20, "only {counts}");
}

#[tokio::test]
async fn devices_are_counted_by_an_index() {
    let db = test_support::db::sqlite(Schema::Company).await;
    let mut counts = 0;
    for statement in store::list::statements()
        .into_iter()
        .filter(|list| list.module == "ums::devices::search")
        .filter(|list| {
            let text = list.text(Engine::Sqlite);
            text.starts_with("select count(*)") || text.starts_with("select gram.value")
        })
    {
        let text = statement.text(Engine::Sqlite);
        let plan = db.explain(&statement).await.unwrap();
        let table = plan.iter().find(|step| {
            (*step == "SCAN d" || step.starts_with("SCAN d ") || step.starts_with("SEARCH d "))
                && !step.contains("INDEX devices_")
                && !(text.contains("as hit") && step.starts_with("SEARCH d USING INTEGER PRIMARY KEY"))
        });
        assert_eq!(table, None, "{text}\n{plan:#?}");
        counts += 1;
    }
    assert!(counts > 4, "only {counts}");
}
