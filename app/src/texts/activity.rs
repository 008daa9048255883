use domain::activity::{Activity, ActorKind};
use domain::case::CaseState;
use domain::{Language, Role};

use super::table;
use crate::state::preferences::lang;

table! {
    /// "Activity": what was done in the account.
    Activities {
        title: "Activity" / "Activity",
        lead: "Who has done what in your account, and when. Nobody can change it, and passwords and secrets are never in it."
            / "Wer in Ihrem Account wann was getan hat. Niemand kann es ändern, und Passwörter und Geheimnisse stehen nie darin.",
        search: "Person, what it was about, or IP address" / "Person, worum es ging, oder IP-Adresse",
        at: "Time" / "Zeit",
        from: "From" / "Von",
        until: "Until" / "Bis",
        who: "Person" / "Person",
        what: "What" / "Was",
        about: "About" / "Worum es ging",
        changes: "Old and new values" / "Alte und neue Werte",
        address: "IP address" / "IP-Adresse",
        empty: "Nothing was done yet" / "Noch wurde nichts getan",
        empty_text: "Whatever somebody changes in your account appears here." / "Was jemand in Ihrem Account ändert, erscheint hier.",
        nothing: "none" / "nichts",
        anonymous: "Nobody signed in" / "Niemand angemeldet",
        system: "COSMOS" / "COSMOS",
        command_line: "Operator, by command line" / "Betreiber, über die Kommandozeile",
        operator: "Operator" / "Betreiber",
        device: "Device" / "Gerät",
    }
}

/// Kinds of events with what they are called in English and in German.
const EVENTS: Words = &[
    ("account.changed", "Account data changed", "Accountdaten geändert"),
    ("account.created", "Account created", "Account angelegt"),
    (
        "account.federated_sign_in_changed",
        "Sign-in by identity provider switched",
        "Anmeldung über den Identity Provider umgestellt",
    ),
    (
        "account.second_factor_required",
        "Duty of a second factor changed",
        "Pflicht zum zweiten Faktor geändert",
    ),
    ("case.answered", "Support has answered", "Support hat geantwortet"),
    ("case.closed", "Case closed", "Fall geschlossen"),
    ("case.commented", "Case commented", "Fall kommentiert"),
    (
        "case.noted",
        "Note about a case among operators",
        "Notiz zu einem Fall unter Betreibern",
    ),
    ("case.submitted", "Case submitted", "Fall eingereicht"),
    ("domain.added", "Domain added", "Domain hinzugefügt"),
    (
        "domain.lapsed",
        "Domain not proved any more",
        "Domain nicht mehr nachgewiesen",
    ),
    ("domain.proved", "Domain proved", "Domain nachgewiesen"),
    (
        "domain.refused",
        "Domain belongs to another account",
        "Domain gehört einem anderen Account",
    ),
    ("domain.removed", "Domain removed", "Domain entfernt"),
    (
        "domain.stale",
        "Proof of a domain missing",
        "Nachweis einer Domain fehlt",
    ),
    (
        "invitation.accepted",
        "Invitation accepted",
        "Einladung angenommen",
    ),
    (
        "invitation.cancelled",
        "Invitation cancelled",
        "Einladung zurückgezogen",
    ),
    (
        "invitation.declined",
        "Invitation declined",
        "Einladung abgelehnt",
    ),
    ("invitation.expired", "Invitation expired", "Einladung abgelaufen"),
    (
        "invitation.resent",
        "Invitation sent again",
        "Einladung noch einmal gesendet",
    ),
    ("invitation.sent", "Invitation sent", "Einladung gesendet"),
    ("list.exported", "List exported", "Liste exportiert"),
    (
        "mail.refused",
        "Mail could not be delivered",
        "Mail konnte nicht zugestellt werden",
    ),
    (
        "onboarding.activated",
        "IGEL OS Onboarding activated",
        "IGEL OS Onboarding aktiviert",
    ),
    (
        "onboarding.announced",
        "Device announced to the UMS",
        "Gerät bei der UMS angekündigt",
    ),
    (
        "onboarding.answered",
        "Onboarding Service has answered",
        "Onboarding Service hat geantwortet",
    ),
    (
        "onboarding.confirmed",
        "Device confirmed by its user",
        "Gerät vom Benutzer bestätigt",
    ),
    ("onboarding.failed", "Onboarding failed", "Onboarding gescheitert"),
    (
        "onboarding.probe_started",
        "Onboarding tried in a browser",
        "Onboarding im Browser ausprobiert",
    ),
    (
        "onboarding.signed_in",
        "Signed in for onboarding",
        "Für das Onboarding angemeldet",
    ),
    ("onboarding.started", "Onboarding started", "Onboarding begonnen"),
    (
        "onboarding.token_announced",
        "Onboarding token announced to the UMS",
        "Onboarding-Token bei der UMS angekündigt",
    ),
    (
        "onboarding.token_issued",
        "Onboarding token issued",
        "Onboarding-Token ausgestellt",
    ),
    (
        "onboarding.token_redeemed",
        "Onboarding token redeemed",
        "Onboarding-Token eingelöst",
    ),
    (
        "onboarding.token_refused",
        "Onboarding token refused",
        "Onboarding-Token abgewiesen",
    ),
    ("operator.added", "Operator added", "Betreiber hinzugefügt"),
    (
        "operator.password_set",
        "Operator's password set",
        "Passwort des Betreibers gesetzt",
    ),
    ("operator.removed", "Operator removed", "Betreiber entfernt"),
    (
        "operator.sign_in_refused",
        "Operator's log-in refused",
        "Anmeldung des Betreibers abgewiesen",
    ),
    ("operator.signed_in", "Operator logged in", "Betreiber angemeldet"),
    (
        "operator.signed_out",
        "Operator logged out",
        "Betreiber abgemeldet",
    ),
    ("os_idp.deleted", "IGEL OS IdP deleted", "IGEL OS IdP gelöscht"),
    (
        "os_idp.disabled",
        "IGEL OS IdP disabled",
        "IGEL OS IdP ausgeschaltet",
    ),
    (
        "os_idp.domains_updated",
        "Mapped Domains of an IGEL OS IdP updated",
        "Mapped Domains eines IGEL OS IdP geändert",
    ),
    (
        "os_idp.enabled",
        "IGEL OS IdP enabled",
        "IGEL OS IdP eingeschaltet",
    ),
    (
        "os_idp.keys_changed",
        "Signing keys of an IGEL OS IdP changed",
        "Signaturschlüssel eines IGEL OS IdP geändert",
    ),
    (
        "os_idp.old_secret_ended",
        "Old client secret ended",
        "Altes Client Secret beendet",
    ),
    (
        "os_idp.registered",
        "IGEL OS IdP registered",
        "IGEL OS IdP registriert",
    ),
    ("os_idp.renamed", "IGEL OS IdP renamed", "IGEL OS IdP umbenannt"),
    (
        "os_idp.secret_updated",
        "Client secret updated",
        "Client Secret geändert",
    ),
    (
        "os_idp.test_begun",
        "Test sign-in begun",
        "Test-Anmeldung begonnen",
    ),
    (
        "os_idp.tested",
        "Test sign-in finished",
        "Test-Anmeldung abgeschlossen",
    ),
    (
        "registration.approved",
        "Registration approved",
        "Registrierung genehmigt",
    ),
    (
        "registration.asked",
        "Registration asked for",
        "Registrierung beantragt",
    ),
    (
        "registration.confirmed",
        "Registration confirmed",
        "Registrierung bestätigt",
    ),
    (
        "registration.expired",
        "Registration expired",
        "Registrierung abgelaufen",
    ),
    (
        "registration.refused",
        "Registration refused",
        "Registrierung abgelehnt",
    ),
    (
        "registration.repeated",
        "Registration asked for again",
        "Registrierung noch einmal beantragt",
    ),
    (
        "routing.chain_replaced",
        "Certificate chain of an IGEL OS Onboarding record replaced",
        "Zertifikatskette eines IGEL OS Onboarding ersetzt",
    ),
    (
        "routing.changed",
        "IGEL OS Onboarding record changed",
        "IGEL OS Onboarding geändert",
    ),
    (
        "routing.checked",
        "Way to the UMS of an IGEL OS Onboarding record checked",
        "Weg zur UMS eines IGEL OS Onboarding geprüft",
    ),
    (
        "routing.deleted",
        "IGEL OS Onboarding record deleted",
        "IGEL OS Onboarding gelöscht",
    ),
    (
        "routing.disabled",
        "IGEL OS Onboarding record switched off",
        "IGEL OS Onboarding ausgeschaltet",
    ),
    (
        "routing.domains_mapped",
        "Domains of an IGEL OS Onboarding record updated",
        "Domains eines IGEL OS Onboarding geändert",
    ),
    (
        "routing.enabled",
        "IGEL OS Onboarding record switched on",
        "IGEL OS Onboarding eingeschaltet",
    ),
    (
        "routing.registered",
        "IGEL OS Onboarding record registered",
        "IGEL OS Onboarding registriert",
    ),
    (
        "routing.restored",
        "Earlier state of an IGEL OS Onboarding record restored",
        "Früherer Stand eines IGEL OS Onboarding wiederhergestellt",
    ),
    (
        "routing.target_added",
        "Address added to an IGEL OS Onboarding record",
        "Adresse zu einem IGEL OS Onboarding hinzugefügt",
    ),
    (
        "routing.target_removed",
        "Address removed from an IGEL OS Onboarding record",
        "Adresse aus einem IGEL OS Onboarding entfernt",
    ),
    (
        "routing.users_mapped",
        "Users of an IGEL OS Onboarding record updated",
        "Benutzer eines IGEL OS Onboarding geändert",
    ),
    (
        "saml_idp.activated",
        "Identity provider activated",
        "Identity Provider aktiviert",
    ),
    (
        "saml_idp.certificate_added",
        "Certificate of an identity provider added",
        "Zertifikat eines Identity Providers hinzugefügt",
    ),
    (
        "saml_idp.certificate_removed",
        "Certificate of an identity provider removed",
        "Zertifikat eines Identity Providers entfernt",
    ),
    (
        "saml_idp.changed",
        "Identity provider changed",
        "Identity Provider geändert",
    ),
    (
        "saml_idp.deactivated",
        "Identity provider deactivated",
        "Identity Provider deaktiviert",
    ),
    (
        "saml_idp.deleted",
        "Identity provider deleted",
        "Identity Provider gelöscht",
    ),
    (
        "saml_idp.place_changed",
        "Issuer or endpoint of an identity provider changed",
        "Issuer oder Endpoint eines Identity Providers geändert",
    ),
    (
        "saml_idp.registered",
        "Identity provider registered",
        "Identity Provider registriert",
    ),
    (
        "saml_idp.tested",
        "Identity provider tested",
        "Identity Provider ausprobiert",
    ),
    ("ums_instance.changed", "UMS changed", "UMS geändert"),
    ("ums_instance.deleted", "UMS deleted", "UMS gelöscht"),
    ("ums_instance.id_replaced", "UMS ID replaced", "UMS ID ersetzt"),
    ("ums_instance.registered", "UMS registered", "UMS registriert"),
    ("user.added", "User added", "Benutzer hinzugefügt"),
    (
        "user.code_asked",
        "Code of the second factor asked for",
        "Code des zweiten Faktors erfragt",
    ),
    ("user.deactivated", "User deactivated", "Benutzer deaktiviert"),
    (
        "user.first_password_set",
        "First password set",
        "Erstes Passwort gesetzt",
    ),
    ("user.language_changed", "Language changed", "Sprache geändert"),
    (
        "user.other_sessions_ended",
        "All other sessions ended",
        "Alle anderen Sitzungen beendet",
    ),
    ("user.password_changed", "Password changed", "Passwort geändert"),
    (
        "user.password_reset",
        "Password set by a link",
        "Passwort über einen Link gesetzt",
    ),
    (
        "user.password_reset_asked",
        "Link for a new password asked for",
        "Link für ein neues Passwort angefordert",
    ),
    (
        "user.password_reset_refused",
        "Link for a new password refused",
        "Link für ein neues Passwort abgewiesen",
    ),
    (
        "user.purged",
        "User deleted after 30 days",
        "Benutzer nach 30 Tagen gelöscht",
    ),
    (
        "user.recovery_codes_renewed",
        "Recovery codes renewed",
        "Wiederherstellungscodes erneuert",
    ),
    ("user.restored", "User restored", "Benutzer wiederhergestellt"),
    ("user.role_added", "Role added", "Rolle hinzugefügt"),
    ("user.role_removed", "Role removed", "Rolle entfernt"),
    (
        "user.second_factor_offered",
        "Second factor being set up",
        "Zweiter Faktor wird eingerichtet",
    ),
    (
        "user.second_factor_removed",
        "Second factor switched off",
        "Zweiter Faktor abgeschaltet",
    ),
    (
        "user.second_factor_reset",
        "Second factor reset",
        "Zweiter Faktor zurückgesetzt",
    ),
    (
        "user.second_factor_set_up",
        "Second factor set up",
        "Zweiter Faktor eingerichtet",
    ),
    ("user.session_ended", "Session ended", "Sitzung beendet"),
    ("user.sign_in_refused", "Log-in refused", "Anmeldung abgewiesen"),
    ("user.signed_in", "Logged in", "Angemeldet"),
    ("user.signed_out", "Logged out", "Abgemeldet"),
    (
        "user.state_changed",
        "State of a user changed",
        "Status eines Benutzers geändert",
    ),
];

/// Values of events with what they are called. What is not here is shown by its key.
const DETAILS: Words = &[
    ("added", "Added", "Hinzugefügt"),
    ("app_portal", "App Portal", "App Portal"),
    ("assurance", "Assurance", "Sicherheit"),
    (
        "authorization_endpoint",
        "Authorization Endpoint URL",
        "Authorization Endpoint URL",
    ),
    ("cause", "Cause", "Ursache"),
    ("client_id", "Client ID", "Client ID"),
    ("code", "Code", "Code"),
    ("case_kind", "Kind", "Art"),
    ("case_state", "State", "Status"),
    ("case_subject", "Subject", "Betreff"),
    ("comments", "Comments", "Kommentare"),
    ("domains", "Domains", "Domains"),
    ("email", "E-mail", "E-Mail"),
    ("enabled", "Enabled", "Eingeschaltet"),
    ("ended", "Ended", "Beendet"),
    ("error", "Error", "Fehler"),
    ("expires_at", "Ends", "Endet"),
    ("files", "Files", "Dateien"),
    ("filters", "Filters", "Filter"),
    ("fingerprint", "Fingerprint", "Fingerabdruck"),
    ("health", "Route", "Weg"),
    ("host", "Host", "Host"),
    ("idp", "Identity provider", "Identity Provider"),
    ("insight", "Insight Service", "Insight Service"),
    ("issuer", "Issuer", "Issuer"),
    ("keep_old", "Old secret", "Altes Secret"),
    ("language", "Language", "Sprache"),
    ("passed", "Passed", "Gelungen"),
    ("port", "Port", "Port"),
    ("preset", "Provider", "Anbieter"),
    ("problem", "Problem", "Problem"),
    ("product", "Product", "Produkt"),
    ("reason", "Reason", "Grund"),
    ("removed", "Removed", "Entfernt"),
    ("role", "Role", "Rolle"),
    ("roles", "Roles", "Rollen"),
    ("root", "Root certificate", "Wurzelzertifikat"),
    ("search", "Search", "Suche"),
    ("secret_expires_at", "Secret expires on", "Secret läuft ab am"),
    ("sessions", "Sessions", "Sitzungen"),
    ("state", "State", "Status"),
    ("subject", "Subject", "Inhaber"),
    ("target", "Address", "Adresse"),
    ("token_endpoint", "Token Endpoint URL", "Token Endpoint URL"),
    ("unit_id", "Unit ID", "Unit ID"),
    ("ums_id", "UMS ID", "UMS ID"),
    ("users", "Users", "Benutzer"),
    ("users_added", "Users added", "Benutzer hinzugefügt"),
    ("users_removed", "Users removed", "Benutzer entfernt"),
    ("version", "Version", "Version"),
];

/// Values that are keys of ours.
const VALUES: Words = &[
    ("accepted", "accepted", "angenommen"),
    ("active", "active", "aktiv"),
    ("cancelled", "cancelled", "zurückgezogen"),
    ("de", "German", "Deutsch"),
    ("deactivated", "deactivated", "deaktiviert"),
    ("declined", "declined", "abgelehnt"),
    ("en", "English", "Englisch"),
    ("expired", "expired", "abgelaufen"),
    ("false", "no", "nein"),
    ("pending", "pending", "ausstehend"),
    ("proved", "proved", "nachgewiesen"),
    ("stale", "stale", "veraltet"),
    ("true", "yes", "ja"),
];

type Words = &'static [(&'static str, &'static str, &'static str)];

fn word(table: Words, key: &str) -> Option<&'static str> {
    let (_, english, german) = table.iter().find(|(name, ..)| *name == key)?;
    Some(match lang() {
        Language::English => english,
        Language::German => german,
    })
}

/// What a kind of event is called; the kind itself where nobody has named it.
pub fn event_words(name: &str) -> String {
    word(EVENTS, name).unwrap_or(name).to_owned()
}

/// Every kind with its name, in the order of the names.
pub fn event_kinds() -> Vec<(&'static str, &'static str)> {
    let named = EVENTS
        .iter()
        .filter_map(|event| Some((event.0, word(EVENTS, event.0)?)));
    let mut kinds: Vec<_> = named.collect();
    kinds.sort_unstable_by_key(|(_, name)| *name);
    kinds
}

/// Whether a kind of event has a name.
pub fn names_event(name: &str) -> bool {
    EVENTS.iter().any(|(key, ..)| *key == name)
}

/// What a value of an event is called.
pub fn detail_words(key: &str) -> String {
    word(DETAILS, key).map_or_else(|| key.replace('_', " "), str::to_owned)
}

/// A value of an event as it is read.
pub fn value_words(key: &str, value: &str) -> String {
    match key {
        "role" | "roles" => {
            let roles = value
                .split(", ")
                .map(|one| Role::parse(one).map_or(one, |role| role.label()));
            roles.collect::<Vec<_>>().join(", ")
        }
        "state" | "language" | "app_portal" | "insight" | "enabled" | "passed" => {
            word(VALUES, value).unwrap_or(value).to_owned()
        }
        "case_state" => CaseState::parse(value)
            .map_or(value, |state| super::state_words(state).1)
            .to_owned(),
        key if key.ends_with("_at") => value
            .parse()
            .ok()
            .and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok())
            .map_or_else(|| value.to_owned(), super::date_time),
        _ => value.to_owned(),
    }
}

/// Who did it, as a person calls them.
pub fn actor_words(activity: &Activity) -> String {
    let t = super::texts::<Activities>();
    let named = |kind: &str| match activity.actor_name.as_str() {
        "" => kind.to_owned(),
        name => format!("{name} ({kind})"),
    };
    match activity.actor {
        ActorKind::Anonymous => t.anonymous.to_owned(),
        ActorKind::CommandLine => t.command_line.to_owned(),
        ActorKind::System => t.system.to_owned(),
        ActorKind::Operator => named(t.operator),
        ActorKind::Device => named(t.device),
        ActorKind::User | ActorKind::Administrator | ActorKind::Onboarding => activity.actor_name.clone(),
    }
}
