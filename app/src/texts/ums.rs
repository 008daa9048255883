use super::table;

table! {
    /// Signing in to the UMS Web App.
    UmsSignIn {
        title: "UMS Web App" / "UMS Web App",
        lead: "Log in with your UMS account." / "Melden Sie sich mit Ihrem UMS-Konto an.",
        user: "User name" / "Benutzername",
        password: "Password" / "Passwort",
        submit: "Log in" / "Anmelden",
        failed: "You are not logged in" / "Sie sind nicht angemeldet",
    }
}

table! {
    /// Devices.
    Devices {
        title: "Devices" / "Geräte",
        lead: "Every device that enrolled here. Online comes from its connection, at this moment." / "Jedes hier registrierte Gerät. Online kommt von seiner Verbindung, in diesem Augenblick.",
        search_hint: "Name, Unit ID, MAC, e-mail, site:…, department:…" / "Name, Unit ID, MAC, E-Mail, site:…, department:…",
        name: "Name" / "Name",
        state: "State" / "Status",
        last_ip: "Last known IP address" / "Letzte bekannte IP-Adresse",
        mac: "MAC address" / "MAC-Adresse",
        product: "Product" / "Produkt",
        version: "Version" / "Version",
        onboarded_by: "Onboarded by" / "Onboarded by",
        last_contact: "Last contact" / "Letzter Kontakt",
        online: "Online" / "Online",
        offline: "Offline" / "Offline",
        unknown: "Unknown" / "Unbekannt",
        never: "Never" / "Nie",
        now: "now" / "jetzt",
        empty: "No device yet" / "Noch kein Gerät",
        empty_text: "A device appears here as soon as its user has signed in with the company e-mail, or it has enrolled with a first-authentication key."
            / "Ein Gerät erscheint hier, sobald sich sein Benutzer mit der Firmen-E-Mail angemeldet oder es sich mit einem First-authentication Key registriert hat.",
        system_information: "System Information" / "System Information",
        site: "Site" / "Standort",
        comment: "Comment" / "Kommentar",
        department: "Department" / "Abteilung",
        cost_center: "Cost Center" / "Kostenstelle",
        unit_id: "Unit ID" / "Unit ID",
        last_ip_short: "Last IP" / "Letzte IP",
        product_id: "Product ID" / "Product ID",
        firmware: "Firmware Description" / "Firmware-Beschreibung",
        gateway: "IGEL Cloud Gateway" / "IGEL Cloud Gateway",
        last_boot: "Last Boot Time" / "Letzter Start",
        network_name: "Network Name (at Boot Time)" / "Netzwerkname (beim Start)",
        runtime: "Runtime since last Boot" / "Laufzeit seit dem letzten Start",
        operating: "Total Operating Time" / "Betriebszeit gesamt",
        battery: "Battery Level" / "Akkustand",
        enrolled: "Enrolled" / "Registriert",
        certificate: "Device certificate until" / "Gerätezertifikat bis",
        reboot: "Reboot" / "Neu starten",
        reboot_sent: "The device is told to restart." / "Das Gerät wird neu gestartet.",
        reboot_all: "Reboot devices" / "Geräte neu starten",
        reboot_all_lead: "Every connected device that is found restarts now." / "Jedes verbundene Gerät, das gefunden wird, startet jetzt neu.",
        reboot_every: "All devices" / "Alle Geräte",
        reboot_found: "Devices found by" / "Gefundene Geräte zu",
        found: "Devices, connected or not" / "Geräte, verbunden oder nicht",
        reboot_all_hint: "People who work at these devices lose what they have not saved. Devices that are not connected are left alone."
            / "Wer an diesen Geräten arbeitet, verliert, was nicht gespeichert ist. Geräte ohne Verbindung bleiben, wie sie sind.",
        reboot_all_sent: "Devices that are told to restart" / "Geräte, die neu gestartet werden",
        history: "Commands" / "Befehle",
        history_empty: "No command was sent to this device." / "An dieses Gerät wurde kein Befehl geschickt.",
        queued: "waits" / "wartet",
        sent: "sent" / "gesendet",
        done: "done" / "erledigt",
        failed: "failed" / "gescheitert",
        expired: "expired" / "abgelaufen",
        by: "by" / "von",
    }
}

table! {
    /// Network.
    Network {
        title: "Network" / "Network",
        lead: "The UMS server, how devices reach it, and the certificates it vouches with." / "Der UMS-Server, wie Geräte ihn erreichen, und die Zertifikate, mit denen er bürgt.",
        server_tab: "UMS Server" / "UMS Server",
        onboarding_tab: "IGEL OS Onboarding" / "IGEL OS Onboarding",
        ums_id_tab: "UMS ID" / "UMS ID",
        details: "UMS Server Details" / "UMS Server Details",
        process_id: "Process ID" / "Process ID",
        cluster_id: "Cluster ID" / "Cluster ID",
        last_change: "Last Change" / "Last Change",
        operating_system: "Operating System" / "Operating System",
        host_name: "Host Name" / "Host Name",
        process_type: "Process Type" / "Process Type",
        port: "Port" / "Port",
        version: "Version" / "Version",
        fingerprint_part: "Cert. Fingerprint - Part" / "Cert. Fingerprint - Part",
        root_part: "Root Cert. Fingerprint - Part" / "Root Cert. Fingerprint - Part",
        token_hint: "Part 3 is the communication token that a device asks for when it enrols without the Onboarding Service. The whole fingerprint is accepted too, and is better."
            / "Teil 3 ist das Communication Token, nach dem ein Gerät fragt, wenn es sich ohne Onboarding Service registriert. Der ganze Fingerprint wird auch angenommen und ist besser.",
        ums_host: "UMS Hostname" / "UMS Hostname",
        ums_port: "UMS Port" / "UMS Port",
        onboarding_lead: "Copy these into the record under Configure Services > IGEL OS Onboarding in the Customer Portal." / "Kopieren Sie dies im Customer Portal in den Datensatz unter Configure Services > IGEL OS Onboarding.",
        download: "Download Certificate Chain" / "Download Certificate Chain",
        only_loopback: "This UMS knows only its own loopback address. Set public_host in [ums], or no device elsewhere can reach it."
            / "Diese UMS kennt nur ihre eigene Loopback-Adresse. Setzen Sie public_host in [ums], sonst erreicht sie kein Gerät von außen.",
        ums_id_lead: "The UMS's identity towards the cloud services. Register it in the Customer Portal under Configure Services > UMS Registration."
            / "Die Identität der UMS gegenüber den Cloud-Diensten. Registrieren Sie sie im Customer Portal unter Configure Services > UMS Registration.",
        export: "Export UMS ID" / "Export UMS ID",
        subject: "Subject" / "Subject",
        fingerprint: "Fingerprint" / "Fingerprint",
        valid: "Valid until" / "Gültig bis",
        chain: "Certificate chain" / "Zertifikatskette",
        registration: "Registration in the Customer Portal" / "Registrierung im Customer Portal",
        registration_never: "Not asked yet" / "Noch nicht gefragt",
        registered: "Registered" / "Registriert",
        not_registered: "Not registered" / "Nicht registriert",
        not_registered_text: "No device can be onboarded by e-mail. Export the UMS ID, and register it in the Customer Portal under Configure Services > UMS Registration."
            / "Kein Gerät kann per E-Mail eingerichtet werden. Exportieren Sie die UMS ID, und registrieren Sie sie im Customer Portal unter Configure Services > UMS Registration.",
        unreachable: "No answer" / "Keine Antwort",
        unreachable_text: "The Onboarding Service did not answer. What stands here is what it said last." / "Der Onboarding Service hat nicht geantwortet. Hier steht, was er zuletzt gesagt hat.",
        service: "Onboarding Service" / "Onboarding Service",
        ums_name: "UMS Name" / "UMS Name",
        app_portal: "Enable App Portal" / "Enable App Portal",
        insight: "Enable Insight Service" / "Enable Insight Service",
        yes: "Yes" / "Ja",
        no: "No" / "Nein",
        asked: "Last asked" / "Zuletzt gefragt",
        check_now: "Check now" / "Jetzt prüfen",
        not_done: "This did not work" / "Das hat nicht funktioniert",
    }
}
