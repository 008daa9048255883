use super::table;

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
        updated_text: "Saved." / "Gespeichert.",
        not_done: "This did not work" / "Das hat nicht funktioniert",
        details: "Details" / "Details",
        properties: "Properties" / "Eigenschaften",
        save: "Save" / "Speichern",
        app_portal_hint: "Without it this UMS imports no app, and its devices download none." / "Ohne sie importiert diese UMS keine App, und ihre Geräte laden keine herunter.",
        insight_hint: "Without it nothing is collected for the Insight Service." / "Ohne sie wird nichts für den Insight Service gesammelt.",
        replace: "Replace UMS ID" / "UMS ID ersetzen",
        replace_text: "After the UMS has got a new UMS ID: export it there and upload it here. From then on the old one proves nothing, and onboarding goes on with the new one."
            / "Nachdem die UMS eine neue UMS ID bekommen hat: Exportieren Sie sie dort und laden Sie sie hier hoch. Ab dann weist die alte nichts mehr nach, und das Onboarding geht mit der neuen weiter.",
        replaced: "The UMS ID is replaced." / "Die UMS ID ist ersetzt.",
        delete: "Delete UMS Instance" / "Delete UMS Instance",
        delete_text: "What stops then:" / "Was dann aufhört:",
        delete_onboarding: "No device is onboarded to this UMS any more. Records that lead to it stay, and fail with \"This UMS is not registered\"."
            / "Kein Gerät wird mehr an diese UMS geführt. Datensätze, die zu ihr führen, bleiben und scheitern mit „This UMS is not registered“.",
        delete_apps: "This UMS imports no apps." / "Diese UMS importiert keine Apps.",
        delete_portal: "Its devices have no local App Portal." / "Ihre Geräte haben kein lokales App Portal.",
        delete_insight: "Nothing is collected for the Insight Service." / "Für den Insight Service wird nichts gesammelt.",
        delete_stays: "The UMS itself, its devices and their settings stay as they are." / "Die UMS selbst, ihre Geräte und deren Einstellungen bleiben, wie sie sind.",
        deleted: "The UMS instance is deleted." / "Die UMS-Instanz ist gelöscht.",
        expired: "Expired" / "Abgelaufen",
        expired_text: "The UMS ID is not accepted any more: no device is onboarded to this UMS. Make a new one in the UMS, and replace it here."
            / "Die UMS ID wird nicht mehr akzeptiert: Kein Gerät wird an diese UMS geführt. Erzeugen Sie in der UMS eine neue, und ersetzen Sie sie hier.",
    }
}
