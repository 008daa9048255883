use std::os::unix::fs::PermissionsExt as _;

use domain::UnitId;
use protocol::unified::CommandOutcome;
use uuid::Uuid;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn folder(place: &tempfile::TempDir) -> Folder {
    Folder::open(&place.path().join("device")).unwrap()
}

#[test]
fn only_the_owner_may_read() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(&place);
    folder.key_or_new().unwrap();
    Identity::load_or_make(&folder, &Wanted::default()).unwrap();
    assert_eq!(mode(folder.path()), 0o700);
    for file in ["key.p8", "device.json", LOCK] {
        assert_eq!(mode(&folder.path().join(file)), 0o600, "{file}");
    }
}

#[test]
fn the_key_stays_the_same_and_a_damaged_one_is_never_replaced() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(&place);
    assert_eq!(folder.key().unwrap_err().code.number(), 36);
    let first = folder.key_or_new().unwrap().public_key();
    assert_eq!(folder.key_or_new().unwrap().public_key(), first);
    assert_eq!(folder.key().unwrap().public_key(), first);
    let kept = fs::read(folder.path().join("key.p8")).unwrap();
    fs::write(folder.path().join("key.p8"), &kept[..kept.len() / 2]).unwrap();
    assert_eq!(folder.key_or_new().unwrap_err().code.number(), 36);
    fs::write(folder.path().join("key.p8"), kept).unwrap();
    assert_eq!(folder.key_or_new().unwrap().public_key(), first);
}

#[test]
fn what_an_interrupted_write_left_is_not_in_the_way() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(&place);
    fs::write(folder.path().join("key.p8.new"), b"half").unwrap();
    let key = folder.key_or_new().unwrap().public_key();
    assert_eq!(mode(&folder.path().join("key.p8")), 0o600);
    assert_eq!(folder.key().unwrap().public_key(), key);
}

#[test]
fn a_folder_that_cannot_be_written_is_41_and_a_key_35() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), b"").unwrap();
    assert_eq!(
        Folder::open(&place.path().join("file"))
            .unwrap_err()
            .code
            .number(),
        41
    );
    let folder = folder(&place);
    // A folder where the file should be written: even root cannot.
    fs::create_dir(folder.path().join("key.p8.new")).unwrap();
    assert_eq!(folder.key_or_new().unwrap_err().code.number(), 35);
    fs::create_dir(folder.path().join("agent.json.new")).unwrap();
    assert_eq!(Memory::default().save(&folder).unwrap_err().code.number(), 41);
    fs::remove_dir(folder.path().join("key.p8.new")).unwrap();
    assert!(folder.key_or_new().is_ok());
}

#[test]
fn one_process_at_a_time() {
    let place = tempfile::tempdir().unwrap();
    let first = folder(&place);
    assert_eq!(Folder::open(first.path()).unwrap_err().code.number(), 32);
    assert!(first.within("00001").is_ok());
    let path = first.path().to_owned();
    drop(first);
    assert!(Folder::open(&path).is_ok());
}

#[test]
fn an_identity_is_made_once_and_its_texts_may_change() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(&place);
    let first = Identity::load_or_make(&folder, &Wanted::default()).unwrap();
    assert_eq!(first.unit_id.as_str(), first.mac.key());
    assert_eq!(
        Identity::load_or_make(&folder, &Wanted::default()).unwrap(),
        first
    );
    let named = Wanted {
        name: Some("reception".to_owned()),
        ..Wanted::default()
    };
    let second = Identity::load_or_make(&folder, &named).unwrap();
    assert_eq!(
        second,
        Identity {
            name: "reception".to_owned(),
            ..first.clone()
        }
    );
    let long = |n| Wanted {
        product: Some("x".repeat(n)),
        ..Wanted::default()
    };
    assert!(Identity::load_or_make(&folder, &long(100)).is_ok());
    assert_eq!(
        Identity::load_or_make(&folder, &long(101))
            .unwrap_err()
            .code
            .number(),
        32
    );
    let unit = Wanted {
        unit_id: UnitId::parse("DESK-0001").ok(),
        ..Wanted::default()
    };
    assert_eq!(
        Identity::load_or_make(&folder, &unit).unwrap().unit_id.as_str(),
        "DESK-0001"
    );
}

#[test]
fn commands_are_remembered_until_there_are_too_many() {
    let id = |n: u128| CommandIdOf::from(Uuid::from_u128(n));
    let mut memory = Memory::default();
    memory.done(id(0), CommandOutcome::Done);
    assert_eq!(memory.unstored().len(), 1);
    assert!(memory.stored(id(0)) && !memory.stored(id(0)) && memory.unstored().is_empty());
    for n in 1..32 {
        memory.done(id(n), CommandOutcome::Done);
    }
    assert!(memory.result(id(0)).is_some());
    memory.done(
        id(32),
        CommandOutcome::Failed {
            message: "no".to_owned(),
        },
    );
    assert!(memory.result(id(0)).is_none() && memory.result(id(1)).is_some());
    let place = tempfile::tempdir().unwrap();
    let folder = folder(&place);
    memory.save(&folder).unwrap();
    assert_eq!(Memory::load(&folder), memory);
    fs::write(folder.path().join("agent.json"), b"{").unwrap();
    assert_eq!(Memory::load(&folder), Memory::default());
}

type CommandIdOf = domain::id::CommandId;
