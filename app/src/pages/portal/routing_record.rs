use domain::id::RoutingId;
use domain::onboarding::{LastOnboarding, OnboardingStep};
use domain::routing::Routing as Record;
use leptos::prelude::*;
use ui::{
    Card, Cell, Copyable, EmptyState, Fact, Facts, Fingerprint, Glyph, HeadCell, Row, StateMark, Table, Tone,
};

use crate::api::portal::routing::{last_onboardings, routing_record};
use crate::components::{ChainView, Domains};
use crate::error::AppError;
use crate::layout::{DetailPage, id_of_page, loaded};
use crate::paths;
use crate::texts::{self, Routing, texts};

#[component]
pub fn RoutingRecordPage() -> impl IntoView {
    let id = id_of_page::<RoutingId>();
    let missing = AppError::missing;
    let record = Resource::new(
        move || id.get(),
        move |id| async move { routing_record(id.ok_or_else(missing)?).await },
    );
    let last = Resource::new(
        move || id.get(),
        move |id| async move { last_onboardings(id.ok_or_else(missing)?).await },
    );
    view! { {loaded(record, move |record| details(record, last))} }
}

fn details(record: Record, last: Resource<Result<Vec<LastOnboarding>, AppError>>) -> impl IntoView {
    let t = texts::<Routing>();
    let Record {
        row,
        users,
        domains,
        chain,
        chain_pem,
        updated_at,
    } = record;
    let none = || view! { <span class="faint">{t.none}</span> }.into_any();
    let user = |user: String| view! { <li>{user}</li> };
    let users = if users.is_empty() {
        none()
    } else {
        view! { <ul class="plain">{users.into_iter().map(user).collect_view()}</ul> }.into_any()
    };
    let domains = if domains.is_empty() {
        none()
    } else {
        view! { <Domains domains proved=t.proved pending=t.pending/> }.into_any()
    };
    view! {
        <DetailPage name=row.name.clone() list=(t.title, paths::ROUTING)>
            <div class="stack">
                <Card title=t.last flush=true>{loaded(last, last_list)}</Card>
                <Card title=t.chain_title>
                    <ChainView chain/>
                    <details class="disclosure">
                        <summary>{t.certificate_string}</summary>
                        <pre class="pem"><code>{chain_pem.clone()}</code></pre>
                        <ui::CopyButton text=chain_pem label=t.certificate_string/>
                    </details>
                </Card>
            </div>
            <Card title=t.details>
                <Facts>
                    <Fact label=t.name>{row.name}</Fact>
                    <Fact label=t.host><Copyable text=row.host label=t.host/></Fact>
                    <Fact label=t.port>{row.port}</Fact>
                    <Fact label=t.users>{users}</Fact>
                    <Fact label=t.domains>{domains}</Fact>
                    <Fact label=t.chain>{row.root}</Fact>
                    <Fact label=t.fingerprint><Fingerprint value=row.fingerprint label=t.fingerprint/></Fact>
                    <Fact label=t.expiration>{texts::date(row.expires_at)}</Fact>
                    <Fact label=t.created_by>{row.created_by}</Fact>
                    <Fact label=t.created>{texts::date_time(row.created_at)}</Fact>
                    <Fact label=t.updated>{texts::date_time(updated_at)}</Fact>
                </Facts>
            </Card>
        </DetailPage>
    }
}

fn last_list(last: Vec<LastOnboarding>) -> AnyView {
    let t = texts::<Routing>();
    if last.is_empty() {
        return view! { <EmptyState title=t.last_empty icon=Glyph::Device/> }.into_any();
    }
    let head = move || {
        view! {
            <HeadCell label=t.last_who/>
            <HeadCell label=t.last_device/>
            <HeadCell label=t.last_state/>
            <HeadCell label=t.last_when/>
        }
    };
    view! { <Table caption=t.last head>{last.into_iter().map(last_row).collect_view()}</Table> }.into_any()
}

fn last_row(one: LastOnboarding) -> impl IntoView {
    let t = texts::<Routing>();
    let (tone, state) = match one.step {
        OnboardingStep::Started => (Tone::Neutral, t.started),
        OnboardingStep::Confirmed => (Tone::Neutral, t.confirmed),
        OnboardingStep::SignedIn => (Tone::Info, t.signed_in),
        OnboardingStep::Announced => (Tone::Info, t.announced),
        OnboardingStep::Enrolled => (Tone::Good, t.enrolled),
        OnboardingStep::Failed => (Tone::Bad, t.failed),
    };
    let state = match one.code {
        Some(code) => format!("{} {code}", t.error),
        None => state.to_owned(),
    };
    view! {
        <Row>
            <Cell label=t.last_who main=true>{one.email}</Cell>
            <Cell label=t.last_device>{one.device}</Cell>
            <Cell label=t.last_state>
                <StateMark tone text=state/>
                {(!one.cause.is_empty()).then(|| view! { <div class="faint">{one.cause.clone()}</div> })}
            </Cell>
            <Cell label=t.last_when>{texts::date_time(one.at)}</Cell>
        </Row>
    }
}
