//! A scripted agent of MeshCentral: what `meshagent.js` of 1.1.55 wants to see of one, and no more. All numbers are big-endian.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use rcgen::SigningKey as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::identities::Identities;
use super::{HASH, hash};
use crate::failure::{Doing as _, Failure, Outcome};
use crate::http::dial;
use crate::peers::{Held, Visit};

/// Hash of the server's certificate and own nonce; the server's answer carries its nonce.
const AUTHENTICATION: u16 = 1;
/// Own certificate and signature.
const CERTIFICATE: u16 = 2;
/// What the agent is and which group it belongs to.
const INFORMATION: u16 = 3;
/// From the agent: the server need not prove itself once more. From the server: accepted.
const ACCEPTED: u16 = 4;
/// Its agents ping so often; the server ends a connection that was silent for 150 s.
const PING_EVERY: Duration = Duration::from_mins(2);
/// How long the server may take to accept.
const ACCEPTED_WITHIN: Duration = Duration::from_mins(2);
/// Kind of the agent: Linux on x86-64.
const LINUX: u32 = 6;
/// A platform without a graphical desktop.
const HEADLESS: u32 = 3;

/// All agents: their identities, and what they know of the server.
pub(super) struct Agent {
    identities: Identities,
    pub tls: Arc<ClientConfig>,
    /// SHA-384 of the server's certificate.
    pub server: [u8; HASH],
}

/// An agent that the server has accepted.
pub struct HeldAgent(WebSocketStream<TlsStream<TcpStream>>);

impl Agent {
    /// Agents that trust no server yet.
    pub fn unacquainted(identities: Identities) -> Self {
        let tls = ClientConfig::builder()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        Self {
            identities,
            tls: Arc::new(tls),
            server: [0; HASH],
        }
    }

    /// Connects an agent until it is accepted.
    pub async fn connect(&self, to: SocketAddr, visit: Visit) -> Outcome<HeldAgent> {
        timeout(ACCEPTED_WITHIN, self.introduce(to, visit))
            .await
            .map_err(|_| Failure::new("MeshCentral has not accepted an agent in time"))?
    }

    async fn introduce(&self, to: SocketAddr, visit: Visit) -> Outcome<HeldAgent> {
        let identity = self.identities.of(visit.device)?;
        let tls = TlsConnector::from(Arc::clone(&self.tls));
        let stream = dial(to, Some(visit.from)).await?;
        let stream = tls.connect(ServerName::from(to.ip()), stream).await?;
        let small = WebSocketConfig::default()
            .read_buffer_size(4 * 1024)
            .write_buffer_size(0);
        let request = format!("wss://{to}/agent.ashx");
        let (mut socket, _) = client_async_with_config(request, stream, Some(small)).await?;

        // Different from agent to agent is enough here.
        let nonce = hash(&visit.device.to_be_bytes())?;
        let authentication = [&AUTHENTICATION.to_be_bytes()[..], &self.server, &nonce].concat();
        for message in [
            ACCEPTED.to_be_bytes().to_vec(),
            authentication,
            information(visit.device)?,
        ] {
            socket.feed(Message::binary(message)).await?;
        }
        socket.flush().await?;
        loop {
            let message = next(&mut socket).await?;
            match message.split_first_chunk() {
                Some((&number, rest)) if u16::from_be_bytes(number) == AUTHENTICATION => {
                    let (server, server_nonce) = rest.split_at_checked(HASH).unwrap_or_default();
                    if server != self.server {
                        return Err(Failure::new(
                            "MeshCentral took our hash of its certificate for another one",
                        ));
                    }
                    let signature = identity.key.sign(&[server, server_nonce, &nonce].concat())?;
                    let length = u16::try_from(identity.certificate.len())?;
                    let proof = [
                        &CERTIFICATE.to_be_bytes()[..],
                        &length.to_be_bytes(),
                        &identity.certificate,
                        &signature,
                    ];
                    socket.send(Message::binary(proof.concat())).await?;
                }
                Some((&number, _)) if u16::from_be_bytes(number) == ACCEPTED => return Ok(HeldAgent(socket)),
                _ => {}
            }
        }
    }
}

/// Agents of one group, each with a name of its own.
fn information(agent: usize) -> Outcome<Vec<u8>> {
    let name = format!("agent-{agent:05}");
    let group = hash(b"benchmark")?;
    let (format, version, capabilities) = (1_u32, 0_u32, 0_u32);
    let mut message = INFORMATION.to_be_bytes().to_vec();
    for number in [format, LINUX, version, HEADLESS] {
        message.extend(number.to_be_bytes());
    }
    message.extend(group);
    message.extend(capabilities.to_be_bytes());
    message.extend(u16::try_from(name.len())?.to_be_bytes());
    message.extend(name.bytes());
    Ok(message)
}

/// The next message that is one; the end of the connection is a failure.
async fn next(socket: &mut WebSocketStream<TlsStream<TcpStream>>) -> Outcome<Bytes> {
    loop {
        match socket.next().await {
            Some(Ok(message @ (Message::Binary(_) | Message::Text(_)))) => return Ok(message.into_data()),
            Some(Ok(Message::Close(_))) | None => {
                return Err(Failure::new("MeshCentral ended the connection"));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error).doing("the connection to MeshCentral"),
        }
    }
}

impl Held for HeldAgent {
    async fn hold(mut self) -> Failure {
        loop {
            match timeout(PING_EVERY, next(&mut self.0)).await {
                // It asks for the modules that an agent runs. This one runs none.
                Ok(Ok(_)) => {}
                Ok(Err(failure)) => return failure,
                Err(_) => {
                    if let Err(error) = self.0.send(Message::Ping(Bytes::new())).await {
                        return error.into();
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places are those where `meshagent.js` of 1.1.55 reads them.
    #[test]
    fn what_an_agent_says_of_itself_is_where_the_server_reads_it() {
        let message = information(7).unwrap();
        let word = |at: usize| message.get(at..at + 4).unwrap().to_vec();
        assert_eq!(message.get(..2).unwrap(), [0, 3]);
        assert_eq!(
            (word(2), word(6), word(14)),
            (vec![0, 0, 0, 1], vec![0, 0, 0, 6], vec![0, 0, 0, 3])
        );
        assert_eq!(message.get(18..66).unwrap(), hash(b"benchmark").unwrap());
        assert_eq!(
            (word(66), message.get(70..72).unwrap()),
            (vec![0; 4], &[0, 11][..])
        );
        assert_eq!(message.get(72..).unwrap(), b"agent-00007");
    }
}
