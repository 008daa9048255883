use domain::id::{AccountId, RegistrationId};
use domain::registration::{NewRegistration, RegistrationState};
use store::{Filter, Result, Sort, Tx, args, list, row, sql};
use time::OffsetDateTime;

use crate::names::{self, Address};

row! {
    /// A registration that is looked at by its link.
    pub(super) struct LinkRow {
        id: RegistrationId,
        company: String,
        email: String,
        state: String,
        expires_at: OffsetDateTime,
    }
    /// A row of the operators' list.
    pub(super) struct ListRow {
        id: RegistrationId,
        company: String,
        email: String,
        first_name: String,
        last_name: String,
        country: String,
        state: String,
        confirmed_at: OffsetDateTime,
        decided_by: String,
    }
    /// Everything.
    pub(super) struct RegistrationData {
        id: RegistrationId,
        company: String,
        address: String,
        address2: String,
        city: String,
        post_code: String,
        country: String,
        region: String,
        industry: String,
        email: String,
        first_name: String,
        last_name: String,
        phone: String,
        language: String,
        news: bool,
        state: String,
        asked_at: OffsetDateTime,
        confirmed_at: OffsetDateTime,
        decided_at: Option<OffsetDateTime>,
        decided_by: String,
        reason: String,
        account_id: Option<AccountId>,
    }
    pub(super) struct AccountNameRow {
        id: AccountId,
        name: String,
    }
    pub(super) struct OverRow {
        id: RegistrationId,
    }
}

// `r.state || ''`: SQLite keeps to the index of the order, instead of sorting what the index of the state finds.
list! {
    /// Registrations whose address was confirmed.
    pub(super) static REGISTRATIONS: {
        select: "r.id, r.company, r.email, r.first_name, r.last_name, r.country, r.state, r.confirmed_at, r.decided_by",
        from: "registrations r",
        scope: "r.confirmed_at is not null",
        id: "r.id",
        search: "(r.email_key like :search escape '\\' or r.company_key like :search escape '\\')",
        sorts: [
            Sort::int("confirmed", "r.confirmed_at"),
            Sort::text("company", "r.company_key"),
            Sort::text("email", "r.email_key"),
            Sort::text("state", "r.state"),
        ],
        filters: [Filter::new("state", "r.state || '' = :value")],
    }
}

/// Forgets a registration of that address whose link was not opened: a new one takes its place.
pub(super) async fn forget_asked(tx: &mut Tx, key: &str) -> Result<()> {
    let delete = sql!("delete from registrations where email_key = $1 and state = 'asked'");
    tx.execute(delete, args![key]).await.map(|_| ())
}

/// Whether a registration of that address waits for an operator.
pub(super) async fn waits(tx: &mut Tx, key: &str) -> Result<bool> {
    let count = sql!("select count(*) from registrations where email_key = $1 and state = 'confirmed'");
    Ok(tx.scalar::<i64>(count, args![key]).await? > 0)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: RegistrationId,
    new: &NewRegistration,
    address: &Address,
    token_hash: &[u8],
    (now, expires_at): (OffsetDateTime, OffsetDateTime),
) -> Result<()> {
    let insert = sql!(
        "insert into registrations
            (id, company, company_key, address, address2, city, post_code, country, region, industry, email, email_key,
             first_name, last_name, phone, language, news, state, token_hash, asked_at, expires_at, decided_by, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'asked', $18, $19, $20, '', '')"
    );
    let of = &new.information;
    let values = args![
        id,
        of.company,
        names::key(&of.company),
        of.address,
        of.address2,
        of.city,
        of.post_code,
        of.country,
        of.state,
        of.industry,
        address.typed,
        address.key,
        new.first_name,
        new.last_name,
        new.phone,
        new.language.key(),
        new.news,
        token_hash.to_vec(),
        now,
        expires_at
    ];
    tx.execute_one(insert, values).await
}

/// The token is the proof.
pub(super) async fn by_token(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<LinkRow>> {
    let select =
        sql!("select id, company, email, state, expires_at from registrations where token_hash = $1");
    tx.optional(select, args![token_hash.to_vec()]).await
}

/// Confirms a registration by its link. Of several who try at once, one is told true (fault F28).
pub(super) async fn confirm(tx: &mut Tx, token_hash: &[u8], now: OffsetDateTime) -> Result<bool> {
    let update = sql!(
        "update registrations set state = 'confirmed', confirmed_at = $2
         where token_hash = $1 and state = 'asked' and expires_at > $2"
    );
    Ok(tx.execute(update, args![token_hash.to_vec(), now]).await? == 1)
}

/// One whose address was confirmed.
pub(super) async fn get(tx: &mut Tx, id: RegistrationId) -> Result<Option<RegistrationData>> {
    let select = sql!(
        "select id, company, address, address2, city, post_code, country, region, industry, email, first_name, last_name,
                phone, language, news, state, asked_at, confirmed_at, decided_at, decided_by, reason, account_id
         from registrations where id = $1 and confirmed_at is not null"
    );
    tx.optional(select, args![id]).await
}

/// What was decided about a registration.
pub(super) struct Decision<'a> {
    pub state: RegistrationState,
    pub by: &'a str,
    pub reason: &'a str,
}

/// Decides about a registration that waits. Of several who try at once, one is told true.
pub(super) async fn decide(
    tx: &mut Tx,
    id: RegistrationId,
    decision: &Decision<'_>,
    now: OffsetDateTime,
) -> Result<bool> {
    let update = sql!(
        "update registrations set state = $2, decided_at = $3, decided_by = $4, reason = $5
         where id = $1 and state = 'confirmed'"
    );
    let values = args![id, decision.state.key(), now, decision.by, decision.reason];
    Ok(tx.execute(update, values).await? == 1)
}

/// Notes the account that an approval made.
pub(super) async fn set_account(tx: &mut Tx, id: RegistrationId, account: AccountId) -> Result<()> {
    tx.execute_one(
        sql!("update registrations set account_id = $2 where id = $1"),
        args![id, account],
    )
    .await
}

/// Accounts with people of a mail domain, or that have mapped it; the first twenty.
pub(super) async fn accounts_with(tx: &mut Tx, domain: &str) -> Result<Vec<AccountNameRow>> {
    let select = sql!(
        "select a.id, a.name from accounts a
         where a.id in (select u.account_id from users u where u.email_key like $1 escape '\\'
                        union select d.account_id from os_idp_domains d where d.domain = $2
                        union select r.account_id from routing_domains r where r.domain = $2)
         order by a.name_key limit 20"
    );
    // A domain in ASCII form has no letter that `like` would read in another way.
    tx.all(select, args![format!("%@{domain}"), domain]).await
}

/// How many wait for an operator.
pub(crate) async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    tx.scalar(
        sql!("select count(*) from registrations where state = 'confirmed' and confirmed_at is not null"),
        args![],
    )
    .await
}

/// Some of those whose link has ended unopened.
pub(super) async fn expired(tx: &mut Tx, now: OffsetDateTime) -> Result<Vec<OverRow>> {
    let select = sql!(
        "select id from registrations where expires_at <= $1 and state = 'asked' order by expires_at, id limit 200"
    );
    tx.all(select, args![now]).await
}

/// Deletes one whose link has ended unopened. Says whether nobody was faster.
pub(super) async fn expire(tx: &mut Tx, id: RegistrationId, now: OffsetDateTime) -> Result<bool> {
    let delete = sql!("delete from registrations where id = $1 and state = 'asked' and expires_at <= $2");
    Ok(tx.execute(delete, args![id, now]).await? == 1)
}

/// Deletes those that were refused before `until`.
pub(super) async fn purge_refused(tx: &mut Tx, until: OffsetDateTime) -> Result<u64> {
    let delete = sql!("delete from registrations where state = 'refused' and decided_at <= $1");
    tx.execute(delete, args![until]).await
}
