//! Both engines get the same database: equal migrations, tables, columns, nullability, types and unique indexes.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use store::{Db, Engine, Schema, args, sql};

const SIDES: [Schema; 2] = [Schema::Cloud, Schema::Company];

#[test]
fn migrations_have_equal_names() {
    for schema in SIDES {
        let names = |engine| schema.migrations(engine).collect::<Vec<_>>();
        assert_eq!(names(Engine::Sqlite), names(Engine::Postgres), "{schema:?}");
    }
}

#[tokio::test]
async fn both_engines_have_the_same_columns() {
    for schema in SIDES {
        let (sqlite, postgres) = (
            test_support::db::sqlite(schema).await,
            test_support::db::postgres(schema).await,
        );
        let (sqlite, postgres) = (columns(&sqlite).await, columns(&postgres).await);
        assert_eq!(
            sqlite.keys().collect::<Vec<_>>(),
            postgres.keys().collect::<Vec<_>>(),
            "{schema:?}: columns"
        );
        let mut wrong = Vec::new();
        for ((table, column), (kind, nullable)) in &sqlite {
            let (other_kind, other_nullable) = &postgres[&(table.clone(), column.clone())];
            if nullable != other_nullable {
                wrong.push(format!(
                    "{table}.{column}: `not null` on one engine only (SQLite needs it at primary keys too)"
                ));
            }
            if !same(kind, other_kind) {
                wrong.push(format!(
                    "{table}.{column}: {kind} on SQLite, {other_kind} on PostgreSQL"
                ));
            }
        }
        assert!(wrong.is_empty(), "{schema:?}:\n{}", wrong.join("\n"));
    }
}

#[tokio::test]
async fn both_engines_have_the_same_unique_indexes() {
    for schema in SIDES {
        let (sqlite, postgres) = (
            test_support::db::sqlite(schema).await,
            test_support::db::postgres(schema).await,
        );
        let (sqlite, postgres) = (unique(&sqlite).await, unique(&postgres).await);
        assert_eq!(sqlite, postgres, "{schema:?}: unique columns");
        for (table, columns) in postgres {
            let name = format!("{table}_{}_key", columns.replace(',', "_"));
            assert!(name.len() <= 63, "{schema:?}: PostgreSQL cuts the name {name}");
        }
    }
}

fn same(sqlite: &str, postgres: &str) -> bool {
    let expected: &[&str] = match sqlite.to_ascii_lowercase().as_str() {
        "bigint" | "integer" => &["bigint"],
        "boolean" => &["boolean"],
        "text" => &["text"],
        "blob" => &["uuid", "bytea"],
        _ => &[],
    };
    expected.contains(&postgres)
}

/// Type and nullability by table and column, those of the search index of SQLite left out.
async fn columns(db: &Db) -> BTreeMap<(String, String), (String, bool)> {
    let select = sql!(
        sqlite: "select t.name, c.name, c.type, c.\"notnull\" = 0 from pragma_table_list t join pragma_table_xinfo(t.name) c \
                 where t.type = 'table' and t.name not like '\\_sqlx%' escape '\\' and t.name not like 'sqlite\\_%' escape '\\'",
        postgres: "select cast(table_name as text), cast(column_name as text), cast(data_type as text), is_nullable = 'YES' \
                   from information_schema.columns where table_schema = 'public' and table_name not like '\\_sqlx%'",
    );
    let rows = db
        .read()
        .await
        .unwrap()
        .all::<(String, String, String, bool)>(select, args![])
        .await
        .unwrap();
    rows.into_iter()
        .map(|(table, column, kind, nullable)| ((table, column), (kind, nullable)))
        .collect()
}

/// Table and columns of each unique index over plain columns, primary keys left out.
async fn unique(db: &Db) -> BTreeSet<(String, String)> {
    let select = sql!(
        sqlite: "select t.name, (select group_concat(coalesce(c.name, '()'), ',') from pragma_index_info(i.name) c) \
                 from sqlite_master t join pragma_index_list(t.name) i \
                 where t.type = 'table' and i.\"unique\" = 1 and i.origin <> 'pk' and t.name not like '\\_sqlx%' escape '\\'",
        postgres: "select cast(t.relname as text), string_agg(coalesce(a.attname, '()'), ',' order by k.place) \
                   from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace \
                   cross join lateral unnest(i.indkey) with ordinality as k (number, place) \
                   left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number and k.number > 0 \
                   where n.nspname = 'public' and i.indisunique and not i.indisprimary and t.relname not like '\\_sqlx%' \
                   group by t.relname, i.indexrelid",
    );
    db.read()
        .await
        .unwrap()
        .all::<(String, String)>(select, args![])
        .await
        .unwrap()
        .into_iter()
        .collect()
}
