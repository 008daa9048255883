//! Lists: every order forwards and backwards, search by the letter, bounded counts, and every text prepared.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use domain::page::{ListQuery, Page, Total};
use store::{Db, Error, Filter, Schema, Sort, args, list, row, sql};
use test_support::db_test;
use uuid::Uuid;

row! {
    struct Item {
        name: String,
        weight: i64,
    }
}

list! {
    /// Items on a shelf.
    static ITEMS: {
        select: "i.name, i.weight",
        from: "items i",
        scope: "i.shelf = $1",
        id: "i.id",
        search: "(i.name like :search escape '\\' or i.note like :search escape '\\')",
        sorts: [Sort::text("name", "i.name"), Sort::int("weight", "coalesce(i.weight, 0)")],
        filters: [Filter::new("heavier", "i.weight > :value")],
    }
}

async fn shelf(db: &Db, items: &[(&str, i64)]) {
    let mut tx = db.begin().await.unwrap();
    let table = sql!(
        sqlite: "create table items (id blob not null primary key, shelf bigint not null, name text not null, note text not null, weight bigint)",
        postgres: "create table items (id uuid not null primary key, shelf bigint not null, name text collate \"C\" not null, note text not null, weight bigint)",
    );
    tx.execute(table, args![]).await.unwrap();
    for (number, (name, weight)) in (1_u128..).zip(items) {
        let insert = sql!("insert into items (id, shelf, name, note, weight) values ($1, 1, $2, '', $3)");
        tx.execute_one(insert, args![Uuid::from_u128(number), *name, *weight])
            .await
            .unwrap();
    }
    let foreign = sql!("insert into items (id, shelf, name, note, weight) values ($1, 2, 'foreign', '', 1)");
    tx.execute_one(foreign, args![Uuid::from_u128(u128::MAX)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn page(db: &Db, query: &ListQuery) -> Page<Item> {
    db.read()
        .await
        .unwrap()
        .list(&ITEMS, query, args![1])
        .await
        .unwrap()
}

fn names(page: &Page<Item>) -> Vec<&str> {
    page.rows.iter().map(|item| item.name.as_str()).collect()
}

/// Walks from the start to the end and back, and returns the pages seen on the way out.
async fn walk(db: &Db, query: ListQuery) -> Vec<Vec<String>> {
    let own = |page: &Page<Item>| names(page).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut current = page(db, &query).await;
    assert_eq!(current.previous, None);
    let mut out = vec![own(&current)];
    while let Some(cursor) = current.next.clone() {
        current = page(
            db,
            &ListQuery {
                cursor,
                ..query.clone()
            },
        )
        .await;
        out.push(own(&current));
    }
    let mut back = vec![own(&current)];
    while let Some(cursor) = current.previous.clone() {
        current = page(
            db,
            &ListQuery {
                cursor,
                ..query.clone()
            },
        )
        .await;
        assert!(current.next.is_some());
        back.push(own(&current));
    }
    back.reverse();
    assert_eq!(out, back);
    out
}

db_test! {
    Schema::Cloud,

    async fn every_order_is_walked_out_and_back(db: TestDb) {
        // Equal weights: only the id keeps them apart. Capital letters come first, as bytes do.
        shelf(&db, &[("b", 5), ("a", 5), ("C", 5), ("d", 1), ("é", 9)]).await;
        let by = |sort: &str, descending| ListQuery { sort: sort.to_owned(), descending, per: 2, ..ListQuery::default() };
        assert_eq!(walk(&db, by("name", false)).await, [vec!["C", "a"], vec!["b", "d"], vec!["é"]]);
        assert_eq!(walk(&db, by("name", true)).await, [vec!["é", "d"], vec!["b", "a"], vec!["C"]]);
        assert_eq!(walk(&db, by("weight", false)).await, [vec!["d", "b"], vec!["a", "C"], vec!["é"]]);
        assert_eq!(walk(&db, by("weight", true)).await, [vec!["é", "C"], vec!["a", "b"], vec!["d"]]);
        assert_eq!(walk(&db, by("no such column", false)).await.concat(), ["C", "a", "b", "d", "é"]);
        let whole = ListQuery { per: 5, ..ListQuery::default() };
        assert_eq!(walk(&db, whole).await.len(), 1);
    }

    async fn a_search_takes_wildcards_by_the_letter(db: TestDb) {
        shelf(&db, &[("100% wool", 1), ("100 wool", 2), ("wo_l", 3), ("müller", 4)]).await;
        let search = |words: &str| ListQuery { search: words.to_owned(), ..ListQuery::default() };
        assert_eq!(names(&page(&db, &search("0%")).await), ["100% wool"]);
        assert_eq!(names(&page(&db, &search("wo_")).await), ["wo_l"]);
        assert_eq!(names(&page(&db, &search(" MÜLL ")).await), ["müller"]);
        assert_eq!(page(&db, &search("wool")).await.total, Total::Exact(2));
        assert_eq!(page(&db, &search("\\' or 1=1 --")).await.total, Total::Exact(0));
        assert_eq!(page(&db, &search("foreign")).await.total, Total::Exact(0));
        assert_eq!(page(&db, &search("")).await.total, Total::Exact(4));
    }

    async fn filters_narrow_and_unknown_ones_are_refused(db: TestDb) {
        shelf(&db, &[("a", 1), ("b", 2), ("c", 3)]).await;
        let query = ListQuery { per: 1, search: "c".to_owned(), ..ListQuery::default() };
        let mut tx = db.read().await.unwrap();
        let heavy: Page<Item> = tx.list_filtered(&ITEMS, &query, args![1], &[("heavier", store::value(&2_i64))]).await.unwrap();
        assert_eq!((names(&heavy), heavy.rows[0].weight, heavy.total), (vec!["c"], 3, Total::Exact(1)));
        let unknown = tx.list_filtered::<Item>(&ITEMS, &query, args![1], &[("lighter", store::value(&2_i64))]).await;
        assert!(matches!(unknown, Err(Error::Argument(_))));
        assert!(matches!(tx.list::<Item>(&ITEMS, &query, args![]).await, Err(Error::Argument(_))));
    }

    async fn a_cursor_that_fits_no_more_leads_to_the_start(db: TestDb) {
        shelf(&db, &[("a", 1), ("b", 2), ("c", 3)]).await;
        let query = ListQuery { per: 2, ..ListQuery::default() };
        let cursor = page(&db, &query).await.next.unwrap();
        let other_order = ListQuery { cursor: cursor.clone(), sort: "weight".to_owned(), ..query.clone() };
        assert_eq!(names(&page(&db, &other_order).await), ["a", "b"]);
        let forged = ListQuery { cursor: "e30'; drop table items".to_owned(), ..query.clone() };
        assert_eq!(names(&page(&db, &forged).await), ["a", "b"]);
        let good = ListQuery { cursor: cursor.clone(), ..query.clone() };
        assert_eq!(names(&page(&db, &good).await), ["c"]);
        let mut tx = db.begin().await.unwrap();
        tx.execute_one(sql!("delete from items where name = 'c'"), args![]).await.unwrap();
        tx.commit().await.unwrap();
        let gone = page(&db, &good).await;
        assert_eq!((names(&gone), &gone.previous, &gone.next), (vec!["a", "b"], &None, &None));
    }

    async fn the_count_stops_where_it_no_longer_matters(db: TestDb) {
        shelf(&db, &[]).await;
        let fill = sql!(
            sqlite: "with recursive n (i) as (select 1 union all select i + 1 from n where i < 10000) \
                     insert into items (id, shelf, name, note, weight) select randomblob(16), 1, 'x', '', i from n",
            postgres: "insert into items (id, shelf, name, note, weight) select gen_random_uuid(), 1, 'x', '', i from generate_series(1, 10000) i",
        );
        let mut tx = db.begin().await.unwrap();
        tx.execute(fill, args![]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(page(&db, &ListQuery::default()).await.total, Total::Exact(10_000));
        let mut tx = db.begin().await.unwrap();
        let one_more = sql!("insert into items (id, shelf, name, note, weight) values ($1, 1, 'x', '', 0)");
        tx.execute_one(one_more, args![Uuid::nil()]).await.unwrap();
        tx.commit().await.unwrap();
        let full = page(&db, &ListQuery::default()).await;
        assert_eq!((full.total, full.rows.len()), (Total::AtLeast(10_000), 50));
    }

    async fn every_text_of_a_list_can_be_prepared(db: TestDb) {
        shelf(&db, &[]).await;
        let mut texts = 0;
        for statement in store::statements().filter(|s| s.text(db.engine()).contains("from items i")) {
            db.prepare(statement).await.unwrap();
            texts += 1;
        }
        // (2 orders x 2 directions x (start, next, previous) + count) x search x filter
        assert_eq!(texts, (2 * 2 * 3 + 1) * 2 * 2);
    }
}
