use domain::DomainName;
use domain::id::{AccountId, RoutingId};
use domain::routing::NewRouting;
use pki::{Certificate, CertificateChain};
use store::{Filter, Result, Sort, Tx, args, list, row, sql};
use time::OffsetDateTime;

use crate::names::{self, Address};

row! {
    pub(crate) struct Listed {
        id: RoutingId,
        name: String,
        host: String,
        port: u16,
        created_by: String,
        root: String,
        fingerprint: String,
        expires_at: OffsetDateTime,
        created_at: OffsetDateTime,
    }
    /// Where a user is led.
    pub(crate) struct RouteRow {
        id: RoutingId,
        host: String,
        port: u16,
        chain_pem: String,
    }
}

list! {
    /// The routing records of an account.
    pub(super) static ROUTINGS: {
        select: "r.id, r.name, r.host, r.port, r.created_by, r.root, r.fingerprint, r.expires_at, r.created_at",
        from: "routings r",
        scope: "r.account_id = $1",
        id: "r.id",
        search: "r.name_key like :search escape '\\' or r.host_key like :search escape '\\'
                 or exists (select 1 from routing_domains d where d.routing_id = r.id and d.domain like :search escape '\\')
                 or exists (select 1 from routing_users u where u.routing_id = r.id and u.email_key like :search escape '\\')",
        sorts: [
            Sort::text("name", "r.name_key"),
            Sort::text("host", "r.host_key"),
            Sort::int("created", "r.created_at"),
            Sort::int("expires", "r.expires_at"),
        ],
        filters: [Filter::contains("name", "r.name_key"), Filter::contains("host", "r.host_key")],
    }
}

pub(super) struct NewRow<'a> {
    pub id: RoutingId,
    pub account: AccountId,
    pub new: &'a NewRouting,
    pub chain: &'a CertificateChain,
    pub created_by: &'a str,
    pub now: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    let insert = sql!(
        "insert into routings
            (id, account_id, name, name_key, host, host_key, port, chain_pem, root, fingerprint, expires_at, created_by,
             created_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, 1)"
    );
    let NewRow {
        id,
        account,
        new,
        chain,
        created_by,
        now,
    } = row;
    let root = chain.root();
    let expires = chain
        .certificates()
        .iter()
        .map(Certificate::not_after)
        .min()
        .unwrap_or(root.not_after());
    let values = args![
        *id,
        *account,
        new.name,
        names::key(&new.name),
        new.host.as_str(),
        new.host.as_str().to_ascii_lowercase(),
        new.port.get(),
        chain.pem(),
        root.subject(),
        root.fingerprint().to_string(),
        expires,
        created_by,
        *now
    ];
    tx.execute_one(insert, values).await
}

pub(super) async fn map_user(tx: &mut Tx, account: AccountId, id: RoutingId, user: &Address) -> Result<()> {
    let insert =
        sql!("insert into routing_users (routing_id, email_key, email, account_id) values ($1, $2, $3, $4)");
    tx.execute_one(insert, args![id, user.key, user.typed, account])
        .await
}

pub(super) async fn map_domain(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    domain: &DomainName,
) -> Result<()> {
    let insert = sql!("insert into routing_domains (routing_id, domain, account_id) values ($1, $2, $3)");
    tx.execute_one(insert, args![id, domain.as_str(), account]).await
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<Option<Listed>> {
    let select = sql!(
        "select id, name, host, port, created_by, root, fingerprint, expires_at, created_at
         from routings where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// The chain of a record that is there, and when it was last saved.
pub(super) async fn chain(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
) -> Result<(String, OffsetDateTime)> {
    tx.one(
        sql!("select chain_pem, updated_at from routings where account_id = $1 and id = $2"),
        args![account, id],
    )
    .await
}

pub(super) async fn users(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<Vec<(String,)>> {
    let select =
        sql!("select email from routing_users where account_id = $1 and routing_id = $2 order by email_key");
    tx.all(select, args![account, id]).await
}

pub(super) async fn domains(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<Vec<(String,)>> {
    let select =
        sql!("select domain from routing_domains where account_id = $1 and routing_id = $2 order by domain");
    tx.all(select, args![account, id]).await
}

/// The record of a mapped user.
pub(crate) async fn for_user(tx: &mut Tx, account: AccountId, email: &Address) -> Result<Option<RouteRow>> {
    let select = sql!(
        "select r.id, r.host, r.port, r.chain_pem from routings r join routing_users u on u.routing_id = r.id
         where u.account_id = $1 and u.email_key = $2"
    );
    tx.optional(select, args![account, email.key]).await
}

/// The record of a mapped domain.
pub(crate) async fn for_domain(
    tx: &mut Tx,
    account: AccountId,
    domain: &DomainName,
) -> Result<Option<RouteRow>> {
    let select = sql!(
        "select r.id, r.host, r.port, r.chain_pem from routings r join routing_domains d on d.routing_id = r.id
         where d.account_id = $1 and d.domain = $2"
    );
    tx.optional(select, args![account, domain.as_str()]).await
}
