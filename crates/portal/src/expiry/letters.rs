use domain::Language;
use domain::expiry::{Expiry, ExpiryKind};

use crate::mails::{Letter, Part};

/// What ends soon, of what the person can do something about.
pub(super) struct Ending<'a> {
    pub ending: Vec<&'a Expiry>,
    /// The expiry calendar.
    pub url: &'a str,
}

impl Letter for Ending<'_> {
    fn subject(&self, language: Language) -> String {
        match self.ending.as_slice() {
            [one] => {
                let (name, days) = (&one.name, in_days(one.days, language));
                language.pick(
                    format!("{name}: {} ends {days}", what(one.kind, language)),
                    format!("{name}: {} endet {days}", what(one.kind, language)),
                )
            }
            several => {
                let count = several.len();
                language.pick(
                    format!("{count} certificates and secrets end soon"),
                    format!("{count} Zertifikate und Geheimnisse enden bald"),
                )
            }
        }
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let mut parts = vec![Part::Text(
            language
                .pick(
                    "What is not replaced in time stops working: devices cannot be onboarded, or people cannot log in.",
                    "Was nicht rechtzeitig ersetzt wird, hört auf zu funktionieren: Geräte können nicht eingerichtet werden, oder Leute können sich nicht anmelden.",
                )
                .to_owned(),
        )];
        for one in &self.ending {
            let subject = if one.subject.is_empty() {
                String::new()
            } else {
                format!(", {}", one.subject)
            };
            parts.push(Part::Text(format!(
                "{} – {}{subject}: {} ({})",
                one.name,
                what(one.kind, language),
                in_days(one.days, language),
                one.expires_at.date()
            )));
            parts.push(Part::Note(remedy(one.kind, language).to_owned()));
        }
        parts.push(Part::button(
            language.pick("Open the expiry calendar", "Ablaufkalender öffnen"),
            self.url,
        ));
        parts
    }
}

fn in_days(days: i64, language: Language) -> String {
    if days == 1 {
        language.pick("within a day", "innerhalb eines Tages").to_owned()
    } else {
        language.pick(format!("in {days} days"), format!("in {days} Tagen"))
    }
}

fn what(kind: ExpiryKind, language: Language) -> &'static str {
    match kind {
        ExpiryKind::RoutingCertificate => {
            language.pick("a certificate of the chain", "ein Zertifikat der Kette")
        }
        ExpiryKind::UmsId => language.pick("the UMS ID", "die UMS ID"),
        ExpiryKind::SamlCertificate => language.pick(
            "a certificate of the identity provider",
            "ein Zertifikat des Identity Providers",
        ),
        ExpiryKind::IdpSecret => language.pick("the client secret", "das Client Secret"),
    }
}

fn remedy(kind: ExpiryKind, language: Language) -> &'static str {
    match kind {
        ExpiryKind::RoutingCertificate => language.pick(
            "Replace it in the UMS, then choose \"Replace X.509 Certificate\" at the record.",
            "Ersetzen Sie es in der UMS, und wählen Sie dann „Replace X.509 Certificate“ am Datensatz.",
        ),
        ExpiryKind::UmsId => language.pick(
            "Make a new UMS ID in the UMS, then choose \"Replace UMS ID\".",
            "Erzeugen Sie in der UMS eine neue UMS ID, und wählen Sie dann „UMS ID ersetzen“.",
        ),
        ExpiryKind::SamlCertificate => language.pick(
            "Add the next certificate of your provider under \"Bring your IdP\".",
            "Fügen Sie unter „Bring your IdP“ das nächste Zertifikat Ihres Anbieters hinzu.",
        ),
        ExpiryKind::IdpSecret => language.pick(
            "Make a new secret at your provider, then choose \"Update client secret\".",
            "Erzeugen Sie bei Ihrem Anbieter ein neues Secret, und wählen Sie dann „Update client secret“.",
        ),
    }
}
