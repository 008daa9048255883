//! The way to the provider and the first check of what comes back (SEC-11).

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use url::Url;

use super::*;

/// Fills with 1, 2, 3, … so that the three values differ.
fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0;
    move |bytes: &mut [u8]| {
        next += 1;
        bytes.fill(next);
    }
}

fn query(url: &str) -> HashMap<String, String> {
    let url = Url::parse(url).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let map: HashMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(map.len(), pairs.len(), "no name twice: {pairs:?}");
    map
}

#[test]
fn the_browser_is_sent_with_everything_the_provider_needs() {
    let begun = begin(
        &provider(),
        REDIRECT,
        Some("ada+x@contoso.example"),
        &mut counting(),
    )
    .unwrap();
    let query = query(&begun.url);
    assert!(
        begun
            .url
            .starts_with("https://login.contoso.example/authorize?policy=a&response_type=code&")
    );
    for (name, value) in [
        ("policy", "a"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "openid email profile"),
        ("state", &begun.state),
        ("nonce", &begun.nonce),
        ("code_challenge", &b64(Sha256::digest(&begun.pkce_verifier))),
        ("code_challenge_method", "S256"),
        ("login_hint", "ada+x@contoso.example"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!begun.url.contains(&begun.pkce_verifier) && !begun.url.contains("s3cret"));
    let secrets = [&begun.state, &begun.nonce, &begun.pkce_verifier];
    assert!(secrets.iter().all(|secret| secret.len() == 43), "256 bits each");
    assert!(
        begun.state != begun.nonce
            && begun.nonce != begun.pkce_verifier
            && begun.state != begun.pkce_verifier
    );
    assert!(
        !begin(&provider(), REDIRECT, None, &mut counting())
            .unwrap()
            .url
            .contains("login_hint")
    );
}

#[test]
fn a_record_cannot_set_what_we_set() {
    let endpoint = format!(
        "{ISSUER}/a?state=fixed&nonce=n&redirect_uri=https://evil.example&response_mode=fragment&p=1#f"
    );
    let sly = Provider {
        authorization_endpoint: endpoint,
        ..provider()
    };
    let begun = begin(&sly, REDIRECT, None, &mut counting()).unwrap();
    let query = query(&begun.url);
    assert_eq!(query["state"], begun.state);
    assert_eq!(query["redirect_uri"], REDIRECT);
    assert_eq!(query["p"], "1");
    assert!(!query.contains_key("response_mode") && !begun.url.contains('#'));
    for bad in ["", "login", "javascript:alert(1)", "ftp://contoso.example/"] {
        let bad = Provider {
            authorization_endpoint: bad.to_owned(),
            ..provider()
        };
        let error = begin(&bad, REDIRECT, None, &mut counting()).err();
        assert_eq!(error, Some(SignInError::BadEndpoint("authorization endpoint")));
    }
}

#[test]
fn an_answer_of_another_provider_is_refused() {
    let known = provider();
    assert_eq!(check_response_issuer(&known, Some(ISSUER)), Ok(()));
    assert_eq!(
        check_response_issuer(&known, None),
        Ok(()),
        "most providers do not send it"
    );
    for foreign in ["https://evil.example", "", "https://login.contoso.example/"] {
        assert_eq!(
            check_response_issuer(&known, Some(foreign)),
            Err(SignInError::MixUp),
            "{foreign}"
        );
    }
    let promised = Provider {
        response_iss: true,
        ..provider()
    };
    assert_eq!(check_response_issuer(&promised, Some(ISSUER)), Ok(()));
    assert_eq!(check_response_issuer(&promised, None), Err(SignInError::MixUp));
    // Without a known issuer, the origin tells an evil provider from the honest one that it sent the browser to.
    assert_eq!(
        check_response_issuer(&nameless(), Some("https://login.contoso.example/tenant")),
        Ok(())
    );
    for foreign in [
        "https://honest.example",
        "http://login.contoso.example",
        "contoso",
        "",
    ] {
        assert_eq!(
            check_response_issuer(&nameless(), Some(foreign)),
            Err(SignInError::MixUp),
            "{foreign}"
        );
    }
}

/// The evil provider sends the browser on to the honest one and so gets the honest one's code and token into its
/// own sign-in. The `iss` parameter stops it before the code leaves; where the honest provider sends none, the
/// token stops it after.
#[tokio::test]
async fn a_code_of_the_honest_provider_is_worth_nothing_in_the_sign_in_of_the_evil_one() {
    const EVIL_ISSUER: &str = "https://evil.example";
    let evil = Provider {
        authorization_endpoint: format!("{EVIL_ISSUER}/authorize"),
        token_endpoint: format!("{EVIL_ISSUER}/token"),
        issuer: Some(EVIL_ISSUER.to_owned()),
        keys: Some(jwks(&[&EVIL])),
        jwks_uri: None,
        ..provider()
    };
    let unnamed = Provider {
        issuer: None,
        keys: None,
        ..evil.clone()
    };
    for provider in [&evil, &unnamed] {
        assert_eq!(
            check_response_issuer(provider, Some(ISSUER)),
            Err(SignInError::MixUp)
        );
    }
    let replayed = json!({ "id_token": EC.token(&claims()) }).to_string();
    let fake = Fake::default().on(&evil.token_endpoint, 200, replayed);
    assert_eq!(
        exchange(&fake, &evil, answer()).await,
        Err(SignInError::BadSignature)
    );
    let own = json!({ "id_token": EVIL.token(&with(&json!({ "iss": EVIL_ISSUER }))) }).to_string();
    let fake = Fake::default().on(&evil.token_endpoint, 200, own);
    let identity = exchange(&fake, &evil, answer()).await.unwrap();
    assert_eq!(
        identity.issuer, EVIL_ISSUER,
        "it can speak for itself, under its own name"
    );
}
