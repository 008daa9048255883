use domain::case::{Case, CaseState};
use domain::case_draft::text;
use domain::id::CaseId;
use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, CheckField, Choice, Fact, Facts, FormSummary, SelectField, TextArea};

use crate::api::operator::cases::company_case;
use crate::components::{CaseFacts, Conversation, FilesField, case_state_mark, severity_mark};
use crate::error::AppError;
use crate::layout::{DetailPage, FormKey, FormState, Plain, id_of_page, loaded};
use crate::paths;
use crate::texts::{self, CaseTexts, SupportTexts, product_words, state_words, texts};

/// One case, as the support sees it: with notes, and with the answer.
#[component]
pub fn CasePage() -> impl IntoView {
    let id = id_of_page::<CaseId>();
    let answer = FormState::posted(paths::COMPANY_CASE);
    let case = Resource::new(
        move || id.get(),
        |id| async move { company_case(id.ok_or_else(AppError::missing)?).await },
    );
    view! { {loaded(case, move |case| page(case, answer))} }
}

fn page(case: Case, answer: FormState) -> impl IntoView {
    let (t, s) = (texts::<CaseTexts>(), texts::<SupportTexts>());
    let Case { row, facts, entries } = case;
    let id = row.id.to_string();
    let facts = facts.map(|facts| view! { <Card title=t.facts><CaseFacts facts/></Card> });
    view! {
        <DetailPage name=format!("{} {}", row.number, row.subject) list=(s.title, paths::COMPANY_CASES)>
            <div class="stack">
                <Card title=t.conversation><Conversation entries files=paths::COMPANY_CASE_FILE/></Card>
                <Card title=s.answer>{answer_form(id, answer)}</Card>
            </div>
            <div class="stack">
                <Card title=t.details>
                    <Facts>
                        <Fact label=s.company>{row.company}</Fact>
                        <Fact label=t.state>{case_state_mark(row.state)}</Fact>
                        <Fact label=t.kind>{row.kind.label()}</Fact>
                        <Fact label=t.product>{product_words(row.product)}</Fact>
                        <Fact label=t.severity>{severity_mark(row.severity)}</Fact>
                        <Fact label=t.submitted_by><span class="wrap">{row.submitted_by}</span></Fact>
                        <Fact label=t.created>{texts::date_time(row.created_at)}</Fact>
                        <Fact label=t.updated>{texts::date_time(row.updated_at)}</Fact>
                    </Facts>
                </Card>
                {facts}
            </div>
        </DetailPage>
    }
}

/// A plain form, with script too: files go with it as they are.
fn answer_form(id: String, form: FormState) -> impl IntoView {
    let (t, s) = (texts::<CaseTexts>(), texts::<SupportTexts>());
    let labels = vec![
        ("text", s.answer_text),
        ("state", s.state_after),
        ("files", t.files),
    ];
    let states = CaseState::AFTER_ANSWER.iter();
    let states: Vec<_> = states
        .map(|state| Choice::new(state.key(), state_words(*state).1))
        .collect();
    let state = form.value_or("state", CaseState::WaitingForCustomer.key());
    view! {
        <form action=paths::CASE_ANSWER_UPLOAD method="post" enctype="multipart/form-data" novalidate>
            <div class="fields">
                <FormSummary title=t.not_sent faults=form.summary_of(labels)/>
                <input type="hidden" name="id" value=id/>
                <TextArea id="text" name="text" label=s.answer_text hint=s.answer_hint rows=8 value=form.value("text") error=form.error("text") check=Plain::check(text)/>
                <FilesField form/>
                <SelectField id="state" name="state" label=s.state_after choices=states value=state error=form.error("state")/>
                <CheckField id="internal" name="internal" label=s.internal checked=form.ticked("internal")/>
                <FormKey/>
                <div><Button kind=ButtonKind::Primary submit=true>{t.send}</Button></div>
            </div>
        </form>
    }
}
