//! What a device and the server say to each other, and when a connection ends.

use std::time::Duration;

use connector::Timing;
use domain::device::{CommandState, DeviceChange, DeviceChanges, Presence};
use domain::id::{CommandId, DeviceId};
use domain::permission::{CommandDevices, ViewDevices};
use futures::SinkExt as _;
use protocol::unified::{
    CommandOutcome, CommandResult, ErrorCode, FromDevice, Heartbeat, MAX_FRAME_BYTES, ToDevice,
    decode_to_device,
};
use store::Schema;
use test_support::db;
use test_support::db_test;
use tokio_tungstenite::tungstenite::Message;
use ums::{devices, presence};

use crate::device::{Device, UNIT, hello};
use crate::server::Server;

/// The next change, which a page would show, within the five seconds that are promised.
/// The latest of the one device.
async fn change(changes: &mut devices::Changes) -> DeviceChange {
    let told = tokio::time::timeout(Duration::from_secs(5), changes.next())
        .await
        .expect("a change within five seconds");
    let Some(DeviceChanges::These(mut told)) = told else {
        panic!("one device is not many");
    };
    told.pop().unwrap()
}

db_test! {
    Schema::Company,

    async fn a_device_says_hello_reboots_and_is_gone_when_it_is_killed(db: TestDb) {
        let server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let view = server.may::<ViewDevices>().await;
        let mut changes = devices::changes(&view).unwrap();
        let mut line = device.connect(&server).await;
        assert_eq!(change(&mut changes).await, DeviceChange { id: device.id, presence: Presence::Online });
        let shown = devices::get(&view, device.id).await.unwrap();
        assert_eq!((shown.row.name.as_str(), shown.row.presence), ("Reception", Presence::Online));
        assert_eq!(shown.row.last_ip.as_deref(), Some("127.0.0.1"));

        line.say(FromDevice::Heartbeat(Heartbeat { runtime_seconds: Some(99), battery_percent: None })).await;
        let ack = line.hear().await;
        assert_eq!((ack.reply_to, ack.message), (Some(2), ToDevice::Ack));

        let queued = devices::reboot(&server.may::<CommandDevices>().await, device.id).await.unwrap();
        let ToDevice::Command(command) = line.hear().await.message else { panic!("no command") };
        assert_eq!(command.command, queued.id);
        for _ in 0..2 {
            line.say(FromDevice::CommandResult(CommandResult { command: command.command, outcome: CommandOutcome::Done })).await;
            assert_eq!(line.hear().await.message, ToDevice::Ack);
        }
        assert_eq!(devices::get(&view, device.id).await.unwrap().commands[0].state, CommandState::Done);

        // Killed: the system closes its connections without a word.
        drop(line);
        while change(&mut changes).await.presence == Presence::Online {}
        assert_eq!(devices::get(&view, device.id).await.unwrap().row.presence, Presence::Offline);
    }

    async fn the_last_contact_is_written_at_the_stop(db: TestDb) {
        let mut server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let mut line = device.connect(&server).await;
        server.stop.cancel();
        assert_eq!(line.closed().await, 1001);
        while let Some(ended) = server.tasks.join_next().await {
            ended.unwrap();
        }
        let mut tx = server.acting().read().await.unwrap();
        let at = store::sql!("select last_contact_at from devices");
        assert_eq!(tx.scalar::<time::OffsetDateTime>(at, store::args![]).await.unwrap(), server.acting().now());
    }
}

#[tokio::test]
async fn frames_that_cannot_be_used_are_answered_and_the_connection_goes_on() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.dial(&server).await.unwrap();
    line.say(FromDevice::Heartbeat(Heartbeat::default())).await;
    let early = line.hear().await;
    assert!(
        matches!(&early.message, ToDevice::Error(error) if error.code == ErrorCode::OutOfOrder),
        "{early:?}"
    );
    drop(line);

    let mut line = device.connect(&server).await;
    for (text, reply_to, code) in [
        (r#"{"type":"dance","id":7}"#, Some(7), ErrorCode::UnknownType),
        ("not json", None, ErrorCode::Malformed),
        (
            r#"{"type":"heartbeat","id":8,"battery_percent":101}"#,
            Some(8),
            ErrorCode::InvalidFields,
        ),
    ] {
        line.text(text.to_owned()).await;
        let answer = line.hear().await;
        assert_eq!(answer.reply_to, reply_to, "{text}");
        assert!(
            matches!(&answer.message, ToDevice::Error(error) if error.code == code),
            "{answer:?}"
        );
    }
    line.say(FromDevice::Hello(Box::new(hello(UNIT)))).await;
    assert!(
        matches!(line.hear().await.message, ToDevice::Error(error) if error.code == ErrorCode::OutOfOrder)
    );
    line.socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert!(
        matches!(line.hear().await.message, ToDevice::Error(error) if error.code == ErrorCode::Malformed)
    );
    line.say(FromDevice::Heartbeat(Heartbeat::default())).await;
    assert_eq!(line.hear().await.message, ToDevice::Ack);
}

#[tokio::test]
async fn a_frame_may_have_sixty_four_kibibytes_and_no_more() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.connect(&server).await;
    let frame = |size: usize| {
        let heartbeat = r#"{"type":"heartbeat","id":2}"#;
        format!("{heartbeat}{}", " ".repeat(size - heartbeat.len()))
    };
    line.text(frame(MAX_FRAME_BYTES)).await;
    assert_eq!(line.hear().await.message, ToDevice::Ack);
    line.text(frame(MAX_FRAME_BYTES + 1)).await;
    assert_eq!(line.closed().await, 1002);
}

#[tokio::test]
async fn a_device_is_told_a_new_window_for_coming_back_once_the_fleet_has_doubled() {
    let db = db::sqlite(Schema::Company).await;
    let timing = Timing {
        ping: Duration::from_millis(50),
        ..Timing::default()
    };
    let server = Server::start_with(&db, timing).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.dial(&server).await.unwrap();
    line.say(FromDevice::Hello(Box::new(hello(UNIT)))).await;
    let ToDevice::Welcome(welcome) = line.hear().await.message else {
        panic!("no welcome")
    };
    assert_eq!(welcome.reconnect_window_seconds, 5);
    assert!(matches!(line.hear().await.message, ToDevice::Settings(_)));

    // Ten devices a second: see the settings of these tests.
    let services = &server.side.services;
    let mut fleet = Vec::new();
    for (devices, told) in [(89, None), (90, Some(10)), (189, None), (190, Some(20))] {
        while fleet.len() < devices {
            let id = format!("00000000-0000-7000-8000-{:012}", fleet.len());
            let id: DeviceId = id.parse().unwrap();
            let contact = devices::contact(&hello(UNIT), [192, 0, 2, 9].into(), services.now());
            let looked = presence::stamp(services).unwrap();
            fleet.push(presence::connect(services, id, contact, looked).unwrap().unwrap());
        }
        let (mut pings, mut heard) = (0, None);
        while pings < 3 {
            match line.message().await.unwrap().unwrap() {
                Message::Ping(_) => pings += 1,
                Message::Text(text) => {
                    let ToDevice::Reconnect(reconnect) = decode_to_device(&text).unwrap().message else {
                        panic!("{text}")
                    };
                    assert_eq!(heard.replace(reconnect.window_seconds), None, "told once");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(heard, told, "{devices}");
    }
    // Devices that go away are still expected back.
    drop(fleet);
    assert!(matches!(line.message().await, Some(Ok(Message::Ping(_)))));
}

#[tokio::test]
async fn fifty_frames_are_answered_and_who_goes_on_like_this_is_let_go() {
    let db = db::sqlite(Schema::Company).await;
    let server = Server::start(&db).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut line = device.connect(&server).await;
    // Of no command that is known.
    let command: CommandId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    let mut answered = 1; // hello
    let code = loop {
        line.say(FromDevice::CommandResult(CommandResult {
            command,
            outcome: CommandOutcome::Done,
        }))
        .await;
        match line.message().await.unwrap().unwrap() {
            // Five more a second: on a slow machine as well.
            Message::Text(_) if answered < 150 => answered += 1,
            Message::Close(Some(frame)) => break u16::from(frame.code),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, 1008);
    assert!(answered >= 50, "{answered}");
    device.connect(&server).await;
}

#[tokio::test]
async fn a_silent_device_is_lost_and_one_that_answers_pings_is_not() {
    let db = db::sqlite(Schema::Company).await;
    let timing = Timing {
        // Long enough that a busy machine answers in time.
        ping: Duration::from_millis(800),
        hello: Duration::from_millis(500),
        ..Timing::default()
    };
    let server = Server::start_with(&db, timing).await;
    let device = Device::enrol(&server, UNIT).await;
    let mut changes = devices::changes(&server.may::<ViewDevices>().await).unwrap();
    let mut line = device.connect(&server).await;
    assert_eq!(change(&mut changes).await.presence, Presence::Online);
    // Reading answers pings: after three of them it is still there.
    let mut pings = 0;
    while pings < 3 {
        pings += i32::from(matches!(line.message().await, Some(Ok(Message::Ping(_)))));
    }
    let view = server.may::<ViewDevices>().await;
    let here = devices::get(&view, device.id).await.unwrap().row.presence;
    assert_eq!(here, Presence::Online);
    // Not reading: the connection is open, and nobody answers.
    assert_eq!(change(&mut changes).await.presence, Presence::Offline);

    let mut mute = device.dial(&server).await.unwrap();
    assert_eq!(mute.closed().await, 1008, "no hello in time");
}
