use store::{Engine, Schema};
use test_support::db_test;

db_test! {
    Schema::Cloud,

    async fn every_statement_of_the_portal_is_understood(db: TestDb) {
        let statements: Vec<_> = store::statements().filter(|statement| statement.module.starts_with("portal::")).collect();
        let lists: Vec<_> = store::list::statements().iter().map(|list| list.text(Engine::Sqlite)).collect();
        assert!(statements.len() > 40, "only {} statements", statements.len());
        for statement in statements {
            // A search by words is another one on each engine.
            let of_list = lists.contains(&statement.text(Engine::Sqlite));
            // Addresses by the thousand come as JSON, which each engine unfolds in its own way.
            let of_json = ["portal::routing::users::rows", "portal::routing::history::rows"].contains(&statement.module);
            assert!(of_list || of_json || !statement.is_pair(), "{}:{}", statement.file, statement.line);
            if let Err(error) = db.prepare(statement).await {
                panic!("{}:{}: {error:?}", statement.file, statement.line);
            }
        }
    }
}
