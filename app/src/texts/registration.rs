use super::table;

table! {
    /// "IGEL Customer & Account Registration". The labels are those of the customer's documents.
    Registration {
        title: "IGEL Customer & Account Registration" / "IGEL Customer & Account Registration",
        lead: "Register your company to use the Customer Portal. * Indicates required" / "Registrieren Sie Ihre Firma für das Customer Portal. * Erforderlich",
        company_information: "Company Information" / "Angaben zur Firma",
        personal_information: "Personal Information" / "Angaben zur Person",
        company: "COMPANY NAME" / "FIRMENNAME",
        address: "ADDRESS" / "ADRESSE",
        address2: "ADDRESS 2" / "ADRESSE 2",
        city: "CITY" / "ORT",
        post_code: "POST CODE" / "POSTLEITZAHL",
        country: "COUNTRY" / "LAND",
        state: "STATE/PROVINCE" / "BUNDESLAND/PROVINZ",
        industry: "INDUSTRY" / "BRANCHE",
        email: "LOGIN-EMAIL" / "LOGIN-E-MAIL",
        email_hint: "Your own address at your company. It is your user name." / "Ihre eigene Adresse in Ihrer Firma. Sie ist Ihr Benutzername.",
        first_name: "FIRST NAME" / "VORNAME",
        last_name: "LAST NAME" / "NACHNAME",
        phone: "WORK PHONE" / "TELEFON GESCHÄFTLICH",
        language: "CHOOSE YOUR PREFERRED LANGUAGE" / "WÄHLEN SIE IHRE BEVORZUGTE SPRACHE",
        news: "I agree to receive information about products, news, upcoming events & promotions by e-mail (\"News\") on a regular basis. I can unsubscribe from this at any time. The processing of my personal data is described in the Privacy Policy."
            / "Ich bin einverstanden, regelmäßig Informationen über Produkte, Neuigkeiten, Veranstaltungen und Aktionen per E-Mail („News“) zu erhalten. Ich kann das jederzeit abbestellen. Die Verarbeitung meiner persönlichen Daten ist in der Datenschutzerklärung beschrieben.",
        privacy: "I HAVE READ AND ACCEPT THE PRIVACY POLICIES." / "ICH HABE DIE DATENSCHUTZERKLÄRUNG GELESEN UND AKZEPTIERE SIE.",
        terms_are: "Cloud Services Terms & Conditions can be found" / "Die Nutzungsbedingungen der Cloud-Dienste finden Sie",
        privacy_is: "You can find the Privacy Policy" / "Die Datenschutzerklärung finden Sie",
        terms_here: "here (Terms & Conditions)" / "hier (Nutzungsbedingungen)",
        privacy_here: "here (Privacy Policy)" / "hier (Datenschutzerklärung)",
        requirements: "Company Account Requirements" / "Anforderungen an Firmenkonten",
        requirement_name: "Your name and email address" / "Ihr Name und Ihre E-Mail-Adresse",
        requirement_business: "Must be a business email address with your company domain" / "Eine geschäftliche E-Mail-Adresse mit der Domain Ihrer Firma",
        requirement_personal: "No personal email addresses (solely B2B)" / "Keine privaten E-Mail-Adressen (nur für Firmen)",
        requirement_generic: "No generic contact details or email addresses, e.g. info@contoso.example" / "Keine allgemeinen Kontakte oder E-Mail-Adressen wie info@contoso.example",
        requirement_shared: "No shared (multi-user) accounts, e.g. support-team@contoso.example" / "Keine gemeinsam genutzten Konten wie support-team@contoso.example",
        requirement_free: "Free email provider domains are not allowed" / "Domains von Freemail-Diensten sind nicht erlaubt",
        not_sent: "The registration is not sent yet" / "Die Registrierung ist noch nicht abgeschickt",
        sent: "Look into your mailbox" / "Sehen Sie in Ihr Postfach",
        sent_text: "A confirmation email will be sent to you. Confirm your registration with the link in it, within 24 hours."
            / "Sie erhalten eine E-Mail zur Bestätigung. Bestätigen Sie Ihre Registrierung mit dem Link darin, innerhalb von 24 Stunden.",
        confirm_title: "Confirm the registration" / "Registrierung bestätigen",
        confirm_of: "The registration of" / "Die Registrierung von",
        confirm_with: "with the address" / "mit der Adresse",
        confirm_text: "Nothing happens before you press the button." / "Vor dem Druck auf den Knopf geschieht nichts.",
        confirm: "Confirm the registration" / "Registrierung bestätigen",
        not_confirmed: "The registration is not confirmed" / "Die Registrierung ist nicht bestätigt",
        confirmed: "Your registration is confirmed" / "Ihre Registrierung ist bestätigt",
        confirmed_text: "Your user data will now be checked. You will receive an email when your registration has been approved, containing your username and a one-time password. As soon as you log in for the first time, you will be prompted to change your password."
            / "Ihre Angaben werden jetzt geprüft. Sobald Ihre Registrierung genehmigt ist, erhalten Sie eine E-Mail mit Ihrem Benutzernamen und einem Einmalpasswort. Bei der ersten Anmeldung werden Sie aufgefordert, das Passwort zu ändern.",
        expired: "This link has ended" / "Dieser Link ist abgelaufen",
        expired_text: "It worked for 24 hours. Register again to get a new one." / "Er galt 24 Stunden lang. Registrieren Sie sich neu, um einen neuen zu bekommen.",
        unknown: "This link does not work" / "Dieser Link gilt nicht",
        unknown_text: "Perhaps it is not complete, or you have registered again: only the newest link works. Registrations that nobody confirms within 24 hours are deleted."
            / "Vielleicht ist er nicht vollständig, oder Sie haben sich noch einmal registriert: Nur der neueste Link gilt. Registrierungen, die niemand innerhalb von 24 Stunden bestätigt, werden gelöscht.",
        again: "Register again" / "Neu registrieren",
        terms: "Terms & Conditions" / "Nutzungsbedingungen",
        privacy_policy: "Privacy Policy" / "Datenschutzerklärung",
        no_text: "The operator of this portal has not published this text here yet. Ask whoever invited you to register." / "Der Betreiber dieses Portals hat diesen Text hier noch nicht veröffentlicht. Fragen Sie, wer Sie zur Registrierung eingeladen hat.",
    }
}

table! {
    /// The first log-in with a one-time password.
    FirstPassword {
        title: "Set your password" / "Setzen Sie Ihr Passwort",
        lead: "You have logged in with a one-time password. Set one of your own to go on, for" / "Sie haben sich mit einem Einmalpasswort angemeldet. Setzen Sie ein eigenes, um fortzufahren, für",
        submit: "Set password" / "Passwort setzen",
    }
}

table! {
    /// "Account".
    Account {
        title: "Account" / "Account",
        lead: "Your company as it is registered, and what it uses." / "Ihre Firma, wie sie registriert ist, und was sie verwendet.",
        edit: "Edit" / "Bearbeiten",
        edit_title: "Edit account" / "Account bearbeiten",
        edit_lead: "The registration data of your company." / "Die Registrierungsdaten Ihrer Firma.",
        registered: "Registered" / "Registriert",
        domains: "Domains" / "Domains",
        domains_none: "No domain is mapped yet." / "Noch keine Domain zugeordnet.",
        users: "Active users per role" / "Aktive Benutzer je Rolle",
        services: "Services" / "Dienste",
        onboarding: "IGEL OS Onboarding" / "IGEL OS Onboarding",
        active_since: "active since" / "aktiv seit",
        not_active: "not activated" / "nicht aktiviert",
        records: "IGEL OS Onboarding records" / "Datensätze IGEL OS Onboarding",
        idps: "IGEL OS IdP" / "IGEL OS IdP",
        ums: "UMS instances" / "UMS-Instanzen",
        empty: "not given" / "nicht angegeben",
        not_saved: "The account is not saved yet" / "Der Account ist noch nicht gespeichert",
        saved: "The account is saved." / "Der Account ist gespeichert.",
    }
}
