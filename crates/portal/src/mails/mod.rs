//! Mails to people. A use case writes a [`Letter`] and posts it within its change ([`post`]); a job hands it to the mail server
//! after the commit (`delivery`). Links in a letter are secrets, so what it says is sealed until it is sent, and then forgotten.

mod delivery;
mod layout;
mod test_letter;

use access::{Result, Services, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::id::{AccountId, JobId};
use domain::{Cloud, Language};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use delivery::jobs;
pub use test_letter::test_letter;

/// The kind of the job that sends a mail.
const MAIL: &str = "mail";
/// Where the sealed text of a mail belongs: table, column; the row is the job.
const SEALED: (&str, &str) = ("jobs", "payload");

/// What we write to somebody. Letters live beside their use case, their words in English and German side by side.
pub(crate) trait Letter {
    /// One line.
    fn subject(&self, language: Language) -> String;
    fn body(&self, language: Language) -> Vec<Part>;
}

/// A part of a letter, in the order of reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// A paragraph.
    Text(String),
    /// What the person is asked to do: a link to a page of ours.
    Button { label: String, url: String },
    /// A paragraph in small print.
    Note(String),
}

impl Part {
    pub fn button(label: &str, url: &str) -> Self {
        Self::Button {
            label: label.to_owned(),
            url: url.to_owned(),
        }
    }
}

/// What the job holds. `sealed` is a [`Written`].
#[derive(Serialize, Deserialize)]
struct Envelope {
    to: String,
    language: Language,
    account: Option<AccountId>,
    sealed: String,
}

/// The words of a mail.
#[derive(Serialize, Deserialize)]
struct Written {
    subject: String,
    parts: Vec<Part>,
}

/// Posts a letter: it is sent if, and only if, this change is committed. `to` is a stored address, never one that somebody typed
/// to name themselves (SEC-20).
pub(crate) async fn post(
    tx: &mut Tx,
    services: &Services<Cloud>,
    to: &str,
    language: Language,
    letter: &impl Letter,
) -> Result<()> {
    let job: JobId = tx.id();
    let written = Written {
        subject: letter.subject(language),
        parts: letter.body(language),
    };
    let text = Zeroizing::new(serde_json::to_vec(&written)?);
    let (table, column) = SEALED;
    let sealed = services
        .seal()
        .seal(services.entropy(), table, column, &row(job), &text)?;
    let envelope = Envelope {
        to: to.to_owned(),
        language,
        account: tx.account(),
        sealed: STANDARD_NO_PAD.encode(sealed),
    };
    let now = tx.now();
    tx.queue_as(job, MAIL, &envelope, now).await
}

/// The place of a job's secrets.
fn row(job: JobId) -> [u8; 16] {
    uuid::Uuid::from(job).into_bytes()
}
