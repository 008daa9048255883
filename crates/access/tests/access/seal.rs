use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use access::{Entropy, Seal, SealError};
use store::Schema;
use test_support::db::TestDb;
use test_support::db_test;

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seal.key");
    (folder, path)
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

async fn open(path: &Path, db: &TestDb) -> Result<Seal, SealError> {
    Seal::open(path, db, &Entropy).await
}

db_test! {
    Schema::Company,

    async fn a_value_is_opened_only_where_it_was_sealed(db: TestDb) {
        let (_folder, path) = place();
        let seal = open(&path, &db).await.unwrap();
        let sealed = seal.seal(&Entropy, "os_idps", "client_secret", b"row 1", b"a secret").unwrap();
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_eq!(*seal.unseal("os_idps", "client_secret", b"row 1", &sealed).unwrap(), b"a secret");
        for (table, column, row) in [
            ("os_idps", "client_secret", &b"row 2"[..]),
            ("os_idps", "other", b"row 1"),
            ("certificates", "client_secret", b"row 1"),
            // The parts do not run into each other.
            ("os_idpsc", "lient_secret", b"row 1"),
        ] {
            assert!(matches!(seal.unseal(table, column, row, &sealed), Err(SealError::Broken)), "{table} {column}");
        }
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(seal.unseal("os_idps", "client_secret", b"row 1", &changed).is_err(), "byte {index}");
        }
        assert!(seal.unseal("os_idps", "client_secret", b"row 1", &sealed[..23]).is_err());
        let again = seal.seal(&Entropy, "os_idps", "client_secret", b"row 1", b"a secret").unwrap();
        assert_ne!(sealed, again, "equal secrets do not look equal");
    }

    async fn the_key_is_made_once_and_found_again(db: TestDb) {
        let (_folder, path) = place();
        let sealed = open(&path, &db).await.unwrap().seal(&Entropy, "t", "c", b"r", b"a secret").unwrap();
        let file = std::fs::metadata(&path).unwrap();
        assert_eq!((file.len(), file.permissions().mode() & 0o777), (32, 0o600));
        let opened = open(&path, &db).await.unwrap();
        assert_eq!(*opened.unseal("t", "c", b"r", &sealed).unwrap(), b"a secret");
    }

    async fn a_missing_key_is_not_made_anew(db: TestDb) {
        let (_folder, path) = place();
        open(&path, &db).await.unwrap();
        let moved = path.with_extension("away");
        std::fs::rename(&path, &moved).unwrap();
        assert!(matches!(open(&path, &db).await, Err(SealError::Missing { .. })));
        assert!(!path.exists());
        std::fs::rename(&moved, &path).unwrap();
        open(&path, &db).await.unwrap();
    }

    async fn a_key_that_others_may_read_is_refused(db: TestDb) {
        let (_folder, path) = place();
        open(&path, &db).await.unwrap();
        for mode in [0o640, 0o604, 0o644] {
            set_mode(&path, mode);
            let refused = open(&path, &db).await.err().expect("a refusal");
            assert!(matches!(refused, SealError::Exposed { .. }), "{mode:o}: {refused}");
            assert!(refused.to_string().ends_with("may be read by others than its owner: run chmod 600 on it"));
        }
        for mode in [0o600, 0o400] {
            set_mode(&path, mode);
            open(&path, &db).await.unwrap();
        }
    }

    async fn a_wrong_key_is_refused(db: TestDb) {
        let (_folder, path) = place();
        open(&path, &db).await.unwrap();
        let right = std::fs::read(&path).unwrap();
        for (wrong, expected) in [(vec![7; 32], true), (vec![7; 31], false), (vec![7; 33], false), (Vec::new(), false)] {
            std::fs::write(&path, &wrong).unwrap();
            let refused = open(&path, &db).await.err().expect("a refusal");
            let right_reason = if expected { matches!(refused, SealError::Wrong { .. }) } else { matches!(refused, SealError::Size { .. }) };
            assert!(right_reason, "{} bytes: {refused}", wrong.len());
            assert_eq!(std::fs::read(&path).unwrap(), wrong, "the file is left alone");
        }
        std::fs::write(&path, right).unwrap();
        open(&path, &db).await.unwrap();
    }

    /// A key that was put there beforehand is taken: how an operator restores one.
    async fn a_key_that_is_there_is_used_for_a_new_database(db: TestDb) {
        let (_folder, path) = place();
        std::fs::write(&path, [9; 32]).unwrap();
        set_mode(&path, 0o600);
        open(&path, &db).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), [9; 32]);
        open(&path, &db).await.unwrap();
    }
}
