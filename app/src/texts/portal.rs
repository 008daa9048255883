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
