use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::PathBuf;

use access::Result;
use access::jobs::Jobs;
use domain::case::{Case, CaseSide, CaseState, OnboardingFacts};
use domain::case_draft::{AnswerDraft, CaseDraft, CommentDraft};
use domain::case_file::{CASE_FILES_MAX, CaseFile, FILE_BYTES_MAX, FileProblem};
use domain::fault::FieldFault;
use domain::id::{CaseFileId, CaseId, OnboardingId};
use domain::page::ListQuery;
use domain::{Conflict, Fault, Reason};
use futures::stream;
use portal::cases::{self, Desk, NotReceived, Received, Upload, support};
use store::{Schema, args, sql};
use test_support::db_test;
use time::Duration;
use tokio::io::AsyncReadExt as _;

use crate::operators::Operator;
use crate::stage::{Person, Stage, events, fault, reason};

const MANAGER: &str = "support@contoso.example";
const MIB: u64 = 1024 * 1024;

/// Contoso's Customer Support Account Manager.
async fn manager(stage: &Stage) -> Person<'_> {
    stage
        .add(stage.contoso, MANAGER, "support-manager")
        .await
        .unwrap();
    stage.sign_in(MANAGER).await
}

fn draft() -> CaseDraft {
    CaseDraft {
        kind: "rma".to_owned(),
        product: "hardware".to_owned(),
        severity: "high".to_owned(),
        subject: "Fan is loud".to_owned(),
        text: "Since Monday.\nSerial number 4711.".to_owned(),
        onboarding: String::new(),
    }
}

fn none() -> Upload {
    Upload::default()
}

async fn submit(person: &Person<'_>, upload: Upload) -> Result<CaseId> {
    cases::submit(&person.may().await, draft(), None, upload).await
}

async fn comment(person: &Person<'_>, id: CaseId, text: &str, upload: Upload) -> Result<CaseId> {
    let draft = CommentDraft {
        id: id.to_string(),
        text: text.to_owned(),
    };
    cases::comment(&person.may().await, draft, upload).await
}

async fn answer(operator: &Operator, id: CaseId, text: &str, state: &str) -> Result<CaseId> {
    answer_as(operator, id, (text, state, false), none()).await
}

async fn answer_as(
    operator: &Operator,
    id: CaseId,
    (text, state, internal): (&str, &str, bool),
    upload: Upload,
) -> Result<CaseId> {
    let draft = AnswerDraft {
        id: id.to_string(),
        text: text.to_owned(),
        state: state.to_owned(),
        internal,
    };
    support::answer(&operator.may().await, draft, upload).await
}

async fn seen(person: &Person<'_>, id: CaseId) -> Case {
    cases::get(&person.may().await, id).await.unwrap()
}

/// The file of a case that has one. (The clock stands still, so entries have no order.)
fn file_of(case: &Case) -> CaseFile {
    let mut files = case.entries.iter().flat_map(|entry| &entry.files);
    files.next().unwrap().clone()
}

fn desk(stage: &Stage) -> &Desk {
    stage.cloud.services.port().unwrap()
}

/// A file as it comes in: in chunks.
async fn receive(stage: &Stage, name: &str, begin: &[u8], bytes: u64) -> Result<Received, NotReceived> {
    const CHUNK: usize = 64 * 1024;
    let services = &stage.cloud.services;
    let id = services.entropy().id(services.now());
    let mut left = usize::try_from(bytes).unwrap().saturating_sub(begin.len());
    let first = std::iter::once(begin.to_vec());
    let rest = std::iter::from_fn(move || {
        let next = left.min(CHUNK);
        left -= next;
        (next > 0).then(|| vec![b'x'; next])
    });
    let content = stream::iter(first.chain(rest).map(Ok::<_, Infallible>));
    desk(stage).files.receive(id, name, content).await
}

async fn log_file(stage: &Stage, bytes: u64) -> Received {
    receive(stage, "device.log", b"error 30 ", bytes).await.unwrap()
}

async fn with_log(stage: &Stage, bytes: u64) -> Upload {
    Upload {
        files: vec![log_file(stage, bytes).await],
        faults: Vec::new(),
    }
}

/// Names of the files on the disk.
fn on_disk(stage: &Stage) -> BTreeSet<String> {
    let folder: PathBuf = stage.cloud.files();
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn problem(refused: Result<Received, NotReceived>) -> FileProblem {
    match refused.unwrap_err() {
        NotReceived::Refused(problem) => problem,
        other => panic!("{other:?}"),
    }
}

/// Receivers and subjects of the mails that have come since the last look, in the order of the receivers.
async fn mails(stage: &Stage) -> Vec<(String, String)> {
    let before = stage.cloud.outside.mails().len();
    let jobs = portal::mails::jobs(Jobs::default());
    jobs.run_due(&stage.cloud.services).await.unwrap();
    let all = stage.cloud.outside.mails().into_iter().skip(before);
    let mut new: Vec<_> = all.map(|mail| (mail.to, mail.subject)).collect();
    new.sort();
    new
}

async fn sweep(stage: &Stage) {
    let services = &stage.cloud.services;
    portal::start(services).await.unwrap();
    portal::jobs(Jobs::default()).run_due(services).await.unwrap();
}

db_test! {
    Schema::Cloud,

    async fn a_case_is_submitted_answered_closed_and_opened_again(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, operator) = (manager(&stage).await, Operator::open(&stage).await);
        let id = submit(&ann, with_log(&stage, 100).await).await.unwrap();
        let case = seen(&ann, id).await;
        assert_eq!((case.row.number.to_string().as_str(), case.row.state), ("C-1001", CaseState::New));
        assert_eq!((case.row.subject.as_str(), case.row.submitted_by.as_str()), ("Fan is loud", MANAGER));
        assert_eq!(case.entries[0].text, "Since Monday.\nSerial number 4711.");
        assert_eq!((case.entries[0].files[0].name.as_str(), case.entries[0].files[0].bytes), ("device.log", 100));
        let told = |to: &str, subject: &str| (to.to_owned(), subject.to_owned());
        assert_eq!(mails(&stage).await, [
            told("operator@vendor.example", "C-1001: New case of Contoso"),
            told(MANAGER, "C-1001: We have your case"),
        ]);
        assert_eq!(operator.me().await.cases, 1);

        answer(&operator, id, "Which firmware?", "waiting").await.unwrap();
        let case = seen(&ann, id).await;
        assert_eq!(case.row.state, CaseState::WaitingForCustomer);
        let said = case.entries.iter().find(|entry| entry.side == CaseSide::Support).unwrap();
        assert_eq!((said.side, said.author.as_str(), said.state), (CaseSide::Support, "", Some(CaseState::WaitingForCustomer)));
        assert_eq!(mails(&stage).await, [told(MANAGER, "C-1001: The support has answered")]);
        assert_eq!(operator.me().await.cases, 0);

        // A colleague writes: whoever has written hears of it, and the support.
        let admin = stage.sign_in("admin@contoso.example").await;
        comment(&admin, id, "12.3", none()).await.unwrap();
        assert_eq!(seen(&ann, id).await.row.state, CaseState::InProgress);
        assert_eq!(mails(&stage).await, [
            told("operator@vendor.example", "C-1001: Contoso has written"),
            told(MANAGER, "C-1001: admin@contoso.example has written"),
        ]);

        cases::close(&ann.may().await, id).await.unwrap();
        assert_eq!(seen(&ann, id).await.row.state, CaseState::Closed);
        assert_eq!(fault(cases::close(&ann.may().await, id).await), Conflict::CaseClosed.into());
        assert_eq!(mails(&stage).await, [
            told("admin@contoso.example", "C-1001: Closed by support@contoso.example"),
            told("operator@vendor.example", "C-1001: Closed by Contoso"),
        ]);
        comment(&ann, id, "It is loud again.", none()).await.unwrap();
        assert_eq!(seen(&ann, id).await.row.state, CaseState::InProgress);
        for (event, count) in [("case.submitted", 1), ("case.answered", 1), ("case.commented", 2), ("case.closed", 1)] {
            let noted = events(&db, event).await;
            assert_eq!(noted.len(), count, "{event}");
            assert!(noted.iter().all(|(_, about, account, _)| about == "C-1001" && *account == Some(stage.contoso.into())), "{noted:?}");
        }
        assert_eq!(submit(&ann, none()).await.map(|_| ()).ok(), Some(()));
        let numbers: Vec<_> = cases::list(&ann.may().await, ListQuery::default()).await.unwrap().rows.iter().map(|row| row.number.0).collect();
        assert_eq!(numbers.len(), 2);
        assert!(numbers.contains(&1002));
    }

    async fn a_mail_says_where_to_look_and_not_what_was_said(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ann = manager(&stage).await;
        let id = submit(&ann, with_log(&stage, 100).await).await.unwrap();
        portal::mails::jobs(Jobs::default()).run_due(&stage.cloud.services).await.unwrap();
        let mail = stage.cloud.outside.mails().into_iter().find(|mail| mail.to == MANAGER).unwrap();
        assert!(mail.text.contains(&format!("http://localhost:8080/support/cases/{id}")) && mail.text.contains("Fan is loud"));
        for secret in ["4711", "error 30", "device.log"] {
            assert!(!mail.text.contains(secret) && !mail.html.contains(secret), "{secret}");
        }
    }

    async fn a_note_stays_among_operators(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, operator) = (manager(&stage).await, Operator::open(&stage).await);
        let id = submit(&ann, none()).await.unwrap();
        mails(&stage).await;
        answer_as(&operator, id, ("Known fault, batch 7.", "closed", true), with_log(&stage, 100).await).await.unwrap();
        let case = seen(&ann, id).await;
        assert_eq!((case.entries.len(), case.row.state), (1, CaseState::New));
        let whole = support::get(&operator.may().await, id).await.unwrap();
        let note = whole.entries.iter().find(|entry| entry.internal).unwrap();
        assert!(note.internal && note.author == "operator@vendor.example" && whole.row.company == "Contoso");
        assert!(mails(&stage).await.is_empty());
        assert_eq!(events(&db, "case.noted").await[0].2, None, "nothing of it in the company's Activity");
        // Nor is its file there, but for operators.
        let file = note.files[0].id;
        assert_eq!(fault(cases::file(&ann.may().await, file).await), Fault::NotFound);
        assert_eq!(support::file(&operator.may().await, file).await.unwrap().bytes, 100);
    }

    async fn another_companys_case_is_not_there(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, eve) = (manager(&stage).await, stage.sign_in("admin@fabrikam.example").await);
        let id = submit(&ann, with_log(&stage, 100).await).await.unwrap();
        let file = seen(&ann, id).await.entries[0].files[0].id;
        assert_eq!(fault(cases::get(&eve.may().await, id).await), Fault::NotFound);
        assert_eq!(fault(cases::file(&eve.may().await, file).await), Fault::NotFound);
        assert_eq!(fault(comment(&eve, id, "Hello", none()).await), Fault::NotFound);
        assert_eq!(fault(cases::close(&eve.may().await, id).await), Fault::NotFound);
        assert!(cases::list(&eve.may().await, ListQuery::default()).await.unwrap().rows.is_empty());
        assert_eq!(cases::list(&ann.may().await, ListQuery::default()).await.unwrap().rows.len(), 1);
        assert_eq!(cases::file(&ann.may().await, file).await.unwrap().bytes, 100);
    }

    async fn cases_are_found_by_number_subject_and_filters(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, operator) = (manager(&stage).await, Operator::open(&stage).await);
        let id = submit(&ann, none()).await.unwrap();
        let other = CaseDraft { kind: "support".into(), severity: "low".into(), subject: "Wallpaper".into(), ..draft() };
        cases::submit(&ann.may().await, other, None, none()).await.unwrap();
        cases::close(&ann.may().await, id).await.unwrap();
        let query = |search: &str, filters: &[(&str, &str)]| ListQuery {
            search: search.to_owned(),
            filters: filters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..ListQuery::default()
        };
        for (query, expected) in [
            (query("c-1001", &[]), vec!["Fan is loud"]),
            (query("WALL", &[]), vec!["Wallpaper"]),
            (query("", &[("state", "open")]), vec!["Wallpaper"]),
            (query("", &[("state", "closed")]), vec!["Fan is loud"]),
            (query("", &[("kind", "rma"), ("severity", "high")]), vec!["Fan is loud"]),
            (query("", &[("kind", "rma"), ("severity", "low")]), vec![]),
        ] {
            let own = cases::list(&ann.may().await, query.clone()).await.unwrap();
            let all = support::list(&operator.may().await, query.clone()).await.unwrap();
            for found in [own, all] {
                assert_eq!(found.rows.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), expected, "{query:?}");
            }
        }
        let of = |company| support_list(&operator, company);
        assert_eq!((of("onto").await, of("Fabrikam").await), (2, 0));
    }

    async fn a_file_comes_back_as_it_was_and_bears_no_name_on_the_disk(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ann = manager(&stage).await;
        let file = receive(&stage, "../C:\\logs\\Übersicht.log", b"error 30", 3 * MIB).await.unwrap();
        assert_eq!((file.name.as_str(), file.bytes), ("Übersicht.log", 3 * MIB));
        let upload = Upload { files: vec![file], faults: vec![] };
        let id = submit(&ann, upload).await.unwrap();
        let file = seen(&ann, id).await.entries[0].files[0].id;
        assert_eq!(on_disk(&stage), BTreeSet::from([file.to_string()]));
        let mut download = cases::file(&ann.may().await, file).await.unwrap();
        let mut content = Vec::new();
        download.content.read_to_end(&mut content).await.unwrap();
        assert_eq!((content.len() as u64, &content[..10], download.media_type.as_str()), (3 * MIB, b"error 30xx".as_slice(), "text/plain"));
    }

    async fn a_file_may_have_25_mib_and_no_more_and_what_is_refused_leaves_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let largest = receive(&stage, "a.log", b"x", FILE_BYTES_MAX).await.unwrap();
        assert_eq!((largest.bytes, on_disk(&stage).len()), (FILE_BYTES_MAX, 1));
        assert_eq!(problem(receive(&stage, "a.log", b"x", FILE_BYTES_MAX + 1).await), FileProblem::TooLarge);
        assert_eq!(problem(receive(&stage, "a.log", b"", 0).await), FileProblem::Empty);
        assert_eq!(problem(receive(&stage, "a.exe", b"MZ", 10).await), FileProblem::Kind);
        assert_eq!(problem(receive(&stage, "a.png", b"GIF89a", 10).await), FileProblem::Content);
        assert_eq!(receive(&stage, "a.PNG", b"\x89PNG\r\n\x1a\n", 10).await.unwrap().bytes, 10);
        assert_eq!(on_disk(&stage).len(), 1, "only the one that is held");
        drop(largest);
        assert!(on_disk(&stage).is_empty(), "it belongs to nothing");
    }

    async fn an_upload_that_breaks_off_leaves_nothing(db: TestDb) {
        let stage = Stage::open(&db).await;
        let services = &stage.cloud.services;
        let chunks = [Ok(b"error 30".to_vec()), Err("gone")];
        let id: CaseFileId = services.entropy().id(services.now());
        let broken = desk(&stage).files.receive(id, "a.log", stream::iter(chunks)).await;
        assert!(matches!(broken, Err(NotReceived::Interrupted)), "{broken:?}");
        assert!(on_disk(&stage).is_empty());
        let whole = stream::iter([Ok::<_, Infallible>(b"error 30".to_vec())]);
        assert!(desk(&stage).files.receive(id, "a.log", whole).await.is_ok());
    }

    async fn what_is_refused_keeps_no_file_and_tells_everything_at_once(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ann = manager(&stage).await;
        let file = Reason::File { name: "a.exe".into(), problem: FileProblem::Kind };
        let upload = Upload {
            files: vec![log_file(&stage, 100).await],
            faults: vec![FieldFault { field: "files".into(), reason: file.clone() }],
        };
        let wrong = CaseDraft { subject: String::new(), ..draft() };
        let refused = cases::submit(&ann.may().await, wrong, None, upload).await;
        let Fault::Invalid(faults) = fault(refused) else { panic!("not the fields") };
        assert_eq!((faults.reason("subject"), faults.reason("files")), (Some(&Reason::Required), Some(&file)));
        assert!(on_disk(&stage).is_empty());
        assert!(cases::list(&ann.may().await, ListQuery::default()).await.unwrap().rows.is_empty());
        submit(&ann, with_log(&stage, 100).await).await.unwrap();
        assert_eq!(on_disk(&stage).len(), 1);
    }

    async fn the_files_of_an_account_have_their_room_and_those_of_a_case_their_number(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, admin) = (manager(&stage).await, stage.sign_in("admin@fabrikam.example").await);
        // 40 MiB in these tests.
        let id = submit(&ann, with_log(&stage, 20 * MIB).await).await.unwrap();
        comment(&ann, id, "", with_log(&stage, 20 * MIB).await).await.unwrap();
        assert_eq!(reason(comment(&ann, id, "", with_log(&stage, 10).await).await, "files"), Reason::FilesFull { max: 40 });
        assert_eq!(on_disk(&stage).len(), 2);
        let other = submit(&admin, with_log(&stage, 10).await).await.unwrap();
        // Not by uploads, of which each writes to the disk.
        let mut tx = stage.operator().begin().await.unwrap();
        let entry = seen(&admin, other).await.entries[0].id;
        for _ in 0..CASE_FILES_MAX - 2 {
            let file: CaseFileId = tx.id();
            let insert = sql!("insert into case_files (id, account_id, case_id, entry_id, name, bytes, kind) values ($1, $2, $3, $4, 'a', 1, 'b')");
            tx.execute_one(insert, args![file, stage.fabrikam, other, entry]).await.unwrap();
        }
        tx.commit_without_event_because("a test").await.unwrap();
        comment(&admin, other, "", with_log(&stage, 10).await).await.unwrap();
        assert_eq!(reason(comment(&admin, other, "", with_log(&stage, 10).await).await, "files"), Reason::TooMany { max: CASE_FILES_MAX });
        comment(&admin, other, "Without a file", none()).await.unwrap();
    }

    async fn of_two_uploads_at_once_that_have_room_for_one_one_is_refused(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ann = manager(&stage).await;
        let (one, other) = (with_log(&stage, 21 * MIB).await, with_log(&stage, 21 * MIB).await);
        let (one, other) = futures::join!(submit(&ann, one), submit(&ann, other));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(reason(if one.is_ok() { other } else { one }, "files"), Reason::FilesFull { max: 40 });
        assert_eq!(on_disk(&stage).len(), 1);
    }

    async fn files_that_belong_to_nothing_are_swept_after_a_day(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ann = manager(&stage).await;
        let id = submit(&ann, with_log(&stage, 100).await).await.unwrap();
        let kept = seen(&ann, id).await.entries[0].files[0].id.to_string();
        let services = &stage.cloud.services;
        let orphan: CaseFileId = services.entropy().id(services.now());
        let part: CaseFileId = services.entropy().id(services.now());
        let folder = stage.cloud.files();
        std::fs::write(folder.join(orphan.to_string()), "x").unwrap();
        std::fs::write(folder.join(format!("{part}.part")), "x").unwrap();
        std::fs::write(folder.join("of somebody else"), "x").unwrap();
        sweep(&stage).await;
        assert_eq!(on_disk(&stage).len(), 4, "an upload may still be under way");
        stage.cloud.clock.advance(Duration::DAY + Duration::SECOND);
        sweep(&stage).await;
        assert_eq!(on_disk(&stage), BTreeSet::from([kept.clone(), "of somebody else".to_owned()]));

        // Those of a deleted account go too.
        let mut tx = stage.operator().begin().await.unwrap();
        tx.execute(sql!("delete from cases where account_id = $1"), args![stage.contoso]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        stage.cloud.clock.advance(Duration::DAY);
        sweep(&stage).await;
        assert_eq!(on_disk(&stage), BTreeSet::from(["of somebody else".to_owned()]));
    }

    async fn files_go_ninety_days_after_their_case_was_closed(db: TestDb) {
        let stage = Stage::open(&db).await;
        let ann = manager(&stage).await;
        let (closed, open) = (submit(&ann, with_log(&stage, 100).await).await.unwrap(), submit(&ann, with_log(&stage, 100).await).await.unwrap());
        cases::close(&ann.may().await, closed).await.unwrap();
        stage.cloud.clock.advance(Duration::days(90));
        sweep(&stage).await;
        assert_eq!(on_disk(&stage).len(), 2);
        stage.cloud.clock.advance(Duration::DAY);
        sweep(&stage).await;
        let ann = stage.sign_in(MANAGER).await;
        let gone = file_of(&seen(&ann, closed).await);
        let there = file_of(&seen(&ann, open).await);
        assert!(gone.gone && !there.gone);
        assert_eq!(on_disk(&stage), BTreeSet::from([there.id.to_string()]));
        assert_eq!(fault(cases::file(&ann.may().await, gone.id).await), Fault::NotFound);
        assert_eq!(cases::file(&ann.may().await, there.id).await.unwrap().bytes, 100);
    }

    async fn facts_of_an_onboarding_stay_with_the_case(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, operator) = (manager(&stage).await, Operator::open(&stage).await);
        let services = &stage.cloud.services;
        let onboarding: OnboardingId = services.entropy().id(services.now());
        let facts = OnboardingFacts {
            onboarding,
            at: services.now(),
            code: Some(30),
            cause: "no trusted connection".into(),
            email: "user1@contoso.example".into(),
            device: "UD3, 00E0C5123456".into(),
            record: "UMS Berlin".into(),
            host: "ums.contoso.example:8443".into(),
            idp: "Entra".into(),
        };
        let id = cases::submit(&ann.may().await, draft(), Some(facts.clone()), none()).await.unwrap();
        assert_eq!(seen(&ann, id).await.facts, Some(facts.clone()));
        assert_eq!(support::get(&operator.may().await, id).await.unwrap().facts, Some(facts));
        assert_eq!(seen(&ann, submit(&ann, none()).await.unwrap()).await.facts, None);
    }

    async fn mails_go_to_those_who_may_still_see_the_case(db: TestDb) {
        let stage = Stage::open(&db).await;
        let (ann, operator) = (manager(&stage).await, Operator::open(&stage).await);
        let id = submit(&ann, none()).await.unwrap();
        let admin = stage.sign_in("admin@contoso.example").await;
        comment(&admin, id, "Me too", none()).await.unwrap();
        mails(&stage).await;
        let mut tx = stage.operator().begin().await.unwrap();
        let take = sql!("update user_roles set role = 'obs-admin' where user_id in (select id from users where email_key = $1)");
        tx.execute_one(take, args![MANAGER]).await.unwrap();
        tx.commit_without_event_because("a test").await.unwrap();
        answer(&operator, id, "", "closed").await.unwrap();
        assert_eq!(mails(&stage).await, [("admin@contoso.example".to_owned(), "C-1001: Closed".to_owned())]);
    }
}

async fn support_list(operator: &Operator, company: &str) -> usize {
    let query = ListQuery {
        filters: [("company".to_owned(), company.to_owned())].into(),
        ..ListQuery::default()
    };
    support::list(&operator.may().await, query)
        .await
        .unwrap()
        .rows
        .len()
}
