use store::Schema;
use test_support::db_test;

db_test! {
    Schema::Cloud,

    async fn every_statement_of_the_portal_is_understood(db: TestDb) {
        let statements: Vec<_> = store::statements().filter(|statement| statement.module.starts_with("portal::")).collect();
        assert!(statements.len() > 40, "only {} statements", statements.len());
        for statement in statements {
            assert!(!statement.is_pair(), "{}:{}", statement.file, statement.line);
            if let Err(error) = db.prepare(statement).await {
                panic!("{}:{}: {error:?}", statement.file, statement.line);
            }
        }
    }
}
