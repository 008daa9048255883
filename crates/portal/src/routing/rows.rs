use domain::DomainName;
use domain::id::{AccountId, RoutingId};
use domain::routing::NewRouting;
use domain::routing_change::RoutingSettings;
use pki::{Certificate, CertificateChain};
use store::{Filter, Result, Sort, Tx, args, list, row, sql};
use time::OffsetDateTime;

use crate::domains;
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
        enabled: bool,
        health: String,
        checked_at: Option<OffsetDateTime>,
    }
    /// All of a record that stands in its own row.
    pub(super) struct Full {
        id: RoutingId,
        name: String,
        host: String,
        port: u16,
        created_by: String,
        root: String,
        fingerprint: String,
        expires_at: OffsetDateTime,
        created_at: OffsetDateTime,
        enabled: bool,
        health: String,
        checked_at: Option<OffsetDateTime>,
        chain_pem: String,
        targets: String,
        updated_at: OffsetDateTime,
        version: i64,
        /// Of the last change that was about more than users.
        settings_version: i64,
        report: Option<String>,
    }
    /// Where a user is led.
    pub(crate) struct RouteRow {
        id: RoutingId,
        name: String,
        host: String,
        port: u16,
        chain_pem: String,
        targets: String,
        enabled: bool,
        health: String,
        report: Option<String>,
    }
}

list! {
    /// The routing records of an account. A user is found by the beginning of the address: a record may have a hundred thousand.
    pub(super) static ROUTINGS: {
        select: "r.id, r.name, r.host, r.port, r.created_by, r.root, r.fingerprint, r.expires_at, r.created_at, r.enabled, r.health,
                 r.checked_at",
        from: "routings r",
        scope: "r.account_id = $1",
        id: "r.id",
        search: "r.name_key like :search escape '\\' or r.host_key like :search escape '\\'
                 or exists (select 1 from routing_domains d where d.routing_id = r.id and d.domain like :search escape '\\')
                 or exists (select 1 from routing_users u where u.routing_id = r.id and u.account_id = r.account_id
                             and u.email_key >= :typed and u.email_key < :typed || '\u{10FFFF}')",
        sorts: [
            Sort::text("name", "r.name_key"),
            Sort::text("host", "r.host_key"),
            Sort::int("created", "r.created_at"),
            Sort::int("expires", "r.expires_at"),
        ],
        filters: [
            Filter::contains("name", "r.name_key"),
            Filter::contains("host", "r.host_key"),
            Filter::choice(
                "health",
                &[
                    ("good", "r.health = 'good'"),
                    ("warning", "r.health = 'warning'"),
                    ("bad", "r.health = 'bad'"),
                    ("unchecked", "r.health = 'unchecked'"),
                ],
            ),
            Filter::choice("enabled", &[("yes", "r.enabled"), ("no", "not r.enabled")]),
        ],
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
    let expires = first_end(chain);
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

/// Maps a domain, and claims it: it routes nobody until the account has proved it.
pub(super) async fn map_domain(
    tx: &mut access::Tx,
    account: AccountId,
    id: RoutingId,
    domain: &DomainName,
) -> Result<()> {
    let insert = sql!("insert into routing_domains (routing_id, domain, account_id) values ($1, $2, $3)");
    tx.execute_one(insert, args![id, domain.as_str(), account])
        .await?;
    domains::claim(tx, account, domain).await
}

pub(super) async fn unmap_domains(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<u64> {
    tx.execute(
        sql!("delete from routing_domains where account_id = $1 and routing_id = $2"),
        args![account, id],
    )
    .await
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<Option<Full>> {
    let select = sql!(
        "select id, name, host, port, created_by, root, fingerprint, expires_at, created_at, enabled, health, checked_at,
                chain_pem, targets, updated_at, version, settings_version, report
           from routings where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// Which state of a record a change is made for.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    /// Whatever is there: the change is about users alone.
    Nothing,
    /// The settings that were seen; users may have come and gone.
    Settings(i64),
    /// What was seen, users too.
    Everything(i64),
}

/// Counts a save of the record, if it is still as `needs` says: after this nobody else saves it until the end of the transaction.
pub(super) async fn claim(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    needs: Needs,
    now: OffsetDateTime,
) -> Result<bool> {
    let users =
        sql!("update routings set version = version + 1, updated_at = $3 where account_id = $1 and id = $2");
    let settings = sql!(
        "update routings set version = version + 1, settings_version = version + 1, updated_at = $3
          where account_id = $1 and id = $2 and settings_version <= $4 and version >= $4"
    );
    let everything = sql!(
        "update routings set version = version + 1, settings_version = version + 1, updated_at = $3
          where account_id = $1 and id = $2 and version = $4"
    );
    let claimed = match needs {
        Needs::Nothing => tx.execute(users, args![account, id, now]).await?,
        Needs::Settings(seen) => tx.execute(settings, args![account, id, now, seen]).await?,
        Needs::Everything(seen) => tx.execute(everything, args![account, id, now, seen]).await?,
    };
    Ok(claimed == 1)
}

/// What is saved of a record besides its chain.
pub(super) async fn set_settings(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    settings: &RoutingSettings,
    targets: &str,
) -> Result<()> {
    let update = sql!(
        "update routings set name = $3, name_key = $4, host = $5, host_key = $6, port = $7, enabled = $8, targets = $9
          where account_id = $1 and id = $2"
    );
    let values = args![
        account,
        id,
        settings.name,
        names::key(&settings.name),
        settings.host,
        settings.host.to_ascii_lowercase(),
        settings.port,
        settings.enabled,
        targets
    ];
    tx.execute_one(update, values).await
}

pub(super) async fn set_chain(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    chain: &CertificateChain,
) -> Result<()> {
    let update = sql!(
        "update routings set chain_pem = $3, root = $4, fingerprint = $5, expires_at = $6
          where account_id = $1 and id = $2"
    );
    let root = chain.root();
    let values = args![
        account,
        id,
        chain.pem(),
        root.subject(),
        root.fingerprint().to_string(),
        first_end(chain)
    ];
    tx.execute_one(update, values).await
}

/// What was found about the way to the UMS is about another one: it is checked anew, soon.
pub(super) async fn forget_check(
    tx: &mut Tx,
    account: AccountId,
    id: RoutingId,
    now: OffsetDateTime,
) -> Result<()> {
    let update = sql!(
        "update routings set health = 'unchecked', checked_at = null, report = null, check_due_at = $3
          where account_id = $1 and id = $2"
    );
    tx.execute_one(update, args![account, id, now]).await
}

pub(super) async fn delete(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<()> {
    unmap_domains(tx, account, id).await?;
    tx.execute_one(
        sql!("delete from routings where account_id = $1 and id = $2"),
        args![account, id],
    )
    .await
}

pub(super) async fn domains(tx: &mut Tx, account: AccountId, id: RoutingId) -> Result<Vec<String>> {
    let select =
        sql!("select domain from routing_domains where account_id = $1 and routing_id = $2 order by domain");
    let rows: Vec<(String,)> = tx.all(select, args![account, id]).await?;
    Ok(rows.into_iter().map(|(domain,)| domain).collect())
}

/// The record of a mapped user; of `on` only those that are switched on.
pub(crate) async fn for_user(
    tx: &mut Tx,
    account: AccountId,
    email: &Address,
    on: bool,
) -> Result<Option<RouteRow>> {
    let select = sql!(
        "select r.id, r.name, r.host, r.port, r.chain_pem, r.targets, r.enabled, r.health, r.report
           from routings r join routing_users u on u.routing_id = r.id
          where u.account_id = $1 and u.email_key = $2 and (r.enabled or not $3)"
    );
    tx.optional(select, args![account, email.key, on]).await
}

/// The record of a mapped domain; of `on` only one that is switched on.
pub(crate) async fn for_domain(
    tx: &mut Tx,
    account: AccountId,
    domain: &DomainName,
    on: bool,
) -> Result<Option<RouteRow>> {
    let select = sql!(
        "select r.id, r.name, r.host, r.port, r.chain_pem, r.targets, r.enabled, r.health, r.report
           from routings r join routing_domains d on d.routing_id = r.id
          where d.account_id = $1 and d.domain = $2 and (r.enabled or not $3)"
    );
    tx.optional(select, args![account, domain.as_str(), on]).await
}

/// When the first certificate of a chain ends.
pub(super) fn first_end(chain: &CertificateChain) -> OffsetDateTime {
    let ends = chain.certificates().iter().map(Certificate::not_after);
    ends.min().unwrap_or(chain.root().not_after())
}
