//! The migrations, embedded.

use sqlx::migrate::Migrator;

use crate::Engine;

/// Which side a database belongs to; each has its own migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Schema {
    /// Customer Portal and Onboarding Service: `migrations/cloud`.
    Cloud,
    /// UMS: `migrations/ums`.
    Company,
}

static CLOUD_SQLITE: Migrator = sqlx::migrate!("migrations/cloud/sqlite");
static CLOUD_POSTGRES: Migrator = sqlx::migrate!("migrations/cloud/postgres");
static UMS_SQLITE: Migrator = sqlx::migrate!("migrations/ums/sqlite");
static UMS_POSTGRES: Migrator = sqlx::migrate!("migrations/ums/postgres");

impl Schema {
    pub(crate) fn migrator(self, engine: Engine) -> &'static Migrator {
        match (self, engine) {
            (Self::Cloud, Engine::Sqlite) => &CLOUD_SQLITE,
            (Self::Cloud, Engine::Postgres) => &CLOUD_POSTGRES,
            (Self::Company, Engine::Sqlite) => &UMS_SQLITE,
            (Self::Company, Engine::Postgres) => &UMS_POSTGRES,
        }
    }

    /// Numbers and names of the migrations, in their order.
    pub fn migrations(self, engine: Engine) -> impl Iterator<Item = (i64, &'static str)> {
        self.migrator(engine)
            .iter()
            .map(|migration| (migration.version, migration.description.as_ref()))
    }
}
