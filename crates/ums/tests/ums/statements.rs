use store::Schema;
use test_support::db_test;

db_test! {
    Schema::Company,
    /// Every statement of this crate is one that the database understands.
    async fn all_are_prepared(db: TestDb) {
        let ours: Vec<_> = store::statements().filter(|statement| statement.module.starts_with("ums::")).collect();
        assert!(ours.len() > 50, "{}", ours.len());
        for statement in ours {
            if let Err(error) = db.prepare(statement).await {
                panic!("{}:{}: {error:?}\n{}", statement.file, statement.line, statement.text(db.engine()));
            }
        }
    }
}
