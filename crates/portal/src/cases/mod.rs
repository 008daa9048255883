//! Support: cases that companies submit, the conversation about them, and its files. What the support does stands in
//! [`support`].

mod conversation;
mod files;
mod letters;
mod lists;
mod purge;
pub(crate) mod rows;
pub mod support;

use access::{Authorized, Error, Event, Result};
use domain::case::{Case, CaseRow, CaseSide, OnboardingFacts};
use domain::case_draft::{CaseDraft, CommentDraft};
use domain::fault::FieldFault;
use domain::id::{CaseFileId, CaseId};
use domain::page::{ListQuery, Page};
use domain::permission::{CloseCase, CommentCase, Needs, SubmitCase, ViewCases};
use domain::{Fault, Invalid};
use store::args;
use tokio::fs::File;

pub use files::{Files, NotReceived, Received};
pub(crate) use purge::{KIND, purge};

use conversation::{About, writer};
use letters::News;

/// What the support of this installation runs on.
pub struct Desk {
    /// Where mails for the support go; empty for every operator.
    pub mail: String,
    /// How much the files of one account may need together, in MiB.
    pub room: u32,
    pub files: Files,
}

/// The files that came with a form: those that were received, and why others were not.
#[derive(Debug, Default)]
pub struct Upload {
    pub files: Vec<Received>,
    pub faults: Vec<FieldFault>,
}

impl Upload {
    /// What was typed, if it was accepted and every file was; else all that is wrong.
    fn with<T>(&self, checked: Result<T, Invalid>) -> Result<T, Invalid> {
        let mut fields = checked.as_ref().err().map(|faults| faults.fields.clone());
        if !self.faults.is_empty() {
            fields.get_or_insert_default().extend_from_slice(&self.faults);
        }
        match fields {
            Some(fields) => Err(Invalid { fields }),
            None => checked,
        }
    }
}

/// A file to be sent: its name and type, its length in bytes, and its content.
#[derive(Debug)]
pub struct Download {
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub content: File,
}

/// The cases of the company, the newest change first unless asked otherwise. Sorts: `updated`, `number`; looks for numbers and
/// subjects.
pub async fn list(auth: &Authorized<ViewCases>, query: ListQuery) -> Result<Page<CaseRow>> {
    let mut tx = auth.read().await?;
    let page: Page<lists::ListRow> = tx
        .list(&lists::CASES, &newest_first(query), args![auth.account()?])
        .await?;
    page.try_map(lists::ListRow::shown)
}

/// A case with its conversation, without notes of the support.
pub async fn get(auth: &Authorized<ViewCases>, id: CaseId) -> Result<Case> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
    let mut case = conversation::read(&mut tx, account, row).await?;
    case.entries.retain(|entry| !entry.internal);
    for entry in &mut case.entries {
        if entry.side == CaseSide::Support {
            entry.author.clear();
        }
    }
    Ok(case)
}

/// A file of a case of the company.
pub async fn file(auth: &Authorized<ViewCases>, id: CaseFileId) -> Result<Download> {
    let found = rows::file(&mut auth.read().await?, auth.account()?, id).await?;
    download(auth.services().port()?, id, found).await
}

/// Opens a case. `facts` are those of the onboarding that it is opened from. [`Fault::Forbidden`] where no role allows this kind.
pub async fn submit(
    auth: &Authorized<SubmitCase>,
    draft: CaseDraft,
    facts: Option<OnboardingFacts>,
    upload: Upload,
) -> Result<CaseId> {
    let new = upload.with(draft.check())?;
    if !auth.identity().may(Needs::Row(new.kind.submit_row())) {
        return Err(Fault::Forbidden.into());
    }
    let account = auth.account()?;
    let (author_id, author) = writer(auth.actor())?;
    let mut tx = auth.begin().await?;
    let number = rows::next_number(&mut tx).await?;
    let (id, now): (CaseId, _) = (tx.id(), tx.now());
    let row = rows::NewRow {
        id,
        account,
        number,
        new: &new,
        facts: facts.as_ref(),
        submitted_by: author,
        now,
    };
    rows::insert(&mut tx, &row).await?;
    let about = About {
        account,
        id,
        number,
        subject: &new.subject,
    };
    let entry = rows::NewEntry {
        side: CaseSide::Company,
        author_id,
        author,
        internal: false,
        text: &new.text,
        state: None,
    };
    let files = upload.files.len();
    about
        .add(&mut tx, auth.services().port()?, &entry, upload.files)
        .await?;
    let company = rows::company(&mut tx, account).await?;
    let (services, desk) = (auth.services(), auth.services().port()?);
    about
        .tell_support(&mut tx, services, desk, News::New { company: &company })
        .await?;
    about
        .tell_company(&mut tx, services, News::Received, |email| email == author)
        .await?;
    let event = Event::new("case.submitted", id, number.to_string())
        .with("case_kind", new.kind.label())
        .with("case_subject", new.subject.clone())
        .with("files", files);
    tx.answer(&id)?;
    tx.commit(event).await?;
    Ok(id)
}

/// Adds a comment; a closed case is open again then.
pub async fn comment(auth: &Authorized<CommentCase>, draft: CommentDraft, upload: Upload) -> Result<CaseId> {
    let account = auth.account()?;
    let id: CaseId = draft.id.parse().map_err(|_| Fault::NotFound)?;
    let (author_id, author) = writer(auth.actor())?;
    let mut tx = auth.begin().await?;
    let row = conversation::take(&mut tx, account, id).await?;
    let text = upload.with(draft.check(!upload.files.is_empty()))?;
    let (old, new) = (row.state()?, row.state()?.commented());
    let changed = (new != old).then_some(new);
    let about = About::of(&row);
    let entry = rows::NewEntry {
        side: CaseSide::Company,
        author_id,
        author,
        internal: false,
        text: &text,
        state: changed,
    };
    let files = upload.files.len();
    about
        .add(&mut tx, auth.services().port()?, &entry, upload.files)
        .await?;
    let company = rows::company(&mut tx, account).await?;
    let (services, desk) = (auth.services(), auth.services().port()?);
    about
        .tell_support(&mut tx, services, desk, News::Commented { by: &company })
        .await?;
    about
        .tell_company(&mut tx, services, News::Commented { by: author }, |email| {
            email != author
        })
        .await?;
    let mut event = Event::new("case.commented", id, about.number.to_string()).with("files", files);
    if let Some(new) = changed {
        event = event.changed("case_state", old.key(), new.key());
    }
    tx.answer(&id)?;
    tx.commit(event).await?;
    Ok(id)
}

/// Closes a case: it is solved, or not wanted any more.
pub async fn close(auth: &Authorized<CloseCase>, id: CaseId) -> Result<()> {
    let account = auth.account()?;
    let (author_id, author) = writer(auth.actor())?;
    let mut tx = auth.begin().await?;
    let row = conversation::take(&mut tx, account, id).await?;
    let old = row.state()?;
    let new = old.closed()?;
    let about = About::of(&row);
    let entry = rows::NewEntry {
        side: CaseSide::Company,
        author_id,
        author,
        internal: false,
        text: "",
        state: Some(new),
    };
    about
        .add(&mut tx, auth.services().port()?, &entry, Vec::new())
        .await?;
    let (services, desk) = (auth.services(), auth.services().port()?);
    let company = rows::company(&mut tx, account).await?;
    about
        .tell_support(&mut tx, services, desk, News::Closed { by: &company })
        .await?;
    about
        .tell_company(&mut tx, services, News::Closed { by: author }, |email| {
            email != author
        })
        .await?;
    let event =
        Event::new("case.closed", id, about.number.to_string()).changed("case_state", old.key(), new.key());
    tx.commit(event).await
}

/// What is open for the support to do, as the pages of operators say it.
pub(crate) async fn waiting(tx: &mut store::Tx) -> Result<u64> {
    let waiting = rows::count_waiting(tx).await?;
    Ok(u64::try_from(waiting).unwrap_or_default())
}

fn newest_first(query: ListQuery) -> ListQuery {
    let descending = query.sort.is_empty() || query.descending;
    ListQuery { descending, ..query }
}

async fn download(desk: &Desk, id: CaseFileId, found: Option<rows::DownloadRow>) -> Result<Download> {
    let row = found.ok_or(Fault::NotFound)?;
    let content = desk.files.open(id).await.map_err(Error::internal)?;
    let content =
        content.ok_or_else(|| Error::internal(format!("the content of the file {id} is missing")))?;
    Ok(Download {
        name: row.name,
        media_type: row.kind,
        bytes: u64::try_from(row.bytes).unwrap_or_default(),
        content,
    })
}
