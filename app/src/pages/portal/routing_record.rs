use domain::id::RoutingId;
use domain::onboarding::{LastOnboarding, OnboardingStep};
use domain::routing::{Routing as Record, Target};
use domain::routing_change::TARGETS_MAX;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Cell, Copyable, EmptyState, Fact, Facts, Fingerprint, FormSummary,
    Glyph, HeadCell, Note, Row, StateMark, Table, Tone,
};

use super::routing_report::{HealthMark, report_view};
use crate::api::portal::routing::{
    CheckRouting, RemoveRoutingTarget, SwitchRouting, last_onboardings, routing_record,
};
use crate::components::{ChainView, Domains};
use crate::error::AppError;
use crate::layout::{DetailPage, FormState, id_of_page, loaded};
use crate::paths;
use crate::state::told::told;
use crate::texts::{self, CaseTexts, DoctorTexts, Routing, RoutingActs, texts};

#[derive(Clone, Copy)]
struct Acts {
    switch: ServerAction<SwitchRouting>,
    check: ServerAction<CheckRouting>,
    remove_target: ServerAction<RemoveRoutingTarget>,
}

#[component]
pub fn RoutingRecordPage() -> impl IntoView {
    let id = id_of_page::<RoutingId>();
    let missing = AppError::missing;
    let acts = Acts {
        switch: ServerAction::new(),
        check: ServerAction::new(),
        remove_target: ServerAction::new(),
    };
    let versions = move || {
        (
            acts.switch.version().get(),
            acts.check.version().get(),
            acts.remove_target.version().get(),
        )
    };
    let record = Resource::new(
        move || (id.get(), versions()),
        move |(id, _)| async move { routing_record(id.ok_or_else(missing)?).await },
    );
    // The stream belongs to the record that the page was opened for; another record is another page.
    let heard = id
        .get_untracked()
        .map(|id| told(paths::about_record(paths::ROUTING_EVENTS, id)));
    let last = Resource::new(
        move || (id.get(), heard.map(|heard| heard.get())),
        move |(id, _)| async move { last_onboardings(id.ok_or_else(missing)?).await },
    );
    let faults = said(acts);
    view! { {loaded(record, move |record| details(record, last, acts, faults))} }
}

/// What was said about the last act, whichever it was.
fn said(acts: Acts) -> Signal<Vec<ui::FieldFault>> {
    let all = [
        FormState::new(acts.switch, paths::ROUTING_RECORD).summary(),
        FormState::new(acts.check, "").summary(),
        FormState::new(acts.remove_target, "").summary(),
    ];
    Signal::derive(move || all.iter().flat_map(|one| one.get()).collect())
}

fn details(
    record: Record,
    last: Resource<Result<Vec<LastOnboarding>, AppError>>,
    acts: Acts,
    faults: Signal<Vec<ui::FieldFault>>,
) -> impl IntoView {
    let (t, a, d) = (texts::<Routing>(), texts::<RoutingActs>(), texts::<DoctorTexts>());
    let id = record.row.id;
    let page = move |page| paths::of_record(page, &id.to_string());
    let none = || view! { <span class="faint">{t.none}</span> }.into_any();
    let shown = record
        .first_users
        .clone()
        .into_iter()
        .map(|user| view! { <li class="wrap">{user}</li> });
    let users = view! {
        <ul class="plain">{shown.collect_view()}</ul>
        <a href=page(paths::ROUTING_USERS)>{a.all_users} " (" {record.users} ")"</a>
    };
    let domains = if record.domains.is_empty() {
        none()
    } else {
        view! { <Domains domains=record.domains.clone()/> }.into_any()
    };
    let links = move || {
        view! {
            <ButtonLink href=page(paths::ROUTING_CHAIN)>{a.replace_chain}</ButtonLink>
            <ButtonLink href=page(paths::ROUTING_DOMAINS)>{a.map_domains}</ButtonLink>
            <ButtonLink href=page(paths::ROUTING_USERS)>{a.map_users}</ButtonLink>
            <ButtonLink href=page(paths::ROUTING_EDIT) icon=Glyph::Edit>{a.edit}</ButtonLink>
        }
    };
    let off = !record.row.enabled;
    let notice = move || {
        view! {
            <FormSummary title=a.not_done faults/>
            {off.then(|| view! { <Note tone=Tone::Warn title=a.off>{a.off_text}</Note> })}
        }
    };
    let more = view! {
        <div class="acts">
            <ButtonLink href=page(paths::ROUTING_HISTORY) icon=Glyph::Clock>{a.history}</ButtonLink>
            <ButtonLink href=page(paths::ROUTING_DELETE) kind=ButtonKind::Danger icon=Glyph::Trash>{a.delete}</ButtonLink>
        </div>
    };
    let (route, targets, state) = (
        doctor(&record, acts),
        targets(&record, acts),
        state(&record, acts),
    );
    let chain_pem = record.chain_pem;
    let download = paths::about_record(paths::ROUTING_CHAIN_DOWNLOAD, id);
    let row = record.row;
    view! {
        <DetailPage name=row.name.clone() list=(t.title, paths::ROUTING) acts=links notice>
            <div class="stack">
                <Card title=t.last flush=true>{loaded(last, last_list)}</Card>
                <Card title=d.title>{route}</Card>
                <Card title=t.chain_title>
                    <ChainView chain=record.chain/>
                    <div class="acts">
                        <a class="button button--small" href=download rel="external" download="">{a.download} " " {t.chain}</a>
                    </div>
                    <details class="disclosure">
                        <summary>{t.certificate_string}</summary>
                        <pre class="pem" tabindex="0"><code>{chain_pem.clone()}</code></pre>
                        <ui::CopyButton text=chain_pem label=t.certificate_string/>
                    </details>
                </Card>
            </div>
            <div class="stack">
                <Card title=a.state>{state}</Card>
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
                        <Fact label=t.updated>{texts::date_time(record.updated_at)} ", " {record.updated_by}</Fact>
                    </Facts>
                </Card>
                <Card title=a.targets>{targets}</Card>
                {more}
            </div>
        </DetailPage>
    }
}

fn doctor(record: &Record, acts: Acts) -> impl IntoView + use<> {
    let t = texts::<DoctorTexts>();
    let id = record.row.id.to_string();
    let report = record.report.clone().map(report_view);
    view! {
        <div class="fields">
            <div><HealthMark health=record.row.health/></div>
            {report}
            <ActionForm action=acts.check>
                <input type="hidden" name="id" value=id/>
                <div class="fields">
                    <p class="soft">{t.check_text}</p>
                    <div><Button submit=true busy=acts.check.pending() icon=Glyph::Refresh>{t.check}</Button></div>
                </div>
            </ActionForm>
        </div>
    }
}

fn state(record: &Record, acts: Acts) -> impl IntoView + use<> {
    let t = texts::<RoutingActs>();
    let enabled = record.row.enabled;
    let (mark, tone) = if enabled {
        (t.on, Tone::Good)
    } else {
        (t.off, Tone::Warn)
    };
    let (label, text) = if enabled {
        (t.switch_off, t.switch_off_text)
    } else {
        (t.switch_on, t.off_text)
    };
    let (id, version) = (record.row.id.to_string(), record.version.to_string());
    view! {
        <ActionForm action=acts.switch>
            <input type="hidden" name="draft[record]" value=id/>
            <input type="hidden" name="draft[version]" value=version/>
            <input type="hidden" name="draft[enabled]" value=(!enabled).to_string()/>
            <div class="fields">
                <div><StateMark tone text=mark/></div>
                <p class="soft">{text}</p>
                <div><Button small=true submit=true busy=acts.switch.pending()>{label}</Button></div>
            </div>
        </ActionForm>
    }
}

fn targets(record: &Record, acts: Acts) -> impl IntoView + use<> {
    let t = texts::<RoutingActs>();
    let (id, version) = (record.row.id.to_string(), record.version.to_string());
    let row = |target: Target| {
        let (id, version) = (id.clone(), version.clone());
        let place = format!("{}:{}", target.host, target.port);
        let label = format!("{}: {place}", t.remove);
        let own = target
            .chain_pem
            .is_some()
            .then(|| view! { <div class="faint">{t.target_own}</div> });
        view! {
            <li>
                <ActionForm action=acts.remove_target>
                    <input type="hidden" name="draft[record]" value=id/>
                    <input type="hidden" name="draft[version]" value=version/>
                    <input type="hidden" name="draft[host]" value=target.host/>
                    <input type="hidden" name="draft[port]" value=target.port.to_string()/>
                    <span class="wrap">{place}</span>" "
                    <Button small=true submit=true busy=acts.remove_target.pending() attr:aria-label=label>{t.remove}</Button>
                    {own}
                </ActionForm>
            </li>
        }
    };
    let list = if record.targets.is_empty() {
        view! { <p class="soft">{t.targets_none}</p> }.into_any()
    } else {
        view! {
            <p class="soft">{t.targets_text}</p>
            <ol class="plain">{record.targets.iter().cloned().map(row).collect_view()}</ol>
        }
        .into_any()
    };
    let room = record.targets.len() < TARGETS_MAX;
    let add = room.then(|| {
        let href = paths::of_record(paths::ROUTING_TARGETS, &record.row.id.to_string());
        view! { <div><ButtonLink href=href small=true icon=Glyph::Plus>{t.add_target}</ButtonLink></div> }
    });
    view! { <div class="fields">{list} {add}</div> }
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
            <Cell label=t.last_device><span class="wrap">{one.device}</span></Cell>
            <Cell label=t.last_state>
                <StateMark tone text=state/>
                {(!one.cause.is_empty()).then(|| view! { <div class="faint">{one.cause.clone()}</div> })}
                {one.case.then(|| view! { <div><a href=paths::case_of_onboarding(one.id)>{texts::<CaseTexts>().open_case}</a></div> })}
            </Cell>
            <Cell label=t.last_when>{texts::date_time(one.at)}</Cell>
        </Row>
    }
}
