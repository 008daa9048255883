use domain::os_idp::Preset;
use domain::os_idp_test::{TestHint, TestProblem};

use super::{table, texts};

table! {
    /// IGEL OS IdP.
    OsIdps {
        menu: "IGEL OS IdP" / "IGEL OS IdP",
        title: "IGEL OS IdP Management" / "IGEL OS IdP Management",
        lead: "The identity providers at which your people sign in when they switch a device on." / "Die Identity Provider, bei denen sich Ihre Leute anmelden, wenn sie ein Gerät einschalten.",
        register: "Register IGEL OS IdP" / "Register IGEL OS IdP",
        form_title: "IGEL OS Identity Provider (IdP) Registration" / "IGEL OS Identity Provider (IdP) Registration",
        form_lead: "Register the Onboarding Service as an application at your provider first; it gives you these values."
            / "Registrieren Sie zuerst den Onboarding Service als Anwendung bei Ihrem Anbieter; er nennt Ihnen diese Werte.",
        preset: "Provider" / "Anbieter",
        other: "Another OpenID Connect provider" / "Ein anderer OpenID-Connect-Anbieter",
        name: "Display Name" / "Display Name",
        name_hint: "How you call it, such as Entra ID." / "Wie Sie ihn nennen, zum Beispiel Entra ID.",
        client_id: "Client ID" / "Client ID",
        client_secret: "Client Secret" / "Client Secret",
        client_secret_hint: "Stored sealed, and never shown again after saving." / "Wird versiegelt gespeichert und nach dem Speichern nie wieder gezeigt.",
        secret_expires: "Secret expires on" / "Secret läuft ab am",
        secret_expires_hint: "The day that your provider names beside the secret. COSMOS reminds you in time." / "Der Tag, den Ihr Anbieter neben dem Secret nennt. COSMOS erinnert Sie rechtzeitig.",
        issuer: "Issuer" / "Issuer",
        issuer_hint: "Recommended. The issuer, or the address of its openid-configuration: fills both endpoints and pins the signing keys."
            / "Empfohlen. Der Issuer oder die Adresse seiner openid-configuration: füllt beide Endpunkte und merkt sich die Signaturschlüssel.",
        discover: "Fill in from the issuer" / "Aus dem Issuer ausfüllen",
        discovered: "Filled in. The signing keys are pinned when you submit." / "Ausgefüllt. Die Signaturschlüssel werden beim Absenden festgelegt.",
        authorization: "Authorization Endpoint URL" / "Authorization Endpoint URL",
        token: "Token Endpoint URL" / "Token Endpoint URL",
        endpoint_hint: "May stay empty with an issuer." / "Darf mit einem Issuer leer bleiben.",
        domains: "Mapped Domains" / "Mapped Domains",
        domains_hint: "E-mail addresses of these domains sign in here. One per line." / "E-Mail-Adressen dieser Domains melden sich hier an. Eine pro Zeile.",
        domain: "Domain Name" / "Domain Name",
        not_saved: "The identity provider is not registered yet" / "Der Identity Provider ist noch nicht registriert",
        saved: "The identity provider is registered." / "Der Identity Provider ist registriert.",
        redirect: "Redirect URI" / "Redirect URI",
        redirect_hint: "Register exactly this at your provider, with the slash at the end." / "Tragen Sie genau dies bei Ihrem Anbieter ein, mit dem Schrägstrich am Ende.",
        created: "Created" / "Created",
        updated: "Updated" / "Updated",
        authorization_url: "Authorization URL" / "Authorization URL",
        token_url: "Token URL" / "Token URL",
        assurance: "Assurance" / "Sicherheit",
        full: "Issuer pinned" / "Issuer festgelegt",
        reduced: "Reduced assurance" / "Eingeschränkt",
        reduced_text: "No issuer is known, so nothing but the encrypted connection to the Token Endpoint proves who signs in. Register the provider again with its issuer: then every sign-in is checked by its signature."
            / "Es ist kein Issuer bekannt, daher beweist nichts als die verschlüsselte Verbindung zum Token Endpoint, wer sich anmeldet. Registrieren Sie den Anbieter noch einmal mit seinem Issuer: Dann wird jede Anmeldung an ihrer Signatur geprüft.",
        empty: "No identity provider yet" / "Noch kein Identity Provider",
        empty_text: "Your people sign in with the accounts that they have already. Register Microsoft Entra ID, Okta, Ping Identity or another OpenID Connect provider."
            / "Ihre Leute melden sich mit den Konten an, die sie schon haben. Registrieren Sie Microsoft Entra ID, Okta, Ping Identity oder einen anderen OpenID-Connect-Anbieter.",
        state: "State" / "Zustand",
        enabled: "Enabled" / "Aktiv",
        disabled: "Disabled" / "Ausgeschaltet",
        action: "Action" / "Aktion",
        details: "Details" / "Details",
        back: "Cancel" / "Abbrechen",
    }
}

table! {
    /// What is changed of a provider that is there.
    OsIdpActs {
        update_secret: "Update client secret" / "Update client secret",
        update_secret_lead: "Make a new secret at your provider, and enter it here before the old one ends." / "Erzeugen Sie bei Ihrem Anbieter ein neues Secret und tragen Sie es hier ein, bevor das alte abläuft.",
        new_secret: "New Client Secret" / "Neues Client Secret",
        keep_old: "The old secret" / "Das alte Secret",
        keep_old_hint: "While both are kept, COSMOS tries the new one first, and the old one where your provider refuses it."
            / "Solange beide da sind, versucht COSMOS zuerst das neue, und das alte, wo Ihr Anbieter das neue ablehnt.",
        keep_replace: "is replaced at once" / "wird sofort ersetzt",
        keep_first_success: "works on until the new one has worked once" / "gilt weiter, bis das neue einmal funktioniert hat",
        keep_hour: "works on for an hour" / "gilt noch eine Stunde",
        keep_day: "works on for a day" / "gilt noch einen Tag",
        keep_week: "works on for a week" / "gilt noch eine Woche",
        update_domains: "Update Mapped Domains" / "Update Mapped Domains",
        update_domains_lead: "E-mail addresses of these domains sign in at this provider." / "E-Mail-Adressen dieser Domains melden sich bei diesem Anbieter an.",
        rename: "Rename" / "Umbenennen",
        rename_lead: "Only the name changes." / "Nur der Name ändert sich.",
        enable: "Enable" / "Einschalten",
        enable_text: "Nobody is led to this provider while it is disabled." / "Solange der Anbieter ausgeschaltet ist, wird niemand zu ihm geführt.",
        disable: "Disable" / "Ausschalten",
        disable_text: "People of its domains cannot onboard devices until it is enabled again. Devices that are managed already are not concerned."
            / "Leute seiner Domains können keine Geräte aufnehmen, bis er wieder eingeschaltet ist. Geräte, die schon verwaltet werden, sind nicht betroffen.",
        delete: "Delete IGEL OS IdP" / "IGEL OS IdP löschen",
        delete_lead: "This cannot be taken back." / "Das lässt sich nicht zurücknehmen.",
        stops: "What stops" / "Was dann nicht mehr geht",
        stops_domains: "Nobody of these domains can onboard a device any more:" / "Niemand aus diesen Domains kann mehr ein Gerät aufnehmen:",
        stops_no_domains: "No domain is mapped, so nobody is led to this provider." / "Es ist keine Domain zugeordnet, also wird niemand zu diesem Anbieter geführt.",
        stops_records: "These IGEL OS Onboarding records lead nobody of these domains to their UMS any more:" / "Diese IGEL-OS-Onboarding-Datensätze führen niemanden aus diesen Domains mehr zu ihrer UMS:",
        stops_no_records: "No IGEL OS Onboarding record maps one of its domains." / "Kein IGEL-OS-Onboarding-Datensatz hat eine seiner Domains.",
        stops_running: "Onboardings that wait for a sign-in at this moment, and would fail" / "Onboardings, die in diesem Augenblick auf eine Anmeldung warten und scheitern würden",
        stops_not: "Devices that are managed already are not concerned." / "Geräte, die schon verwaltet werden, sind nicht betroffen.",
        save: "Save" / "Speichern",
        not_done: "This did not work" / "Das hat nicht funktioniert",
        secret_updated: "The new client secret is saved. Try it by a test sign-in." / "Das neue Client Secret ist gespeichert. Probieren Sie es mit einer Test-Anmeldung aus.",
        domains_updated: "The mapped domains are saved." / "Die Domains sind gespeichert.",
        renamed: "The new name is saved." / "Der neue Name ist gespeichert.",
        deleted: "The identity provider is deleted." / "Der Identity Provider ist gelöscht.",
        acts: "Changes" / "Änderungen",
        expires: "Client secret" / "Client Secret",
        expires_far: "Expires on" / "Läuft ab am",
        expires_near: "Expires soon:" / "Läuft bald ab:",
        expires_over: "Expired on" / "Abgelaufen am",
        expires_unknown: "No day of expiry is known" / "Kein Ablauftag bekannt",
        over_text: "Your people cannot onboard devices with an expired secret. Make a new one at your provider and choose “Update client secret”."
            / "Mit einem abgelaufenen Secret können Ihre Leute keine Geräte aufnehmen. Erzeugen Sie bei Ihrem Anbieter ein neues und wählen Sie „Update client secret“.",
        near_text: "Make a new one at your provider, then choose “Update client secret”. Both work during the change."
            / "Erzeugen Sie bei Ihrem Anbieter ein neues und wählen Sie dann „Update client secret“. Während der Umstellung gelten beide.",
        old_until: "The old one works on until" / "Das alte gilt noch bis",
        old_once: "or until the new one has worked once" / "oder bis das neue einmal funktioniert hat",
    }
}

table! {
    /// The test sign-in.
    OsIdpTests {
        title: "Test sign-in" / "Test-Anmeldung",
        lead: "Runs the real sign-in at your provider and shows what came. Nothing is onboarded by it." / "Macht die echte Anmeldung bei Ihrem Anbieter und zeigt, was kam. Es wird dadurch nichts aufgenommen.",
        start: "Start test sign-in" / "Test-Anmeldung starten",
        again: "Start a new one" / "Eine neue starten",
        open: "Open the sign-in in a new window" / "Die Anmeldung in einem neuen Fenster öffnen",
        waiting: "The test sign-in waits for you" / "Die Test-Anmeldung wartet auf Sie",
        waiting_text: "Sign in there as one of your people would, then come back. The link works once, within 15 minutes." / "Melden Sie sich dort an, wie es jemand Ihrer Leute täte, und kommen Sie dann zurück. Der Link gilt einmal, innerhalb von 15 Minuten.",
        left: "The sign-in was opened. As soon as your provider answers, the result stands here." / "Die Anmeldung wurde geöffnet. Sobald Ihr Anbieter antwortet, steht das Ergebnis hier.",
        look: "Look for the result" / "Nach dem Ergebnis sehen",
        never: "Not tested yet" / "Noch nicht getestet",
        passed: "The test sign-in passed" / "Die Test-Anmeldung ist gelungen",
        failed: "The test sign-in did not pass" / "Die Test-Anmeldung ist nicht gelungen",
        passed_short: "Passed" / "Gelungen",
        failed_short: "Failed" / "Gescheitert",
        result: "Last test sign-in" / "Letzte Test-Anmeldung",
        by: "Tested by" / "Getestet von",
        said: "What was said" / "Was gesagt wurde",
        address: "An onboarding compares" / "Ein Onboarding vergleicht",
        subject: "Subject" / "Subject",
        claims: "Claims" / "Claims",
        claim: "Claim" / "Claim",
        value: "Value" / "Wert",
        where_to: "Where to change it" / "Wo Sie es ändern",
        old_secret: "Your provider refused the new client secret; the old one worked." / "Ihr Anbieter hat das neue Client Secret abgelehnt; das alte hat funktioniert.",
        old_secret_text: "Compare the new one with your provider, and enter it again, before the old one ends here." / "Vergleichen Sie das neue mit Ihrem Anbieter und tragen Sie es noch einmal ein, bevor das alte hier endet.",
        stuck: "Your provider shows an error of its own?" / "Ihr Anbieter zeigt selbst einen Fehler?",
        stuck_text: "A wrong redirect URI or client ID, a missing assignment: such errors never come back to us. Paste the message, and it is explained."
            / "Eine falsche Redirect URI oder Client ID, eine fehlende Zuweisung: Solche Fehler kommen nie zu uns zurück. Fügen Sie die Meldung ein, und sie wird erklärt.",
        message: "Message of the provider" / "Meldung des Anbieters",
        explain: "Explain" / "Erklären",
        unknown: "We do not know this message. Look for it in your provider's own documentation." / "Diese Meldung kennen wir nicht. Suchen Sie sie in der Dokumentation Ihres Anbieters.",
        no_email: "The claim email is missing; preferred_username takes its place" / "Der Claim email fehlt; preferred_username tritt an seine Stelle",
        no_user: "The claim preferred_username is missing; email is enough" / "Der Claim preferred_username fehlt; email genügt",
        not_verified: "Your provider says that the e-mail address is not verified, so only preferred_username counts" / "Ihr Anbieter sagt, dass die E-Mail-Adresse nicht bestätigt ist, daher zählt nur preferred_username",
        other_domain: "The address is of a domain that is not mapped to this provider: nobody with it is led here" / "Die Adresse ist aus einer Domain, die diesem Anbieter nicht zugeordnet ist: Niemand mit ihr wird hierher geführt",
    }
}

table! {
    /// What a failed test sign-in means.
    Problems {
        not_assigned: "You are not assigned to the application." / "Sie sind der Anwendung nicht zugewiesen.",
        device: "A conditional access rule demands a managed device, and the device is only about to become one." / "Eine Regel für bedingten Zugriff verlangt ein verwaltetes Gerät, und das Gerät soll erst eines werden.",
        second_factor: "A second factor is demanded, or has to be set up first." / "Ein zweiter Faktor wird verlangt oder muss erst eingerichtet werden.",
        client_secret: "Your provider refuses the client secret: it is wrong, or has expired." / "Ihr Anbieter lehnt das Client Secret ab: Es ist falsch oder abgelaufen.",
        client_id: "Your provider does not know the client ID." / "Ihr Anbieter kennt die Client ID nicht.",
        redirect_uri: "The redirect URI is not registered at your provider, letter by letter with the slash at the end." / "Die Redirect URI ist bei Ihrem Anbieter nicht eingetragen, Buchstabe für Buchstabe mit dem Schrägstrich am Ende.",
        consent: "An administrator has to consent to the application first." / "Eine Administration muss der Anwendung erst zustimmen.",
        denied: "The sign-in was declined." / "Die Anmeldung wurde abgelehnt.",
        code: "The sign-in took too long, or its answer was used twice." / "Die Anmeldung hat zu lange gedauert, oder ihre Antwort wurde zweimal verwendet.",
        no_name: "Your provider named neither email nor preferred_username, so no device could be onboarded." / "Ihr Anbieter hat weder email noch preferred_username genannt, daher könnte kein Gerät aufgenommen werden.",
        no_address: "What your provider named is no e-mail address, or one that it has not verified." / "Was Ihr Anbieter genannt hat, ist keine E-Mail-Adresse, oder eine, die er nicht bestätigt hat.",
        unreachable: "Your provider's Token Endpoint could not be reached." / "Der Token Endpoint Ihres Anbieters war nicht erreichbar.",
        not_this_issuer: "The answer is of another issuer, or not signed with the keys of the pinned one." / "Die Antwort ist von einem anderen Issuer oder nicht mit den Schlüsseln des festgelegten signiert.",
        other: "Your provider's answer could not be accepted." / "Die Antwort Ihres Anbieters konnte nicht angenommen werden.",
        to_assign_entra: "Entra ID: Enterprise applications > your application > Users and groups > Add user/group. “Assignment required?” stands under Properties." / "Entra ID: Enterprise applications > Ihre Anwendung > Users and groups > Add user/group. „Assignment required?“ steht unter Properties.",
        to_assign_okta: "Okta: Applications > your application > Assignments > Assign." / "Okta: Applications > Ihre Anwendung > Assignments > Assign.",
        to_assign_ping: "Ping Identity: Applications > your application > Access > the groups that may use it." / "Ping Identity: Applications > Ihre Anwendung > Access > die Gruppen, die sie verwenden dürfen.",
        to_assign_other: "Assign people or groups to the application at your provider." / "Weisen Sie der Anwendung bei Ihrem Anbieter Personen oder Gruppen zu.",
        to_policy_entra: "Entra ID: Protection > Conditional Access. Give the application a policy of its own that demands password and MFA only, without device conditions, and exclude it from the others." / "Entra ID: Protection > Conditional Access. Geben Sie der Anwendung eine eigene Richtlinie, die nur Passwort und MFA verlangt, ohne Gerätebedingungen, und nehmen Sie sie von den anderen aus.",
        to_policy_okta: "Okta: Applications > your application > Sign On > Authentication policy." / "Okta: Applications > Ihre Anwendung > Sign On > Authentication policy.",
        to_policy_ping: "Ping Identity: Applications > your application > Policies." / "Ping Identity: Applications > Ihre Anwendung > Policies.",
        to_policy_other: "Look at the sign-in policy of the application at your provider." / "Sehen Sie sich die Anmelderichtlinie der Anwendung bei Ihrem Anbieter an.",
        to_secret_entra: "Entra ID: App registrations > your application > Certificates & secrets > New client secret. Copy the Value, not the Secret ID, then “Update client secret” here." / "Entra ID: App registrations > Ihre Anwendung > Certificates & secrets > New client secret. Kopieren Sie den Value, nicht die Secret ID, dann hier „Update client secret“.",
        to_secret_okta: "Okta: Applications > your application > General > Client Credentials, then “Update client secret” here." / "Okta: Applications > Ihre Anwendung > General > Client Credentials, dann hier „Update client secret“.",
        to_secret_ping: "Ping Identity: Applications > your application > Overview > Client Secret, then “Update client secret” here." / "Ping Identity: Applications > Ihre Anwendung > Overview > Client Secret, dann hier „Update client secret“.",
        to_secret_other: "Make a new secret at your provider, then “Update client secret” here." / "Erzeugen Sie bei Ihrem Anbieter ein neues Secret, dann hier „Update client secret“.",
        to_redirect_entra: "Entra ID: App registrations > your application > Authentication > Web > Redirect URIs." / "Entra ID: App registrations > Ihre Anwendung > Authentication > Web > Redirect URIs.",
        to_redirect_okta: "Okta: Applications > your application > General > Sign-in redirect URIs." / "Okta: Applications > Ihre Anwendung > General > Sign-in redirect URIs.",
        to_redirect_ping: "Ping Identity: Applications > your application > Configuration > Redirect URIs." / "Ping Identity: Applications > Ihre Anwendung > Configuration > Redirect URIs.",
        to_redirect_other: "Enter the redirect URI at your provider exactly as it stands here." / "Tragen Sie die Redirect URI bei Ihrem Anbieter genau so ein, wie sie hier steht.",
        to_claims_entra: "Entra ID: App registrations > your application > Token configuration > Add optional claim > ID > email and preferred_username > Add, with “Turn on the Microsoft Graph email permission”." / "Entra ID: App registrations > Ihre Anwendung > Token configuration > Add optional claim > ID > email und preferred_username > Add, mit „Turn on the Microsoft Graph email permission“.",
        to_claims_okta: "Okta: Security > API > your authorization server > Claims, and Scopes email and profile. The person needs an e-mail address in the directory." / "Okta: Security > API > Ihr Authorization Server > Claims, sowie die Scopes email und profile. Die Person braucht eine E-Mail-Adresse im Verzeichnis.",
        to_claims_ping: "Ping Identity: Applications > your application > Resources > Allowed Scopes: email and profile; Attribute Mappings for email and preferred_username." / "Ping Identity: Applications > Ihre Anwendung > Resources > Allowed Scopes: email und profile; Attribute Mappings für email und preferred_username.",
        to_claims_other: "Allow the scopes email and profile, and have email or preferred_username written into the ID token." / "Erlauben Sie die Scopes email und profile, und lassen Sie email oder preferred_username in das ID Token schreiben.",
        to_retry: "Start a new test sign-in." / "Starten Sie eine neue Test-Anmeldung.",
        to_network: "Compare the Token Endpoint URL with your provider, and look at its state." / "Vergleichen Sie die Token Endpoint URL mit Ihrem Anbieter, und sehen Sie nach seinem Zustand.",
        to_register: "Register the provider again with the issuer that it names today." / "Registrieren Sie den Anbieter noch einmal mit dem Issuer, den er heute nennt.",
        to_client_id: "Compare the Client ID with your provider. If it is another application, register that one." / "Vergleichen Sie die Client ID mit Ihrem Anbieter. Ist es eine andere Anwendung, registrieren Sie diese.",
        to_consent: "Have an administrator of your provider grant consent for the application: in Entra ID under API permissions > Grant admin consent." / "Lassen Sie eine Administration Ihres Anbieters der Anwendung zustimmen: in Entra ID unter API permissions > Grant admin consent.",
        to_domains: "“Update Mapped Domains” adds it." / "„Update Mapped Domains“ fügt sie hinzu.",
        to_verify: "Have the address verified at your provider, or have preferred_username sent." / "Lassen Sie die Adresse bei Ihrem Anbieter bestätigen, oder lassen Sie preferred_username senden.",
    }
}

table! {
    /// What to type where, for each provider.
    Guides {
        title: "What to do at your provider" / "Was Sie bei Ihrem Anbieter tun",
        entra_1: "Entra ID: App registrations > New registration. “Accounts in this organizational directory only”." / "Entra ID: App registrations > New registration. „Accounts in this organizational directory only“.",
        entra_2: "Redirect URI: choose Web, and enter the address above." / "Redirect URI: Wählen Sie Web und tragen Sie die Adresse oben ein.",
        entra_3: "Token configuration > Add optional claim > ID > email and preferred_username. Turn on the Microsoft Graph email permission." / "Token configuration > Add optional claim > ID > email und preferred_username. Schalten Sie die Berechtigung Microsoft Graph email ein.",
        entra_4: "Certificates & secrets > New client secret: copy its Value at once into Client Secret, and its end into “Secret expires on”." / "Certificates & secrets > New client secret: Kopieren Sie gleich dessen Value in das Client Secret und dessen Ende in „Secret läuft ab am“.",
        entra_5: "Overview: Application (client) ID is the Client ID. Under Endpoints: OAuth 2.0 authorization endpoint (v2) and token endpoint (v2). The issuer is found from them. The endpoints of all organizations (common, organizations) are refused." / "Overview: Application (client) ID ist die Client ID. Unter Endpoints: OAuth 2.0 authorization endpoint (v2) und token endpoint (v2). Der Issuer wird daraus gefunden. Die Endpunkte aller Organisationen (common, organizations) werden abgelehnt.",
        entra_6: "Enterprise applications > Properties: “Assignment required?” Yes, and assign the pilot user or group." / "Enterprise applications > Properties: „Assignment required?“ Yes, und weisen Sie den Pilotbenutzer oder die Gruppe zu.",
        entra_7: "Conditional Access: a policy of its own with password and MFA only. No device conditions (compliant, joined, device filter, app protection): the device is not managed yet, and the sign-in would fail." / "Conditional Access: eine eigene Richtlinie nur mit Passwort und MFA. Keine Gerätebedingungen (compliant, joined, Gerätefilter, App-Schutz): Das Gerät wird noch nicht verwaltet, und die Anmeldung würde scheitern.",
        okta_1: "Okta: Applications > Create App Integration. Sign-in method OIDC, application type Web Application." / "Okta: Applications > Create App Integration. Sign-in method OIDC, Application type Web Application.",
        okta_2: "Sign-in redirect URIs: the address above. Grant type: Authorization Code." / "Sign-in redirect URIs: die Adresse oben. Grant type: Authorization Code.",
        okta_3: "General > Client Credentials: Client ID and Client Secret. “Require PKCE as additional verification” may be on." / "General > Client Credentials: Client ID und Client Secret. „Require PKCE as additional verification“ darf an sein.",
        okta_4: "Issuer: https://<yourOktaOrg>/oauth2/default, or paste the address that ends with /.well-known/openid-configuration." / "Issuer: https://<yourOktaOrg>/oauth2/default, oder fügen Sie die Adresse ein, die mit /.well-known/openid-configuration endet.",
        okta_5: "Assignments: the people or groups who may onboard devices." / "Assignments: die Personen oder Gruppen, die Geräte aufnehmen dürfen.",
        ping_1: "Ping Identity: Connections > Applications > add. Application Type: OIDC Web Application." / "Ping Identity: Connections > Applications > hinzufügen. Application Type: OIDC Web Application.",
        ping_2: "Configuration > Redirect URIs: the address above. Switch the application on." / "Configuration > Redirect URIs: die Adresse oben. Schalten Sie die Anwendung ein.",
        ping_3: "Resources > Allowed Scopes: email and profile." / "Resources > Allowed Scopes: email und profile.",
        ping_4: "Overview: Client ID and Client Secret. Configuration: Issuer ID is the Issuer." / "Overview: Client ID und Client Secret. Configuration: Issuer ID ist der Issuer.",
        ping_5: "Access: the groups who may onboard devices." / "Access: die Gruppen, die Geräte aufnehmen dürfen.",
        other_1: "Register a confidential web application with the code flow and the redirect URI above." / "Registrieren Sie eine vertrauliche Web-Anwendung mit dem Code Flow und der Redirect URI oben.",
        other_2: "Allow the scopes openid, email and profile. The ID token needs email or preferred_username." / "Erlauben Sie die Scopes openid, email und profile. Das ID Token braucht email oder preferred_username.",
        other_3: "Enter the issuer if your provider has one: it fills both endpoints, and every sign-in is checked by its signature." / "Tragen Sie den Issuer ein, wenn Ihr Anbieter einen hat: Er füllt beide Endpunkte, und jede Anmeldung wird an ihrer Signatur geprüft.",
    }
}

/// What a preset is called.
pub fn preset_words(preset: Preset) -> &'static str {
    preset.name().unwrap_or(texts::<OsIdps>().other)
}

/// The steps at a provider, in order.
pub fn guide_words(preset: Preset) -> Vec<&'static str> {
    let t = texts::<Guides>();
    match preset {
        Preset::Entra => vec![
            t.entra_1, t.entra_2, t.entra_3, t.entra_4, t.entra_5, t.entra_6, t.entra_7,
        ],
        Preset::Okta => vec![t.okta_1, t.okta_2, t.okta_3, t.okta_4, t.okta_5],
        Preset::Ping => vec![t.ping_1, t.ping_2, t.ping_3, t.ping_4, t.ping_5],
        Preset::Other => vec![t.other_1, t.other_2, t.other_3],
    }
}

/// What a problem means, and where it is changed at that provider.
pub fn problem_words(problem: TestProblem, preset: Preset) -> (&'static str, &'static str) {
    let t = texts::<Problems>();
    let at = |entra, okta, ping, other| match preset {
        Preset::Entra => entra,
        Preset::Okta => okta,
        Preset::Ping => ping,
        Preset::Other => other,
    };
    let policy = at(
        t.to_policy_entra,
        t.to_policy_okta,
        t.to_policy_ping,
        t.to_policy_other,
    );
    let assign = at(
        t.to_assign_entra,
        t.to_assign_okta,
        t.to_assign_ping,
        t.to_assign_other,
    );
    match problem {
        TestProblem::NotAssigned => (t.not_assigned, assign),
        TestProblem::DeviceCondition => (t.device, policy),
        TestProblem::SecondFactor => (t.second_factor, policy),
        TestProblem::ClientSecret => (
            t.client_secret,
            at(
                t.to_secret_entra,
                t.to_secret_okta,
                t.to_secret_ping,
                t.to_secret_other,
            ),
        ),
        TestProblem::ClientId => (t.client_id, t.to_client_id),
        TestProblem::RedirectUri => (
            t.redirect_uri,
            at(
                t.to_redirect_entra,
                t.to_redirect_okta,
                t.to_redirect_ping,
                t.to_redirect_other,
            ),
        ),
        TestProblem::Consent => (t.consent, t.to_consent),
        TestProblem::Denied => (t.denied, assign),
        TestProblem::Code => (t.code, t.to_retry),
        TestProblem::NoName => (t.no_name, claims_words(preset)),
        TestProblem::NoAddress => (t.no_address, claims_words(preset)),
        TestProblem::Unreachable => (t.unreachable, t.to_network),
        TestProblem::NotThisIssuer => (t.not_this_issuer, t.to_register),
        TestProblem::Other => (t.other, t.to_retry),
    }
}

/// Where `email` and `preferred_username` are switched on.
fn claims_words(preset: Preset) -> &'static str {
    let t = texts::<Problems>();
    match preset {
        Preset::Entra => t.to_claims_entra,
        Preset::Okta => t.to_claims_okta,
        Preset::Ping => t.to_claims_ping,
        Preset::Other => t.to_claims_other,
    }
}

/// What a hint says, and where it is changed at that provider.
pub fn hint_words(hint: TestHint, preset: Preset) -> (&'static str, &'static str) {
    let (t, where_to) = (texts::<OsIdpTests>(), texts::<Problems>());
    match hint {
        TestHint::NoEmail => (t.no_email, claims_words(preset)),
        TestHint::NoPreferredUsername => (t.no_user, claims_words(preset)),
        TestHint::EmailNotVerified => (t.not_verified, where_to.to_verify),
        TestHint::OtherDomain => (t.other_domain, where_to.to_domains),
    }
}
