use leptos::{ev, html, prelude::*};

use crate::{
    Button, ButtonKind, CloseDialog, Dialog, Glyph,
    bind::scripted,
    close_dialog,
    field::{Check, FieldError, Frame, described_by, error_id, shown_error},
    focus::focus_soon,
    show_dialog,
    text_area::PlainTextArea,
    words::words,
};

/// Says more about a line at the end of its row, e.g. a `StateMark`.
pub type RowNote = Callback<String, AnyView>;

/// A list of short texts. A form always sends one text with a line each; script shows it as rows with Add, Edit, Remove.
#[component]
pub fn LinesField(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: Signal<String>,
    /// One text per line.
    #[prop(optional)]
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Looks at one line before it is taken.
    #[prop(optional, into)]
    check: Option<Check>,
    /// Name of one line, for the dialog, e.g. "Domain".
    #[prop(into)]
    line_label: Signal<String>,
    /// Shown instead of rows while there are none.
    #[prop(optional, into)]
    empty: Option<Signal<String>>,
    #[prop(optional, into)] row_note: Option<RowNote>,
) -> impl IntoView {
    let scripted = scripted();
    let as_text = RwSignal::new(false);
    let left = RwSignal::new(false);
    let error = shown_error(None, value, left, error);
    let described = described_by(&id, hint.is_some(), error);
    // Which row the dialog changes; none means a new one.
    let edited = RwSignal::new(None::<usize>);
    let dialog_id = format!("{id}-dialog");
    let rows_dialog = dialog_id.clone();
    let rows_shown = Signal::derive(move || scripted.get() && !as_text.get());
    let rows = {
        let (id, dialog_id) = (id.clone(), dialog_id.clone());
        let to_text = Callback::new(move |()| {
            as_text.set(true);
            focus_soon(id.clone());
        });
        move || {
            rows_shown.get().then(
                || view! { <LineRows value edited dialog_id=dialog_id.clone() to_text empty row_note/> },
            )
        }
    };
    view! {
        <Frame id=id.clone() label hint required error>
            {rows}
            <PlainTextArea id=id.clone() name value rows=4 mono=true required error described left hidden=rows_shown/>
            {move || {
                (scripted.get() && as_text.get())
                    .then(|| {
                        let add = add_id(&rows_dialog);
                        let to_rows = move |_| {
                            as_text.set(false);
                            focus_soon(add.clone());
                        };
                        view! {
                            <div class="acts">
                                <Button kind=ButtonKind::Quiet small=true on:click=to_rows>
                                    {words().show_rows}
                                </Button>
                            </div>
                        }
                    })
            }}
        </Frame>
        <LineDialog id=dialog_id label=line_label value edited check/>
    }
}

#[component]
fn LineRows(
    value: RwSignal<String>,
    edited: RwSignal<Option<usize>>,
    dialog_id: String,
    /// Shows the list as a text.
    to_text: Callback<()>,
    #[prop(optional_no_strip)] empty: Option<Signal<String>>,
    #[prop(optional_no_strip)] row_note: Option<RowNote>,
) -> impl IntoView {
    let words = words();
    let open = {
        let dialog_id = dialog_id.clone();
        move |at: Option<usize>| {
            edited.set(at);
            show_dialog(&dialog_id);
        }
    };
    // The buttons of rows go with them: the keyboard goes on at Add.
    let add_id = add_id(&dialog_id);
    let goes_on = add_id.clone();
    let change = StoredValue::new(move |new: String| {
        value.set(new);
        focus_soon(goes_on.clone());
    });
    let remove = move |at: usize| {
        let left = value.with_untracked(|text| without(text, at));
        change.with_value(|change| change(left));
    };
    let row = {
        let open = open.clone();
        move |(at, line): (usize, String)| {
            let open = open.clone();
            let (edit_name, remove_name) = (line.clone(), line.clone());
            let note = row_note.map(|note| note.run(line.clone()));
            view! {
                <li>
                    <code>{line}</code>
                    {note}
                    <span class="spacer"></span>
                    <Button kind=ButtonKind::Quiet small=true on:click=move |_| open(Some(at))>
                        {words.edit}
                        <span class="visually-hidden">" " {edit_name}</span>
                    </Button>
                    <Button kind=ButtonKind::Quiet small=true on:click=move |_| remove(at)>
                        {words.remove}
                        <span class="visually-hidden">" " {remove_name}</span>
                    </Button>
                </li>
            }
        }
    };
    let list = move || {
        let lines = lines(&value.get());
        if lines.is_empty() {
            return empty
                .map(|empty| view! { <p class="faint rows__empty">{empty}</p> })
                .into_any();
        }
        view! { <ul>{lines.into_iter().enumerate().map(row.clone()).collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="rows">
            {list} <div class="rows__bar">
                <Button small=true icon=Glyph::Plus attr:id=add_id on:click=move |_| open(None)>
                    {words.add}
                </Button>
                <Button kind=ButtonKind::Quiet small=true on:click=move |_| to_text.run(())>
                    {words.paste_list}
                </Button>
                <span class="spacer"></span>
                {move || {
                    (lines(&value.get()).len() > 1)
                        .then(|| {
                            view! {
                                <Button kind=ButtonKind::Quiet small=true on:click=move |_| change.with_value(|change| change(String::new()))>
                                    {words.remove_all}
                                </Button>
                            }
                        })
                }}
            </div>
        </div>
    }
}

#[component]
fn LineDialog(
    id: String,
    label: Signal<String>,
    value: RwSignal<String>,
    edited: RwSignal<Option<usize>>,
    #[prop(optional_no_strip)] check: Option<Check>,
) -> impl IntoView {
    let words = words();
    let typed = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<String>);
    let control = NodeRef::<html::Input>::new();
    let input_id = format!("{id}-line");
    let own_error = error_id(&input_id);
    // Opening the dialog sets `edited`, also to the same value again: start from that row's text each time.
    Effect::new(move |_| {
        let at = edited.get();
        let start = at
            .and_then(|at| lines(&value.get_untracked()).into_iter().nth(at))
            .unwrap_or_default();
        if let Some(control) = control.get() {
            control.set_value(&start);
        }
        typed.set(start);
        trouble.set(None);
    });
    let accept = {
        let id = id.clone();
        move || {
            let new = split(&typed.get_untracked());
            let fault = check.and_then(|check| new.iter().find_map(|line| check.run(line.clone())));
            if new.is_empty() || fault.is_some() {
                trouble.set(fault);
                return;
            }
            value.update(|text| *text = with(text, edited.get_untracked(), new));
            close_dialog(&id);
            focus_soon(add_id(&id));
        }
    };
    let entered = {
        let accept = accept.clone();
        move |event: ev::KeyboardEvent| {
            // The dialog stands inside the page's form: Enter must take the line, not send the form.
            if event.key() == "Enter" && !event.is_composing() {
                event.prevent_default();
                accept();
            }
        }
    };
    let cancel_id = id.clone();
    view! {
        <Dialog
            id=id
            title=label
            actions=move || {
                view! {
                    <Button kind=ButtonKind::Primary on:click=move |_| accept()>
                        {words.save}
                    </Button>
                    <CloseDialog dialog=cancel_id>{words.cancel}</CloseDialog>
                }
            }
        >
            <div class="field" class:field--bad=move || trouble.with(Option::is_some)>
                <label for=input_id.clone()>{label}</label>
                <input
                    node_ref=control
                    class="input mono"
                    id=input_id
                    autofocus=true
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || trouble.with(Option::is_some).then_some("true")
                    aria-describedby=own_error.clone()
                    on:input:target=move |event| typed.set(event.target().value())
                    on:keydown=entered
                />
                <FieldError id=own_error error=trouble.into()/>
            </div>
        </Dialog>
    }
}

/// The button that opens the dialog for a new line.
fn add_id(dialog: &str) -> String {
    format!("{dialog}-add")
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What was typed into one line: several texts when they are separated by commas or semicolons.
fn split(typed: &str) -> Vec<String> {
    typed
        .split(['\n', ',', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn with(text: &str, at: Option<usize>, new: Vec<String>) -> String {
    let mut all = lines(text);
    match at.filter(|at| *at < all.len()) {
        Some(at) => drop(all.splice(at..=at, new)),
        None => all.extend(new),
    }
    all.join("\n")
}

fn without(text: &str, at: usize) -> String {
    let mut all = lines(text);
    if at < all.len() {
        all.remove(at);
    }
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_changed_and_removed() {
        assert_eq!(
            with("", None, split(" contoso.example, fabrikam.example;")),
            "contoso.example\nfabrikam.example"
        );
        assert_eq!(with("a\n\n b \nc", Some(1), split("x")), "a\nx\nc");
        assert_eq!(with("a", Some(7), split("x")), "a\nx");
        assert_eq!(without("a\nb\nc", 1), "a\nc");
        assert_eq!(without("a", 3), "a");
    }
}
