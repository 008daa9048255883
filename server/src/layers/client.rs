use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use access::Client;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use outside::IpRange;

/// Notes where a request comes from. `X-Forwarded-For` counts only as far as the proxies that wrote it are listed, read from
/// the right: what stands further left can be typed by anybody. Over plain HTTP nobody else is served than this machine and
/// those proxies (ruling 4): a listener that a proxy can reach, others may reach too. (The TLS listener has noted its client.)
pub async fn client(State(proxies): State<Arc<Vec<IpRange>>>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Client>().is_none() {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        if peer.is_some_and(|peer| !peer.to_canonical().is_loopback() && !listed(&proxies, peer)) {
            return (
                StatusCode::FORBIDDEN,
                "This address is for the proxy in front of it.",
            )
                .into_response();
        }
        let peer = peer.unwrap_or(std::net::Ipv4Addr::UNSPECIFIED.into());
        let address = behind_proxies(peer, request.headers(), &proxies);
        let agent = request
            .headers()
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let client = Client::new(address, agent);
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

fn listed(proxies: &[IpRange], address: IpAddr) -> bool {
    proxies.iter().any(|range| range.contains(address))
}

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[IpRange]) -> IpAddr {
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !listed(proxies, address) {
            break;
        }
        let Some(hop) = address_of(hop) else { break };
        address = hop;
    }
    address
}

/// The address of a hop. Some proxies write the port behind it, and brackets around an IPv6 one.
fn address_of(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(with_port).or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_proxies_are_believed_and_only_from_the_right() {
        let proxies: Vec<IpRange> = vec!["10.0.0.0/8".parse().unwrap()];
        let headers = |value: &'static str| {
            HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), value.parse().unwrap())])
        };
        let of =
            |peer: &str, value| behind_proxies(peer.parse().unwrap(), &headers(value), &proxies).to_string();
        assert_eq!(of("10.0.0.1", "1.2.3.4, 203.0.113.7"), "203.0.113.7");
        assert_eq!(of("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2"), "203.0.113.7");
        assert_eq!(of("203.0.113.9", "1.2.3.4"), "203.0.113.9");
        assert_eq!(of("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(of("10.0.0.1", "1.2.3.4:5678"), "1.2.3.4");
        assert_eq!(of("10.0.0.1", "1.2.3.4:5678, 10.0.0.2:443"), "1.2.3.4");
        assert_eq!(of("10.0.0.1", "[2001:db8::7]:80"), "2001:db8::7");
        assert_eq!(of("10.0.0.1", "[2001:db8::7]"), "2001:db8::7");
        assert_eq!(of("10.0.0.1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(of("10.0.0.1", "1.2.3.4:"), "10.0.0.1");
    }

    #[tokio::test]
    async fn plain_http_serves_this_machine_and_listed_proxies_alone() {
        use tower::ServiceExt as _;
        let proxies: Vec<IpRange> = vec!["10.0.0.0/8".parse().unwrap()];
        let layer = axum::middleware::from_fn_with_state(Arc::new(proxies), client);
        let router = axum::Router::new()
            .route("/", axum::routing::get(|| async {}))
            .layer(layer);
        for (peer, status) in [
            ("127.0.0.1", StatusCode::OK),
            ("::1", StatusCode::OK),
            ("10.0.0.1", StatusCode::OK),
            ("::ffff:10.0.0.1", StatusCode::OK),
            ("203.0.113.9", StatusCode::FORBIDDEN),
            ("::ffff:203.0.113.9", StatusCode::FORBIDDEN),
        ] {
            let mut request = Request::get("/").body(axum::body::Body::empty()).unwrap();
            let peer_address = SocketAddr::new(peer.parse().unwrap(), 4711);
            request.extensions_mut().insert(ConnectInfo(peer_address));
            let answer = router.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), status, "{peer}");
        }
    }
}
