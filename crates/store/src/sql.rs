//! Statements, and the list of all of them.

use std::sync::OnceLock;

use crate::{Engine, list};

/// A statement where it is written in the code.
#[derive(Debug)]
pub struct Statement {
    sqlite: &'static str,
    postgres: &'static str,
    /// The module that holds it, such as `portal::os_idps::rows`.
    pub module: &'static str,
    pub file: &'static str,
    pub line: u32,
}

impl Statement {
    #[doc(hidden)]
    pub const fn new(
        sqlite: &'static str,
        postgres: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            sqlite,
            postgres,
            module,
            file,
            line,
        }
    }

    /// Its text for that engine.
    pub fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    /// Whether the two engines get different texts (listed in `docs/two-databases.md`).
    pub fn is_pair(&self) -> bool {
        self.sqlite != self.postgres
    }
}

/// A registered statement, made by [`sql!`](crate::sql) only.
#[derive(Clone, Copy, Debug)]
pub struct Sql(&'static Statement);

impl Sql {
    #[doc(hidden)]
    pub const fn new(statement: &'static Statement) -> Self {
        Self(statement)
    }

    /// The statement behind it.
    pub const fn statement(self) -> &'static Statement {
        self.0
    }
}

#[doc(hidden)]
pub struct Registered(pub &'static Statement);

inventory::collect!(Registered);

/// Every statement of every linked crate: those of [`sql!`](crate::sql), and each text that a [`list!`](crate::list!) can make.
/// A test prepares them all on both engines.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    static OF_LISTS: OnceLock<Vec<Statement>> = OnceLock::new();
    let of_lists = OF_LISTS.get_or_init(list::statements);
    inventory::iter::<Registered>
        .into_iter()
        .map(|registered| registered.0)
        .chain(of_lists)
}

/// A statement: `sql!("select … where id = $1")`, or a true difference between the engines:
/// `sql!(sqlite: "…", postgres: "…")`. Registers its text, so that the statements test prepares it on both engines.
#[macro_export]
macro_rules! sql {
    (sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {{
        static STATEMENT: $crate::Statement =
            $crate::Statement::new($sqlite, $postgres, ::std::module_path!(), ::std::file!(), ::std::line!());
        $crate::inventory::submit! { $crate::Registered(&STATEMENT) }
        $crate::Sql::new(&STATEMENT)
    }};
    ($text:expr $(,)?) => {
        $crate::sql!(sqlite: $text, postgres: $text)
    };
}
