//! Forms with files, and files. Both are streamed: neither a request nor an answer is ever held as a whole. The forms are plain ones,
//! with script too: their answer is the page of the case.

use access::{Acting, Error};
use app::paths;
use axum::Extension;
use axum::body::Body;
use axum::extract::Multipart;
use axum::extract::RawQuery;
use axum::extract::multipart::Field;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::response::{IntoResponse as _, Response};
use domain::case_draft::{AnswerDraft, CaseDraft, CommentDraft};
use domain::case_file::{FILE_BYTES_MAX, FILES_MAX, file_name};
use domain::fault::FieldFault;
use domain::id::CaseFileId;
use domain::permission::{AnswerCases, CommentCase, SubmitCase, ViewAllCases, ViewCases};
use domain::{Fault, Reason, Side};
use portal::cases::{Desk, Download, Files, NotReceived, Upload};
use tokio_util::io::ReaderStream;

use super::uploads;
use crate::guard::{Auth, Refusal};
use crate::layers::forms::bare;

/// Largest form with files, in bytes.
#[expect(clippy::cast_possible_truncation, reason = "a constant of some hundred MiB")]
pub const UPLOAD_MAX: usize = FILES_MAX as usize * FILE_BYTES_MAX as usize + FIELDS_MAX;
/// What stands around the files, in bytes.
const FIELDS_MAX: usize = 1024 * 1024;
/// How long an upload may take.
const UPLOAD_TIME: std::time::Duration = std::time::Duration::from_mins(15);

type Session = Option<Extension<tower_sessions::Session>>;

/// Submits a case.
pub async fn submit(Auth(auth): Auth<SubmitCase>, session: Session, body: Multipart) -> Response {
    let desk = auth.services().port::<Desk>();
    let Form { fields, sent, upload } = match receive(&auth, desk, body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let (key, draft): (_, CaseDraft) = (uploads::key(&fields), uploads::draft(&fields));
    let done = auth.once(&key, (draft, sent), |auth, (draft, _)| async move {
        let facts = match draft.onboarding.as_str() {
            "" => None,
            id => {
                let id = id.parse().map_err(|_| Fault::NotFound)?;
                Some(onboarding::last::facts_for_case(&auth, id).await?)
            }
        };
        portal::cases::submit(&auth, draft, facts, upload).await
    });
    let (done, page) = led(done.await, paths::case);
    uploads::answer(done, session, paths::NEW_CASE, &page, fields).await
}

/// Comments a case.
pub async fn comment(Auth(auth): Auth<CommentCase>, session: Session, body: Multipart) -> Response {
    let desk = auth.services().port::<Desk>();
    let Form { fields, sent, upload } = match receive(&auth, desk, body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let (key, draft): (_, CommentDraft) = (uploads::key(&fields), uploads::draft(&fields));
    let done = auth.once(&key, (draft, sent), |auth, (draft, _)| async move {
        portal::cases::comment(&auth, draft, upload).await
    });
    let (done, page) = led(done.await, paths::case);
    uploads::answer(done, session, paths::CASE, &page, fields).await
}

/// The support answers.
pub async fn answer(Auth(auth): Auth<AnswerCases>, session: Session, body: Multipart) -> Response {
    let desk = portal::cases::support::desk(&auth);
    let Form { fields, sent, upload } = match receive(&auth, desk, body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let (key, draft): (_, AnswerDraft) = (uploads::key(&fields), uploads::draft(&fields));
    let done = auth.once(&key, (draft, sent), |auth, (draft, _)| async move {
        portal::cases::support::answer(&auth, draft, upload).await
    });
    let (done, page) = led(done.await, paths::company_case);
    uploads::answer(done, session, paths::COMPANY_CASE, &page, fields).await
}

/// A file of a case of the company.
pub async fn file(Auth(auth): Auth<ViewCases>, query: RawQuery) -> Result<Response, Refusal> {
    let file = portal::cases::file(&auth, file_of(&query)?).await?;
    Ok(attachment(file)?)
}

/// A file of a case of any company.
pub async fn file_of_company(Auth(auth): Auth<ViewAllCases>, query: RawQuery) -> Result<Response, Refusal> {
    let file = portal::cases::support::file(&auth, file_of(&query)?).await?;
    Ok(attachment(file)?)
}

/// A form: its fields, what was sent as files (name and length, which a second copy of the form has too), and the files.
struct Form {
    fields: Vec<(String, String)>,
    sent: Vec<(String, u64)>,
    upload: Upload,
}

/// Reads a form as it comes in; or the answer to one that cannot be read.
async fn receive<S: Side>(
    acting: &Acting<S>,
    desk: access::Result<&Desk>,
    body: Multipart,
) -> Result<Form, Response> {
    let desk = desk.map_err(|error| Refusal::from(error).into_response())?;
    match tokio::time::timeout(UPLOAD_TIME, read(acting, &desk.files, body)).await {
        Ok(Ok(form)) => Ok(form),
        Ok(Err(Some(error))) => Err(Refusal::from(error).into_response()),
        Ok(Err(None)) | Err(_) => Err(uploads::unreadable(
            "The upload was not complete. Please try again.",
        )),
    }
}

/// `None`: it broke off.
async fn read<S: Side>(
    acting: &Acting<S>,
    files: &Files,
    mut body: Multipart,
) -> Result<Form, Option<Error>> {
    let mut form = Form {
        fields: Vec::new(),
        sent: Vec::new(),
        upload: Upload::default(),
    };
    let mut room = FIELDS_MAX;
    while let Some(field) = body.next_field().await.map_err(|_| None)? {
        let name = bare(field.name().ok_or(None)?).to_owned();
        match field.file_name().map(str::to_owned) {
            // A browser sends an empty one where no file was chosen.
            Some(typed) if typed.is_empty() => {}
            Some(typed) => receive_file(acting, files, (&typed, field), &mut form).await?,
            None => form
                .fields
                .push((name, text(field, &mut room).await.ok_or(None)?)),
        }
    }
    Ok(form)
}

async fn receive_file<S: Side>(
    acting: &Acting<S>,
    files: &Files,
    (typed, field): (&str, Field<'_>),
    form: &mut Form,
) -> Result<(), Option<Error>> {
    let fault = |reason| FieldFault {
        field: "files".to_owned(),
        reason,
    };
    let upload = &mut form.upload;
    // Those beyond the bound are passed over by the reader.
    let many = fault(Reason::TooMany { max: FILES_MAX });
    if upload.files.len() + upload.faults.len() >= FILES_MAX as usize {
        if !upload.faults.contains(&many) {
            upload.faults.push(many);
        }
        return Ok(());
    }
    let services = acting.services();
    let id = services.entropy().id(services.now());
    match files.receive(id, typed, field).await {
        Ok(file) => {
            form.sent.push((file.name.clone(), file.bytes));
            upload.files.push(file);
            Ok(())
        }
        Err(NotReceived::Refused(problem)) => {
            let name = file_name(typed);
            upload.faults.push(fault(Reason::File { name, problem }));
            Ok(())
        }
        Err(NotReceived::Busy) => Err(Some(Fault::Unavailable.into())),
        Err(NotReceived::Interrupted) => Err(None),
        Err(NotReceived::Disk(error)) => Err(Some(Error::internal(error))),
    }
}

/// A field that is no file; `None` where it is too large or no text.
async fn text(mut field: Field<'_>, room: &mut usize) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.ok()? {
        *room = room.checked_sub(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).ok()
}

/// What came of it, and the page that it leads to.
fn led<T>(done: access::Result<T>, page: fn(T) -> String) -> (access::Result<()>, String) {
    match done {
        Ok(id) => (Ok(()), page(id)),
        Err(error) => (Err(error), String::new()),
    }
}

fn file_of(RawQuery(query): &RawQuery) -> Result<CaseFileId, Error> {
    let query = query.as_deref().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let id = pairs
        .find(|(name, _)| name == "record")
        .and_then(|(_, id)| id.parse().ok());
    id.ok_or(Fault::NotFound.into())
}

/// A file to be kept, never to be shown: whatever is in it, no browser treats it as a page of ours.
fn attachment(file: Download) -> Result<Response, Error> {
    let value = |text: String| HeaderValue::try_from(text).map_err(Error::internal);
    let headers = [
        (CONTENT_TYPE, value(file.media_type)?),
        (CONTENT_LENGTH, value(file.bytes.to_string())?),
        (CONTENT_DISPOSITION, value(disposition(&file.name))?),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file.content))).into_response())
}

/// The name of an attachment: plain for old programs (RFC 6266), and as it is (RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ' ');
    let simple: String = name
        .chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect();
    let as_it_is = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let exact: String = name
        .bytes()
        .map(|byte| {
            if as_it_is(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{simple}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_same_to_old_and_new_programs_and_ends_no_header() {
        assert_eq!(
            disposition("tclogs 1.zip"),
            "attachment; filename=\"tclogs 1.zip\"; filename*=UTF-8''tclogs%201.zip"
        );
        assert_eq!(
            disposition("Übersicht\".pdf"),
            "attachment; filename=\"_bersicht_.pdf\"; filename*=UTF-8''%C3%9Cbersicht%22.pdf"
        );
        assert!(!disposition("a\r\nSet-Cookie: x").contains(['\r', '\n']));
    }
}
