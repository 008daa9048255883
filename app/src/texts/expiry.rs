use super::table;

table! {
    /// The expiry calendar.
    ExpiryTexts {
        title: "Expiry calendar" / "Ablaufkalender",
        lead: "Every certificate and secret of your account, the next end first. 30, 14, 3 and 1 days before, whoever can replace it gets a mail."
            / "Jedes Zertifikat und Geheimnis Ihres Accounts, das nächste Ende zuerst. 30, 14, 3 und 1 Tage vorher bekommt eine Mail, wer es ersetzen kann.",
        search: "Name, subject or fingerprint" / "Name, Inhaber oder Fingerprint",
        ends: "Ends" / "Ende",
        left: "Time left" / "Restzeit",
        kind: "What" / "Was",
        name: "Belongs to" / "Gehört zu",
        subject: "Subject" / "Inhaber",
        fingerprint: "Fingerprint" / "Fingerprint",
        remedy: "What to do" / "Was zu tun ist",
        routing: "Certificate of an IGEL OS Onboarding record" / "Zertifikat eines Datensatzes IGEL OS Onboarding",
        ums: "UMS ID" / "UMS ID",
        saml: "Certificate of Bring your IdP" / "Zertifikat von Bring your IdP",
        secret: "Client secret of an IGEL OS IdP" / "Client Secret eines IGEL OS IdP",
        routing_remedy: "Replace it in the UMS, then Replace X.509 Certificate at the record." / "In der UMS ersetzen, dann Replace X.509 Certificate am Datensatz.",
        ums_remedy: "Make a new UMS ID in the UMS, then Replace UMS ID." / "In der UMS eine neue UMS ID erzeugen, dann UMS ID ersetzen.",
        saml_remedy: "Add the next certificate of the provider." / "Das nächste Zertifikat des Anbieters hinzufügen.",
        secret_remedy: "Make a new secret at the provider, then Update client secret." / "Beim Anbieter ein neues Secret erzeugen, dann Update client secret.",
        over_today: "ended today" / "heute abgelaufen",
        over: "ended, days ago:" / "abgelaufen, vor Tagen:",
        within_a_day: "within a day" / "innerhalb eines Tages",
        in_days: "days left" / "Tage übrig",
        empty: "Nothing ends" / "Nichts läuft ab",
        empty_text: "Certificates and secrets appear here as soon as something is registered." / "Zertifikate und Geheimnisse erscheinen hier, sobald etwas registriert ist.",
    }
}
