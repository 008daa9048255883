//! The content of files, in a folder outside the database. A file is written while it comes in, never held as a whole; it bears an id
//! of ours and never the name that somebody gave it. What nothing in the database names is [swept](Files::sweep).

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use domain::case_file::{FILE_BYTES_MAX, FileKind, FileProblem, SNIFFED, file_name};
use domain::id::CaseFileId;
use futures::{Stream, StreamExt as _};
use time::{Duration, OffsetDateTime};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Files that come in at the same time; more are asked to come back.
const RECEIVING_MAX: usize = 32;
/// What was made longer ago than this and is named nowhere was left by an upload that did not end.
const UNNAMED: Duration = Duration::DAY;
/// The ending of a file that is not complete.
const PART: &str = "part";

/// The folder.
pub struct Files {
    folder: PathBuf,
    receiving: Semaphore,
}

/// A file that was received and is not yet part of anything: dropped, it is deleted, unless [`Received::keep`] was called.
#[derive(Debug)]
pub struct Received {
    pub id: CaseFileId,
    pub name: String,
    pub bytes: u64,
    pub kind: FileKind,
    path: Written,
}

/// Why a file was not received.
#[derive(Debug)]
pub enum NotReceived {
    /// It is not taken.
    Refused(FileProblem),
    /// Too many come in at the moment.
    Busy,
    /// Whoever sent it has gone away.
    Interrupted,
    Disk(io::Error),
}

impl From<io::Error> for NotReceived {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl Files {
    /// The folder of that path, which is there.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            receiving: Semaphore::new(RECEIVING_MAX),
        }
    }

    /// Writes a file while it comes in. What is refused is read to its end all the same, so that its sender gets to hear why.
    pub async fn receive<C, E>(
        &self,
        id: CaseFileId,
        typed_name: &str,
        content: impl Stream<Item = Result<C, E>>,
    ) -> Result<Received, NotReceived>
    where
        C: AsRef<[u8]>,
    {
        let _turn = self.receiving.try_acquire().map_err(|_| NotReceived::Busy)?;
        let mut content = std::pin::pin!(content);
        let name = file_name(typed_name);
        let written = match FileKind::of_name(&name) {
            Some(kind) => self.write(id, kind, &mut content).await.map(|done| (kind, done)),
            None => Err(NotReceived::Refused(FileProblem::Kind)),
        };
        if let Err(NotReceived::Refused(_)) = &written {
            while let Some(chunk) = content.next().await {
                chunk.map_err(|_| NotReceived::Interrupted)?;
            }
        }
        let (kind, (path, bytes)) = written?;
        Ok(Received {
            id,
            name,
            bytes,
            kind,
            path,
        })
    }

    /// To a name of its own first; the final one is given when everything is on the disk.
    async fn write<C, E>(
        &self,
        id: CaseFileId,
        kind: FileKind,
        content: &mut (impl Stream<Item = Result<C, E>> + Unpin),
    ) -> Result<(Written, u64), NotReceived>
    where
        C: AsRef<[u8]>,
    {
        let place = self.place(id);
        let part = Written(Some(place.with_extension(PART)));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(part.path())
            .await?;
        let (mut head, mut bytes) = (Vec::with_capacity(SNIFFED), 0_u64);
        while let Some(chunk) = content.next().await {
            let chunk = chunk.map_err(|_| NotReceived::Interrupted)?;
            let chunk = chunk.as_ref();
            bytes = bytes.saturating_add(chunk.len() as u64);
            if bytes > FILE_BYTES_MAX {
                return Err(NotReceived::Refused(FileProblem::TooLarge));
            }
            head.extend(chunk.iter().take(SNIFFED - head.len()));
            file.write_all(chunk).await?;
        }
        if bytes == 0 {
            return Err(NotReceived::Refused(FileProblem::Empty));
        }
        if !kind.fits(&head) {
            return Err(NotReceived::Refused(FileProblem::Content));
        }
        file.flush().await?;
        file.sync_all().await?;
        let whole = Written(Some(place));
        fs::rename(part.path(), whole.path()).await?;
        part.keep();
        File::open(&self.folder).await?.sync_all().await?;
        Ok((whole, bytes))
    }

    /// The content of a file, to be read as it is sent. `None` where there is none.
    pub async fn open(&self, id: CaseFileId) -> io::Result<Option<File>> {
        match File::open(self.place(id)).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ids of the files in the folder that were begun more than a day before `now`, complete or not.
    pub(super) async fn older(&self, now: OffsetDateTime) -> io::Result<BTreeSet<CaseFileId>> {
        let mut entries = fs::read_dir(&self.folder).await?;
        let mut found = BTreeSet::new();
        while let Some(entry) = entries.next_entry().await? {
            let path = entry.path();
            let id = path
                .file_stem()
                .and_then(|stem| stem.to_str()?.parse::<Uuid>().ok());
            let Some(id) = id else { continue };
            // An id of ours says when it was made.
            let made = id.get_timestamp().and_then(|made| {
                let (seconds, _) = made.to_unix();
                OffsetDateTime::from_unix_timestamp(seconds.try_into().ok()?).ok()
            });
            if made.is_some_and(|made| made < now - UNNAMED) {
                found.insert(id.into());
            }
        }
        Ok(found)
    }

    /// Deletes the content of these, complete or not.
    pub(super) async fn sweep(&self, ids: impl IntoIterator<Item = CaseFileId>) -> io::Result<()> {
        for id in ids {
            let place = self.place(id);
            for path in [place.with_extension(PART), place] {
                match fs::remove_file(path).await {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn place(&self, id: CaseFileId) -> PathBuf {
        self.folder.join(id.to_string())
    }
}

impl Received {
    /// It is part of something from now on. To be called before the change is committed: should that fail, the file is swept.
    pub(super) fn keep(self) {
        self.path.keep();
    }
}

/// A file on the disk that goes when this is dropped.
#[derive(Debug)]
struct Written(Option<PathBuf>);

impl Written {
    fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = std::fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a file that belongs to nothing stays until it is swept");
        }
    }
}
