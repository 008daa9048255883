//! Signing in at a company's provider, as browsers do it: the answer is a POST of another site.

use store::{args, sql};
use test_support::saml::{SamlPerson, asked};

use crate::requests::{SIGN_IN, me};
use crate::stage::tenant::SAML_IDP;
use crate::stage::{Call, PASSWORD, Reply, Stage, portal_cookie};

const ACS: &str = "/saml/acs";
const ADA: &str = "ada@contoso.test";

/// What a browser posts from the provider's page: none of our cookies comes along that is not meant to.
fn from_provider(fields: &[(&str, &str)]) -> Call {
    Call::new("POST", ACS)
        .header("accept", "text/html")
        .header("origin", "https://idp.example")
        .header("sec-fetch-site", "cross-site")
        .form(fields)
}

/// Begins without script: the page that goes on, and the cookie that binds it to the browser.
async fn begin(stage: &Stage, email: &str) -> (Reply, (&'static str, String)) {
    let fields = [
        ("draft[user]", email),
        ("draft[password]", ""),
        ("draft[next]", "/services/ums"),
    ];
    let reply = stage.call(Call::submit(SIGN_IN).form(&fields)).await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, "/login/company"),
        "{reply:?}"
    );
    let (value, attributes) = reply.cookie("__Host-saml").unwrap();
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=None", "Max-Age=900"] {
        assert!(attributes.contains(attribute), "{attribute} in {attributes}");
    }
    let cookie = (portal::federated::COOKIE, value);
    let page = stage
        .call(Call::get("/login/company").cookie(cookie.clone()))
        .await;
    assert_eq!(page.status, 200);
    (page, cookie)
}

/// The address on the page that goes on.
fn url(page: &Reply) -> String {
    let start = page.body.find("https://idp.example/sso").unwrap();
    let rest = &page.body[start..];
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

async fn stage() -> Stage {
    let stage = Stage::open().await;
    stage.contoso.active_saml_idp(&stage.cloud, 1).await;
    let mut tx = stage.contoso.acting(&stage.cloud).begin().await.unwrap();
    tx.execute_one(sql!("update saml_idps set issuer = $1"), args![SAML_IDP.issuer])
        .await
        .unwrap();
    tx.commit_without_event_because("a test").await.unwrap();
    let user = domain::user::UserDraft {
        email: ADA.to_owned(),
        roles: vec!["ums-admin".to_owned()],
        language: "de".to_owned(),
        ..domain::user::UserDraft::default()
    };
    portal::users::add(&stage.contoso.acting(&stage.cloud), user, PASSWORD)
        .await
        .unwrap();
    stage
}

#[tokio::test]
async fn t_13_the_answer_of_another_site_starts_a_session_in_the_browser_that_asked() {
    let stage = stage().await;
    let (page, cookie) = begin(&stage, ADA).await;
    let url = url(&page);
    assert!(page.body.contains("http-equiv=\"refresh\""), "{}", page.body);
    let asked = asked(&url);
    assert_eq!(asked.acs, "http://localhost:8080/saml/acs");
    let response = SAML_IDP.answer(&asked, &SamlPerson::new("ada", ADA), stage.cloud.services.now());
    let fields = [
        ("SAMLResponse", response.as_str()),
        ("RelayState", asked.relay_state.as_str()),
    ];

    let elsewhere = stage.call(from_provider(&fields)).await;
    assert_eq!(
        (elsewhere.status, elsewhere.header("location")),
        (303, "/login/refused?cause=unknown")
    );
    assert!(elsewhere.cookie("__Host-portal").is_none());

    let here = stage.call(from_provider(&fields).cookie(cookie.clone())).await;
    assert_eq!((here.status, here.header("location")), (303, "/services/ums"));
    let (session, attributes) = here.cookie("__Host-portal").unwrap();
    assert!(
        attributes.contains("SameSite=Lax") && attributes.contains("HttpOnly"),
        "{attributes}"
    );
    assert_eq!(here.cookie("lang").unwrap().0, "de");
    assert_eq!(me(&stage, &session).await, 200);
    let again = stage.call(from_provider(&fields).cookie(cookie)).await;
    assert_eq!(again.header("location"), "/login/refused?cause=unknown");
    // Its twin: nothing else takes a form of another site.
    let form = [
        ("draft[user]", "admin@contoso.example"),
        ("draft[password]", PASSWORD),
    ];
    let foreign = Call::new("POST", SIGN_IN)
        .header("accept", "text/html")
        .header("sec-fetch-site", "cross-site")
        .form(&form);
    assert_eq!(stage.call(foreign).await.status, 403);
    let below = Call::new("POST", "/saml/acs/x").header("sec-fetch-site", "cross-site");
    assert_ne!(stage.call(below).await.status, 303);
}

#[tokio::test]
async fn every_refusal_has_a_page_with_cause_and_next_step() {
    let stage = Stage::open().await;
    for why in domain::sign_in::Refused::ALL {
        let page = stage.call(Call::get(app::paths::login_refused(why))).await;
        assert_eq!(page.status, 200, "{why:?}");
        assert!(
            page.body.contains("You are not logged in") && page.body.contains("/login"),
            "{why:?}"
        );
    }
    let strange = stage.call(Call::get("/login/refused?cause=%3Cscript%3E")).await;
    assert!(strange.body.contains("This log-in has ended") && !strange.body.contains("<script>alert"));
}

#[tokio::test]
async fn the_domain_decides_between_password_and_provider_and_nothing_else() {
    let stage = stage().await;
    let first = stage.call(Call::get("/login")).await;
    assert!(
        first.body.contains("autocomplete=\"username\"")
            && first.body.contains("autocomplete=\"current-password\"")
    );
    assert!(first.body.contains("<div hidden"), "{}", first.body);

    // At the provider's domain known and unknown people alike; elsewhere a password is asked for, of both alike.
    for email in [ADA, "nobody@contoso.test", "NOBODY@Contoso.test"] {
        begin(&stage, email).await;
    }
    let mut pages = Vec::new();
    for email in ["admin@contoso.example", "nobody@contoso.example"] {
        let asked = Call::submit(SIGN_IN).form(&[("draft[user]", email), ("draft[password]", "")]);
        let reply = stage.call(asked).await;
        assert_eq!((reply.status, reply.header("location")), (303, "/login"));
        let (kept, _) = reply.cookie("__Host-portal").unwrap();
        let page = stage.call(Call::get("/login").cookie(portal_cookie(&kept))).await;
        assert!(
            page.body.contains(&format!("value=\"{email}\"")) && !page.body.contains("<div hidden"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("Please fill this in"), "{}", page.body);
        // A second time it is missing.
        let again =
            Call::submit(SIGN_IN).form(&[("draft[user]", email), ("draft[password]", ""), ("way", "asked")]);
        let (kept, _) = stage.call(again).await.cookie("__Host-portal").unwrap();
        let again = stage.call(Call::get("/login").cookie(portal_cookie(&kept))).await;
        assert!(again.body.contains("Please fill this in"), "{}", again.body);
        pages.push(page.body.replace(email, ""));
    }
    let bare = |page: &str| page.split("nonce").count();
    assert_eq!(bare(&pages[0]), bare(&pages[1]));
    let step = Call::post(SIGN_IN).form(&[("draft[user]", "nobody@contoso.example")]);
    let step = stage.call(step).await;
    assert_eq!((step.status, step.body.as_str()), (200, "\"password\""));
    // By script.
    let call = |email: &str, way: &str| {
        Call::post(SIGN_IN).form(&[
            ("draft[user]", email),
            ("draft[password]", PASSWORD),
            ("way", way),
        ])
    };
    let company = stage.call(call(ADA, "")).await;
    assert_eq!(company.status, 200);
    assert!(company.body.contains("https://idp.example/sso") && company.cookie("__Host-portal").is_none());
    // The way by password is for those whose password counts.
    assert_eq!(stage.call(call(ADA, "password")).await.status, 422);
    let admin = stage.call(call("admin@contoso.example", "password")).await;
    assert_eq!(admin.status, 200);
    assert!(admin.cookie("__Host-portal").is_some());
    let without = stage.call(Call::get("/login/company")).await;
    assert_eq!(without.status, 404);
}

#[tokio::test]
async fn an_answer_may_have_half_a_mebibyte_and_no_more() {
    let stage = stage().await;
    let waiting = async || {
        let mut tx = stage.contoso.acting(&stage.cloud).read().await.unwrap();
        tx.scalar::<i64>(sql!("select count(*) from saml_requests"), args![])
            .await
            .unwrap()
    };
    let (page, cookie) = begin(&stage, ADA).await;
    let relay_state = asked(&url(&page)).relay_state;
    let start = format!("RelayState={relay_state}&SAMLResponse=");
    let bring = |bytes: usize| {
        let body = start.clone() + &"x".repeat(bytes - start.len());
        Call::new("POST", ACS)
            .header("sec-fetch-site", "cross-site")
            .body("application/x-www-form-urlencoded", body)
            .cookie(cookie.clone())
    };
    let refused = stage.call(bring(512 * 1024 + 1)).await;
    assert_eq!(refused.header("location"), "/login/refused?cause=answer");
    assert_eq!(waiting().await, 1, "nobody has looked at it");
    let read = stage.call(bring(512 * 1024)).await;
    assert_eq!(read.header("location"), "/login/refused?cause=answer");
    assert_eq!(waiting().await, 0);
}

#[tokio::test]
async fn our_metadata_stand_at_our_entity_id() {
    let stage = Stage::open().await;
    let reply = stage.call(Call::get("/saml/metadata")).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "application/samlmetadata+xml")
    );
    assert!(
        reply
            .body
            .contains("entityID=\"http://localhost:8080/saml/metadata\""),
        "{}",
        reply.body
    );
    assert!(reply.body.contains("http://localhost:8080/saml/acs"));
}
