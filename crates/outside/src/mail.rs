//! Outgoing mail. Use cases queue it in the outbox; a job hands it to a [`Mailer`].

use std::fmt;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use lettre::address::AddressError;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use zeroize::Zeroizing;

/// Longest wait for one step of the conversation with the mail server.
const STEP_TIME: Duration = Duration::from_secs(10);
/// Longest delivery of one mail.
const TOTAL_TIME: Duration = Duration::from_secs(30);

/// A way to send mail.
pub trait Mailer: Send + Sync {
    /// Hands one mail to the mail server. Success means that the server has taken it over.
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}

/// One mail to one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// The address of the person.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML; empty for mail in plain text only.
    pub html: String,
    /// The left half of the Message-ID, such as the id of the outbox row, so that a second attempt is recognised
    /// as the same mail (fault F15). `None` lets the mail library make one.
    pub message_id: Option<String>,
}

/// Why a mail was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The mail cannot be written: an address or header is malformed. Trying again is of no use.
    #[error("the mail address or subject is not valid")]
    Invalid,
    /// The server refused for good (5xx). Trying again is of no use.
    #[error("the mail server refused the mail")]
    Refused,
    /// The server asks to try later (4xx).
    #[error("the mail server asks to try again later")]
    Later,
    /// The server does not accept our user name and password. It may be told better ones, so the mail waits.
    #[error("the mail server does not accept our user name and password")]
    Credentials,
    /// The server's certificate is not trusted, or it offers no TLS.
    #[error("no trusted connection to the mail server")]
    Tls,
    /// The server does not answer.
    #[error("the mail server does not answer")]
    Unreachable,
}

impl MailError {
    /// Whether another attempt would end the same.
    pub fn is_permanent(self) -> bool {
        matches!(self, Self::Invalid | Self::Refused)
    }

    /// A short word for machines: events, metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Later => "later",
            Self::Credentials => "credentials",
            Self::Tls => "tls",
            Self::Unreachable => "unreachable",
        }
    }
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Not at all: for a relay on the same machine.
    None,
    /// Plain at first, then required `STARTTLS` (port 587).
    #[default]
    StartTls,
    /// TLS from the first byte (port 465).
    Implicit,
}

/// Where and how to hand over mail.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Host name of the mail server; its certificate must name it.
    pub host: String,
    /// Port of the mail server.
    pub port: u16,
    /// Protection of the connection.
    pub tls: SmtpTls,
    /// User name and password, where the server asks for them.
    pub credentials: Option<(String, Zeroizing<String>)>,
    /// The sender, such as `COSMOS <no-reply@contoso.example>`.
    pub from: String,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host,
            port,
            tls,
            credentials: _,
            from,
        } = self;
        write!(f, "SmtpSettings({host}:{port}, {tls:?}, from {from})")
    }
}

/// [`Mailer`] that speaks SMTP. The mail server is chosen by the operator, so its address is not filtered.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    tls: SmtpTls,
}

/// Why a mail was not taken, with the words of the server or of the library: for the operator's own test, and for nobody else.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}: {words}")]
pub struct MailTrouble {
    pub error: MailError,
    pub words: String,
}

/// Marks a mail that nobody wrote by hand, so that no holiday message answers it (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Replies by which a server says that it does not accept who we are (RFC 4954, section 6).
const NOT_ACCEPTED: [u16; 4] = [530, 534, 535, 538];

impl SmtpMailer {
    /// Fails where the sender is no address or the TLS side cannot be set up.
    pub fn new(settings: SmtpSettings) -> Result<Self, MailError> {
        let from = settings
            .from
            .parse()
            .map_err(|_: AddressError| MailError::Invalid)?;
        let parameters = || TlsParameters::new_rustls(settings.host.clone()).map_err(|_| MailError::Tls);
        let tls = match settings.tls {
            SmtpTls::None => Tls::None,
            SmtpTls::StartTls => Tls::Required(parameters()?),
            SmtpTls::Implicit => Tls::Wrapper(parameters()?),
        };
        // "Dangerous" in the library's words, since it starts without TLS; `tls` follows at once.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(STEP_TIME));
        if let Some((user, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(user, password.as_str().to_owned()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
            tls: settings.tls,
        })
    }

    fn write(&self, mail: Mail) -> Result<Message, MailError> {
        let to: Mailbox = mail.to.parse().map_err(|_: AddressError| MailError::Invalid)?;
        if mail.subject.contains(['\r', '\n']) {
            return Err(MailError::Invalid);
        }
        let id = mail
            .message_id
            .map(|id| format!("<{id}@{}>", self.from.email.domain()));
        let builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject)
            .header(AutoSubmitted)
            .message_id(id);
        let written = if mail.html.is_empty() {
            builder.singlepart(lettre::message::SinglePart::plain(mail.text))
        } else {
            builder.multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
        };
        written.map_err(|_| MailError::Invalid)
    }

    /// Sends one mail at once and says in full what went wrong.
    pub async fn try_out(&self, mail: Mail) -> Result<(), MailTrouble> {
        let trouble = |error: MailError, words: String| MailTrouble { error, words };
        let message = self.write(mail).map_err(|error| trouble(error, String::new()))?;
        match tokio::time::timeout(TOTAL_TIME, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(trouble(self.reason(&error), words(&error))),
            Err(_) => {
                let late = format!("no end after {} seconds", TOTAL_TIME.as_secs());
                Err(trouble(MailError::Unreachable, late))
            }
        }
    }

    fn reason(&self, error: &lettre::transport::smtp::Error) -> MailError {
        let not_accepted = error
            .status()
            .is_some_and(|code| NOT_ACCEPTED.contains(&u16::from(code)));
        // Where TLS is not asked for later on, all that the library itself refuses is a server without a way to sign in.
        let no_way_in = error.is_client() && self.tls != SmtpTls::StartTls;
        if not_accepted || no_way_in {
            MailError::Credentials
        } else if error.is_permanent() {
            MailError::Refused
        } else if error.is_transient() {
            MailError::Later
        } else if error.is_tls() || error.is_client() || fails_at_tls(error) {
            MailError::Tls
        } else {
            MailError::Unreachable
        }
    }

    async fn deliver(&self, mail: Mail) -> Result<(), MailError> {
        self.try_out(mail).await.map_err(|trouble| {
            tracing::debug!(%trouble, "the mail was not taken");
            trouble.error
        })
    }
}

/// Whether it is a TLS handshake that failed: the library calls that a failed connection.
fn fails_at_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let of_tls = |error: &(dyn std::error::Error + 'static)| error.is::<rustls::Error>();
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        of_tls(error) || inner.is_some()
    })
}

/// The error and its causes, one line without control characters.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = error.source();
    }
    words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

impl Mailer for SmtpMailer {
    fn send(&self, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        self.deliver(mail).boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;

    use super::*;

    /// A mail server for one conversation; answers the recipient with `verdict` and gives back the mail's lines.
    async fn mail_server(verdict: &'static str) -> (u16, JoinSet<Vec<String>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            let mut socket = BufReader::new(socket);
            let mut mail = Vec::new();
            let mut in_data = false;
            socket.write_all(b"220 ready\r\n").await.unwrap();
            let mut line = String::new();
            while socket.read_line(&mut line).await.unwrap_or(0) > 0 {
                let text = std::mem::take(&mut line).trim_end().to_owned();
                let answer = if in_data {
                    in_data = text != ".";
                    mail.push(text);
                    if in_data {
                        continue;
                    }
                    "250 taken"
                } else if text == "DATA" {
                    in_data = true;
                    "354 go on"
                } else if text.starts_with("RCPT") {
                    verdict
                } else {
                    "250 ok"
                };
                socket
                    .write_all(format!("{answer}\r\n").as_bytes())
                    .await
                    .unwrap();
                if answer == "250 taken" {
                    break;
                }
            }
            mail
        });
        (port, tasks)
    }

    fn mailer(port: u16, tls: SmtpTls) -> SmtpMailer {
        let from = "COSMOS <no-reply@contoso.example>".to_owned();
        SmtpMailer::new(SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port,
            tls,
            credentials: None,
            from,
        })
        .unwrap()
    }

    fn mail() -> Mail {
        Mail {
            to: "ada@contoso.example".to_owned(),
            subject: "Grüße".to_owned(),
            text: "plain words".to_owned(),
            html: "<p>rich words</p>".to_owned(),
            message_id: Some("outbox-17".to_owned()),
        }
    }

    #[tokio::test]
    async fn a_mail_arrives_with_both_texts_and_its_own_message_id() {
        let (port, mut server) = mail_server("250 ok").await;
        assert_eq!(mailer(port, SmtpTls::None).send(mail()).await, Ok(()));
        let arrived = server.join_next().await.unwrap().unwrap().join("\n");
        for part in [
            "To: ada@contoso.example",
            "plain words",
            "<p>rich words</p>",
            "<outbox-17@contoso.example>",
        ] {
            assert!(arrived.contains(part), "{part} in {arrived}");
        }
    }

    #[tokio::test]
    async fn refusals_for_good_and_for_now_are_told_apart() {
        for (verdict, error, permanent) in [
            ("550 no such user", MailError::Refused, true),
            ("450 later", MailError::Later, false),
            ("530 sign in first", MailError::Credentials, false),
        ] {
            let (port, _server) = mail_server(verdict).await;
            let result = mailer(port, SmtpTls::None).send(mail()).await;
            assert_eq!(result, Err(error), "{verdict}");
            assert_eq!(error.is_permanent(), permanent);
        }
    }

    #[tokio::test]
    async fn a_server_without_tls_gets_no_mail_where_tls_is_required() {
        let (port, mut server) = mail_server("250 ok").await;
        assert_eq!(
            mailer(port, SmtpTls::StartTls).send(mail()).await,
            Err(MailError::Tls)
        );
        assert!(server.join_next().await.unwrap().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_server_that_speaks_no_tls_is_not_called_unreachable() {
        let (port, _server) = mail_server("250 ok").await;
        let trouble = mailer(port, SmtpTls::Implicit).try_out(mail()).await.unwrap_err();
        assert_eq!(trouble.error, MailError::Tls, "{trouble}");
        assert!(!trouble.words.is_empty() && !trouble.words.contains('\n'));
    }

    #[tokio::test]
    async fn a_closed_port_and_a_bad_address_are_told_apart() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(
            mailer(port, SmtpTls::None).send(mail()).await,
            Err(MailError::Unreachable)
        );
        for to in [
            "",
            "ada",
            "ada@contoso.example, eve@evil.example",
            "ada@contoso.example\r\nBcc: eve@evil.example",
        ] {
            let bad = Mail {
                to: to.to_owned(),
                ..mail()
            };
            assert_eq!(
                mailer(port, SmtpTls::None).send(bad).await,
                Err(MailError::Invalid),
                "{to}"
            );
        }
        let bad = Mail {
            subject: "a\r\nBcc: eve@evil.example".to_owned(),
            ..mail()
        };
        assert_eq!(
            mailer(port, SmtpTls::None).send(bad).await,
            Err(MailError::Invalid)
        );
    }
}
