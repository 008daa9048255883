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
use crate::names;

row! {
    pub(crate) struct OsIdpRow {
        id: OsIdpId,
        name: String,
        client_id: String,
        issuer: Option<String>,
        authorization_endpoint: String,
        token_endpoint: String,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
    }
    /// What a sign-in needs.
    pub(crate) struct ProviderRow {
        id: OsIdpId,
        client_id: String,
        client_secret: Vec<u8>,
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
        select: "i.id, i.name, i.client_id, i.issuer, i.authorization_endpoint, i.token_endpoint, i.created_at, i.updated_at",
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
             token_endpoint, jwks_uri, signing_keys, userinfo_endpoint, token_auth, response_iss, created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 1)"
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
        *now
    ];
    tx.execute_one(insert, values).await
}

pub(super) async fn map_domain(
    tx: &mut Tx,
    account: AccountId,
    id: OsIdpId,
    domain: &DomainName,
) -> Result<()> {
    let insert = sql!("insert into os_idp_domains (os_idp_id, domain, account_id) values ($1, $2, $3)");
    tx.execute_one(insert, args![id, domain.as_str(), account]).await
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<OsIdpRow> {
    let select = sql!(
        "select id, name, client_id, issuer, authorization_endpoint, token_endpoint, created_at, updated_at
         from os_idps where account_id = $1 and id = $2"
    );
    tx.one(select, args![account, id]).await
}

pub(super) async fn domains(tx: &mut Tx, account: AccountId, id: OsIdpId) -> Result<Vec<(String,)>> {
    let select =
        sql!("select domain from os_idp_domains where account_id = $1 and os_idp_id = $2 order by domain");
    tx.all(select, args![account, id]).await
}

/// The provider that a domain leads to.
pub(crate) async fn for_domain(
    tx: &mut Tx,
    account: AccountId,
    domain: &DomainName,
) -> Result<Option<ProviderRow>> {
    let select = sql!(
        "select i.id, i.client_id, i.client_secret, i.issuer, i.authorization_endpoint, i.token_endpoint, i.jwks_uri,
                i.signing_keys, i.userinfo_endpoint, i.token_auth, i.response_iss
         from os_idps i join os_idp_domains d on d.os_idp_id = i.id
         where d.account_id = $1 and d.domain = $2"
    );
    tx.optional(select, args![account, domain.as_str()]).await
}

/// The client secret for its column.
pub(super) fn seal(services: &Services<Cloud>, id: OsIdpId, secret: &str) -> access::Result<Vec<u8>> {
    let place = Uuid::from(id);
    Ok(services.seal().seal(
        services.entropy(),
        "os_idps",
        "client_secret",
        place.as_bytes(),
        secret.as_bytes(),
    )?)
}

impl ProviderRow {
    /// The provider with its secret, as a sign-in uses it.
    pub(crate) fn open(self, services: &Services<Cloud>) -> access::Result<Provider> {
        let place = Uuid::from(self.id);
        let secret =
            services
                .seal()
                .unseal("os_idps", "client_secret", place.as_bytes(), &self.client_secret)?;
        let secret = std::str::from_utf8(&secret).map_err(access::Error::internal)?;
        Ok(Provider {
            client_id: self.client_id,
            client_secret: Zeroizing::new(secret.to_owned()),
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
