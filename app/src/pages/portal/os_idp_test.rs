//! The test sign-in: begun here, done at the provider in a window of its own, and its result here again.

use std::time::Duration;

use domain::id::OsIdpId;
use domain::os_idp::Preset;
use domain::os_idp_test::{Claim, OsIdpTest, OsIdpTestPage as Shown, TestHint, TestProblem, WaitingTest};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;
use ui::{
    Button, ButtonKind, Card, Cell, Copyable, Fact, Facts, FormSummary, HeadCell, Note, PageHead, Row,
    StateMark, Table, TextArea, Tone,
};

use super::os_idp_about::{crumbs, named};
use crate::api::portal::os_idps::{BeginOsIdpTest, explain_os_idp_message, os_idp_test, show_os_idp};
use crate::error::AppError;
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::texts::{self, OsIdpTests, OsIdps, hint_words, problem_words, texts};

/// How long after one look for the result comes the next.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

#[component]
pub fn TestOsIdpPage() -> impl IntoView {
    let t = texts::<OsIdpTests>();
    let action = ServerAction::<BeginOsIdpTest>::new();
    let form = FormState::new(action, paths::TEST_OS_IDP);
    let id = named(form);
    let shown = Resource::new(
        move || (id.get(), action.version().get()),
        |(id, _)| async move { os_idp_test(id.ok_or_else(AppError::missing)?).await },
    );
    let map = use_query_map();
    let message = move || map.with(|map| map.get("message")).unwrap_or_default();
    let explained = Resource::new(message, |message| async move {
        if message.trim().is_empty() {
            return Ok((message, None));
        }
        let found = explain_os_idp_message(message.clone()).await?;
        Ok((message, found))
    });
    let body = move |page: Shown| {
        look_for_result(id, &page, shown);
        let (preset, of_idp) = (page.details.idp.preset, texts::<OsIdps>());
        let waiting = waiting_card(&page, action);
        let crumbs = crumbs(&page.details.idp, t.title);
        let redirect_uri = page.details.redirect_uri;
        let last = page
            .details
            .test
            .map(|test| view! { <Card title=t.result>{outcome(test, preset)}</Card> });
        let explain = move |(message, found): (String, Option<TestProblem>)| {
            stuck(id.get_untracked(), &message, found, preset)
        };
        view! {
            <PageHead title=t.title lead=t.lead crumbs/>
            <FormSummary title=t.failed faults=form.summary()/>
            <div class="two">
                <div class="stack">
                    {waiting}
                    {last}
                </div>
                <div class="stack">
                    <Card title=t.stuck>{loaded(explained, explain)}</Card>
                    <Card title=of_idp.redirect>
                        <p class="soft">{of_idp.redirect_hint}</p>
                        <Copyable text=redirect_uri label=of_idp.redirect/>
                    </Card>
                </div>
            </div>
        }
    };
    view! {
        <Title text=t.title/>
        {loaded(shown, body)}
    }
}

/// While a test waits: looks whether its result has come, and shows it then. Nothing on the page moves before.
fn look_for_result(id: Memo<Option<OsIdpId>>, page: &Shown, shown: Resource<Result<Shown, AppError>>) {
    if page.waiting.is_none() {
        return;
    }
    let before = page.details.test.as_ref().map(|test| test.at);
    let look = Action::new(|id: &OsIdpId| {
        let id = *id;
        async move { show_os_idp(id).await }
    });
    let again = move || {
        set_timeout(
            move || {
                // Nothing is looked for once the page is gone.
                if let Some(Some(id)) = id.try_get_untracked() {
                    look.dispatch(id);
                }
            },
            LOOK_AGAIN,
        );
    };
    Effect::new(move |_| match look.value().get() {
        Some(Ok(details)) if details.test.as_ref().map(|test| test.at) != before => shown.refetch(),
        // Whatever went wrong with one look: the next one is two seconds later.
        _ => again(),
    });
}

fn waiting_card(page: &Shown, action: ServerAction<BeginOsIdpTest>) -> impl IntoView + use<> {
    let t = texts::<OsIdpTests>();
    let id = page.details.idp.id;
    let (label, waiting) = match page.waiting.clone() {
        Some(waiting) => (t.again, Some(link(id, waiting))),
        None => (t.start, None),
    };
    let kind = if waiting.is_some() {
        ButtonKind::Plain
    } else {
        ButtonKind::Primary
    };
    view! {
        <Card title=t.title>
            {waiting}
            <ActionForm action=action>
                <input type="hidden" name="id" value=id.to_string()/>
                <div class="acts"><Button kind submit=true busy=action.pending()>{label}</Button></div>
            </ActionForm>
        </Card>
    }
}

/// The one link to the Onboarding Service. It opens a window of its own, so that this page stays.
fn link(id: OsIdpId, waiting: WaitingTest) -> impl IntoView {
    let t = texts::<OsIdpTests>();
    view! {
        <Note tone=Tone::Info title=t.waiting>{if waiting.left { t.left } else { t.waiting_text }}</Note>
        <div class="acts">
            <a class="button button--primary" href=waiting.url target="_blank" rel="noopener noreferrer">{t.open}</a>
            <a class="button" href=paths::about_os_idp(paths::TEST_OS_IDP, id)>{t.look}</a>
        </div>
    }
}

/// What the provider's own message means. A form that asks by its address, so that it works without script.
fn stuck(
    id: Option<OsIdpId>,
    message: &str,
    found: Option<TestProblem>,
    preset: Preset,
) -> impl IntoView + use<> {
    let t = texts::<OsIdpTests>();
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    let asked = !message.trim().is_empty();
    let value = RwSignal::new(message.to_owned());
    let answer = match found {
        Some(problem) => {
            let (text, where_to) = problem_words(problem, preset);
            Some(view! { <Note tone=Tone::Warn title=text live=true>{where_to}</Note> }.into_any())
        }
        None if asked => Some(view! { <Note tone=Tone::Info title=t.unknown live=true/> }.into_any()),
        None => None,
    };
    view! {
        <p class="soft">{t.stuck_text}</p>
        <form action=paths::TEST_OS_IDP method="get">
            <input type="hidden" name="idp" value=id/>
            <div class="fields">
                <TextArea id="message" name="message" label=t.message rows=3 value/>
                <div><Button small=true submit=true>{t.explain}</Button></div>
                {answer}
            </div>
        </form>
    }
}

/// Whether the last test passed, and when it was.
#[component]
pub fn TestMark(tested: Option<(bool, OffsetDateTime)>) -> impl IntoView {
    let t = texts::<OsIdpTests>();
    match tested {
        None => view! { <span class="faint">{t.never}</span> }.into_any(),
        Some((passed, at)) => {
            let (tone, word) = if passed {
                (Tone::Good, t.passed_short)
            } else {
                (Tone::Bad, t.failed_short)
            };
            let text = format!("{word}, {}", texts::date_time(at));
            view! { <StateMark tone text/> }.into_any()
        }
    }
}

/// What a test brought, what it means, and what to do.
pub fn outcome(test: OsIdpTest, preset: Preset) -> impl IntoView {
    let (t, of_idp) = (texts::<OsIdpTests>(), texts::<OsIdps>());
    let OsIdpTest {
        outcome,
        by,
        at,
        hints,
    } = test;
    let verdict = match outcome.problem {
        None => view! { <Note tone=Tone::Good title=t.passed/> }.into_any(),
        Some(problem) => {
            let (meaning, where_to) = problem_words(problem, preset);
            view! {
                <Note tone=Tone::Bad title=t.failed>
                    <p>{meaning}</p>
                    <p>{t.where_to} ": " {where_to}</p>
                </Note>
            }
            .into_any()
        }
    };
    let hint = move |hint: TestHint| {
        let (meaning, where_to) = hint_words(hint, preset);
        let tone = match hint {
            TestHint::OtherDomain => Tone::Warn,
            _ => Tone::Info,
        };
        view! { <Note tone title=meaning>{t.where_to} ": " {where_to}</Note> }
    };
    let old = outcome
        .by_old_secret
        .then(|| view! { <Note tone=Tone::Warn title=t.old_secret>{t.old_secret_text}</Note> });
    let fact = |label: &'static str, value: Option<String>| {
        value.map(|value| view! { <Fact label><span class="wrap wrap--long">{value}</span></Fact> })
    };
    let said = Some(outcome.said.clone()).filter(|said| !said.is_empty());
    let address = outcome
        .address()
        .filter(|_| outcome.passed())
        .map(|address| address.to_string());
    let facts = view! {
        <Facts>
            {fact(t.said, said)}
            {fact(t.address, address)}
            {fact(of_idp.issuer, outcome.issuer.clone())}
            {fact(t.subject, outcome.subject.clone())}
            <Fact label=t.by>{by} ", " {texts::date_time(at)}</Fact>
        </Facts>
    };
    view! {
        {verdict}
        {old}
        {hints.into_iter().map(hint).collect_view()}
        {facts}
        {claims(outcome.claims)}
    }
}

fn claims(claims: Vec<Claim>) -> Option<AnyView> {
    let t = texts::<OsIdpTests>();
    if claims.is_empty() {
        return None;
    }
    let head = move || view! { <HeadCell label=t.claim/> <HeadCell label=t.value/> };
    let row = move |Claim { name, value }: Claim| {
        view! {
            <Row>
                <Cell label=t.claim main=true><code>{name}</code></Cell>
                <Cell label=t.value><span class="wrap wrap--long">{value}</span></Cell>
            </Row>
        }
    };
    let rows = claims.into_iter().map(row).collect_view();
    Some(view! { <Table caption=t.claims head>{rows}</Table> }.into_any())
}
