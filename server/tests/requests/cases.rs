//! Forms with files, and files, as browsers send and get them.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use domain::case::CaseState;
use domain::case_file::FILE_BYTES_MAX;
use domain::page::ListQuery;
use futures::StreamExt as _;
use futures::channel::mpsc;
use http::header;
use test_support::services::client;
use tower::ServiceExt as _;

use crate::stage::{Call, Reply, Stage, cookie, portal_cookie};

const SUBMIT: &str = "/forms/case";
const BOUNDARY: &str = "----the-line-between-two-parts";
const FIELDS: [(&str, &str); 5] = [
    ("kind", "support"),
    ("product", "ums"),
    ("severity", "high"),
    ("subject", "Devices stay away"),
    ("text", "Since this morning."),
];

fn part(name: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file_head(name: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
    )
}

fn end() -> String {
    format!("\r\n--{BOUNDARY}--\r\n")
}

/// A form with a file at its end, without script.
fn form(path: &str, session: &str, fields: &[(&str, &str)], (name, content): (&str, &str)) -> Call {
    let fields: String = fields.iter().map(|(name, value)| part(name, value)).collect();
    let body = fields + &file_head(name) + content + &end();
    Call::submit(path)
        .body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
        .cookie(portal_cookie(session))
}

async fn manager(stage: &Stage) -> String {
    let user = stage
        .contoso
        .add(&stage.cloud, "manager", &["support-manager"])
        .await;
    stage.portal_session(user).await
}

async fn page(stage: &Stage, session: &str, path: &str) -> Reply {
    stage.call(Call::get(path).cookie(portal_cookie(session))).await
}

async fn subjects(stage: &Stage) -> Vec<String> {
    let auth = stage.contoso.may(&stage.cloud).await;
    let page = portal::cases::list(&auth, ListQuery::default()).await.unwrap();
    page.rows.into_iter().map(|row| row.subject).collect()
}

fn on_disk(stage: &Stage) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(stage.cloud.files()).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_case_with_a_file_goes_there_and_back_without_script() {
    let stage = Stage::open().await;
    let session = manager(&stage).await;
    let content = "<script>alert(1)</script> error 30";
    let sent = stage
        .call(form(SUBMIT, &session, &FIELDS, ("März 1.log", content)))
        .await;
    assert_eq!(sent.status, 303, "{sent:?}");
    let case = sent.header("location").to_owned();
    assert!(case.starts_with("/support/cases/0"), "{case}");
    let shown = page(&stage, &session, &case).await;
    assert_eq!(shown.status, 200);
    for said in ["C-1001", "Devices stay away", "Since this morning."] {
        assert!(shown.body.contains(said), "{said}: {}", shown.body);
    }
    let (_, rest) = shown.body.split_once("/downloads/case-file?record=").unwrap();
    let file = format!("/downloads/case-file?record={}", rest.split('"').next().unwrap());

    let download = page(&stage, &session, &file).await;
    assert_eq!((download.status, download.body.as_str()), (200, content));
    for (header, expected) in [
        ("content-type", "text/plain"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox",
        ),
        (
            "content-disposition",
            "attachment; filename=\"M_rz 1.log\"; filename*=UTF-8''M%C3%A4rz%201.log",
        ),
    ] {
        assert_eq!(download.header(header), expected, "{header}");
    }
    let stranger = stage.portal_session(stage.fabrikam.admin).await;
    assert_eq!(page(&stage, &stranger, &file).await.status, 404);
    assert_eq!(page(&stage, &stranger, &case).await.status, 404);
    assert_eq!(
        stage
            .call(Call::get(&file).header("accept", "text/html"))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_no_file() {
    let stage = Stage::open().await;
    let session = manager(&stage).await;
    let mut fields = FIELDS;
    fields[3].1 = "";
    let refused = stage
        .call(form(SUBMIT, &session, &fields, ("tool.exe", "MZ")))
        .await;
    assert_eq!(
        (refused.status, refused.header("location")),
        (303, "/support/cases/new")
    );
    let back = page(&stage, &session, "/support/cases/new").await;
    assert!(back.body.contains("Since this morning.") && back.body.contains("Please fill this in."));
    assert!(
        back.body.contains("tool.exe is of a type that is not accepted"),
        "{}",
        back.body
    );
    assert!(subjects(&stage).await.is_empty() && on_disk(&stage).is_empty());

    let accepted = stage
        .call(form(SUBMIT, &session, &FIELDS, ("tool.log", "MS")))
        .await;
    assert!(accepted.header("location").starts_with("/support/cases/0"));
    assert_eq!((subjects(&stage).await.len(), on_disk(&stage).len()), (1, 1));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_case_with_one_file() {
    let stage = Stage::open().await;
    let session = manager(&stage).await;
    let fields = [FIELDS.as_slice(), &[("once", "0123456789abcdef0123")]].concat();
    let send = || stage.call(form(SUBMIT, &session, &fields, ("a.log", "error 30")));
    let (one, other) = futures::join!(send(), send());
    assert_eq!(one.header("location"), other.header("location"));
    assert_eq!((subjects(&stage).await.len(), on_disk(&stage).len()), (1, 1));
    let different = stage
        .call(form(SUBMIT, &session, &fields, ("b.log", "error 30")))
        .await;
    assert_eq!(different.header("location"), "/support/cases/new");
    assert_eq!(on_disk(&stage).len(), 1);
}

#[tokio::test]
async fn an_answer_of_the_support_is_a_form_too() {
    let stage = Stage::open().await;
    let (id, _) = stage.contoso.case(&stage.cloud).await;
    let session = stage.operator_session(stage.operator).await;
    let id = id.to_string();
    let fields = [("id", id.as_str()), ("text", "Try 12.4."), ("state", "closed")];
    let call = |fields: &[(&str, &str)], file| {
        form("/operator/forms/case-answer", "", fields, file).cookie(cookie::<domain::Vendor>(&session))
    };
    let refused = stage.call(call(&fields, ("a.html", "<p>"))).await;
    let case = format!("/operator/cases/{id}");
    assert_eq!((refused.status, refused.header("location")), (303, case.as_str()));
    let back = stage
        .call(Call::get(&case).cookie(cookie::<domain::Vendor>(&session)))
        .await;
    assert!(back.body.contains("Try 12.4.") && back.body.contains("a.html is of a type"));
    assert_eq!(
        stage.call(call(&fields, ("a.txt", "Release notes"))).await.status,
        303
    );
    let auth = stage.contoso.may(&stage.cloud).await;
    let list = portal::cases::list(&auth, ListQuery::default()).await.unwrap();
    assert_eq!(list.rows[0].state, CaseState::Closed);
}

/// A request whose body comes as `content` does.
fn streamed(session: &str, content: impl futures::Stream<Item = Bytes> + Send + 'static) -> Request {
    let content = content.map(Ok::<_, std::convert::Infallible>);
    let (name, value) = portal_cookie(session);
    let mut request = Request::post(SUBMIT)
        .header(header::HOST, "localhost:8080")
        .header(header::ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .header(header::COOKIE, format!("{name}={value}"))
        .body(Body::from_stream(content))
        .unwrap();
    request.extensions_mut().insert(client(9));
    request
}

fn fields() -> String {
    FIELDS.iter().map(|(name, value)| part(name, value)).collect()
}

/// The first part of a file is on the disk before the last one was sent, and when the sender goes away nothing of it is left.
#[tokio::test]
async fn a_file_is_written_while_it_comes_in() {
    let stage = Stage::open().await;
    let session = manager(&stage).await;
    let (mut sender, receiver) = mpsc::unbounded();
    let send = |sender: &mut mpsc::UnboundedSender<Bytes>, bytes: Vec<u8>| {
        sender.unbounded_send(bytes.into()).unwrap();
    };
    send(&mut sender, (fields() + &file_head("large.log")).into_bytes());
    for _ in 0..128 {
        send(&mut sender, vec![b'x'; 64 * 1024]);
    }
    let upload = stage.router.clone().oneshot(streamed(&session, receiver));
    let written = async {
        loop {
            let half = on_disk(&stage)
                .first()
                .and_then(|path| path.metadata().ok())
                .is_some_and(|part| part.len() >= 4 * 1024 * 1024);
            if half {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let mut upload = std::pin::pin!(upload);
    let seen = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::select! {
            () = written => true,
            _ = &mut upload => false,
        }
    });
    assert!(seen.await.unwrap(), "it was answered before it had come");
    send(&mut sender, end().into_bytes());
    drop(sender);
    let reply = Reply::read(upload.await.unwrap()).await;
    assert_eq!((reply.status, subjects(&stage).await.len()), (303, 1));
    assert_eq!(on_disk(&stage).len(), 1);

    // The same, but the sender goes away before the end.
    let cut = vec![
        Bytes::from(fields() + &file_head("cut.log")),
        Bytes::from("error 30"),
    ];
    let reply = stage
        .router
        .clone()
        .oneshot(streamed(&session, futures::stream::iter(cut)))
        .await;
    assert_eq!(reply.unwrap().status(), 400);
    assert_eq!((subjects(&stage).await.len(), on_disk(&stage).len()), (1, 1));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_with_what_was_typed_kept() {
    let stage = Stage::open().await;
    let session = manager(&stage).await;
    let send = async |bytes: u64| {
        let chunk = Bytes::from(vec![b'x'; 1024 * 1024]);
        let (whole, rest) = (bytes / 1024 / 1024, bytes % (1024 * 1024));
        let content = (0..whole).map(move |_| chunk.clone());
        let rest = Bytes::from(vec![b'x'; usize::try_from(rest).unwrap()]);
        let head = Bytes::from(fields() + &file_head("large.log"));
        let body = std::iter::once(head)
            .chain(content)
            .chain([rest, Bytes::from(end())]);
        let body: Vec<_> = body.collect();
        let reply = stage
            .router
            .clone()
            .oneshot(streamed(&session, futures::stream::iter(body)));
        Reply::read(reply.await.unwrap()).await
    };
    let refused = send(FILE_BYTES_MAX + 1).await;
    assert_eq!(
        (refused.status, refused.header("location")),
        (303, "/support/cases/new")
    );
    let back = page(&stage, &session, "/support/cases/new").await;
    assert!(
        back.body.contains("large.log is larger than 25 MiB") && back.body.contains("Since this morning.")
    );
    assert!(on_disk(&stage).is_empty());
    let taken = send(FILE_BYTES_MAX).await;
    assert!(
        taken.header("location").starts_with("/support/cases/0"),
        "{taken:?}"
    );
}

#[tokio::test]
async fn a_failed_onboarding_becomes_a_case_with_its_facts() {
    let stage = Stage::open().await;
    let session = stage.portal_session(stage.contoso.admin).await;
    let run = stage.contoso.failed_onboarding(&stage.cloud).await;
    let record = page(
        &stage,
        &session,
        &format!("/services/onboarding/{}", stage.contoso.routing),
    )
    .await;
    let link = format!("/support/cases/new?onboarding={run}");
    assert!(record.body.contains(&link) && record.body.contains("Open a support case"));
    let new = page(&stage, &session, &link).await;
    assert!(
        new.body
            .contains("Onboarding failed: ann@contoso.example, error 30")
    );
    assert!(new.body.contains("canary of Contoso"), "the record's name");

    let run = run.to_string();
    let fields = [FIELDS.as_slice(), &[("onboarding", run.as_str())]].concat();
    let sent = stage
        .call(form(SUBMIT, &session, &fields, ("a.log", "error 30")))
        .await;
    let case = page(&stage, &session, sent.header("location")).await;
    assert!(case.body.contains("no connection") && case.body.contains(&run));
    // Refused, it leads back to the same onboarding.
    let refused = stage.call(form(SUBMIT, &session, &fields, ("a.exe", "MZ"))).await;
    assert_eq!(refused.header("location"), link);
    // Of another company it is not there, nor for whoever sees no onboardings.
    let manager = manager(&stage).await;
    let stranger = stage.portal_session(stage.fabrikam.admin).await;
    for other in [manager, stranger] {
        let refused = stage
            .call(form(SUBMIT, &other, &fields, ("a.log", "error 30")))
            .await;
        assert_eq!(refused.status, 404);
    }
    // An OBS Admin sees the onboarding, and may open no case.
    let admin = stage.contoso.add(&stage.cloud, "obs", &["obs-admin"]).await;
    let session = stage.portal_session(admin).await;
    let record = page(
        &stage,
        &session,
        &format!("/services/onboarding/{}", stage.contoso.routing),
    )
    .await;
    assert!(record.body.contains("ann@contoso.example") && !record.body.contains("Open a support case"));
}
