//! A power cut during a change leaves the old or the new, never half. The program is ended at every step of its database work in
//! turn (`COSMOS_DIE_AT`, see `store::failpoint`), until it gets through.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use store::{Db, Schema, args, sql};
use test_support::db;

/// More steps than any change has.
const STEPS_MAX: u32 = 200;

fn cosmos(config: &Path, die_at: Option<u32>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosmos"));
    command
        .arg("--config")
        .arg(config)
        .args(arguments)
        .stdin(Stdio::null());
    if let Some(step) = die_at {
        command.env("COSMOS_DIE_AT", step.to_string());
    }
    command.output().unwrap()
}

/// Rows of a user with her roles and her event: all of them, or none.
async fn traces(db: &Db) -> [i64; 3] {
    let mut tx = db.read().await.unwrap();
    [
        tx.scalar(sql!("select count(*) from users"), args![])
            .await
            .unwrap(),
        tx.scalar(sql!("select count(*) from user_roles"), args![])
            .await
            .unwrap(),
        tx.scalar(
            sql!("select count(*) from audit_events where name = 'user.added'"),
            args![],
        )
        .await
        .unwrap(),
    ]
}

async fn a_user_is_added_whole_or_not_at_all(database: &str) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("cosmos.toml");
    let data = folder.path().join("data");
    let text = format!(
        "data_dir = \"{}\"\ncloud_database = \"{database}\"\n",
        data.display()
    );
    std::fs::write(&config, text).unwrap();
    let made = cosmos(&config, None, &["account", "create", "--name", "Contoso"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let url = if database.is_empty() {
        format!("sqlite:{}", data.join("cloud/db.sqlite").display())
    } else {
        database.to_owned()
    };
    let db = Db::open(&url, Schema::Cloud).await.unwrap();

    let add = [
        "user",
        "add",
        "--account",
        "Contoso",
        "--email",
        "admin@contoso.example",
        "--role",
        "super-admin",
        "--role",
        "obs-admin",
    ];
    for step in 1..STEPS_MAX {
        let done = cosmos(&config, Some(step), &add);
        let seen = traces(&db).await;
        assert!(
            seen == [0, 0, 0] || seen == [1, 2, 1],
            "after a cut at step {step}: {seen:?}"
        );
        if done.status.success() || seen == [1, 2, 1] {
            assert!(step > 4, "the program was never ended in the middle");
            assert_eq!(seen, [1, 2, 1]);
            return;
        }
    }
    panic!("the change has more than {STEPS_MAX} steps");
}

#[tokio::test]
async fn a_power_cut_leaves_no_half_user_on_sqlite() {
    a_user_is_added_whole_or_not_at_all("").await;
}

#[tokio::test]
async fn a_power_cut_leaves_no_half_user_on_postgres() {
    let database = db::postgres(Schema::Cloud).await;
    a_user_is_added_whole_or_not_at_all(database.url()).await;
}
