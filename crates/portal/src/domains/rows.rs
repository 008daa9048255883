use domain::id::{AccountId, DomainId};
use store::{Filter, Result, Sort, Tx, args, list, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

row! {
    pub(crate) struct ClaimRow {
        id: DomainId,
        account_id: AccountId,
        domain: String,
        token: String,
        state: String,
        finding: Option<String>,
        seen: String,
        checked_at: Option<OffsetDateTime>,
        proved_at: Option<OffsetDateTime>,
        missing_since: Option<OffsetDateTime>,
        lapsed_at: Option<OffsetDateTime>,
        created_at: OffsetDateTime,
    }
    pub(super) struct UseRow {
        kind: String,
        id: Uuid,
        name: String,
    }
    struct OwnerRow {
        account_id: AccountId,
    }
    pub(super) struct AdminRow {
        email: String,
        language: String,
    }
}

list! {
    /// The domains of an account.
    pub(super) static DOMAINS: {
        select: "c.id, c.account_id, c.domain, c.token, c.state, c.finding, c.seen, c.checked_at, c.proved_at, c.missing_since,
                 c.lapsed_at, c.created_at",
        from: "domain_claims c",
        scope: "c.account_id = $1",
        id: "c.id",
        search: "c.domain like :search escape '\\'",
        sorts: [
            Sort::text("domain", "c.domain"),
            Sort::int("created", "c.created_at"),
        ],
        filters: [
            Filter::contains("domain", "c.domain"),
        ],
    }
}

pub(super) struct NewRow<'a> {
    pub id: DomainId,
    pub account: AccountId,
    pub domain: &'a str,
    pub registrable: String,
    pub token: String,
    pub now: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    let insert = sql!(
        "insert into domain_claims (id, account_id, domain, registrable, token, state, created_at)
         values ($1, $2, $3, $4, $5, 'pending', $6)"
    );
    tx.execute_one(insert, values(row)).await
}

pub(super) async fn insert_unless_there(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    let insert = sql!(
        "insert into domain_claims (id, account_id, domain, registrable, token, state, created_at)
         values ($1, $2, $3, $4, $5, 'pending', $6)
         on conflict (account_id, domain) do nothing"
    );
    tx.execute(insert, values(row)).await.map(|_| ())
}

fn values(row: &NewRow<'_>) -> store::Args {
    args![
        row.id,
        row.account,
        row.domain,
        row.registrable,
        row.token,
        row.now
    ]
}

pub(super) async fn is_claimed(tx: &mut Tx, account: AccountId, domain: &str) -> Result<bool> {
    let count = sql!("select count(*) from domain_claims where account_id = $1 and domain = $2");
    Ok(tx.scalar::<i64>(count, args![account, domain]).await? > 0)
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: DomainId) -> Result<Option<ClaimRow>> {
    let select = sql!(
        "select id, account_id, domain, token, state, finding, seen, checked_at, proved_at, missing_since, lapsed_at, created_at
         from domain_claims where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// The same, and nobody else changes it until the end of the transaction.
pub(super) async fn lock(tx: &mut Tx, account: AccountId, id: DomainId) -> Result<Option<ClaimRow>> {
    let lock = sql!("update domain_claims set state = state where account_id = $1 and id = $2");
    tx.execute(lock, args![account, id]).await?;
    get(tx, account, id).await
}

pub(super) async fn delete(tx: &mut Tx, account: AccountId, id: DomainId) -> Result<()> {
    let delete = sql!("delete from domain_claims where account_id = $1 and id = $2");
    tx.execute_one(delete, args![account, id]).await
}

/// What maps a domain.
pub(super) async fn uses(tx: &mut Tx, account: AccountId, domain: &str) -> Result<Vec<UseRow>> {
    let select = sql!(
        "select 'os_idp' as kind, i.id as id, i.name as name from os_idps i join os_idp_domains d on d.os_idp_id = i.id
          where d.account_id = $1 and d.domain = $2
         union all
         select 'routing' as kind, r.id as id, r.name as name from routings r join routing_domains d on d.routing_id = r.id
          where d.account_id = $1 and d.domain = $2
         union all
         select 'saml_idp' as kind, s.id as id, s.host as name from saml_idps s join saml_idp_domains d on d.saml_idp_id = s.id
          where d.account_id = $1 and d.domain = $2"
    );
    tx.all(select, args![account, domain]).await
}

/// Until the end of the transaction nobody else proves a domain of these relatives (ruling 12).
pub(super) async fn guard(tx: &mut Tx, registrable: &str) -> Result<()> {
    let guard = sql!(
        "insert into domain_guards (registrable) values ($1)
         on conflict (registrable) do update set registrable = excluded.registrable"
    );
    tx.execute_one(guard, args![registrable]).await
}

/// The proved relatives that belong to other accounts.
pub(crate) async fn proved_by_others_unscoped(
    tx: &mut Tx,
    account: AccountId,
    registrable: &str,
) -> Result<Vec<(String,)>> {
    let select = sql!(
        "select domain from domain_claims where registrable = $2 and state <> 'pending' and account_id <> $1"
    );
    tx.all(select, args![account, registrable]).await
}

/// What a look is written down as.
pub(super) struct Settled<'a> {
    pub state: &'static str,
    pub registrable: &'a str,
    pub finding: &'static str,
    pub seen: String,
    pub now: OffsetDateTime,
    pub proved_at: Option<OffsetDateTime>,
    pub missing_since: Option<OffsetDateTime>,
    pub lapsed_at: Option<OffsetDateTime>,
    pub due: Option<OffsetDateTime>,
}

/// Says whether the claim still was as `row` has it: of two looks at once the second one changes nothing.
pub(super) async fn settle(
    tx: &mut Tx,
    account: AccountId,
    row: &ClaimRow,
    settled: &Settled<'_>,
) -> Result<bool> {
    let update = sql!(
        "update domain_claims
            set state = $4, registrable = $5, finding = $6, seen = $7, checked_at = $8, proved_at = $9, missing_since = $10,
                lapsed_at = $11, check_due_at = $12
          where account_id = $1 and id = $2 and state = $3"
    );
    let values = args![
        account,
        row.id,
        row.state,
        settled.state,
        settled.registrable,
        settled.finding,
        settled.seen,
        settled.now,
        settled.proved_at,
        settled.missing_since,
        settled.lapsed_at,
        settled.due
    ];
    Ok(tx.execute(update, values).await? == 1)
}

/// Some of those whose proof is to be looked for again.
pub(super) async fn due_unscoped(tx: &mut Tx, now: OffsetDateTime) -> Result<Vec<ClaimRow>> {
    let select = sql!(
        "select id, account_id, domain, token, state, finding, seen, checked_at, proved_at, missing_since, lapsed_at, created_at
         from domain_claims where check_due_at is not null and check_due_at <= $1 order by check_due_at limit 64"
    );
    tx.all(select, args![now]).await
}

/// The domains that the account has proved, each with its state.
pub(crate) async fn standing(tx: &mut Tx, account: AccountId) -> Result<Vec<(String, String)>> {
    let select = sql!("select domain, state from domain_claims where account_id = $1 and state <> 'pending'");
    tx.all(select, args![account]).await
}

/// The account that has proved a domain.
pub(crate) async fn owner_unscoped(tx: &mut Tx, domain: &str) -> Result<Option<AccountId>> {
    let select = sql!("select account_id from domain_claims where domain = $1 and state <> 'pending'");
    let found: Option<OwnerRow> = tx.optional(select, args![domain]).await?;
    Ok(found.map(|row| row.account_id))
}

/// Whether a test sign-in has passed at a provider of this issuer; `None` where the account has no such provider.
pub(super) async fn tested_of_issuer(tx: &mut Tx, account: AccountId, issuer: &str) -> Result<Option<bool>> {
    let select = sql!("select test_passed from os_idps where account_id = $1 and issuer = $2");
    let found: Vec<(Option<bool>,)> = tx.all(select, args![account, issuer]).await?;
    let tested = found.iter().any(|(passed,)| *passed == Some(true));
    Ok((!found.is_empty()).then_some(tested))
}

/// Where those get their mails who can do something about a domain.
pub(super) async fn admins(tx: &mut Tx, account: AccountId) -> Result<Vec<AdminRow>> {
    let select = sql!(
        "select distinct u.email, u.language from users u join user_roles r on r.user_id = u.id
         where u.account_id = $1 and u.state = 'active' and r.role in ('super-admin', 'obs-admin') order by u.email"
    );
    tx.all(select, args![account]).await
}
