//! The resolver against a name server nobody here wrote: NSD, on loopback.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use outside::{Dns as _, DnsError, HickoryDns, Mx};

/// Parts of 255 letters: more than a packet by UDP takes.
const LONG: usize = 20;

struct NameServer {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl NameServer {
    /// Knows `litware.test`; its file of `broken.test` is missing, and for anything else it is not asked.
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("\"{}\" ", "x".repeat(255)).repeat(LONG);
        let zone = format!(
            "$ORIGIN litware.test.\n$TTL 1\n\
             @ SOA ns host 1 60 60 60 60\n\
             @ NS ns\n\
             @ MX 20 mx2\n\
             @ MX 10 mx1\n\
             ns A 127.0.0.1\n\
             _cosmos-challenge TXT \"cosmos-domain=\" \"abc\"\n\
             _cosmos-challenge TXT \"another\"\n\
             alias CNAME _cosmos-challenge\n\
             lost CNAME nowhere\n\
             long TXT {long}\n"
        );
        fs::write(folder.path().join("litware.zone"), zone).unwrap();
        // NSD takes no port 0: one that was free a moment ago.
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = socket.local_addr().unwrap();
        drop(socket);
        let config = folder.path().join("nsd.conf");
        fs::write(&config, configuration(folder.path(), address)).unwrap();
        // `cargo xtask setup` installs it.
        let mut process = Command::new("nsd")
            .arg("-d")
            .arg("-c")
            .arg(config)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let started = said.any(|line| line.unwrap().contains("nsd started"));
        assert!(started, "nsd ended");
        // Its later words must find somebody, or it would be ended by them.
        std::thread::spawn(move || said.for_each(drop));
        Self {
            process,
            address,
            _folder: folder,
        }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        // Gone already is what is wanted too.
        let _ = rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.process),
            rustix::process::Signal::TERM,
        );
        let _ = self.process.wait();
    }
}

fn configuration(folder: &Path, address: SocketAddr) -> String {
    let place = folder.display();
    let (ip, port) = (address.ip(), address.port());
    format!(
        "server:\n ip-address: {ip}@{port}\n server-count: 1\n username: \"\"\n chroot: \"\"\n pidfile: \"\"\n database: \"\"\n \
         zonesdir: \"{place}\"\n zonelistfile: \"{place}/zone.list\"\n xfrdfile: \"{place}/xfrd.state\"\n xfrdir: \"{place}\"\n\
         remote-control:\n control-enable: no\n\
         zone:\n name: \"litware.test\"\n zonefile: \"litware.zone\"\n\
         zone:\n name: \"broken.test\"\n zonefile: \"missing.zone\"\n"
    )
}

#[tokio::test]
async fn proofs_are_looked_up_at_a_real_name_server() {
    let server = NameServer::start();
    let dns = HickoryDns::with_servers(&[server.address]).unwrap();
    let proof = ["another", "cosmos-domain=abc"];
    for name in [
        "_cosmos-challenge.litware.test",
        "_COSMOS-challenge.LitWare.test.",
        "alias.litware.test",
    ] {
        let mut found = dns.txt(name).await.unwrap();
        found.sort();
        assert_eq!(found, proof, "{name}");
    }
    let long = dns.txt("long.litware.test").await.unwrap();
    assert_eq!(long, ["x".repeat(255 * LONG)], "by TCP, since UDP takes no more");
    let exchangers = dns.mx("litware.test").await.unwrap();
    let exchanger = |preference, host: &str| Mx {
        preference,
        host: host.to_owned(),
    };
    assert_eq!(
        exchangers,
        [
            exchanger(10, "mx1.litware.test"),
            exchanger(20, "mx2.litware.test")
        ]
    );

    assert_eq!(
        dns.txt("ns.litware.test").await,
        Ok(vec![]),
        "a name without text records"
    );
    for (name, error) in [
        ("nobody.litware.test", DnsError::NotFound),
        ("lost.litware.test", DnsError::NotFound),
        ("_cosmos-challenge.broken.test", DnsError::Failed),
        ("_cosmos-challenge.refused.test", DnsError::Failed),
    ] {
        assert_eq!(dns.txt(name).await, Err(error), "{name}");
    }
}
