//! Where things lie: the repository, what is built from it, and the tools of this user.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// The folders that the commands work on.
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The repository this program was built from.
    pub fn here() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: own.parent().unwrap_or(own).to_path_buf(),
        }
    }

    /// A path inside the repository.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where cargo puts native programs: `target`, or the folder that the environment names.
    pub fn built(&self, relative: &str) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.path("target"), PathBuf::from)
            .join(relative)
    }

    /// A command that runs in the root of the repository.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// cargo, as the one that runs us.
    pub fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
    }

    /// A program from `end2end/node_modules`.
    pub fn npm_program(&self, name: &str) -> PathBuf {
        self.path("end2end/node_modules/.bin").join(name)
    }
}

/// `cosmos/tools` in the cache folder of this user, shared by all checkouts.
pub fn tools_folder() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let cache = cache.unwrap_or_else(|| env::home_dir().unwrap_or_else(env::temp_dir).join(".cache"));
    cache.join("cosmos/tools")
}

/// Whether this is a run of CI, where nothing may be left out and the lock file is law.
pub fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}

/// The first folder of `PATH` that holds the program.
pub fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
