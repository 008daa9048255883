//! The beginning of a connection: from the upgrade over `hello` to `welcome`.

use std::net::IpAddr;

use access::Services;
use domain::Company;
use hyper::upgrade::OnUpgrade;
use protocol::unified::{ErrorCode, FromDevice, HEARTBEAT_SECONDS, Hello, Settings, ToDevice, Welcome};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use ums::presence::Connection;
use ums::{devices, network, reconnect};

use super::Timing;
use super::conversation::{Conversation, End, log, read};
use super::line::Line;
use super::upgrade;
use crate::identity::DeviceIdentity;

/// Waits for `hello`, takes it in, and answers with `welcome` and the settings. `None` where nothing came of it.
pub(super) async fn greet(
    upgrade: OnUpgrade,
    services: Services<Company>,
    timing: Timing,
    identity: DeviceIdentity,
    address: IpAddr,
) -> Option<Box<Conversation>> {
    let mut line = Line::new(upgrade::open(upgrade).await?, timing.send);
    let (device, not_after) = (identity.device().clone(), identity.not_after());
    let deadline = Instant::now() + timing.hello;
    match begin(&mut line, &services, identity, deadline, address).await {
        Ok((connection, window)) => Some(Box::new(Conversation {
            line,
            connection,
            services,
            device,
            not_after,
            window,
            awaited: None,
        })),
        Err(End::Gone) => None,
        Err(End::Say(code, reason)) => {
            line.close(code, reason).await;
            None
        }
    }
}

/// Makes the device online and says so. Answers the connection and the window that it was told.
async fn begin(
    line: &mut Line,
    services: &Services<Company>,
    identity: DeviceIdentity,
    deadline: Instant,
    address: IpAddr,
) -> Result<(Connection, u32), End> {
    let (number, hello) = hear_hello(line, &identity, deadline).await?;
    let (connection, welcome) = match welcome(services, identity, &hello, address).await {
        Ok(Some(welcomed)) => welcomed,
        Ok(None) => {
            let why = "the certificate is not valid any more";
            return Err(End::Say(CloseCode::Policy, why));
        }
        Err(error) => {
            log(&error, "a device could not be welcomed");
            return Err(End::Say(CloseCode::Again, "try again later"));
        }
    };
    let window = welcome.reconnect_window_seconds;
    line.reply(number, ToDevice::Welcome(welcome)).await?;
    // No settings exist yet; the digest of none is empty.
    let settings = Settings {
        digest: String::new(),
    };
    line.send(ToDevice::Settings(settings)).await?;
    Ok((connection, window))
}

async fn hear_hello(
    line: &mut Line,
    identity: &DeviceIdentity,
    deadline: Instant,
) -> Result<(u64, Box<Hello>), End> {
    let (number, hello) = loop {
        let Ok(message) = tokio::time::timeout_at(deadline, line.next()).await else {
            return Err(End::Say(CloseCode::Policy, "no hello in time"));
        };
        let Some(frame) = read(line, message).await? else {
            continue;
        };
        match frame.message {
            FromDevice::Hello(hello) => break (frame.id, hello),
            _ => {
                line.refuse(Some(frame.id), ErrorCode::OutOfOrder, "hello has to come first")
                    .await?;
            }
        }
    };
    if hello.unit_id == identity.device().unit_id {
        return Ok((number, hello));
    }
    line.refuse(
        Some(number),
        ErrorCode::Refused,
        "this certificate belongs to another device",
    )
    .await?;
    Err(End::Say(CloseCode::Policy, "foreign unit id"))
}

/// `None` if the certificate has ended since the request.
async fn welcome(
    services: &Services<Company>,
    identity: DeviceIdentity,
    hello: &Hello,
    address: IpAddr,
) -> access::Result<Option<(Connection, Welcome)>> {
    let acting = identity.acting(services);
    let fingerprint = *identity.fingerprint();
    let contact = devices::contact(hello, address, acting.now());
    let arrived = devices::arrive(&acting, &fingerprint, identity.into_look(), hello, contact).await?;
    let Some(connection) = arrived else {
        return Ok(None);
    };
    let welcome = Welcome {
        heartbeat_seconds: HEARTBEAT_SECONDS,
        reconnect_window_seconds: reconnect::window(services)?,
        server_time: acting.now(),
        management: network::management_address(services)?,
    };
    Ok(Some((connection, welcome)))
}
