//! What is written about an invitation.

use domain::Language;
use domain::role::Role;

use crate::mails::{Letter, Part};

/// To somebody who is invited.
pub(super) struct Invitation<'a> {
    pub company: &'a str,
    pub invited_by: &'a str,
    pub role: Role,
    pub days: u16,
    pub url: String,
}

impl Letter for Invitation<'_> {
    fn subject(&self, language: Language) -> String {
        let company = self.company;
        language.pick(
            format!("{company} invites you to the Customer Portal"),
            format!("{company} lädt Sie zum Customer Portal ein"),
        )
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self {
            company,
            invited_by,
            days,
            url,
            ..
        } = self;
        let role = self.role.label();
        vec![
            Part::Text(language.pick(
                format!("{invited_by} invites you to the account of {company}, with the role {role}."),
                format!("{invited_by} lädt Sie zum Konto von {company} ein, mit der Rolle {role}."),
            )),
            Part::Text(language.pick(
                "Open the invitation to accept or to decline it. Nothing happens before you choose there.".to_owned(),
                "Öffnen Sie die Einladung, um sie anzunehmen oder abzulehnen. Vorher geschieht nichts.".to_owned(),
            )),
            Part::button(language.pick("Open the invitation", "Einladung öffnen"), url),
            Part::Note(language.pick(
                format!("The invitation ends in {days} days. If you do not know the sender, decline it or do nothing."),
                format!("Die Einladung endet in {days} Tagen. Wenn Sie den Absender nicht kennen, lehnen Sie ab oder tun Sie nichts."),
            )),
        ]
    }
}

/// To somebody who is invited but is a user of another account: an address belongs to one user.
pub(super) struct KnownAlready<'a> {
    pub company: &'a str,
    pub invited_by: &'a str,
    pub url: String,
}

impl Letter for KnownAlready<'_> {
    fn subject(&self, language: Language) -> String {
        let company = self.company;
        language.pick(
            format!("{company} wants to invite you to the Customer Portal"),
            format!("{company} möchte Sie zum Customer Portal einladen"),
        )
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self {
            company,
            invited_by,
            url,
        } = self;
        vec![
            Part::Text(language.pick(
                format!("{invited_by} wants to invite you to the account of {company}."),
                format!("{invited_by} möchte Sie zum Konto von {company} einladen."),
            )),
            Part::Text(language.pick(
                "Your address belongs to a user of another account already, and an address can belong to one account only. Nothing was changed, and the sender was not told.".to_owned(),
                "Ihre Adresse gehört schon zu einem Benutzer eines anderen Kontos, und eine Adresse kann nur zu einem Konto gehören. Nichts wurde geändert, und der Absender hat davon nichts erfahren.".to_owned(),
            )),
            Part::Text(language.pick(
                "If you want to join, give the sender another address of yours, or have your present user deleted first.".to_owned(),
                "Wenn Sie beitreten möchten, nennen Sie dem Absender eine andere Adresse, oder lassen Sie zuerst Ihren jetzigen Benutzer löschen.".to_owned(),
            )),
            Part::button(language.pick("Log in", "Anmelden"), url),
            Part::Note(language.pick(
                "If you do not know the sender, do nothing.".to_owned(),
                "Wenn Sie den Absender nicht kennen, tun Sie nichts.".to_owned(),
            )),
        ]
    }
}

/// To the Super Admins, once an invitation was answered.
pub(super) struct Answered<'a> {
    pub company: &'a str,
    pub email: &'a str,
    pub invited_by: &'a str,
    pub role: Role,
    pub accepted: bool,
    pub url: String,
}

impl Letter for Answered<'_> {
    fn subject(&self, language: Language) -> String {
        let email = self.email;
        if self.accepted {
            language.pick(
                format!("{email} has accepted the invitation"),
                format!("{email} hat die Einladung angenommen"),
            )
        } else {
            language.pick(
                format!("{email} has declined the invitation"),
                format!("{email} hat die Einladung abgelehnt"),
            )
        }
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self {
            company,
            email,
            invited_by,
            url,
            ..
        } = self;
        let role = self.role.label();
        let what = if self.accepted {
            language.pick(
                format!("{email} is a user of the account of {company} now, with the role {role}."),
                format!("{email} ist jetzt Benutzer des Kontos von {company}, mit der Rolle {role}."),
            )
        } else {
            language.pick(
                format!("{email} does not want to join the account of {company}. No user was made."),
                format!(
                    "{email} möchte dem Konto von {company} nicht beitreten. Es wurde kein Benutzer angelegt."
                ),
            )
        };
        vec![
            Part::Text(what),
            Part::Text(language.pick(
                format!("The invitation came from {invited_by}."),
                format!("Die Einladung kam von {invited_by}."),
            )),
            Part::button(language.pick("Open the Overview", "Übersicht öffnen"), url),
        ]
    }
}
