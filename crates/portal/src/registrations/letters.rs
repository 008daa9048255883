//! What is written about a registration.

use domain::Language;
use domain::registration::{CONFIRM_HOURS, ONE_TIME_PASSWORD_DAYS};

use crate::mails::{Letter, Part};

fn text(language: Language, english: &str, german: &str) -> Part {
    Part::Text(language.pick(english, german).to_owned())
}

/// To whoever has registered: the link that confirms.
pub(super) struct Confirm<'a> {
    pub company: &'a str,
    pub url: String,
}

impl Letter for Confirm<'_> {
    fn subject(&self, language: Language) -> String {
        language
            .pick("Confirm your registration", "Bestätigen Sie Ihre Registrierung")
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let company = self.company;
        vec![
            Part::Text(language.pick(
                format!("Somebody, probably you, has registered {company} for the Customer Portal with this address."),
                format!("Jemand, vermutlich Sie, hat {company} mit dieser Adresse für das Customer Portal registriert."),
            )),
            Part::button(language.pick("Confirm the registration", "Registrierung bestätigen"), &self.url),
            text(
                language,
                "After that your data is checked. You get a mail with your user name and a one-time password once the registration is approved.",
                "Danach werden Ihre Daten geprüft. Sobald die Registrierung genehmigt ist, bekommen Sie eine Mail mit Ihrem Benutzernamen und einem Einmalpasswort.",
            ),
            Part::Note(language.pick(
                format!("The link works once, within {CONFIRM_HOURS} hours, and only the newest one does. If you did not register, do nothing: your data is deleted then."),
                format!("Der Link gilt einmal, {CONFIRM_HOURS} Stunden lang, und nur der neueste. Wenn Sie nichts registriert haben, tun Sie nichts: Die Daten werden dann gelöscht."),
            )),
        ]
    }
}

/// To the owner of an address that belongs to a user already.
pub(super) struct InUse {
    /// "Forgot Password?".
    pub url: String,
}

impl Letter for InUse {
    fn subject(&self, language: Language) -> String {
        language
            .pick("You are registered already", "Sie sind schon registriert")
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        vec![
            text(
                language,
                "Somebody, probably you, wanted to register for the Customer Portal with this address. It belongs to a user already, so nothing was changed.",
                "Jemand, vermutlich Sie, wollte sich mit dieser Adresse für das Customer Portal registrieren. Sie gehört schon zu einem Benutzer, also wurde nichts geändert.",
            ),
            text(
                language,
                "Log in with it. If you have forgotten the password, set a new one; if you have no access any more, ask a Super Admin of your account.",
                "Melden Sie sich damit an. Wenn Sie das Passwort vergessen haben, setzen Sie ein neues; wenn Sie keinen Zugang mehr haben, fragen Sie einen Super Admin Ihres Kontos.",
            ),
            Part::button(
                language.pick("Set a new password", "Ein neues Passwort setzen"),
                &self.url,
            ),
            Part::Note(
                language
                    .pick(
                        "If that was not you, do nothing.",
                        "Wenn Sie das nicht waren, tun Sie nichts.",
                    )
                    .to_owned(),
            ),
        ]
    }
}

/// To somebody whose registration waits for its check already.
pub(super) struct Waits;

impl Letter for Waits {
    fn subject(&self, language: Language) -> String {
        language
            .pick(
                "Your registration is being checked",
                "Ihre Registrierung wird geprüft",
            )
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        vec![text(
            language,
            "A registration with this address is confirmed already and waits for its check. The new one was not taken. You get a mail as soon as it is decided.",
            "Eine Registrierung mit dieser Adresse ist schon bestätigt und wartet auf ihre Prüfung. Die neue wurde nicht angenommen. Sie bekommen eine Mail, sobald entschieden ist.",
        )]
    }
}

/// To operators: a registration waits.
pub(super) struct ToCheck<'a> {
    pub company: &'a str,
    pub email: &'a str,
    pub url: String,
}

impl Letter for ToCheck<'_> {
    fn subject(&self, language: Language) -> String {
        let company = self.company;
        language.pick(
            format!("Registration to check: {company}"),
            format!("Registrierung zu prüfen: {company}"),
        )
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self { company, email, url } = self;
        vec![
            Part::Text(language.pick(
                format!("{email} has confirmed the registration of {company}."),
                format!("{email} hat die Registrierung von {company} bestätigt."),
            )),
            Part::button(
                language.pick("Check the registration", "Registrierung prüfen"),
                url,
            ),
        ]
    }
}

/// To the first user of a new account.
pub(super) struct Approved<'a> {
    pub company: &'a str,
    pub user: &'a str,
    pub password: &'a str,
    /// The log-in.
    pub url: String,
}

impl Letter for Approved<'_> {
    fn subject(&self, language: Language) -> String {
        language
            .pick(
                "Your registration is approved",
                "Ihre Registrierung ist genehmigt",
            )
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self {
            company,
            user,
            password,
            url,
        } = self;
        vec![
            Part::Text(language.pick(
                format!("{company} has an account in the Customer Portal now, and you are its Super Admin."),
                format!("{company} hat jetzt ein Konto im Customer Portal, und Sie sind sein Super Admin."),
            )),
            Part::Text(language.pick(format!("User name: {user}"), format!("Benutzername: {user}"))),
            Part::Text(language.pick(
                format!("One-time password: {password}"),
                format!("Einmalpasswort: {password}"),
            )),
            Part::button(language.pick("Log in", "Anmelden"), url),
            Part::Note(language.pick(
                format!("When you log in for the first time, you set a password of your own. The one-time password is valid for {ONE_TIME_PASSWORD_DAYS} days; after that use \"Forgot Password?\" on the log-in page."),
                format!("Bei der ersten Anmeldung setzen Sie ein eigenes Passwort. Das Einmalpasswort gilt {ONE_TIME_PASSWORD_DAYS} Tage; danach verwenden Sie „Forgot Password?“ auf der Anmeldeseite."),
            )),
        ]
    }
}

/// To an applicant who was refused.
pub(super) struct Refused<'a> {
    pub company: &'a str,
    pub reason: &'a str,
}

impl Letter for Refused<'_> {
    fn subject(&self, language: Language) -> String {
        language
            .pick(
                "Your registration was not approved",
                "Ihre Registrierung wurde nicht genehmigt",
            )
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self { company, reason } = self;
        let head = Part::Text(language.pick(
            format!("The registration of {company} for the Customer Portal was not approved:"),
            format!("Die Registrierung von {company} für das Customer Portal wurde nicht genehmigt:"),
        ));
        let lines = reason.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines = lines.map(|line| Part::Text(line.to_owned()));
        let end = text(
            language,
            "You can register again at any time.",
            "Sie können sich jederzeit neu registrieren.",
        );
        std::iter::once(head).chain(lines).chain([end]).collect()
    }
}
