//! What is the same whoever speaks: an entry with its files, the bounds of both, and who is told.

use access::{Actor, Error, Result, Services, Tx};
use domain::case::{Case, CaseEntry, CaseNumber, CaseSide, CaseState};
use domain::case_file::{CASE_FILES_MAX, CaseFile};
use domain::id::{AccountId, CaseEntryId, CaseId};
use domain::permission::ViewCases;
use domain::{Cloud, Fault, Grants, Language, Permission as _, Reason, Role};
use uuid::Uuid;

use super::letters::{CaseLetter, News};
use super::{Desk, Received, lists, rows};
use crate::{Settings, mails, operators, users};

/// The case that something is said in.
pub(super) struct About<'a> {
    pub account: AccountId,
    pub id: CaseId,
    pub number: CaseNumber,
    pub subject: &'a str,
}

impl<'a> About<'a> {
    pub fn of(row: &'a lists::ListRow) -> Self {
        Self {
            account: row.account_id,
            id: row.id,
            number: CaseNumber(row.number),
            subject: &row.subject,
        }
    }

    /// Adds an entry with its files, and brings the case into its state. `TooMany` and `FilesFull` on `files`.
    pub async fn add(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        entry: &rows::NewEntry<'_>,
        files: Vec<Received>,
    ) -> Result<()> {
        let (id, now): (CaseEntryId, _) = (tx.id(), tx.now());
        rows::insert_entry(tx, (self.account, self.id, id), entry, now).await?;
        if let Some(state) = entry.state {
            rows::set_state(tx, self.account, self.id, state, now).await?;
        }
        if files.is_empty() {
            return Ok(());
        }
        // Of two uploads at once the second one counts the first one's files.
        users::lock(tx, self.account).await?;
        for file in &files {
            rows::insert_file(tx, (self.account, self.id, id), file).await?;
        }
        if rows::count_files(tx, self.account, self.id).await? > i64::from(CASE_FILES_MAX) {
            return Err(Fault::field("files", Reason::TooMany { max: CASE_FILES_MAX }).into());
        }
        if rows::bytes(tx, self.account).await? > i64::from(desk.room) * 1024 * 1024 {
            return Err(Fault::field("files", Reason::FilesFull { max: desk.room }).into());
        }
        files.into_iter().for_each(Received::keep);
        Ok(())
    }

    /// Tells the support: at its address, or every operator.
    pub async fn tell_support(
        &self,
        tx: &mut Tx,
        services: &Services<Cloud>,
        desk: &Desk,
        news: News<'_>,
    ) -> Result<()> {
        let letter = self.letter(services, "operator/cases", news)?;
        if !desk.mail.is_empty() {
            return mails::post(tx, services, &desk.mail, Language::default(), &letter).await;
        }
        for operator in operators::rows::recipients(tx).await? {
            let language = Language::parse(&operator.language).unwrap_or_default();
            mails::post(tx, services, &operator.email, language, &letter).await?;
        }
        Ok(())
    }

    /// Tells those of the company who have written in the case and may still see it, as far as they are `wanted` by their address.
    pub async fn tell_company(
        &self,
        tx: &mut Tx,
        services: &Services<Cloud>,
        news: News<'_>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<()> {
        let letter = self.letter(services, "support/cases", news)?;
        let may_see = |row: &rows::WriterRow| {
            let roles = Role::parse(&row.role).into_iter().collect();
            let grants = Grants {
                roles,
                superuser: false,
            };
            grants.allow(ViewCases::NEEDS) && wanted(&row.email)
        };
        let mut people: Vec<_> = rows::writers(tx, self.account, self.id).await?;
        people.retain(may_see);
        // One row for each role: those of a person stand together.
        people.dedup_by(|one, other| one.email == other.email);
        for person in people {
            let language = Language::parse(&person.language).unwrap_or_default();
            mails::post(tx, services, &person.email, language, &letter).await?;
        }
        Ok(())
    }

    fn letter<'n>(
        &'n self,
        services: &Services<Cloud>,
        pages: &str,
        news: News<'n>,
    ) -> Result<CaseLetter<'n>> {
        let portal = &services.port::<Settings>()?.portal_url;
        Ok(CaseLetter {
            number: self.number,
            subject: self.subject,
            news,
            url: format!("{portal}/{pages}/{}", self.id),
        })
    }
}

/// A case that something is about to happen to: until the end of the change nothing else does.
pub(super) async fn take(tx: &mut Tx, account: AccountId, id: CaseId) -> Result<lists::ListRow> {
    let now = tx.now();
    if !rows::touch(tx, account, id, now).await? {
        return Err(Fault::NotFound.into());
    }
    Ok(rows::get(tx, account, id).await?.ok_or(Fault::NotFound)?)
}

/// A case with everything that was said, notes too.
pub(super) async fn read(tx: &mut store::Tx, account: AccountId, row: lists::ListRow) -> Result<Case> {
    let id = row.id;
    let facts = rows::facts(tx, account, id).await?.and_then(|row| row.facts);
    let facts = facts.map(|facts| serde_json::from_str(&facts)).transpose()?;
    let files = rows::files(tx, account, id).await?;
    let entries = rows::entries(tx, account, id).await?;
    let entries = entries.into_iter().map(|entry| {
        let own = files.iter().filter(|file| file.entry_id == entry.id);
        let files = own.map(|file| CaseFile {
            id: file.id,
            name: file.name.clone(),
            bytes: u64::try_from(file.bytes).unwrap_or_default(),
            gone: file.gone_at.is_some(),
        });
        CaseEntry {
            files: files.collect(),
            side: if entry.side == CaseSide::Support.key() {
                CaseSide::Support
            } else {
                CaseSide::Company
            },
            id: entry.id,
            author: entry.author,
            internal: entry.internal,
            text: entry.text,
            state: entry.state.and_then(|state| CaseState::parse(&state).ok()),
            at: entry.created_at,
        }
    });
    Ok(Case {
        entries: entries.collect(),
        facts,
        row: row.shown()?,
    })
}

/// Id and e-mail of whoever writes.
pub(super) fn writer(actor: &Actor) -> Result<(Uuid, &str)> {
    match actor {
        Actor::User { id, email } => Ok(((*id).into(), email)),
        Actor::Operator { id, email } => Ok(((*id).into(), email)),
        other => Err(Error::internal(format!("{other:?} writes in no case"))),
    }
}
