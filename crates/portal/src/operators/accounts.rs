//! What operators see of accounts: registration data, users, services, activity. Nothing can be changed here.

use access::{Authorized, Error, Result};
use domain::Fault;
use domain::activity::Activity;
use domain::id::{AccountId, UserId};
use domain::operator::{AccountDetails, AccountRow, AccountUser};
use domain::page::{ListQuery, Page};
use domain::permission::ViewAccounts;
use domain::user::UserState;
use store::{Sort, args, list, row, sql};
use time::OffsetDateTime;

use crate::accounts::{registration, rows};
use crate::activity;
use crate::users::{full_name, parse_roles};

row! {
    struct ListedRow {
        id: AccountId,
        name: String,
        country: String,
        users: i64,
        onboarding_active_at: Option<OffsetDateTime>,
        created_at: OffsetDateTime,
    }
    struct UserRow {
        id: UserId,
        email: String,
        first_name: String,
        last_name: String,
        state: String,
        signed_in_at: Option<OffsetDateTime>,
        roles: Option<String>,
    }
}

list! {
    /// Every account.
    static ACCOUNTS: {
        select: "a.id, a.name, a.country, a.onboarding_active_at, a.created_at,
                 (select count(*) from users u where u.account_id = a.id) as users",
        from: "accounts a",
        scope: "",
        id: "a.id",
        search: "a.name_key like :search escape '\\'",
        sorts: [Sort::text("name", "a.name_key"), Sort::int("created", "a.created_at")],
    }
}

list! {
    /// The users of an account.
    static USERS: {
        select: "u.id, u.email, u.first_name, u.last_name, u.state, u.signed_in_at,
                 (select string_agg(r.role, ',') from user_roles r where r.user_id = u.id) as roles",
        from: "users u",
        scope: "u.account_id = $1",
        id: "u.id",
        search: "u.email_key like :search escape '\\'",
        sorts: [Sort::text("email", "u.email_key")],
    }
}

/// Every account. Sorts: `name`, `created`; looks for names.
pub async fn list(auth: &Authorized<ViewAccounts>, query: ListQuery) -> Result<Page<AccountRow>> {
    let page: Page<ListedRow> = auth.read().await?.list(&ACCOUNTS, &query, args![]).await?;
    Ok(page.map(|row| AccountRow {
        id: row.id,
        name: row.name,
        country: row.country,
        users: u64::try_from(row.users).unwrap_or_default(),
        onboarding_active: row.onboarding_active_at.is_some(),
        created_at: row.created_at,
    }))
}

/// One account: registration data and services.
pub async fn get(auth: &Authorized<ViewAccounts>, account: AccountId) -> Result<AccountDetails> {
    let mut tx = auth.read().await?;
    let row = rows::registration(&mut tx, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let count = sql!("select count(*) from users where account_id = $1");
    let users: i64 = tx.scalar(count, args![account]).await?;
    Ok(AccountDetails {
        id: account,
        services: registration::services(&mut tx, account).await?,
        users: u64::try_from(users).unwrap_or_default(),
        created_at: row.created_at,
        phone: row.phone.clone(),
        information: registration::information(row),
    })
}

/// The users of an account. Sorts: `email`; looks for addresses.
pub async fn users(
    auth: &Authorized<ViewAccounts>,
    account: AccountId,
    query: ListQuery,
) -> Result<Page<AccountUser>> {
    let mut tx = auth.read().await?;
    rows::registration(&mut tx, account)
        .await?
        .ok_or(Fault::NotFound)?;
    let page: Page<UserRow> = tx.list(&USERS, &query, args![account]).await?;
    page.try_map(|row| {
        let unknown = || Error::internal(format!("{} has the unknown state {}", row.id, row.state));
        let keys = row.roles.as_deref().unwrap_or_default().split(',');
        Ok(AccountUser {
            name: full_name(&row.first_name, &row.last_name),
            roles: parse_roles(keys.filter(|key| !key.is_empty()))?,
            state: UserState::parse(&row.state).ok_or_else(unknown)?,
            email: row.email,
            signed_in_at: row.signed_in_at,
        })
    })
}

/// What was done in an account, as its own people see it: [`activity::list`].
pub async fn events(
    auth: &Authorized<ViewAccounts>,
    account: AccountId,
    query: ListQuery,
    zone_minutes: i16,
) -> Result<Page<Activity>> {
    let mut tx = auth.read().await?;
    rows::registration(&mut tx, account)
        .await?
        .ok_or(Fault::NotFound)?;
    activity::page_of(&mut tx, account, query, zone_minutes).await
}
