//! SEC-14: whatever a form carries and whoever sent it, we lead to pages of ours only.

use url::Url;

use crate::matrix::{Row, Sample, rows};
use crate::requests::{NOTHING, SIGN_IN, credentials, sign_in};
use crate::stage::{Call, PASSWORD, Reply, Stage, portal_cookie, ums_cookie};

/// Where nobody is to be led. Also what a browser would make of it is looked at, not only the letters.
const ELSEWHERE: [&str; 60] = [
    "https://evil.example",
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https://localhost:8080@evil.example",
    "https://localhost:8080.evil.example",
    "https://evil.example#localhost:8080",
    "https://evil.example?localhost:8080",
    "http://localhost:8080/services/ums",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/services/ums",
    "//localhost:8080@evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "\\evil.example",
    "/\\/evil.example",
    "//\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    " https://evil.example",
    "\u{0}//evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/%2f/evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/services/ums/..//evil.example",
    "/services/../..//evil.example",
    "/services//evil.example",
    "/;//evil.example",
    "@evil.example",
    ":80//evil.example",
    ".evil.example",
    "evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://evil.example/1",
    "／／evil.example",
    "/／evil.example",
    "/\u{2215}evil.example",
    "/services/ums\r\nSet-Cookie: a=b",
    "/services/ums\r\n\r\n<script>alert(1)</script>",
    "/services/ums\u{0}.evil.example",
    "/login?next=https://evil.example",
];

/// Leads to a page of ours, in the letters of the header and as browsers read it.
fn stays(reply: &Reply, place: &str) {
    let Some(location) = reply.headers.get("location") else {
        return;
    };
    let location = location
        .to_str()
        .unwrap_or_else(|_| panic!("{place}: {location:?}"));
    let here = Url::parse("http://localhost:8080/somewhere/else").unwrap();
    let there = here.join(location).unwrap();
    assert_eq!(there.origin(), here.origin(), "{place}: {location}");
    let plain = location.starts_with('/') && !location.starts_with("//") && !location.contains('\\');
    assert!(
        plain && location.is_ascii() && !location.contains(char::is_control),
        "{place}: {location}"
    );
    // A word that was carried along stands escaped in a parameter, and nowhere else.
    let path = location.split(['?', '#']).next().unwrap();
    assert!(!path.contains("evil"), "{place}: {location}");
    assert!(
        reply
            .headers
            .get_all("set-cookie")
            .iter()
            .all(|cookie| !cookie.to_str().unwrap().starts_with("a="))
    );
}

/// The endpoints that take forms without script: SAML's answers come from elsewhere by their nature.
fn forms() -> Vec<Row> {
    let all = [rows::portal(), rows::OPERATOR.to_vec(), rows::WEB_APP.to_vec()].concat();
    all.into_iter()
        .filter(|row| {
            row.method == "POST" && row.path != app::paths::SAML_ACS && !row.path.ends_with("/sign_out")
        })
        .collect()
}

#[tokio::test]
async fn sec_14_no_address_in_a_form_leads_elsewhere() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let signing_in = [
        (SIGN_IN, "admin@contoso.example", "/"),
        (
            "/wums-app/api/app/api/ums/session/sign_in",
            "root",
            "/webapp/devices",
        ),
        (
            "/operator/api/app/api/operator/session/sign_in",
            "operator@vendor.example",
            "/operator",
        ),
    ];
    for elsewhere in ELSEWHERE {
        for (path, user, home) in signing_in {
            for password in [PASSWORD, "wrong"] {
                let fields = [
                    ("draft[user]", user),
                    ("draft[password]", password),
                    ("draft[next]", elsewhere),
                ];
                let reply = stage.call(Call::submit(path).form(&fields)).await;
                stays(&reply, &format!("{path} {elsewhere:?}"));
                let location = reply.header("location");
                assert!(
                    password != PASSWORD || location.starts_with(home) && !location.contains("evil"),
                    "{location}"
                );
                let script = stage.call(Call::post(path).form(&fields)).await;
                stays(&script, &format!("{path} by script, {elsewhere:?}"));
            }
        }
        for path in ["/preferences", "/wums-app/preferences"] {
            let reply = stage
                .call(Call::post(path).form(&[("lang", "de"), ("back", elsewhere)]))
                .await;
            stays(&reply, &format!("{path} {elsewhere:?}"));
        }
        let view = [
            ("list", "people"),
            ("act", "save"),
            ("name", "All"),
            ("back", elsewhere),
        ];
        let choices = forms()
            .into_iter()
            .filter(|row| row.path.contains("list_choice") || row.path.contains("lists"));
        for row in choices {
            let reply = stage
                .call(Call::submit(row.path).form(&view).cookie(portal_cookie(&session)))
                .await;
            stays(&reply, &format!("{} {elsewhere:?}", row.path));
        }
    }
    // Where somebody is led to who asks for a page of ours.
    let good = stage
        .call(Call::submit(SIGN_IN).form(&credentials(PASSWORD, "/services/ums")))
        .await;
    assert_eq!((good.status, good.header("location")), (303, "/services/ums"));
    let back = stage
        .call(Call::post("/preferences").form(&[("lang", "de"), ("back", "/services/ums")]))
        .await;
    assert_eq!((back.status, back.header("location")), (303, "/services/ums"));
}

/// `leptos_axum` leads forms without script back to the Referer and hangs the error on it: another site would get both.
#[tokio::test]
async fn sec_14_no_form_leads_back_to_a_foreign_referer() {
    let stage = Stage::open().await;
    let session = sign_in(&stage).await;
    let ums = stage.ums_session(stage.superuser).await;
    let (mut led, forms) = (0, forms());
    for row in &forms {
        for (number, referer) in [
            "https://evil.example/phish?x=1",
            "//evil.example",
            "http://localhost:8080.evil.example/",
        ]
        .into_iter()
        .enumerate()
        {
            // What says which object a form is about becomes part of the address that it leads back to.
            let about = ELSEWHERE[(led + number) % ELSEWHERE.len()];
            let fields = [
                "id",
                "record",
                "token",
                "next",
                "back",
                "draft[next]",
                "draft[token]",
                "draft[id]",
                "draft[record]",
            ]
            .map(|name| (name, about));
            let filled = |fields: &[(&str, &str)]| {
                let call = Call::submit(row.path).header("referer", referer);
                if matches!(row.sample, Sample::Multipart(_) | Sample::MultipartAbout(..)) {
                    call.multipart(fields)
                } else {
                    call.form(fields)
                }
            };
            for call in [filled(&NOTHING), filled(&fields)] {
                let signed_in = call.cookie(portal_cookie(&session)).cookie(ums_cookie(&ums));
                let reply = stage.call(signed_in).await;
                stays(&reply, &format!("{} from {referer} about {about:?}", row.path));
                assert!(reply.status < 500, "{}: {}", row.path, reply.body);
                assert!(!reply.body.contains("evil.example/phish"), "{}", row.path);
                led += usize::from(reply.headers.contains_key("location"));
            }
            let reply = stage.call(filled(&fields)).await;
            stays(&reply, &format!("{} without a session", row.path));
        }
    }
    assert!(
        led > forms.len(),
        "{led} of {} forms were led somewhere",
        forms.len()
    );
}
