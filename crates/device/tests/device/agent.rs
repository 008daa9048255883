//! `run`: the WebSocket, its losses, commands and renewals.

use domain::device::CommandKind;
use pki::Fingerprint;
use protocol::unified::{
    Command, CommandOutcome, ErrorCode, FromDevice, Hello, Reconnect, Settings, ToDevice,
};
use tempfile::TempDir;
use time::Duration;
use uuid::Uuid;

use crate::program::{run, start};
use crate::ums::{self, Order, Seen, Ums, Ways};

/// A UMS and the folder of a device that has enrolled there.
async fn enrolled(ways: Ways) -> (Ums, TempDir) {
    let (mut ums, state) = (ums::start(ways).await, tempfile::tempdir().unwrap());
    let ended = run(
        state.path(),
        &format!("enroll --name reception {}", ums.options()),
    )
    .await;
    assert!(
        ended.success && matches!(ums.next().await, Seen::Enrolment(..)),
        "{ended:?}"
    );
    (ums, state)
}

fn hello(seen: &Seen) -> Option<Hello> {
    if let Seen::Said(FromDevice::Hello(hello)) = seen {
        Some(hello.as_ref().clone())
    } else {
        None
    }
}

fn result(seen: &Seen) -> Option<(u128, CommandOutcome)> {
    let Seen::Said(FromDevice::CommandResult(result)) = seen else {
        return None;
    };
    Some((Uuid::from(result.command).as_u128(), result.outcome.clone()))
}

fn connection(seen: &Seen) -> Option<Fingerprint> {
    if let Seen::Connection(print) = seen {
        Some(*print)
    } else {
        None
    }
}

fn reboot(id: u128) -> Order {
    Order::Say(ToDevice::Command(Command {
        command: Uuid::from_u128(id).into(),
        kind: CommandKind::Reboot,
    }))
}

#[tokio::test]
async fn it_says_what_it_is_beats_and_takes_settings() {
    let (mut ums, state) = enrolled(Ways::default()).await;
    let mut device = start(state.path(), "run --product UD3");
    let said = ums.hear(hello).await;
    assert_eq!(
        (said.name.as_str(), said.product.as_str(), said.settings_digest),
        ("reception", "UD3", None)
    );
    assert!(said.last_ip.is_some_and(|address| address.is_loopback()));
    device.wait_for("connected").await;
    ums.hear(|seen| matches!(seen, Seen::Said(FromDevice::Heartbeat(_))).then_some(()))
        .await;
    ums.order(Order::Say(ToDevice::Settings(Settings {
        digest: "abc".to_owned(),
    })));
    let applied = |seen: &Seen| {
        if let Seen::Said(FromDevice::SettingsApplied(applied)) = seen {
            Some(applied.digest.clone())
        } else {
            None
        }
    };
    assert_eq!(ums.hear(applied).await, "abc");
    // A frame of a newer server is answered, never ignored.
    ums.order(Order::Raw(r#"{"type":"licence","id":9}"#.to_owned()));
    let error = |seen: &Seen| {
        if let Seen::Said(FromDevice::Error(error)) = seen {
            Some(error.code)
        } else {
            None
        }
    };
    assert_eq!(ums.hear(error).await, ErrorCode::UnknownType);
    // After a loss it comes back, and knows its settings.
    ums.order(Order::Drop);
    assert_eq!(ums.hear(hello).await.settings_digest.as_deref(), Some("abc"));
    device.wait_for("disconnected").await;
    device.wait_for("connected").await;
    assert!(device.terminate().await.success);
    ums.hear(|seen| matches!(seen, Seen::Gone).then_some(())).await;
}

#[tokio::test]
async fn it_comes_back_within_the_window_that_it_was_told_last() {
    let (mut ums, state) = enrolled(Ways::default()).await;
    let mut device = start(state.path(), "run");
    ums.hear(hello).await;
    device.wait_for("connected").await;
    // The welcome of this UMS tells none at all.
    ums.order(Order::Drop);
    assert_eq!(device.wait_for("waiting").await["window_seconds"], 0);
    ums.hear(hello).await;
    device.wait_for("connected").await;
    ums.order(Order::Say(ToDevice::Reconnect(Reconnect {
        window_seconds: 3_600,
    })));
    ums.order(Order::Drop);
    let waiting = device.wait_for("waiting").await;
    assert_eq!(waiting["window_seconds"], 3_600);
    assert!((1..=3_600).contains(&waiting["seconds"].as_u64().unwrap()));
    assert!(device.terminate().await.success, "also while it waits");
}

#[tokio::test]
async fn a_reboot_is_done_once_and_shows_in_the_boot_time() {
    let (mut ums, state) = enrolled(Ways::default()).await;
    let mut device = start(state.path(), "run");
    let first = ums.hear(hello).await;
    device.wait_for("connected").await;
    ums.order(reboot(1));
    assert_eq!(device.wait_for("command").await["kind"], "reboot");
    assert_eq!(ums.hear(result).await, (1, CommandOutcome::Done));
    let second = ums.hear(hello).await;
    assert!(second.boot_time > first.boot_time);
    device.wait_for("connected").await;
    // The same once more: the result again, and no reboot, for the next command finds it connected.
    ums.order(reboot(1));
    assert_eq!(ums.hear(result).await.0, 1);
    ums.order(reboot(2));
    assert_eq!(ums.hear(result).await.0, 2);
    assert!(ums.hear(hello).await.boot_time > second.boot_time);
    device.wait_for("connected").await;
    assert_eq!(
        device
            .said
            .iter()
            .filter(|line| line["event"] == "command")
            .count(),
        2
    );
    // A killed device remembers.
    device.kill().await;
    let mut device = start(state.path(), "run");
    device.wait_for("connected").await;
    ums.hear(hello).await;
    ums.order(reboot(2));
    assert_eq!(ums.hear(result).await.0, 2);
    assert!(
        device
            .terminate()
            .await
            .said
            .iter()
            .all(|line| line["event"] != "command")
    );
}

#[tokio::test]
async fn a_certificate_near_its_end_is_renewed_inside_the_connection() {
    let (mut ums, state) = enrolled(Ways {
        life: Duration::days(29),
        ..Ways::default()
    })
    .await;
    let mut device = start(state.path(), "run");
    let old = ums.hear(connection).await;
    let new = device.wait_for("renewed").await["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    ums.order(Order::Drop);
    let used = ums.hear(connection).await;
    assert!(used != old && used.to_string() == new);
    device.wait_for("connected").await;
    assert!(device.terminate().await.success);
    assert_eq!(
        run(state.path(), "info").await.said[0]["fingerprint"],
        new.as_str()
    );
}

#[tokio::test]
async fn where_the_connection_does_not_renew_est_does_and_a_fresh_one_is_left_alone() {
    let ways = Ways {
        life: Duration::days(29),
        no_renewal: true,
        ..Ways::default()
    };
    let (mut ums, state) = enrolled(ways).await;
    let mut device = start(state.path(), "run");
    device.wait_for("renewed").await;
    ums.hear(|seen| matches!(seen, Seen::Renewal).then_some(())).await;
    ums.order(Order::Drop);
    device.wait_for("connected").await;
    ums.hear(hello).await;
    let asked = |seen: &Seen| match seen {
        Seen::Said(FromDevice::Certificate(_)) => Some(true),
        Seen::Said(FromDevice::Heartbeat(_)) => Some(false),
        _ => None,
    };
    assert!(!ums.hear(asked).await, "it asked again");
    assert!(device.terminate().await.success);
}

#[tokio::test]
async fn a_ums_that_is_away_is_44_one_that_refuses_the_certificate_45_one_that_does_not_know_it_38() {
    let (ums, state) = enrolled(Ways {
        foreign_devices: true,
        ..Ways::default()
    })
    .await;
    assert_eq!(run(state.path(), "run --attempts 1").await.code(), Some(45));
    ums.stop().await;
    assert_eq!(run(state.path(), "run --attempts 1").await.code(), Some(44));
    let (ums, state) = enrolled(Ways {
        connect: Some(http::StatusCode::UNAUTHORIZED),
        ..Ways::default()
    })
    .await;
    assert_eq!(run(state.path(), "run --attempts 1").await.code(), Some(38));
    ums.change(|ways| ways.connect = Some(http::StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(run(state.path(), "run --attempts 1").await.code(), Some(44));
    ums.change(|ways| ways.connect = None);
    let mut device = start(state.path(), "run --attempts 1");
    device.wait_for("connected").await;
}

#[tokio::test]
async fn it_moves_where_the_server_says_and_back_where_that_leads_nowhere() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let (mut ums, state) = enrolled(Ways {
        other_port: Some(closed),
        ..Ways::default()
    })
    .await;
    let mut device = start(state.path(), "run");
    device.wait_for("connected").await;
    ums.hear(hello).await;
    ums.order(Order::Drop);
    assert_eq!(device.wait_for("error").await["code"], 44);
    device.wait_for("connected").await;
    ums.hear(hello).await;
    // The server has learnt better: one address again, also for the next start.
    ums.change(|ways| ways.other_port = None);
    ums.order(Order::Drop);
    ums.hear(hello).await;
    device.wait_for("connected").await;
    device.kill().await;
    let mut device = start(state.path(), "run --attempts 1");
    device.wait_for("connected").await;
}
