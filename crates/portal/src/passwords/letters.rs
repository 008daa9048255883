use domain::Language;
use time::OffsetDateTime;

use crate::mails::{Letter, Part};

/// The link for a new password.
pub(super) struct ResetPassword<'a> {
    pub email: &'a str,
    pub url: String,
}

impl Letter for ResetPassword<'_> {
    fn subject(&self, language: Language) -> String {
        language
            .pick("Reset your password", "Setzen Sie Ihr Passwort zurück")
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let email = self.email;
        vec![
            Part::Text(language.pick(
                format!("Somebody, probably you, wants to set a new password for {email} in the Customer Portal."),
                format!("Jemand, vermutlich Sie, möchte für {email} im Customer Portal ein neues Passwort setzen."),
            )),
            Part::button(language.pick("Reset Password", "Passwort zurücksetzen"), &self.url),
            Part::Note(
                language
                    .pick(
                        "The link works once, within an hour, and only the newest one does. If you did not ask for it, do nothing: your password stays as it is.",
                        "Der Link gilt einmal, eine Stunde lang, und nur der neueste. Wenn Sie nicht darum gebeten haben, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
                    )
                    .to_owned(),
            ),
        ]
    }
}

/// The password was changed, by a link or in "My account".
pub(crate) struct PasswordChanged<'a> {
    pub email: &'a str,
    pub at: OffsetDateTime,
    /// "Forgot Password?".
    pub url: String,
}

impl Letter for PasswordChanged<'_> {
    fn subject(&self, language: Language) -> String {
        language
            .pick("Your password was changed", "Ihr Passwort wurde geändert")
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let email = self.email;
        let at = self.at;
        let (day, time) = (at.date(), format!("{:02}:{:02} UTC", at.hour(), at.minute()));
        vec![
            Part::Text(language.pick(
                format!("The password of {email} in the Customer Portal was changed on {day} at {time}. Sessions that were open elsewhere have ended."),
                format!("Das Passwort von {email} im Customer Portal wurde am {day} um {time} geändert. Sitzungen, die anderswo offen waren, sind beendet."),
            )),
            Part::Text(
                language
                    .pick(
                        "If that was you, there is nothing to do. If not, set a new password at once, and tell a Super Admin of your account.",
                        "Wenn Sie das waren, ist nichts zu tun. Wenn nicht, setzen Sie gleich ein neues Passwort, und sagen Sie es einem Super Admin Ihres Kontos.",
                    )
                    .to_owned(),
            ),
            Part::button(language.pick("Set a new password", "Ein neues Passwort setzen"), &self.url),
        ]
    }
}
