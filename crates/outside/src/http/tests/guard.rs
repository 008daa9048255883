//! SEC-23: which addresses are dialled at all, shown by a canary that counts connections.

use super::*;

#[tokio::test]
async fn private_addresses_are_never_dialled_unless_their_range_is_allowed() {
    let ours = ca();
    let canary = Server::start(
        Some(acceptor(&ours, &["localhost", "127.0.0.1"])),
        answer("secret"),
    )
    .await;
    let closed = GuardedHttp::new(Policy::default());
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.255.255.254",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[fc00::1]",
        "[ff02::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "168.63.129.16",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "deep.localhost",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "[fd00:ec2::254]",
    ];
    assert!(hosts.len() >= 40, "{}", hosts.len());
    for host in hosts {
        let result = get(&closed, canary.url("https", host), &only(&ours)).await;
        let refused = HttpError::Refused {
            reason: Refusal::PrivateAddress,
        };
        assert_eq!(result.unwrap_err(), refused, "{host}");
    }
    assert_eq!(canary.connections(), 0, "the canary");
    for host in ["127.0.0.1", "127.1", "0x7f.1", "①②⑦.⓪.⓪.①", "localhost"] {
        let reply = get(&https(), canary.url("https", host), &only(&ours)).await;
        assert_eq!(reply.unwrap().status, 200, "{host} with its range allowed");
    }
    assert_eq!(canary.requests(), 5);
}

#[tokio::test]
async fn a_name_is_judged_by_the_addresses_that_are_dialled() {
    let ours = ca();
    let canary = Server::start(Some(acceptor(&ours, &["rebind.example"])), answer("secret")).await;
    let names = || Arc::new(Names(vec![[10, 0, 0, 1].into(), Ipv4Addr::LOCALHOST.into()]));
    let url = canary.url("https", "rebind.example");
    let closed = GuardedHttp::with_names(Policy::default(), names());
    let refused = HttpError::Refused {
        reason: Refusal::PrivateAddress,
    };
    assert_eq!(
        get(&closed, url.clone(), &only(&ours)).await.unwrap_err(),
        refused
    );
    assert_eq!(canary.connections(), 0);
    let open = Policy {
        allow: ranges(&["127.0.0.1"]),
        ..Policy::default()
    };
    let open = GuardedHttp::with_names(open, names());
    assert!(
        get(&open, url, &only(&ours)).await.is_ok(),
        "of several addresses the allowed one is dialled"
    );
}

/// Public first, internal from then on.
struct Rebinding(AtomicUsize);

impl NameLookup for Rebinding {
    fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let public = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        // The public one is not dialled in a test: its port is refused. What matters is the second answer.
        let address = if public { [8, 8, 8, 8] } else { [127, 0, 0, 1] };
        async move { Ok(vec![address.into()]) }.boxed()
    }
}

#[tokio::test]
async fn a_name_that_changes_its_answer_gains_nothing() {
    let ours = ca();
    let canary = Server::start(Some(acceptor(&ours, &["rebind.example"])), answer("secret")).await;
    let http = GuardedHttp::with_names(Policy::default(), Arc::new(Rebinding(AtomicUsize::new(0))));
    let first = get(&http, "https://rebind.example:25/".to_owned(), &only(&ours)).await;
    assert_eq!(
        first.unwrap_err(),
        HttpError::Refused {
            reason: Refusal::Port
        },
        "public, but a mail port"
    );
    let second = get(&http, canary.url("https", "rebind.example"), &only(&ours)).await;
    assert_eq!(
        second.unwrap_err(),
        HttpError::Refused {
            reason: Refusal::PrivateAddress
        }
    );
    assert_eq!(canary.connections(), 0);
}

/// F16: what was public when it was saved is judged again whenever it is called.
#[tokio::test]
async fn f16_a_name_that_turned_inward_after_it_was_saved_is_not_dialled() {
    let ours = ca();
    let canary = Server::start(Some(acceptor(&ours, &["rebind.example"])), answer("secret")).await;
    let rebinding = || Arc::new(Rebinding(AtomicUsize::new(0)));
    let url = canary.url("https", "rebind.example");
    let http = GuardedHttp::with_names(Policy::default(), rebinding());
    // As when a form is saved.
    assert_eq!(http.admits("https://rebind.example/token").await, Ok(()));
    for _ in 0..3 {
        assert_eq!(
            get(&http, url.clone(), &only(&ours)).await.unwrap_err(),
            HttpError::Refused {
                reason: Refusal::PrivateAddress
            }
        );
    }
    assert_eq!(canary.connections(), 0);
    let open = Policy {
        allow: ranges(&["127.0.0.1"]),
        ..Policy::default()
    };
    let open = GuardedHttp::with_names(open, rebinding());
    assert_eq!(open.admits("https://rebind.example/token").await, Ok(()));
    assert!(get(&open, url, &only(&ours)).await.is_ok());
}

#[tokio::test]
async fn plain_http_goes_only_where_it_is_allowed() {
    let server = Server::start(None, answer("hello")).await;
    let url = server.url("http", "127.0.0.1");
    let refused = Err(HttpError::Refused {
        reason: Refusal::PlainHttp,
    });
    assert_eq!(
        get(&https(), url.clone(), &Trust::System).await.map(|_| ()),
        refused
    );
    assert_eq!(server.connections(), 0);
    let elsewhere = Policy {
        allow: ranges(&["127.0.0.0/8"]),
        plain_http: ranges(&["10.0.0.0/8"]),
        ..Policy::default()
    };
    let elsewhere = GuardedHttp::new(elsewhere);
    for host in ["127.0.0.1", "localhost"] {
        assert_eq!(
            get(&elsewhere, server.url("http", host), &Trust::System)
                .await
                .map(|_| ()),
            refused,
            "{host}"
        );
    }
    assert_eq!(server.connections(), 0);
    for host in ["127.0.0.1", "localhost"] {
        assert!(
            get(&plain(), server.url("http", host), &Trust::System)
                .await
                .is_ok(),
            "{host}"
        );
    }
}

#[tokio::test]
async fn addresses_that_are_no_web_addresses_are_refused() {
    let http = plain();
    let refused = |reason| HttpError::Refused { reason };
    for (url, error) in [
        ("", HttpError::BadUrl),
        ("/path", HttpError::BadUrl),
        ("https://", HttpError::BadUrl),
        ("https://a b/", HttpError::BadUrl),
        ("https://host:70000/", HttpError::BadUrl),
        ("https://127.0.0.1:0/", HttpError::BadUrl),
        ("file:///etc/passwd", refused(Refusal::Scheme)),
        ("gopher://127.0.0.1/", refused(Refusal::Scheme)),
        ("ftp://127.0.0.1/", refused(Refusal::Scheme)),
        ("javascript:alert(1)", refused(Refusal::Scheme)),
        ("https://user@127.0.0.1/", refused(Refusal::Userinfo)),
        ("https://:secret@127.0.0.1/", refused(Refusal::Userinfo)),
        ("https://contoso.example@127.0.0.1/", refused(Refusal::Userinfo)),
        ("https://8.8.8.8:22/", refused(Refusal::Port)),
        ("https://8.8.8.8:25/", refused(Refusal::Port)),
        ("https://8.8.8.8:5432/", refused(Refusal::Port)),
    ] {
        assert_eq!(
            get(&http, url.to_owned(), &Trust::System).await.unwrap_err(),
            error,
            "{url}"
        );
    }
}

#[test]
fn a_foreign_port_is_open_only_in_an_allowed_range_and_web_ports_always() {
    use crate::http::target::{Target, URL_LIMIT};
    let allowed = Policy {
        allow: ranges(&["10.0.0.0/8"]),
        ..Policy::default()
    };
    assert!(Target::parse("https://10.0.0.1:5432/", &allowed).is_ok());
    for port in [443, 8443, 9443, 9031] {
        assert!(
            Target::parse(&format!("https://8.8.8.8:{port}/"), &allowed).is_ok(),
            "{port}"
        );
    }
    let padded = |length: usize| {
        format!(
            "https://8.8.8.8/{}",
            "a".repeat(length - "https://8.8.8.8/".len())
        )
    };
    assert!(Target::parse(&padded(URL_LIMIT), &allowed).is_ok());
    assert_eq!(
        Target::parse(&padded(URL_LIMIT + 1), &allowed).unwrap_err(),
        HttpError::BadUrl
    );
}

#[tokio::test]
async fn an_address_is_judged_without_being_called() {
    let names = || Arc::new(Names(vec![Ipv4Addr::LOCALHOST.into()]));
    let plain = |url: &'static str| async move {
        let policy = Policy {
            plain_http: ranges(&["127.0.0.0/8"]),
            ..Policy::default()
        };
        let open = GuardedHttp::with_names(policy, names()).admits(url).await;
        let closed = GuardedHttp::with_names(Policy::default(), names())
            .admits(url)
            .await;
        (open, closed)
    };
    let refused = |reason| Err(HttpError::Refused { reason });
    for url in ["http://idp.example:9000/token", "http://127.0.0.1:9000/token"] {
        assert_eq!(plain(url).await, (Ok(()), refused(Refusal::PlainHttp)), "{url}");
    }
    let url = "https://idp.example/token";
    assert_eq!(
        plain(url).await,
        (Ok(()), refused(Refusal::PrivateAddress)),
        "{url}"
    );
    let url = "http://8.8.8.8/token";
    assert_eq!(
        plain(url).await,
        (refused(Refusal::PlainHttp), refused(Refusal::PlainHttp)),
        "{url}"
    );
}
