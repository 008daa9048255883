use access::{Actor, sessions};
use http_body_util::BodyExt as _;
use store::{args, sql};
use test_support::services::client;
use time::{Duration, OffsetDateTime};
use tower::ServiceExt as _;

use crate::requests::{ME, NOTHING, SIGN_IN, SIGN_OUT, credentials, me, sign_in};
use crate::stage::company::{connect, device};
use crate::stage::{Call, Stage, portal_cookie, ums_cookie};

const A_MOMENT: Duration = Duration::MILLISECOND;

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let stage = Stage::open().await;
    let (session, other) = (sign_in(&stage).await, sign_in(&stage).await);
    assert_eq!(me(&stage, &session).await, 200);
    let out = stage
        .call(
            Call::submit(SIGN_OUT)
                .form(&NOTHING)
                .cookie(portal_cookie(&session)),
        )
        .await;
    assert_eq!((out.status, out.header("location")), (303, "/login"));
    let (value, attributes) = out.cookie("__Host-portal").unwrap();
    assert!(
        value.is_empty() && attributes.contains("Max-Age=0"),
        "{attributes}"
    );

    assert_eq!(me(&stage, &session).await, 401);
    let page = stage
        .call(Call::get("/services/ums").cookie(portal_cookie(&session)))
        .await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/login?next=%2Fservices%2Fums")
    );
    let upload = Call::submit("/forms/routing")
        .multipart(&NOTHING)
        .cookie(portal_cookie(&session));
    assert_eq!(stage.call(upload).await.status, 401);
    assert_eq!(me(&stage, &other).await, 200, "the other browser stays signed in");
}

/// T-12: a request that was under way may save its session after the sign-out. It must not come back by that.
#[tokio::test]
async fn a_revoked_session_never_comes_back() {
    let stage = Stage::open().await;
    for round in 0..20 {
        let session = stage.portal_session(stage.contoso.admin).await;
        // Keeps a refused form, and so saves the session.
        let saving = || {
            let refused =
                Call::submit("/api/app/api/portal/routing/register_routing").form(&[("draft[name]", "")]);
            stage.call(refused.cookie(portal_cookie(&session)))
        };
        let out = stage.call(
            Call::submit(SIGN_OUT)
                .form(&NOTHING)
                .cookie(portal_cookie(&session)),
        );
        let (first, out, second) = tokio::join!(saving(), out, saving());
        assert_eq!(
            (first.status, out.status, second.status),
            (303, 303, 303),
            "round {round}"
        );
        assert_eq!(me(&stage, &session).await, 401, "round {round}");
        saving().await;
        let bring_back = Call::get("/services/onboarding/new").cookie(portal_cookie(&session));
        assert_eq!(stage.call(bring_back).await.status, 303);
        assert_eq!(
            me(&stage, &session).await,
            401,
            "round {round}, after a late save"
        );
    }
}

#[tokio::test]
async fn an_operator_ends_all_sessions_of_a_user() {
    let stage = Stage::open().await;
    let (session, other) = (
        sign_in(&stage).await,
        stage.portal_session(stage.fabrikam.admin).await,
    );
    let mut tx = stage.contoso.acting(&stage.cloud).begin().await.unwrap();
    sessions::revoke_all(&mut tx, stage.contoso.admin).await.unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
    assert_eq!((me(&stage, &session).await, me(&stage, &other).await), (401, 200));
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    stage.cloud.clock.advance(Duration::minutes(30) - A_MOMENT);
    assert_eq!(me(&stage, &session).await, 200);
    stage.cloud.clock.advance(Duration::minutes(30) - A_MOMENT);
    assert_eq!(me(&stage, &session).await, 200, "it was used meanwhile");
    stage.cloud.clock.advance(Duration::minutes(30));
    assert_eq!(me(&stage, &session).await, 401);
    stage.cloud.clock.advance(-Duration::minutes(30));
    let page = Call::get("/services/ums").cookie(portal_cookie(&session));
    assert_eq!(
        stage.call(page).await.status,
        200,
        "the twin: only the time made the difference"
    );
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_of_use() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    for _ in 0..35 {
        stage.cloud.clock.advance(Duration::minutes(20));
        assert_eq!(me(&stage, &session).await, 200);
    }
    stage.cloud.clock.advance(Duration::minutes(20) - A_MOMENT);
    assert_eq!(me(&stage, &session).await, 200);
    stage.cloud.clock.advance(A_MOMENT);
    assert_eq!(me(&stage, &session).await, 401);
}

#[tokio::test]
async fn a_request_writes_nothing_but_a_sign_of_life_every_five_minutes() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let begun = seen(&stage).await;
    for step in [Duration::ZERO, Duration::minutes(5) - A_MOMENT] {
        stage.cloud.clock.advance(step);
        let before = stage.written();
        assert_eq!(me(&stage, &session).await, 200);
        for path in ["/", "/services/onboarding", "/users/idps"] {
            assert_eq!(
                stage
                    .call(Call::get(path).cookie(portal_cookie(&session)))
                    .await
                    .status,
                200
            );
        }
        assert!(stage.written() == before, "a look has written something");
        assert_eq!(seen(&stage).await, begun);
    }
    stage.cloud.clock.advance(A_MOMENT);
    assert_eq!(me(&stage, &session).await, 200);
    assert_eq!(seen(&stage).await - begun, Duration::minutes(5));
    let before = stage.written();
    assert_eq!(me(&stage, &session).await, 200);
    assert!(stage.written() == before);
}

#[tokio::test]
async fn a_visitor_leaves_no_trace() {
    let stage = Stage::open().await;
    let before = stage.written();
    for path in ["/login", "/webapp/login", "/", "/services/ums", "/nothing-here"] {
        let reply = stage.call(Call::get(path)).await;
        assert!(reply.headers.get("set-cookie").is_none(), "{path}");
    }
    for made_up in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "'; drop table sessions; --"] {
        assert_eq!(
            stage
                .call(Call::post(ME).form(&NOTHING).cookie(portal_cookie(made_up)))
                .await
                .status,
            401
        );
        assert_eq!(
            stage
                .call(Call::get("/login").cookie(portal_cookie(made_up)))
                .await
                .status,
            200
        );
    }
    assert!(stage.written() == before);
    // The twin: a refused form is kept, and so a cookie is given.
    let refused = stage
        .call(Call::submit(SIGN_IN).form(&credentials("wrong", "")))
        .await;
    assert!(refused.cookie("__Host-portal").is_some() && stage.written() != before);
}

/// What goes on longer than a request looks at its session again and again.
#[tokio::test]
async fn a_stream_of_events_ends_with_its_session() {
    let stage = Stage::open().await;
    let session = stage.ums_session(stage.superuser).await;
    let mut request = Call::get("/wums-app/device-events")
        .cookie(ums_cookie(&session))
        .request();
    request.extensions_mut().insert(client(1));
    let mut stream = stage.router.clone().oneshot(request).await.unwrap().into_body();
    let device = device(&stage.company, "00E0C54A1B2C").await;
    let _online = connect(&stage.company, device.id);
    let event = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    let event = String::from_utf8_lossy(&event).into_owned();
    assert!(
        event.contains(&device.id.to_string()) && event.contains("online"),
        "{event}"
    );

    let acting = stage.company.services.acting_as_unchecked(Actor::CommandLine);
    let mut tx = acting.begin().await.unwrap();
    sessions::revoke_all(&mut tx, stage.superuser).await.unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
    let end = async { while stream.frame().await.is_some() {} };
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), end).await;
    assert!(ended.is_ok(), "it goes on without a session");
}

#[tokio::test]
async fn a_session_may_have_eight_streams_of_events() {
    let stage = Stage::open().await;
    let (session, other) = (
        stage.ums_session(stage.superuser).await,
        stage.ums_session(stage.superuser).await,
    );
    let open = async |session: &str| {
        let mut request = Call::get("/wums-app/device-events")
            .cookie(ums_cookie(session))
            .request();
        request.extensions_mut().insert(client(1));
        stage.router.clone().oneshot(request).await.unwrap()
    };
    let mut streams = Vec::new();
    for number in 0..8 {
        let stream = open(&session).await;
        assert_eq!(stream.status(), 200, "{number}");
        streams.push(stream);
    }
    assert_eq!(open(&session).await.status(), 429);
    assert_eq!(open(&other).await.status(), 200, "another session has its own");
    drop(streams.pop());
    let again = open(&session).await;
    assert_eq!(again.status(), 200, "a tab was closed");
    assert_eq!(open(&session).await.status(), 429);
}

/// The newest sign of life of Contoso's Super Admin.
async fn seen(stage: &Stage) -> OffsetDateTime {
    let acting = stage.cloud.services.acting_as_unchecked(Actor::System("test"));
    let newest = sql!("select seen_at from sessions where holder = $1 order by seen_at desc limit 1");
    let mut tx = acting.read().await.unwrap();
    let (seen,): (OffsetDateTime,) = tx.one(newest, args![stage.contoso.admin]).await.unwrap();
    seen
}
