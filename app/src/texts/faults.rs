//! Why something was refused, and what to do next.

use domain::case_file::{FILE_BYTES_MAX, FileProblem};
use domain::chain::ChainProblem;
use domain::{Conflict, Fault, Language, Reason};

use crate::error::AppError;
use crate::state::preferences::lang;

/// Chooses by language; the two texts stand side by side so that neither is forgotten.
macro_rules! say {
    ($lang:expr, $en:literal, $de:literal) => {
        match $lang {
            Language::English => format!($en),
            Language::German => format!($de),
        }
    };
}

/// Why a field cannot be accepted.
pub fn reason(reason: &Reason) -> String {
    reason_in(lang(), reason)
}

/// The same for a reader of English, whatever the page's language: for the command line.
pub fn reason_in_english(reason: &Reason) -> String {
    reason_in(Language::English, reason)
}

#[expect(clippy::too_many_lines, reason = "a table: one entry for each reason")]
fn reason_in(l: Language, reason: &Reason) -> String {
    match reason {
        Reason::Required => say!(l, "Please fill this in.", "Bitte ausfüllen."),
        Reason::TooLong { max } => say!(l, "At most {max} characters.", "Höchstens {max} Zeichen."),
        Reason::TooShort { min } => say!(l, "At least {min} characters.", "Mindestens {min} Zeichen."),
        Reason::TooMany { max } => say!(l, "At most {max} entries.", "Höchstens {max} Einträge."),
        Reason::ControlCharacter => say!(
            l,
            "There is an invisible character in it. Please type it again.",
            "Es enthält ein unsichtbares Zeichen. Bitte neu eintippen."
        ),
        Reason::NotAnEmail => say!(
            l,
            "Not an e-mail address. Such as user1@contoso.example.",
            "Keine E-Mail-Adresse. Zum Beispiel user1@contoso.example."
        ),
        Reason::NotADomain => say!(
            l,
            "Not a domain. Such as contoso.example.",
            "Keine Domain. Zum Beispiel contoso.example."
        ),
        Reason::HostnameHasScheme => say!(
            l,
            "Only the name, without https://.",
            "Nur der Name, ohne https://."
        ),
        Reason::HostnameHasPath => say!(
            l,
            "Only the name, without port or path.",
            "Nur der Name, ohne Port oder Pfad."
        ),
        Reason::NotAHostname => say!(
            l,
            "Neither a host name nor an IP address.",
            "Weder ein Hostname noch eine IP-Adresse."
        ),
        Reason::NotAPort => say!(
            l,
            "A port is a whole number from 1 to 65535. The usual one is 8443.",
            "Ein Port ist eine ganze Zahl von 1 bis 65535. Üblich ist 8443."
        ),
        Reason::NotAUrl => say!(
            l,
            "Not a web address. It starts with https://.",
            "Keine Web-Adresse. Sie beginnt mit https://."
        ),
        Reason::UrlNotHttps => say!(
            l,
            "Only addresses with https:// are accepted.",
            "Nur Adressen mit https:// werden angenommen."
        ),
        Reason::UrlHasCredentials => say!(
            l,
            "Please leave user name and password out of the address.",
            "Bitte Benutzername und Passwort aus der Adresse entfernen."
        ),
        Reason::MultiTenantEndpoint => say!(
            l,
            "This endpoint serves every company (common, organizations or consumers), so it cannot vouch for yours. Use the one with your tenant's ID.",
            "Dieser Endpunkt gilt für alle Firmen (common, organizations oder consumers) und kann nicht für Ihre bürgen. Verwenden Sie den mit der ID Ihres Mandanten."
        ),
        Reason::Discovery { problem } => say!(
            l,
            "The provider's discovery document could not be used: {problem}. Check the issuer, or leave it empty and fill in both endpoints.",
            "Das Discovery-Dokument des Anbieters ist nicht verwendbar: {problem}. Prüfen Sie den Issuer, oder lassen Sie ihn leer und füllen Sie beide Endpunkte aus."
        ),
        Reason::PublicSuffix => say!(
            l,
            "Under this name many companies have their domains. Enter yours.",
            "Unter diesem Namen haben viele Firmen ihre Domains. Geben Sie Ihre ein."
        ),
        Reason::FreeMailDomain => say!(
            l,
            "A free mail service belongs to no single company.",
            "Ein Freemail-Dienst gehört keiner einzelnen Firma."
        ),
        Reason::GenericMailbox => say!(
            l,
            "A log-in belongs to one person. Use your own address instead of a shared or generic one.",
            "Ein Login gehört einer Person. Verwenden Sie Ihre eigene Adresse statt einer gemeinsamen oder allgemeinen."
        ),
        Reason::DisposableDomain => say!(
            l,
            "Addresses of this service are thrown away. Use the address that you have at your company.",
            "Adressen dieses Dienstes werden weggeworfen. Verwenden Sie Ihre Adresse in Ihrer Firma."
        ),
        Reason::NotAPhoneNumber => say!(
            l,
            "Not a telephone number. Such as +49 30 123456.",
            "Keine Telefonnummer. Zum Beispiel +49 30 123456."
        ),
        Reason::NotAccepted => say!(
            l,
            "Please accept this to go on.",
            "Bitte akzeptieren Sie das, um fortzufahren."
        ),
        Reason::NameInConfiguration => say!(
            l,
            "The portal's configuration names an account by this name, so the name cannot change here. Ask the operator of the portal.",
            "Die Konfiguration des Portals nennt ein Konto mit diesem Namen; der Name kann hier nicht geändert werden. Fragen Sie den Betreiber des Portals."
        ),
        Reason::SamePassword => say!(
            l,
            "This is the one-time password. Choose another one.",
            "Das ist das Einmalpasswort. Wählen Sie ein anderes."
        ),
        Reason::DomainNotProved => say!(
            l,
            "This domain is not proved to be yours.",
            "Es ist nicht nachgewiesen, dass diese Domain Ihnen gehört."
        ),
        Reason::Taken => say!(
            l,
            "This is in use already. Please choose another one.",
            "Das ist schon vergeben. Bitte wählen Sie etwas anderes."
        ),
        Reason::Repeated => say!(l, "This stands here twice.", "Das steht hier zweimal."),
        Reason::NobodyMapped => say!(
            l,
            "Add at least one user or one domain; otherwise nobody is routed.",
            "Fügen Sie mindestens einen Benutzer oder eine Domain hinzu; sonst wird niemand weitergeleitet."
        ),
        Reason::Chain(problem) => chain(l, problem),
        Reason::File { name, problem } => file(l, name, *problem),
        Reason::FilesFull { max } => say!(
            l,
            "There is no room for more files: those of your account may have {max} MiB together. Files go 90 days after their case was closed.",
            "Für mehr Dateien ist kein Platz: Die Ihres Kontos dürfen zusammen {max} MiB haben. Dateien werden 90 Tage nach dem Schließen ihres Falls gelöscht."
        ),
        Reason::NotOneCertificate => say!(
            l,
            "The file has to hold exactly one certificate. It is UMS_ID.crt from \"Export UMS ID\".",
            "Die Datei muss genau ein Zertifikat enthalten. Es ist UMS_ID.crt aus „Export UMS ID“."
        ),
        Reason::WrongCredentials => say!(
            l,
            "User name or password is wrong.",
            "Benutzername oder Passwort ist falsch."
        ),
        Reason::WrongPassword => say!(
            l,
            "This is not your present password.",
            "Das ist nicht Ihr jetziges Passwort."
        ),
        Reason::NotACode => say!(
            l,
            "Enter the six digits of your authenticator app, or a recovery code.",
            "Geben Sie die sechs Ziffern Ihrer Authenticator-App ein, oder einen Wiederherstellungscode."
        ),
        Reason::WrongCode => say!(
            l,
            "This code is not right, or was used already. Wait for the next one; if that is refused too, compare the clock of your telephone.",
            "Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten; wird auch der abgelehnt, prüfen Sie die Uhr Ihres Telefons."
        ),
        Reason::CommonPassword => say!(
            l,
            "This password is among those that are tried first.",
            "Dieses Passwort gehört zu denen, die zuerst probiert werden."
        ),
        Reason::NotAUnitId => say!(
            l,
            "A Unit ID has 6 to 64 letters, digits or hyphens.",
            "Eine Unit ID hat 6 bis 64 Buchstaben, Ziffern oder Bindestriche."
        ),
        Reason::NotAMacAddress => say!(
            l,
            "Not a MAC address. Such as 00:E0:C5:4A:1B:2C.",
            "Keine MAC-Adresse. Zum Beispiel 00:E0:C5:4A:1B:2C."
        ),
        Reason::SameSecret => say!(
            l,
            "This is the client secret that is here already. Make a new one at your provider.",
            "Das ist das Client Secret, das schon hier steht. Erzeugen Sie bei Ihrem Anbieter ein neues."
        ),
        Reason::NotADate => say!(
            l,
            "This is no day of the calendar. Write it as 2027-02-28.",
            "Das ist kein Tag des Kalenders. Schreiben Sie ihn so: 2027-02-28."
        ),
        Reason::DayIsOver => say!(l, "This day is over.", "Dieser Tag ist schon vorbei."),
        Reason::NotAChoice => say!(
            l,
            "This value is not among those that are possible.",
            "Dieser Wert gehört nicht zu den möglichen."
        ),
        Reason::AlreadyUser => say!(
            l,
            "Somebody with this address is a user of your account already. Change the roles instead.",
            "Jemand mit dieser Adresse ist schon Benutzer Ihres Kontos. Ändern Sie stattdessen die Rollen."
        ),
        Reason::AlreadyInvited => say!(
            l,
            "This address has an open invitation. Resend it in the Overview.",
            "Diese Adresse hat eine offene Einladung. Senden Sie sie in der Übersicht noch einmal."
        ),
        Reason::OnlySuperAdmin => say!(
            l,
            "Only a Super Admin may grant or remove this role.",
            "Nur ein Super Admin darf diese Rolle geben oder entziehen."
        ),
        Reason::NoRole => say!(
            l,
            "Some lines name no role. Choose one for them, or write it on each of these lines.",
            "Manche Zeilen nennen keine Rolle. Wählen Sie eine für diese, oder schreiben Sie sie in die Zeilen."
        ),
        Reason::RoleHeld => say!(
            l,
            "The user has this role already.",
            "Der Benutzer hat diese Rolle schon."
        ),
        Reason::RoleNotHeld => say!(
            l,
            "The user does not have this role.",
            "Der Benutzer hat diese Rolle nicht."
        ),
        Reason::Said { text } => text.clone(),
        Reason::LastRole => say!(
            l,
            "This user only has one role, removing it will deactivate the user. Submit again to do it.",
            "Dieser Benutzer hat nur eine Rolle; ohne sie wird er deaktiviert. Senden Sie noch einmal ab, um es zu tun."
        ),
    }
}

/// Why a file of a case is not taken.
fn file(l: Language, name: &str, problem: FileProblem) -> String {
    let max = FILE_BYTES_MAX / 1024 / 1024;
    match problem {
        FileProblem::TooLarge => say!(
            l,
            "{name} is larger than {max} MiB. Please choose your files again without it, or packed as .zip.",
            "{name} ist größer als {max} MiB. Bitte wählen Sie Ihre Dateien noch einmal ohne sie, oder gepackt als .zip."
        ),
        FileProblem::Empty => say!(
            l,
            "{name} is empty. Please choose your files again without it.",
            "{name} ist leer. Bitte wählen Sie Ihre Dateien noch einmal ohne sie."
        ),
        FileProblem::Kind => say!(
            l,
            "{name} is of a type that is not accepted. Please choose your files again without it, or pack it as .zip.",
            "{name} ist von einer Art, die nicht angenommen wird. Bitte wählen Sie Ihre Dateien noch einmal ohne sie, oder packen Sie sie als .zip."
        ),
        FileProblem::Content => say!(
            l,
            "{name} is something else than its ending says. Please choose your files again without it.",
            "{name} ist etwas anderes, als die Endung sagt. Bitte wählen Sie Ihre Dateien noch einmal ohne sie."
        ),
    }
}

fn chain(l: Language, problem: &ChainProblem) -> String {
    match problem {
        ChainProblem::Empty => say!(l, "The file is empty.", "Die Datei ist leer."),
        ChainProblem::NotPem => say!(
            l,
            "There is no certificate in this file. It has to contain -----BEGIN CERTIFICATE-----.",
            "In dieser Datei ist kein Zertifikat. Sie muss -----BEGIN CERTIFICATE----- enthalten."
        ),
        ChainProblem::TooLarge { max } => {
            let kib = max / 1024;
            say!(
                l,
                "The file is larger than {kib} KiB.",
                "Die Datei ist größer als {kib} KiB."
            )
        }
        ChainProblem::TooManyCertificates { max } => say!(
            l,
            "More than {max} certificates. Only the chain of this one UMS is wanted.",
            "Mehr als {max} Zertifikate. Gebraucht wird nur die Kette dieser einen UMS."
        ),
        ChainProblem::PrivateKey { block } => say!(
            l,
            "Block {block} is a private key. Remove it, and consider the key known from now on. Nothing was stored.",
            "Block {block} ist ein privater Schlüssel. Entfernen Sie ihn, und betrachten Sie ihn ab jetzt als bekannt. Nichts wurde gespeichert."
        ),
        ChainProblem::Unreadable { block } => say!(
            l,
            "Block {block} cannot be read as a certificate. Copy it once more, whole.",
            "Block {block} ist als Zertifikat nicht lesbar. Kopieren Sie ihn noch einmal vollständig."
        ),
        ChainProblem::NoCa => say!(
            l,
            "There is no CA certificate among them. Export the root and the intermediates, not the end certificate.",
            "Es ist kein CA-Zertifikat dabei. Exportieren Sie die Wurzel und die Zwischenzertifikate, nicht das Endzertifikat."
        ),
        ChainProblem::RootNotCa { subject, block } => say!(
            l,
            "The root {subject} (block {block}) is not marked as a CA, so it vouches for nobody.",
            "Die Wurzel {subject} (Block {block}) ist nicht als CA gekennzeichnet und bürgt für niemanden."
        ),
        ChainProblem::RootExpired { subject, block } => say!(
            l,
            "The root {subject} (block {block}) has expired.",
            "Die Wurzel {subject} (Block {block}) ist abgelaufen."
        ),
        ChainProblem::RootNotYetValid { subject, block } => say!(
            l,
            "The root {subject} (block {block}) is not valid yet. Is the clock right?",
            "Die Wurzel {subject} (Block {block}) gilt noch nicht. Stimmt die Uhr?"
        ),
    }
}

/// Why the present state of things forbids an act.
#[expect(clippy::too_many_lines, reason = "a sentence for each")]
fn conflict(conflict: Conflict) -> String {
    let l = lang();
    match conflict {
        Conflict::Stale => say!(
            l,
            "Somebody else saved this meanwhile. Load the page again to see both.",
            "Jemand anderes hat das inzwischen gespeichert. Laden Sie die Seite neu, um beides zu sehen."
        ),
        Conflict::AlreadyActive => say!(
            l,
            "IGEL OS Onboarding is active already.",
            "IGEL OS Onboarding ist schon aktiv."
        ),
        Conflict::NotActive => say!(
            l,
            "Activate IGEL OS Onboarding first.",
            "Aktivieren Sie zuerst IGEL OS Onboarding."
        ),
        Conflict::ResetLinkOver => say!(
            l,
            "This link was used, or has ended. Ask for a new one by \"Forgot Password?\".",
            "Dieser Link wurde benutzt oder ist abgelaufen. Holen Sie sich einen neuen über „Forgot Password?“."
        ),
        Conflict::RegistrationLinkOver => say!(
            l,
            "The registration was confirmed already, or the link has ended. Register again if you got no further mail.",
            "Die Registrierung wurde schon bestätigt, oder der Link ist abgelaufen. Registrieren Sie sich neu, wenn Sie keine weitere Mail bekommen haben."
        ),
        Conflict::RegistrationDecided => say!(
            l,
            "Another operator was faster: this registration is decided already. Load the page again to see how.",
            "Ein anderer Betreiber war schneller: Über diese Registrierung ist schon entschieden. Laden Sie die Seite neu."
        ),
        Conflict::NoOneTimePassword => say!(
            l,
            "There is no one-time password any more. Log in, or use \"Forgot Password?\".",
            "Es gibt kein Einmalpasswort mehr. Melden Sie sich an, oder verwenden Sie „Forgot Password?“."
        ),
        Conflict::DeviceOffline => say!(
            l,
            "The device is not connected at the moment.",
            "Das Gerät ist im Augenblick nicht verbunden."
        ),
        Conflict::OwnUser => say!(
            l,
            "Nobody changes their own roles or access. Ask another Super Admin or Account Admin.",
            "Niemand ändert die eigenen Rollen oder den eigenen Zugang. Fragen Sie einen anderen Super Admin oder Account Admin."
        ),
        Conflict::LastSuperAdmin => say!(
            l,
            "This is the last Super Admin of your account. Make somebody else Super Admin first.",
            "Das ist der letzte Super Admin Ihres Kontos. Machen Sie zuerst jemand anderen zum Super Admin."
        ),
        Conflict::ProviderActive => say!(
            l,
            "People log in there at the moment. Deactivate the provider first.",
            "Dort melden sich gerade Leute an. Deaktivieren Sie den Anbieter zuerst."
        ),
        Conflict::CaseClosed => say!(
            l,
            "The case is closed already. A comment opens it again.",
            "Der Fall ist schon geschlossen. Ein Kommentar öffnet ihn wieder."
        ),
        Conflict::SentAlready => say!(
            l,
            "This form was sent already, and what it asks for was done. Look at the list before you send it once more.",
            "Dieses Formular wurde schon gesendet und ausgeführt. Sehen Sie in der Liste nach, bevor Sie es noch einmal senden."
        ),
        Conflict::SentDifferently => say!(
            l,
            "This form was sent already, with another content. Open it anew to send something else.",
            "Dieses Formular wurde schon mit anderem Inhalt gesendet. Öffnen Sie es neu, um etwas anderes zu senden."
        ),
        Conflict::InvitationOver => say!(
            l,
            "This invitation is not open any more. Load the page again to see what became of it.",
            "Diese Einladung ist nicht mehr offen. Laden Sie die Seite neu, um zu sehen, was aus ihr wurde."
        ),
        Conflict::SignInOver => say!(
            l,
            "This log-in took too long, or had too many wrong codes. Log in once more.",
            "Diese Anmeldung hat zu lange gedauert oder hatte zu viele falsche Codes. Melden Sie sich noch einmal an."
        ),
        Conflict::SecondFactorOn => say!(
            l,
            "You have a second factor already. Switch it off first to set up another.",
            "Sie haben schon einen zweiten Faktor. Schalten Sie ihn zuerst ab, um einen anderen einzurichten."
        ),
        Conflict::SecondFactorOff => say!(
            l,
            "There is no second factor, or its set-up has ended. Begin again in My account.",
            "Es gibt keinen zweiten Faktor, oder die Einrichtung ist abgelaufen. Beginnen Sie in Mein Konto von vorn."
        ),
        Conflict::SecondFactorRequired => say!(
            l,
            "Your account asks for a second factor of your roles, so it stays on.",
            "Ihr Konto verlangt für Ihre Rollen einen zweiten Faktor, also bleibt er an."
        ),
        Conflict::SignedInAsAnother => say!(
            l,
            "In this browser somebody else is logged in. Log out, then open the link in the mail again.",
            "In diesem Browser ist jemand anderes angemeldet. Melden Sie sich ab, und öffnen Sie den Link in der Mail noch einmal."
        ),
        Conflict::NotTested => say!(
            l,
            "A test sign-in has to pass before.",
            "Vorher muss eine Test-Anmeldung gelingen."
        ),
        Conflict::DomainFederated => say!(
            l,
            "Another active identity provider has one of these domains. Deactivate it first.",
            "Ein anderer aktiver Identity Provider hat eine dieser Domains. Deaktivieren Sie ihn zuerst."
        ),
        Conflict::CheckRunning => say!(
            l,
            "The way to this UMS is being checked at this moment. Its result appears here.",
            "Der Weg zu dieser UMS wird gerade geprüft. Das Ergebnis erscheint hier."
        ),
        Conflict::DomainMapped => say!(
            l,
            "An identity provider or a record still maps this domain. Take it out there first.",
            "Ein Identity Provider oder ein Datensatz verwendet diese Domain noch. Nehmen Sie sie zuerst dort heraus."
        ),
        Conflict::DomainTrusted => say!(
            l,
            "The configuration says that this domain is yours: there is nothing to prove.",
            "Laut Konfiguration ist diese Domain Ihre: Es gibt nichts nachzuweisen."
        ),
        Conflict::AddressInUse => say!(
            l,
            "Your address belongs to a user already. Log in with it, or ask the person who invited you.",
            "Ihre Adresse gehört schon zu einem Benutzer. Melden Sie sich damit an, oder fragen Sie die Person, die Sie eingeladen hat."
        ),
    }
}

/// What to say about an answer that is not about single fields.
pub fn said(error: &AppError) -> String {
    let l = lang();
    match error {
        AppError::Fault(Fault::SignIn) => say!(
            l,
            "Your session has ended. Please log in again.",
            "Ihre Sitzung ist beendet. Bitte melden Sie sich wieder an."
        ),
        AppError::Fault(Fault::Forbidden) => say!(
            l,
            "Your roles do not allow this.",
            "Ihre Rollen erlauben das nicht."
        ),
        AppError::Fault(Fault::NotFound) => {
            say!(l, "It does not exist (any more).", "Das gibt es nicht (mehr).")
        }
        AppError::Fault(Fault::Invalid(_)) => say!(
            l,
            "Please look at the marked fields.",
            "Bitte sehen Sie sich die markierten Felder an."
        ),
        AppError::Fault(Fault::Conflict { conflict: c }) => conflict(*c),
        AppError::Fault(Fault::TooMany { retry_after }) => say!(
            l,
            "Too many tries. The next one is possible in {retry_after} seconds.",
            "Zu viele Versuche. Der nächste ist in {retry_after} Sekunden möglich."
        ),
        AppError::Fault(Fault::Unavailable) => say!(
            l,
            "Something we depend on does not answer. Please try again in a minute.",
            "Etwas, das wir brauchen, antwortet nicht. Bitte versuchen Sie es in einer Minute wieder."
        ),
        AppError::Fault(Fault::Internal { incident }) => say!(
            l,
            "This is our fault. Nothing was changed. If it happens again, tell us the number {incident}.",
            "Das liegt an uns. Nichts wurde geändert. Wenn es wieder geschieht, nennen Sie uns die Nummer {incident}."
        ),
        AppError::Transport(_) => say!(
            l,
            "The server was not reached. Nothing you typed is lost; try again.",
            "Der Server wurde nicht erreicht. Nichts Eingetipptes ist verloren; versuchen Sie es wieder."
        ),
    }
}
