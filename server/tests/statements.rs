use store::{Engine, Schema, Statement};
use test_support::db;

/// The databases that statements of this module are for. `None`: nobody has said.
fn schemas(module: &str) -> Option<&'static [Schema]> {
    match module.split("::").next().unwrap_or_default() {
        "portal" | "onboarding" => Some(&[Schema::Cloud]),
        "ums" => Some(&[Schema::Company]),
        "access" => Some(&[Schema::Cloud, Schema::Company]),
        // Those of these tests.
        "integration" => Some(&[]),
        _ => None,
    }
}

async fn all_are_prepared(engine: Engine) {
    let mut faults = Vec::new();
    let mut prepared = 0;
    for schema in [Schema::Cloud, Schema::Company] {
        let db = db::open(engine, schema).await;
        for statement in store::statements() {
            let Some(schemas) = schemas(statement.module) else {
                faults.push(format!(
                    "{}: no database is named for this module",
                    place(statement)
                ));
                continue;
            };
            if !schemas.contains(&schema) {
                continue;
            }
            prepared += 1;
            if let Err(error) = db.prepare(statement).await {
                faults.push(format!(
                    "{}: {error:?}\n{}",
                    place(statement),
                    statement.text(engine)
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(prepared > 150, "only {prepared} statements");
}

fn place(statement: &Statement) -> String {
    format!("{} ({}:{})", statement.module, statement.file, statement.line)
}

#[tokio::test]
async fn every_statement_is_understood_by_sqlite() {
    all_are_prepared(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_statement_is_understood_by_postgresql() {
    all_are_prepared(Engine::Postgres).await;
}

/// A statement that differs between the engines is listed in `docs/two-databases.md`, and only taking jobs needs to.
#[test]
fn true_differences_are_few() {
    let pairs: Vec<_> = store::statements()
        .filter(|statement| statement.is_pair())
        .map(|statement| statement.module)
        .filter(|module| *module != "access::jobs")
        .collect();
    let of_lists = pairs
        .iter()
        .filter(|module| module.starts_with("store::"))
        .count();
    assert_eq!(pairs.len(), of_lists, "{pairs:?}");
}
