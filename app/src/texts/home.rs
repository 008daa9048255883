use super::table;

table! {
    /// The home page with its set-up checklist.
    Home {
        title: "Home" / "Start",
        welcome: "Welcome" / "Willkommen",
        lead: "From a company e-mail to a managed device: these steps make it work." / "Von der Firmen-E-Mail zum verwalteten Gerät: diese Schritte machen es möglich.",
        steps: "Set up onboarding" / "Onboarding einrichten",
        done_of: "done" / "erledigt",
        activate: "Activate IGEL OS Onboarding" / "IGEL OS Onboarding aktivieren",
        activate_text: "Once for your company." / "Einmal für Ihre Firma.",
        register_idp: "Register your identity provider" / "Ihren Identity Provider registrieren",
        register_idp_text: "Where your people sign in: Entra ID, Okta, Ping or another OpenID Connect provider."
            / "Dort melden sich Ihre Leute an: Entra ID, Okta, Ping oder ein anderer OpenID-Connect-Anbieter.",
        test_idp: "Test the sign-in" / "Die Anmeldung testen",
        test_idp_text: "Sign in at your provider once as your people will. It shows what is missing before a device does."
            / "Melden Sie sich einmal an wie Ihre Leute. Das zeigt, was fehlt, bevor es ein Gerät zeigt.",
        prove_domain: "Prove your domain" / "Ihre Domain nachweisen",
        prove_domain_text: "Publish one text record, so that nobody else can route your people."
            / "Veröffentlichen Sie einen TXT-Eintrag, damit niemand anderes Ihre Leute weiterleiten kann.",
        register_ums: "Register the UMS" / "Die UMS registrieren",
        register_ums_text: "With the UMS ID that your UMS exports." / "Mit der UMS ID, die Ihre UMS exportiert.",
        register_record: "Route e-mails to the UMS" / "E-Mails zur UMS leiten",
        register_record_text: "Users and domains, the UMS's address and its certificate chain." / "Benutzer und Domains, die Adresse der UMS und ihre Zertifikatskette.",
        healthy_route: "Check the route" / "Den Weg prüfen",
        healthy_route_text: "From the Onboarding Service to your UMS: name, port, certificates." / "Vom Onboarding Service zu Ihrer UMS: Name, Port, Zertifikate.",
        first_device: "Onboard the first device" / "Das erste Gerät einrichten",
        first_device_text: "Switch it on, enter a company e-mail, sign in." / "Einschalten, eine Firmen-E-Mail eingeben, anmelden.",
        open: "Open" / "Öffnen",
        all_done: "Everything is set up." / "Alles ist eingerichtet.",
        others: "by somebody with another role" / "durch jemanden mit einer anderen Rolle",
        nothing_to_do: "There is nothing for your roles to set up here. The menu shows what you may use."
            / "Für Ihre Rollen gibt es hier nichts einzurichten. Das Menü zeigt, was Sie verwenden dürfen.",
    }
}
