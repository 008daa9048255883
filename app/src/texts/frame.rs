use domain::Language;
use ui::Words;

use super::table;

table! {
    /// Navigation, header, and what every page has.
    Frame {
        skip: "Skip to the content" / "Zum Inhalt springen",
        main_navigation: "Main" / "Hauptnavigation",
        portal: "Portal" / "Portal",
        ums: "UMS" / "UMS",
        system: "System" / "System",
        home: "Home" / "Start",
        configure_services: "Configure Services" / "Configure Services",
        users: "Users" / "Users",
        devices: "Devices" / "Geräte",
        network: "Network" / "Network",
        language: "Language" / "Sprache",
        appearance: "Appearance" / "Darstellung",
        as_system: "Like the system" / "Wie das System",
        light: "Light" / "Hell",
        dark: "Dark" / "Dunkel",
        sign_out: "Log out" / "Abmelden",
        account_menu: "Your account" / "Ihr Konto",
        not_found: "There is nothing here" / "Hier ist nichts",
        not_found_text: "The page does not exist, or it is not yours to see. The address may have a typing error, or the record was deleted."
            / "Die Seite gibt es nicht, oder sie ist nicht für Sie bestimmt. Vielleicht ist die Adresse falsch geschrieben, oder der Datensatz wurde gelöscht.",
        to_start: "To the start page" / "Zur Startseite",
        forbidden: "Your roles do not allow this" / "Ihre Rollen erlauben das nicht",
        forbidden_text: "A Super Admin of your account can give you the role that is missing."
            / "Ein Super Admin Ihres Kontos kann Ihnen die fehlende Rolle geben.",
        broken: "This did not work" / "Das hat nicht funktioniert",
        register: "Register" / "Registrieren",
        tagline: "A device, an e-mail, and work can start." / "Ein Gerät, eine E-Mail-Adresse, und die Arbeit kann beginnen.",
        tagline_more: "Customer Portal for onboarding, users and services." / "Customer Portal für Onboarding, Benutzer und Dienste.",
        ums_tagline: "Every device, where it is, as it is." / "Jedes Gerät, wo es ist, wie es ist.",
        ums_tagline_more: "UMS Web App for devices and their configuration." / "UMS Web App für Geräte und ihre Konfiguration.",
    }
}

table! {
    /// What every form has.
    Forms {
        required: "Required information" / "Required information",
        complete: "Everything is there." / "Alles ist da.",
        submit: "Submit" / "Submit",
        cancel: "Cancel" / "Abbrechen",
    }
}

table! {
    /// Somebody else has saved what is being edited.
    Overtaken {
        title: "Somebody else has saved meanwhile" / "Jemand anderes hat inzwischen gespeichert",
        text: "Nothing was overwritten, and what you typed is still in the form. Compare, then submit again to put yours in its place."
            / "Nichts wurde überschrieben, und Ihre Eingaben stehen noch im Formular. Vergleichen Sie, und senden Sie noch einmal, um Ihres an seine Stelle zu setzen.",
        field: "Field" / "Feld",
        theirs: "Saved now" / "Jetzt gespeichert",
        yours: "Yours" / "Ihres",
        saved_by: "Saved by" / "Gespeichert von",
    }
}

table! {
    /// What every list has.
    Lists {
        search: "Search" / "Suchen",
        rows: "Rows" / "Zeilen",
        per_page: "per page" / "pro Seite",
        select: "Select" / "Auswählen:",
        select_page: "Select all rows of this page" / "Alle Zeilen dieser Seite auswählen",
        what_selected: "Which rows" / "Welche Zeilen",
        ticked: "Ticked rows" / "Ausgewählte Zeilen",
        none_ticked: "No row is ticked" / "Keine Zeile ist ausgewählt",
        none_ticked_text: "Go back and tick rows, or choose all that match." / "Gehen Sie zurück und wählen Sie Zeilen aus, oder alle passenden.",
        all_of: "All" / "Alle",
        that_match: "that match" / "passenden",
        filters: "Filters" / "Filter",
        any: "Any" / "Beliebig",
        apply: "Apply" / "Anwenden",
        no_filter: "No filter" / "Kein Filter",
        columns: "Columns" / "Spalten",
        columns_shown: "Columns that are shown" / "Gezeigte Spalten",
        usual_columns: "Usual columns" / "Übliche Spalten",
        views: "Views" / "Ansichten",
        view_name: "Name what you see now" / "Benennen Sie, was Sie jetzt sehen",
        save_view: "Save view" / "Ansicht speichern",
        delete_view: "Delete view" / "Ansicht löschen:",
        views_full: "You have as many views of this list as there can be. Delete one to save another." / "Sie haben so viele Ansichten dieser Liste, wie es geben kann. Löschen Sie eine, um eine andere zu speichern.",
        row_acts: "Actions" / "Aktionen",
        export: "Export CSV" / "CSV exportieren",
        of: "of" / "von",
        more_than: "more than" / "mehr als",
        nothing_found: "Nothing matches your search" / "Nichts passt zu Ihrer Suche",
        nothing_found_text: "Try fewer or other words, or show everything again." / "Versuchen Sie weniger oder andere Wörter, oder zeigen Sie wieder alles.",
        show_all: "Show everything" / "Alles zeigen",
    }
}

/// The few words of the component kit.
pub fn kit_words(lang: Language) -> Words {
    match lang {
        Language::English => Words::FALLBACK,
        Language::German => GERMAN,
    }
}

const GERMAN: Words = Words {
    show: "Zeigen",
    copy: "Kopieren",
    copied: "Kopiert",
    add: "Hinzufügen",
    edit: "Bearbeiten",
    save: "Speichern",
    cancel: "Abbrechen",
    close: "Schließen",
    remove: "Entfernen",
    remove_all: "Alle entfernen",
    paste_list: "Liste einfügen",
    show_rows: "Als Zeilen zeigen",
    required: "erforderlich",
    choose_file: "Datei wählen",
    drop_file: "oder hier ablegen, oder den Text oben einfügen",
    file_too_large: "Diese Datei ist zu groß.",
    file_unreadable: "Diese Datei ist nicht als Text lesbar.",
    previous: "Zurück",
    next: "Weiter",
    search: "Suchen",
    clear: "Leeren",
    dismiss: "Ausblenden",
    loading: "Lädt",
    done: "Erledigt",
    menu: "Menü",
    breadcrumbs: "Brotkrumen",
    messages: "Meldungen",
    no_messages: "Keine Meldungen",
    toggle: "Öffnen oder schließen",
};
