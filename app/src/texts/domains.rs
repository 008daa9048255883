use super::table;

table! {
    /// The states of a domain's proof, wherever domains are shown.
    Proofs {
        proved: "Proved" / "Nachgewiesen",
        pending: "Pending" / "Ausstehend",
        stale: "Stale" / "Veraltet",
        trusted: "Trusted by configuration" / "Durch Konfiguration vertraut",
    }
}

table! {
    /// "Domains".
    DomainTexts {
        title: "Domains" / "Domains",
        lead: "Whose people are led to your UMS. A domain counts once you have proved that it is yours."
            / "Wessen Leute zu Ihrer UMS geführt werden. Eine Domain zählt, sobald Sie nachgewiesen haben, dass sie Ihnen gehört.",
        search: "Domain" / "Domain",
        add: "Add domains" / "Domains hinzufügen",
        add_lead: "To prove them before something maps them. A domain that you map in an identity provider or a record appears by itself."
            / "Um sie nachzuweisen, bevor etwas sie verwendet. Eine Domain, die Sie in einem Identity Provider oder Datensatz angeben, erscheint von selbst.",
        domains: "Domains" / "Domains",
        domains_hint: "One per line. A sub-domain is a domain of its own." / "Eine pro Zeile. Eine Subdomain ist eine eigene Domain.",
        domain: "Domain Name" / "Domain Name",
        not_added: "The domains are not added yet" / "Die Domains sind noch nicht hinzugefügt",
        not_done: "This did not work" / "Das hat nicht funktioniert",
        added: "The domains are added. Now prove them." / "Die Domains sind hinzugefügt. Weisen Sie sie jetzt nach.",
        state: "State" / "Zustand",
        checked: "Last check" / "Letzte Prüfung",
        found: "Found" / "Gefunden",
        proved: "Proved" / "Nachgewiesen",
        created: "Added" / "Hinzugefügt",
        empty: "No domain yet" / "Noch keine Domain",
        empty_text: "Add the part of your e-mail addresses after the @, such as contoso.example."
            / "Fügen Sie den Teil Ihrer E-Mail-Adressen nach dem @ hinzu, zum Beispiel contoso.example.",
        proof: "Proof" / "Nachweis",
        proof_text: "Publish this text record where the DNS of the domain is kept, usually at the company where you registered it. Then check."
            / "Veröffentlichen Sie diesen TXT-Eintrag dort, wo das DNS der Domain verwaltet wird, meist bei der Firma, bei der Sie sie registriert haben. Prüfen Sie dann.",
        record_type: "Type" / "Typ",
        record_name: "Name" / "Name",
        record_name_hint: "Many providers add the domain themselves: enter only what stands before it there."
            / "Viele Anbieter hängen die Domain selbst an: Geben Sie dort nur ein, was davor steht.",
        record_value: "Value" / "Wert",
        keep: "Leave the record where it is: COSMOS looks for it every day."
            / "Lassen Sie den Eintrag stehen: COSMOS sucht ihn jeden Tag.",
        tenant_text: "Microsoft Entra ID keeps this domain, so that nobody can publish a record in it. It is yours once an IGEL OS IdP of yours has the tenant of the domain as its issuer and a test sign-in has passed there. Then check."
            / "Diese Domain führt Microsoft Entra ID, deshalb kann niemand einen Eintrag in ihr veröffentlichen. Sie gehört Ihnen, sobald ein IGEL OS IdP von Ihnen den Mandanten der Domain als Issuer hat und dort eine Testanmeldung gelungen ist. Prüfen Sie dann.",
        keep_tenant: "Keep that identity provider: COSMOS looks every day."
            / "Behalten Sie diesen Identity Provider: COSMOS sieht jeden Tag nach.",
        check: "Check now" / "Jetzt prüfen",
        never: "Not checked yet" / "Noch nicht geprüft",
        trusted_text: "The configuration of this COSMOS says that the domain is yours. Nothing has to be published."
            / "Laut Konfiguration dieses COSMOS gehört die Domain Ihnen. Es muss nichts veröffentlicht werden.",
        finding_found: "Found" / "Gefunden",
        finding_found_text: "The proof is there: the domain is yours." / "Der Nachweis ist da: Die Domain gehört Ihnen.",
        finding_taken: "Belongs to another account" / "Gehört einem anderen Account",
        finding_taken_text: "The text record is there, but another account has proved this domain, or one above or below it. Whose it is we cannot say. If it is yours, have the other record removed: a week later the domain is free."
            / "Der TXT-Eintrag ist da, aber ein anderer Account hat diese Domain nachgewiesen, oder eine darüber oder darunter. Welcher, dürfen wir nicht sagen. Wenn sie Ihnen gehört, lassen Sie den anderen Eintrag entfernen: Eine Woche später ist die Domain frei.",
        finding_other: "Another value" / "Ein anderer Wert",
        finding_other_text: "There is a text record of that name, but not with this value. Found:"
            / "Es gibt einen TXT-Eintrag mit diesem Namen, aber nicht mit diesem Wert. Gefunden:",
        finding_no_name: "No such record" / "Kein solcher Eintrag",
        finding_no_name_text: "There is no text record of that name. New records can take some minutes, at some providers an hour. A frequent slip: the provider has added the domain a second time."
            / "Es gibt keinen TXT-Eintrag mit diesem Namen. Neue Einträge brauchen einige Minuten, bei manchen Anbietern eine Stunde. Häufiges Versehen: Der Anbieter hat die Domain ein zweites Mal angehängt.",
        finding_no_server: "No answer" / "Keine Antwort",
        finding_no_server_text: "Nobody answered for this domain. Nothing has changed; try again in some minutes."
            / "Niemand hat für diese Domain geantwortet. Nichts hat sich geändert; versuchen Sie es in einigen Minuten noch einmal.",
        finding_other_tenant: "Another tenant" / "Ein anderer Mandant",
        finding_other_tenant_text: "The domain belongs to no tenant, or to one that is the issuer of none of your IGEL OS IdPs. Register the tenant's application as an IGEL OS IdP with its issuer."
            / "Die Domain gehört zu keinem Mandanten oder zu einem, der bei keinem Ihrer IGEL OS IdPs der Issuer ist. Registrieren Sie die Anwendung dieses Mandanten mit ihrem Issuer als IGEL OS IdP.",
        finding_no_test: "No test sign-in yet" / "Noch keine Testanmeldung",
        finding_no_test_text: "The tenant is the issuer of an IGEL OS IdP of yours. Run its test sign-in; once it has passed, check again."
            / "Der Mandant ist der Issuer eines Ihrer IGEL OS IdPs. Führen Sie dessen Testanmeldung aus; ist sie gelungen, prüfen Sie noch einmal.",
        missing: "The proof is missing" / "Der Nachweis fehlt",
        missing_text: "If it does not come back, the domain stops leading people to your UMS at:"
            / "Kommt er nicht zurück, führt die Domain niemanden mehr zu Ihrer UMS ab:",
        lapsed: "Not proved any more" / "Nicht mehr nachgewiesen",
        lapsed_text: "The proof was missing for a week, so the domain leads nobody to your UMS since:"
            / "Der Nachweis fehlte eine Woche lang, daher führt die Domain niemanden mehr zu Ihrer UMS seit:",
        used_by: "Mapped by" / "Verwendet von",
        unused: "Nothing maps this domain." / "Nichts verwendet diese Domain.",
        remove: "Remove domain" / "Domain entfernen",
        remove_text: "Somebody else can prove it then." / "Danach kann jemand anderes sie nachweisen.",
        details: "Details" / "Details",
    }
}
