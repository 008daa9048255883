use store::Schema;
use test_support::{db, db_test};

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

#[tokio::test]
async fn revoked_devices_are_sought_every_few_seconds_and_found_by_an_index() {
    let db = db::sqlite(Schema::Company).await;
    let statement = store::statements()
        .find(|statement| {
            statement.module == "ums::devices::rows"
                && statement.text(db.engine()).contains("revoked_at > $1")
        })
        .expect("the statement that seeks them");
    let plan = db.explain(statement).await.unwrap();
    assert!(
        plan.iter().all(|step| step.contains("devices_revoked")),
        "{plan:?}"
    );
}
