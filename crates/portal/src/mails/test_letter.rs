//! The mail by which an operator tries the mail server.

use domain::Language;
use outside::Mail;

use super::{Letter, Part, Written, layout};

struct TestLetter;

impl Letter for TestLetter {
    fn subject(&self, language: Language) -> String {
        language
            .pick("COSMOS: test of the mail server", "COSMOS: Test des Mailservers")
            .to_owned()
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let text = language.pick(
            "This mail arrived, so COSMOS can send mails: invitations, links for new passwords, and news about accounts.",
            "Diese Mail ist angekommen: COSMOS kann also Mails verschicken, zum Beispiel Einladungen, Links für neue Passwörter und Nachrichten zu Konten.",
        );
        vec![Part::Text(text.to_owned())]
    }
}

/// A mail to `to` that asks for nothing. It is sent at once, not posted.
pub fn test_letter(to: &str, language: Language, message_id: String) -> Mail {
    let written = Written {
        subject: TestLetter.subject(language),
        parts: TestLetter.body(language),
    };
    layout::mail(&written, language, to.to_owned(), message_id)
}
