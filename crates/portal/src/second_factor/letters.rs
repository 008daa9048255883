use domain::Language;

use crate::mails::{Letter, Part};

/// What became of somebody's second factor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    On,
    Off,
    /// By a Super Admin, or by the command line.
    Reset,
    /// New recovery codes took the place of the old ones.
    NewCodes,
    /// A recovery code was used; so many are left.
    CodeUsed {
        left: i64,
    },
}

/// Tells users what was done with their second factor, so that they notice when it was not them.
pub(super) struct SecondFactorChanged<'a> {
    pub email: &'a str,
    pub change: Change,
    /// "My account".
    pub url: String,
}

impl Letter for SecondFactorChanged<'_> {
    fn subject(&self, language: Language) -> String {
        match self.change {
            Change::On => language.pick(
                "A second factor was set up",
                "Ein zweiter Faktor wurde eingerichtet",
            ),
            Change::Off => language.pick(
                "Your second factor was switched off",
                "Ihr zweiter Faktor wurde abgeschaltet",
            ),
            Change::Reset => language.pick(
                "Your second factor was reset",
                "Ihr zweiter Faktor wurde zurückgesetzt",
            ),
            Change::NewCodes => language.pick(
                "You have new recovery codes",
                "Sie haben neue Wiederherstellungscodes",
            ),
            Change::CodeUsed { .. } => language.pick(
                "A recovery code was used",
                "Ein Wiederherstellungscode wurde benutzt",
            ),
        }
        .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let email = self.email;
        let what = match self.change {
            Change::On => language.pick(
                format!("From now on, the log-in of {email} to the Customer Portal asks for a code of the authenticator app after the password."),
                format!("Ab jetzt verlangt die Anmeldung von {email} am Customer Portal nach dem Passwort einen Code der Authenticator-App."),
            ),
            Change::Off => language.pick(
                format!("The log-in of {email} to the Customer Portal asks for the password alone again."),
                format!("Die Anmeldung von {email} am Customer Portal verlangt wieder nur das Passwort."),
            ),
            Change::Reset => language.pick(
                format!("An administrator has removed the second factor of {email}, and ended all sessions. The next log-in asks for the password alone, or for setting up a new second factor."),
                format!("Ein Administrator hat den zweiten Faktor von {email} entfernt und alle Sitzungen beendet. Die nächste Anmeldung verlangt nur das Passwort, oder das Einrichten eines neuen zweiten Faktors."),
            ),
            Change::NewCodes => language.pick(
                format!("New recovery codes were made for {email}. The old ones open nothing any more."),
                format!("Für {email} wurden neue Wiederherstellungscodes gemacht. Die alten öffnen nichts mehr."),
            ),
            Change::CodeUsed { left } => language.pick(
                format!("Somebody, probably you, has logged in as {email} with a recovery code. Codes left: {left}."),
                format!("Jemand, vermutlich Sie, hat sich als {email} mit einem Wiederherstellungscode angemeldet. Übrige Codes: {left}."),
            ),
        };
        vec![
            Part::Text(what),
            Part::Text(
                language
                    .pick(
                        "If that surprises you, change your password, and tell a Super Admin of your account.",
                        "Wenn Sie das überrascht, ändern Sie Ihr Passwort, und sagen Sie es einem Super Admin Ihres Kontos.",
                    )
                    .to_owned(),
            ),
            Part::button(language.pick("Open My account", "Mein Konto öffnen"), &self.url),
        ]
    }
}
