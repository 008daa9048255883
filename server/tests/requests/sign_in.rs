use crate::requests::{ME, NOTHING, SIGN_IN, credentials, me};
use crate::stage::{Call, PASSWORD, Stage, portal_cookie};

const WRONG: &str = "rye bread at eight";

#[tokio::test]
async fn a_wrong_password_leads_back_to_the_form_which_shows_it_once() {
    let stage = Stage::open().await;
    let wrong = Call::submit(SIGN_IN).form(&credentials(WRONG, "/services/ums"));
    let reply = stage
        .call(wrong.header("referer", "https://evil.example/phish"))
        .await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, "/login?next=%2Fservices%2Fums")
    );
    let (kept, attributes) = reply.cookie("__Host-portal").unwrap();
    assert_is_session_cookie(&attributes);

    let form = || Call::get("/login?next=%2Fservices%2Fums").cookie(portal_cookie(&kept));
    let page = stage.call(form()).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("admin@contoso.example"), "{}", page.body);
    assert!(page.body.contains("password is wrong"), "{}", page.body);
    assert!(page.body.contains("value=\"/services/ums\""), "{}", page.body);
    assert!(!page.body.contains(WRONG) && !page.body.contains("evil.example"));
    let again = stage.call(form()).await;
    assert!(!again.body.contains("admin@contoso.example") && !again.body.contains("password is wrong"));
    assert_eq!(
        me(&stage, &kept).await,
        401,
        "what is kept for a visitor is no sign-in"
    );
}

#[tokio::test]
async fn what_was_typed_is_kept_for_ten_minutes() {
    for (minutes, kept) in [(9, true), (10, false)] {
        let stage = Stage::open().await;
        let reply = stage
            .call(Call::submit(SIGN_IN).form(&credentials(WRONG, "")))
            .await;
        let (cookie, _) = reply.cookie("__Host-portal").unwrap();
        stage.cloud.clock.advance(time::Duration::minutes(minutes));
        let page = stage
            .call(Call::get("/login").cookie(portal_cookie(&cookie)))
            .await;
        assert_eq!(
            page.body.contains("admin@contoso.example"),
            kept,
            "after {minutes} minutes"
        );
    }
}

#[tokio::test]
async fn the_right_password_leads_to_the_page_that_was_wanted() {
    let stage = Stage::open().await;
    let before = stage
        .call(Call::submit(SIGN_IN).form(&credentials(WRONG, "")))
        .await;
    let (before, _) = before.cookie("__Host-portal").unwrap();
    let right = Call::submit(SIGN_IN).form(&credentials(PASSWORD, "/services/onboarding?sort=name"));
    let right = right
        .cookie(portal_cookie(&before))
        .header("referer", "https://evil.example/phish");
    let reply = stage.call(right).await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, "/services/onboarding?sort=name")
    );
    let (session, attributes) = reply.cookie("__Host-portal").unwrap();
    assert_is_session_cookie(&attributes);
    assert_ne!(
        session, before,
        "a session id from before the sign-in is worth nothing after it"
    );
    assert_eq!(
        (me(&stage, &session).await, me(&stage, &before).await),
        (200, 401)
    );
    let page = stage
        .call(Call::get("/services/onboarding").cookie(portal_cookie(&session)))
        .await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("canary of Contoso"), "{}", page.body);
}

#[tokio::test]
async fn after_a_sign_in_nobody_is_led_to_another_site() {
    let stage = Stage::open().await;
    let good = [
        "/services/ums",
        "/users/idps/new",
        "/services/onboarding?sort=name&page=2",
    ];
    let bad = [
        "",
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example/..",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/users/idps//evil",
        "/users/idps/../..//evil.example",
        "@evil.example",
        "/users/idps\r\nSet-Cookie: a=b",
        "/login?next=https://evil.example",
        "/api/app/api/portal/session/sign_out",
        "/webapp/devices",
        "／／evil.example",
    ];
    for next in good.into_iter().chain(bad) {
        let expected = if good.contains(&next) { next } else { "/" };
        let form = stage
            .call(Call::submit(SIGN_IN).form(&credentials(PASSWORD, next)))
            .await;
        assert_eq!(
            (form.status, form.header("location")),
            (303, expected),
            "{next:?}"
        );
        assert!(
            form.headers
                .get("set-cookie")
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("__Host-portal=")
        );
        let script = stage
            .call(Call::post(SIGN_IN).form(&credentials(PASSWORD, next)))
            .await;
        assert_eq!(
            (script.status, script.header("location")),
            (200, expected),
            "{next:?}"
        );
        let refused = stage
            .call(Call::submit(SIGN_IN).form(&credentials(WRONG, next)))
            .await;
        let back = refused.header("location");
        assert!(
            back == "/login" || (good.contains(&next) && back.starts_with("/login?next=%2F")),
            "{next:?}: {back}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_answered_alike() {
    let stage = Stage::open().await;
    let sign_in = |user: &str, password: &str| {
        Call::post(SIGN_IN).form(&[("draft[user]", user), ("draft[password]", password)])
    };
    let wrong = stage.call(sign_in("admin@contoso.example", WRONG)).await;
    let unknown = stage.call(sign_in("nobody@contoso.example", WRONG)).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("wrong_credentials"), "{}", wrong.body);
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    assert!(
        wrong.cookie("__Host-portal").is_none(),
        "by script nothing is kept"
    );
    let right = stage.call(sign_in("ADMIN@contoso.example", PASSWORD)).await;
    assert_eq!(right.status, 200);
    assert!(right.cookie("__Host-portal").is_some());
}

#[tokio::test]
async fn tries_from_one_address_are_limited() {
    let stage = Stage::open().await;
    let try_one = |host: u8, n: usize| {
        let user = format!("user{n}@contoso.example");
        Call::post(SIGN_IN)
            .form(&[("draft[user]", user.as_str()), ("draft[password]", WRONG)])
            .send_from(&stage.router, host)
    };
    for n in 0..20 {
        assert_eq!(try_one(200, n).await.status, 422, "try {n}");
    }
    let limited = try_one(200, 20).await;
    assert_eq!(limited.status, 429);
    assert!(limited.body.contains("retry_after"), "{}", limited.body);
    assert_eq!(try_one(201, 20).await.status, 422, "another address");
}

#[tokio::test]
async fn the_web_app_has_a_sign_in_of_its_own() {
    let stage = Stage::open().await;
    let path = "/wums-app/api/app/api/ums/session/sign_in";
    let fields = |password: &'static str| {
        [
            ("draft[user]", "root"),
            ("draft[password]", password),
            ("draft[next]", "/webapp/network"),
        ]
    };
    let wrong = stage.call(Call::submit(path).form(&fields(WRONG))).await;
    assert_eq!(
        (wrong.status, wrong.header("location")),
        (303, "/webapp/login?next=%2Fwebapp%2Fnetwork")
    );
    let right = stage.call(Call::submit(path).form(&fields(PASSWORD))).await;
    assert_eq!((right.status, right.header("location")), (303, "/webapp/network"));
    assert!(right.cookie("__Host-portal").is_none());
    let (session, attributes) = right.cookie("__Host-ums").unwrap();
    assert_is_session_cookie(&attributes);
    let ums_me = Call::post("/wums-app/api/app/api/ums/session/me")
        .form(&NOTHING)
        .cookie(("__Host-ums", session.clone()));
    assert_eq!(stage.call(ums_me).await.status, 200);
    let portal_me = Call::post(ME)
        .form(&NOTHING)
        .cookie(("__Host-ums", session.clone()))
        .cookie(("__Host-portal", session));
    assert_eq!(stage.call(portal_me).await.status, 401);
}

/// `__Host-` asks for `Path=/`, `Secure` and no domain; it ends with the browser.
#[track_caller]
fn assert_is_session_cookie(attributes: &str) {
    let mut attributes: Vec<_> = attributes.split(';').map(str::trim).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
}
