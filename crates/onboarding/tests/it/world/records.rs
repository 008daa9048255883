//! What the OBS Admin does with the record, and sees of it.

use domain::onboarding::LastOnboarding;
use domain::permission::{EditRouting, SwitchRouting, ViewRouting};
use domain::routing_change as change;
use outside::{Presented, TlsVersion};

use super::{World, ums};

impl World {
    async fn record(&self) -> (String, String) {
        let auth = self.auth::<ViewRouting>().await;
        let record = portal::routing::get(&auth, self.routing.unwrap()).await.unwrap();
        (record.row.id.to_string(), record.version.to_string())
    }

    /// Gives the record another host.
    pub async fn move_to(&self, host: &str) {
        self.try_move_to(host, 8443).await.unwrap();
    }

    pub async fn try_move_to(&self, host: &str, port: u16) -> access::Result<()> {
        let (record, version) = self.record().await;
        let draft = change::EditRouting {
            record,
            version,
            name: "Headquarters".to_owned(),
            host: host.to_owned(),
            port: port.to_string(),
        };
        portal::routing::edit(&self.auth::<EditRouting>().await, draft)
            .await
            .map(drop)
    }

    /// Gives the record a further address, in the place of others.
    pub async fn add_target(&self, host: &str) {
        let auth = self.auth::<ViewRouting>().await;
        for target in portal::routing::get(&auth, self.routing.unwrap())
            .await
            .unwrap()
            .targets
        {
            let (record, version) = self.record().await;
            let draft = change::RemoveTarget {
                record,
                version,
                host: target.host,
                port: target.port.to_string(),
            };
            let auth = self.auth::<EditRouting>().await;
            portal::routing::remove_target(&auth, draft).await.unwrap();
        }
        let (record, version) = self.record().await;
        let draft = change::AddTarget {
            record,
            version,
            host: host.to_owned(),
            port: "8443".to_owned(),
            chain: String::new(),
        };
        portal::routing::add_target(&self.auth::<EditRouting>().await, draft)
            .await
            .unwrap();
    }

    /// Switches the record off or on.
    pub async fn switch(&self, enabled: bool) {
        let (record, version) = self.record().await;
        let draft = change::SwitchRouting {
            record,
            version,
            enabled,
        };
        portal::routing::switch(&self.auth::<SwitchRouting>().await, draft)
            .await
            .unwrap();
    }

    /// Lets the UMS present its certificates in handshakes.
    pub fn presents(&self) {
        self.presents_as(TlsVersion::Tls13);
    }

    pub fn presents_as(&self, version: TlsVersion) {
        let certificates = self.ums.presented.iter().map(|one| one.der().clone()).collect();
        let presented = Presented {
            address: [192, 0, 2, 80].into(),
            version,
            certificates,
        };
        self.outside.present(ums::HOST, 8443, Ok(presented));
    }

    /// "Last onboardings" as the OBS Admin sees them.
    pub async fn last(&self) -> Vec<LastOnboarding> {
        let auth = self.auth::<ViewRouting>().await;
        onboarding::last::list(&auth, self.routing.unwrap())
            .await
            .unwrap()
    }
}
