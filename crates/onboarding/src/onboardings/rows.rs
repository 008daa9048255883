//! Statements on runs.

use access::{Result, ResultExt as _, Tx};
use domain::id::{AccountId, OnboardingId, OsIdpId, RoutingId};
use domain::{EmailAddress, Fault};
use protocol::onboarding::StartOnboarding;
use store::{args, row, sql};
use time::OffsetDateTime;

use crate::limits;

row! {
    /// A run as it stands.
    pub struct OnboardingRow {
        id: OnboardingId,
        account_id: AccountId,
        idp_id: OsIdpId,
        probe: bool,
        email: String,
        unit_id: Option<String>,
        mac: Option<String>,
        product: String,
        structure_tag: Option<String>,
        code: String,
        step: String,
        issuer: Option<String>,
        failure: Option<String>,
        expires_at: OffsetDateTime,
    }

    /// A run as "last onboardings" shows it.
    pub struct LastRow {
        id: OnboardingId,
        email: String,
        mac: Option<String>,
        product: String,
        step: String,
        failure_code: Option<u16>,
        failure_cause: String,
        step_at: OffsetDateTime,
    }
    /// A run that has failed, with where it led.
    pub struct FailedRow {
        email: String,
        mac: Option<String>,
        product: String,
        failure_code: Option<u16>,
        failure_cause: String,
        step_at: OffsetDateTime,
        record: Option<String>,
        host: Option<String>,
        port: Option<i64>,
        idp: Option<String>,
    }
}

/// A new run.
pub struct NewRow<'a> {
    pub id: OnboardingId,
    pub account: AccountId,
    pub idp: OsIdpId,
    pub email: &'a EmailAddress,
    pub client: &'a str,
    /// None for a probe.
    pub device: Option<&'a Device<'a>>,
    pub expires_at: OffsetDateTime,
}

/// The device of a run.
pub struct Device<'a> {
    pub request: &'a StartOnboarding,
    pub code: &'a str,
    pub secret_hash: Vec<u8>,
    pub link_hash: Vec<u8>,
}

pub async fn insert(tx: &mut Tx, new: &NewRow<'_>) -> Result<()> {
    let now = tx.now();
    let request = new.device.map(|device| device.request);
    tx.execute_one(
        sql!(
            "insert into onboardings
                (id, account_id, idp_id, probe, email, email_key, client, unit_id, mac, product, version, structure_tag, code,
                 secret_hash, link_hash, step, failure_cause, created_at, expires_at, step_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'started', '', $16, $17, $16)"
        ),
        args![
            new.id,
            new.account,
            new.idp,
            new.device.is_none(),
            new.email.as_str(),
            new.email.key(),
            new.client,
            request.map(|request| request.unit_id.as_str()),
            request.map(|request| request.mac.to_string()),
            request.map_or("", |request| &request.product),
            request.map_or("", |request| &request.version),
            request.and_then(|request| request.structure_tag.as_deref()).filter(|tag| !tag.is_empty()),
            new.device.map_or("", |device| device.code),
            new.device.map(|device| &device.secret_hash),
            new.device.map(|device| &device.link_hash),
            now,
            new.expires_at
        ],
    )
    .await
    // 256 random bits twice: never seen, and no reason to tell the database's words.
    .on_unique("onboardings", &["link_hash"], Fault::Unavailable)
}

/// How many runs wait for a sign-in.
pub struct Pending {
    email: i64,
    email_and_client: i64,
    client: i64,
    account: i64,
}

impl Pending {
    /// Whether no further one may be begun.
    pub fn is_too_many(&self) -> bool {
        self.email >= limits::PENDING_PER_EMAIL
            || self.email_and_client >= limits::PENDING_PER_EMAIL_AND_CLIENT
            || self.client >= limits::PENDING_PER_CLIENT
            || self.account >= limits::PENDING_PER_ACCOUNT
    }
}

/// Runs that wait for a sign-in: for this e-mail address, from this client, at this account.
pub async fn pending_unscoped(
    tx: &mut Tx,
    email_key: &str,
    client: &str,
    account: AccountId,
) -> Result<Pending> {
    let now = tx.now();
    let of_email = sql!(
        "select count(*), count(case when client = $4 then 1 end)
           from onboardings where email_key = $1 and created_at > $2 and expires_at > $3
            and step in ('started', 'confirmed')"
    );
    let of_client = sql!(
        "select count(*) from onboardings where client = $1 and created_at > $2 and expires_at > $3
            and step in ('started', 'confirmed')"
    );
    // The step's time is the first of the two that the index knows; none of these is older than its run.
    let of_account = sql!(
        "select count(*) from onboardings where account_id = $1 and routing_id is null and step_at > $2 and expires_at > $3
            and step in ('started', 'confirmed')"
    );
    let oldest = now - limits::SIGN_IN_LIFE;
    let (email, email_and_client) = tx.one(of_email, args![email_key, oldest, now, client]).await?;
    let client = tx.scalar(of_client, args![client, oldest, now]).await?;
    let account = tx.scalar(of_account, args![account, oldest, now]).await?;
    Ok(Pending {
        email,
        email_and_client,
        client,
        account,
    })
}

/// The run behind an address that a person opened.
pub async fn by_link_unscoped(tx: &mut store::Tx, link_hash: &[u8]) -> Result<Option<OnboardingRow>> {
    let text = sql!(
        "select id, account_id, idp_id, probe, email, unit_id, mac, product, structure_tag, code, step, issuer, failure, expires_at
           from onboardings where link_hash = $1"
    );
    Ok(tx.optional(text, args![link_hash]).await?)
}

/// The run of a device that shows its secret.
pub async fn by_secret_unscoped(
    tx: &mut store::Tx,
    id: OnboardingId,
    secret_hash: &[u8],
) -> Result<Option<OnboardingRow>> {
    let text = sql!(
        "select id, account_id, idp_id, probe, email, unit_id, mac, product, structure_tag, code, step, issuer, failure, expires_at
           from onboardings where id = $1 and secret_hash = $2"
    );
    Ok(tx.optional(text, args![id, secret_hash]).await?)
}

/// A run by its id, for what follows from another proof: a cookie, a token, a job of ours.
pub async fn by_id_unscoped(tx: &mut store::Tx, id: OnboardingId) -> Result<Option<OnboardingRow>> {
    let text = sql!(
        "select id, account_id, idp_id, probe, email, unit_id, mac, product, structure_tag, code, step, issuer, failure, expires_at
           from onboardings where id = $1"
    );
    Ok(tx.optional(text, args![id]).await?)
}

/// The person pressed Continue. `false` where the run is over or nobody may sign in any more.
pub async fn confirm(tx: &mut Tx, account: AccountId, id: OnboardingId) -> Result<bool> {
    let now = tx.now();
    let text = sql!(
        "update onboardings set step = 'confirmed', step_at = $3
          where id = $1 and account_id = $2 and expires_at > $3 and step in ('started', 'confirmed')"
    );
    Ok(tx.execute(text, args![id, account, now]).await? == 1)
}

/// Who signed in, as stored: the person is (provider, issuer, subject).
pub struct SignedIn<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub assurance: &'a str,
    pub routing: Option<RoutingId>,
}

/// The person has signed in. `false` where somebody else was faster.
pub async fn signed_in(
    tx: &mut Tx,
    account: AccountId,
    id: OnboardingId,
    who: &SignedIn<'_>,
) -> Result<bool> {
    let now = tx.now();
    let text = sql!(
        "update onboardings set step = 'signed_in', issuer = $3, subject = $4, assurance = $5, routing_id = $6, step_at = $7
          where id = $1 and account_id = $2 and step = 'confirmed'"
    );
    Ok(tx
        .execute(
            text,
            args![
                id,
                account,
                who.issuer,
                who.subject,
                who.assurance,
                who.routing,
                now
            ],
        )
        .await?
        == 1)
}

/// The UMS has accepted the announcement. `false` where the run has gone on otherwise.
pub async fn announced(tx: &mut Tx, account: AccountId, id: OnboardingId) -> Result<bool> {
    let now = tx.now();
    let text = sql!(
        "update onboardings set step = 'announced', step_at = $3 where id = $1 and account_id = $2 and step = 'signed_in'"
    );
    Ok(tx.execute(text, args![id, account, now]).await? == 1)
}

/// The device has redeemed its token. Says nothing the second time.
pub async fn enrolled(tx: &mut Tx, account: AccountId, id: OnboardingId) -> Result<bool> {
    let now = tx.now();
    let text = sql!(
        "update onboardings set step = 'enrolled', step_at = $3
          where id = $1 and account_id = $2 and step in ('signed_in', 'announced')"
    );
    Ok(tx.execute(text, args![id, account, now]).await? == 1)
}

/// The run has failed. `false` where it was over already.
pub async fn failed(
    tx: &mut Tx,
    account: AccountId,
    id: OnboardingId,
    key: &str,
    code: u16,
    cause: &str,
) -> Result<bool> {
    let now = tx.now();
    let text = sql!(
        "update onboardings set step = 'failed', failure = $3, failure_code = $4, failure_cause = $5, step_at = $6
          where id = $1 and account_id = $2 and step in ('started', 'confirmed', 'signed_in')"
    );
    Ok(tx
        .execute(text, args![id, account, key, code, cause, now])
        .await?
        == 1)
}

/// What an account's record has seen, newest first.
pub async fn last(
    tx: &mut store::Tx,
    account: AccountId,
    routing: RoutingId,
    since: OffsetDateTime,
) -> Result<Vec<LastRow>> {
    let text = sql!(
        "select id, email, mac, product, step, failure_code, failure_cause, step_at
           from onboardings where account_id = $1 and routing_id = $2 and step_at > $3
          order by step_at desc, id desc limit $4"
    );
    Ok(tx
        .all(text, args![account, routing, since, limits::LAST_MAX])
        .await?)
}

/// One run that has failed.
pub async fn failed_run(
    tx: &mut store::Tx,
    account: AccountId,
    id: OnboardingId,
) -> Result<Option<FailedRow>> {
    let text = sql!(
        "select o.email, o.mac, o.product, o.failure_code, o.failure_cause, o.step_at, r.name as record, r.host, r.port, i.name as idp
           from onboardings o
           left join routings r on r.id = o.routing_id and r.account_id = o.account_id
           left join os_idps i on i.id = o.idp_id and i.account_id = o.account_id
          where o.account_id = $1 and o.id = $2 and o.step = 'failed'"
    );
    Ok(tx.optional(text, args![account, id]).await?)
}

/// How many runs of an account wait for a sign-in at that provider.
pub async fn waiting_at(
    tx: &mut store::Tx,
    account: AccountId,
    idp: OsIdpId,
    (oldest, now): (OffsetDateTime, OffsetDateTime),
) -> Result<i64> {
    let text = sql!(
        "select count(*) from onboardings where account_id = $1 and idp_id = $2 and created_at > $3 and expires_at > $4
            and step in ('started', 'confirmed') and not probe"
    );
    Ok(tx.scalar(text, args![account, idp, oldest, now]).await?)
}

/// When the last step of a record's runs was, and how many there are; `None` where the account has no such record.
pub async fn last_step(
    tx: &mut store::Tx,
    account: AccountId,
    routing: RoutingId,
) -> Result<Option<(i64, i64)>> {
    let text = sql!(
        "select coalesce((select max(step_at) from onboardings where account_id = $1 and routing_id = $2), 0),
                (select count(*) from onboardings where account_id = $1 and routing_id = $2)
           from routings where account_id = $1 and id = $2"
    );
    Ok(tx.optional(text, args![account, routing]).await?)
}

/// Deletes runs begun before `until` that nobody signed in for. No record shows them.
pub async fn purge_waiting_unscoped(tx: &mut Tx, until: OffsetDateTime) -> Result<u64> {
    Ok(tx
        .execute(
            sql!("delete from onboardings where step in ('started', 'confirmed') and created_at <= $1"),
            args![until],
        )
        .await?)
}

/// Deletes runs begun before `until`, with what hangs on them.
pub async fn purge_unscoped(tx: &mut Tx, until: OffsetDateTime) -> Result<u64> {
    Ok(tx
        .execute(
            sql!("delete from onboardings where created_at <= $1"),
            args![until],
        )
        .await?)
}
