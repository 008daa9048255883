use domain::case::{CaseNumber, CaseSide, CaseState, OnboardingFacts};
use domain::case_draft::NewCase;
use domain::id::{AccountId, CaseEntryId, CaseFileId, CaseId};
use store::{Result, Tx, args, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Received;
use super::lists::ListRow;

row! {
    pub(super) struct FactsRow {
        facts: Option<String>,
    }
    pub(super) struct EntryRow {
        id: CaseEntryId,
        side: String,
        author: String,
        internal: bool,
        text: String,
        state: Option<String>,
        created_at: OffsetDateTime,
    }
    pub(super) struct FileRow {
        id: CaseFileId,
        entry_id: CaseEntryId,
        name: String,
        bytes: i64,
        gone_at: Option<OffsetDateTime>,
    }
    /// A file that is asked for.
    pub(super) struct DownloadRow {
        name: String,
        bytes: i64,
        kind: String,
    }
    pub(super) struct ThereRow {
        id: CaseFileId,
    }
    /// Somebody with access who has written in a case; one row for each of their roles.
    pub(super) struct WriterRow {
        email: String,
        language: String,
        role: String,
    }
}

/// The next number. Nobody else gets one until the end of the change, so no number is left out.
pub(super) async fn next_number(tx: &mut Tx) -> Result<CaseNumber> {
    let next = sql!("update case_numbers set last = last + 1 where one = 1 returning last");
    Ok(CaseNumber(tx.scalar(next, args![]).await?))
}

pub(super) struct NewRow<'a> {
    pub id: CaseId,
    pub account: AccountId,
    pub number: CaseNumber,
    pub new: &'a NewCase,
    pub facts: Option<&'a OnboardingFacts>,
    pub submitted_by: &'a str,
    pub now: OffsetDateTime,
}

pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> access::Result<()> {
    let insert = sql!(
        "insert into cases
            (id, account_id, number, kind, product, severity, subject, words, state, facts, submitted_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)"
    );
    let NewRow {
        id,
        account,
        number,
        new,
        facts,
        submitted_by,
        now,
    } = row;
    let words = format!("{number}\n{}", new.subject).to_lowercase();
    let facts = facts.map(serde_json::to_string).transpose()?;
    let values = args![
        *id,
        *account,
        number.0,
        new.kind.key(),
        new.product.key(),
        new.severity.key(),
        new.subject,
        words,
        CaseState::New.key(),
        facts,
        submitted_by,
        *now
    ];
    Ok(tx.execute_one(insert, values).await?)
}

pub(super) async fn get(tx: &mut Tx, account: AccountId, id: CaseId) -> Result<Option<ListRow>> {
    let select = sql!(
        "select id, account_id, number, '' as company, kind, product, severity, subject, state, submitted_by, created_at, updated_at
           from cases where account_id = $1 and id = $2"
    );
    tx.optional(select, args![account, id]).await
}

/// For operators, with the company's name.
pub(super) async fn get_unscoped(tx: &mut Tx, id: CaseId) -> Result<Option<ListRow>> {
    let select = sql!(
        "select c.id, c.account_id, c.number, a.name as company, c.kind, c.product, c.severity, c.subject, c.state, c.submitted_by,
                c.created_at, c.updated_at
           from cases c join accounts a on a.id = c.account_id where c.id = $1"
    );
    tx.optional(select, args![id]).await
}

pub(super) async fn facts(tx: &mut Tx, account: AccountId, id: CaseId) -> Result<Option<FactsRow>> {
    let select = sql!("select facts from cases where account_id = $1 and id = $2");
    tx.optional(select, args![account, id]).await
}

/// Notes that something happens to a case, which nobody else can do then until the end of the change. Says whether it is there.
pub(super) async fn touch(tx: &mut Tx, account: AccountId, id: CaseId, now: OffsetDateTime) -> Result<bool> {
    let update = sql!("update cases set updated_at = $3 where account_id = $1 and id = $2");
    Ok(tx.execute(update, args![account, id, now]).await? == 1)
}

pub(super) async fn set_state(
    tx: &mut Tx,
    account: AccountId,
    id: CaseId,
    state: CaseState,
    now: OffsetDateTime,
) -> Result<()> {
    let update = sql!("update cases set state = $3, closed_at = $4 where account_id = $1 and id = $2");
    let closed_at = (state == CaseState::Closed).then_some(now);
    tx.execute_one(update, args![account, id, state.key(), closed_at])
        .await
}

pub(super) struct NewEntry<'a> {
    pub side: CaseSide,
    pub author_id: Uuid,
    pub author: &'a str,
    pub internal: bool,
    pub text: &'a str,
    /// The state afterwards, where it becomes another.
    pub state: Option<CaseState>,
}

pub(super) async fn insert_entry(
    tx: &mut Tx,
    (account, case, id): (AccountId, CaseId, CaseEntryId),
    entry: &NewEntry<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    let insert = sql!(
        "insert into case_entries (id, account_id, case_id, side, author_id, author, internal, text, state, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let values = args![
        id,
        account,
        case,
        entry.side.key(),
        entry.author_id,
        entry.author,
        entry.internal,
        entry.text,
        entry.state.map(CaseState::key),
        now
    ];
    tx.execute_one(insert, values).await
}

pub(super) async fn insert_file(
    tx: &mut Tx,
    (account, case, entry): (AccountId, CaseId, CaseEntryId),
    file: &Received,
) -> Result<()> {
    let insert = sql!(
        "insert into case_files (id, account_id, case_id, entry_id, name, bytes, kind) values ($1, $2, $3, $4, $5, $6, $7)"
    );
    let bytes = i64::try_from(file.bytes).unwrap_or(i64::MAX);
    let values = args![
        file.id,
        account,
        case,
        entry,
        file.name,
        bytes,
        file.kind.media_type()
    ];
    tx.execute_one(insert, values).await
}

/// How many files a case has.
pub(super) async fn count_files(tx: &mut Tx, account: AccountId, case: CaseId) -> Result<i64> {
    let count = sql!("select count(*) from case_files where account_id = $1 and case_id = $2");
    tx.scalar(count, args![account, case]).await
}

/// What the files of an account need, in bytes.
pub(super) async fn bytes(tx: &mut Tx, account: AccountId) -> Result<i64> {
    let sum = sql!(
        "select cast(coalesce(sum(bytes), 0) as bigint) from case_files where account_id = $1 and gone_at is null"
    );
    tx.scalar(sum, args![account]).await
}

/// The conversation, the oldest entry first.
pub(super) async fn entries(tx: &mut Tx, account: AccountId, case: CaseId) -> Result<Vec<EntryRow>> {
    let select = sql!(
        "select id, side, author, internal, text, state, created_at from case_entries
          where account_id = $1 and case_id = $2 order by created_at, id"
    );
    tx.all(select, args![account, case]).await
}

pub(super) async fn files(tx: &mut Tx, account: AccountId, case: CaseId) -> Result<Vec<FileRow>> {
    let select = sql!(
        "select id, entry_id, name, bytes, gone_at from case_files where account_id = $1 and case_id = $2 order by id"
    );
    tx.all(select, args![account, case]).await
}

/// A file that the company sees: not one of a note.
pub(super) async fn file(tx: &mut Tx, account: AccountId, id: CaseFileId) -> Result<Option<DownloadRow>> {
    let select = sql!(
        "select f.name, f.bytes, f.kind from case_files f join case_entries e on e.id = f.entry_id
          where f.account_id = $1 and f.id = $2 and f.gone_at is null and not e.internal"
    );
    tx.optional(select, args![account, id]).await
}

pub(super) async fn file_unscoped(tx: &mut Tx, id: CaseFileId) -> Result<Option<DownloadRow>> {
    let select = sql!("select name, bytes, kind from case_files where id = $1 and gone_at is null");
    tx.optional(select, args![id]).await
}

/// Everybody of the company with access who has written in a case.
pub(super) async fn writers(tx: &mut Tx, account: AccountId, case: CaseId) -> Result<Vec<WriterRow>> {
    let select = sql!(
        "select u.email, u.language, r.role from users u join user_roles r on r.user_id = u.id
          where u.account_id = $1 and u.state = 'active'
            and u.id in (select author_id from case_entries where account_id = $1 and case_id = $2 and side = 'company')
          order by u.email_key, r.role"
    );
    tx.all(select, args![account, case]).await
}

/// How many cases wait for the support.
pub(crate) async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    let count = sql!("select count(*) from cases where state in ('new', 'in-progress')");
    tx.scalar(count, args![]).await
}

/// Lets the files of cases go that were closed before `until`. Says how many.
pub(super) async fn let_go_unscoped(tx: &mut Tx, until: OffsetDateTime, now: OffsetDateTime) -> Result<u64> {
    let update = sql!(
        "update case_files set gone_at = $2
          where gone_at is null and case_id in (select id from cases where closed_at < $1)"
    );
    tx.execute(update, args![until, now]).await
}

/// Ids of files that are there, after that one, in their order.
pub(super) async fn there_unscoped(tx: &mut Tx, after: CaseFileId) -> Result<Vec<ThereRow>> {
    let select = sql!("select id from case_files where gone_at is null and id > $1 order by id limit 1000");
    tx.all(select, args![after]).await
}

/// What a company is called.
pub(super) async fn company(tx: &mut Tx, account: AccountId) -> Result<String> {
    tx.scalar(sql!("select name from accounts where id = $1"), args![account])
        .await
}
