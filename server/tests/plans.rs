//! Lists are paged in SQL by an index: no plan of a list walks a whole table or sorts it in memory. (Counts are bounded by their
//! own limit.)

use store::Schema;

#[tokio::test]
async fn no_list_walks_a_table_or_sorts_in_memory() {
    let mut looked_at = 0;
    for (schema, module) in [
        (Schema::Cloud, "portal"),
        (Schema::Cloud, "onboarding"),
        (Schema::Company, "ums"),
    ] {
        let db = test_support::db::sqlite(schema).await;
        for statement in store::list::statements()
            .into_iter()
            .filter(|list| list.module.starts_with(module))
            .filter(|list| !list.text(store::Engine::Sqlite).starts_with("select count"))
        {
            let plan = db.explain(&statement).await.unwrap();
            let bad = plan.iter().find(|step| {
                (step.starts_with("SCAN") && !step.contains("USING")) || step.contains("TEMP B-TREE")
            });
            assert_eq!(
                bad,
                None,
                "{}: {}",
                statement.module,
                statement.text(store::Engine::Sqlite)
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 20, "only {looked_at} texts of lists were found");
}
