use access::Services;
use domain::id::{AccountId, OsIdpId};
use domain::os_idp::NewOsIdp;
use domain::{Cloud, DomainName};
use federation::{Provider, TokenAuth};
use store::{Filter, Result, Sort, Tx, args, list, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Endpoints;
use crate::{domains, names};

row! {
    pub(crate) struct OsIdpRow {
        id: OsIdpId,
        preset: String,
        name: String,
        client_id: String,
        issuer: Option<String>,
        authorization_endpoint: String,
        token_endpoint: String,
        enabled: bool,
        secret_expires_at: Option<OffsetDateTime>,
        old_secret_until: Option<OffsetDateTime>,
        old_secret_once: bool,
        test_passed: Option<bool>,
        tested_at: Option<OffsetDateTime>,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
        version: i64,
    }
    /// The last test sign-in.
    pub(super) struct TestRow {
        test_result: Option<String>,
        tested_by: Option<String>,
        tested_at: Option<OffsetDateTime>,
    }
    /// What a sign-in needs.
    pub(crate) struct ProviderRow {
        id: OsIdpId,
        client_id: String,
        client_secret: Vec<u8>,
        old_secret: Option<Vec<u8>>,
        old_secret_until: Option<OffsetDateTime>,
        issuer: Option<String>,
        authorization_endpoint: String,
        token_endpoint: String,
        jwks_uri: Option<String>,
        signing_keys: Option<String>,
        userinfo_endpoint: Option<String>,
        token_auth: String,
        response_iss: bool,
    }
}

list! {
    /// The identity providers of an account.
    pub(super) static OS_IDPS: {
        select: "i.id, i.preset, i.name, i.client_id, i.issuer, i.authorization_endpoint, i.token_endpoint, i.enabled,
                 i.secret_expires_at, i.old_secret_until, i.old_secret_once, i.test_passed, i.tested_at, i.created_at, i.updated_at,
                 i.version",
        from: "os_idps i",
        scope: "i.account_id = $1",
        id: "i.id",
        search: "i.name_key like :search escape '\\' or i.client_id_key like :search escape '\\' or exists
                 (select 1 from os_idp_domains d where d.os_idp_id = i.id and d.domain like :search escape '\\')",
        sorts: [Sort::text("name", "i.name_key"), Sort::int("created", "i.created_at"), Sort::int("updated", "i.updated_at")],
        filters: [Filter::contains("name", "i.name_key"), Filter::contains("client_id", "i.client_id_key")],
    }
}

pub(super) struct NewRow<'a> {
    pub id: OsIdpId,
    pub account: AccountId,
    pub new: &'a NewOsIdp,
    pub endpoints: &'a Endpoints,
    pub sealed: &'a [u8],
    pub now: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    let insert = sql!(
        "insert into os_idps
            (id, account_id, name, name_key, client_id, client_id_key, client_secret, issuer, authorization_endpoint,
             token_endpoint, jwks_uri, signing_keys, userinfo_endpoint, token_auth, response_iss, created_at, updated_at, version,
             preset, secret_expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 1, $17, $18)"
    );
    let NewRow {
        id,
        account,
        new,
        endpoints,
        sealed,
        now,
    } = row;
    let values = args![
        *id,
        *account,
        new.name,
        names::key(&new.name),
        new.client_id,
        new.client_id.to_lowercase(),
        sealed,
        endpoints.issuer,
        endpoints.authorization,
        endpoints.token,
        endpoints.jwks_uri,
        endpoints.keys,
        endpoints.userinfo,
        token_auth_key(endpoints.token_auth),
        endpoints.response_iss,
        *now,
        new.preset.key(),
        new.secret_expires_at
    ];
    tx.execute_one(insert, values).await
}

/// Maps a domain, and claims it: it routes nobody until the account has proved it.
pub(super) async fn map_domain(
    tx: &mut access::Tx,
    account: AccountId,
    id: OsIdpId,
    domain: &DomainName,
) -> Result<()> {
    let insert = sql!("insert into os_idp_domains (os_idp_id, domain, account_id) values ($1, $2, $3)");
    tx.execute_one(insert, args![id, domain.as_str(), account])
        .await?;
    domains::claim(tx, account, domain).await
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<Option<OsIdpRow>> {
    let select = sql!(
        "select id, preset, name, client_id, issuer, authorization_endpoint, token_endpoint, enabled, secret_expires_at,
                old_secret_until, old_secret_once, test_passed, tested_at, created_at, updated_at, version
         from os_idps where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

pub(super) async fn domains(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<Vec<(String,)>> {
    let select =
        sql!("select domain from os_idp_domains where account_id = $1 and os_idp_id = $2 order by domain");
    tx.all(select, args![account, id]).await
}

/// The provider that a domain leads to. One that is switched off is none.
pub(crate) async fn for_domain(
    tx: &mut Tx,
    account: AccountId,
    domain: &DomainName,
) -> Result<Option<ProviderRow>> {
    let select = sql!(
        "select i.id, i.client_id, i.client_secret, i.old_secret, i.old_secret_until, i.issuer, i.authorization_endpoint,
                i.token_endpoint, i.jwks_uri, i.signing_keys, i.userinfo_endpoint, i.token_auth, i.response_iss
         from os_idps i join os_idp_domains d on d.os_idp_id = i.id
         where d.account_id = $1 and d.domain = $2 and i.enabled"
    );
    tx.optional(select, args![account, domain.as_str()]).await
}

/// A provider with what a sign-in needs, also one that is switched off.
pub(super) async fn provider(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<Option<ProviderRow>> {
    let select = sql!(
        "select id, client_id, client_secret, old_secret, old_secret_until, issuer, authorization_endpoint, token_endpoint, jwks_uri,
                signing_keys, userinfo_endpoint, token_auth, response_iss
         from os_idps where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// Counts a change of what somebody has looked at, and holds the row until the end of the transaction. `false` where somebody
/// else was faster.
pub(super) async fn touch(
    tx: &mut Tx,
    account: AccountId,
    id: OsIdpId,
    version: i64,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update os_idps set updated_at = $4, version = version + 1 where account_id = $1 and id = $2 and version = $3"
    );
    Ok(tx.execute(update, args![account, id, version, now]).await? == 1)
}

/// A new secret, and what becomes of the one before.
pub(super) struct Secrets {
    pub new: Vec<u8>,
    pub expires_at: Option<OffsetDateTime>,
    pub old: Option<Vec<u8>>,
    pub old_until: Option<OffsetDateTime>,
    pub old_once: bool,
}

pub(super) async fn set_secrets(
    tx: &mut Tx,
    account: AccountId,
    id: OsIdpId,
    secrets: Secrets,
) -> Result<()> {
    let update = sql!(
        "update os_idps set client_secret = $3, secret_expires_at = $4, old_secret = $5, old_secret_until = $6, old_secret_once = $7
         where account_id = $1 and id = $2"
    );
    let values = args![
        account,
        id,
        secrets.new,
        secrets.expires_at,
        secrets.old,
        secrets.old_until,
        secrets.old_once
    ];
    tx.execute_one(update, values).await
}

/// Forgets the old secret where it waited for the first success of the new one. Says whether it did.
pub(super) async fn end_old_secret(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<bool> {
    let update = sql!(
        "update os_idps set old_secret = null, old_secret_until = null, old_secret_once = false
         where account_id = $1 and id = $2 and old_secret_once"
    );
    Ok(tx.execute(update, args![account, id]).await? == 1)
}

/// Forgets old secrets whose time is over.
pub(super) async fn purge_old_secrets_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<u64> {
    let update = sql!(
        "update os_idps set old_secret = null, old_secret_until = null, old_secret_once = false where old_secret_until <= $1"
    );
    tx.execute(update, args![now]).await
}

pub(super) async fn set_name(tx: &mut Tx, account: AccountId, id: OsIdpId, name: &str) -> Result<()> {
    let update = sql!("update os_idps set name = $3, name_key = $4 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, id, name, names::key(name)])
        .await
}

pub(super) async fn set_enabled(tx: &mut Tx, account: AccountId, id: OsIdpId, enabled: bool) -> Result<()> {
    let update = sql!("update os_idps set enabled = $3 where account_id = $1 and id = $2");
    tx.execute_one(update, args![account, id, enabled]).await
}

/// The keys that the provider publishes by now.
pub(super) async fn set_keys(tx: &mut Tx, account: AccountId, id: OsIdpId, keys: &str) -> Result<bool> {
    let update = sql!(
        "update os_idps set signing_keys = $3 where account_id = $1 and id = $2 and issuer is not null and signing_keys <> $3"
    );
    Ok(tx.execute(update, args![account, id, keys]).await? == 1)
}

pub(super) async fn unmap_domains(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<()> {
    let delete = sql!("delete from os_idp_domains where account_id = $1 and os_idp_id = $2");
    tx.execute(delete, args![account, id]).await.map(|_| ())
}

pub(super) async fn delete(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<()> {
    unmap_domains(tx, account, id).await?;
    tx.execute_one(
        sql!("delete from os_idps where account_id = $1 and id = $2"),
        args![account, id],
    )
    .await
}

/// Names of the routing records that map a domain of the provider.
pub(super) async fn records(
    tx: &mut Tx,
    account: AccountId,
    id: OsIdpId,
    most: u32,
) -> Result<Vec<(String,)>> {
    let select = sql!(
        "select r.name from routings r where r.account_id = $1 and exists
            (select 1 from routing_domains d join os_idp_domains i on i.account_id = d.account_id and i.domain = d.domain
              where d.routing_id = r.id and i.os_idp_id = $2)
          order by r.name_key limit $3"
    );
    tx.all(select, args![account, id, most]).await
}

pub(super) async fn last_test(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<Option<TestRow>> {
    let select =
        sql!("select test_result, tested_by, tested_at from os_idps where account_id = $1 and id = $2");
    tx.optional(select, args![account, id]).await
}

/// Puts a result in the place of the last one. Says whether the provider is still there.
pub(super) async fn put_test(
    tx: &mut Tx,
    account: AccountId,
    id: OsIdpId,
    (passed, result): (bool, &str),
    (by, now): (&str, OffsetDateTime),
) -> Result<bool> {
    let update = sql!(
        "update os_idps set test_passed = $3, test_result = $4, tested_by = $5, tested_at = $6 where account_id = $1 and id = $2"
    );
    Ok(tx
        .execute(update, args![account, id, passed, result, by, now])
        .await?
        == 1)
}

/// Where a secret lies.
#[derive(Clone, Copy)]
pub(super) enum SecretColumn {
    New,
    Old,
}

impl SecretColumn {
    fn name(self) -> &'static str {
        match self {
            Self::New => "client_secret",
            Self::Old => "old_secret",
        }
    }
}

/// A client secret for its column.
pub(super) fn seal(
    services: &Services<Cloud>,
    id: OsIdpId,
    column: SecretColumn,
    secret: &str,
) -> access::Result<Vec<u8>> {
    let place = Uuid::from(id);
    Ok(services.seal().seal(
        services.entropy(),
        "os_idps",
        column.name(),
        place.as_bytes(),
        secret.as_bytes(),
    )?)
}

fn unseal(
    services: &Services<Cloud>,
    id: OsIdpId,
    column: SecretColumn,
    sealed: &[u8],
) -> access::Result<Zeroizing<String>> {
    let place = Uuid::from(id);
    let secret = services
        .seal()
        .unseal("os_idps", column.name(), place.as_bytes(), sealed)?;
    let secret = std::str::from_utf8(&secret).map_err(access::Error::internal)?;
    Ok(Zeroizing::new(secret.to_owned()))
}

impl ProviderRow {
    /// The provider with its secrets, as a sign-in uses it.
    pub(crate) fn open(self, services: &Services<Cloud>) -> access::Result<Provider> {
        let old = self
            .old_secret
            .filter(|_| self.old_secret_until.is_some_and(|until| until > services.now()));
        let old_secret = old
            .map(|sealed| unseal(services, self.id, SecretColumn::Old, &sealed))
            .transpose()?;
        Ok(Provider {
            client_id: self.client_id,
            client_secret: unseal(services, self.id, SecretColumn::New, &self.client_secret)?,
            old_secret,
            authorization_endpoint: self.authorization_endpoint,
            token_endpoint: self.token_endpoint,
            issuer: self.issuer,
            jwks_uri: self.jwks_uri,
            keys: self.signing_keys,
            userinfo_endpoint: self.userinfo_endpoint,
            token_auth: if self.token_auth == token_auth_key(TokenAuth::Basic) {
                TokenAuth::Basic
            } else {
                TokenAuth::Post
            },
            response_iss: self.response_iss,
        })
    }
}

fn token_auth_key(auth: TokenAuth) -> &'static str {
    match auth {
        TokenAuth::Post => "post",
        TokenAuth::Basic => "basic",
    }
}
