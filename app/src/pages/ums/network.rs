use domain::network::{
    CloudRegistration, Network as Data, OnboardingAddress, RegistrationState, ServerDetails, UmsId,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Button, Card, Copyable, Fact, Facts, Fingerprint, FormSummary, Glyph, Icon, Note, PageHead, StateMark,
    Tab, Tabs, Tone,
};

use crate::api::ums::network::{CheckRegistration, network};
use crate::components::ChainView;
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::texts::{self, Network, texts};

#[component]
pub fn NetworkPage() -> impl IntoView {
    let check = ServerAction::<CheckRegistration>::new();
    let data = Resource::new(move || check.version().get(), |_| network());
    let t = texts::<Network>();
    let query = use_query_map();
    let tab = Memo::new(move |_| query.with(|query| query.get("tab")).unwrap_or_default());
    let href = |tab: &str| {
        if tab.is_empty() {
            paths::NETWORK.to_owned()
        } else {
            format!("{}?tab={tab}", paths::NETWORK)
        }
    };
    let items = vec![
        Tab {
            href: href(""),
            label: t.server_tab.to_owned(),
            count: None,
        },
        Tab {
            href: href("onboarding"),
            label: t.onboarding_tab.to_owned(),
            count: None,
        },
        Tab {
            href: href("ums-id"),
            label: t.ums_id_tab.to_owned(),
            count: None,
        },
    ];
    let current = Signal::derive(move || href(&tab.get()));
    let body = move |data: Data| {
        let data = StoredValue::new(data);
        move || match tab.get().as_str() {
            "onboarding" => onboarding(data.get_value().onboarding).into_any(),
            "ums-id" => {
                let data = data.get_value();
                ums_id(data.ums_id, data.registrations, check).into_any()
            }
            _ => server(data.get_value().server).into_any(),
        }
    };
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead/>
        <Tabs label=t.title items current/>
        {loaded(data, body)}
    }
}

fn server(server: ServerDetails) -> impl IntoView {
    let t = texts::<Network>();
    let parts = |label: &'static str, parts: [String; 4]| {
        let part = move |(number, part): (usize, String)| {
            let label = format!("{label} {number}");
            view! { <Fact label=label.clone()><Copyable text=part label/></Fact> }
        };
        (1..).zip(parts).map(part).collect_view()
    };
    view! {
        <Card title=t.details>
            <Facts>
                <Fact label=t.process_id>{server.process_id}</Fact>
                <Fact label=t.cluster_id>{server.cluster_id}</Fact>
                <Fact label=t.last_change>{texts::date_time(server.last_change)}</Fact>
                <Fact label=t.operating_system>{server.operating_system}</Fact>
                <Fact label=t.host_name>{server.host_name}</Fact>
                <Fact label=t.process_type>{server.process_type}</Fact>
                <Fact label=t.port>{server.port}</Fact>
                <Fact label=t.version>{server.version}</Fact>
                {parts(t.fingerprint_part, server.certificate_fingerprint)}
                {parts(t.root_part, server.root_fingerprint)}
            </Facts>
            <Note>{t.token_hint}</Note>
        </Card>
    }
}

fn onboarding(address: OnboardingAddress) -> impl IntoView {
    let t = texts::<Network>();
    view! {
        <Card title=t.onboarding_tab>
            <p class="soft">{t.onboarding_lead}</p>
            {address.only_loopback.then(|| view! { <Note tone=Tone::Warn>{t.only_loopback}</Note> })}
            <Facts>
                <Fact label=t.ums_host><Copyable text=address.host label=t.ums_host/></Fact>
                <Fact label=t.ums_port><Copyable text=address.port.to_string() label=t.ums_port/></Fact>
            </Facts>
            <div><Download href=paths::CHAIN_DOWNLOAD label=t.download/></div>
            <h3>{t.chain}</h3>
            <ChainView chain=address.chain/>
        </Card>
    }
}

fn ums_id(
    id: UmsId,
    registrations: Vec<CloudRegistration>,
    check: ServerAction<CheckRegistration>,
) -> impl IntoView {
    let t = texts::<Network>();
    view! {
        <div class="stack">
        <Card title=t.ums_id_tab>
            <p class="soft">{t.ums_id_lead}</p>
            <Facts>
                <Fact label=t.subject>{id.subject}</Fact>
                <Fact label=t.fingerprint><Fingerprint value=id.fingerprint label=t.fingerprint/></Fact>
                <Fact label=t.valid>{texts::date(id.not_after)}</Fact>
            </Facts>
            <div><Download href=paths::UMS_ID_DOWNLOAD label=t.export/></div>
        </Card>
        <Card title=t.registration>{registration(registrations, check)}</Card>
        </div>
    }
}

fn registration(
    registrations: Vec<CloudRegistration>,
    check: ServerAction<CheckRegistration>,
) -> impl IntoView {
    let t = texts::<Network>();
    let faults = FormState::new(check, paths::NETWORK).summary();
    let none = registrations
        .is_empty()
        .then(|| view! { <p class="faint">{t.registration_never}</p> });
    view! {
        <FormSummary title=t.not_done faults/>
        {none}
        {registrations.into_iter().map(at_service).collect_view()}
        <ActionForm action=check>
            <div class="fields">
                <div><Button submit=true busy=check.pending()>{t.check_now}</Button></div>
            </div>
        </ActionForm>
    }
}

/// What one Onboarding Service says.
fn at_service(one: CloudRegistration) -> impl IntoView {
    let t = texts::<Network>();
    let (tone, state, text) = match one.state {
        RegistrationState::Registered => (Tone::Good, t.registered, None),
        RegistrationState::NotRegistered => (Tone::Bad, t.not_registered, Some(t.not_registered_text)),
        RegistrationState::Unreachable => (Tone::Warn, t.unreachable, Some(t.unreachable_text)),
    };
    let said = |on: bool| if on { t.yes } else { t.no };
    let known = one.known_at.is_some() && one.state != RegistrationState::NotRegistered;
    view! {
        {text.map(|text| view! { <Note tone title=state>{text}</Note> })}
        <Facts>
            <Fact label=t.service><span class="wrap wrap--long">{one.service}</span></Fact>
            <Fact label=t.registration><StateMark tone text=state/></Fact>
            {known.then(|| view! {
                <Fact label=t.ums_name>{one.name}</Fact>
                <Fact label=t.app_portal>{said(one.app_portal)}</Fact>
                <Fact label=t.insight>{said(one.insight)}</Fact>
            })}
            <Fact label=t.asked>{texts::date_time(one.asked_at)}</Fact>
        </Facts>
    }
}

/// A link to a file: followed by the browser itself.
#[component]
fn Download(href: &'static str, label: &'static str) -> impl IntoView {
    view! { <a class="button button--primary" href=href rel="external" download=""><Icon glyph=Glyph::Download/>{label}</a> }
}
