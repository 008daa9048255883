//! How mails leave: the mail server, and who we are there.

use std::fmt;
use std::path::{Path, PathBuf};

use outside::{SmtpMailer, SmtpSettings, SmtpTls};
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::{ConfigError, invalid};

/// The mail server. See the page "Mail".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Name or address of the mail server. Empty: mails wait until there is one.
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    /// User name at the mail server; empty where it asks for none.
    pub user: String,
    pub password: Password,
    /// A file that holds the password alone.
    pub password_file: PathBuf,
    /// The sender, such as `COSMOS <no-reply@contoso.example>`.
    pub from: String,
}

/// A password of the configuration: never shown, not even where it is not one.
#[derive(Clone)]
pub struct Password(pub(super) String);

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A text, or whatever else was written there.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Else(IgnoredAny),
        }
        match Written::deserialize(deserializer)? {
            Written::Text(text) => Ok(Self(text)),
            Written::Else(_) => Err(D::Error::custom("a text in quotes is wanted")),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl MailConfig {
    /// The settings of the mail server; `None` where none is named. Refuses what could never send a mail.
    pub fn settings(&self) -> Result<Option<SmtpSettings>, ConfigError> {
        if self.host.is_empty() {
            return Ok(None);
        }
        if self.port == 0 {
            return Err(invalid("mail.port", "a number from 1 to 65535 is wanted"));
        }
        let credentials = self.credentials()?;
        if credentials.is_some() && self.tls == SmtpTls::None && !is_here(&self.host) {
            return Err(invalid(
                "mail.tls",
                "a password is not sent without TLS, except to this machine: starttls or implicit is wanted",
            ));
        }
        let settings = SmtpSettings {
            host: self.host.clone(),
            port: self.port,
            tls: self.tls,
            credentials,
            from: self.from.clone(),
        };
        SmtpMailer::new(settings.clone()).map_err(|_| {
            let reason = "a sender is wanted, such as COSMOS <no-reply@contoso.example>";
            invalid("mail.from", reason)
        })?;
        Ok(Some(settings))
    }

    fn credentials(&self) -> Result<Option<(String, Zeroizing<String>)>, ConfigError> {
        let in_file = !self.password_file.as_os_str().is_empty();
        let (here, user) = (!self.password.0.is_empty(), !self.user.is_empty());
        match (user, here, in_file) {
            (false, false, false) => Ok(None),
            (true, true, false) => Ok(Some((self.user.clone(), Zeroizing::new(self.password.0.clone())))),
            (true, false, true) => Ok(Some((self.user.clone(), read(&self.password_file)?))),
            (_, true, true) => Err(invalid(
                "mail.password_file",
                "either the password or its file is wanted, not both",
            )),
            (true, false, false) => Err(invalid(
                "mail.password",
                "the user has no password: name its file in mail.password_file, or set COSMOS_MAIL__PASSWORD",
            )),
            (false, ..) => Err(invalid("mail.user", "there is a password, but no user")),
        }
    }
}

/// The first line of the file.
fn read(path: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::File {
        path: path.to_owned(),
        cause,
    })?;
    let text = Zeroizing::new(text);
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(invalid("mail.password_file", "the file is empty"));
    }
    Ok(Zeroizing::new(password.to_owned()))
}

fn is_here(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Result<Option<SmtpSettings>, ConfigError> {
        let defaults = "host = \"\"\nport = 587\ntls = \"starttls\"\nuser = \"\"\npassword = \"\"\npassword_file = \"\"\nfrom = \"\"\n";
        let mut table: toml::Table = toml::from_str(defaults).unwrap();
        table.extend(toml::from_str::<toml::Table>(keys).unwrap());
        table.try_into::<MailConfig>().unwrap().settings()
    }

    const SERVER: &str = "host = \"mail.contoso.example\"\nfrom = \"COSMOS <no-reply@contoso.example>\"\n";

    #[test]
    fn no_host_is_no_mail_and_a_host_needs_a_sender() {
        assert!(settings("").unwrap().is_none());
        assert!(settings(SERVER).unwrap().is_some());
        for bad in [
            "from = \"\"",
            "from = \"nobody\"",
            "port = 0",
            "port = 0\ntls = \"none\"",
        ] {
            let mut keys: toml::Table = toml::from_str(SERVER).unwrap();
            keys.extend(toml::from_str::<toml::Table>(bad).unwrap());
            assert!(settings(&keys.to_string()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_comes_from_one_place_and_leaves_only_by_tls() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "rye bread\n").unwrap();
        let in_file = format!("password_file = {:?}", file.path());
        let with = |more: &str| settings(&format!("{SERVER}{more}"));
        let password = |found: Result<Option<SmtpSettings>, _>| {
            let (user, password) = found.ok()??.credentials?;
            Some(format!("{user} {}", *password))
        };
        assert_eq!(
            password(with(&format!("user = \"cosmos\"\n{in_file}"))).as_deref(),
            Some("cosmos rye bread")
        );
        assert_eq!(
            password(with("user = \"cosmos\"\npassword = \"a b\"")).as_deref(),
            Some("cosmos a b")
        );
        assert!(with("user = \"cosmos\"").is_err());
        assert!(with("password = \"x\"").is_err());
        assert!(with(&format!("user = \"cosmos\"\npassword = \"x\"\n{in_file}")).is_err());
        assert!(with("user = \"cosmos\"\npassword_file = \"/no/such/file\"").is_err());
        let plain = "user = \"cosmos\"\npassword = \"x\"\ntls = \"none\"";
        assert!(with(plain).is_err());
        let here = SERVER.replace("mail.contoso.example", "127.0.0.1");
        assert!(settings(&format!("{here}{plain}")).unwrap().is_some());
        let number = toml::from_str::<MailConfig>(&format!(
            "{SERVER}port = 25\ntls = \"none\"\nuser = \"\"\npassword = 4711\npassword_file = \"\""
        ));
        let refused = number.unwrap_err().to_string();
        assert!(
            refused.contains("a text in quotes") && !refused.lines().last().unwrap().contains("4711"),
            "{refused}"
        );
        assert!(!format!("{:?}", Password("secret".to_owned())).contains("secret"));
    }
}
