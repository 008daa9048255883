//! The throw-away cluster: databases of its own for each test, and nothing left behind.

use store::{Schema, args, sql};
use test_support::postgres::Cluster;

#[test]
fn a_cluster_serves_many_databases_and_leaves_nothing_behind() {
    let cluster = Cluster::start().unwrap();
    let server = cluster.url();
    test_support::db::block_on(async {
        let make = |name: &'static str| store::databases::create(&server, Schema::Cloud, name);
        // All at once: the template is made once, under its lock.
        let (one, two) = tokio::join!(make("one"), make("two"));
        let one = store::Db::open(&one.unwrap(), Schema::Cloud).await.unwrap();
        let two = store::Db::open(&two.unwrap(), Schema::Cloud).await.unwrap();
        let mut tx = one.begin().await.unwrap();
        tx.execute(sql!("create table only_here (id bigint)"), args![])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let count = sql!("select count(*) from information_schema.tables where table_name = 'only_here'");
        assert_eq!(
            one.read()
                .await
                .unwrap()
                .scalar::<i64>(count, args![])
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            two.read()
                .await
                .unwrap()
                .scalar::<i64>(count, args![])
                .await
                .unwrap(),
            0
        );
        store::databases::drop(&server, "one").await.unwrap();
        store::Db::open(&server.replace("/postgres?", "/one?"), Schema::Cloud)
            .await
            .unwrap_err();
        two.close().await;
    });
    let folder = cluster.folder().to_owned();
    assert!(folder.is_dir());
    drop(cluster);
    assert!(!folder.exists());
}
