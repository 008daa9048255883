//! The program against the real device connector: TLS, EST, WebSocket, database and all.

#![cfg(test)]

#[path = "device/program.rs"]
mod program;

use std::sync::Arc;

use access::{Actor, Clock, Visitor};
use connector::{listener, router, tls};
use domain::device::{CommandState, DeviceChanges, Presence};
use domain::first_auth_key::FirstAuthKeyDraft;
use domain::page::ListQuery;
use domain::permission::{CommandDevices, ViewDevices};
use domain::sign_in::SignInDraft;
use domain::{Company, Permission};
use store::Schema;
use test_support::db;
use test_support::services::{TestCompany, client, start as start_side};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use ums::{Administrators, Live, Settings, administrators, certificates, devices, first_auth_keys, sign_in};

use program::{run, start};

const PASSWORD: &str = "a lamp above the harbour";

struct Server {
    side: TestCompany,
    port: u16,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start(db: &store::Db) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, now) = (listener.local_addr().unwrap().port(), Clock::system().now());
        let settings = Settings {
            public_host: Some("localhost".to_owned()),
            public_port: port,
            ..Settings::default()
        };
        let side: TestCompany = start_side(db, Arc::new(Administrators), now)
            .await
            .with(settings)
            .with(Live::new(now));
        let services = side.services.clone();
        let acting = services.acting_as_unchecked(Actor::CommandLine);
        certificates::start(&acting).await.unwrap();
        administrators::set_superuser(&acting, "root", PASSWORD)
            .await
            .unwrap();
        let (config, app) = (tls::server_config(&services).unwrap(), router(services));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            listener::serve(listener, config, app, CancellationToken::new())
                .await
                .unwrap();
        });
        Self {
            side,
            port,
            _tasks: tasks,
        }
    }

    /// Options with a key for so many devices.
    async fn options(&self, uses: u32) -> String {
        let draft = FirstAuthKeyDraft {
            uses: uses.to_string(),
            ..FirstAuthKeyDraft::default()
        };
        let acting = self.side.services.acting_as_unchecked(Actor::CommandLine);
        let made = first_auth_keys::make_by_command_line(&acting, draft)
            .await
            .unwrap();
        let token = made.communication_token.replace(' ', "");
        format!(
            "--server localhost --port {} --key {} --token {token}",
            self.port, made.secret
        )
    }

    async fn may<P: Permission<Side = Company>>(&self) -> access::Authorized<P> {
        let draft = SignInDraft {
            user: "root".to_owned(),
            password: PASSWORD.to_owned(),
            next: String::new(),
        };
        let token = sign_in::sign_in(&Visitor::new(&self.side.services, client(7)), draft)
            .await
            .unwrap();
        self.side.authorize(&token).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_enrols_comes_online_reboots_once_and_is_offline_when_it_is_killed() {
    let db = db::sqlite(Schema::Company).await;
    let (server, state) = (Server::start(&db).await, tempfile::tempdir().unwrap());
    let options = server.options(1).await;
    let ended = run(
        state.path(),
        &format!("enroll --unit-id DESK-0001 --name Reception {options}"),
    )
    .await;
    assert!(ended.success, "{ended:?}");
    // The key was for one device; the same device may ask again, another may not.
    assert!(
        run(state.path(), &format!("enroll --again {options}"))
            .await
            .success
    );
    let other = tempfile::tempdir().unwrap();
    assert_eq!(
        run(other.path(), &format!("enroll {options}")).await.code(),
        Some(38)
    );
    // The same Unit ID with another key has to wait for an administrator.
    let options = server.options(1).await;
    assert_eq!(
        run(other.path(), &format!("enroll --unit-id DESK-0001 {options}"))
            .await
            .code(),
        Some(38)
    );

    let view = server.may::<ViewDevices>().await;
    let mut changes = devices::changes(&view).unwrap();
    let mut device = start(state.path(), "run");
    device.wait_for("connected").await;
    let shown = devices::list(&view, ListQuery::default()).await.unwrap().rows;
    assert_eq!(
        (shown.len(), shown[0].name.as_str(), shown[0].presence),
        (1, "Reception", Presence::Online)
    );
    let id = shown[0].id;
    let first_boot = devices::get(&view, id).await.unwrap().last_boot;

    devices::reboot(&server.may::<CommandDevices>().await, id)
        .await
        .unwrap();
    device.wait_for("command").await;
    device.wait_for("connected").await;
    let after = devices::get(&view, id).await.unwrap();
    assert_eq!(
        (after.commands.len(), after.commands[0].state),
        (1, CommandState::Done)
    );
    assert!(after.last_boot >= first_boot);

    device.kill().await;
    let gone = |told| matches!(told, DeviceChanges::These(told) if told.iter().any(|change| change.presence == Presence::Offline));
    // The reboot before was an end, too; the last one is the one that lasts.
    while !gone(changes.next().await.unwrap())
        || devices::get(&view, id).await.unwrap().row.presence == Presence::Online
    {}
    assert_eq!(
        devices::get(&view, id).await.unwrap().row.presence,
        Presence::Offline
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_enrols_with_one_key_and_comes_back_without_it() {
    let db = db::sqlite(Schema::Company).await;
    let (server, state) = (Server::start(&db).await, tempfile::tempdir().unwrap());
    let options = server.options(5).await;
    for _ in 0..2 {
        let mut fleet = start(state.path(), &format!("fleet --count 5 --name demo {options}"));
        assert_eq!(fleet.wait_for("fleet_connected").await["connected"], 5);
        let shown = devices::list(&server.may::<ViewDevices>().await, ListQuery::default())
            .await
            .unwrap()
            .rows;
        assert_eq!(
            shown
                .iter()
                .filter(|row| row.presence == Presence::Online)
                .count(),
            5
        );
        assert!(fleet.terminate().await.success);
    }
}
