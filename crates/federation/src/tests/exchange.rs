//! The exchange of the code: what is sent, which keys are used, what is asked beside.

use super::*;

const JWKS: &str = "https://login.contoso.example/jwks";
const TOKEN: &str = "https://login.contoso.example/token";
const USERINFO: &str = "https://login.contoso.example/userinfo";

#[tokio::test]
async fn the_secret_goes_into_the_form_or_the_header() {
    let fake = Fake::giving(&EC.token(&claims()));
    let identity = exchange(&fake, &provider(), answer()).await.unwrap();
    assert_eq!(identity.email.as_deref(), Some("ada@contoso.example"));
    assert_eq!(identity.email_verified, Some(true));
    assert_eq!(identity.new_keys, None);
    let raw: Value = serde_json::from_str(&identity.raw_claims).unwrap();
    assert_eq!(raw, claims());
    assert_eq!(
        fake.last(),
        "POST https://login.contoso.example/token \"\" grant_type=authorization_code&code=the-code\
         &redirect_uri=https%3A%2F%2Fobs.example%2F&code_verifier=the-verifier\
         &client_id=cosmos-client&client_secret=s3cret%3A+%26"
    );

    let basic = Provider {
        token_auth: TokenAuth::Basic,
        ..provider()
    };
    exchange(&fake, &basic, answer()).await.unwrap();
    let sent = fake.last();
    // cosmos-client:s3cret%3A+%26
    assert!(
        sent.contains("\"Basic Y29zbW9zLWNsaWVudDpzM2NyZXQlM0ErJTI2\""),
        "{sent}"
    );
    assert!(
        !sent.contains("client_secret") && !sent.contains("client_id"),
        "{sent}"
    );
    assert!(!format!("{basic:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_given_back() {
    let new = Key::ec("ec-2");
    let fake = Fake::giving(&new.token(&claims())).on(JWKS, 200, jwks(&[&new, &EC]));
    let identity = exchange(&fake, &provider(), answer()).await.unwrap();
    assert_eq!((identity.assurance, fake.asked(JWKS)), (Assurance::Full, 1));
    let pinned = Provider {
        keys: identity.new_keys,
        jwks_uri: None,
        ..provider()
    };
    assert!(
        exchange(&fake, &pinned, answer()).await.is_ok(),
        "the new set works when it is pinned"
    );
    assert_eq!(fake.asked(JWKS), 1);

    // Known keys cause no fetch, wrong signatures neither, and an unknown key at most one.
    let fake = Fake::giving(&EC.token(&claims())).on(JWKS, 200, jwks(&[&new]));
    assert!(exchange(&fake, &provider(), answer()).await.is_ok());
    let fake = Fake::giving(&EVIL.token(&claims())).on(JWKS, 200, jwks(&[&new]));
    assert_eq!(
        exchange(&fake, &provider(), answer()).await,
        Err(SignInError::BadSignature)
    );
    assert_eq!(fake.asked(JWKS), 0);
    let bogus = Key::ec("bogus");
    let fake = Fake::giving(&bogus.token(&claims())).on(JWKS, 200, jwks(&[&new]));
    assert_eq!(
        exchange(&fake, &provider(), answer()).await,
        Err(SignInError::BadSignature)
    );
    assert_eq!(fake.asked(JWKS), 1);
    let quiet = Provider {
        jwks_uri: None,
        ..provider()
    };
    assert_eq!(
        exchange(&fake, &quiet, answer()).await,
        Err(SignInError::BadSignature)
    );
    assert_eq!(fake.asked(JWKS), 1, "without an address nothing is asked");
}

/// A ring that was asked so often, and has these keys.
struct Ring(std::sync::atomic::AtomicUsize, Option<String>);

impl KeyRing for Ring {
    fn newer(&self) -> BoxFuture<'_, Result<Option<String>, SignInError>> {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let keys = self.1.clone();
        async move { Ok(keys) }.boxed()
    }
}

#[tokio::test]
async fn a_ring_is_asked_in_the_place_of_the_provider_and_only_for_unknown_keys() {
    let new = Key::ec("ec-2");
    for (token, keys, expected, asked) in [
        (EC.token(&claims()), None, true, 0),
        (new.token(&claims()), Some(jwks(&[&new])), true, 1),
        (new.token(&claims()), Some(jwks(&[&EVIL])), false, 1),
        (new.token(&claims()), None, false, 1),
    ] {
        let fake = Fake::giving(&token).on(JWKS, 200, jwks(&[&new]));
        let ring = Ring(0.into(), keys);
        let answer = Exchange {
            ring: Some(&ring),
            ..answer()
        };
        let result = exchange(&fake, &provider(), answer).await;
        assert_eq!(result.is_ok(), expected, "{result:?}");
        assert_eq!((ring.0.into_inner(), fake.asked(JWKS)), (asked, 0));
    }
}

/// A token endpoint that takes one secret.
struct Takes(&'static str, Fake);

impl Http for Takes {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>> {
        async move {
            let wanted = format!("client_secret={}", self.0);
            let fits = String::from_utf8_lossy(&call.body).ends_with(&wanted);
            let reply = self.1.send(call).await?;
            let refused = Bytes::from_static(
                br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid"}"#,
            );
            Ok(if fits {
                reply
            } else {
                Reply {
                    status: 401,
                    body: refused,
                    ..reply
                }
            })
        }
        .boxed()
    }
}

#[tokio::test]
async fn the_old_secret_is_tried_where_the_new_one_is_refused_and_nowhere_else() {
    let secrets = |new: &str, old: Option<&str>| Provider {
        client_secret: new.to_owned().into(),
        old_secret: old.map(|old| old.to_owned().into()),
        ..provider()
    };
    for (takes, old, expected, asked) in [
        ("new", Some("old"), Ok(false), 1),
        ("old", Some("old"), Ok(true), 2),
        ("old", None, Err(()), 1),
        ("neither", Some("old"), Err(()), 2),
    ] {
        let endpoint = Takes(takes, Fake::giving(&EC.token(&claims())));
        let result = exchange(&endpoint, &secrets("new", old), answer()).await;
        assert_eq!(
            result
                .as_ref()
                .map(|identity| identity.by_old_secret)
                .map_err(drop),
            expected
        );
        assert_eq!(endpoint.1.asked(TOKEN), asked);
        if let Err(error) = result {
            assert_eq!(error.trouble(), Some(ProviderTrouble::ClientSecret));
        }
    }
    // Another refusal says nothing about the secret.
    let fake = Fake::default().on(TOKEN, 400, r#"{"error":"invalid_grant"}"#);
    assert!(
        exchange(&fake, &secrets("new", Some("old")), answer())
            .await
            .is_err()
    );
    assert_eq!(fake.asked(TOKEN), 1);
}

#[tokio::test]
async fn keys_that_cannot_verify_are_no_keys() {
    let symmetric = json!({ "kty": "oct", "k": b64("s3cret"), "alg": "HS256", "kid": "ec-1" });
    let mut encryption = EC.public();
    encryption["use"] = "enc".into();
    let mut other_algorithm = EC.public();
    other_algorithm["alg"] = "ES384".into();
    let unknown = json!({ "kty": "PQ", "kid": "ec-1" });
    let honest = EC.token(&claims());
    for useless in [&symmetric, &encryption, &other_algorithm, &unknown] {
        let keys = Some(json!({ "keys": [useless] }).to_string());
        let result = sign_in(
            &Provider {
                keys,
                jwks_uri: None,
                ..provider()
            },
            &honest,
        )
        .await;
        assert_eq!(result, Err(SignInError::NoKeys), "{useless}");
        let keys = Some(json!({ "keys": [useless, EC.public()] }).to_string());
        let result = sign_in(
            &Provider {
                keys,
                jwks_uri: None,
                ..provider()
            },
            &honest,
        )
        .await;
        assert!(result.is_ok(), "{useless} beside a good one: {result:?}");
    }
    for broken in [
        "",
        "{}",
        "[]",
        r#"{"keys":[]}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":[],"keys":[]}"#,
    ] {
        let keys = Some(broken.to_owned());
        assert_eq!(
            sign_in(&Provider { keys, ..provider() }, &honest).await,
            Err(SignInError::NoKeys),
            "{broken}"
        );
    }
    let unpinned = Provider {
        keys: None,
        ..provider()
    };
    let fake = Fake::giving(&honest).on(JWKS, 200, jwks(&[&EC]));
    assert_eq!(
        exchange(&fake, &unpinned, answer()).await.unwrap().assurance,
        Assurance::Full
    );
    for (status, body) in [(200, "<html>"), (404, ""), (500, "{}")] {
        let fake = Fake::giving(&honest).on(JWKS, status, body);
        assert_eq!(
            exchange(&fake, &unpinned, answer()).await,
            Err(SignInError::NoKeys),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn without_a_signature_check_tls_must_be_the_proof() {
    let honest = EC.token(&claims());
    let identity = sign_in(&nameless(), &honest).await.unwrap();
    assert_eq!(
        (identity.assurance, identity.issuer.as_str()),
        (Assurance::Reduced, ISSUER)
    );
    // An issuer without any way to keys is compared, but that alone is no proof.
    let named = Provider {
        issuer: Some(ISSUER.to_owned()),
        ..nameless()
    };
    assert_eq!(
        sign_in(&named, &honest).await.unwrap().assurance,
        Assurance::Reduced
    );
    let foreign = EC.token(&with(&json!({ "iss": "https://evil.example" })));
    assert_eq!(sign_in(&named, &foreign).await, Err(SignInError::WrongIssuer));

    let plain = "http://127.0.0.1:9000/token";
    let tokens = json!({ "id_token": honest }).to_string();
    let fake = Fake::default().on(plain, 200, tokens);
    let address = || plain.to_owned();
    for unproved in [
        nameless(),
        Provider {
            keys: None,
            jwks_uri: None,
            ..provider()
        },
        Provider {
            issuer: None,
            ..provider()
        },
    ] {
        let unproved = Provider {
            token_endpoint: address(),
            ..unproved
        };
        assert_eq!(
            exchange(&fake, &unproved, answer()).await,
            Err(SignInError::PlainHttpNeedsIssuer)
        );
    }
    assert_eq!(fake.asked(plain), 0, "the code is not sent");
    let proved = Provider {
        token_endpoint: address(),
        ..provider()
    };
    assert_eq!(
        exchange(&fake, &proved, answer()).await.unwrap().assurance,
        Assurance::Full
    );
}

#[tokio::test]
async fn userinfo_is_asked_only_where_both_names_are_missing() {
    let bare = EC.token(&with(&json!({ "email": null, "email_verified": null })));
    let about = |sub: &str| {
        json!({ "sub": sub, "email": "ada@contoso.example", "email_verified": "true" }).to_string()
    };
    let fake = Fake::giving(&bare).on(USERINFO, 200, about("user-7"));
    let identity = exchange(&fake, &provider(), answer()).await.unwrap();
    assert_eq!(identity.email.as_deref(), Some("ada@contoso.example"));
    assert_eq!(identity.email_verified, Some(false), "text is no yes (SEC-13)");
    assert!(
        identity.raw_claims.contains("userinfo"),
        "{}",
        identity.raw_claims
    );
    assert!(
        fake.last()
            .contains("GET https://login.contoso.example/userinfo \"Bearer access\""),
        "{}",
        fake.last()
    );

    for named in [json!({}), json!({ "email": null, "preferred_username": "ada" })] {
        let fake = Fake::giving(&EC.token(&with(&named))).on(USERINFO, 200, about("user-7"));
        assert!(exchange(&fake, &provider(), answer()).await.is_ok());
        assert_eq!(fake.asked(USERINFO), 0, "{named}");
    }
    let no_subject = json!({ "email": "ada@contoso.example" }).to_string();
    let twice = r#"{"sub":"user-7","sub":"user-7","email":"ada@contoso.example"}"#.to_owned();
    for (status, body) in [
        (200, about("user-8")),
        (200, no_subject),
        (200, twice),
        (200, "x.y.z".into()),
        (403, about("user-7")),
    ] {
        let fake = Fake::giving(&bare).on(USERINFO, status, body.clone());
        assert_eq!(
            exchange(&fake, &provider(), answer()).await,
            Err(SignInError::BadUserInfo),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn a_person_without_a_name_is_refused_with_the_claims_that_came() {
    let unnamed = with(&json!({ "email": "", "preferred_username": 7, "given_name": "Ada" }));
    let silent = Provider {
        userinfo_endpoint: None,
        ..provider()
    };
    match sign_in(&silent, &EC.token(&unnamed)).await {
        Err(SignInError::NoEmail { raw_claims }) => assert!(raw_claims.contains("given_name")),
        other => panic!("{other:?}"),
    }
    let named = with(&json!({ "email": null, "preferred_username": "ada@contoso.example" }));
    let identity = sign_in(&silent, &EC.token(&named)).await.unwrap();
    assert_eq!(
        identity.preferred_username.as_deref(),
        Some("ada@contoso.example")
    );
}

#[tokio::test]
async fn what_the_provider_reports_is_told() {
    let said = |error: &str, description: &str| SignInError::provider_said(error, Some(description));
    let json = |value: Value| value.to_string();
    for (status, body, error) in [
        (
            400,
            json(json!({ "error": "invalid_grant", "error_description": "used" })),
            said("invalid_grant", "used"),
        ),
        (
            401,
            json(json!({ "error": "invalid_client" })),
            said("invalid_client", ""),
        ),
        (400, "<html>".to_owned(), SignInError::Status(400)),
        (503, String::new(), SignInError::Status(503)),
        (200, "<html>".to_owned(), SignInError::BadAnswer),
        (
            200,
            r#"{"id_token":"a","id_token":"b"}"#.to_owned(),
            SignInError::BadAnswer,
        ),
        (200, json(json!({ "access_token": "a" })), SignInError::NoIdToken),
        (200, json(json!({ "id_token": 7 })), SignInError::BadAnswer),
    ] {
        let fake = Fake::default().on(TOKEN, status, body.clone());
        assert_eq!(
            exchange(&fake, &provider(), answer()).await,
            Err(error),
            "{status} {body}"
        );
    }
    let gone = exchange(&Fake::default(), &provider(), answer())
        .await
        .unwrap_err();
    assert_eq!((gone.code(), gone), ("tcp", SignInError::Http(HttpError::Tcp)));
    match SignInError::provider_said("a\r\nb", Some(&"x".repeat(10_000))) {
        SignInError::ProviderSaid { error, description } => {
            assert_eq!((error.as_str(), description.len()), ("a  b", 500));
        }
        other => panic!("{other:?}"),
    }
}
