use super::table;

table! {
    /// Signing in to the Customer Portal.
    SignIn {
        title: "Login" / "Login",
        lead: "Use your company e-mail." / "Verwenden Sie Ihre Firmen-E-Mail-Adresse.",
        email: "E-mail" / "E-Mail",
        password: "Password" / "Passwort",
        submit: "Log in" / "Anmelden",
        with_password: "Log in with a password" / "Mit Passwort anmelden",
        by_password: "Where a company logs in at its own identity provider, only the passwords of its Super Admins count." / "Wo sich eine Firma bei ihrem eigenen Identity Provider anmeldet, gelten nur die Passwörter ihrer Super Admins.",
        failed: "You are not logged in" / "Sie sind nicht angemeldet",
    }
}

table! {
    /// The start page.
    Home {
        title: "Home" / "Start",
        welcome: "Welcome" / "Willkommen",
        lead: "From a company e-mail to a managed device: these steps make it work." / "Von der Firmen-E-Mail zum verwalteten Gerät: diese Schritte machen es möglich.",
        steps: "Set up onboarding" / "Onboarding einrichten",
        done_of: "done" / "erledigt",
        activate: "Activate IGEL OS Onboarding" / "IGEL OS Onboarding aktivieren",
        activate_text: "Once for your company." / "Einmal für Ihre Firma.",
        register_ums: "Register the UMS" / "Die UMS registrieren",
        register_ums_text: "With the UMS ID that your UMS exports." / "Mit der UMS ID, die Ihre UMS exportiert.",
        register_idp: "Register your identity provider" / "Ihren Identity Provider registrieren",
        register_idp_text: "Where your people sign in: Entra ID, Okta, Ping or another OpenID Connect provider."
            / "Dort melden sich Ihre Leute an: Entra ID, Okta, Ping oder ein anderer OpenID-Connect-Anbieter.",
        register_record: "Route e-mails to the UMS" / "E-Mails zur UMS leiten",
        register_record_text: "Users and domains, the UMS's address and its certificate chain." / "Benutzer und Domains, die Adresse der UMS und ihre Zertifikatskette.",
        open: "Open" / "Öffnen",
        nothing_to_do: "There is nothing for your roles to set up here. The menu shows what you may use."
            / "Für Ihre Rollen gibt es hier nichts einzurichten. Das Menü zeigt, was Sie verwenden dürfen.",
    }
}

table! {
    /// "Activate IGEL OS Onboarding".
    Activate {
        title: "Activate IGEL OS Onboarding" / "Activate IGEL OS Onboarding",
        lead: "Required once, by one person of your company. Afterwards everybody with the right role can manage it."
            / "Einmal nötig, durch eine Person Ihrer Firma. Danach kann es jeder mit der passenden Rolle verwalten.",
        what: "What it does" / "Was dann geht",
        what_text: "Your people switch a device on, type their company e-mail and sign in at your identity provider. The Onboarding Service then leads the device to your UMS."
            / "Ihre Leute schalten ein Gerät ein, geben ihre Firmen-E-Mail ein und melden sich bei Ihrem Identity Provider an. Der Onboarding Service führt das Gerät dann zu Ihrer UMS.",
        submit: "Activate" / "Aktivieren",
        active: "IGEL OS Onboarding is active" / "IGEL OS Onboarding ist aktiv",
        active_by: "Activated by" / "Aktiviert von",
        go_on: "To IGEL OS Onboarding" / "Zu IGEL OS Onboarding",
    }
}

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
        name: "Display Name" / "Display Name",
        name_hint: "How you call it, such as Entra ID." / "Wie Sie ihn nennen, zum Beispiel Entra ID.",
        client_id: "Client ID" / "Client ID",
        client_secret: "Client Secret" / "Client Secret",
        client_secret_hint: "Stored sealed, and never shown again after saving." / "Wird versiegelt gespeichert und nach dem Speichern nie wieder gezeigt.",
        issuer: "Issuer" / "Issuer",
        issuer_hint: "Recommended. The issuer, or the address of its openid-configuration: fills both endpoints and pins the signing keys."
            / "Empfohlen. Der Issuer oder die Adresse seiner openid-configuration: füllt beide Endpunkte und merkt sich die Signaturschlüssel.",
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
        proved: "Proved" / "Nachgewiesen",
        pending: "Pending" / "Ausstehend",
        empty: "No identity provider yet" / "Noch kein Identity Provider",
        empty_text: "Your people sign in with the accounts that they have already. Register Microsoft Entra ID, Okta, Ping Identity or another OpenID Connect provider."
            / "Ihre Leute melden sich mit den Konten an, die sie schon haben. Registrieren Sie Microsoft Entra ID, Okta, Ping Identity oder einen anderen OpenID-Connect-Anbieter.",
    }
}

table! {
    /// IGEL OS Onboarding records.
    Routing {
        menu: "IGEL OS Onboarding" / "IGEL OS Onboarding",
        title: "IGEL OS Onboarding Management" / "IGEL OS Onboarding Management",
        lead: "Which user or domain is led to which UMS." / "Welcher Benutzer oder welche Domain zu welcher UMS geführt wird.",
        register: "Register IGEL OS Onboarding" / "Register IGEL OS Onboarding",
        form_title: "IGEL OS Onboarding Registration" / "IGEL OS Onboarding Registration",
        form_lead: "Register your IGEL OS Onboarding" / "Register your IGEL OS Onboarding",
        only_os12: "This item only works with OS12" / "This item only works with OS12",
        name: "Display Name" / "Display Name",
        name_hint: "How you call this UMS." / "Wie Sie diese UMS nennen.",
        host: "UMS Hostname" / "UMS Hostname",
        host_hint: "As shown in the UMS Web App under Network > IGEL OS Onboarding: a full name or an IP address." / "Wie in der UMS Web App unter Network > IGEL OS Onboarding: ein vollständiger Name oder eine IP-Adresse.",
        port: "UMS Port" / "UMS Port",
        users: "Mapped Users" / "Mapped Users",
        users_hint: "Single e-mail addresses. A user beats a domain. One per line." / "Einzelne E-Mail-Adressen. Ein Benutzer schlägt eine Domain. Eine pro Zeile.",
        user: "E-mail address" / "E-Mail-Adresse",
        domains: "Mapped Domains" / "Mapped Domains",
        domains_hint: "Every e-mail address of these domains. One per line." / "Jede E-Mail-Adresse dieser Domains. Eine pro Zeile.",
        domain: "Domain" / "Domain",
        chain: "OBS Root Certificate" / "OBS Root Certificate",
        chain_hint: "The certificate chain of the UMS (.cer, .crt or .pem): root and intermediates in any order. Drop the file, choose it, or paste its text."
            / "Die Zertifikatskette der UMS (.cer, .crt oder .pem): Wurzel und Zwischenzertifikate in beliebiger Reihenfolge. Datei ablegen, auswählen oder ihren Text einfügen.",
        somebody: "Mapped Users or Mapped Domains" / "Mapped Users oder Mapped Domains",
        not_saved: "The record is not registered yet" / "Der Datensatz ist noch nicht registriert",
        saved: "The record is registered." / "Der Datensatz ist registriert.",
        created_by: "Created by" / "Created by",
        created: "Created" / "Created",
        updated: "Updated" / "Updated",
        fingerprint: "Fingerprint" / "Fingerprint",
        expiration: "Expiration date" / "Expiration date",
        details: "Details" / "Einzelheiten",
        certificate_string: "OBS Certificate String" / "OBS Certificate String",
        chain_title: "Certificate chain" / "Zertifikatskette",
        until: "until" / "bis",
        root: "Root" / "Wurzel",
        intermediate: "Intermediate" / "Zwischenzertifikat",
        end: "End certificate" / "Endzertifikat",
        none: "None" / "Keine",
        last: "Last onboardings" / "Letzte Onboardings",
        last_empty: "No device has come this way in the last 30 days." / "In den letzten 30 Tagen kam kein Gerät auf diesem Weg.",
        last_who: "E-mail" / "E-Mail",
        last_device: "Device" / "Gerät",
        last_state: "State" / "Stand",
        last_when: "Time" / "Zeit",
        started: "waits for the sign-in" / "wartet auf die Anmeldung",
        confirmed: "signing in" / "meldet sich an",
        signed_in: "signed in" / "angemeldet",
        announced: "led to the UMS" / "zur UMS geführt",
        enrolled: "enrolled" / "registriert",
        failed: "failed" / "gescheitert",
        error: "Error" / "Fehler",
        proved: "Proved" / "Nachgewiesen",
        pending: "Pending" / "Ausstehend",
        empty: "No record yet" / "Noch kein Datensatz",
        empty_text: "A record leads the devices of your users or domains to your UMS. You need the UMS's host name, its port and its certificate chain: the UMS Web App shows all three under Network."
            / "Ein Datensatz führt die Geräte Ihrer Benutzer oder Domains zu Ihrer UMS. Sie brauchen Hostname, Port und Zertifikatskette der UMS: die UMS Web App zeigt alle drei unter Network.",
    }
}

table! {
    /// UMS Registration.
    UmsInstances {
        menu: "UMS Registration" / "UMS Registration",
        title: "UMS Management" / "UMS Management",
        lead: "The UMS instances of your company, each known by its UMS ID." / "Die UMS-Instanzen Ihrer Firma, jede bekannt durch ihre UMS ID.",
        register: "Register a new UMS Instance" / "Register a new UMS Instance",
        form_title: "Register a new UMS Instance" / "Register a new UMS Instance",
        form_lead: "The UMS ID is the UMS's identity towards the cloud services. Export it in the UMS Web App under Network."
            / "Die UMS ID ist die Identität der UMS gegenüber den Cloud-Diensten. Exportieren Sie sie in der UMS Web App unter Network.",
        name: "UMS Name" / "UMS Name",
        comments: "Comments" / "Comments",
        options: "Options" / "Options",
        app_portal: "Enable App Portal" / "Enable App Portal",
        insight: "Enable Insight Service" / "Enable Insight Service",
        certificate: "X.509 Certificate" / "X.509 Certificate",
        certificate_hint: "UMS_ID.crt from \"Export UMS ID\" (.cer, .crt or .pem). Drop the file, choose it, or paste its text." / "UMS_ID.crt aus „Export UMS ID“ (.cer, .crt oder .pem). Datei ablegen, auswählen oder ihren Text einfügen.",
        not_saved: "The UMS is not registered yet" / "Die UMS ist noch nicht registriert",
        saved: "The UMS is registered." / "Die UMS ist registriert.",
        expiration: "Expiration Date" / "Expiration Date",
        fingerprint: "Fingerprint" / "Fingerprint",
        created_by: "Created by" / "Created by",
        created: "Created" / "Created",
        updated: "Updated" / "Updated",
        yes: "Yes" / "Ja",
        no: "No" / "Nein",
        empty: "No UMS yet" / "Noch keine UMS",
        empty_text: "The Onboarding Service leads devices only to a UMS that is registered here. Export the UMS ID in the UMS Web App under Network, and upload it."
            / "Der Onboarding Service führt Geräte nur zu einer UMS, die hier registriert ist. Exportieren Sie die UMS ID in der UMS Web App unter Network, und laden Sie sie hoch.",
    }
}
