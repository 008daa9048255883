//! An identity provider of an evil company: a real HTTPS server on loopback, which keeps every byte that it is sent.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use access::{Clock, Session};
use domain::Cloud;
use domain::os_idp::OsIdpDraft;
use domain::permission::{ActivateOnboarding, RegisterOsIdp};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use outside::http::{Method, NameLookup};
use outside::{Call, GuardedHttp, Policy};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::idp::{self, Idp};
use super::{World, company};

pub const DOMAIN: &str = "evil.example";
pub const EVE: &str = "eve@evil.example";
const HOST: &str = "login.evil.example";

pub struct Evil {
    /// What it answers, lies included.
    pub idp: Arc<Idp>,
    pub issuer: String,
    heard: Arc<Mutex<Vec<u8>>>,
    _server: JoinSet<()>,
}

impl Evil {
    /// Every byte that reached it, as text.
    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

/// Every name stands for loopback.
struct Loopback;

impl NameLookup for Loopback {
    fn lookup(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) }.boxed()
    }
}

impl World {
    /// An evil company registers its provider beside Contoso's.
    pub async fn meet_evil(&self) -> Evil {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let issuer = format!("https://{HOST}:{}", listener.local_addr().unwrap().port());
        let (acceptor, root) = certificate();
        let policy = Policy {
            allow: vec!["127.0.0.0/8".parse().unwrap()],
            extra_roots: vec![root],
            ..Policy::default()
        };
        let real = GuardedHttp::with_names(policy, Arc::new(Loopback));
        self.reaches(real);

        let clock: Clock = self.ums.clock.clone();
        let idp = Arc::new(Idp::named(clock, &issuer, EVE));
        idp.publish(true);
        let heard = Arc::default();
        let mut server = JoinSet::new();
        server.spawn(serve(
            listener,
            acceptor,
            (issuer.clone(), Arc::clone(&idp), Arc::clone(&heard)),
        ));
        let evil = Evil {
            idp,
            issuer,
            heard,
            _server: server,
        };
        let admin = company(&self.services, "Evil", "mallory@evil.example").await;
        self.register_evil(&evil, &admin).await;
        evil.heard.lock().unwrap().clear();
        evil
    }

    async fn register_evil(&self, evil: &Evil, admin: &Session<Cloud>) {
        let auth = self.auth_of::<ActivateOnboarding>(admin).await;
        portal::activation::activate(&auth).await.unwrap();
        let draft = OsIdpDraft {
            name: "Evil".to_owned(),
            client_id: idp::CLIENT.to_owned(),
            client_secret: idp::SECRET.to_owned(),
            issuer: evil.issuer.clone(),
            domains: DOMAIN.to_owned(),
            ..OsIdpDraft::default()
        };
        let auth = self.auth_of::<RegisterOsIdp>(admin).await;
        portal::os_idps::register(&auth, draft).await.unwrap();
    }
}

type Served = (String, Arc<Idp>, Arc<Mutex<Vec<u8>>>);

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, served: Served) {
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        // A client that hangs up has its reasons.
        let _done = answer(socket, &acceptor, &served).await;
    }
}

async fn answer(
    socket: TcpStream,
    acceptor: &TlsAcceptor,
    (issuer, idp, heard): &Served,
) -> std::io::Result<()> {
    let mut socket = acceptor.accept(socket).await?;
    let mut request = Vec::new();
    let (body_at, length) = loop {
        let mut buffer = [0; 4096];
        let read = socket.read(&mut buffer).await?;
        heard.lock().unwrap().extend_from_slice(&buffer[..read]);
        request.extend_from_slice(&buffer[..read]);
        if read == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text[..end].split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            break (end + 4, length.unwrap_or(0));
        }
    };
    while request.len() < body_at + length {
        let mut buffer = [0; 4096];
        let read = socket.read(&mut buffer).await?;
        heard.lock().unwrap().extend_from_slice(&buffer[..read]);
        request.extend_from_slice(&buffer[..read]);
    }
    let line = String::from_utf8_lossy(&request).into_owned();
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default().parse().unwrap_or(Method::GET);
    let path = words.next().unwrap_or_default();
    let mut call = Call::get(format!("{issuer}{path}"));
    call.method = method;
    call.body = request[body_at..].to_vec().into();
    let Ok(reply) = idp.hear(&call).await else {
        return Ok(());
    };
    let said = format!(
        "HTTP/1.1 {} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        reply.status,
        reply.body.len()
    );
    socket.write_all(said.as_bytes()).await?;
    socket.write_all(&reply.body).await?;
    socket.shutdown().await
}

/// A certificate for the host, and the root that it leads to.
fn certificate() -> (TlsAcceptor, rustls_pki_types::CertificateDer<'static>) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    let own = own.signed_by(&key, &root).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![own.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), root.der().clone())
}
