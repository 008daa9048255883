//! Tokens: one UMS, one key, five minutes; and how a UMS proves itself.

use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pki::{Authority, KeyKind};
use protocol::onboarding::TokenClaims;
use serde_json::{Value, json};
use store::Schema;
use test_support::db_test;
use time::Duration;

use crate::world::World;
use crate::world::ums::{Mood, another_id, assertion, claims};

const KEY: &str = "aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11";
const OTHER_KEY: &str = "bb22aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11";
const OK: StatusCode = StatusCode::OK;
const NO_TOKEN: StatusCode = StatusCode::FORBIDDEN;
const NOT_A_UMS: StatusCode = StatusCode::UNAUTHORIZED;

db_test! {
    Schema::Cloud,

    async fn the_first_key_takes_the_token_and_may_ask_again(db: TestDb) {
        let world = World::new(&db).await;
        let (started, token) = world.ready().await;
        assert_eq!(world.ums.ask(&token, None).await.status, OK, "an announcement may be asked for again");
        let first = world.ums.ask(&token, Some(KEY)).await;
        assert_eq!(first.status, OK);
        assert_eq!(world.ums.ask(&token, Some(OTHER_KEY)).await.status, NO_TOKEN);
        assert_eq!(world.ums.ask(&token, None).await.status, NO_TOKEN, "it is not announced any more");
        let again = world.ums.ask(&token, Some(&KEY.to_uppercase())).await;
        assert_eq!((again.status, again.text), (OK, first.text), "a lost answer strands nobody (ruling 19)");
        // The device may still fetch what it has lost.
        assert_eq!(world.token(&started).await, token);
        assert_eq!(world.ums.ask("unknown-token", Some(KEY)).await.status, NO_TOKEN);
    }

    async fn after_five_minutes_it_is_of_no_use_to_anybody(db: TestDb) {
        let world = World::new(&db).await;
        let (started, token) = world.ready().await;
        let until: TokenClaims = serde_json::from_str(&world.ums.ask(&token, None).await.text).unwrap();
        world.hand.advance(Duration::minutes(5) - Duration::milliseconds(1));
        let asked: TokenClaims = serde_json::from_str(&world.ums.ask(&token, None).await.text).unwrap();
        assert_eq!(asked.expires_at, until.expires_at, "asking again wins no time");
        assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, OK);
        world.hand.advance(Duration::milliseconds(1));
        assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, NO_TOKEN);
        let (code, message) = world.failure(&started).await;
        assert_eq!(code, 38, "{message}");
    }

    async fn it_has_to_be_asked_for_within_five_minutes_before_anybody_redeems_it(db: TestDb) {
        let world = World::new(&db).await;
        world.ums.be(Mood::Slow);
        for (waited, status) in [(Duration::minutes(5) - Duration::milliseconds(1), OK), (Duration::minutes(5), NO_TOKEN)] {
            let started = world.started().await;
            let left = world.go(&started).await;
            let back = world.idp.sign_in(&left.url);
            tokio::select! {
                _ = world.back(&back, &left.cookie) => panic!("the UMS is slow"),
                () = world.ums.asked.notified() => {}
            }
            let token = world.ums.told.lock().unwrap().clone();
            assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, NO_TOKEN, "not announced yet");
            world.hand.advance(waited);
            assert_eq!(world.ums.ask(&token, None).await.status, status);
            assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, status);
        }
    }

    async fn another_ums_cannot_use_it(db: TestDb) {
        let world = World::new(&db).await;
        let other = another_id(&world.ums.clock);
        world.register_ums(&other.certificate.pem(), "Second UMS").await;
        let (_, token) = world.ready().await;
        for key in [None, Some(KEY)] {
            let theirs = assertion(&other, &claims(&other, &world.ums.clock));
            assert_eq!(world.ums.ask_with(&token, key, &theirs).await.status, NO_TOKEN);
        }
        assert_eq!(world.count("onboarding.token_refused").await, 2);
        assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, OK);
    }

    async fn a_ums_learns_whether_it_is_registered_and_nothing_of_others(db: TestDb) {
        let world = World::new(&db).await;
        let (id, clock) = (&world.ums.id, &world.ums.clock);
        let good = assertion(id, &claims(id, clock));
        let answer = world.ums.registration(&good).await;
        assert_eq!(answer.status, OK);
        let found: protocol::onboarding::UmsRegistration = serde_json::from_str(&answer.text).unwrap();
        assert!(!found.name.is_empty() && !found.insight, "{found:?}");
        assert_eq!(world.ums.registration(&good).await.status, NOT_A_UMS, "an assertion counts once");
        let stranger = another_id(clock);
        let stolen = assertion(&stranger, &claims(id, clock));
        let unknown = assertion(&stranger, &claims(&stranger, clock));
        for wrong in [stolen.as_str(), unknown.as_str(), "x"] {
            assert_eq!(world.ums.registration(wrong).await.status, NOT_A_UMS);
        }
        assert_eq!(world.ums.registration(&assertion(id, &claims(id, clock))).await.status, OK);
    }

    async fn an_assertion_proves_one_registered_ums_once(db: TestDb) {
        let world = World::new(&db).await;
        let (_, token) = world.ready().await;
        let (id, clock) = (&world.ums.id, &world.ums.clock);
        let with = |claim: &str, value: Value| {
            let mut changed = claims(id, clock);
            changed[claim] = value;
            assertion(id, &changed)
        };
        let now = clock.now().unix_timestamp();
        let stranger = another_id(clock);
        let stolen_name = assertion(&stranger, &claims(id, clock));
        let good = assertion(id, &claims(id, clock));
        let (head, body, _) = { let mut parts = good.split('.'); (parts.next().unwrap(), parts.next().unwrap(), parts.next()) };
        let none = base64("{\"alg\":\"none\"}");
        let symmetric = jsonwebtoken::encode(
            &jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256),
            &claims(id, clock),
            &jsonwebtoken::EncodingKey::from_secret(id.certificate.public_key_bits()),
        ).unwrap();
        for (why, wrong) in [
            ("nobody's", assertion(&stranger, &claims(&stranger, clock))),
            ("foreign signature", stolen_name),
            ("no signature", format!("{none}.{body}.")),
            ("cut signature", format!("{head}.{body}.AAAA")),
            ("public key as secret", symmetric),
            ("not a token", "x".to_owned()),
            ("subject", with("sub", json!(stranger.certificate.fingerprint().to_string()))),
            ("audience", with("aud", json!("https://other.example"))),
            ("audience with path", with("aud", json!("https://obs.example/api"))),
            ("no id", with("jti", json!(""))),
            ("long id", with("jti", json!("x".repeat(129)))),
            ("too long a life", with("exp", json!(now + 61))),
            ("no life", with("exp", json!(now))),
            ("from the future", { let mut c = claims(id, clock); c["iat"] = json!(now + 61); c["exp"] = json!(now + 62); assertion(id, &c) }),
            ("over", { let mut c = claims(id, clock); c["iat"] = json!(now - 120); c["exp"] = json!(now - 60); assertion(id, &c) }),
        ] {
            let answer = world.ums.ask_with(&token, Some(KEY), &wrong).await;
            assert_eq!(answer.status, NOT_A_UMS, "{why}");
            assert!(!answer.text.contains("Ada"), "{why}");
        }
        for (why, right) in [
            ("as it is", good.clone()),
            ("final slash", with("aud", json!("https://obs.example/"))),
            ("longest id", with("jti", json!("y".repeat(128)))),
            ("clock a minute ahead", { let mut c = claims(id, clock); c["iat"] = json!(now + 60); c["exp"] = json!(now + 120); assertion(id, &c) }),
            ("clock behind", { let mut c = claims(id, clock); c["iat"] = json!(now - 119); c["exp"] = json!(now - 59); assertion(id, &c) }),
        ] {
            assert_eq!(world.ums.ask_with(&token, Some(KEY), &right).await.status, OK, "{why}");
        }
        assert_eq!(world.ums.ask_with(&token, Some(KEY), &good).await.status, NOT_A_UMS, "used before");
        // Also one that came with a token of nobody is used up.
        let fresh = assertion(id, &claims(id, clock));
        assert_eq!(world.ums.ask_with("unknown", Some(KEY), &fresh).await.status, NO_TOKEN);
        assert_eq!(world.ums.ask_with(&token, Some(KEY), &fresh).await.status, NOT_A_UMS);
    }

    async fn a_ums_id_with_an_rsa_key_proves_itself_too(db: TestDb) {
        let world = World::new(&db).await;
        let now = world.ums.clock.now();
        let id = Authority::new_root("UMS ID of old", KeyKind::Rsa4096, now, Duration::days(365)).unwrap();
        world.register_ums(&id.certificate().pem(), "Old UMS").await;
        let fingerprint = id.certificate().fingerprint().to_hex();
        let mut says = world.ums.claims();
        says["iss"] = json!(fingerprint);
        says["sub"] = json!(fingerprint);
        let body = base64_standard(&id.key().to_pkcs8());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        let signed = |algorithm| jsonwebtoken::encode(&Header::new(algorithm), &says, &key).unwrap();
        let (_, token) = world.ready().await;
        assert_eq!(world.ums.ask_with(&token, None, &signed(Algorithm::RS512)).await.status, NOT_A_UMS);
        // Proved, but not the UMS of this token.
        assert_eq!(world.ums.ask_with(&token, None, &signed(Algorithm::RS256)).await.status, NO_TOKEN);
    }

    async fn the_key_of_a_device_is_named_by_its_sum(db: TestDb) {
        let world = World::new(&db).await;
        let (_, token) = world.ready().await;
        for wrong in ["", "aa", &KEY[1..], &format!("{KEY}0"), &KEY.replace('a', "g")] {
            assert_eq!(world.ums.ask(&token, Some(wrong)).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(world.ums.ask(&token, Some(KEY)).await.status, OK);
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(text)
}

fn base64_standard(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}
