use domain::case::{CaseState, Product, Severity};
use ui::Tone;

use super::{table, texts};

table! {
    /// Support, for companies.
    CaseTexts {
        support: "Support" / "Support",
        title: "Cases" / "Fälle",
        lead: "What your company has asked the support, and how it stands." / "Was Ihre Firma den Support gefragt hat, und wie es darum steht.",
        search: "Number or subject" / "Nummer oder Betreff",
        new: "Submit a case" / "Fall einreichen",
        empty: "No case yet" / "Noch kein Fall",
        empty_text: "Something does not work, a device is broken, or you have a question about licenses? Submit a case, with files if they help. The answer stands here, and you get a mail."
            / "Etwas funktioniert nicht, ein Gerät ist defekt, oder Sie haben eine Frage zu Lizenzen? Reichen Sie einen Fall ein, mit Dateien, wenn sie helfen. Die Antwort steht hier, und Sie bekommen eine Mail.",
        number: "Number" / "Nummer",
        subject: "Subject" / "Betreff",
        kind: "Kind" / "Art",
        product: "Product" / "Produkt",
        severity: "Severity" / "Schwere",
        state: "State" / "Stand",
        submitted_by: "Submitted by" / "Eingereicht von",
        created: "Submitted" / "Eingereicht",
        updated: "Last change" / "Letzte Änderung",
        open: "Open" / "Offen",
        state_new: "New" / "Neu",
        in_progress: "In progress" / "In Arbeit",
        waiting_for_customer: "Waiting for customer" / "Wartet auf Kunden",
        closed: "Closed" / "Geschlossen",
        critical: "Critical" / "Kritisch",
        high: "High" / "Hoch",
        normal: "Normal" / "Normal",
        low: "Low" / "Niedrig",
        os: "IGEL OS" / "IGEL OS",
        ums: "UMS" / "UMS",
        onboarding: "IGEL OS Onboarding" / "IGEL OS Onboarding",
        portal: "Customer Portal" / "Customer Portal",
        app_portal: "App Portal" / "App Portal",
        hardware: "Hardware" / "Hardware",
        other: "Something else" / "Etwas anderes",
        form_title: "Submit a case" / "Fall einreichen",
        form_lead: "Say what you did, what happened, and what you expected. The answer comes here, and you get a mail." / "Sagen Sie, was Sie getan haben, was geschah und was Sie erwartet haben. Die Antwort kommt hierher, und Sie bekommen eine Mail.",
        choose: "Please choose" / "Bitte wählen",
        severity_hint: "Critical: nobody can work." / "Kritisch: Niemand kann arbeiten.",
        text: "Description" / "Beschreibung",
        files: "Files" / "Dateien",
        files_hint: "Up to 5 files of 25 MiB each: pictures (.png, .jpg), .pdf, text (.txt, .log, .csv, .json, .xml), archives (.zip, .gz, .tgz). No passwords or keys, please."
            / "Bis zu 5 Dateien mit je 25 MiB: Bilder (.png, .jpg), .pdf, Text (.txt, .log, .csv, .json, .xml), Archive (.zip, .gz, .tgz). Bitte keine Passwörter oder Schlüssel.",
        not_sent: "This was not sent" / "Das wurde nicht gesendet",
        files_again: "Please choose your files again: a browser does not keep them." / "Bitte wählen Sie Ihre Dateien noch einmal: Ein Browser behält sie nicht.",
        which: "Which kind?" / "Welche Art?",
        which_support: "Something does not work, or you have a question." / "Etwas funktioniert nicht, oder Sie haben eine Frage.",
        which_rma: "A device is broken and has to be repaired or exchanged. Name its serial number." / "Ein Gerät ist defekt und muss repariert oder getauscht werden. Nennen Sie die Seriennummer.",
        which_reset_key: "Somebody is locked out of a device. Name its Unit ID." / "Jemand ist aus einem Gerät ausgesperrt. Nennen Sie die Unit ID.",
        which_license: "What you have, what you need, when it ends." / "Was Sie haben, was Sie brauchen, wann es endet.",
        facts: "The failed onboarding" / "Das gescheiterte Onboarding",
        facts_lead: "These facts go along with the case." / "Diese Fakten gehen mit dem Fall mit.",
        failed: "Onboarding failed" / "Onboarding gescheitert",
        error: "error" / "Fehler",
        fact_time: "Time" / "Zeit",
        fact_code: "Error on the device" / "Fehler am Gerät",
        fact_cause: "Cause" / "Ursache",
        fact_email: "E-mail" / "E-Mail",
        fact_device: "Device" / "Gerät",
        fact_record: "Record" / "Datensatz",
        fact_host: "UMS" / "UMS",
        fact_idp: "Identity provider" / "Identity Provider",
        fact_id: "Number of the run" / "Nummer des Laufs",
        open_case: "Open a support case" / "Support-Fall eröffnen",
        conversation: "Conversation" / "Verlauf",
        by_support: "Support" / "Support",
        note: "Note, not visible to the company" / "Notiz, für die Firma nicht sichtbar",
        state_now: "State:" / "Stand:",
        gone: "deleted 90 days after the case was closed" / "90 Tage nach dem Schließen des Falls gelöscht",
        comment: "Write a comment" / "Kommentar schreiben",
        comment_text: "Comment" / "Kommentar",
        reopens: "The case is closed. A comment opens it again." / "Der Fall ist geschlossen. Ein Kommentar öffnet ihn wieder.",
        send: "Send" / "Senden",
        details: "Details" / "Details",
        close: "Close the case" / "Fall schließen",
        close_text: "If it is solved, or you do not need an answer any more. A comment opens it again. Files are deleted 90 days later." / "Wenn er gelöst ist, oder Sie keine Antwort mehr brauchen. Ein Kommentar öffnet ihn wieder. Dateien werden 90 Tage später gelöscht.",
        closed_done: "The case is closed." / "Der Fall ist geschlossen.",
        not_done: "This did not work" / "Das hat nicht funktioniert",
    }
}

table! {
    /// Support, for those who give it.
    SupportTexts {
        title: "Cases" / "Fälle",
        lead: "What companies have asked, the last change first." / "Was Firmen gefragt haben, die letzte Änderung zuerst.",
        waiting: "to answer" / "zu beantworten",
        empty: "No case yet" / "Noch kein Fall",
        empty_text: "Companies submit cases under Support in the portal. They stand here at once." / "Firmen reichen Fälle im Portal unter Support ein. Sie stehen sofort hier.",
        company: "Company" / "Firma",
        answer: "Answer" / "Antworten",
        answer_text: "Answer" / "Antwort",
        answer_hint: "The company gets a mail that there is an answer. Without a text only the state changes." / "Die Firma bekommt eine Mail, dass es eine Antwort gibt. Ohne Text ändert sich nur der Stand.",
        state_after: "State afterwards" / "Stand danach",
        internal: "Note: only operators see it, and the state stays" / "Notiz: Nur Betreiber sehen sie, und der Stand bleibt",
    }
}

/// A state in colour and words.
pub fn state_words(state: CaseState) -> (Tone, &'static str) {
    let t = texts::<CaseTexts>();
    match state {
        CaseState::New => (Tone::Info, t.state_new),
        CaseState::InProgress => (Tone::Info, t.in_progress),
        CaseState::WaitingForCustomer => (Tone::Warn, t.waiting_for_customer),
        CaseState::Closed => (Tone::Neutral, t.closed),
    }
}

/// A severity in colour and words.
pub fn severity_words(severity: Severity) -> (Tone, &'static str) {
    let t = texts::<CaseTexts>();
    match severity {
        Severity::Critical => (Tone::Bad, t.critical),
        Severity::High => (Tone::Warn, t.high),
        Severity::Normal => (Tone::Neutral, t.normal),
        Severity::Low => (Tone::Neutral, t.low),
    }
}

pub fn product_words(product: Product) -> &'static str {
    let t = texts::<CaseTexts>();
    match product {
        Product::Os => t.os,
        Product::Ums => t.ums,
        Product::Onboarding => t.onboarding,
        Product::Portal => t.portal,
        Product::AppPortal => t.app_portal,
        Product::Hardware => t.hardware,
        Product::Other => t.other,
    }
}
