use domain::id::CommandId;
use time::macros::datetime;

use super::super::{
    Command, CommandOutcome, CommandResult, Heartbeat, Hello, IssuedCertificate, Reconnect, Renewal,
    Settings, SettingsApplied, Welcome,
};
use super::*;
use crate::onboarding::Address;

fn hello() -> Hello {
    let json = r#"{"unit_id":"00E0C54A1B2C","mac":"00:E0:C5:4A:1B:2C"}"#;
    let mut hello: Hello = serde_json::from_str(json).unwrap();
    hello.boot_time = Some(datetime!(2026-11-20 08:00 UTC));
    hello.runtime_seconds = Some(7_200);
    hello.battery_percent = Some(100);
    hello.last_ip = Some([10, 0, 0, 7].into());
    hello
}

fn command() -> CommandId {
    "0192f0c1-2345-7abc-8def-0123456789ab".parse().unwrap()
}

fn from_device() -> Vec<FromDevice> {
    let failed = CommandOutcome::Failed {
        message: "a user is working".into(),
    };
    vec![
        FromDevice::Hello(Box::new(hello())),
        FromDevice::Heartbeat(Heartbeat::default()),
        FromDevice::SettingsApplied(SettingsApplied { digest: "abc".into() }),
        FromDevice::CommandResult(CommandResult {
            command: command(),
            outcome: CommandOutcome::Done,
        }),
        FromDevice::CommandResult(CommandResult {
            command: command(),
            outcome: failed,
        }),
        FromDevice::Certificate(Renewal { csr: "MIIB".into() }),
        FromDevice::Error(DecodeError::Malformed.answer()),
    ]
}

fn to_device() -> Vec<ToDevice> {
    let management: Address = serde_json::from_str(r#"{"host":"ums.contoso.example","port":8443}"#).unwrap();
    let welcome = Welcome {
        heartbeat_seconds: super::super::HEARTBEAT_SECONDS,
        reconnect_window_seconds: super::super::RECONNECT_WINDOW_SECONDS,
        server_time: datetime!(2026-11-20 10:00 UTC),
        management,
    };
    vec![
        ToDevice::Welcome(welcome),
        ToDevice::Settings(Settings { digest: "abc".into() }),
        ToDevice::Command(Command {
            command: command(),
            kind: domain::device::CommandKind::Reboot,
        }),
        ToDevice::Certificate(IssuedCertificate {
            certificate_pem: "-----BEGIN CERTIFICATE-----\n".into(),
        }),
        ToDevice::Reconnect(Reconnect { window_seconds: 15 }),
        ToDevice::Ack,
        ToDevice::Error(DecodeError::TooLarge.answer()),
    ]
}

#[test]
fn every_message_of_both_directions_survives_the_wire() {
    for (id, message) in (1..).zip(from_device()) {
        let frame = Frame::new(id, message);
        assert_eq!(decode_from_device(&encode(&frame).unwrap()), Ok(frame));
    }
    for (id, message) in (1..).zip(to_device()) {
        let frame = Frame::reply(id, id + 7, message);
        assert_eq!(decode_to_device(&encode(&frame).unwrap()), Ok(frame));
    }
}

#[test]
fn the_list_of_types_is_the_enum() {
    let name = |text: String| serde_json::from_str::<Head>(&text).unwrap().name;
    let mut sent: Vec<_> = from_device()
        .into_iter()
        .map(|m| name(encode(&Frame::new(1, m)).unwrap()))
        .collect();
    sent.dedup();
    assert_eq!(sent, FROM_DEVICE);
    let sent: Vec<_> = to_device()
        .into_iter()
        .map(|m| name(encode(&Frame::new(1, m)).unwrap()))
        .collect();
    assert_eq!(sent, TO_DEVICE);
}

#[test]
fn an_unknown_type_is_answered_by_number_and_a_known_one_is_read() {
    let error = decode_from_device(r#"{"id":9,"type":"telepathy","x":1}"#).unwrap_err();
    assert_eq!(
        error,
        DecodeError::UnknownType {
            id: 9,
            name: "telepathy".into()
        }
    );
    assert_eq!(
        (error.id(), error.answer().code),
        (Some(9), ErrorCode::UnknownType)
    );
    assert!(error.wants_answer());
    assert!(decode_from_device(r#"{"id":9,"type":"heartbeat","x":1}"#).is_ok());
    // The other direction's types are unknown too.
    assert!(matches!(
        decode_from_device(r#"{"id":9,"type":"ack"}"#),
        Err(DecodeError::UnknownType { .. })
    ));
    assert!(decode_to_device(r#"{"id":9,"type":"ack"}"#).is_ok());
}

#[test]
fn a_frame_is_read_up_to_the_limit_and_not_beyond() {
    let padded = |bytes: usize| {
        let start = r#"{"id":1,"type":"heartbeat","padding":""#;
        format!(r#"{start}{}"}}"#, "x".repeat(bytes - start.len() - 2))
    };
    assert_eq!(padded(MAX_FRAME_BYTES).len(), MAX_FRAME_BYTES);
    assert!(decode_from_device(&padded(MAX_FRAME_BYTES)).is_ok());
    assert_eq!(
        decode_from_device(&padded(MAX_FRAME_BYTES + 1)),
        Err(DecodeError::TooLarge)
    );
    let large = |bytes| {
        let error = ErrorReply {
            code: ErrorCode::Refused,
            message: "x".repeat(bytes),
        };
        encode(&Frame::new(1, FromDevice::Error(error)))
    };
    assert!(large(MAX_FRAME_BYTES / 2).is_some() && large(MAX_FRAME_BYTES).is_none());
}

#[test]
fn fields_are_bounded_and_hold_no_control_characters() {
    let with_name = |name: String| {
        let frame = Frame::new(1, FromDevice::Hello(Box::new(Hello { name, ..hello() })));
        decode_from_device(&encode(&frame).unwrap()).map(drop)
    };
    let refused = Err(DecodeError::OutOfBounds {
        id: 1,
        name: "hello",
        field: "name",
    });
    assert_eq!(with_name("ä".repeat(MAX_TEXT)), Ok(()));
    assert_eq!(with_name("ä".repeat(MAX_TEXT + 1)), refused);
    assert_eq!(with_name("ITC\u{1b}[31m".into()), refused);
    assert!(decode_from_device(r#"{"id":1,"type":"heartbeat","battery_percent":100}"#).is_ok());
    assert!(decode_from_device(r#"{"id":1,"type":"heartbeat","battery_percent":101}"#).is_err());
    let csr = |bytes| {
        let frame = Frame::new(
            1,
            FromDevice::Certificate(Renewal {
                csr: "A".repeat(bytes),
            }),
        );
        decode_from_device(&encode(&frame).unwrap()).is_ok()
    };
    let limit = super::super::MAX_PEM_BYTES;
    assert!(csr(limit) && !csr(limit + 1));
}

#[test]
fn nonsense_is_refused_in_words_and_an_error_is_never_answered() {
    let deep = format!(
        r#"{{"id":1,"type":"heartbeat","x":{}{}}}"#,
        "[".repeat(9_000),
        "]".repeat(9_000)
    );
    let nonsense = [
        "",
        "null",
        "[]",
        "{}",
        "hello",
        r#"{"type":"hello"}"#,
        r#"{"id":1}"#,
        r#"{"id":-1,"type":"hello"}"#,
        r#"{"id":"1","type":"hello"}"#,
        r#"{"id":1,"type":7}"#,
        r#"{"id":1,"type":"hello""#,
        "\u{0}",
        r#"{"id":99999999999999999999999,"type":"hello"}"#,
    ];
    for text in nonsense {
        assert_eq!(
            decode_from_device(text),
            Err(DecodeError::Malformed),
            "{text:.60}"
        );
    }
    for text in [
        &deep,
        r#"{"id":1,"type":"hello"}"#,
        r#"{"id":1,"type":"hello","unit_id":"../../etc","mac":"00:E0:C5:4A:1B:2C"}"#,
        r#"{"id":1,"type":"hello","unit_id":"00E0C54A1B2C","mac":"none"}"#,
        r#"{"id":1,"type":"command_result","command":"7","outcome":"done"}"#,
        r#"{"id":1,"type":"command_result","command":"0192f0c1-2345-7abc-8def-0123456789ab","outcome":"maybe"}"#,
        r#"{"id":1,"type":"heartbeat","runtime_seconds":-5}"#,
    ] {
        let error = decode_from_device(text).unwrap_err();
        assert_eq!(
            (error.id(), error.answer().code),
            (Some(1), ErrorCode::InvalidFields),
            "{text}"
        );
    }
    let broken_error = decode_from_device(r#"{"id":1,"type":"error"}"#).unwrap_err();
    assert!(!broken_error.wants_answer());
}

/// Every frame cut off at every place, and with every byte replaced, is read or refused; nothing panics and nothing that is
/// refused loses its words.
#[test]
fn damaged_frames_are_read_or_refused() {
    for message in from_device() {
        let text = encode(&Frame::new(1, message)).unwrap();
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let error = decode_from_device(&text[..cut]).unwrap_err();
            assert!(!error.answer().message.is_empty());
        }
        for at in 0..text.len() {
            for replacement in [b'{', b'"', b'0', b'\\', b' ', 0x7f] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = replacement;
                if let Ok(damaged) = String::from_utf8(bytes)
                    && let Ok(frame) = decode_from_device(&damaged)
                {
                    assert!(frame.message.out_of_bounds().is_none());
                }
            }
        }
    }
}

#[test]
fn a_heartbeat_interval_lies_between_a_second_and_a_day() {
    let welcome = |heartbeat: u32| {
        let text = format!(
            r#"{{"id":1,"type":"welcome","heartbeat_seconds":{heartbeat},"reconnect_window_seconds":30,
            "server_time":"2026-11-20T10:00:00Z","management":{{"host":"ums.contoso.example","port":8443}}}}"#
        );
        decode_to_device(&text).map(drop)
    };
    let refused = Err(DecodeError::OutOfBounds {
        id: 1,
        name: "welcome",
        field: "heartbeat_seconds",
    });
    assert_eq!(
        [welcome(0), welcome(1), welcome(86_400), welcome(86_401)],
        [refused.clone(), Ok(()), Ok(()), refused]
    );
}

#[test]
fn a_window_for_coming_back_has_an_hour_at_most_in_both_messages() {
    let read = |text: String| decode_to_device(&text).map(drop);
    let welcome = |window: u64| {
        read(format!(
            r#"{{"id":1,"type":"welcome","heartbeat_seconds":60,"reconnect_window_seconds":{window},
            "server_time":"2026-11-20T10:00:00Z","management":{{"host":"ums.contoso.example","port":8443}}}}"#
        ))
    };
    let reconnect = |window: u64| {
        read(format!(
            r#"{{"id":1,"type":"reconnect","window_seconds":{window}}}"#
        ))
    };
    let refused = |name, field| Err(DecodeError::OutOfBounds { id: 1, name, field });
    for window in [0, 1, 3_600] {
        assert_eq!((welcome(window), reconnect(window)), (Ok(()), Ok(())), "{window}");
    }
    for window in [3_601, u64::from(u32::MAX)] {
        assert_eq!(welcome(window), refused("welcome", "reconnect_window_seconds"));
        assert_eq!(reconnect(window), refused("reconnect", "window_seconds"));
    }
    let too_many = u64::from(u32::MAX) + 1;
    let no_number = |name| Err(DecodeError::InvalidFields { id: 1, name });
    assert_eq!(
        (welcome(too_many), reconnect(too_many)),
        (no_number("welcome"), no_number("reconnect"))
    );
}
