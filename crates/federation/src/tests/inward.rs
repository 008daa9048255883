//! F16 and SEC-23: an identity provider's addresses are customer input. None of them leads into our own network, whichever part of
//! a sign-in it is for.

use outside::http::NameLookup;
use outside::{GuardedHttp, Policy};

use test_support::canary::{Canary, INWARD};

use super::*;

/// The honest provider as ever; every other address by the real, guarded client.
struct Half {
    honest: Fake,
    real: GuardedHttp,
}

impl Http for Half {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, HttpError>> {
        if call.url.starts_with(&format!("{ISSUER}/")) {
            self.honest.send(call)
        } else {
            self.real.send(call)
        }
    }
}

/// A provider that means well, but for the address that it (or its registration) names.
fn naming(document: &Value, real: GuardedHttp) -> Half {
    let bare = EC.token(&with(&json!({ "email": null, "email_verified": null })));
    let tokens = json!({ "id_token": bare, "access_token": "access", "token_type": "Bearer" });
    let well_known = format!("{ISSUER}/.well-known/openid-configuration");
    let honest = Fake::default()
        .on(&format!("{ISSUER}/token"), 200, tokens.to_string())
        .on(&well_known, 200, document.to_string());
    Half { honest, real }
}

fn document(jwks_uri: &str) -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": jwks_uri,
    })
}

/// Asks each part of a sign-in for something at that address; what came of each.
async fn everywhere(real: impl Fn() -> GuardedHttp, address: &str) -> Vec<(&'static str, String)> {
    let half = |document: &Value| naming(document, real());
    let none = document(&format!("{ISSUER}/jwks"));
    let word = |done: Result<Identity, SignInError>| {
        done.map_or_else(|error| error.code(), |_| "accepted").to_owned()
    };
    let found = |done: Result<Discovered, DiscoveryError>| {
        done.map_or_else(|error| error.code(), |_| "accepted").to_owned()
    };

    let discovery = discover(&half(&none), address, Trust::System).await;
    let keys_of_discovery = discover(&half(&document(address)), ISSUER, Trust::System).await;
    let token = Provider {
        token_endpoint: address.to_owned(),
        ..provider()
    };
    let token = exchange(&half(&none), &token, answer()).await;
    let keys = Provider {
        keys: None,
        jwks_uri: Some(address.to_owned()),
        ..provider()
    };
    let keys = exchange(&half(&none), &keys, answer()).await;
    let userinfo = Provider {
        userinfo_endpoint: Some(address.to_owned()),
        ..provider()
    };
    let userinfo = exchange(&half(&none), &userinfo, answer()).await;
    vec![
        ("discovery", found(discovery)),
        ("keys of discovery", found(keys_of_discovery)),
        ("token", word(token)),
        ("keys", word(keys)),
        ("userinfo", word(userinfo)),
    ]
}

/// Loopback, whatever the name; a look-up of the system would ask real name servers.
struct Inward;

impl NameLookup for Inward {
    fn lookup(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<std::net::IpAddr>>> {
        async { Ok(vec![std::net::Ipv4Addr::LOCALHOST.into()]) }.boxed()
    }
}

fn closed() -> GuardedHttp {
    GuardedHttp::with_names(Policy::default(), std::sync::Arc::new(Inward))
}

fn open() -> GuardedHttp {
    let allow = vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
    GuardedHttp::with_names(
        Policy {
            allow,
            ..Policy::default()
        },
        std::sync::Arc::new(Inward),
    )
}

#[tokio::test]
async fn sec_23_no_address_of_a_provider_leads_inward() {
    let canary = Canary::open();
    let mut tried = 0;
    for host in INWARD {
        let address = format!("https://{host}:{}/path", canary.port);
        for (part, word) in everywhere(closed, &address).await {
            assert_eq!(word, "refused_private_address", "{part} at {address}");
            tried += 1;
        }
    }
    assert!(tried >= 200, "{tried}");
    assert_eq!(canary.visits(), 0);
    // The same ways, where the network is one that may be called: somebody comes.
    for host in ["127.0.0.1", "0x7f.1", "localhost", "rebind.example"] {
        let address = format!("https://{host}:{}/path", canary.port);
        let parts = everywhere(open, &address).await;
        assert_eq!(canary.visits(), 5, "{host}: {parts:?}");
        assert!(
            parts.iter().all(|(_, word)| !word.starts_with("refused")),
            "{host}: {parts:?}"
        );
    }
}

#[tokio::test]
async fn sec_23_no_other_protocol_is_spoken_and_no_secret_is_carried() {
    let canary = Canary::open();
    let port = canary.port;
    for (address, words) in [
        (
            format!("http://127.0.0.1:{port}/"),
            &[
                "refused_plain_http",
                "refused_private_address",
                "plain_http_needs_issuer",
                "bad_endpoint",
            ][..],
        ),
        (
            format!("file:///etc/passwd?{port}"),
            &["refused_scheme", "bad_endpoint", "bad_url"],
        ),
        (
            format!("gopher://127.0.0.1:{port}/"),
            &["refused_scheme", "bad_endpoint", "bad_url"],
        ),
        (
            format!("https://user:secret@127.0.0.1:{port}/"),
            &["refused_userinfo", "bad_url"],
        ),
        (
            format!("https://login.contoso.example@127.0.0.1:{port}/"),
            &["refused_userinfo", "bad_url"],
        ),
        ("https://8.8.8.8:22/".to_owned(), &["refused_port"]),
        ("https://8.8.8.8:25/".to_owned(), &["refused_port"]),
        ("https://8.8.8.8:5432/".to_owned(), &["refused_port"]),
    ] {
        for (part, word) in everywhere(closed, &address).await {
            assert!(words.contains(&word.as_str()), "{part} at {address}: {word}");
        }
    }
    assert_eq!(canary.visits(), 0);
}
