use serde_json::{Value, json};

use crate::matrix::{Sample, rows};
use crate::requests::{ME, NOTHING, SIGN_IN, me, sign_in};
use crate::stage::{Call, Stage, portal_cookie, ums_cookie};

const OS_IDPS: &str = "/api/app/api/portal/os_idps/os_idps";
const REGISTER_OS_IDP: &str = "/api/app/api/portal/os_idps/register_os_idp";
const ROUTING_RECORD: &str = "/api/app/api/portal/routing/routing_record";
const ACTIVATE: &str = "/api/app/api/portal/activation/activate_onboarding";
const BODY_MAX: usize = 2 * 1024 * 1024;

/// SEC-28: a change has to come from a page of ours.
#[tokio::test]
async fn sec_28_what_another_site_sends_changes_nothing() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://localhost:8080"),
        ],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[],
    ];
    let ours: [&[(&str, &str)]; 2] = [
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "http://localhost:8080")],
    ];
    for row in [&rows::portal(), rows::WEB_APP]
        .concat()
        .into_iter()
        // Answers of SAML providers come from other sites: what guards them stands in `saml`.
        .filter(|row| row.method == "POST" && row.path != app::paths::SAML_ACS)
    {
        let call = |headers: &[(&str, &str)]| {
            let call = Call::post(row.path).without("sec-fetch-site");
            let call = headers
                .iter()
                .fold(call, |call, (name, value)| call.header(name, *value));
            let call = call.cookie(portal_cookie(&session));
            if matches!(row.sample, Sample::Multipart(_)) {
                call.multipart(&NOTHING)
            } else {
                call.form(&NOTHING)
            }
        };
        let before = stage.written();
        for headers in foreign {
            let reply = stage.call(call(headers)).await;
            assert_eq!(reply.status, 403, "{} {headers:?}", row.path);
            assert!(
                reply.body.contains("did not come from a page of ours"),
                "{}",
                reply.body
            );
        }
        assert!(stage.written() == before, "{}", row.path);
        if row.path.ends_with("/sign_out") {
            continue;
        }
        for headers in ours {
            let reply = stage.call(call(headers)).await;
            assert!(
                !reply.body.contains("did not come from a page of ours"),
                "{} {headers:?}",
                row.path
            );
        }
    }
    assert_eq!(
        me(&stage, &session).await,
        200,
        "nobody was signed out from elsewhere"
    );
}

/// The export of the UMS ID is audited: a foreign page must not be able to fill the audit trail with it.
#[tokio::test]
async fn no_other_site_leads_to_the_export_of_the_ums_id() {
    let stage = Stage::open().await;
    let session = stage.ums_session(stage.superuser).await;
    let export = async |site: Option<&str>| {
        let call = Call::get("/wums-app/ums-id").cookie(ums_cookie(&session));
        let call = site
            .into_iter()
            .fold(call, |call, site| call.header("sec-fetch-site", site));
        let before = stage.written();
        let reply = stage.call(call).await;
        (reply.status, stage.written() != before)
    };
    for site in ["cross-site", "same-site", "nonsense"] {
        assert_eq!(export(Some(site)).await, (403, false), "{site}");
    }
    for site in [Some("same-origin"), Some("none"), None] {
        assert_eq!(export(site).await, (200, true), "{site:?}");
    }
}

#[tokio::test]
async fn scripts_are_told_by_status_and_fault() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let none = stage.contoso.add(&stage.cloud, "app", &["app-portal-user"]).await;
    let none = stage.portal_session(none).await;
    let list = |call: Call| call.form(&[("query[search]", "")]);
    let fault = |body: &str| {
        let error: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("not JSON: {body}"));
        let fault = &error["fault"];
        fault
            .as_str()
            .or_else(|| fault.as_object()?.keys().next().map(String::as_str))
            .unwrap_or_else(|| panic!("no fault: {body}"))
            .to_owned()
    };
    let cases = [
        (list(Call::post(OS_IDPS)), 401, "sign_in"),
        (
            list(Call::post(OS_IDPS)).cookie(portal_cookie(&none)),
            403,
            "forbidden",
        ),
        (
            Call::post(ROUTING_RECORD)
                .form(&[("id", uuid::Uuid::nil().to_string())])
                .cookie(portal_cookie(&session)),
            404,
            "not_found",
        ),
        (
            Call::post(REGISTER_OS_IDP)
                .form(&[("draft[name]", "")])
                .cookie(portal_cookie(&session)),
            422,
            "invalid",
        ),
        (
            Call::post(ACTIVATE)
                .form(&NOTHING)
                .cookie(portal_cookie(&session)),
            409,
            "conflict",
        ),
    ];
    for (call, status, name) in cases {
        let reply = stage.call(call).await;
        assert_eq!(
            (reply.status, fault(&reply.body).as_str()),
            (status, name),
            "{}",
            reply.body
        );
    }
    let twin = stage
        .call(list(Call::post(OS_IDPS)).cookie(portal_cookie(&session)))
        .await;
    assert_eq!(twin.status, 200);
    assert!(serde_json::from_str::<Value>(&twin.body).unwrap()["rows"].is_array());
}

/// What cannot be read is the caller's fault, not ours.
#[tokio::test]
async fn nonsense_is_no_error_of_the_server() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let bodies: [(&str, Vec<u8>); 5] = [
        ("application/x-www-form-urlencoded", b"draft".to_vec()),
        (
            "application/x-www-form-urlencoded",
            b"draft[name=%FF%FE&&&=%".to_vec(),
        ),
        ("application/x-www-form-urlencoded", vec![0xff; 100]),
        ("application/json", json!({"draft": 7}).to_string().into_bytes()),
        ("text/plain", Vec::new()),
    ];
    for (kind, body) in bodies {
        for path in [REGISTER_OS_IDP, ROUTING_RECORD, OS_IDPS, SIGN_IN] {
            let before = stage.written();
            let call = Call::post(path)
                .body(kind, body.clone())
                .cookie(portal_cookie(&session));
            let reply = stage.call(call).await;
            assert!(
                (400..500).contains(&reply.status),
                "{path} {kind} {body:?}: {} {}",
                reply.status,
                reply.body
            );
            assert!(stage.written() == before);
            let form = Call::submit(path)
                .body(kind, body.clone())
                .cookie(portal_cookie(&session));
            let reply = stage.call(form).await;
            assert!(
                reply.status < 500,
                "{path} {kind}, without script: {}",
                reply.status
            );
            assert!(
                matches!(reply.header("location"), "" | "/login" | "/users/idps/new"),
                "{path}: {}",
                reply.header("location")
            );
            assert!(
                !reply.body.contains("deserializ") && !reply.body.contains("Qs"),
                "{}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn a_body_may_have_two_mebibytes() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let body = |length: usize| {
        let start = "draft[name]=x&draft[client_secret]=";
        start.to_owned() + &"a".repeat(length - start.len())
    };
    let form = "application/x-www-form-urlencoded";
    for (length, script, page) in [(BODY_MAX, 422, 303), (BODY_MAX + 1, 413, 413)] {
        let call = Call::post(REGISTER_OS_IDP)
            .body(form, body(length))
            .cookie(portal_cookie(&session));
        assert_eq!(stage.call(call).await.status, script, "{length} by script");
        let call = Call::submit(REGISTER_OS_IDP)
            .body(form, body(length))
            .cookie(portal_cookie(&session));
        assert_eq!(stage.call(call).await.status, page, "{length} without script");
    }
}

#[tokio::test]
async fn an_uploaded_form_may_have_one_mebibyte() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    for (length, status) in [(1024 * 1024 - 1000, 303), (1024 * 1024, 400)] {
        let text = "x".repeat(length);
        let call = Call::submit("/forms/routing")
            .multipart(&[("draft[name]", "A name"), ("draft[chain]", text.as_str())]);
        let reply = stage.call(call.cookie(portal_cookie(&session))).await;
        assert_eq!(reply.status, status, "{length}");
        // Neither is accepted; the smaller one was read and goes back to its form.
        assert_eq!(
            reply.header("location"),
            if status == 303 {
                "/services/onboarding/new"
            } else {
                ""
            }
        );
    }
}

#[tokio::test]
async fn methods_that_nobody_listed_do_not_exist() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let paths = [&rows::portal(), rows::WEB_APP].concat();
    for row in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if method == row.method {
                continue;
            }
            let call = Call::new(method, row.path)
                .header("sec-fetch-site", "same-origin")
                .cookie(portal_cookie(&session));
            let reply = stage.call(call).await;
            assert_eq!(reply.status, 405, "{method} {}", row.path);
        }
    }
    let page = Call::new("DELETE", "/services/ums")
        .header("sec-fetch-site", "same-origin")
        .cookie(portal_cookie(&session));
    assert_eq!(stage.call(page).await.status, 405);
    assert_eq!(
        stage
            .call(Call::get("/services/ums").cookie(portal_cookie(&session)))
            .await
            .status,
        200
    );
}

/// A form without script is posted to an endpoint that a form of ours names, or to none.
#[tokio::test]
async fn endpoints_without_a_form_take_none() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let reply = stage
        .call(Call::submit(ME).form(&NOTHING).cookie(portal_cookie(&session)))
        .await;
    assert_eq!((reply.status, reply.header("location")), (404, ""));
    assert_eq!(me(&stage, &session).await, 200);
}

#[tokio::test]
async fn an_error_of_ours_gives_a_number_and_nothing_else() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let (fine, page) = (
        stage
            .call(Call::post(ME).form(&NOTHING).cookie(portal_cookie(&session)))
            .await,
        stage
            .call(Call::get("/services/ums").cookie(portal_cookie(&session)))
            .await,
    );
    assert_eq!((fine.status, page.status), (200, 200));
    stage.cloud_db.close().await;

    let reply = stage
        .call(Call::post(ME).form(&NOTHING).cookie(portal_cookie(&session)))
        .await;
    assert_eq!(reply.status, 500);
    let error: Value = serde_json::from_str(&reply.body).unwrap();
    let incident = error["fault"]["internal"]["incident"].as_str().unwrap();
    assert_eq!(error, json!({"fault": {"internal": {"incident": incident}}}));
    assert!(
        incident.len() == 9 && incident.as_bytes()[4] == b'-',
        "{incident}"
    );

    for call in [
        Call::get("/services/ums"),
        Call::get("/wums-app/nothing"),
        Call::submit("/forms/routing").multipart(&NOTHING),
        Call::submit(SIGN_IN).form(&super::credentials("x", "")),
    ] {
        let reply = stage.call(call.cookie(portal_cookie(&session))).await;
        for word in ["sqlx", "pool", "Pool", "closed", "select ", "panicked", ".rs"] {
            assert!(!reply.body.contains(word), "{word}: {}", reply.body);
        }
    }
}
