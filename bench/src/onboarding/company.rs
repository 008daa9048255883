//! Contoso, ready to onboard devices: the cloud side and the company's UMS as a process each, set up as its administrators do it,
//! by what their pages call.

use std::net::SocketAddr;
use std::path::PathBuf;

use device::first_look;
use domain::{Hostname, Port};
use protocol::onboarding::Address;
use serde::Deserialize;

use super::front::{Front, Idp};
use crate::Stage;
use crate::administrator::Administrator;
use crate::cosmos::{Cosmos, PASSWORD, Running};
use crate::failure::{Failure, Outcome};
use crate::http::Connection;
use crate::peers::certificates::Certificates;
use crate::peers::free_address;
use crate::programs::Core;

const ADMIN: &str = "admin@contoso.example";

/// What the cloud side listens on.
#[derive(Clone, Copy, Deserialize)]
pub struct CloudAddresses {
    portal: SocketAddr,
}

/// What the UMS listens on.
#[derive(Clone, Copy, Deserialize)]
pub struct UmsAddresses {
    ums: SocketAddr,
}

/// All that runs.
pub struct Company {
    pub cloud: Running<CloudAddresses>,
    pub ums: Running<UmsAddresses>,
    pub front: Front,
    pub idp: Idp,
    pub certificates: Certificates,
    /// Where the Onboarding Service is reached.
    pub service: SocketAddr,
    cloud_side: Cosmos,
    ums_side: Cosmos,
    _folder: tempfile::TempDir,
}

impl Company {
    pub async fn found(stage: &Stage) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("onboarding")
            .tempdir_in(&stage.place)?;
        let certificates = Certificates::make(folder.path(), &[])?;
        let (service, behind, ums) = (free_address()?, free_address()?, free_address()?);
        let origin = format!("https://localhost:{}", service.port());
        let root = certificates.folder().join("root.pem").display().to_string();
        let outbound = format!("[outbound]\nallow = [\"127.0.0.0/8\", \"::1/128\"]\nroots = [\"{root}\"]\n");
        let cloud_side = Cosmos::with(
            &stage.target,
            &stage.place,
            &format!(
                "trusted_proxies = [\"127.0.0.0/8\"]\n{outbound}[portal]\nlisten = \"127.0.0.1:0\"\n\
                 [portal.trusted_domains]\n\"contoso.example\" = \"Contoso\"\n\
                 [onboarding]\nlisten = \"{behind}\"\npublic_url = \"{origin}\"\n"
            ),
        )?;
        let ums_side = Cosmos::with(
            &stage.target,
            &stage.place,
            &format!(
                "{outbound}[ums]\nlisten = \"{ums}\"\npublic_host = \"localhost\"\n[ums.onboarding]\nservices = [\"{origin}\"]\n"
            ),
        )?;
        cloud_side.run(&["account", "create", "--name", "Contoso"], "")?;
        let add = ["user", "add", "--account", "Contoso", "--email", ADMIN, "--role"];
        cloud_side.run(
            &[&add[..], &["super-admin", "--password-stdin"]].concat(),
            PASSWORD,
        )?;
        ums_side.set_superuser()?;
        let company = Self {
            front: Front::start(&certificates, service, behind).await?,
            idp: Idp::start(stage, &certificates, &format!("{origin}/")).await?,
            cloud: cloud_side.start_some(Core::Server).await?,
            ums: ums_side.start_some(Core::Server).await?,
            certificates,
            service,
            cloud_side,
            ums_side,
            _folder: folder,
        };
        company.register().await?;
        Ok(company)
    }

    /// The UMS as it is after a restart: what it counts of its callers begins anew.
    pub async fn restart_ums(self) -> Outcome<Self> {
        let Self { ums, ums_side, .. } = self;
        ums.stop()?;
        Ok(Self {
            ums: ums_side.start_some(Core::Server).await?,
            ums_side,
            ..self
        })
    }

    /// The database of the cloud side.
    pub fn database(&self) -> PathBuf {
        self.cloud_side.data().join("cloud/db.sqlite")
    }

    async fn register(&self) -> Outcome {
        let address = self.ums.addresses.ums;
        let key = self.ums_side.make_key(1)?;
        let at = Address {
            host: Hostname::parse("localhost").map_err(|_| Failure::new("no name"))?,
            port: Port::parse(&address.port().to_string()).map_err(|_| Failure::new("no port"))?,
        };
        let trust = first_look::find(&at, &key.communication_token, device::clock::now()).await?;
        let connection = Connection::tls(address, None, "localhost", trust.anonymous()?).await?;
        let mut superuser = Administrator::sign_in_at_ums(connection).await?;
        let chain = String::from_utf8(superuser.open("/wums-app/chain").await?.to_vec())?;
        let id = String::from_utf8(superuser.open("/wums-app/ums-id").await?.to_vec())?;

        let mut admin = Administrator::sign_in_at_portal(self.cloud.addresses.portal, ADMIN).await?;
        admin.call("activation/activate_onboarding", &[]).await?;
        let ums = [("draft[name]", "Headquarters"), ("draft[certificate]", &id)];
        admin.call("ums_instances/register_ums_instance", &ums).await?;
        let idp = &self.idp.client;
        let idp = [
            ("draft[name]", "Contoso sign-in"),
            ("draft[client_id]", &idp.id),
            ("draft[client_secret]", &idp.secret),
            ("draft[issuer]", &idp.issuer),
            ("draft[domains]", "contoso.example"),
        ];
        admin.call("os_idps/register_os_idp", &idp).await?;
        let port = address.port().to_string();
        let record = [
            ("draft[name]", "Everybody"),
            ("draft[host]", "localhost"),
            ("draft[port]", &port),
            ("draft[domains]", "contoso.example"),
            ("draft[chain]", &chain),
        ];
        admin.call("routing/register_routing", &record).await.map(drop)
    }
}
