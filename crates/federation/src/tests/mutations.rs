//! SEC-12: everything that can be wrong with an ID token, beside the token that is right.

use base64::prelude::BASE64_URL_SAFE;
use sha2::{Digest, Sha256};

use super::*;

type Mutation = (&'static str, String);

/// The honest claims as text, without the closing brace.
fn open_claims() -> String {
    claims().to_string().trim_end_matches('}').to_owned()
}

fn forged(header: &Value, signature: &[u8]) -> String {
    format!(
        "{}.{}.{}",
        b64(header.to_string()),
        b64(claims().to_string()),
        b64(signature)
    )
}

/// HMAC (RFC 2104) keyed with bytes that an attacker knows.
fn hmac_signed(algorithm: Algorithm, secret: &[u8]) -> String {
    let header = json!({ "alg": algorithm, "kid": "rsa-1", "typ": "JWT" });
    let message = format!("{}.{}", b64(header.to_string()), b64(claims().to_string()));
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// Rightly signed, but over a header in base64 with `=` at its end.
fn signed_with_padding(payload: &str) -> String {
    let mut header = EC.header().to_string();
    while header.len() % 3 != 1 {
        header.push(' ');
    }
    let message = format!("{}.{}", BASE64_URL_SAFE.encode(header), b64(payload));
    assert!(message.contains("==."));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &EC.signing, EC.algorithm).unwrap();
    format!("{message}.{signature}")
}

/// Mutations of what surrounds the claims; refused with and without keys.
fn envelopes() -> Vec<Mutation> {
    let honest = EC.token(&claims());
    let payload = claims().to_string();
    let header = |changes: Value| {
        let mut header = EC.header();
        for (name, value) in changes.as_object().unwrap() {
            header[name] = value.clone();
        }
        EC.sign(&header.to_string(), &payload)
    };
    let (message, _) = honest.rsplit_once('.').unwrap();
    let (head, body) = message.split_once('.').unwrap();
    let public = RSA.public();
    let jwk_text = public.to_string();
    let n = public["n"].as_str().unwrap();
    let none = |name: &str| forged(&json!({ "alg": name, "typ": "JWT" }), b"");
    vec![
        ("empty", String::new()),
        ("one part", "abc".to_owned()),
        ("no signature part", message.to_owned()),
        ("empty signature", format!("{message}.")),
        ("four parts", format!("{honest}.x")),
        (
            "five parts: an encrypted token around an unsigned one",
            format!("{head}.a.b.{body}.c"),
        ),
        ("alg none", none("none")),
        ("alg None", none("None")),
        (
            "alg nOnE with a signature",
            forged(&json!({ "alg": "nOnE", "kid": "ec-1" }), b"signature"),
        ),
        ("alg empty", forged(&json!({ "alg": "" }), b"x")),
        ("alg missing", forged(&json!({ "kid": "ec-1" }), b"x")),
        ("alg a list", forged(&json!({ "alg": ["ES256"] }), b"x")),
        ("alg in lower case", header(json!({ "alg": "es256" }))),
        ("alg unknown", header(json!({ "alg": "XS256" }))),
        (
            "HS256 keyed with the public key's JWK",
            hmac_signed(Algorithm::HS256, jwk_text.as_bytes()),
        ),
        (
            "HS256 keyed with the modulus",
            hmac_signed(Algorithm::HS256, n.as_bytes()),
        ),
        (
            "HS384 keyed with the client secret",
            hmac_signed(Algorithm::HS384, b"s3cret: &"),
        ),
        ("HS512 keyed with nothing", hmac_signed(Algorithm::HS512, b"")),
        (
            "jku to the attacker",
            header(json!({ "jku": "https://evil.example/jwks" })),
        ),
        (
            "x5u to the attacker",
            header(json!({ "x5u": "https://evil.example/cert" })),
        ),
        ("x5c of the attacker", header(json!({ "x5c": ["MIIB"] }))),
        ("jwk of the attacker", header(json!({ "jwk": EVIL.public() }))),
        ("crit", header(json!({ "crit": ["b64"], "b64": false }))),
        ("zip", header(json!({ "zip": "DEF" }))),
        ("enc", header(json!({ "enc": "A128GCM" }))),
        ("a token in the token", header(json!({ "cty": "JWT" }))),
        ("typ of an access token", header(json!({ "typ": "at+jwt" }))),
        ("typ of a logout token", header(json!({ "typ": "logout+jwt" }))),
        ("typ a number", header(json!({ "typ": 1 }))),
        ("kid a number", header(json!({ "kid": 1 }))),
        (
            "alg twice",
            EC.sign(r#"{"alg":"none","alg":"ES256","kid":"ec-1"}"#, &payload),
        ),
        ("header no object", EC.sign("[]", &payload)),
        ("header no JSON", EC.sign("{", &payload)),
        ("header with padding", signed_with_padding(&payload)),
        ("a space before", format!(" {honest}")),
        (
            "1 MiB",
            EC.token(&with(&json!({ "pad": "a".repeat(1024 * 1024) }))),
        ),
    ]
}

/// Mutations that only the signature shows.
fn signatures() -> Vec<Mutation> {
    let honest = EC.token(&claims());
    let (message, signature) = honest.rsplit_once('.').unwrap();
    let (head, _) = message.split_once('.').unwrap();
    let other = b64(with(&json!({ "email": "boss@contoso.example" })).to_string());
    let mut flipped = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped[20] ^= 1;
    let mut evil_header = EVIL.header();
    evil_header["kid"] = "ec-2".into();
    vec![
        ("signed by the attacker under the same kid", EVIL.token(&claims())),
        (
            "signed by the attacker without a kid",
            EVIL.sign(r#"{"alg":"ES256"}"#, &claims().to_string()),
        ),
        (
            "signed by the attacker under an unknown kid",
            EVIL.sign(&evil_header.to_string(), &claims().to_string()),
        ),
        (
            "kid empty",
            EVIL.sign(r#"{"alg":"ES256","kid":""}"#, &claims().to_string()),
        ),
        (
            "kid a path",
            EVIL.sign(r#"{"alg":"ES256","kid":"../../dev/null"}"#, &claims().to_string()),
        ),
        ("another payload", format!("{head}.{other}.{signature}")),
        ("one bit of the signature", format!("{message}.{}", b64(&flipped))),
        (
            "half of the signature",
            format!("{message}.{}", b64(&flipped[..32])),
        ),
        ("a signature of zeros", format!("{message}.{}", b64([0; 64]))),
        ("a signature that is no base64", format!("{message}.!!!")),
        (
            "RSA key named, elliptic signature",
            EC.sign(r#"{"alg":"ES256","kid":"rsa-1"}"#, &claims().to_string()),
        ),
        (
            "elliptic key named, RSA signature",
            RSA.sign(r#"{"alg":"RS256","kid":"ec-1"}"#, &claims().to_string()),
        ),
        (
            "RS256 said, PS256 made",
            PSS.sign(r#"{"alg":"RS256","kid":"rsa-1"}"#, &claims().to_string()),
        ),
        (
            "PS256 said, RS256 made",
            RSA.sign(r#"{"alg":"PS256","kid":"rsa-1"}"#, &claims().to_string()),
        ),
        (
            "ES384 said with a P-256 key",
            EC.sign(r#"{"alg":"ES384","kid":"ec-1"}"#, &claims().to_string()),
        ),
    ]
}

/// Mutations of the claims, each signed by the honest provider.
#[expect(clippy::too_many_lines, reason = "a table, one mutation a row")]
fn bad_claims() -> Vec<(&'static str, String, SignInError)> {
    use SignInError::{
        BadToken, Expired, NoSubject, NotYetValid, WrongAccessToken, WrongAudience, WrongAuthorizedParty,
        WrongIssuer, WrongNonce,
    };
    let changed = |changes: Value| EC.token(&with(&changes));
    let raw = |more: &str| EC.sign(&EC.header().to_string(), &format!("{}{more}}}", open_claims()));
    let header = EC.header().to_string();
    vec![
        ("iss missing", changed(json!({ "iss": null })), WrongIssuer),
        ("iss a list", changed(json!({ "iss": [ISSUER] })), WrongIssuer),
        ("iss empty", changed(json!({ "iss": "" })), WrongIssuer),
        (
            "aud of another client",
            changed(json!({ "aud": "other" })),
            WrongAudience,
        ),
        ("aud missing", changed(json!({ "aud": null })), WrongAudience),
        ("aud empty list", changed(json!({ "aud": [] })), WrongAudience),
        (
            "aud list of others",
            changed(json!({ "aud": ["other", "third"] })),
            WrongAudience,
        ),
        (
            "aud list with us and others",
            changed(json!({ "aud": [CLIENT, "other"] })),
            WrongAudience,
        ),
        (
            "aud list with us and others, azp us",
            changed(json!({ "aud": [CLIENT, "o"], "azp": CLIENT })),
            WrongAudience,
        ),
        (
            "aud nested list",
            changed(json!({ "aud": [[CLIENT]] })),
            WrongAudience,
        ),
        ("aud a prefix", changed(json!({ "aud": "cosmos" })), WrongAudience),
        (
            "aud in capitals",
            changed(json!({ "aud": "COSMOS-CLIENT" })),
            WrongAudience,
        ),
        (
            "aud an object",
            changed(json!({ "aud": { "0": CLIENT } })),
            WrongAudience,
        ),
        (
            "azp of another client",
            changed(json!({ "azp": "other" })),
            WrongAuthorizedParty,
        ),
        (
            "azp a list",
            changed(json!({ "azp": [CLIENT] })),
            WrongAuthorizedParty,
        ),
        ("azp empty", changed(json!({ "azp": "" })), WrongAuthorizedParty),
        (
            "nonce of another sign-in",
            changed(json!({ "nonce": "other" })),
            WrongNonce,
        ),
        ("nonce missing", changed(json!({ "nonce": null })), WrongNonce),
        ("nonce empty", changed(json!({ "nonce": "" })), WrongNonce),
        ("nonce a list", changed(json!({ "nonce": [NONCE] })), WrongNonce),
        (
            "exp past",
            changed(json!({ "exp": NOW - 60, "iat": NOW - 300 })),
            Expired,
        ),
        ("exp missing", changed(json!({ "exp": null })), BadToken),
        (
            "exp text",
            changed(json!({ "exp": (NOW + 3600).to_string() })),
            BadToken,
        ),
        ("exp negative", changed(json!({ "exp": -1 })), BadToken),
        ("exp endless", changed(json!({ "exp": 1e300 })), BadToken),
        (
            "exp past the year 9999",
            changed(json!({ "exp": i64::MAX })),
            BadToken,
        ),
        ("exp before iat", changed(json!({ "exp": NOW - 10 })), BadToken),
        ("iat missing", changed(json!({ "iat": null })), BadToken),
        ("iat text", changed(json!({ "iat": "now" })), BadToken),
        (
            "iat in the future",
            changed(json!({ "iat": NOW + 61 })),
            NotYetValid,
        ),
        ("iat long ago", changed(json!({ "iat": NOW - 661 })), Expired),
        (
            "nbf in the future",
            changed(json!({ "nbf": NOW + 61 })),
            NotYetValid,
        ),
        ("nbf text", changed(json!({ "nbf": "now" })), BadToken),
        ("sub missing", changed(json!({ "sub": null })), NoSubject),
        ("sub empty", changed(json!({ "sub": "" })), NoSubject),
        ("sub blank", changed(json!({ "sub": "  " })), NoSubject),
        ("sub a number", changed(json!({ "sub": 7 })), NoSubject),
        (
            "sub of 256 bytes",
            changed(json!({ "sub": "a".repeat(256) })),
            NoSubject,
        ),
        (
            "sub with a line break",
            changed(json!({ "sub": "a\nb" })),
            NoSubject,
        ),
        (
            "at_hash of another token",
            changed(json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" })),
            WrongAccessToken,
        ),
        ("email twice", raw(r#","email":"boss@contoso.example""#), BadToken),
        ("sub twice", raw(r#","sub":"boss""#), BadToken),
        (
            "aud twice, once escaped",
            raw(r#","\u0061ud":"cosmos-client""#),
            BadToken,
        ),
        (
            "a claim twice deep inside",
            raw(r#","address":{"a":1,"a":2}"#),
            BadToken,
        ),
        ("payload no object", EC.sign(&header, "[]"), BadToken),
        ("payload no JSON", EC.sign(&header, "{"), BadToken),
        (
            "payload with something after",
            EC.sign(&header, &format!("{}{{}}", claims())),
            BadToken,
        ),
    ]
}

#[tokio::test]
async fn no_mutation_of_a_token_is_accepted_and_the_honest_one_is() {
    let full = provider();
    for (key, name) in [(&*EC, "ES256"), (&*RSA, "RS256"), (&*PSS, "PS256")] {
        let identity = sign_in(&full, &key.token(&claims())).await.unwrap();
        assert_eq!(
            (identity.subject.as_str(), identity.assurance),
            ("user-7", Assurance::Full),
            "{name}"
        );
    }
    let mut refused = 0;
    for (name, token) in envelopes().into_iter().chain(signatures()) {
        let result = sign_in(&full, &token).await;
        assert!(result.is_err(), "{name}: {result:?}");
        refused += 1;
    }
    for (name, token, error) in bad_claims() {
        assert_eq!(sign_in(&full, &token).await, Err(error), "{name}");
        refused += 1;
    }
    let foreign_issuers = [
        "https://evil.example",
        "https://login.contoso.example/",
        "HTTPS://LOGIN.CONTOSO.EXAMPLE",
    ];
    for issuer in foreign_issuers {
        let result = sign_in(&full, &EC.token(&with(&json!({ "iss": issuer })))).await;
        assert_eq!(result, Err(SignInError::WrongIssuer), "{issuer}");
        refused += 1;
    }
    assert!(refused >= 95, "{refused}");
}

#[tokio::test]
async fn without_keys_all_but_the_signature_is_still_checked() {
    let reduced = nameless();
    let identity = sign_in(&reduced, &EC.token(&claims())).await.unwrap();
    assert_eq!(identity.assurance, Assurance::Reduced);
    for (name, token) in envelopes() {
        let result = sign_in(&reduced, &token).await;
        assert!(result.is_err(), "{name}: {result:?}");
    }
    for (name, token, error) in bad_claims() {
        assert_eq!(sign_in(&reduced, &token).await, Err(error), "{name}");
    }
}

#[tokio::test]
async fn what_the_standard_leaves_open_is_accepted() {
    let honest_hash = b64(&Sha256::digest("access")[..16]);
    let accepted = [
        ("aud a list of us", with(&json!({ "aud": [CLIENT] }))),
        ("azp us", with(&json!({ "azp": CLIENT }))),
        (
            "times with a fraction",
            with(&json!({ "iat": 1_799_999_990.5, "exp": 1_800_003_600.25 })),
        ),
        (
            "exp within the leeway",
            with(&json!({ "exp": NOW - 59, "iat": NOW - 300 })),
        ),
        ("iat at the leeway", with(&json!({ "iat": NOW + 60 }))),
        ("iat at the age limit", with(&json!({ "iat": NOW - 660 }))),
        ("nbf at the leeway", with(&json!({ "nbf": NOW + 60 }))),
        ("sub of 255 bytes", with(&json!({ "sub": "a".repeat(255) }))),
        (
            "the access token's hash",
            with(&json!({ "at_hash": honest_hash })),
        ),
    ];
    for (name, claims) in &accepted {
        let result = sign_in(&provider(), &EC.token(claims)).await;
        assert!(result.is_ok(), "{name}: {result:?}");
    }
    let payload = claims().to_string();
    for header in [
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"ES256","typ":"jwt","kid":"ec-1","x5t":"abc"}"#,
    ] {
        assert!(
            sign_in(&provider(), &EC.sign(header, &payload)).await.is_ok(),
            "{header}"
        );
    }
}

#[tokio::test]
async fn a_token_is_read_up_to_its_limit_and_not_past_it() {
    let sized = |length: usize| {
        let bare = EC.token(&with(&json!({ "pad": "" }))).len();
        // Four characters of base64 for three of padding.
        let pad = (length - bare) / 4 * 3;
        EC.token(&with(&json!({ "pad": "a".repeat(pad) })))
    };
    let (fits, over) = (sized(ID_TOKEN_LIMIT), sized(ID_TOKEN_LIMIT + 8));
    assert!(
        fits.len() <= ID_TOKEN_LIMIT && fits.len() > ID_TOKEN_LIMIT - 8,
        "{}",
        fits.len()
    );
    assert!(over.len() > ID_TOKEN_LIMIT, "{}", over.len());
    assert!(sign_in(&provider(), &fits).await.is_ok());
    assert_eq!(sign_in(&provider(), &over).await, Err(SignInError::BadToken));
}
