//! A Customer Portal with many people and a long audit trail: the same rows every time.

use std::path::PathBuf;

use access::Passwords;
use sqlx::{Connection as _, QueryBuilder, Sqlite, SqliteConnection};
use store::{Db, Schema};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::cosmos::{Cosmos, PASSWORD};
use crate::failure::{Failure, Outcome};
use crate::sqlite;

pub const FIRST: [&str; 8] = [
    "Ada", "Bruno", "Chiara", "Dmitri", "Emeka", "Freya", "Gustav", "Hanna",
];
pub const LAST: [&str; 8] = [
    "Abel", "Bergmann", "Castillo", "Dvorak", "Eklund", "Fontaine", "Grimaldi", "Okafor",
];
/// Frequent kinds stand here more than once.
const KINDS: [&str; 10] = [
    "user.signed_in",
    "user.signed_in",
    "user.signed_in",
    "user.signed_out",
    "user.signed_in",
    "user.role_added",
    "invitation.sent",
    "user.signed_out",
    "user.sign_in_refused",
    "onboarding.signed_in",
];
/// One event of so many is of a rare kind.
const RARE: u32 = 50_000;
/// People who act: the others are acted upon.
const ACTORS: u32 = 2_000;
/// Days that the trail goes back.
const DAYS: u32 = 365;
/// Rows of one statement: SQLite takes 32,766 values.
const ROWS: u32 = 500;

/// The account that is looked at.
pub const ACCOUNT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0abc);
const OTHER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0def);

/// The address of a person.
pub fn email(number: u32) -> String {
    format!("user{number:06}@contoso.example")
}

/// When the trail begins: a midnight.
fn start() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// A midnight of the trail, in milliseconds.
pub fn midnight(day: u32) -> i64 {
    (start() + Duration::days(day.into())).unix_timestamp() * 1_000
}

/// A day of the trail, as a browser writes it.
pub fn day(day: u32) -> String {
    (start() + Duration::days(day.into())).date().to_string()
}

/// Fills the database of a server that has not been started; answers its file.
pub async fn fill(cosmos: &Cosmos, people: u32, events: u32) -> Outcome<PathBuf> {
    let folder = cosmos.data().join("cloud");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("db.sqlite");
    let url = format!("sqlite:{}", file.display());
    Db::open(&url, Schema::Cloud).await?.close().await;
    let hash = Passwords::new(1)
        .hash(PASSWORD)
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    let mut connection = sqlite::open(&file).await?;
    for (account, name, part) in [(ACCOUNT, "Contoso", 1), (OTHER, "Fabrikam", 10)] {
        sqlx::query("insert into accounts (id, name, name_key, created_at, version) values (?, ?, ?, 0, 1)")
            .bind(account)
            .bind(name)
            .bind(name.to_lowercase())
            .execute(&mut connection)
            .await?;
        fill_people(&mut connection, account, people / part, &hash).await?;
        fill_events(&mut connection, account, people / part, events / part).await?;
    }
    connection.close().await?;
    Ok(file)
}

/// An id as ours are, of a time and a number.
fn id(milliseconds: i64, account: Uuid, number: u32) -> Uuid {
    let time = u128::from(milliseconds.unsigned_abs()) << 80;
    let own = account.as_u128() & 0xfff;
    Uuid::from_u128(time | 0x7000_8000_0000_0000_0000 | own << 32 | u128::from(number))
}

fn email_in(account: Uuid, number: u32) -> String {
    if account == ACCOUNT {
        email(number)
    } else {
        format!("user{number:06}@fabrikam.example")
    }
}

async fn fill_people(connection: &mut SqliteConnection, account: Uuid, people: u32, hash: &str) -> Outcome {
    let numbers: Vec<u32> = (0..people).collect();
    // The server deletes whoever was deactivated 30 days ago.
    let now = access::Clock::system().now().unix_timestamp() * 1_000;
    let mut tx = connection.begin().await?;
    for some in numbers.chunks(ROWS as usize) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert into users (id, account_id, email, email_key, first_name, last_name, name_key, language, state, password_hash, \
             deactivated_at, created_at, updated_at, version) ",
        );
        insert.push_values(some, |mut row, number| {
            let (first, last) = names(*number);
            let state = if number % 1_000 == 999 {
                "deactivated"
            } else {
                "active"
            };
            let created = midnight(0) + i64::from(number % 777) * 1_000;
            row.push_bind(id(midnight(0), account, *number))
                .push_bind(account)
                .push_bind(email_in(account, *number))
                .push_bind(email_in(account, *number))
                .push_bind(first)
                .push_bind(last)
                .push_bind(format!("{first} {last}").to_lowercase())
                .push_bind("en")
                .push_bind(state)
                .push_bind(hash.to_owned())
                .push_bind((state == "deactivated").then_some(now))
                .push_bind(created)
                .push_bind(created)
                .push_bind(1);
        });
        insert.build().execute(&mut *tx).await?;
        let mut insert = QueryBuilder::<Sqlite>::new("insert into user_roles (user_id, role) ");
        insert.push_values(some, |mut row, number| {
            let role = match number % 10_000 {
                0 => "super-admin",
                1..1_000 => "ums-admin",
                _ => "obs-admin",
            };
            row.push_bind(id(midnight(0), account, *number)).push_bind(role);
        });
        insert.build().execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

fn names(number: u32) -> (&'static str, &'static str) {
    let of = |names: &[&'static str; 8], at: u32| names.get(at as usize % 8).copied().unwrap_or_default();
    (
        of(&FIRST, number / 3),
        of(&LAST, number.wrapping_mul(2_654_435_761) >> 20),
    )
}

async fn fill_events(connection: &mut SqliteConnection, account: Uuid, people: u32, events: u32) -> Outcome {
    let numbers: Vec<u32> = (0..events).collect();
    let step = i64::from(DAYS) * 86_400_000 / i64::from(events.max(1));
    for many in numbers.chunks(50_000) {
        let mut tx = connection.begin().await?;
        for some in many.chunks(ROWS as usize) {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "insert into audit_events (id, at, account_id, actor_kind, actor_id, actor_name, address, name, target_kind, target_id, \
                 target_name, details) ",
            );
            insert.push_values(some, |mut row, number| {
                let at = midnight(0) + i64::from(*number) * step;
                let mixed = number.wrapping_mul(2_654_435_761) >> 8;
                let kind = KINDS
                    .get(mixed as usize % KINDS.len())
                    .copied()
                    .unwrap_or_default();
                let kind = if number % RARE == 7 {
                    "os_idp.registered"
                } else {
                    kind
                };
                let (actor, target) = (mixed % ACTORS.min(people), mixed % people);
                row.push_bind(id(at, account, *number))
                    .push_bind(at)
                    .push_bind(account)
                    .push_bind("user")
                    .push_bind(id(midnight(0), account, actor))
                    .push_bind(email_in(account, actor))
                    .push_bind(format!("10.{}.{}.7", mixed % 200, mixed % 251))
                    .push_bind(kind)
                    .push_bind("user")
                    .push_bind(id(midnight(0), account, target))
                    .push_bind(email_in(account, target))
                    .push_bind(r#"{"roles":{"new":["obs-admin","ums-admin"],"old":["obs-admin"]}}"#);
            });
            insert.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
