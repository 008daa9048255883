//! Lists: every order forwards and backwards, search by the letter, bounded counts, and every text prepared.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use domain::page::{ListQuery, Page, Total};
use store::{Db, Error, Filter, Schema, Sort, Words, args, list, row, sql};
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

list! {
    /// Books, found by the words on them.
    static BOOKS: {
        select: "b.name, b.weight",
        from: "books b",
        scope: "not b.lent",
        id: "b.id",
        search: "",
        words: Words::new("b.words", "b.number", "books_words", "b.name"),
        sorts: [Sort::text("name", "b.name"), Sort::int("weight", "b.weight")],
        filters: [
            Filter::typed("shelf", "b.shelf = :value"),
            Filter::contains("name", "b.name"),
            Filter::choice("half", &[("light", "b.weight < 850"), ("heavy", "b.weight >= 850")]),
            Filter::new("heavier", "b.weight > :value"),
        ],
    }
}

async fn library(db: &Db, books: &[(String, i64, String)]) {
    let mut tx = db.begin().await.unwrap();
    let tables = [
        sql!(
            sqlite: "create table books (number integer primary key, id blob not null unique, name text not null, weight bigint not null, \
                     words text not null, lent boolean not null, shelf text not null)",
            postgres: "create table books (number bigint generated always as identity unique, id uuid primary key, \
                       name text collate \"C\" not null, weight bigint not null, words text collate \"C\" not null, lent boolean not null, shelf text not null)",
        ),
        sql!(
            sqlite: "create virtual table books_words using fts5 (words, content = 'books', content_rowid = 'number', \
                     tokenize = 'trigram case_sensitive 1')",
            postgres: "create extension if not exists pg_trgm",
        ),
        sql!(
            sqlite: "create trigger books_words_insert after insert on books begin \
                     insert into books_words (rowid, words) values (new.number, new.words); end",
            postgres: "create index books_words on books using gin (words gin_trgm_ops)",
        ),
    ];
    for table in tables {
        tx.execute(table, args![]).await.unwrap();
    }
    for (number, (name, weight, words)) in (1_u128..).zip(books) {
        let insert =
            sql!("insert into books (id, name, weight, words, lent, shelf) values ($1, $2, $3, $4, $5, $6)");
        // A book that is lent has no words, as a row that no list shows.
        let lent = words.is_empty();
        let shelf = if number % 10 == 0 { "upper left" } else { "lower" };
        tx.execute_one(
            insert,
            args![Uuid::from_u128(number), name, *weight, words, lent, shelf],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

/// A book with its name among its words.
fn book(number: i64, name: &str, words: &str) -> (String, i64, String) {
    let name = format!("{name}{number:03}");
    (name.clone(), 1000 - number, format!("{name}\n{words}"))
}

/// What a search finds, page after page and back, with so many rows as few.
async fn books(db: &Db, search: &str, sort: &str, descending: bool, few: u64) -> (Vec<String>, Total) {
    narrowed(db, search, &[], sort, descending, few).await
}

/// The same with filters.
async fn narrowed(
    db: &Db,
    search: &str,
    filters: &[(&str, &str)],
    sort: &str,
    descending: bool,
    few: u64,
) -> (Vec<String>, Total) {
    let filters = filters.iter();
    let query = ListQuery {
        filters: filters
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        search: search.to_owned(),
        sort: sort.to_owned(),
        descending,
        per: 7,
        ..ListQuery::default()
    };
    let mut tx = db.read().await.unwrap();
    let mut pages: Vec<Page<Item>> = Vec::new();
    let mut at = query.clone();
    loop {
        let page: Page<Item> = tx.list_with_few(&BOOKS, &at, args![], few).await.unwrap();
        let next = page.next.clone();
        pages.push(page);
        let Some(cursor) = next else { break };
        at = ListQuery {
            cursor,
            ..query.clone()
        };
    }
    let found: Vec<String> = pages
        .iter()
        .flat_map(|page| names(page))
        .map(str::to_owned)
        .collect();
    let (total, mut at) = (pages[0].total, pages.pop().unwrap());
    assert_eq!(pages.first().and_then(|first| first.previous.as_deref()), None);
    // Back to the start: the same rows, but where names that begin with the word come first, not always on the same pages.
    let mut back = vec![names(&at).into_iter().map(str::to_owned).collect::<Vec<_>>()];
    while let Some(cursor) = at.previous.clone() {
        at = tx
            .list_with_few(
                &BOOKS,
                &ListQuery {
                    cursor,
                    ..query.clone()
                },
                args![],
                few,
            )
            .await
            .unwrap();
        assert!(at.next.is_some());
        back.push(names(&at).into_iter().map(str::to_owned).collect());
    }
    back.reverse();
    assert_eq!(back.concat(), found, "{search} by {sort} with {few}");
    (found, total)
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

/// Words, filters of columns, and which of the books have both.
type Narrowed<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a dyn Fn(usize) -> bool);

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

    async fn few_and_many_rows_with_a_word_make_the_same_list(db: TestDb) {
        // Every third is red; blue ones stand at the end of the order alone, further than a walk for a page goes.
        let all: Vec<_> = (0..900)
            .map(|n| book(n, "b", match n { 850.. => "blue sky", n if n % 3 == 0 => "red brick", _ => "grey" }))
            .collect();
        library(&db, &all).await;
        for (search, found) in [("red", 284), ("blue", 50), ("rick red", 284), ("red blue", 0), ("gre b0", 66), ("grey ey", 566), ("red 5", 81), ("b8", 100), ("B1 ", 100), ("purple", 0)] {
            let expected: Vec<String> = all.iter()
                .filter(|(name, _, words)| search.trim().to_lowercase().split(' ').all(|word| if search.trim().len() < 3 { name.starts_with(word) } else { words.contains(word) }))
                .map(|(name, ..)| name.clone())
                .collect();
            assert_eq!(expected.len(), found, "{search}");
            for (sort, descending) in [("name", false), ("name", true), ("weight", false), ("weight", true)] {
                let backwards = descending == (sort == "name");
                let mut expected = expected.clone();
                if backwards {
                    expected.reverse();
                }
                let found = u64::try_from(found).unwrap();
                let gathered = books(&db, search, sort, descending, found.max(1)).await;
                assert_eq!(gathered, (expected.clone(), Total::Exact(found)), "{search} by {sort}");
                if found > 1 {
                    let walked = books(&db, search, sort, descending, found - 1).await;
                    assert_eq!(walked, (expected, Total::AtLeast(found - 1)), "{search} by {sort}");
                }
            }
        }
    }

    async fn names_that_begin_with_the_word_come_first(db: TestDb) {
        // "art" stands at the beginning of names in the middle of the order, and in books before and behind them.
        let all: Vec<_> = (0..1000)
            .map(|n| {
                let name = match n { 0..500 => "ab", 500..560 => "art", 560..900 => "ma", _ => "z" };
                let words = match n { n if n % 40 == 7 => "art", 990.. => "modern arts", _ => "grey" };
                book(n, name, words)
            })
            .collect();
        library(&db, &all).await;
        // What is found, and how many names of these begin with it: none, all, some, nothing at all.
        for (search, found, first) in [("art", 94, 60), ("modern", 10, 0), ("ab0", 100, 100), ("art5", 60, 60), ("z90", 10, 10), ("ma5", 40, 40), ("ART", 94, 60), ("tulip", 0, 0)] {
            let word = search.to_lowercase();
            for descending in [false, true] {
                let mut expected: Vec<&str> = all.iter().filter(|(_, _, words)| words.contains(&word)).map(|(name, ..)| name.as_str()).collect();
                assert_eq!((expected.len(), expected.iter().filter(|name| name.starts_with(&word)).count()), (found, first), "{search}");
                if descending {
                    expected.reverse();
                }
                expected.sort_by_key(|name| !name.starts_with(&word));
                for few in [1000, found, found.saturating_sub(1), 0] {
                    let (rows, total) = books(&db, search, "name", descending, few.try_into().unwrap()).await;
                    assert_eq!(rows, expected, "{search} with {few}");
                    assert_eq!(total == Total::Exact(found.try_into().unwrap()), found <= few, "{search} with {few}");
                }
            }
            // In another order, and beside another word, no name comes first.
            for few in [1000, 0] {
                let (rows, _) = books(&db, search, "weight", true, few).await;
                assert!(rows.is_sorted(), "{search}");
                let (rows, _) = books(&db, &format!("{search} r"), "name", false, few).await;
                assert!(rows.is_sorted(), "{search}");
            }
        }
    }

    async fn a_page_over_the_seam_is_found_both_ways_when_its_rows_have_gone(db: TestDb) {
        let all: Vec<_> = (0..40).map(|n| book(n, if n < 20 { "before" } else { "seam" }, "seam")).collect();
        library(&db, &all).await;
        let query = ListQuery { search: "seam".to_owned(), per: 20, ..ListQuery::default() };
        let mut tx = db.begin().await.unwrap();
        for few in [1000, 0] {
            let own: Page<Item> = tx.list_with_few(&BOOKS, &query, args![], few).await.unwrap();
            assert_eq!((names(&own)[0], names(&own)[19], &own.previous), ("seam020", "seam039", &None));
            let at = |cursor: Option<String>| ListQuery { cursor: cursor.unwrap(), ..query.clone() };
            let others: Page<Item> = tx.list_with_few(&BOOKS, &at(own.next), args![], few).await.unwrap();
            assert_eq!((names(&others)[0], names(&others)[19], &others.next), ("before000", "before019", &None));
            let back: Page<Item> = tx.list_with_few(&BOOKS, &at(others.previous.clone()), args![], few).await.unwrap();
            assert_eq!((names(&back)[0], names(&back)[19], &back.previous), ("seam020", "seam039", &None));
            let again: Page<Item> = tx.list_with_few(&BOOKS, &at(back.next), args![], few).await.unwrap();
            assert_eq!(names(&again), names(&others));
        }
        let first: Page<Item> = tx.list_with_few(&BOOKS, &query, args![], 0).await.unwrap();
        let seam = ListQuery { cursor: first.next.unwrap(), ..query.clone() };
        tx.execute(sql!("delete from books where name < 'seam'"), args![]).await.unwrap();
        let start: Page<Item> = tx.list_with_few(&BOOKS, &seam, args![], 0).await.unwrap();
        assert_eq!((names(&start)[0], &start.previous, &start.next), ("seam020", &None, &None));
    }

    async fn filters_are_typed_beside_words(db: TestDb) {
        let all: Vec<_> = (1..=300).map(|n| book(n, "b", if n % 3 == 0 { "red brick" } else { "grey shelf:upper" })).collect();
        library(&db, &all).await;
        let upper = |n: usize| n.is_multiple_of(10);
        let nothing = |_: usize| false;
        let tests: [(&str, &dyn Fn(usize) -> bool); 12] = [
            ("shelf:\"upper left\"", &upper),
            ("shelf:lower", &|n| !upper(n)),
            ("SHELF:\"UPPER left\" red", &|n| upper(n) && n.is_multiple_of(3)),
            ("red brick shelf:lower", &|n| !upper(n) && n.is_multiple_of(3)),
            ("shelf:\"upper left\" b0", &|n| upper(n) && n < 100),
            ("b01 shelf:lower", &|n| !upper(n) && (10..20).contains(&n)),
            ("shelf:lower red ck", &|n| !upper(n) && n.is_multiple_of(3)),
            ("shelf:low", &nothing),
            ("shelf:lower shelf:\"upper left\"", &nothing),
            ("shelf:\"lower", &|n| !upper(n)),
            // These name no filter that may be typed.
            ("heavier:5", &nothing),
            ("helf:upper", &|n| !n.is_multiple_of(3)),
        ];
        for (search, has) in tests {
            for (sort, descending) in [("name", false), ("name", true), ("weight", false), ("weight", true)] {
                let mut expected: Vec<String> = (1..=300).filter(|n| has(*n)).map(|n| format!("b{n:03}")).collect();
                if descending == (sort == "name") {
                    expected.reverse();
                }
                for few in [1000, 20, 0] {
                    let (rows, _) = books(&db, search, sort, descending, few).await;
                    assert_eq!(rows, expected, "{search} by {sort} with {few}");
                }
            }
        }
    }

    async fn columns_are_narrowed_beside_words(db: TestDb) {
        let all: Vec<_> = (1..=300).map(|n| book(n, "b", if n % 3 == 0 { "red b01" } else { "grey" })).collect();
        library(&db, &all).await;
        let light = |n: usize| n > 150;
        let has = |n: usize, part: &str| format!("b{n:03}").contains(part);
        let tests: [Narrowed<'_>; 12] = [
            ("", &[("half", "light")], &light),
            ("red", &[("half", "heavy")], &|n| !light(n) && n.is_multiple_of(3)),
            // Anywhere in the column, and nowhere else in the row.
            ("", &[("name", "b01")], &|n| has(n, "b01")),
            ("", &[("name", "012")], &|n| has(n, "012")),
            ("", &[("name", "B2")], &|n| (200..300).contains(&n)),
            ("", &[("name", "01")], &|_| false),
            ("red", &[("name", "b01")], &|n| has(n, "b01") && n.is_multiple_of(3)),
            ("r", &[("name", "b01")], &|n| has(n, "b01")),
            ("", &[("name", "b1"), ("half", "light")], &|n| light(n) && (100..200).contains(&n)),
            ("shelf:lower", &[("name", "b1"), ("half", "light")], &|n| light(n) && (100..200).contains(&n) && !n.is_multiple_of(10)),
            ("", &[("name", "b15"), ("half", "light"), ("shelf", "upper left")], &|n| has(n, "b15") && light(n) && n.is_multiple_of(10)),
            ("", &[("half", "neither")], &|_| false),
        ];
        for (search, filters, has) in tests {
            for (sort, descending) in [("name", false), ("name", true), ("weight", false), ("weight", true)] {
                let mut expected: Vec<String> = (1..=300).filter(|n| has(*n)).map(|n| format!("b{n:03}")).collect();
                if descending == (sort == "name") {
                    expected.reverse();
                }
                for few in [1000, 20, 0] {
                    let (rows, _) = narrowed(&db, search, filters, sort, descending, few).await;
                    assert_eq!(rows, expected, "{search} {filters:?} by {sort} with {few}");
                }
            }
        }
    }

    async fn words_are_taken_by_the_letter_on_both_engines(db: TestDb) {
        let texts = [
            "say \"hello\" or not", "100% wool_socks", "back\\slash", "münchen süd", "straße 日本語", "cat 😀😀😀 dog", "near(a b)",
            "00e0c54a1b2c", "192.168.17.4", "a* star", "",
        ];
        let all: Vec<_> = (0..).zip(texts).map(|(n, words)| book(n, "n", words)).collect();
        let mut all = all;
        all[10].2 = String::new();
        library(&db, &all).await;
        let long = |letters: usize| "0".repeat(letters);
        for (search, found) in [
            ("\"hello\"", vec![0]), ("\"hel", vec![0]), ("say \"", vec![0]), ("OR", vec![]), ("say OR wool", vec![]), ("NEAR(a", vec![6]), ("near not", vec![]),
            ("100%", vec![1]), ("1%0", vec![]), ("l_s", vec![1]), ("w_ol", vec![]), ("ack\\s", vec![2]), ("\\\\\\", vec![]),
            ("MÜNCHEN", vec![3]), ("nchen sü", vec![3]), ("nchen sx", vec![]), ("süd n0", vec![3]), ("STRASSE", vec![]), ("straße", vec![4]), ("日本語", vec![4]), ("日本", vec![]),
            ("😀😀😀", vec![5]), ("😀😀😀😀", vec![]), ("00:e0-c5", vec![7]), ("00E0.C54A.1B2C", vec![7]), ("0:e0:c5:4a:1b:2", vec![7]), ("192.168", vec![8]), ("68.17.4", vec![8]),
            ("a* ", vec![]), ("*star", vec![]), ("star*", vec![]), ("sta\0wool", vec![]), ("wool\0socks", vec![1]), ("n003\nsüd", vec![3]), ("003münchen", vec![]), ("n00", vec![0,1,2,3,4,5,6,7,8,9]),
            ("words:star", vec![]), ("^star", vec![]), ("{words}", vec![]), ("-star", vec![9]), ("+star", vec![]), ("'; drop table books", vec![]), ("n010", vec![]), ("say 0", vec![0]), ("say or", vec![0]), ("say us", vec![]), ("n0 n00", vec![0,1,2,3,4,5,6,7,8,9]),
        ] {
            let expected: Vec<String> = found.iter().map(|n| format!("n{n:03}")).collect();
            for few in [100, 0] {
                assert_eq!(books(&db, search, "name", false, few).await.0, expected, "{search:?} with {few}");
                assert_eq!(books(&db, search, "weight", true, few).await.0, expected, "{search:?} with {few}");
            }
        }
        for letters in [200, 201, 4000] {
            assert!(books(&db, &long(letters), "name", false, 100).await.0.is_empty());
        }
        let mut cut = "star ".repeat(39);
        cut.push_str("star purple");
        assert_eq!(books(&db, &cut, "name", false, 100).await.0, ["n009"], "more than eight words, more than 200 letters");
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
        library(&db, &[]).await;
        for statement in store::statements().filter(|s| s.text(db.engine()).contains("from books b") || s.text(db.engine()).contains("from books_words")) {
            db.prepare(statement).await.unwrap();
        }
    }
}
