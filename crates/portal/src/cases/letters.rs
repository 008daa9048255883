//! What is written about cases: that something was said, and where it stands. What was said, and files, stay in the portal.

use domain::Language;
use domain::case::{CaseNumber, CaseState};

use crate::mails::{Letter, Part};

/// News of a case.
pub(super) struct CaseLetter<'a> {
    pub number: CaseNumber,
    pub subject: &'a str,
    pub news: News<'a>,
    /// The page of the case, for whom the letter is.
    pub url: String,
}

#[derive(Clone, Copy)]
pub(super) enum News<'a> {
    /// To whoever has submitted it.
    Received,
    /// To the support.
    New {
        company: &'a str,
    },
    Commented {
        by: &'a str,
    },
    Closed {
        by: &'a str,
    },
    /// To the company, with the state where that has changed.
    Answered {
        state: Option<CaseState>,
    },
    /// Without a word.
    StateChanged {
        state: CaseState,
    },
}

impl Letter for CaseLetter<'_> {
    fn subject(&self, language: Language) -> String {
        let number = self.number;
        match self.news {
            News::Received => language.pick(
                format!("{number}: We have your case"),
                format!("{number}: Wir haben Ihren Fall"),
            ),
            News::New { company } => language.pick(
                format!("{number}: New case of {company}"),
                format!("{number}: Neuer Fall von {company}"),
            ),
            News::Commented { by } => language.pick(
                format!("{number}: {by} has written"),
                format!("{number}: {by} hat geschrieben"),
            ),
            News::Closed { by } => language.pick(
                format!("{number}: Closed by {by}"),
                format!("{number}: Geschlossen von {by}"),
            ),
            News::Answered { .. } => language.pick(
                format!("{number}: The support has answered"),
                format!("{number}: Der Support hat geantwortet"),
            ),
            News::StateChanged { state } => format!("{number}: {}", state_words(state, language)),
        }
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let text = |english: &str, german: &str| Part::Text(language.pick(english, german).to_owned());
        let mut parts = vec![Part::Text(format!("{}: {}", self.number, self.subject))];
        match self.news {
            News::Received => parts.push(text(
                "The support looks at it and answers in the portal. You get a mail then.",
                "Der Support sieht ihn sich an und antwortet im Portal. Sie bekommen dann eine Mail.",
            )),
            News::Answered {
                state: Some(state), ..
            }
            | News::StateChanged { state } => {
                parts.push(Part::Text(language.pick(
                    format!("State: {}", state_words(state, language)),
                    format!("Stand: {}", state_words(state, language)),
                )));
                parts.extend(match state {
                    CaseState::WaitingForCustomer => Some(text(
                        "The support waits for your answer. Write it in the portal, please.",
                        "Der Support wartet auf Ihre Antwort. Bitte schreiben Sie sie im Portal.",
                    )),
                    CaseState::Closed => Some(text(
                        "If it is not solved, write a comment: that opens the case again.",
                        "Ist es nicht gelöst, schreiben Sie einen Kommentar: Er öffnet den Fall wieder.",
                    )),
                    CaseState::New | CaseState::InProgress => None,
                });
            }
            News::New { .. }
            | News::Commented { .. }
            | News::Closed { .. }
            | News::Answered { state: None } => {}
        }
        parts.push(Part::Button {
            label: language.pick("Open the case", "Fall öffnen").to_owned(),
            url: self.url.clone(),
        });
        parts
    }
}

/// As the pages call it.
fn state_words(state: CaseState, language: Language) -> &'static str {
    match state {
        CaseState::New => language.pick("New", "Neu"),
        CaseState::InProgress => language.pick("In progress", "In Arbeit"),
        CaseState::WaitingForCustomer => language.pick("Waiting for customer", "Wartet auf Kunden"),
        CaseState::Closed => language.pick("Closed", "Geschlossen"),
    }
}
