//! The operators' side of cases: they see those of all companies, and answer.

use access::{Authorized, Event, Result};
use domain::case::{Case, CaseRow, CaseSide};
use domain::case_draft::{Answer, AnswerDraft};
use domain::id::{CaseFileId, CaseId};
use domain::page::{ListQuery, Page};
use domain::permission::{AnswerCases, ViewAllCases};
use domain::{Fault, Permission, Vendor};
use store::args;

use super::conversation::{self, About, writer};
use super::letters::News;
use super::{Desk, Download, Upload, lists, newest_first, rows};
use crate::operators::cloud;

/// The cases of all companies, the newest change first unless asked otherwise. Sorts: `updated`, `number`; looks for numbers and
/// subjects.
pub async fn list(auth: &Authorized<ViewAllCases>, query: ListQuery) -> Result<Page<CaseRow>> {
    let mut tx = auth.read().await?;
    let page: Page<lists::ListRow> = tx.list(&lists::ALL_CASES, &newest_first(query), args![]).await?;
    page.try_map(lists::ListRow::shown)
}

/// A case with its conversation and the notes in it.
pub async fn get(auth: &Authorized<ViewAllCases>, id: CaseId) -> Result<Case> {
    let mut tx = auth.read().await?;
    let row = rows::get_unscoped(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    conversation::read(&mut tx, row.account_id, row).await
}

/// A file of a case.
pub async fn file(auth: &Authorized<ViewAllCases>, id: CaseFileId) -> Result<Download> {
    let found = rows::file_unscoped(&mut auth.read().await?, id).await?;
    super::download(desk(auth)?, id, found).await
}

/// Where files come in, for the forms of operators.
pub fn desk<P: Permission<Side = Vendor>>(auth: &Authorized<P>) -> Result<&Desk> {
    cloud(auth)?.port()
}

/// Answers, changes the state, or notes something that the company does not see.
pub async fn answer(auth: &Authorized<AnswerCases>, draft: AnswerDraft, upload: Upload) -> Result<CaseId> {
    let id: CaseId = draft.id.parse().map_err(|_| Fault::NotFound)?;
    let (author_id, author) = writer(auth.actor())?;
    let found = rows::get_unscoped(&mut auth.read().await?, id).await?;
    let account = found.ok_or(Fault::NotFound)?.account_id;
    // What the company does not see does not stand in its Activity either.
    let acting = if draft.internal {
        (**auth).clone()
    } else {
        auth.within(account)
    };
    let mut tx = acting.begin().await?;
    let row = conversation::take(&mut tx, account, id).await?;
    let old = row.state()?;
    let answer = upload.with(draft.check(old, !upload.files.is_empty()))?;
    let about = About::of(&row);
    let (text, changed) = match &answer {
        Answer::Said { text, state } => (text, (*state != old).then_some(*state)),
        Answer::Note { text } => (text, None),
    };
    let internal = matches!(answer, Answer::Note { .. });
    let files = upload.files.len();
    let entry = rows::NewEntry {
        side: CaseSide::Support,
        author_id,
        author,
        internal,
        text,
        state: changed,
    };
    about.add(&mut tx, desk(auth)?, &entry, upload.files).await?;
    if !internal {
        let news = match changed {
            Some(state) if text.is_empty() && files == 0 => News::StateChanged { state },
            state => News::Answered { state },
        };
        about.tell_company(&mut tx, cloud(auth)?, news, |_| true).await?;
    }
    let name = if internal { "case.noted" } else { "case.answered" };
    let mut event = Event::new(name, id, about.number.to_string()).with("files", files);
    if let Some(new) = changed {
        event = event.changed("case_state", old.key(), new.key());
    }
    tx.answer(&id)?;
    tx.commit(event).await?;
    Ok(id)
}
