use leptos::prelude::*;

/// The few words the kit itself must say, in the language of the page. The application provides them once at its root;
/// everything else reaches a part as a prop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    pub show: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub add: &'static str,
    pub edit: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub close: &'static str,
    pub remove: &'static str,
    pub remove_all: &'static str,
    /// Opens the plain text of a list, to paste many lines at once.
    pub paste_list: &'static str,
    /// Goes back from the plain text to the rows.
    pub show_rows: &'static str,
    /// Read out for the mark of a required field.
    pub required: &'static str,
    pub choose_file: &'static str,
    pub drop_file: &'static str,
    pub file_too_large: &'static str,
    pub file_unreadable: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub search: &'static str,
    pub clear: &'static str,
    pub dismiss: &'static str,
    pub loading: &'static str,
    /// Read out for a finished step.
    pub done: &'static str,
    pub menu: &'static str,
    /// Name of the navigation that crumbs are.
    pub breadcrumbs: &'static str,
    /// Name of the region that toasts appear in.
    pub messages: &'static str,
    pub no_messages: &'static str,
    /// Opens or closes a branch of a tree; the branch's name follows.
    pub toggle: &'static str,
}

impl Words {
    /// What is said where nobody provided words: tests and the showcase.
    pub const FALLBACK: Self = Self {
        show: "Show",
        copy: "Copy",
        copied: "Copied",
        add: "Add",
        edit: "Edit",
        save: "Save",
        cancel: "Cancel",
        close: "Close",
        remove: "Remove",
        remove_all: "Remove All",
        paste_list: "Paste a list",
        show_rows: "Show as rows",
        required: "required",
        choose_file: "Choose file",
        drop_file: "or drop it here, or paste the text above",
        file_too_large: "This file is too large.",
        file_unreadable: "This file could not be read as text.",
        previous: "Previous",
        next: "Next",
        search: "Search",
        clear: "Clear",
        dismiss: "Dismiss",
        loading: "Loading",
        done: "Done",
        menu: "Menu",
        breadcrumbs: "Breadcrumbs",
        messages: "Messages",
        no_messages: "No messages",
        toggle: "Open or close",
    };
}

/// Sets the kit's words for everything below the calling component.
pub fn provide_words(words: Words) {
    provide_context(words);
}

pub(crate) fn words() -> Words {
    use_context().unwrap_or(Words::FALLBACK)
}
