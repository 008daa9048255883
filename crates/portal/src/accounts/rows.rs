use domain::id::AccountId;
use domain::registration::CompanyInformation;
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

row! {
    pub(crate) struct AccountRow {
        id: AccountId,
        name: String,
    }
    /// Registration data.
    pub(crate) struct RegistrationDataRow {
        name: String,
        address: String,
        address2: String,
        city: String,
        post_code: String,
        country: String,
        state: String,
        industry: String,
        phone: String,
        created_at: OffsetDateTime,
        version: i64,
    }
    pub(crate) struct RoleCountRow {
        role: String,
        users: i64,
    }
    pub(crate) struct ActivationRow {
        onboarding_active_at: Option<OffsetDateTime>,
        onboarding_active_by: Option<String>,
    }
}

pub(crate) async fn insert(
    tx: &mut Tx,
    id: AccountId,
    name: &str,
    key: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let insert =
        sql!("insert into accounts (id, name, name_key, created_at, version) values ($1, $2, $3, $4, 1)");
    tx.execute_one(insert, args![id, name, key, now]).await
}

pub(crate) async fn by_key_unscoped(tx: &mut Tx, key: &str) -> Result<Option<AccountRow>> {
    tx.optional(
        sql!("select id, name from accounts where name_key = $1"),
        args![key],
    )
    .await
}

pub(crate) async fn name(tx: &mut Tx, account: AccountId) -> Result<String> {
    tx.scalar(sql!("select name from accounts where id = $1"), args![account])
        .await
}

pub(crate) async fn name_key(tx: &mut Tx, account: AccountId) -> Result<String> {
    tx.scalar(
        sql!("select name_key from accounts where id = $1"),
        args![account],
    )
    .await
}

pub(crate) async fn activation(tx: &mut Tx, account: AccountId) -> Result<ActivationRow> {
    let select = sql!("select onboarding_active_at, onboarding_active_by from accounts where id = $1");
    tx.one(select, args![account]).await
}

/// Activates onboarding, once: answers false where it was active before.
pub(crate) async fn activate(tx: &mut Tx, account: AccountId, by: &str, now: OffsetDateTime) -> Result<bool> {
    let update = sql!(
        "update accounts set onboarding_active_at = $2, onboarding_active_by = $3, version = version + 1
         where id = $1 and onboarding_active_at is null"
    );
    Ok(tx.execute(update, args![account, now, by]).await? == 1)
}

pub(crate) async fn registration(tx: &mut Tx, account: AccountId) -> Result<Option<RegistrationDataRow>> {
    let select = sql!(
        "select name, address, address2, city, post_code, country, state, industry, phone, created_at, version
         from accounts where id = $1"
    );
    tx.optional(select, args![account]).await
}

/// Sets everything of the registration but the name.
pub(crate) async fn set_registration(
    tx: &mut Tx,
    account: AccountId,
    information: &CompanyInformation,
    phone: &str,
) -> Result<()> {
    let update = sql!(
        "update accounts set address = $2, address2 = $3, city = $4, post_code = $5, country = $6, state = $7, industry = $8,
                phone = $9
         where id = $1"
    );
    let of = information;
    let values = args![
        account,
        of.address,
        of.address2,
        of.city,
        of.post_code,
        of.country,
        of.state,
        of.industry,
        phone
    ];
    tx.execute_one(update, values).await
}

/// Sets the name and counts the save, if the version is still that one. Says whether it was (fault F30).
pub(crate) async fn save_name(
    tx: &mut Tx,
    account: AccountId,
    version: i64,
    (name, key): (&str, &str),
) -> Result<bool> {
    let update = sql!(
        "update accounts set name = $3, name_key = $4, version = version + 1 where id = $1 and version = $2"
    );
    Ok(tx.execute(update, args![account, version, name, key]).await? == 1)
}

/// Active users of each role.
pub(crate) async fn roles(tx: &mut Tx, account: AccountId) -> Result<Vec<RoleCountRow>> {
    let select = sql!(
        "select r.role, count(*) as users from users u join user_roles r on r.user_id = u.id
         where u.account_id = $1 and u.state = 'active' group by r.role"
    );
    tx.all(select, args![account]).await
}

/// Every domain that the account has mapped to something.
pub(crate) async fn domains(tx: &mut Tx, account: AccountId) -> Result<Vec<(String,)>> {
    let select = sql!(
        "select domain from os_idp_domains where account_id = $1
         union select domain from routing_domains where account_id = $1 order by 1"
    );
    tx.all(select, args![account]).await
}

pub(crate) async fn count_os_idps(tx: &mut Tx, account: AccountId) -> Result<i64> {
    tx.scalar(
        sql!("select count(*) from os_idps where account_id = $1"),
        args![account],
    )
    .await
}

pub(crate) async fn count_routings(tx: &mut Tx, account: AccountId) -> Result<i64> {
    tx.scalar(
        sql!("select count(*) from routings where account_id = $1"),
        args![account],
    )
    .await
}

pub(crate) async fn count_ums_instances(tx: &mut Tx, account: AccountId) -> Result<i64> {
    tx.scalar(
        sql!("select count(*) from ums_instances where account_id = $1"),
        args![account],
    )
    .await
}
