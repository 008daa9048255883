//! A Customer Portal with users whose password is known.

use access::{Entropy, Passwords};
use sqlx::Connection as _;
use store::{Db, Schema};
use time::OffsetDateTime;

use crate::cosmos::{Cosmos, PASSWORD};
use crate::failure::{Failure, Outcome};
use crate::sqlite;

pub fn email(user: usize) -> String {
    format!("robin{user}@contoso.example")
}

/// An account with so many users. All have the same password and hash: checking one costs the same whatever its salt.
pub async fn seed(cosmos: &Cosmos, users: usize) -> Outcome {
    let folder = cosmos.data().join("cloud");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("db.sqlite");
    Db::open(&format!("sqlite:{}", file.display()), Schema::Cloud)
        .await?
        .close()
        .await;
    let hash = Passwords::new(1)
        .hash(PASSWORD)
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    let mut connection = sqlite::open(&file).await?;
    let mut tx = connection.begin().await?;
    let account = Entropy.bytes::<16>().to_vec();
    sqlx::query("insert into accounts (id, name, name_key, created_at, version) values (?, 'Contoso', 'contoso', 0, 1)")
        .bind(&account)
        .execute(&mut *tx)
        .await?;
    for user in 0..users {
        sqlx::query(
            "insert into users (id, account_id, email, email_key, first_name, last_name, language, state,
                password_hash, created_at, updated_at, version)
             values (?, ?, ?, ?, 'Robin', 'Example', 'en', 'active', ?, ?, ?, 1)",
        )
        .bind(Entropy.bytes::<16>().to_vec())
        .bind(&account)
        .bind(email(user))
        .bind(email(user))
        .bind(&hash)
        .bind(OffsetDateTime::UNIX_EPOCH.unix_timestamp())
        .bind(OffsetDateTime::UNIX_EPOCH.unix_timestamp())
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(connection.close().await?)
}
