//! What was wrong with what a provider sent or says about itself, in words. They are chosen here and not in the browser, which
//! would fetch them all before the first sign-in.

use domain::Language;
use federation::saml::SamlError;

/// What was wrong and what to do. German beside the English of [`SamlError`].
pub(crate) fn words(error: &SamlError, language: Language) -> String {
    match language {
        Language::English => sentence(&error.to_string()),
        Language::German => sentence(&german(error)),
    }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut said: String = first.into_iter().flatten().chain(letters).collect();
    if !said.ends_with(['.', '!', '?']) {
        said.push('.');
    }
    said
}

fn german(error: &SamlError) -> String {
    let text = match error {
        SamlError::TooLarge => "die Nachricht des Identity Providers ist zu groß",
        SamlError::TooComplex => {
            "die Nachricht des Identity Providers hat zu viele oder zu tief verschachtelte Teile"
        }
        SamlError::Doctype => {
            "die Nachricht des Identity Providers erklärt einen Dokumenttyp, den SAML nicht verwendet"
        }
        SamlError::Unreadable => "die Nachricht des Identity Providers ist nicht lesbar",
        SamlError::NotAResponse => "was kam, ist keine SAML-2.0-Antwort",
        SamlError::ProviderSaid { status, message } => {
            return format!("der Identity Provider hat mit „{status}“ geantwortet: {message}");
        }
        SamlError::NoAssertion => "in der Antwort des Identity Providers ist keine Assertion",
        SamlError::SeveralAssertions => "in der Antwort des Identity Providers ist mehr als eine Assertion",
        SamlError::Encrypted => {
            "die Assertion ist verschlüsselt; schalten Sie die Verschlüsselung für diese Anwendung beim Identity Provider aus"
        }
        SamlError::DuplicateId => "die Antwort des Identity Providers verwendet eine ID zweimal",
        SamlError::NotSigned => "die Antwort des Identity Providers ist nicht signiert",
        SamlError::AssertionNotSigned => {
            "die Antwort ist signiert, aber nicht ihre Assertion; schalten Sie beim Identity Provider „Sign assertions“ ein"
        }
        SamlError::BadSignatureForm => "die Signatur deckt die Assertion nicht so ab, wie es angenommen wird",
        SamlError::BadAlgorithm => {
            "die Assertion ist mit einem Verfahren signiert, das nicht angenommen wird; verwenden Sie RSA oder ECDSA mit SHA-256"
        }
        SamlError::BadSignature => "die Signatur ist nicht von einem Zertifikat dieses Identity Providers",
        SamlError::WrongIssuer => {
            "die Antwort ist von einem anderen Aussteller als der Issuer URI dieses Identity Providers"
        }
        SamlError::WrongAudience => {
            "die Assertion ist für eine andere Anwendung; vergleichen Sie die Audience mit unserer Entity ID"
        }
        SamlError::WrongDestination => {
            "die Antwort ist an eine andere Adresse gerichtet; vergleichen Sie die Destination mit unserer ACS-URL"
        }
        SamlError::WrongRecipient => {
            "die Assertion ist für einen anderen Empfänger; vergleichen Sie ihn mit unserer ACS-URL"
        }
        SamlError::WrongRequest => {
            "die Antwort gehört zu einer anderen Anmeldung oder zu keiner; beginnen Sie auf unserer Anmeldeseite"
        }
        SamlError::NotConfirmed => {
            "der Assertion fehlt die Bestätigung, die eine Anmeldung im Browser braucht"
        }
        SamlError::NoSignIn => "die Assertion sagt nicht, dass sich jemand angemeldet hat",
        SamlError::Expired => "die Assertion ist abgelaufen; vergleichen Sie die Uhren",
        SamlError::NotYetValid => "die Assertion gilt noch nicht; vergleichen Sie die Uhren",
        SamlError::BadTime => "der Assertion fehlt eine Zeitangabe, oder eine ist nicht lesbar",
        SamlError::UnknownCondition => "die Assertion stellt eine Bedingung, die hier niemand kennt",
        SamlError::NoSubject => "der Assertion fehlt eine brauchbare Name ID",
        SamlError::TransientName => {
            "der Identity Provider schickt bei jeder Anmeldung eine andere Name ID; stellen Sie ihr Format auf persistent oder emailAddress"
        }
        SamlError::NoEmail { .. } => {
            "der Identity Provider hat weder ein E-Mail-Attribut noch eine Name ID im E-Mail-Format geschickt"
        }
        SamlError::BadCertificate => "das ist nicht genau ein Zertifikat als PEM, DER oder Base64",
        SamlError::WeakKey => {
            "der Schlüssel des Zertifikats wird nicht angenommen; verwenden Sie RSA mit 2048 Bit oder mehr, oder ECDSA auf P-256, P-384 oder P-521"
        }
        SamlError::NoCertificate => "es ist kein Zertifikat zum Signieren da",
        SamlError::TooManyCertificates => "es sind mehr als zwei Zertifikate zum Signieren",
        SamlError::NotMetadata => "das sind keine SAML-2.0-Metadaten",
        SamlError::NoProvider => "die Metadaten beschreiben keinen SAML-2.0-Identity-Provider",
        SamlError::SeveralProviders => {
            "die Metadaten beschreiben mehr als einen Identity Provider; verwenden Sie die Ihres Identity Providers allein"
        }
        SamlError::NoEndpoint => {
            "die Metadaten nennen keinen Single-Sign-on-Endpunkt mit HTTP-Redirect-Binding"
        }
        SamlError::BadEndpoint(_) => "der Endpunkt des Identity Providers ist keine https-Adresse",
        SamlError::MetadataExpired => {
            "die Metadaten sind abgelaufen; holen Sie sie neu vom Identity Provider"
        }
        SamlError::MetadataSignature => {
            "die Signatur der Metadaten ist gebrochen; holen Sie sie neu vom Identity Provider"
        }
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrong_is_a_sentence_in_either_language() {
        for language in Language::ALL {
            let said = words(&SamlError::WrongAudience, language);
            assert!(
                said.starts_with(char::is_uppercase) && said.ends_with('.'),
                "{said}"
            );
        }
        let said = SamlError::provider_said("Responder", "No.");
        assert!(words(&said, Language::German).ends_with("Responder“ geantwortet: No."));
    }
}
