//! What the pages of cases have in common, of companies and of operators.

use domain::case::{CaseEntry, CaseSide, CaseState, OnboardingFacts, Severity};
use domain::case_file::{ACCEPTED, CaseFile};
use leptos::prelude::*;
use ui::{Fact, Facts, Field, StateMark, described_by};

use crate::layout::FormState;
use crate::paths;
use crate::texts::{self, CaseTexts, severity_words, state_words, texts};

/// A state in words and colour.
pub fn case_state_mark(state: CaseState) -> impl IntoView {
    let (tone, text) = state_words(state);
    view! { <StateMark tone text/> }
}

/// A severity in words and colour.
pub fn severity_mark(severity: Severity) -> impl IntoView {
    let (tone, text) = severity_words(severity);
    view! { <StateMark tone text/> }
}

/// What was said, the oldest first. `files` is the route that the files are fetched from.
#[component]
pub fn Conversation(entries: Vec<CaseEntry>, files: &'static str) -> impl IntoView {
    let entry = move |entry: CaseEntry| said(entry, files);
    view! { <ol class="conversation">{entries.into_iter().map(entry).collect_view()}</ol> }
}

fn said(entry: CaseEntry, route: &'static str) -> impl IntoView {
    let t = texts::<CaseTexts>();
    let class = match (entry.side, entry.internal) {
        (_, true) => "said said--note",
        (CaseSide::Support, false) => "said said--support",
        (CaseSide::Company, false) => "said",
    };
    let who = match (entry.side, entry.author.as_str()) {
        (CaseSide::Support, "") => t.by_support.to_owned(),
        (CaseSide::Support, author) => format!("{}, {author}", t.by_support),
        (CaseSide::Company, author) => author.to_owned(),
    };
    let note = entry
        .internal
        .then(|| view! { <span class="faint">{t.note}</span> });
    let text = (!entry.text.is_empty()).then(|| view! { <div class="said__text">{entry.text.clone()}</div> });
    let files = (!entry.files.is_empty()).then(|| {
        let file = move |one: CaseFile| view! { <li>{file_link(one, route)}</li> };
        view! { <ul class="plain said__files">{entry.files.into_iter().map(file).collect_view()}</ul> }
    });
    let state = entry.state.map(|state| {
        view! { <div class="said__head"><span class="faint">{t.state_now}</span> {case_state_mark(state)}</div> }
    });
    view! {
        <li class=class>
            <div class="said__head"><strong>{who}</strong> <span class="faint">{texts::date_time(entry.at)}</span> {note}</div>
            {text}
            {files}
            {state}
        </li>
    }
}

fn file_link(file: CaseFile, route: &'static str) -> AnyView {
    let t = texts::<CaseTexts>();
    if file.gone {
        return view! { {file.name} " " <span class="faint">"(" {t.gone} ")"</span> }.into_any();
    }
    let href = paths::case_file(route, file.id);
    view! { <a href=href rel="external">{file.name}</a> " " <span class="faint num">{size(file.bytes)}</span> }
        .into_any()
}

/// A length in its unit: `312 B`, `14 KiB`, `3.2 MiB`.
fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * KIB;
    if bytes >= MIB {
        let tenths = bytes * 10 / MIB;
        format!("{}.{} MiB", tenths / 10, tenths % 10)
    } else if bytes >= KIB {
        format!("{} KiB", bytes / KIB)
    } else {
        format!("{bytes} B")
    }
}

/// What is known of the onboarding that a case is about.
#[component]
pub fn CaseFacts(facts: OnboardingFacts) -> impl IntoView {
    let t = texts::<CaseTexts>();
    let code = facts.code.map(|code| code.to_string()).unwrap_or_default();
    let rows = [
        (t.fact_time, texts::date_time(facts.at)),
        (t.fact_code, code),
        (t.fact_cause, facts.cause),
        (t.fact_email, facts.email),
        (t.fact_device, facts.device),
        (t.fact_record, facts.record),
        (t.fact_host, facts.host),
        (t.fact_idp, facts.idp),
        (t.fact_id, facts.onboarding.to_string()),
    ];
    let known = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let fact = |(label, value): (&'static str, String)| view! { <Fact label><span class="wrap">{value}</span></Fact> };
    view! { <Facts>{known.map(fact).collect_view()}</Facts> }
}

/// Files that go along. Where the form was refused they have to be chosen again: no browser keeps them.
#[component]
pub fn FilesField(form: FormState) -> impl IntoView {
    let t = texts::<CaseTexts>();
    let sent = form.error("files");
    let again = form.is_kept();
    let error = Signal::derive(move || sent.get().or_else(|| again.then(|| t.files_again.to_owned())));
    let described = described_by("files", true, error);
    view! {
        <Field id="files" label=t.files hint=t.files_hint error>
            <input
                class="input"
                type="file"
                id="files"
                name="files"
                multiple
                accept=ACCEPTED
                aria-describedby=described
            />
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_its_unit() {
        assert_eq!(
            [size(0), size(1023), size(1024), size(3_400_000)],
            ["0 B", "1023 B", "1 KiB", "3.2 MiB"]
        );
    }
}
