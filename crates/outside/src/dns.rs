//! Look-ups of domain names: text records for proofs of ownership, mail exchangers, addresses.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::ProtoError;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{ResolverBuilder, TokioResolver};

/// Longest look-up.
const TOTAL_TIME: Duration = Duration::from_secs(10);
/// Most records that an answer may have before the rest is left out.
const RECORDS: usize = 100;

/// The domain name system. A name is always taken as complete: no search domains.
pub trait Dns: Send + Sync {
    /// The text records of the name, each with its parts joined; none where the name has none.
    fn txt(&self, name: &str) -> BoxFuture<'_, Result<Vec<String>, DnsError>>;
    /// The mail exchangers of the name, the most preferred first; none where the name has none.
    fn mx(&self, name: &str) -> BoxFuture<'_, Result<Vec<Mx>, DnsError>>;
    /// The IPv4 and IPv6 addresses of the name; none where the name has none.
    fn addresses(&self, name: &str) -> BoxFuture<'_, Result<Vec<IpAddr>, DnsError>>;
}

/// A mail exchanger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mx {
    /// The lower, the more preferred.
    pub preference: u16,
    /// Its host name, without a final dot.
    pub host: String,
}

/// Why a look-up has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// The text is no domain name.
    #[error("this is no domain name")]
    BadName,
    /// The domain name system says that the name does not exist.
    #[error("the name does not exist")]
    NotFound,
    /// No answer in time.
    #[error("the name servers did not answer in time")]
    Timeout,
    /// The name servers refused or answered with nonsense.
    #[error("the name servers could not answer")]
    Failed,
}

/// [`Dns`] by asking the name servers directly.
pub struct HickoryDns(TokioResolver);

impl HickoryDns {
    /// Asks the name servers of the operating system's configuration. Fails where that cannot be read.
    pub fn from_system() -> Result<Self, DnsError> {
        let builder = TokioResolver::builder_tokio().map_err(|error| failed(&error))?;
        Self::fresh(builder)
    }

    /// Asks these name servers, by TCP what is too long for UDP.
    pub fn with_servers(servers: &[SocketAddr]) -> Result<Self, DnsError> {
        let server = |address: &SocketAddr| {
            let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            for connection in &mut connections {
                connection.port = address.port();
            }
            NameServerConfig::new(address.ip(), true, connections)
        };
        let servers = servers.iter().map(server).collect();
        Self::fresh(TokioResolver::builder_with_config(
            ResolverConfig::from_name_servers(servers),
            TokioRuntimeProvider::default(),
        ))
    }

    /// Without a cache: whoever has just published a record and asks for a look wants to see it.
    fn fresh(mut builder: ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, DnsError> {
        builder.options_mut().cache_size = 0;
        builder.build().map(Self).map_err(|error| failed(&error))
    }

    async fn records(&self, name: String, kind: RecordType) -> Result<Vec<RData>, DnsError> {
        let mut name = Name::from_utf8(&name).map_err(|_: ProtoError| DnsError::BadName)?;
        name.set_fqdn(true);
        let found = tokio::time::timeout(TOTAL_TIME, self.0.lookup(name, kind));
        match found.await.map_err(|_| DnsError::Timeout)? {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .map(|record| record.data.clone())
                .take(RECORDS)
                .collect()),
            Err(error) if error.is_nx_domain() => Err(DnsError::NotFound),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn failed(error: &NetError) -> DnsError {
    tracing::debug!(%error, "look-up failed");
    if matches!(error, NetError::Timeout) {
        DnsError::Timeout
    } else {
        DnsError::Failed
    }
}

impl Dns for HickoryDns {
    fn txt(&self, name: &str) -> BoxFuture<'_, Result<Vec<String>, DnsError>> {
        let name = name.to_owned();
        async move {
            let records = self.records(name, RecordType::TXT).await?;
            let text = |record: &RData| match record {
                RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
                _ => None,
            };
            Ok(records.iter().filter_map(text).collect())
        }
        .boxed()
    }

    fn mx(&self, name: &str) -> BoxFuture<'_, Result<Vec<Mx>, DnsError>> {
        let name = name.to_owned();
        async move {
            let records = self.records(name, RecordType::MX).await?;
            let exchanger = |record: &RData| match record {
                RData::MX(mx) => {
                    let host = mx.exchange.to_utf8().trim_end_matches('.').to_owned();
                    Some(Mx {
                        preference: mx.preference,
                        host,
                    })
                }
                _ => None,
            };
            let mut found: Vec<_> = records.iter().filter_map(exchanger).collect();
            found.sort();
            Ok(found)
        }
        .boxed()
    }

    fn addresses(&self, name: &str) -> BoxFuture<'_, Result<Vec<IpAddr>, DnsError>> {
        let name = name.to_owned();
        async move {
            let (v4, v6) = futures::join!(
                self.records(name.clone(), RecordType::A),
                self.records(name, RecordType::AAAA)
            );
            // One family is enough; a failure shows only where there is nothing else.
            let found = match (v4, v6) {
                (Ok(v4), Ok(v6)) => [v4, v6].concat(),
                (Ok(found), Err(_)) | (Err(_), Ok(found)) if !found.is_empty() => found,
                (Err(error), _) | (_, Err(error)) => return Err(error),
            };
            Ok(found.iter().filter_map(RData::ip_addr).collect())
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
    use hickory_resolver::proto::rr::Record;
    use hickory_resolver::proto::rr::rdata::{A, AAAA, MX, TXT};
    use tokio::net::UdpSocket;
    use tokio::task::JoinSet;

    use super::*;

    /// A name server on loopback that knows `contoso.example`, has nothing for `empty.example`, fails for
    /// `broken.example`, and knows no other name.
    async fn name_server(tasks: &mut JoinSet<()>) -> HickoryDns {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = socket.local_addr().unwrap();
        tasks.spawn(async move {
            let mut packet = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut packet).await.unwrap();
                let question = Message::from_vec(&packet[..length]).unwrap();
                let reply = answer(&question).to_vec().unwrap();
                socket.send_to(&reply, from).await.unwrap();
            }
        });
        HickoryDns::with_servers(&[address]).unwrap()
    }

    fn answer(question: &Message) -> Message {
        let query = question.queries[0].clone();
        let name = query.name().clone();
        let host = |text| Name::from_utf8(text).unwrap();
        let mut reply = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
        let data = match (name.to_utf8().as_str(), query.query_type()) {
            ("contoso.example.", RecordType::TXT) => vec![
                RData::TXT(TXT::new(vec!["cosmos-domain=".into(), "abc".into()])),
                RData::TXT(TXT::new(vec!["v=spf1 -all".into()])),
            ],
            ("contoso.example.", RecordType::MX) => vec![
                RData::MX(MX::new(20, host("mx2.contoso.example."))),
                RData::MX(MX::new(10, host("mx1.contoso.example."))),
            ],
            ("contoso.example.", RecordType::A) => vec![RData::A(A(Ipv4Addr::new(192, 0, 2, 7)))],
            ("contoso.example.", RecordType::AAAA) => vec![RData::AAAA(AAAA(Ipv6Addr::LOCALHOST))],
            ("empty.example.", _) => vec![],
            ("broken.example.", _) => {
                reply.metadata.response_code = ResponseCode::ServFail;
                vec![]
            }
            _ => {
                reply.metadata.response_code = ResponseCode::NXDomain;
                vec![]
            }
        };
        reply.add_query(query);
        reply.add_answers(
            data.into_iter()
                .map(|data| Record::from_rdata(name.clone(), 60, data)),
        );
        reply
    }

    #[tokio::test]
    async fn records_of_a_name_are_found() {
        let mut tasks = JoinSet::new();
        let dns = name_server(&mut tasks).await;
        let mut texts = dns.txt("contoso.example").await.unwrap();
        texts.sort();
        assert_eq!(texts, ["cosmos-domain=abc", "v=spf1 -all"]);
        let hosts: Vec<_> = dns
            .mx("contoso.example")
            .await
            .unwrap()
            .into_iter()
            .map(|mx| mx.host)
            .collect();
        assert_eq!(hosts, ["mx1.contoso.example", "mx2.contoso.example"]);
        let addresses = dns.addresses("contoso.example.").await.unwrap();
        assert_eq!(
            addresses,
            [IpAddr::from([192, 0, 2, 7]), Ipv6Addr::LOCALHOST.into()]
        );
    }

    #[tokio::test]
    async fn nothing_unknown_and_failed_are_told_apart() {
        let mut tasks = JoinSet::new();
        let dns = name_server(&mut tasks).await;
        assert_eq!(dns.txt("empty.example").await, Ok(vec![]));
        assert_eq!(dns.addresses("empty.example").await, Ok(vec![]));
        assert_eq!(dns.txt("unknown.example").await, Err(DnsError::NotFound));
        assert_eq!(dns.addresses("unknown.example").await, Err(DnsError::NotFound));
        assert_eq!(dns.txt("broken.example").await, Err(DnsError::Failed));
        assert_eq!(dns.txt(&"a".repeat(64)).await, Err(DnsError::BadName));
        assert_eq!(dns.txt("a..b").await, Err(DnsError::BadName));
    }
}
