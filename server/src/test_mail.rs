//! `cosmos mail test`: a mail that is sent at once, past the queue, and a plain answer.

use access::Entropy;
use domain::{EmailAddress, Language};
use outside::{MailError, MailTrouble, SmtpMailer};

use crate::config::Config;
use crate::startup::StartError;

/// Sends the test mail. Refuses with what went wrong and what to do next.
pub async fn send(config: &Config, to: &str, language: &str) -> Result<(), StartError> {
    let told = |text: String| StartError::Other(text);
    let to = EmailAddress::parse(to).map_err(|reason| told(app::reason_in_english(&reason)))?;
    let language = Language::chosen(language).map_err(|reason| told(app::reason_in_english(&reason)))?;
    let settings = config
        .mail
        .settings()?
        .ok_or_else(|| told("No mail server is named. Set host and from under [mail].".to_owned()))?;
    let (host, port) = (settings.host.clone(), settings.port);
    let mailer = SmtpMailer::new(settings).map_err(|error| told(error.to_string()))?;
    let mail = portal::mails::test_letter(to.as_str(), language, Entropy.secret().reveal().to_owned());
    match mailer.try_out(mail).await {
        Ok(()) => {
            println!("{host} has taken a mail for {to}. If it does not arrive, look into the spam folder.");
            Ok(())
        }
        Err(trouble) => Err(told(in_words(&host, port, &trouble))),
    }
}

fn in_words(host: &str, port: u16, MailTrouble { error, words }: &MailTrouble) -> String {
    let next = match error {
        MailError::Invalid => "The mail cannot be written. Look at mail.from and at the address.",
        MailError::Refused => {
            "The mail server refused the mail. Ask who runs it whether it sends mails of this sender (mail.from) to this address."
        }
        MailError::Later => {
            "The mail server asks to come back later. That may pass; if it does not, ask who runs it."
        }
        MailError::Credentials => {
            "The mail server does not accept the user name and password. Look at mail.user and at the password, and ask who runs the \
             server whether this user may send by a program."
        }
        MailError::Tls => {
            "There is no trusted connection. Look at mail.tls (starttls with port 587, implicit with port 465), and whether the \
             certificate names the host in mail.host and is of a root that this machine trusts."
        }
        MailError::Unreachable => {
            "The mail server does not answer. Look at mail.host and mail.port, and whether a firewall lets this machine through."
        }
    };
    let said = if words.is_empty() {
        String::new()
    } else {
        format!("\nIn detail: {words}")
    };
    format!("{host}:{port} did not take the mail.\n{next}{said}")
}
