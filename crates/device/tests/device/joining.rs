//! `enroll`: each way to fail with its code, beside the way that works.

use std::path::Path;

use http::StatusCode;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::program::{Ended, run, start};
use crate::ums::{self, Seen, Ways};

async fn enroll(state: &Path, options: &str) -> Ended {
    run(state, &format!("enroll --unit-id DESK-0001 {options}")).await
}

/// Enrols at a UMS with these ways.
async fn code_of(ways: Ways) -> Option<u64> {
    let (ums, state) = (ums::start(ways).await, tempfile::tempdir().unwrap());
    enroll(state.path(), &ums.options()).await.code()
}

#[tokio::test]
async fn a_key_and_the_token_lead_to_a_certificate() {
    let (mut ums, place) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let state = place.path().join("device");
    let ended = enroll(&state, &ums.options()).await;
    assert!(ended.success, "{ended:?}");
    assert_eq!(ended.said[0]["event"], "enrolled");
    let proof = ums
        .hear(|seen| {
            if let Seen::Enrolment(proof, _) = seen {
                Some(proof.clone())
            } else {
                None
            }
        })
        .await;
    // DESK-0001:s3cr3t
    assert_eq!(proof, "Basic REVTSy0wMDAxOnMzY3IzdA==");
    let info = run(&state, "info").await;
    assert_eq!(
        (&info.said[0]["unit_id"], &info.said[0]["enrolled"]),
        (&"DESK-0001".into(), &true.into())
    );
    // Once is enough, and another device needs another folder.
    assert!(enroll(&state, &ums.options()).await.success && ums.seen.try_recv().is_err());
    assert_eq!(run(&state, "info --unit-id DESK-0002").await.code(), Some(32));
    let again = run(&state, &format!("enroll --again {}", ums.options())).await;
    assert!(again.success && matches!(ums.next().await, Seen::Enrolment(..)));
}

#[tokio::test]
async fn a_wrong_token_is_46_and_nothing_secret_was_sent() {
    let (mut ums, state) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let wrong = format!("{} --token 00:11:22:33:44:55:66:77", ums.place("localhost"));
    let ended = enroll(state.path(), &wrong).await;
    assert_eq!(ended.code(), Some(46));
    let error = ended.said.last().unwrap();
    assert!(error["message"].as_str().unwrap().len() > 20 && error["next"].as_str().unwrap().len() > 20);
    assert!(ums.seen.try_recv().is_err(), "a stranger got the key");
    assert_eq!(enroll(state.path(), &ums.options()).await.code(), None);
}

#[tokio::test]
async fn a_server_that_only_names_the_root_is_not_believed() {
    // It names the authority of the token, and presents a certificate of its own.
    let real = ums::start(Ways::default()).await;
    let own = pki::est::certs_only([pki::Certificate::from_file(real.chain().as_bytes())
        .unwrap()
        .der()])
    .unwrap();
    let mut other = ums::start(Ways {
        cacerts: Some(own.leak()),
        ..Ways::default()
    })
    .await;
    let state = tempfile::tempdir().unwrap();
    let options = format!("{} --token {}", other.place("localhost"), real.token());
    assert_eq!(enroll(state.path(), &options).await.code(), Some(46));
    assert!(other.seen.try_recv().is_err());
}

#[tokio::test]
async fn a_certificate_without_the_address_is_45() {
    let (ums, state) = (
        ums::start(Ways {
            names: vec!["localhost"],
            ..Ways::default()
        })
        .await,
        tempfile::tempdir().unwrap(),
    );
    let by_address = format!("{} --token {}", ums.place("127.0.0.1"), ums.token());
    assert_eq!(enroll(state.path(), &by_address).await.code(), Some(45));
    assert_eq!(enroll(state.path(), &ums.options()).await.code(), None);
}

#[tokio::test]
async fn a_closed_port_is_44() {
    let (ums, state) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let options = ums.options();
    ums.stop().await;
    assert_eq!(enroll(state.path(), &options).await.code(), Some(44));
}

#[tokio::test]
async fn plain_http_and_a_port_that_hangs_up_are_45() {
    let state = tempfile::tempdir().unwrap();
    for answer in [&b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..], b""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.readable().await.unwrap();
            stream.write_all(answer).await.unwrap();
        });
        let options = format!("--server localhost --port {port} --key k --token 00:11:22:33:44:55:66:77");
        assert_eq!(enroll(state.path(), &options).await.code(), Some(45));
    }
}

#[tokio::test]
async fn ca_certificates_that_cannot_be_read_are_37() {
    for garbage in ["", "garbage", "Z2FyYmFnZQ=="] {
        assert_eq!(
            code_of(Ways {
                cacerts: Some(garbage),
                ..Ways::default()
            })
            .await,
            Some(37),
            "{garbage}"
        );
    }
    assert_eq!(code_of(Ways::default()).await, None);
}

#[tokio::test]
async fn a_refused_enrolment_is_38() {
    for status in [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::CONFLICT,
        StatusCode::INTERNAL_SERVER_ERROR,
    ] {
        assert_eq!(
            code_of(Ways {
                enrol: Some(status),
                ..Ways::default()
            })
            .await,
            Some(38),
            "{status}"
        );
    }
}

#[tokio::test]
async fn an_empty_answer_is_39_and_an_unreadable_one_40() {
    assert_eq!(
        code_of(Ways {
            enrolled: Some(""),
            ..Ways::default()
        })
        .await,
        Some(39)
    );
    assert_eq!(
        code_of(Ways {
            enrolled: Some("garbage"),
            ..Ways::default()
        })
        .await,
        Some(40)
    );
}

#[tokio::test]
async fn a_device_killed_between_key_and_certificate_goes_on_with_its_key() {
    let (mut ums, state) = (
        ums::start(Ways {
            silent: true,
            ..Ways::default()
        })
        .await,
        tempfile::tempdir().unwrap(),
    );
    let key = |seen: &Seen| {
        if let Seen::Enrolment(_, key) = seen {
            Some(*key)
        } else {
            None
        }
    };
    let cut = start(state.path(), &format!("enroll {}", ums.options()));
    let first = ums.hear(key).await;
    cut.kill().await;
    assert!(!state.path().join("enrolment.json").exists());
    ums.change(|ways| ways.silent = false);
    let ended = run(state.path(), &format!("enroll {}", ums.options())).await;
    assert_eq!(ended.code(), None);
    assert_eq!(ums.hear(key).await, first);
}

#[tokio::test]
async fn what_cannot_be_understood_is_32() {
    let state = tempfile::tempdir().unwrap();
    for wrong in [
        "enroll",
        "enroll --server ums/x --key k --token 00",
        "run --attempts 0",
        "fly",
        "run --attempts 1",
    ] {
        assert_eq!(run(state.path(), wrong).await.code(), Some(32), "{wrong}");
    }
    assert!(run(state.path(), "info").await.success);
}
