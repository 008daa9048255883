use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::task::Poll;

use server::router::{self, Context};
use store::Schema;
use uuid::Uuid;

use crate::requests::sign_in;
use crate::stage::{Call, Reply, Stage, options, portal_cookie, tls::Port, ums_cookie};

const PORTAL: [&str; 17] = [
    "/",
    "/my-account",
    "/my-account/password",
    "/activate",
    "/services/onboarding",
    "/services/onboarding/new",
    "/services/ums",
    "/services/ums/new",
    "/users/administration",
    "/users/administration/invite",
    "/users/administration/invite-list",
    "/users/administration/add-role",
    "/users/administration/remove-role",
    "/users/overview",
    "/users/roles",
    "/users/idps",
    "/users/idps/new",
];
const WEB_APP: [&str; 3] = ["/webapp", "/webapp/devices", "/webapp/network"];

#[tokio::test]
async fn a_page_without_a_session_leads_to_the_sign_in() {
    let stage = Stage::open().await;
    let routing = format!("/services/onboarding/{}", stage.contoso.routing);
    for path in PORTAL
        .into_iter()
        .chain(WEB_APP)
        .chain([routing.as_str(), "/webapp/devices/nothing?tab=2"])
    {
        for method in ["GET", "HEAD"] {
            let reply = stage
                .call(Call::new(method, path).header("accept", "text/html"))
                .await;
            let login = if path.starts_with("/webapp") {
                "/webapp/login"
            } else {
                "/login"
            };
            let home = matches!(path, "/" | "/webapp");
            let wanted = path.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
            let to = if home {
                login.to_owned()
            } else {
                format!("{login}?next={wanted}")
            };
            assert_eq!(
                (reply.status, reply.header("location")),
                (303, to.as_str()),
                "{method} {path}"
            );
            assert!(!reply.body.contains("canary"), "{path}");
        }
    }
    let (portal, ums) = (sign_in(&stage).await, stage.ums_session(stage.superuser).await);
    for path in PORTAL {
        assert_eq!(
            stage
                .call(Call::get(path).cookie(portal_cookie(&portal)))
                .await
                .status,
            200,
            "{path}"
        );
        let crossed = stage
            .call(
                Call::get(path)
                    .cookie(portal_cookie(&ums))
                    .cookie(ums_cookie(&ums)),
            )
            .await;
        assert_eq!(crossed.status, 303, "{path} with a session of the UMS");
    }
    for path in WEB_APP {
        assert_eq!(
            stage.call(Call::get(path).cookie(ums_cookie(&ums))).await.status,
            200,
            "{path}"
        );
        let crossed = stage
            .call(
                Call::get(path)
                    .cookie(portal_cookie(&portal))
                    .cookie(ums_cookie(&portal)),
            )
            .await;
        assert_eq!(crossed.status, 303, "{path} with a session of the portal");
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_404_with_our_page() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    for path in [
        "/nothing-here",
        "/services",
        "/webapp/nothing-here",
        "/wums-app/nothing.js",
        "/api/nothing",
        "/../etc/passwd",
    ] {
        for call in [Call::get(path), Call::get(path).cookie(portal_cookie(&session))] {
            let reply = stage.call(call).await;
            assert_eq!(reply.status, 404, "{path}");
            assert!(
                reply.body.contains("There is nothing here"),
                "{path}: {}",
                reply.body
            );
            assert_secure_page(&reply);
        }
    }
}

#[tokio::test]
async fn a_missing_object_is_a_true_404_and_so_is_a_foreign_one() {
    let stage = Stage::open().await;
    let (session, ums) = (sign_in(&stage).await, stage.ums_session(stage.superuser).await);
    let record = |id: String| Call::get(format!("/services/onboarding/{id}")).cookie(portal_cookie(&session));
    let own = stage.call(record(stage.contoso.routing.to_string())).await;
    assert_eq!(own.status, 200);
    assert!(own.body.contains("canary of Contoso"));
    let foreign = stage.call(record(stage.fabrikam.routing.to_string())).await;
    let missing = stage.call(record(Uuid::nil().to_string())).await;
    for reply in [&foreign, &missing] {
        assert_eq!(reply.status, 404);
        assert!(
            reply.body.contains("There is nothing here") && !reply.body.contains("Fabrikam"),
            "{}",
            reply.body
        );
    }
    assert_eq!(stage.call(record("no-id-at-all".to_owned())).await.status, 404);
    let device = Call::get(format!("/webapp/devices/{}", Uuid::nil())).cookie(ums_cookie(&ums));
    assert_eq!(stage.call(device).await.status, 404);
}

#[tokio::test]
async fn a_page_that_no_role_allows_is_a_403() {
    let stage = Stage::open().await;
    let user = stage.contoso.add(&stage.cloud, "ums", &["ums-admin"]).await;
    let session = stage.portal_session(user).await;
    let page = |path: &str| Call::get(path).cookie(portal_cookie(&session));
    for (path, status) in [
        ("/services/ums", 200),
        ("/services/onboarding", 403),
        ("/users/idps", 403),
        ("/", 200),
    ] {
        let reply = stage.call(page(path)).await;
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(
            reply.body.contains("canary of Contoso"),
            path == "/services/ums",
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_page_has_a_policy_and_a_nonce_of_its_own() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let mut nonces = BTreeSet::new();
    let pages: Vec<_> = PORTAL
        .into_iter()
        .chain(["/login", "/webapp/login", "/login"])
        .collect();
    for path in &pages {
        let reply = stage.call(Call::get(*path).cookie(portal_cookie(&session))).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_secure_page(&reply);
        nonces.insert(nonce(&reply));
    }
    assert_eq!(nonces.len(), pages.len(), "a nonce was used again");
}

/// A page waits for the database again and again; what the same thread answers meanwhile must not take its headers.
#[tokio::test]
async fn a_file_that_is_answered_meanwhile_leaves_a_page_its_policy() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join("style.css"), "a {}").unwrap();
    let mut options = options();
    options.site_root = site.path().to_str().unwrap().into();
    let here = Context {
        cloud: Some(stage.cloud.services.clone()),
        company: None,
    };
    let pages = router::portal(&stage.cloud.services, &options);
    let listener = router::listener(pages, &options, here, Vec::new());

    let mut page = Box::pin(
        Call::get("/users/overview")
            .cookie(portal_cookie(&session))
            .send(&listener),
    );
    let mut files = 0;
    let page = loop {
        if let Poll::Ready(reply) = futures::poll!(&mut page) {
            break reply;
        }
        let file = Call::get("/style.css").send(&listener).await;
        assert_eq!((file.status, file.body.as_str()), (200, "a {}"));
        assert_eq!(
            file.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
        );
        files += 1;
    };
    assert!(files > 1, "the page never waited");
    assert_eq!(page.status, 200);
    assert_secure_page(&page);
}

/// A page that is wanted is kept up to two kibibytes.
#[tokio::test]
async fn an_endless_address_is_not_kept_for_after_the_sign_in() {
    let stage = Stage::open().await;
    let page = "/services/ums?search=";
    for (length, kept) in [(2048, true), (2049, false)] {
        let path = page.to_owned() + &"x".repeat(length - page.len());
        let reply = stage.call(Call::get(path)).await;
        let location = reply.header("location");
        assert_eq!(reply.status, 303);
        assert!(location.starts_with("/login"), "{location}");
        assert_eq!(location.contains("next="), kept, "{length}");
    }
}

/// Ruling 4: browsers keep to HTTPS where the system says that it is reached so, never for loopback names or the UMS's own port.
#[tokio::test]
async fn browsers_are_told_to_keep_to_https() {
    let stage = Stage::open().await;
    let told = |reply: &Reply| reply.header("strict-transport-security").to_owned();
    let plain = stage.call(Call::get("/login")).await;
    assert_eq!(
        (plain.status, told(&plain).as_str()),
        (200, ""),
        "http://localhost"
    );
    let service = Call::get("/").send(&stage.onboarding).await;
    assert_eq!(told(&service), "max-age=31536000", "https://obs.example");
    let port = Port::open(&stage).await;
    let ums = port.call(None, Call::get("/webapp/login")).await.unwrap();
    assert_eq!((ums.status, told(&ums).as_str()), (200, ""));

    let db = test_support::db::sqlite(Schema::Cloud).await;
    let settings = portal::Settings {
        portal_url: "https://portal.contoso.example".to_owned(),
        onboarding_url: String::new(),
        trusted_domains: BTreeMap::new(),
    };
    let cloud = test_support::services::cloud(&db, Arc::new(portal::Users)).await;
    let cloud = cloud.with(settings);
    let here = Context {
        cloud: Some(cloud.services.clone()),
        company: None,
    };
    let pages = router::portal(&cloud.services, &options());
    let listener = router::listener(pages, &options(), here, Vec::new());
    for path in ["/login", "/services/ums", "/no-such-file.css"] {
        let reply = Call::get(path).send(&listener).await;
        assert_eq!(told(&reply), "max-age=31536000", "{path}");
    }
}

/// What is no page may do nothing.
#[tokio::test]
async fn other_answers_have_a_policy_that_allows_nothing() {
    let stage = Stage::open().await;
    let calls = [
        Call::post(super::ME).form(&super::NOTHING),
        Call::get("/wums-app/chain"),
        Call::post("/preferences").form(&[("lang", "de")]),
        Call::get("/services/ums"),
    ];
    for call in calls {
        let reply = stage.call(call).await;
        assert_eq!(
            reply.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
        );
        assert_general_headers(&reply);
    }
}

#[tokio::test]
async fn preferences_are_kept_and_lead_back_to_a_page_of_ours() {
    let stage = Stage::open().await;
    let set =
        |back: &str| Call::post("/preferences").form(&[("lang", "de"), ("theme", "dark"), ("back", back)]);
    for (back, to) in [
        ("/services/ums", "/services/ums"),
        ("/login", "/login"),
        ("/reset-password?token=a-b_c", "/reset-password?token=a-b_c"),
        ("/forgot-password\r\nX: y", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
    ] {
        let reply = stage.call(set(back)).await;
        assert_eq!((reply.status, reply.header("location")), (303, to));
        assert!(reply.cookie("lang").unwrap().0 == "de" && reply.cookie("theme").unwrap().0 == "dark");
    }
    let german = stage
        .call(Call::get("/login").cookie(("lang", "de".to_owned())))
        .await;
    let english = stage.call(Call::get("/login")).await;
    assert!(
        german.body.contains("lang=\"de\"") && german.body.contains("Anmelden"),
        "{}",
        german.body
    );
    assert!(english.body.contains("lang=\"en\"") && english.body.contains("Log in"));
    let nonsense = stage
        .call(Call::post("/preferences").form(&[("lang", "xx;Domain=evil.example"), ("zone", "99999")]))
        .await;
    assert!(nonsense.headers.get("set-cookie").is_none());
}

/// For load balancers and monitors, on the UMS port.
#[tokio::test]
async fn a_ums_says_how_it_is() {
    let stage = Stage::open().await;
    let port = Port::open(&stage).await;
    let check = port.call(None, Call::get("/ums/check-status")).await.unwrap();
    assert_eq!((check.status, check.body.as_str()), (200, "{\"status\":\"ok\"}"));
    assert_eq!(check.header("cache-control"), "no-store");
    let info = port.call(None, Call::get("/info")).await.unwrap();
    assert_eq!(info.status, 200);
    assert!(
        info.body.contains("IGEL Universal Management Suite")
            && !info.body.contains(env!("CARGO_PKG_VERSION"))
    );
    let app = port.call(None, Call::get("/webapp")).await.unwrap();
    assert_eq!((app.status, app.header("location")), (303, "/webapp/login"));
    for path in [
        "/device-connector",
        "/device-connector/nothing",
        "/device-connector/device/.well-known/est/fullcmc",
    ] {
        assert_eq!(
            port.call(None, Call::get(path)).await.unwrap().status,
            404,
            "{path}"
        );
    }
    stage.company_db.close().await;
    stage.company.clock.advance(time::Duration::seconds(10));
    let check = port.call(None, Call::get("/ums/check-status")).await.unwrap();
    assert_eq!((check.status, check.body.as_str()), (200, "{\"status\":\"err\"}"));
}

fn nonce(reply: &Reply) -> String {
    let policy = reply.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    nonce
        .unwrap_or_else(|| panic!("no nonce in {policy:?}"))
        .to_owned()
}

/// Every script carries the nonce of the page's policy; nothing is written inline that the policy forbids.
#[track_caller]
fn assert_secure_page(reply: &Reply) {
    let policy = reply.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "'strict-dynamic'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval'\u{20}"),
        "{policy}"
    );
    let nonce = nonce(reply);
    assert!(nonce.len() >= 22, "{nonce} is too short to be random");
    let scripts = reply
        .body
        .split("<script")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default());
    let mut count = 0;
    for script in scripts {
        assert!(script.contains(&format!("nonce=\"{nonce}\"")), "<script{script}>");
        count += 1;
    }
    assert!(count > 0, "a page without its script");
    let tags = || {
        reply
            .body
            .split('<')
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap_or_default())
    };
    assert!(tags().all(|tag| !tag.contains(" style=") && !tag.contains(" onclick=")));
    assert_general_headers(reply);
}

#[track_caller]
fn assert_general_headers(reply: &Reply) {
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in expected {
        assert_eq!(reply.header(name), value, "{name}");
    }
    assert_eq!(reply.header("x-request-id").len(), 16);
    assert!(reply.headers.get("server").is_none());
}
