use domain::id::{AccountId, UserId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

row! {
    pub(super) struct RoutingRow {
        id: Uuid,
        name: String,
        chain_pem: String,
        targets: String,
    }
    pub(super) struct SamlCertificateRow {
        id: Uuid,
        host: String,
        certificate: Vec<u8>,
    }
    pub(super) struct UmsIdRow {
        id: Uuid,
        name: String,
        certificate: String,
        fingerprint: String,
        expires_at: OffsetDateTime,
    }
    pub(super) struct SecretRow {
        id: Uuid,
        name: String,
        expires_at: OffsetDateTime,
    }
    pub(super) struct AccountRow {
        id: AccountId,
    }
    pub(super) struct HolderRow {
        id: UserId,
        email: String,
        language: String,
        role: String,
    }
}

/// Records with a certificate that ends until then, and those with further addresses, which may have chains of their own.
pub(super) async fn routings(
    tx: &mut Tx,
    account: AccountId,
    until: OffsetDateTime,
) -> Result<Vec<RoutingRow>> {
    let select = sql!(
        "select id, name, chain_pem, targets from routings
         where account_id = $1 and (expires_at <= $2 or targets <> '[]')"
    );
    tx.all(select, args![account, until]).await
}

pub(super) async fn saml_certificates(tx: &mut Tx, account: AccountId) -> Result<Vec<SamlCertificateRow>> {
    let select = sql!(
        "select i.id, i.host, c.certificate from saml_idps i join saml_idp_certificates c on c.saml_idp_id = i.id
         where i.account_id = $1"
    );
    tx.all(select, args![account]).await
}

pub(super) async fn ums_ids(tx: &mut Tx, account: AccountId, until: OffsetDateTime) -> Result<Vec<UmsIdRow>> {
    let select = sql!(
        "select id, name, certificate, fingerprint, expires_at from ums_instances where account_id = $1 and expires_at <= $2"
    );
    tx.all(select, args![account, until]).await
}

pub(super) async fn secrets(
    tx: &mut Tx,
    account: AccountId,
    until: OffsetDateTime,
) -> Result<Vec<SecretRow>> {
    let select = sql!(
        "select id, name, secret_expires_at as expires_at from os_idps
         where account_id = $1 and secret_expires_at is not null and secret_expires_at <= $2"
    );
    tx.all(select, args![account, until]).await
}

/// The next accounts after that one, in the order of their ids.
pub(super) async fn accounts_unscoped(tx: &mut Tx, after: AccountId) -> Result<Vec<AccountRow>> {
    let select = sql!("select id from accounts where id > $1 order by id limit 200");
    tx.all(select, args![after]).await
}

/// Active users with each of their roles.
pub(super) async fn holders(tx: &mut Tx, account: AccountId) -> Result<Vec<HolderRow>> {
    let select = sql!(
        "select u.id, u.email, u.language, r.role from users u join user_roles r on r.user_id = u.id
         where u.account_id = $1 and u.state = 'active' order by u.email_key, r.role"
    );
    tx.all(select, args![account]).await
}

/// Notes that the mail of a step is being sent. Says whether it is the first time.
pub(super) async fn note(
    tx: &mut Tx,
    account: AccountId,
    (series, days): (&str, i64),
    expires_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<bool> {
    let insert = sql!(
        "insert into expiry_mails (account_id, series, days, expires_at, sent_at) values ($1, $2, $3, $4, $5)
         on conflict (account_id, series, days) do nothing"
    );
    Ok(tx
        .execute(insert, args![account, series, days, expires_at, now])
        .await?
        == 1)
}

pub(super) async fn purge_unscoped(tx: &mut Tx, until: OffsetDateTime) -> Result<()> {
    let delete = sql!("delete from expiry_mails where expires_at < $1");
    tx.execute(delete, args![until]).await.map(|_| ())
}
