use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use access::Client;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::middleware::Next;
use axum::response::Response;
use outside::IpRange;

/// Notes where a request comes from. `X-Forwarded-For` counts only as far as the proxies that wrote it are listed, read from
/// the right: what stands further left can be typed by anybody.
pub async fn client(State(proxies): State<Arc<Vec<IpRange>>>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<Client>().is_none() {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
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

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[IpRange]) -> IpAddr {
    let listed = |address: &IpAddr| proxies.iter().any(|range| range.contains(*address));
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !listed(&address) {
            break;
        }
        let Ok(hop) = hop.parse() else { break };
        address = hop;
    }
    address
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
    }
}
