//! SEC-12 and F12: whatever an identity provider lies, nobody is onboarded, and the audit trail says why.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::world::idp::{Forge, Pen, encoded};
use crate::world::{EMAIL, World};

/// The lie in words, its token, and the word of the audit trail.
type Lie = (&'static str, Forge, &'static str);

fn with(claims: Value, name: &str, value: Value) -> String {
    let mut claims = claims;
    claims[name] = value;
    claims.to_string()
}

fn without(claims: Value, name: &str) -> String {
    let mut claims = claims;
    claims.as_object_mut().unwrap().remove(name);
    claims.to_string()
}

/// Honest claims under a header that says more, or otherwise.
fn headed(pen: &Pen<'_>, name: &str, value: Value, claims: &Value) -> String {
    let mut header = Pen::header();
    header[name] = value;
    pen.sign(&header.to_string(), &claims.to_string())
}

/// An honest header over claims of which one is different.
fn claiming(pen: &Pen<'_>, claims: Value, name: &str, value: Value) -> String {
    pen.sign(&Pen::header().to_string(), &with(claims, name, value))
}

fn lacking(pen: &Pen<'_>, claims: Value, name: &str) -> String {
    pen.sign(&Pen::header().to_string(), &without(claims, name))
}

/// Rightly signed claims in which one name stands twice.
fn twice(pen: &Pen<'_>, claims: &Value, more: &str) -> String {
    let text = claims.to_string();
    let open = text.trim_end_matches('}');
    pen.sign(&Pen::header().to_string(), &format!("{open},{more}}}"))
}

fn unsigned(algorithm: &str, claims: &Value) -> String {
    let header = json!({ "alg": algorithm, "typ": "JWT" }).to_string();
    format!("{}.{}.", encoded(&header), encoded(&claims.to_string()))
}

fn shift(claims: &Value, name: &str, seconds: i64) -> Value {
    json!(claims[name].as_i64().unwrap() + seconds)
}

/// What surrounds the claims.
const ENVELOPES: &[Lie] = &[
    ("alg none", |_, c| unsigned("none", &c), "bad_token"),
    ("alg None", |_, c| unsigned("None", &c), "bad_token"),
    ("alg empty", |_, c| unsigned("", &c), "bad_token"),
    (
        "alg in lower case",
        |pen, c| headed(pen, "alg", json!("es256"), &c),
        "bad_algorithm",
    ),
    (
        "HS256 keyed with the public key",
        |pen, c| pen.sign_symmetric(r#"{"alg":"HS256","kid":"k1"}"#, &c.to_string()),
        "bad_algorithm",
    ),
    (
        "signed by somebody else under the same key id",
        |pen, c| pen.sign_foreign(&Pen::header().to_string(), &c.to_string()),
        "bad_signature",
    ),
    (
        "signed by somebody else under no key id",
        |pen, c| pen.sign_foreign(r#"{"alg":"ES256"}"#, &c.to_string()),
        "bad_signature",
    ),
    (
        "an unknown key id",
        |pen, c| headed(pen, "kid", json!("k9"), &c),
        "bad_signature",
    ),
    (
        "a key id that is a path",
        |pen, c| headed(pen, "kid", json!("../../etc/passwd"), &c),
        "bad_signature",
    ),
    (
        "a key id that is a number",
        |pen, c| headed(pen, "kid", json!(1), &c),
        "bad_token",
    ),
    (
        "jku",
        |pen, c| headed(pen, "jku", json!("https://evil.example/jwks"), &c),
        "bad_token",
    ),
    (
        "x5u",
        |pen, c| headed(pen, "x5u", json!("https://evil.example/cert"), &c),
        "bad_token",
    ),
    (
        "x5c",
        |pen, c| headed(pen, "x5c", json!(["MIIB"]), &c),
        "bad_token",
    ),
    ("jwk", |pen, c| headed(pen, "jwk", pen.jwk(), &c), "bad_token"),
    (
        "crit",
        |pen, c| headed(pen, "crit", json!(["b64"]), &c),
        "bad_token",
    ),
    ("zip", |pen, c| headed(pen, "zip", json!("DEF"), &c), "bad_token"),
    (
        "the type of an access token",
        |pen, c| headed(pen, "typ", json!("at+jwt"), &c),
        "bad_token",
    ),
    (
        "the type of a log-out token",
        |pen, c| headed(pen, "typ", json!("logout+jwt"), &c),
        "bad_token",
    ),
    (
        "a token in the token",
        |pen, c| headed(pen, "cty", json!("JWT"), &c),
        "bad_token",
    ),
    (
        "encrypted around an unsigned one",
        |_, c| {
            format!(
                "{}.a.b.{}.c",
                encoded(&Pen::header().to_string()),
                encoded(&c.to_string())
            )
        },
        "bad_token",
    ),
    (
        "algorithm twice",
        |pen, c| pen.sign(r#"{"alg":"none","alg":"ES256","kid":"k1"}"#, &c.to_string()),
        "bad_token",
    ),
    (
        "another payload under the signature",
        |pen, c| {
            let honest = pen.sign(&Pen::header().to_string(), &c.to_string());
            let parts: Vec<&str> = honest.split('.').collect();
            let payload = encoded(&with(c, "email", json!("boss@contoso.example")));
            format!("{}.{payload}.{}", parts[0], parts[2])
        },
        "bad_signature",
    ),
    (
        "no signature",
        |pen, c| {
            let honest = pen.sign(&Pen::header().to_string(), &c.to_string());
            format!("{}.", honest.rsplit_once('.').unwrap().0)
        },
        "bad_token",
    ),
    (
        "1 MiB",
        |pen, c| claiming(pen, c, "pad", json!("a".repeat(1024 * 1024))),
        "bad_token",
    ),
    ("nothing", |_, _| String::new(), "bad_token"),
];

/// What is claimed, rightly signed.
const CLAIMS: &[Lie] = &[
    (
        "another issuer",
        |pen, c| claiming(pen, c, "iss", json!("https://evil.example")),
        "wrong_issuer",
    ),
    (
        "the issuer with a slash",
        |pen, c| claiming(pen, c, "iss", json!("https://login.contoso.example/")),
        "wrong_issuer",
    ),
    (
        "issuers",
        |pen, c| claiming(pen, c, "iss", json!(["https://login.contoso.example"])),
        "wrong_issuer",
    ),
    ("no issuer", |pen, c| lacking(pen, c, "iss"), "wrong_issuer"),
    (
        "another audience",
        |pen, c| claiming(pen, c, "aud", json!("other")),
        "wrong_audience",
    ),
    (
        "us and others",
        |pen, c| claiming(pen, c, "aud", json!(["obs-client", "other"])),
        "wrong_audience",
    ),
    (
        "nobody",
        |pen, c| claiming(pen, c, "aud", json!([])),
        "wrong_audience",
    ),
    ("no audience", |pen, c| lacking(pen, c, "aud"), "wrong_audience"),
    (
        "given to another client",
        |pen, c| claiming(pen, c, "azp", json!("other")),
        "wrong_authorized_party",
    ),
    (
        "the nonce of another sign-in",
        |pen, c| claiming(pen, c, "nonce", json!("other")),
        "wrong_nonce",
    ),
    ("no nonce", |pen, c| lacking(pen, c, "nonce"), "wrong_nonce"),
    (
        "over",
        |pen, c| {
            let mut early = c.clone();
            early["iat"] = shift(&c, "iat", -300);
            claiming(pen, early, "exp", shift(&c, "iat", -60))
        },
        "expired",
    ),
    ("no end", |pen, c| lacking(pen, c, "exp"), "bad_token"),
    (
        "an end in words",
        |pen, c| claiming(pen, c, "exp", json!("tomorrow")),
        "bad_token",
    ),
    (
        "of the future",
        |pen, c| {
            let later = shift(&c, "iat", 61);
            claiming(pen, c, "iat", later)
        },
        "not_yet_valid",
    ),
    (
        "of long ago",
        |pen, c| {
            let earlier = shift(&c, "iat", -661);
            claiming(pen, c, "iat", earlier)
        },
        "expired",
    ),
    (
        "not yet valid",
        |pen, c| {
            let later = shift(&c, "iat", 61);
            claiming(pen, c, "nbf", later)
        },
        "not_yet_valid",
    ),
    ("nobody's", |pen, c| lacking(pen, c, "sub"), "no_subject"),
    (
        "an empty subject",
        |pen, c| claiming(pen, c, "sub", json!("")),
        "no_subject",
    ),
    (
        "a subject with a line break",
        |pen, c| claiming(pen, c, "sub", json!("ada\nroot")),
        "no_subject",
    ),
    (
        "the subject twice",
        |pen, c| twice(pen, &c, r#""sub":"root""#),
        "bad_token",
    ),
    (
        "the e-mail twice, once escaped",
        |pen, c| twice(pen, &c, r#""\u0065mail":"boss@contoso.example""#),
        "bad_token",
    ),
    (
        "another access token",
        |pen, c| claiming(pen, c, "at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        "wrong_access_token",
    ),
    (
        "claims that are a list",
        |pen, _| pen.sign(&Pen::header().to_string(), "[]"),
        "bad_token",
    ),
];

/// Signs in for a run of its own: whether the device was told to go on, and the audit event of the failure.
async fn run(world: &World, number: usize) -> (bool, String) {
    world.hand.advance(Duration::seconds(4));
    let address = u8::try_from(number % 200).unwrap() + 20;
    let started = world.started_from(EMAIL, address).await;
    let left = world.go(&started).await;
    let back = world.back(&world.idp.sign_in(&left.url), &left.cookie).await;
    assert_eq!(
        (back.status, back.header(LOCATION)),
        (StatusCode::SEE_OTHER, "/result?lang=en")
    );
    let ready = matches!(
        world.poll(&started).await,
        protocol::onboarding::OnboardingState::Ready { .. }
    );
    let event = if ready {
        String::new()
    } else {
        world.cause(&started).await
    };
    (ready, event)
}

db_test! {
    Schema::Cloud,

    async fn sec_12_no_lie_onboards_a_device_and_the_truth_after_it_does(db: TestDb) {
        let world = World::new(&db).await;
        let lies = [ENVELOPES, CLAIMS].concat();
        assert!(lies.len() >= 40, "{}", lies.len());
        let (mut number, mut otherwise) = (0, Vec::new());
        for (name, forge, word) in &lies {
            world.idp.forge(*forge);
            let told = world.ums.heard.lock().unwrap().len();
            let (ready, event) = run(&world, number).await;
            assert!(!ready, "{name}");
            assert_eq!(world.ums.heard.lock().unwrap().len(), told, "{name}: the UMS was told");
            if !event.contains(&format!(r#""error":"{word}","reason":"provider""#)) {
                otherwise.push(format!("{name}: {event}"));
            }
            // The same keys and the same way, with the truth.
            world.idp.forge(|pen, claims| pen.sign(&Pen::header().to_string(), &claims.to_string()));
            let (ready, event) = run(&world, number + 1).await;
            assert!(ready, "after {name}: {event}");
            number += 2;
        }
        assert!(otherwise.is_empty(), "{otherwise:#?}");
        let (failed, issued) = (world.count("onboarding.failed").await, world.count("onboarding.token_issued").await);
        assert_eq!((failed, issued), (lies.len(), lies.len()));
    }
}
