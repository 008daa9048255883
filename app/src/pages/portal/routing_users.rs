//! "Update Mapped Users": the list of a record's users, and adding or removing many at once.

use domain::id::RoutingId;
use domain::mapped_users::{
    ImportAct, ImportLine, ImportSummary, LastImport, LineResult, MappedUser, RESULTS_PER_PAGE,
};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Cell, CheckField, Choice, EmptyState, Field, FormSummary, Glyph,
    HeadCell, LinesField, Note, RadioField, Row, StateMark, Table, Tone,
};

use super::routing_acts::page_of;
use crate::api::portal::routing::{
    MapRoutingDomains, RemoveMappedUser, import_results, mapped_users, routing_record,
};
use crate::error::AppError;
use crate::layout::list::{ListAddress, csv, href};
use crate::layout::{
    Column, FormState, ListParts, ListState, Plain, list_state, listed, loaded, say_when_done,
};
use crate::paths;
use crate::texts::{self, MappedUserTexts, RoutingActs, texts};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Shown {
    name: String,
    page: Page<MappedUser>,
}

/// The list of a record's users.
pub fn users_page(id: RoutingId) -> AnyView {
    let state = list_state();
    let remove = ServerAction::<RemoveMappedUser>::new();
    // The form for many is a plain one: its answer is a page of its own, with script too.
    let form = FormState::new(ServerAction::<MapRoutingDomains>::new(), paths::ROUTING_USERS);
    let users = Resource::new(
        move || (state.query.get(), remove.version().get()),
        move |(query, _): (ListQuery, usize)| async move {
            let name = routing_record(id).await?.row.name;
            let page = mapped_users(id, query).await?;
            Ok::<_, AppError>(Shown { name, page })
        },
    );
    let (t, a) = (texts::<MappedUserTexts>(), texts::<RoutingActs>());
    say_when_done(remove, t.removed);
    let body = move |shown: Shown| {
        let body = view! {
            {list(id, state, shown.page, remove)}
            {import_form(id, form)}
        };
        page_of(id, shown.name, a.map_users, t.lead, body.into_any())
    };
    view! { {listed(state, users, body)} }.into_any()
}

fn list(
    id: RoutingId,
    state: ListState,
    page: Page<MappedUser>,
    remove: ServerAction<RemoveMappedUser>,
) -> AnyView {
    let t = texts::<MappedUserTexts>();
    let empty = view! { <EmptyState title=t.empty text=t.empty_text icon=Glyph::Users/> }.into_any();
    let mut columns = mapped_user_columns();
    columns.push(
        Column::<MappedUser>::unexported("action", t.action).cell(move |user: &MappedUser| {
            let label = format!("{}: {}", t.remove, user.email);
            let (record, email) = (id.to_string(), user.email.clone());
            view! {
                <ActionForm action=remove>
                    <input type="hidden" name="record" value=record/>
                    <input type="hidden" name="email" value=email/>
                    <Button small=true submit=true busy=remove.pending() attr:aria-label=label>{t.remove}</Button>
                </ActionForm>
            }
        }),
    );
    let export_href = move || {
        let own = state.query.with(|query| ListAddress {
            query: query.clone(),
            ..ListAddress::default()
        });
        let pairs = own.from_start().pairs();
        let record = ("record".to_owned(), id.to_string());
        let pairs: Vec<_> = std::iter::once(record).chain(pairs).collect();
        href(paths::MAPPED_USERS_EXPORT, &pairs)
    };
    let some = !page.rows.is_empty();
    let parts = ListParts {
        key: "mapped_users",
        caption: t.title,
        search: t.search,
        columns,
        filters: Vec::new(),
        export: None,
        bulk: None,
        empty,
    };
    let acts = some.then(|| {
        view! {
            <div class="acts">
                <a class="button" href=export_href rel="external" download="">{t.export}</a>
            </div>
        }
    });
    view! { {state.show(page, parts)} {acts} }.into_any()
}

/// The columns of mapped users.
pub fn mapped_user_columns() -> Vec<Column<MappedUser>> {
    let t = texts::<MappedUserTexts>();
    vec![
        Column::<MappedUser>::new("email", t.email, |user: &MappedUser| user.email.clone())
            .sorted()
            .main()
            .cell(|user| {
                let email = user.email.clone();
                view! { <span class="wrap">{email}</span> }
            }),
        Column::<MappedUser>::new("added", t.added, |user| {
            user.added_at.map(texts::exact).unwrap_or_default()
        })
        .sorted()
        .cell(|user| user.added_at.map(texts::date)),
    ]
}

fn import_form(id: RoutingId, form: FormState) -> impl IntoView {
    let t = texts::<MappedUserTexts>();
    let (act, users, partly) = (
        form.value_or("act", ImportAct::Add.key()),
        form.value("users"),
        form.ticked("partly"),
    );
    let choices = vec![
        Choice::new(ImportAct::Add.key(), t.add),
        Choice::new(ImportAct::Remove.key(), t.take_away),
    ];
    let labels = vec![("users", t.users), ("file", t.file)];
    let last = paths::of_record(paths::ROUTING_IMPORT, &id.to_string());
    view! {
        <Card title=t.import>
            <form action=paths::MAPPED_USERS_UPLOAD method="post" enctype="multipart/form-data" novalidate>
                <div class="fields">
                    <FormSummary title=t.not_imported faults=form.summary_of(labels)/>
                    <p class="soft">{t.import_text}</p>
                    <input type="hidden" name="record" value=id.to_string()/>
                    <RadioField id="act" name="act" label=t.act choices value=act error=form.error("act")/>
                    <LinesField id="users" name="users" label=t.users line_label=t.email value=users error=form.error("users") check=Plain::check(domain::EmailAddress::parse)/>
                    <Field id="file" label=t.file hint=t.file_hint error=form.error("file")>
                        <input class="input" type="file" id="file" name="csv" accept=".csv,.txt" aria-describedby="file-hint"/>
                    </Field>
                    <CheckField id="partly" name="partly" label=t.partly hint=t.partly_hint checked=partly/>
                    <div class="acts">
                        <Button kind=ButtonKind::Primary submit=true>{t.submit}</Button>
                        <ButtonLink href=last>{t.last_import}</ButtonLink>
                    </div>
                </div>
            </form>
        </Card>
    }
}

/// What came of the last import, line by line.
pub fn import_page(id: RoutingId) -> AnyView {
    let map = use_query_map();
    let before = Memo::new(move |_| {
        let from = map.with(|map| map.get("from"));
        from.and_then(|from| from.parse::<u64>().ok()).unwrap_or_default()
    });
    let results = Resource::new(
        move || before.get(),
        move |before| async move { import_results(id, before).await },
    );
    view! { {loaded(results, last_view)} }.into_any()
}

fn last_view(last: LastImport) -> AnyView {
    let (t, a) = (texts::<MappedUserTexts>(), texts::<RoutingActs>());
    let id = last.record;
    let body = if let Some(results) = last.import {
        results_view(id, results)
    } else {
        let users = paths::of_record(paths::ROUTING_USERS, &id.to_string());
        view! {
            <EmptyState title=t.no_import text=t.no_import_text icon=Glyph::Users>
                <ButtonLink href=users>{a.map_users}</ButtonLink>
            </EmptyState>
        }
        .into_any()
    };
    page_of(id, last.name, t.last_import, "", body)
}

fn results_view(id: RoutingId, results: ImportSummary) -> AnyView {
    let (t, a) = (texts::<MappedUserTexts>(), texts::<RoutingActs>());
    let (done, already) = match results.act {
        ImportAct::Add => (t.done_add, t.already_add),
        ImportAct::Remove => (t.done_remove, t.already_remove),
    };
    let counts = [
        (results.done, done),
        (results.already, already),
        (results.waits, t.waits),
        (results.bad, t.bad),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let counts = counts.join(", ");
    let note = if !results.applied {
        view! { <Note tone=Tone::Bad title=t.refused live=true><p>{counts}</p><p>{t.refused_text}</p></Note> }
            .into_any()
    } else if results.done == 0 {
        view! { <Note tone=Tone::Info title=t.nothing live=true>{counts}</Note> }.into_any()
    } else {
        let title = match results.act {
            ImportAct::Add => t.applied_add,
            ImportAct::Remove => t.applied_remove,
        };
        let tone = if results.bad > 0 { Tone::Warn } else { Tone::Good };
        view! { <Note tone title=title live=true>{counts}</Note> }.into_any()
    };
    let head = move || {
        view! {
            <HeadCell label=t.line/>
            <HeadCell label=t.text/>
            <HeadCell label=t.result/>
        }
    };
    let act = results.act;
    let shown = u64::try_from(results.lines.len()).unwrap_or(u64::MAX);
    let rows = results
        .lines
        .into_iter()
        .map(|line| result_row(line, act))
        .collect_view();
    let from = |before: u64| {
        let page = paths::of_record(paths::ROUTING_IMPORT, &id.to_string());
        format!("{page}?from={before}")
    };
    let step = u64::try_from(RESULTS_PER_PAGE).unwrap_or(u64::MAX);
    let previous = (results.before > 0).then(|| {
        let address = from(results.before.saturating_sub(step));
        view! { <ButtonLink href=address>{t.previous}</ButtonLink> }
    });
    let after = results.before.saturating_add(shown);
    let next = (after < results.total).then(|| view! { <ButtonLink href=from(after)>{t.next}</ButtonLink> });
    let (users, export) = (
        paths::of_record(paths::ROUTING_USERS, &id.to_string()),
        paths::about_record(paths::IMPORT_EXPORT, id),
    );
    let by = format!("{}, {}", results.by, texts::date_time(results.at));
    view! {
        {note}
        <Card title=t.results flush=true>
            <Table caption=t.results head>{rows}</Table>
        </Card>
        <div class="acts">
            {previous}
            {next}
            <a class="button" href=export rel="external" download="">{t.export_results}</a>
            <ButtonLink href=users>{a.map_users}</ButtonLink>
        </div>
        <p class="faint">{by}</p>
    }
    .into_any()
}

fn result_row(line: ImportLine, act: ImportAct) -> impl IntoView {
    let t = texts::<MappedUserTexts>();
    let tone = match line.result {
        LineResult::Done => Tone::Good,
        LineResult::Already | LineResult::Repeated | LineResult::Waits => Tone::Neutral,
        LineResult::Elsewhere { .. } | LineResult::Bad { .. } => Tone::Bad,
    };
    let text = result_words(&line.result, act);
    view! {
        <Row>
            <Cell label=t.line num=true>{line.line}</Cell>
            <Cell label=t.text main=true><span class="wrap">{line.text}</span></Cell>
            <Cell label=t.result><StateMark tone text/></Cell>
        </Row>
    }
}

/// What came of a line, in words.
fn result_words(result: &LineResult, act: ImportAct) -> String {
    let t = texts::<MappedUserTexts>();
    match (result, act) {
        (LineResult::Done, ImportAct::Add) => t.done_add.to_owned(),
        (LineResult::Done, ImportAct::Remove) => t.done_remove.to_owned(),
        (LineResult::Already, ImportAct::Add) => t.already_add.to_owned(),
        (LineResult::Already, ImportAct::Remove) => t.already_remove.to_owned(),
        (LineResult::Repeated, _) => t.repeated.to_owned(),
        (LineResult::Waits, _) => t.waits.to_owned(),
        (LineResult::Elsewhere { record }, _) => format!("{} {record}", t.elsewhere),
        (LineResult::Bad { reason }, _) => format!("{}: {}", t.bad, texts::reason(reason)),
    }
}

/// The file with what came of each line.
pub fn import_lines(results: &ImportSummary) -> String {
    let t = texts::<MappedUserTexts>();
    let words: fn(&ImportLine) -> String = match results.act {
        ImportAct::Add => |line| result_words(&line.result, ImportAct::Add),
        ImportAct::Remove => |line| result_words(&line.result, ImportAct::Remove),
    };
    let columns = [
        Column::<ImportLine>::new("line", t.line, |line: &ImportLine| line.line.to_string()),
        Column::<ImportLine>::new("text", t.text, |line| line.text.clone()),
        Column::<ImportLine>::new("result", t.result, words),
    ];
    csv::head(&columns) + &csv::rows(&columns, &results.lines)
}
