//! Forms that come more than once, as browsers send them (F27): with script and without.

use store::{args, sql};

use crate::requests::sign_in;
use crate::stage::{Call, Reply, Stage, portal_cookie};

const INVITE: &str = "/api/app/api/portal/invitations/invite_user";
const FORGOT: &str = "/api/app/api/portal/passwords/forgot_password";
const PAGE: &str = "/users/administration/invite";
const NEWEST: &str = "/users/overview?sort=created&dir=desc";

async fn invitations(stage: &Stage) -> i64 {
    let count = sql!("select count(*) from invitations");
    let mut tx = stage.cloud_db.read().await.unwrap();
    tx.scalar(count, args![]).await.unwrap()
}

/// The key in the form of a page.
async fn key(stage: &Stage, session: &str) -> String {
    key_in(&stage.call(Call::get(PAGE).cookie(portal_cookie(session))).await)
}

fn key_in(page: &Reply) -> String {
    let (_, rest) = page.body.split_once("name=\"once\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn fields<'a>(key: &'a str, email: &'a str) -> [(&'static str, &'a str); 3] {
    [
        ("draft[email]", email),
        ("draft[role]", "obs-admin"),
        ("once", key),
    ]
}

#[tokio::test]
async fn a_form_that_is_sent_twenty_times_at_once_is_done_once() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let mut keys = std::collections::BTreeSet::new();
    for (number, call) in (0..).zip([
        Call::submit as fn(_) -> Call,
        Call::post,
        Call::submit,
        Call::post,
    ]) {
        let (key, email) = (
            key(&stage, &session).await,
            format!("ada{number}@contoso.example"),
        );
        assert!(
            key.len() == 32 && keys.insert(key.clone()),
            "each page has a key of its own"
        );
        let send = |email: String| {
            let call = call(INVITE.to_owned()).form(&fields(&key, &email));
            stage.call(call.cookie(portal_cookie(&session)))
        };
        let replies: Vec<Reply> = futures::future::join_all((0..20).map(|_| send(email.clone()))).await;
        assert_eq!(invitations(&stage).await, number + 1);
        let script = number % 2 == 1;
        for reply in &replies {
            assert_eq!(
                (reply.status, &reply.body),
                (if script { 200 } else { 303 }, &replies[0].body)
            );
            assert_eq!(reply.header("location"), NEWEST);
        }
        // Something else under the same key is told so, and not done.
        let other = send(format!("eve{number}@contoso.example")).await;
        if script {
            assert_eq!(other.status, 409, "{}", other.body);
        } else {
            assert_eq!((other.status, other.header("location")), (303, PAGE));
            let page = stage.call(Call::get(PAGE).cookie(portal_cookie(&session))).await;
            assert!(
                page.body
                    .contains("This form was sent already, with another content."),
                "{}",
                page.body
            );
        }
        assert_eq!(invitations(&stage).await, number + 1);
    }
}

#[tokio::test]
async fn a_form_that_was_refused_may_be_sent_again_under_its_key() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let key = key(&stage, &session).await;
    let send = |email: &'static str| {
        let call = Call::post(INVITE).form(&fields(&key, email));
        stage.call(call.cookie(portal_cookie(&session)))
    };
    assert_eq!(send("nobody").await.status, 422);
    assert_eq!(send("ada@contoso.example").await.status, 200);
    assert_eq!(send("ada@contoso.example").await.status, 200);
    assert_eq!(invitations(&stage).await, 1);
    // Without a key each form stands for itself.
    let bare = Call::post(INVITE)
        .form(&fields("", "ada@contoso.example"))
        .cookie(portal_cookie(&session));
    assert_eq!(stage.call(bare).await.status, 422);
    let bare = Call::post(INVITE)
        .form(&fields("", "bo@contoso.example"))
        .cookie(portal_cookie(&session));
    assert_eq!(stage.call(bare).await.status, 200);
    let bad = Call::post(INVITE)
        .form(&fields("short", "cleo@contoso.example"))
        .cookie(portal_cookie(&session));
    assert_eq!(stage.call(bad).await.status, 422);
    assert_eq!(invitations(&stage).await, 2);
}

/// Whoever is not known has forms too. The letters that follow are one for each job.
#[tokio::test]
async fn a_form_of_a_visitor_that_is_sent_twenty_times_at_once_is_done_once() {
    let stage = Stage::open().await;
    let jobs = async || {
        let count = sql!("select count(*) from jobs where kind = 'portal.password_forgotten'");
        let mut tx = stage.cloud_db.read().await.unwrap();
        tx.scalar::<i64>(count, args![]).await.unwrap()
    };
    for (number, call) in (0..).zip([Call::submit as fn(_) -> Call, Call::post]) {
        let key = key_in(&stage.call(Call::get(app::paths::FORGOT_PASSWORD)).await);
        let send = |user: &'static str| {
            let form = [("draft[user]", user), ("draft[email]", user), ("once", &key)];
            stage.call(call(FORGOT.to_owned()).form(&form))
        };
        let replies = futures::future::join_all((0..20).map(|_| send("admin@contoso.example"))).await;
        assert_eq!(jobs().await, number + 1);
        let script = number == 1;
        for reply in &replies {
            assert_eq!(reply.status, if script { 200 } else { 303 }, "{}", reply.body);
            assert_eq!(reply.header("location"), app::paths::FORGOT_PASSWORD_SENT);
        }
        let other = send("nobody@contoso.example").await;
        assert_eq!(other.status, if script { 409 } else { 303 }, "{}", other.body);
        assert_eq!(jobs().await, number + 1);
    }
}

#[tokio::test]
async fn every_form_of_a_visitor_has_a_key() {
    let stage = Stage::open().await;
    for page in [app::paths::FORGOT_PASSWORD, app::paths::REGISTER] {
        assert_eq!(key_in(&stage.call(Call::get(page)).await).len(), 32, "{page}");
    }
}
