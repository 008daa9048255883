//! The pages of what can be done with a record: each its own form, which works without script. Whoever is overtaken by somebody
//! else keeps what was typed, and sees what was saved.

use domain::draft::name;
use domain::id::RoutingId;
use domain::routing::Routing as Record;
use domain::{DomainName, Hostname, Port};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Crumb, Fact, Facts, FileTextField, FormSummary, LinesField, Note,
    PageHead, TextField, Tone,
};

use super::routing_assistant::{AssistantAnswer, AssistantButtons, Typed, first_question};
use super::routing_history::history_page;
use super::routing_users::{import_page, users_page};
use crate::api::portal::routing::{
    AddRoutingTarget, DeleteRouting, EditRouting, MapRoutingDomains, ReplaceRoutingChain, routing_record,
};
use crate::components::{ChainView, certificate_text};
use crate::error::AppError;
use crate::layout::{
    FormState, Plain, UploadForm, id_of_page, loaded, overtaken, say_when_done, summary_unless_overtaken,
};
use crate::paths;
use crate::texts::{self, Forms, Overtaken, Routing, RoutingActs, texts};

/// The page of one act, as the address names it.
#[component]
pub fn RoutingActPage() -> impl IntoView {
    let id = id_of_page::<RoutingId>();
    let params = use_params_map();
    let act = Memo::new(move |_| params.with(|params| params.get("act")).unwrap_or_default());
    move || match (id.get(), act.get().as_str()) {
        (Some(id), "edit") => edit_page(id),
        (Some(id), "certificate") => chain_page(id),
        (Some(id), "domains") => domains_page(id),
        (Some(id), "users") => users_page(id),
        (Some(id), "import") => import_page(id),
        (Some(id), "targets") => targets_page(id),
        (Some(id), "history") => history_page(id),
        (Some(id), "delete") => delete_page(id),
        _ => {
            let missing = Resource::new(|| (), |()| async { Err::<(), _>(AppError::missing()) });
            view! { {loaded(missing, |()| ())} }.into_any()
        }
    }
}

/// The frame of such a page: where it belongs, and what it does.
pub fn page_of(
    id: RoutingId,
    record: String,
    title: &'static str,
    lead: &'static str,
    body: AnyView,
) -> AnyView {
    let crumb = |label: String, href: Option<String>| Crumb { label, href };
    let crumbs = vec![
        crumb(
            texts::<Routing>().title.to_owned(),
            Some(paths::ROUTING.to_owned()),
        ),
        crumb(record.clone(), Some(paths::routing(id))),
        crumb(title.to_owned(), None),
    ];
    view! {
        <Title text=format!("{title} · {record}")/>
        <PageHead title lead crumbs/>
        <div class="stack">{body}</div>
    }
    .into_any()
}

/// The record, read again whenever `again` changes.
fn record_of(
    id: RoutingId,
    again: impl Fn() -> usize + Send + Sync + 'static,
) -> Resource<Result<Record, AppError>> {
    Resource::new(again, move |_| async move { routing_record(id).await })
}

/// Which record a form is about, and which state of it is shown.
fn seen(record: &Record) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="draft[record]" value=record.row.id.to_string()/>
        <input type="hidden" name="draft[version]" value=record.version.to_string()/>
    }
}

/// Submit, or back to the record.
fn acts(id: RoutingId, busy: impl Into<Signal<bool>>) -> impl IntoView {
    let (t, f) = (texts::<RoutingActs>(), texts::<Forms>());
    view! {
        <div class="acts">
            <Button kind=ButtonKind::Primary submit=true busy=busy.into()>{f.submit}</Button>
            <ButtonLink href=paths::routing(id)>{t.back}</ButtonLink>
        </div>
    }
}

/// What stands at the head of such a form: what is wrong, or else what somebody has saved meanwhile, which is in `saved`.
fn head<F>(
    form: FormState,
    labels: Vec<(&'static str, &'static str)>,
    record: &Record,
    saved: F,
) -> impl IntoView + use<F>
where
    F: Fn() -> AnyView + Send + Sync + 'static,
{
    let by = format!(
        "{} {}, {}",
        texts::<Overtaken>().saved_by,
        record.updated_by,
        texts::date_time(record.updated_at)
    );
    let saved = move || {
        view! {
            {saved()}
            <p class="soft">{by.clone()}</p>
        }
    };
    let (t, faults) = (texts::<RoutingActs>(), summary_unless_overtaken(form, labels));
    view! {
        <FormSummary title=t.not_done faults/>
        {overtaken(form, saved)}
        {seen(record)}
    }
}

/// Fills the fields once, with what is saved, unless something was typed before.
#[derive(Clone, Copy)]
struct Filled(StoredValue<bool>);

impl Filled {
    fn of(form: FormState) -> Self {
        Self(StoredValue::new(form.is_kept()))
    }

    fn once(self, fill: impl FnOnce()) {
        if !self.0.get_value() {
            self.0.set_value(true);
            fill();
        }
    }
}

fn edit_page(id: RoutingId) -> AnyView {
    let action = ServerAction::<EditRouting>::new();
    let form = FormState::new(action, paths::ROUTING_EDIT);
    let record = record_of(id, move || action.version().get());
    let (display, host, port) = (form.value("name"), form.value("host"), form.value("port"));
    let filled = Filled::of(form);
    let (t, r) = (texts::<RoutingActs>(), texts::<Routing>());
    say_when_done(action, t.saved);
    let body = move |record: Record| {
        filled.once(|| {
            display.set(record.row.name.clone());
            host.set(record.row.host.clone());
            port.set(record.row.port.to_string());
        });
        let saved = record.row.clone();
        let facts = move || {
            let saved = saved.clone();
            view! {
                <Facts>
                    <Fact label=r.name>{saved.name}</Fact>
                    <Fact label=r.host>{saved.host}</Fact>
                    <Fact label=r.port>{saved.port}</Fact>
                </Facts>
            }
            .into_any()
        };
        let labels = vec![("name", r.name), ("host", r.host), ("port", r.port)];
        let head = head(form, labels, &record, facts);
        let form_view = view! {
            <Card>
                <ActionForm action=action attr:novalidate=true>
                    <div class="fields">
                        {head}
                        <TextField id="name" name="draft[name]" label=r.name hint=r.name_hint required=true value=display error=form.error("name") check=Plain::check(name)/>
                        <div class="pair">
                            <TextField id="host" name="draft[host]" label=r.host hint=r.host_hint required=true value=host error=form.error("host") check=Plain::check(Hostname::parse)/>
                            <TextField id="port" name="draft[port]" label=r.port required=true inputmode="numeric" value=port error=form.error("port") check=Plain::check(Port::parse)/>
                        </div>
                        {acts(id, action.pending())}
                    </div>
                </ActionForm>
            </Card>
        };
        page_of(
            id,
            record.row.name,
            t.edit_title,
            t.edit_lead,
            form_view.into_any(),
        )
    };
    view! { {loaded(record, body)} }.into_any()
}

fn chain_page(id: RoutingId) -> AnyView {
    let action = ServerAction::<ReplaceRoutingChain>::new();
    let form = FormState::new(action, paths::ROUTING_CHAIN);
    let record = record_of(id, move || action.version().get());
    let typed = Typed {
        chain: form.value("chain"),
        host: form.value("host"),
        port: form.value("port"),
    };
    let asked = first_question(form, typed);
    let (t, r) = (texts::<RoutingActs>(), texts::<Routing>());
    say_when_done(action, t.saved);
    let body = move |record: Record| {
        let (host, port) = (record.row.host.clone(), record.row.port.to_string());
        typed.host.set(host.clone());
        typed.port.set(port.clone());
        let (saved, now) = (record.chain.clone(), record.chain.clone());
        let facts = move || view! { <ChainView chain=saved.clone()/> }.into_any();
        let labels = vec![("chain", r.chain)];
        let head = head(form, labels, &record, facts);
        let form_view = view! {
            <Card>
                <UploadForm action upload=paths::ROUTING_CHAIN_UPLOAD>
                    <div class="fields">
                        {head}
                        <input type="hidden" name="host" value=host/>
                        <input type="hidden" name="port" value=port/>
                        <FileTextField id="chain" name="draft[chain]" file_name="chain_file" label=r.chain hint=r.chain_hint required=true accept=".cer,.crt,.pem" value=typed.chain error=form.error("chain") from_bytes=Callback::new(certificate_text)/>
                        {acts(id, action.pending())}
                        <AssistantButtons typed asked/>
                        <AssistantAnswer typed asked/>
                    </div>
                </UploadForm>
            </Card>
            <Card title=t.now><ChainView chain=now/></Card>
        };
        page_of(
            id,
            record.row.name,
            t.replace_chain,
            t.replace_chain_lead,
            form_view.into_any(),
        )
    };
    view! { {loaded(record, body)} }.into_any()
}

fn domains_page(id: RoutingId) -> AnyView {
    let action = ServerAction::<MapRoutingDomains>::new();
    let form = FormState::new(action, paths::ROUTING_DOMAINS);
    let record = record_of(id, move || action.version().get());
    let domains = form.value("domains");
    let filled = Filled::of(form);
    let (t, r) = (texts::<RoutingActs>(), texts::<Routing>());
    say_when_done(action, t.saved);
    let body = move |record: Record| {
        let now: Vec<String> = record
            .domains
            .iter()
            .map(|mapped| mapped.domain.to_string())
            .collect();
        filled.once(|| domains.set(now.join("\n")));
        let facts = move || view! { <p class="wrap">{now.join(", ")}</p> }.into_any();
        let labels = vec![("domains", r.domains)];
        let head = head(form, labels, &record, facts);
        let form_view = view! {
            <Card>
                <ActionForm action=action attr:novalidate=true>
                    <div class="fields">
                        {head}
                        <LinesField id="domains" name="draft[domains]" label=r.domains hint=t.map_domains_hint line_label=r.domain value=domains error=form.error("domains") check=Plain::check(DomainName::parse)/>
                        {acts(id, action.pending())}
                    </div>
                </ActionForm>
            </Card>
        };
        page_of(
            id,
            record.row.name,
            t.map_domains,
            t.map_domains_lead,
            form_view.into_any(),
        )
    };
    view! { {loaded(record, body)} }.into_any()
}

fn targets_page(id: RoutingId) -> AnyView {
    let action = ServerAction::<AddRoutingTarget>::new();
    let form = FormState::new(action, paths::ROUTING_TARGETS);
    let record = record_of(id, move || action.version().get());
    let (host, port, chain) = (
        form.value("host"),
        form.value_or("port", "8443"),
        form.value("chain"),
    );
    let (t, r) = (texts::<RoutingActs>(), texts::<Routing>());
    say_when_done(action, t.saved);
    let body = move |record: Record| {
        let places: Vec<String> = std::iter::once((&record.row.host, record.row.port))
            .chain(record.targets.iter().map(|target| (&target.host, target.port)))
            .map(|(host, port)| format!("{host}:{port}"))
            .collect();
        let facts = move || view! { <p class="wrap">{places.join(", ")}</p> }.into_any();
        let labels = vec![("host", r.host), ("port", r.port), ("chain", t.own_chain)];
        let head = head(form, labels, &record, facts);
        let form_view = view! {
            <Card>
                <ActionForm action=action attr:novalidate=true>
                    <div class="fields">
                        {head}
                        <div class="pair">
                            <TextField id="host" name="draft[host]" label=r.host hint=r.host_hint required=true value=host error=form.error("host") check=Plain::check(Hostname::parse)/>
                            <TextField id="port" name="draft[port]" label=r.port required=true inputmode="numeric" value=port error=form.error("port") check=Plain::check(Port::parse)/>
                        </div>
                        <FileTextField id="chain" name="draft[chain]" file_name="" label=t.own_chain hint=t.own_chain_hint accept=".cer,.crt,.pem" value=chain error=form.error("chain") from_bytes=Callback::new(certificate_text)/>
                        {acts(id, action.pending())}
                    </div>
                </ActionForm>
            </Card>
        };
        page_of(
            id,
            record.row.name,
            t.add_target,
            t.add_target_lead,
            form_view.into_any(),
        )
    };
    view! { {loaded(record, body)} }.into_any()
}

fn delete_page(id: RoutingId) -> AnyView {
    let action = ServerAction::<DeleteRouting>::new();
    let form = FormState::new(action, paths::ROUTING_DELETE);
    // Not read again after the deletion: there would be nothing.
    let record = record_of(id, || 0);
    let t = texts::<RoutingActs>();
    let body = move |record: Record| {
        let domains: Vec<String> = record
            .domains
            .iter()
            .map(|mapped| mapped.domain.to_string())
            .collect();
        let users = (record.users > 0).then(|| view! { <li>{record.users} " " {t.delete_users}</li> });
        let domains = (!domains.is_empty())
            .then(|| view! { <li>{t.delete_domains} " " <b class="wrap">{domains.join(", ")}</b></li> });
        let seen = seen(&record);
        let form_view = view! {
            <Card title=t.delete_stops>
                <ActionForm action=action>
                    <div class="fields">
                        <FormSummary title=t.not_done faults=form.summary()/>
                        {seen}
                        <ul>{users} {domains}</ul>
                        <p>{t.delete_stays}</p>
                        <Note tone=Tone::Warn>{t.delete_final}</Note>
                        <div class="acts">
                            <Button kind=ButtonKind::Danger submit=true busy=action.pending()>{t.delete}</Button>
                            <ButtonLink href=paths::routing(id)>{t.back}</ButtonLink>
                        </div>
                    </div>
                </ActionForm>
            </Card>
        };
        page_of(id, record.row.name, t.delete_title, "", form_view.into_any())
    };
    view! { {loaded(record, body)} }.into_any()
}
