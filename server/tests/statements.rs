use std::collections::BTreeMap;

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

/// The modules of statements that differ between the engines, and how many. `docs/src/two-databases.md` lists them too, and what a
/// list makes of a search by words.
const PAIRS: [(&str, usize, &str); 9] = [
    ("access::acting", 1, "many rows in one statement"),
    ("access::jobs", 1, "takes a job from the queue"),
    ("portal::routing::history::rows", 1, "counts what stands in JSON"),
    ("portal::routing::users::rows", 3, "many rows in one statement"),
    ("ums::commands::rows", 4, "many rows in one statement"),
    ("ums::devices::inventory", 1, "names only the columns that change"),
    ("ums::enrolment::rows", 3, "many rows in one statement"),
    ("ums::first_auth_keys::rows", 3, "many rows in one statement"),
    ("ums::presence", 1, "many rows in one statement"),
];

#[test]
fn true_differences_are_few() {
    let of_lists: Vec<_> = store::list::statements()
        .iter()
        .map(|list| list.text(Engine::Sqlite))
        .collect();
    let mut pairs = BTreeMap::new();
    for statement in store::statements() {
        if statement.is_pair() && !of_lists.contains(&statement.text(Engine::Sqlite)) {
            *pairs.entry(statement.module).or_insert(0) += 1;
        }
    }
    let known: BTreeMap<_, _> = PAIRS
        .into_iter()
        .map(|(module, count, _)| (module, count))
        .collect();
    assert_eq!(pairs, known);
}
