use domain::DomainName;
use domain::id::{AccountId, SamlIdpId};
use domain::saml_idp::NewSamlIdp;
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;

use crate::domains;

row! {
    pub(crate) struct SamlIdpRow {
        id: SamlIdpId,
        account_id: AccountId,
        issuer: String,
        endpoint: String,
        metadata_url: Option<String>,
        host: String,
        active: bool,
        provision: bool,
        tested_at: Option<OffsetDateTime>,
        created_by: String,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
        version: i64,
    }
    pub(super) struct TestRow {
        result: String,
        tested_by: String,
        tested_at: OffsetDateTime,
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: SamlIdpId,
    account: AccountId,
    new: &NewSamlIdp,
    provision: bool,
    (by, now): (&str, OffsetDateTime),
) -> Result<()> {
    let insert = sql!(
        "insert into saml_idps
            (id, account_id, issuer, endpoint, metadata_url, host, active, provision, created_by, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, false, $7, $8, $9, $9, 1)"
    );
    let values = args![
        id,
        account,
        new.issuer,
        new.endpoint,
        new.metadata_url,
        new.host,
        provision,
        by,
        now
    ];
    tx.execute_one(insert, values).await
}

pub(super) async fn all(tx: &mut Tx, account: AccountId) -> Result<Vec<SamlIdpRow>> {
    let select = sql!(
        "select id, account_id, issuer, endpoint, metadata_url, host, active, provision, tested_at, created_by, created_at, updated_at, version
         from saml_idps where account_id = $1 order by created_at, id"
    );
    tx.all(select, args![account]).await
}

pub(super) async fn count(tx: &mut Tx, account: AccountId) -> Result<i64> {
    let count = sql!("select count(*) from saml_idps where account_id = $1");
    tx.scalar(count, args![account]).await
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: SamlIdpId) -> Result<Option<SamlIdpRow>> {
    let select = sql!(
        "select id, account_id, issuer, endpoint, metadata_url, host, active, provision, tested_at, created_by, created_at, updated_at, version
         from saml_idps where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// The provider of a sign-in that has begun: the request is the proof.
pub(crate) async fn get_unscoped(tx: &mut Tx, id: SamlIdpId) -> Result<Option<SamlIdpRow>> {
    let select = sql!(
        "select id, account_id, issuer, endpoint, metadata_url, host, active, provision, tested_at, created_by, created_at, updated_at, version
         from saml_idps where id = $1"
    );
    tx.optional(select, args![id]).await
}

/// The active provider that a domain of the account leads to.
pub(crate) async fn for_domain(
    tx: &mut Tx,
    account: AccountId,
    domain: &DomainName,
) -> Result<Option<SamlIdpRow>> {
    let select = sql!(
        "select i.id, i.account_id, i.issuer, i.endpoint, i.metadata_url, i.host, i.active, i.provision, i.tested_at, i.created_by,
                i.created_at, i.updated_at, i.version
         from saml_idps i join saml_idp_domains d on d.saml_idp_id = i.id
         where d.account_id = $1 and d.domain = $2 and d.active"
    );
    tx.optional(select, args![account, domain.as_str()]).await
}

pub(crate) async fn domains(tx: &mut Tx, account: AccountId, id: SamlIdpId) -> Result<Vec<(String,)>> {
    let select = sql!(
        "select domain from saml_idp_domains where account_id = $1 and saml_idp_id = $2 order by domain"
    );
    tx.all(select, args![account, id]).await
}

pub(super) async fn add_domain(
    tx: &mut access::Tx,
    account: AccountId,
    id: SamlIdpId,
    domain: &DomainName,
    active: bool,
) -> Result<()> {
    let insert = sql!(
        "insert into saml_idp_domains (saml_idp_id, domain, account_id, active) values ($1, $2, $3, $4)"
    );
    tx.execute_one(insert, args![id, domain.as_str(), account, active])
        .await?;
    domains::claim(tx, account, domain).await
}

pub(super) async fn remove_domains(tx: &mut Tx, account: AccountId, id: SamlIdpId) -> Result<()> {
    let delete = sql!("delete from saml_idp_domains where account_id = $1 and saml_idp_id = $2");
    tx.execute(delete, args![account, id]).await.map(|_| ())
}

/// The certificates in the order in which they came. Those of a provider that was read by its account.
pub(crate) async fn certificates(tx: &mut Tx, id: SamlIdpId) -> Result<Vec<(Vec<u8>,)>> {
    let select = sql!(
        "select certificate from saml_idp_certificates where saml_idp_id = $1 order by added_at, fingerprint"
    );
    tx.all(select, args![id]).await
}

pub(super) async fn add_certificate(
    tx: &mut Tx,
    id: SamlIdpId,
    fingerprint: &str,
    certificate: &[u8],
    now: OffsetDateTime,
) -> Result<()> {
    let insert = sql!(
        "insert into saml_idp_certificates (saml_idp_id, fingerprint, certificate, added_at) values ($1, $2, $3, $4)"
    );
    tx.execute_one(insert, args![id, fingerprint, certificate.to_vec(), now])
        .await
}

/// Says whether it was there.
pub(super) async fn remove_certificate(tx: &mut Tx, id: SamlIdpId, fingerprint: &str) -> Result<bool> {
    let delete = sql!("delete from saml_idp_certificates where saml_idp_id = $1 and fingerprint = $2");
    Ok(tx.execute(delete, args![id, fingerprint]).await? == 1)
}

/// Counts a change of the provider, and holds its row until the end of the transaction.
pub(super) async fn touch(
    tx: &mut Tx,
    account: AccountId,
    id: SamlIdpId,
    now: OffsetDateTime,
) -> Result<bool> {
    let update =
        sql!("update saml_idps set updated_at = $3, version = version + 1 where account_id = $1 and id = $2");
    Ok(tx.execute(update, args![account, id, now]).await? == 1)
}

pub(super) async fn set_provision(
    tx: &mut Tx,
    account: AccountId,
    id: SamlIdpId,
    provision: bool,
) -> Result<()> {
    let update = sql!("update saml_idps set provision = $3 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, id, provision]).await
}

/// Provider and domains together. The domains have a unique index.
/// Sets issuer and endpoint; what was tested is not this any more.
pub(super) async fn set_place(
    tx: &mut Tx,
    account: AccountId,
    id: SamlIdpId,
    (issuer, endpoint): (&str, &str),
) -> store::Result<()> {
    let update = sql!(
        "update saml_idps set issuer = $3, endpoint = $4, tested_at = null where account_id = $1 and id = $2"
    );
    tx.execute_one(update, args![account, id, issuer, endpoint]).await
}

/// Forgets who is known there by which name. Answers how many.
pub(super) async fn forget_subjects(tx: &mut Tx, account: AccountId, id: SamlIdpId) -> Result<u64> {
    let delete = sql!(
        "delete from saml_subjects where saml_idp_id in (select id from saml_idps where account_id = $1 and id = $2)"
    );
    tx.execute(delete, args![account, id]).await
}

pub(super) async fn set_active(tx: &mut Tx, account: AccountId, id: SamlIdpId, active: bool) -> Result<()> {
    let update = sql!("update saml_idps set active = $3 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, id, active]).await?;
    let update = sql!("update saml_idp_domains set active = $3 where account_id = $1 and saml_idp_id = $2");
    tx.execute(update, args![account, id, active]).await.map(|_| ())
}

/// Since when a test passed; `None`: one is needed (again).
pub(crate) async fn set_tested(
    tx: &mut Tx,
    account: AccountId,
    id: SamlIdpId,
    at: Option<OffsetDateTime>,
) -> Result<()> {
    let update = sql!("update saml_idps set tested_at = $3 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, id, at]).await
}

pub(super) async fn delete(tx: &mut Tx, account: AccountId, id: SamlIdpId) -> Result<()> {
    tx.execute_one(
        sql!("delete from saml_idps where account_id = $1 and id = $2"),
        args![account, id],
    )
    .await
}

pub(super) async fn test(tx: &mut Tx, id: SamlIdpId) -> Result<Option<TestRow>> {
    let select = sql!("select result, tested_by, tested_at from saml_tests where saml_idp_id = $1");
    tx.optional(select, args![id]).await
}

/// Puts a result in the place of the last one.
pub(crate) async fn put_test(
    tx: &mut Tx,
    id: SamlIdpId,
    result: &str,
    by: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let upsert = sql!(
        "insert into saml_tests (saml_idp_id, result, tested_by, tested_at) values ($1, $2, $3, $4)
         on conflict (saml_idp_id) do update set result = $2, tested_by = $3, tested_at = $4"
    );
    tx.execute_one(upsert, args![id, result, by, now]).await
}

/// Since when an operator has switched federated sign-in off for the account.
pub(crate) async fn off_since(tx: &mut Tx, account: AccountId) -> Result<Option<OffsetDateTime>> {
    tx.scalar(
        sql!("select federated_sign_in_off_at from accounts where id = $1"),
        args![account],
    )
    .await
}

/// Says whether it was otherwise before.
pub(super) async fn set_off(tx: &mut Tx, account: AccountId, at: Option<OffsetDateTime>) -> Result<bool> {
    let update = if at.is_some() {
        sql!(
            "update accounts set federated_sign_in_off_at = $2 where id = $1 and federated_sign_in_off_at is null"
        )
    } else {
        sql!(
            "update accounts set federated_sign_in_off_at = $2 where id = $1 and federated_sign_in_off_at is not null"
        )
    };
    Ok(tx.execute(update, args![account, at]).await? == 1)
}
