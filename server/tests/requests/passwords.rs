//! Forgotten and changed passwords, as browsers without script send them.

use std::io::Write;
use std::sync::{Arc, Mutex};

use access::jobs::Jobs;
use store::{args, sql};
use time::Duration;
use tracing_subscriber::fmt::MakeWriter;

use crate::requests::{NOTHING, SIGN_IN, credentials, me, sign_in};
use crate::stage::{Call, PASSWORD, Reply, Stage, portal_cookie};

const FORGOT: &str = "/api/app/api/portal/passwords/forgot_password";
const RESET: &str = "/api/app/api/portal/passwords/reset_password";
const CHANGE: &str = "/api/app/api/portal/my_account/change_password";
const END_SESSION: &str = "/api/app/api/portal/my_account/end_session";
const END_OTHERS: &str = "/api/app/api/portal/my_account/end_other_sessions";
const SET_LANGUAGE: &str = "/api/app/api/portal/my_account/set_language";
const ADMIN: &str = "admin@contoso.example";
const NEW: &str = "a loaf for every day";

impl Stage {
    /// Does what is queued, and sends what is posted.
    async fn work(&self) {
        for jobs in [
            portal::jobs(Jobs::default()),
            portal::mails::jobs(Jobs::default()),
        ] {
            jobs.run_due(&self.cloud.services).await.unwrap();
        }
    }

    async fn forget(&self, user: &str, email: &str) -> Reply {
        self.call(Call::submit(FORGOT).form(&[("draft[user]", user), ("draft[email]", email)]))
            .await
    }

    /// The path and query of the link in the mail that comes for a forgotten password.
    async fn link(&self) -> String {
        let reply = self.forget(ADMIN, ADMIN).await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, "/forgot-password/sent")
        );
        self.work().await;
        let mail = self.cloud.outside.mails().pop().unwrap();
        let (_, rest) = mail.text.split_once("http://localhost:8080").unwrap();
        rest.lines().next().unwrap().to_owned()
    }

    async fn try_sign_in(&self, password: &str) -> Reply {
        self.call(Call::submit(SIGN_IN).form(&credentials(password, "")))
            .await
    }
}

fn token(link: &str) -> &str {
    link.split_once("?token=").unwrap().1
}

fn reset(token: &str, password: &str) -> Call {
    Call::submit(RESET).form(&[("draft[token]", token), ("draft[password]", password)])
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_without_script() {
    let stage = Stage::open().await;
    let page = stage.call(Call::get("/forgot-password")).await;
    assert_eq!(page.status, 200);
    for words in ["Identify", "Verify", "Reset", "Forgot Password?"] {
        assert!(page.body.contains(words), "{words}");
    }
    let before = sign_in(&stage).await;
    let link = stage.link().await;
    let sent = stage.call(Call::get("/forgot-password/sent")).await;
    assert!(
        sent.body.contains("please check your spam folder"),
        "{}",
        sent.body
    );

    // SEC-26: opening changes nothing, and nobody else hears of the address.
    let untouched = stage.written();
    for _ in 0..3 {
        let page = stage.call(Call::get(&link)).await;
        assert_eq!(
            (page.status, page.header("referrer-policy")),
            (200, "no-referrer")
        );
        for words in [
            "Reset Password",
            ADMIN,
            "autocomplete=\"new-password\"",
            "Password rules",
            "15 to 128",
        ] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
    }
    assert!(
        stage.written() == untouched,
        "a page was opened, and the database has changed"
    );

    let short = stage.call(reset(token(&link), "fourteen chars")).await;
    assert_eq!((short.status, short.header("location")), (303, link.as_str()));
    let (kept, _) = short.cookie("__Host-portal").unwrap();
    let select = sql!("select data from sessions where data <> '{}'");
    let data: Vec<(String,)> = stage
        .cloud_db
        .read()
        .await
        .unwrap()
        .all(select, args![])
        .await
        .unwrap();
    assert_eq!(data.len(), 1);
    assert!(
        !data[0].0.contains(token(&link)) && !data[0].0.contains("fourteen chars"),
        "{data:?}"
    );
    let page = stage.call(Call::get(&link).cookie(portal_cookie(&kept))).await;
    assert!(
        page.body.contains("15") && page.body.contains("The password is not changed yet"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("fourteen chars"));

    let done = stage.call(reset(token(&link), NEW)).await;
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/reset-password/done")
    );
    assert!(
        stage
            .call(Call::get("/reset-password/done"))
            .await
            .body
            .contains("Your password is set")
    );
    assert_eq!(me(&stage, &before).await, 401);
    assert!(
        stage
            .try_sign_in(PASSWORD)
            .await
            .header("location")
            .starts_with("/login")
    );
    assert_eq!(stage.try_sign_in(NEW).await.header("location"), "/");

    let used = stage.call(Call::get(&link)).await;
    assert!(
        used.body.contains("This link was used already") && used.body.contains("href=\"/forgot-password\"")
    );
    let again = stage
        .call(reset(token(&link), "another loaf for every day"))
        .await;
    assert_eq!((again.status, again.header("location")), (303, link.as_str()));
    assert_eq!(stage.try_sign_in(NEW).await.header("location"), "/");
}

#[tokio::test]
async fn links_that_open_nothing_say_so_and_show_the_way_to_another() {
    let stage = Stage::open().await;
    let link = stage.link().await;
    stage.cloud.clock.advance(Duration::HOUR);
    for (path, words) in [
        (link.as_str(), "This link has ended"),
        ("/reset-password?token=nothing", "This link does not work"),
        ("/reset-password", "This link does not work"),
        ("/reset-password?token[]=a&token[]=b", "This link does not work"),
    ] {
        let page = stage.call(Call::get(path)).await;
        assert_eq!(
            (page.status, page.header("referrer-policy")),
            (200, "no-referrer"),
            "{path}"
        );
        assert!(
            page.body.contains(words) && page.body.contains("href=\"/forgot-password\""),
            "{path}: {}",
            page.body
        );
        assert!(!page.body.contains("new-password"), "{path}");
    }
    let newest = stage.link().await;
    assert!(stage.call(Call::get(&newest)).await.body.contains("new-password"));
}

#[tokio::test]
async fn sec_20_everybody_who_asks_is_told_the_same() {
    let stage = Stage::open().await;
    let visible = |reply: &Reply| {
        let mut headers = reply.headers.clone();
        headers.remove("x-request-id");
        (reply.status, headers, reply.body.clone())
    };
    let known = stage.forget(ADMIN, ADMIN).await;
    for (user, email) in [
        ("nobody@contoso.example", "nobody@contoso.example"),
        ("admin@fabrikam.example", "eve@evil.example"),
    ] {
        let other = stage.forget(user, email).await;
        assert_eq!(visible(&other), visible(&known), "{user}");
    }
    // More than one address, in whatever way, is refused before anybody is looked for.
    for fields in [
        vec![
            ("draft[user]", ADMIN),
            ("draft[email]", "admin@contoso.example,eve@evil.example"),
        ],
        vec![
            ("draft[user]", ADMIN),
            ("draft[email][0]", ADMIN),
            ("draft[email][1]", "eve@evil.example"),
        ],
        vec![
            ("draft[user]", ADMIN),
            ("draft[email]", ADMIN),
            ("draft[email]", "eve@evil.example"),
        ],
        vec![
            ("draft[user]", "admin@contoso.example\r\nBcc: eve@evil.example"),
            ("draft[email]", ADMIN),
        ],
    ] {
        let reply = stage.call(Call::post(FORGOT).form(&fields)).await;
        assert!(reply.status >= 400, "{fields:?}: {reply:?}");
    }
    stage.work().await;
    let to: Vec<_> = stage
        .cloud
        .outside
        .mails()
        .into_iter()
        .map(|mail| mail.to)
        .collect();
    assert_eq!(to, [ADMIN]);
}

#[tokio::test]
async fn three_requests_an_hour_from_one_address() {
    let stage = Stage::open().await;
    let ask = async |user: &str| {
        let fields = [("draft[user]", user), ("draft[email]", user)];
        Call::post(FORGOT)
            .form(&fields)
            .send_from(&stage.router, 77)
            .await
            .status
    };
    for user in ["a@contoso.example", "b@contoso.example", "c@contoso.example"] {
        assert_eq!(ask(user).await, 200);
    }
    assert_eq!(ask("d@contoso.example").await, 429);
    stage.cloud.clock.advance(Duration::minutes(20));
    assert_eq!(ask("d@contoso.example").await, 200);
}

#[tokio::test]
async fn sec_27_a_changed_password_changes_the_cookie_and_ends_other_sessions() {
    let stage = Stage::open().await;
    let (here, elsewhere) = (sign_in(&stage).await, sign_in(&stage).await);
    let change = |old: &str| {
        Call::submit(CHANGE)
            .form(&[("draft[old_password]", old), ("draft[password]", NEW)])
            .cookie(portal_cookie(&here))
    };
    let refused = stage.call(change("not the password")).await;
    assert_eq!(
        (refused.status, refused.header("location")),
        (303, "/my-account/password")
    );
    let page = stage
        .call(Call::get("/my-account/password").cookie(portal_cookie(&here)))
        .await;
    assert!(
        page.body.contains("This is not your present password."),
        "{}",
        page.body
    );
    assert!(!page.body.contains("not the password") && !page.body.contains(NEW));
    assert_eq!(
        (me(&stage, &here).await, me(&stage, &elsewhere).await),
        (200, 200)
    );

    let done = stage.call(change(PASSWORD)).await;
    assert_eq!((done.status, done.header("location")), (303, "/my-account"));
    let (next, attributes) = done.cookie("__Host-portal").unwrap();
    assert!(
        attributes.contains("HttpOnly") && attributes.contains("Secure"),
        "{attributes}"
    );
    assert_ne!(next, here);
    assert_eq!(
        (
            me(&stage, &next).await,
            me(&stage, &here).await,
            me(&stage, &elsewhere).await
        ),
        (200, 401, 401)
    );
}

#[tokio::test]
async fn my_account_shows_sessions_ends_them_and_speaks_the_chosen_language() {
    let stage = Stage::open().await;
    let clerk = stage.contoso.add(&stage.cloud, "clerk", &["obs-admin"]).await;
    let (here, elsewhere) = (
        stage.portal_session(clerk).await,
        stage.portal_session(clerk).await,
    );
    let page = async |cookies: Vec<(&'static str, String)>| {
        stage.call(Call::get("/my-account").cookies(cookies)).await.body
    };
    let shown = page(vec![portal_cookie(&here)]).await;
    assert!(
        shown.contains("This session") && shown.contains("Sign out everywhere else"),
        "{shown}"
    );
    assert!(
        !shown.contains(&here) && !shown.contains(&elsewhere),
        "a cookie stands in the page"
    );
    let (_, rest) = shown.split_once("name=\"key\" value=\"").unwrap();
    let key = rest.split('"').next().unwrap().to_owned();

    let end = |session: &str| {
        Call::submit(END_SESSION)
            .form(&[("key", &key)])
            .cookie(portal_cookie(session))
    };
    let foreign = stage.portal_session(stage.fabrikam.admin).await;
    stage.call(end(&foreign)).await;
    assert_eq!(me(&stage, &elsewhere).await, 200, "somebody else's key");
    let ended = stage.call(end(&here)).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/my-account"));
    assert_eq!(
        (me(&stage, &here).await, me(&stage, &elsewhere).await),
        (200, 401)
    );

    let third = stage.portal_session(clerk).await;
    let others = Call::submit(END_OTHERS)
        .form(&NOTHING)
        .cookie(portal_cookie(&here));
    assert_eq!(stage.call(others).await.header("location"), "/my-account");
    assert_eq!((me(&stage, &here).await, me(&stage, &third).await), (200, 401));

    let speak = Call::submit(SET_LANGUAGE)
        .form(&[("draft[language]", "de")])
        .cookie(portal_cookie(&here));
    let reply = stage.call(speak).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/my-account"));
    let lang = reply.cookie("lang").unwrap().0;
    let german = page(vec![portal_cookie(&here), ("lang", lang)]).await;
    assert!(
        german.contains("Mein Konto") && german.contains("value=\"de\" selected"),
        "{german}"
    );
}

/// What the log says, in a buffer.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// SEC-26: at the most talkative level, over the whole way.
#[tokio::test]
async fn sec_26_no_log_and_no_table_holds_a_token_or_a_password() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let said = {
        let _heard = tracing::subscriber::set_default(subscriber);
        let stage = Stage::open().await;
        let link = stage.link().await;
        stage.call(Call::get(&link)).await;
        stage.call(reset(token(&link), "fourteen chars")).await;
        stage.call(reset(token(&link), NEW)).await;
        stage.call(reset(token(&link), NEW)).await;
        stage.work().await;
        let all = sql!(
            "select coalesce((select string_agg(payload, ' ') from jobs), '') || coalesce((select string_agg(details, ' ') from audit_events), '')
                 || coalesce((select string_agg(data, ' ') from sessions), '')"
        );
        let tables: String = stage
            .cloud_db
            .read()
            .await
            .unwrap()
            .scalar(all, args![])
            .await
            .unwrap();
        let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
        assert!(
            text.contains("answered") && text.contains("mail sent"),
            "the log is listened to"
        );
        (text + &tables, token(&link).to_owned())
    };
    for secret in [said.1.as_str(), NEW, "fourteen chars"] {
        assert!(!said.0.contains(secret), "{secret} was said");
    }
}
