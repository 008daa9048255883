//! What becomes of a command between its order and its device.

use std::sync::Arc;

use connector::Timing;
use connector::admission::Limits;
use domain::device::{CommandKind, CommandState, DeviceChange};
use domain::id::{CommandId, DeviceId};
use domain::permission::{CommandDevices, ViewDevices};
use protocol::unified::{CommandOutcome, CommandResult, FromDevice, Heartbeat, ToDevice};
use store::Schema;
use test_support::db_test;
use tokio::sync::broadcast;
use ums::bus::{Bus, InProcess, Nudge};
use ums::presence::{Close, Presence};
use ums::{Live, devices, presence};

use crate::device::{Device, Line, UNIT, hello};
use crate::server::Server;

async fn command(line: &mut Line) -> CommandId {
    match line.hear().await.message {
        ToDevice::Command(command) => command.command,
        other => panic!("{other:?}"),
    }
}

/// Whatever the device was sent before this has come before the answer.
async fn nothing_more(line: &mut Line) {
    line.say(FromDevice::Heartbeat(Heartbeat::default())).await;
    assert_eq!(line.hear().await.message, ToDevice::Ack);
}

/// Tells a connection to end in the moment that it is handed a command: it sees both at once.
struct Overtaking(InProcess);

impl Bus for Overtaking {
    fn changed(&self, change: DeviceChange) {
        self.0.changed(change);
    }

    fn changes(&self) -> broadcast::Receiver<DeviceChange> {
        self.0.changes()
    }

    fn nudge(&self, device: DeviceId, nudge: Nudge) {
        self.0.nudge(device, nudge);
    }

    fn hand(&self, device: DeviceId, command: (CommandId, CommandKind)) {
        self.0.hand(device, command);
        self.0.nudge(device, Nudge::Close(Close::Stopping));
    }
}

async fn overtaking(db: &store::Db) -> Server {
    let live = |now| {
        let presence = Arc::new(Presence::default());
        let bus = Overtaking(InProcess::new(Arc::clone(&presence)));
        Live::with_bus(now, presence, Arc::new(bus))
    };
    Server::start_live(db, Timing::default(), Limits::default(), live).await
}

db_test! {
    Schema::Company,

    async fn a_command_is_sent_once_to_whichever_connection_can_take_it(db: TestDb) {
        let server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let auth = server.may::<CommandDevices>().await;
        // A connection that takes nothing up, and goes.
        let services = &server.side.services;
        let looked = presence::stamp(services).unwrap();
        let contact = devices::contact(&hello(UNIT), [192, 0, 2, 9].into(), services.now());
        let mute = presence::connect(services, device.id, contact, looked).unwrap().unwrap();
        let sent = devices::reboot(&auth, device.id).await.unwrap().id;
        drop(mute);
        let mut line = device.connect(&server).await;
        assert_eq!(command(&mut line).await, sent);
        nothing_more(&mut line).await;

        let mut second = device.connect(&server).await;
        assert_eq!(line.closed().await, 4001);
        nothing_more(&mut second).await;
        let sent = devices::reboot(&auth, device.id).await.unwrap().id;
        assert_eq!(command(&mut second).await, sent);
        nothing_more(&mut second).await;
    }

    async fn a_command_for_a_connection_that_has_to_end_goes_to_the_next_one(db: TestDb) {
        let server = overtaking(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let auth = server.may::<CommandDevices>().await;
        let mut line = device.connect(&server).await;
        let sent = devices::reboot(&auth, device.id).await.unwrap().id;
        assert_eq!(line.closed().await, 1001);
        let mut next = device.connect(&server).await;
        assert_eq!(command(&mut next).await, sent);
        nothing_more(&mut next).await;
    }

    async fn a_command_that_the_stop_of_the_server_overtakes_is_queued_for_the_next_start(db: TestDb) {
        let mut server = overtaking(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let auth = server.may::<CommandDevices>().await;
        let mut line = device.connect(&server).await;
        devices::reboot(&auth, device.id).await.unwrap();
        server.stop.cancel();
        assert_eq!(line.closed().await, 1001);
        while let Some(ended) = server.tasks.join_next().await {
            ended.unwrap();
        }
        let view = server.may::<ViewDevices>().await;
        assert_eq!(devices::get(&view, device.id).await.unwrap().commands[0].state, CommandState::Queued);
    }

    async fn the_first_answer_to_a_command_is_kept_and_no_other_asks_for_the_writer(db: TestDb) {
        let server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let auth = server.may::<CommandDevices>().await;
        let view = server.may::<ViewDevices>().await;
        let mut line = device.connect(&server).await;
        let sent = devices::reboot(&auth, device.id).await.unwrap().id;
        assert_eq!(command(&mut line).await, sent);
        let result = |command| FromDevice::CommandResult(CommandResult { command, outcome: CommandOutcome::Done });
        line.say(result(sent)).await;
        assert_eq!(line.hear().await.message, ToDevice::Ack);
        assert_eq!(devices::get(&view, device.id).await.unwrap().commands[0].state, CommandState::Done);

        let writer = server.acting().begin().await.unwrap();
        let unknown = "00000000-0000-7000-8000-000000000000".parse().unwrap();
        for command in [sent, unknown] {
            line.say(result(command)).await;
            assert_eq!(line.hear().await.message, ToDevice::Ack);
        }
        drop(writer);
    }

    async fn results_over_another_connection_and_out_of_order_are_kept(db: TestDb) {
        let server = Server::start(&db).await;
        let device = Device::enrol(&server, UNIT).await;
        let auth = server.may::<CommandDevices>().await;
        let view = server.may::<ViewDevices>().await;
        let mut line = device.connect(&server).await;
        let mut sent = Vec::new();
        for _ in 0..2 {
            sent.push(devices::reboot(&auth, device.id).await.unwrap().id);
            assert_eq!(Some(&command(&mut line).await), sent.last());
        }
        let mut line = device.connect(&server).await;
        sent.push(devices::reboot(&auth, device.id).await.unwrap().id);
        assert_eq!(Some(&command(&mut line).await), sent.last());
        for id in sent {
            let outcome = CommandOutcome::Failed { message: "no power".to_owned() };
            line.say(FromDevice::CommandResult(CommandResult { command: id, outcome })).await;
            assert_eq!(line.hear().await.message, ToDevice::Ack);
        }
        let commands = devices::get(&view, device.id).await.unwrap().commands;
        assert!(commands.iter().all(|command| command.state == CommandState::Failed), "{commands:?}");
    }
}
