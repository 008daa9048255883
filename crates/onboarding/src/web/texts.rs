//! The words of the pages, English and German. A text that is missing in one of them does not compile.

use domain::Language;
use federation::ProviderTrouble;

use crate::Failure;

/// The texts of a language.
pub(crate) fn texts(language: Language) -> &'static Texts {
    language.pick(&EN, &DE)
}

/// All texts in one language.
pub(crate) struct Texts {
    pub language: &'static str,
    pub service: &'static str,
    pub motto: &'static str,
    pub root_title: &'static str,
    pub root_text: &'static str,
    pub confirm_title: &'static str,
    pub confirm_question: &'static str,
    pub confirm_hint: &'static str,
    pub confirm_warning: &'static str,
    pub device: &'static str,
    pub mac: &'static str,
    pub email: &'static str,
    pub go_on: &'static str,
    pub probe_title: &'static str,
    pub probe_text: &'static str,
    pub test_title: &'static str,
    pub test_text: &'static str,
    pub test_over_text: &'static str,
    pub test_done_title: &'static str,
    pub test_passed: &'static str,
    pub test_failed: &'static str,
    pub test_done_text: &'static str,
    pub test_back: &'static str,
    pub leaving_title: &'static str,
    pub leaving_text: &'static str,
    pub leaving_link: &'static str,
    pub done_title: &'static str,
    pub done_text: &'static str,
    pub probe_done_title: &'static str,
    pub probe_done_text: &'static str,
    pub issuer: &'static str,
    pub waiting_title: &'static str,
    pub waiting_text: &'static str,
    pub asking_text: &'static str,
    pub away_title: &'static str,
    pub away_text: &'static str,
    pub away_next: &'static str,
    pub failed_title: &'static str,
    pub failed_code: &'static str,
    pub ended_title: &'static str,
    pub ended_text: &'static str,
    pub unknown_title: &'static str,
    pub unknown_text: &'static str,
    pub said_title: &'static str,
    pub said_text: &'static str,
    pub said_again: &'static str,
    pub refused_title: &'static str,
    pub refused_text: &'static str,
    pub cross_site_title: &'static str,
    pub cross_site_text: &'static str,
    pub too_many_title: &'static str,
    pub too_many_text: &'static str,
    pub broken_title: &'static str,
    pub broken_text: &'static str,
    pub incident: &'static str,
    pub missing_title: &'static str,
    failures: Failures,
    troubles: Troubles,
}

/// What happened and what to do, for each failure that the device codes do not describe better.
struct Failures {
    provider: [&'static str; 2],
    wrong_person: [&'static str; 2],
    no_name: [&'static str; 2],
    no_record: [&'static str; 2],
    not_registered: [&'static str; 2],
    not_signed_in: [&'static str; 2],
    not_used: [&'static str; 2],
}

struct Troubles {
    not_assigned: &'static str,
    device_condition: &'static str,
    second_factor: &'static str,
    client_secret: &'static str,
    client_id: &'static str,
    redirect_uri: &'static str,
    consent: &'static str,
    denied: &'static str,
    code: &'static str,
}

impl Texts {
    /// What happened, and what to do next.
    pub fn failure(&self, failure: Failure) -> [&'static str; 2] {
        let code = failure.code();
        match failure {
            Failure::Provider => self.failures.provider,
            Failure::WrongPerson => self.failures.wrong_person,
            Failure::NoName => self.failures.no_name,
            Failure::NoRecord => self.failures.no_record,
            Failure::NotRegistered => self.failures.not_registered,
            Failure::NotSignedIn => self.failures.not_signed_in,
            Failure::NotUsed => self.failures.not_used,
            Failure::UmsUnreachable | Failure::UmsName | Failure::UmsChain
                if self.language == DE.language =>
            {
                [code.sentence_de(), code.next_step_de()]
            }
            Failure::UmsUnreachable | Failure::UmsName | Failure::UmsChain => {
                [code.sentence(), code.next_step()]
            }
        }
    }

    /// What a message of the identity provider usually means.
    pub fn trouble(&self, trouble: ProviderTrouble) -> &'static str {
        match trouble {
            ProviderTrouble::NotAssigned => self.troubles.not_assigned,
            ProviderTrouble::DeviceCondition => self.troubles.device_condition,
            ProviderTrouble::SecondFactor => self.troubles.second_factor,
            ProviderTrouble::ClientSecret => self.troubles.client_secret,
            ProviderTrouble::ClientId => self.troubles.client_id,
            ProviderTrouble::RedirectUri => self.troubles.redirect_uri,
            ProviderTrouble::Consent => self.troubles.consent,
            ProviderTrouble::Denied => self.troubles.denied,
            ProviderTrouble::Code => self.troubles.code,
        }
    }
}

pub(crate) static EN: Texts = Texts {
    language: "English",
    service: "Onboarding Service",
    motto: "A device, an e-mail, and work can start.",
    root_title: "Onboarding Service",
    root_text: "This service connects a device with your company. Begin on the device: enter your company e-mail there, and open the address that it shows.",
    confirm_title: "Onboard this device?",
    confirm_question: "Is this the device in front of you, and does it show the same code?",
    confirm_hint: "Continue leads to the sign-in page of your company.",
    confirm_warning: "If the code differs, or you did not start this yourself, close this page.",
    device: "Device",
    mac: "MAC address",
    email: "E-mail",
    go_on: "Continue",
    probe_title: "Try the sign-in",
    probe_text: "This tries the sign-in for the address below, as a device would. Nothing is onboarded.",
    test_title: "Test sign-in",
    test_text: "This tries the sign-in at your identity provider, as a device would begin it. Nothing is onboarded. The Customer Portal shows what came.",
    test_over_text: "The test sign-in was finished already, or more than 15 minutes have passed. Start a new one in the Customer Portal.",
    test_done_title: "The test sign-in is finished",
    test_passed: "The identity provider has said who you are.",
    test_failed: "The sign-in did not pass.",
    test_done_text: "Go back to the window of the Customer Portal. It shows what came and what to do; you can close this page.",
    test_back: "Show the result",
    leaving_title: "Sign in at your company",
    leaving_text: "You are being taken to the sign-in page of your company. If nothing happens, follow the link.",
    leaving_link: "Go to the sign-in page",
    done_title: "Done. Go back to your device.",
    done_text: "You are signed in and your company's UMS knows about the device. The device finishes by itself; you can close this page.",
    probe_done_title: "The sign-in works",
    probe_done_text: "The identity provider vouches for this address, and an IGEL OS Onboarding record leads to a UMS.",
    issuer: "Identity provider",
    waiting_title: "One moment",
    waiting_text: "You are signed in. Your company's UMS is being told about the device.",
    asking_text: "The sign-in service of your company has not answered yet. It is given ten seconds; then this page says how it ended.",
    away_title: "The sign-in service of your company is not answering",
    away_text: "It has not answered several times, so we do not send you there now.",
    away_next: "Wait half a minute, then choose Continue again. If it stays like this, tell your administrator.",
    failed_title: "The device could not be onboarded",
    failed_code: "Code",
    ended_title: "This address has ended",
    ended_text: "It was used already, or more than 15 minutes have passed. Start again on the device: it shows a new address.",
    unknown_title: "This sign-in cannot be continued",
    unknown_text: "It was begun in another browser, took longer than 10 minutes, or was finished already. Open the address that the device shows once more, in this browser. Cookies have to be allowed.",
    said_title: "Your company's sign-in page said no",
    said_text: "The identity provider answered:",
    said_again: "To try again, open the address that the device shows once more.",
    refused_title: "This address cannot be onboarded",
    refused_text: "Check the spelling of your company e-mail. If it is right, ask your administrator whether your company uses IGEL OS Onboarding for it.",
    cross_site_title: "This request did not come from our page",
    cross_site_text: "Open the address that the device shows and press Continue there.",
    too_many_title: "Too many tries",
    too_many_text: "Wait a minute, then try again.",
    broken_title: "Something went wrong on our side",
    broken_text: "Try again in a few minutes. If it happens again, tell your administrator this number:",
    incident: "Incident",
    missing_title: "There is nothing here",
    failures: Failures {
        provider: [
            "The sign-in at your company could not be completed.",
            "Start again on the device. If it happens again, ask your administrator to look at the identity provider in the Customer Portal.",
        ],
        wrong_person: [
            "You signed in with another address than the one entered on the device.",
            "Start again on the device and enter the address that you sign in with, or sign out at your company first.",
        ],
        no_name: [
            "The identity provider of your company names neither an e-mail address nor a user name.",
            "Ask your administrator to add the optional claims email and preferred_username to the ID token.",
        ],
        no_record: [
            "No UMS is set up for your address.",
            "Ask your administrator to map your address or its domain in an IGEL OS Onboarding record.",
        ],
        not_registered: [
            "This UMS is not registered.",
            "Ask your administrator to register the UMS ID of the UMS in the Customer Portal.",
        ],
        not_signed_in: [
            "Nobody signed in within 15 minutes.",
            "Start again on the device.",
        ],
        not_used: [
            "The device did not get its certificate within five minutes.",
            "Start again on the device, and check that it reaches your company's UMS.",
        ],
    },
    troubles: Troubles {
        not_assigned: "Your account is not assigned to the application at the identity provider. Your administrator can assign it.",
        device_condition: "A conditional access rule demands a managed device, and this one is only about to become one. Your administrator can exclude the application from that rule.",
        second_factor: "A second factor is needed or has to be set up first. Set it up at your company, then try again.",
        client_secret: "The client secret in the Customer Portal is wrong or has expired. Your administrator can enter a new one.",
        client_id: "The identity provider does not know the client ID. Your administrator can compare it with the Customer Portal.",
        redirect_uri: "The redirect URI is not registered at the identity provider, letter by letter with its final slash. Your administrator can add it.",
        consent: "An administrator has to consent to the application at the identity provider first.",
        denied: "The sign-in was declined.",
        code: "The sign-in took too long or was used twice.",
    },
};

pub(crate) static DE: Texts = Texts {
    language: "Deutsch",
    service: "Onboarding-Dienst",
    motto: "Ein Gerät, eine E-Mail, und die Arbeit kann beginnen.",
    root_title: "Onboarding-Dienst",
    root_text: "Dieser Dienst verbindet ein Gerät mit Ihrem Unternehmen. Beginnen Sie am Gerät: Geben Sie dort Ihre geschäftliche E-Mail-Adresse ein und öffnen Sie die Adresse, die es anzeigt.",
    confirm_title: "Dieses Gerät aufnehmen?",
    confirm_question: "Ist das das Gerät vor Ihnen, und zeigt es denselben Code?",
    confirm_hint: "Weiter führt zur Anmeldeseite Ihres Unternehmens.",
    confirm_warning: "Ist der Code ein anderer, oder haben Sie das nicht selbst begonnen, schließen Sie diese Seite.",
    device: "Gerät",
    mac: "MAC-Adresse",
    email: "E-Mail",
    go_on: "Weiter",
    probe_title: "Anmeldung ausprobieren",
    probe_text: "Dies probiert die Anmeldung für die Adresse unten aus, so wie ein Gerät es täte. Es wird nichts aufgenommen.",
    test_title: "Test-Anmeldung",
    test_text: "Dies probiert die Anmeldung bei Ihrem Identitätsanbieter aus, so wie ein Gerät sie begänne. Es wird nichts aufgenommen. Das Customer Portal zeigt, was kam.",
    test_over_text: "Die Test-Anmeldung ist schon abgeschlossen, oder es sind mehr als 15 Minuten vergangen. Beginnen Sie im Customer Portal eine neue.",
    test_done_title: "Die Test-Anmeldung ist abgeschlossen",
    test_passed: "Der Identitätsanbieter hat gesagt, wer Sie sind.",
    test_failed: "Die Anmeldung ist nicht gelungen.",
    test_done_text: "Gehen Sie zurück zum Fenster des Customer Portals. Es zeigt, was kam und was zu tun ist; diese Seite können Sie schließen.",
    test_back: "Ergebnis zeigen",
    leaving_title: "Anmelden bei Ihrem Unternehmen",
    leaving_text: "Sie werden zur Anmeldeseite Ihres Unternehmens gebracht. Geschieht nichts, folgen Sie dem Link.",
    leaving_link: "Zur Anmeldeseite",
    done_title: "Fertig. Zurück zu Ihrem Gerät.",
    done_text: "Sie sind angemeldet, und die UMS Ihres Unternehmens weiß von dem Gerät. Das Gerät macht alleine weiter; Sie können diese Seite schließen.",
    probe_done_title: "Die Anmeldung funktioniert",
    probe_done_text: "Der Identitätsanbieter bürgt für diese Adresse, und ein Eintrag IGEL OS Onboarding führt zu einer UMS.",
    issuer: "Identitätsanbieter",
    waiting_title: "Einen Augenblick",
    waiting_text: "Sie sind angemeldet. Die UMS Ihres Unternehmens wird von dem Gerät unterrichtet.",
    asking_text: "Der Anmeldedienst Ihres Unternehmens hat noch nicht geantwortet. Er hat zehn Sekunden; dann sagt diese Seite, wie es ausgegangen ist.",
    away_title: "Der Anmeldedienst Ihres Unternehmens antwortet nicht",
    away_text: "Er hat mehrmals nicht geantwortet. Darum schicken wir Sie jetzt nicht dorthin.",
    away_next: "Warten Sie eine halbe Minute und wählen Sie dann noch einmal Weiter. Bleibt es so, sagen Sie es Ihrer Administration.",
    failed_title: "Das Gerät konnte nicht aufgenommen werden",
    failed_code: "Code",
    ended_title: "Diese Adresse gilt nicht mehr",
    ended_text: "Sie wurde schon benutzt, oder es sind mehr als 15 Minuten vergangen. Beginnen Sie am Gerät von vorn: Es zeigt eine neue Adresse.",
    unknown_title: "Diese Anmeldung kann nicht fortgesetzt werden",
    unknown_text: "Sie wurde in einem anderen Browser begonnen, hat länger als 10 Minuten gedauert oder ist schon abgeschlossen. Öffnen Sie die Adresse, die das Gerät anzeigt, noch einmal in diesem Browser. Cookies müssen erlaubt sein.",
    said_title: "Die Anmeldeseite Ihres Unternehmens hat abgelehnt",
    said_text: "Der Identitätsanbieter hat geantwortet:",
    said_again: "Öffnen Sie die Adresse, die das Gerät anzeigt, noch einmal, um es wieder zu versuchen.",
    refused_title: "Mit dieser Adresse ist kein Onboarding möglich",
    refused_text: "Prüfen Sie die Schreibweise Ihrer geschäftlichen E-Mail-Adresse. Stimmt sie, fragen Sie Ihre Administration, ob Ihr Unternehmen IGEL OS Onboarding dafür verwendet.",
    cross_site_title: "Diese Anfrage kam nicht von unserer Seite",
    cross_site_text: "Öffnen Sie die Adresse, die das Gerät anzeigt, und drücken Sie dort auf Weiter.",
    too_many_title: "Zu viele Versuche",
    too_many_text: "Warten Sie eine Minute und versuchen Sie es dann noch einmal.",
    broken_title: "Bei uns ist etwas schiefgegangen",
    broken_text: "Versuchen Sie es in einigen Minuten noch einmal. Tritt es wieder auf, nennen Sie Ihrer Administration diese Nummer:",
    incident: "Vorfall",
    missing_title: "Hier ist nichts",
    failures: Failures {
        provider: [
            "Die Anmeldung bei Ihrem Unternehmen konnte nicht abgeschlossen werden.",
            "Beginnen Sie am Gerät von vorn. Tritt es wieder auf, bitten Sie Ihre Administration, den Identitätsanbieter im Customer Portal zu prüfen.",
        ],
        wrong_person: [
            "Sie haben sich mit einer anderen Adresse angemeldet als der, die am Gerät eingegeben wurde.",
            "Beginnen Sie am Gerät von vorn und geben Sie die Adresse ein, mit der Sie sich anmelden, oder melden Sie sich zuerst bei Ihrem Unternehmen ab.",
        ],
        no_name: [
            "Der Identitätsanbieter Ihres Unternehmens nennt weder eine E-Mail-Adresse noch einen Benutzernamen.",
            "Bitten Sie Ihre Administration, dem ID-Token die optionalen Angaben email und preferred_username hinzuzufügen.",
        ],
        no_record: [
            "Für Ihre Adresse ist keine UMS eingerichtet.",
            "Bitten Sie Ihre Administration, Ihre Adresse oder deren Domäne in einem Eintrag IGEL OS Onboarding zuzuordnen.",
        ],
        not_registered: [
            "Diese UMS ist nicht registriert.",
            "Bitten Sie Ihre Administration, die UMS ID der UMS im Customer Portal zu registrieren.",
        ],
        not_signed_in: [
            "Innerhalb von 15 Minuten hat sich niemand angemeldet.",
            "Beginnen Sie am Gerät von vorn.",
        ],
        not_used: [
            "Das Gerät hat innerhalb von fünf Minuten kein Zertifikat bekommen.",
            "Beginnen Sie am Gerät von vorn und prüfen Sie, ob es die UMS Ihres Unternehmens erreicht.",
        ],
    },
    troubles: Troubles {
        not_assigned: "Ihr Konto ist der Anwendung beim Identitätsanbieter nicht zugewiesen. Ihre Administration kann es zuweisen.",
        device_condition: "Eine Regel für bedingten Zugriff verlangt ein verwaltetes Gerät, und dieses soll erst eines werden. Ihre Administration kann die Anwendung von der Regel ausnehmen.",
        second_factor: "Ein zweiter Faktor wird verlangt oder muss erst eingerichtet werden. Richten Sie ihn bei Ihrem Unternehmen ein und versuchen Sie es noch einmal.",
        client_secret: "Der geheime Clientschlüssel im Customer Portal ist falsch oder abgelaufen. Ihre Administration kann einen neuen eintragen.",
        client_id: "Der Identitätsanbieter kennt die Client-ID nicht. Ihre Administration kann sie mit dem Customer Portal vergleichen.",
        redirect_uri: "Die Umleitungs-URI ist beim Identitätsanbieter nicht eingetragen, Buchstabe für Buchstabe mit dem Schrägstrich am Ende. Ihre Administration kann sie ergänzen.",
        consent: "Eine Administration muss der Anwendung beim Identitätsanbieter erst zustimmen.",
        denied: "Die Anmeldung wurde abgelehnt.",
        code: "Die Anmeldung hat zu lange gedauert oder wurde zweimal benutzt.",
    },
};
