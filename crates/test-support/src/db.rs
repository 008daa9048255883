//! A migrated database per test, on either engine.

use std::future::Future;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Db, Engine, Options, Schema};

/// A database of one test. Its file or database goes away with it.
pub struct TestDb {
    db: Db,
    url: String,
    schema: Schema,
    place: Place,
}

enum Place {
    /// Removed when it is dropped.
    File {
        _folder: tempfile::TempDir,
    },
    Server {
        server: String,
        name: String,
    },
}

impl TestDb {
    /// Its URL, for a server under test.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same database with connections of its own, as another server has them.
    pub async fn again(&self) -> Db {
        Db::open_with(&self.url, self.schema, BOUNDS)
            .await
            .expect("the database once more")
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Place::Server { server, name } = &self.place else {
            return;
        };
        let (server, name) = (server.clone(), name.clone());
        // A test may end inside its own runtime, which cannot wait here.
        let dropping = std::thread::spawn(move || block_on(store::databases::drop(&server, &name)));
        if !matches!(dropping.join(), Ok(Ok(()))) {
            eprintln!("a test database stays until its cluster ends");
        }
    }
}

/// Small pools: a cluster serves many tests at a time. A test that waits longer for a connection will never get it.
const BOUNDS: Options = Options {
    connections: 5,
    wait: std::time::Duration::from_secs(10),
};

/// A database of that engine.
pub async fn open(engine: Engine, schema: Schema) -> TestDb {
    match engine {
        Engine::Sqlite => sqlite(schema).await,
        Engine::Postgres => postgres(schema).await,
    }
}

/// A database in an SQLite file.
pub async fn sqlite(schema: Schema) -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("db.sqlite").display());
    let db = Db::open_with(&url, schema, BOUNDS)
        .await
        .expect("an SQLite database");
    TestDb {
        db,
        url,
        schema,
        place: Place::File { _folder: folder },
    }
}

/// A database on the PostgreSQL cluster of this run ([`crate::postgres::url`]).
pub async fn postgres(schema: Schema) -> TestDb {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "cosmos_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let server = crate::postgres::url();
    let url = store::databases::create(&server, schema, &name)
        .await
        .expect("a PostgreSQL database");
    let db = Db::open_with(&url, schema, BOUNDS)
        .await
        .expect("the PostgreSQL database just made");
    TestDb {
        db,
        url,
        schema,
        place: Place::Server { server, name },
    }
}

/// One of each.
pub async fn both(schema: Schema) -> Vec<TestDb> {
    vec![sqlite(schema).await, postgres(schema).await]
}

/// Runs a future to its end on a runtime of its own: what `#[tokio::test]` does, for [`db_test!`](crate::db_test).
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(future)
}

/// A test written once and run on both engines, as `name::sqlite` and `name::postgres`:
///
/// ```ignore
/// db_test! {
///     Schema::Cloud,
///     async fn a_name_is_taken_once(db: TestDb) { … }
/// }
/// ```
#[macro_export]
macro_rules! db_test {
    ($schema:expr, $($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        #[cfg(test)]
        mod $name {
            #[expect(clippy::wildcard_imports, reason = "the test sees what its file sees")]
            use super::*;

            $(#[$meta])*
            async fn story($db: $crate::db::TestDb) $body

            #[test]
            fn sqlite() {
                $crate::db::block_on(async { story($crate::db::sqlite($schema).await).await });
            }

            #[test]
            fn postgres() {
                $crate::db::block_on(async { story($crate::db::postgres($schema).await).await });
            }
        }
    )+};
}
