use domain::case::{Case, CaseState};
use domain::case_draft::text;
use domain::id::CaseId;
use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Fact, Facts, FormSummary, Note, TextArea, Tone};

use crate::api::portal::cases::{CloseCase, case_details};
use crate::components::{CaseFacts, Conversation, FilesField, case_state_mark, severity_mark};
use crate::error::AppError;
use crate::layout::{DetailPage, FormKey, FormState, Plain, id_of_page, loaded, say_when_done};
use crate::paths;
use crate::texts::{self, CaseTexts, product_words, texts};

/// One case: the conversation, what it is about, and what can be said or done.
#[component]
pub fn CasePage() -> impl IntoView {
    let t = texts::<CaseTexts>();
    let id = id_of_page::<CaseId>();
    let close = ServerAction::<CloseCase>::new();
    let closing = FormState::new(close, "");
    let comment = FormState::posted(paths::CASE);
    say_when_done(close, t.closed_done);
    let case = Resource::new(
        move || (id.get(), close.version().get()),
        |(id, _)| async move { case_details(id.ok_or_else(AppError::missing)?).await },
    );
    view! { {loaded(case, move |case| page(case, close, closing, comment))} }
}

fn page(case: Case, close: ServerAction<CloseCase>, closing: FormState, comment: FormState) -> impl IntoView {
    let t = texts::<CaseTexts>();
    let Case { row, facts, entries } = case;
    let (id, is_open) = (row.id.to_string(), row.state != CaseState::Closed);
    let notice = move || view! { <FormSummary title=t.not_done faults=closing.summary()/> };
    let facts = facts.map(|facts| view! { <Card title=t.facts><CaseFacts facts/></Card> });
    let end = is_open.then(|| {
        let id = id.clone();
        view! {
            <Card title=t.close>
                <ActionForm action=close>
                    <input type="hidden" name="id" value=id/>
                    <div class="fields">
                        <p class="soft">{t.close_text}</p>
                        <div><Button submit=true busy=close.pending()>{t.close}</Button></div>
                    </div>
                </ActionForm>
            </Card>
        }
    });
    view! {
        <DetailPage name=format!("{} {}", row.number, row.subject) list=(t.title, paths::CASES) notice>
            <div class="stack">
                <Card title=t.conversation><Conversation entries files=paths::CASE_FILE/></Card>
                <Card title=t.comment>{comment_form(id, is_open, comment)}</Card>
            </div>
            <div class="stack">
                <Card title=t.details>
                    <Facts>
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
                {end}
            </div>
        </DetailPage>
    }
}

/// A plain form, with script too: files go with it as they are.
fn comment_form(id: String, is_open: bool, form: FormState) -> impl IntoView {
    let t = texts::<CaseTexts>();
    let reopens = (!is_open).then(|| view! { <Note tone=Tone::Info>{t.reopens}</Note> });
    let labels = vec![("text", t.comment_text), ("files", t.files)];
    view! {
        <form action=paths::CASE_COMMENT_UPLOAD method="post" enctype="multipart/form-data" novalidate>
            <div class="fields">
                <FormSummary title=t.not_sent faults=form.summary_of(labels)/>
                {reopens}
                <input type="hidden" name="id" value=id/>
                <TextArea id="text" name="text" label=t.comment_text rows=5 value=form.value("text") error=form.error("text") check=Plain::check(text)/>
                <FilesField form/>
                <FormKey/>
                <div><Button kind=ButtonKind::Primary submit=true>{t.send}</Button></div>
            </div>
        </form>
    }
}
