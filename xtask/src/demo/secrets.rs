//! What the demo must know again at its next start: secrets, and the steps that are done.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    demo::fs_private,
    failure::{Doing as _, Outcome},
};

/// Kept in `data/demo/prepared.json`, readable by its owner only.
pub struct Secrets {
    path: PathBuf,
    kept: BTreeMap<String, String>,
    done: BTreeSet<String>,
}

impl Secrets {
    pub fn open(folder: &Path) -> Outcome<Self> {
        let path = folder.join("prepared.json");
        let (mut secrets, mut done) = (BTreeMap::new(), BTreeSet::new());
        if path.exists() {
            let text = fs::read_to_string(&path).doing(path.display())?;
            let kept: Value = serde_json::from_str(&text).doing(path.display())?;
            let texts = |value: &Value| value.as_str().map(str::to_owned);
            if let Some(kept) = kept["secrets"].as_object() {
                secrets = kept
                    .iter()
                    .filter_map(|(who, value)| Some((who.clone(), texts(value)?)))
                    .collect();
            }
            done = kept["done"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(texts)
                .collect();
        }
        Ok(Self {
            path,
            kept: secrets,
            done,
        })
    }

    /// The password of a sign-in, made at the first call.
    pub fn password(&mut self, of: &str) -> Outcome<String> {
        self.keep(of, readable_random)
    }

    /// A secret made at the first call, and written before it is used, so that a broken start can be repeated.
    pub fn keep(&mut self, what: &str, create: impl FnOnce() -> Outcome<String>) -> Outcome<String> {
        if let Some(known) = self.kept.get(what) {
            return Ok(known.clone());
        }
        let made = create()?;
        self.kept.insert(what.to_owned(), made.clone());
        self.save()?;
        Ok(made)
    }

    /// Does a step unless an earlier start has done it.
    pub fn once(&mut self, step: &str, act: impl FnOnce() -> Outcome) -> Outcome {
        if self.done.contains(step) {
            return Ok(());
        }
        act()?;
        self.done.insert(step.to_owned());
        self.save()
    }

    fn save(&self) -> Outcome {
        fs_private(
            &self.path,
            &json!({ "secrets": self.kept, "done": self.done }).to_string(),
        )
    }
}

/// 80 random bits as four groups of letters and digits that nobody confuses.
fn readable_random() -> Outcome<String> {
    const SIGNS: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
        'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9', '1',
    ];
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut bytes))
        .doing("/dev/urandom")?;
    let signs: Vec<char> = bytes
        .iter()
        .filter_map(|byte| SIGNS.get(usize::from(byte % 32)).copied())
        .collect();
    Ok(signs
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::failure::Failure;

    #[test]
    fn the_next_start_knows_passwords_and_finished_steps_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Secrets::open(folder.path()).unwrap();
        let password = first.password("admin").unwrap();
        assert_eq!(password.len(), 19);
        first.once("finished", || Ok(())).unwrap();
        assert!(first.once("failed", || Err(Failure::new("no"))).is_err());
        let mode = fs::metadata(folder.path().join("prepared.json"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);

        let mut second = Secrets::open(folder.path()).unwrap();
        assert_eq!(second.password("admin").unwrap(), password);
        assert_ne!(second.password("other").unwrap(), password);
        let mut repeated = Vec::new();
        for step in ["finished", "failed"] {
            second
                .once(step, || {
                    repeated.push(step);
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(repeated, ["failed"]);
    }
}
