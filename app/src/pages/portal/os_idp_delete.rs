use domain::os_idp_change::OsIdpStops;
use domain::os_idp_test::OsIdpDetails;
use leptos::prelude::*;
use ui::{ButtonKind, Card, Fact, Facts, FormSummary};

use super::os_idp_about::{about, acts, named, versioned};
use crate::api::portal::os_idps::{DeleteOsIdp, stops_of_os_idp};
use crate::error::AppError;
use crate::layout::{FormState, loaded, say_when_done, summary_unless_overtaken};
use crate::paths;
use crate::texts::{OsIdpActs, texts};

/// Asks before a provider is deleted, and says what stops.
#[component]
pub fn DeleteOsIdpPage() -> impl IntoView {
    let t = texts::<OsIdpActs>();
    let action = ServerAction::<DeleteOsIdp>::new();
    let form = FormState::new(action, paths::DELETE_OS_IDP);
    let id = named(form);
    let stops = Resource::new(
        move || id.get(),
        |id| async move { stops_of_os_idp(id.ok_or_else(AppError::missing)?).await },
    );
    say_when_done(action, t.deleted);
    about((t.delete, t.delete_lead), form, move |details| {
        question(details, stops, action, form)
    })
}

fn question(
    details: OsIdpDetails,
    stops: Resource<Result<OsIdpStops, AppError>>,
    action: ServerAction<DeleteOsIdp>,
    form: FormState,
) -> impl IntoView {
    let t = texts::<OsIdpActs>();
    let idp = details.idp;
    let of_version = versioned(form, &idp, Vec::new());
    let id = idp.id;
    view! {
        <Card title=idp.name>
            {loaded(stops, what_stops)}
            <ActionForm action=action>
                <div class="fields">
                    <FormSummary title=t.not_done faults=summary_unless_overtaken(form, Vec::new())/>
                    {of_version}
                    {acts(id, (ButtonKind::Danger, t.delete), action.pending())}
                </div>
            </ActionForm>
        </Card>
    }
}

fn what_stops(stops: OsIdpStops) -> impl IntoView {
    let t = texts::<OsIdpActs>();
    let list = |title: &'static str, items: Vec<String>| {
        let items = items
            .into_iter()
            .map(|item| view! { <li>{item}</li> })
            .collect_view();
        view! {
            <p>{title}</p>
            <ul>{items}</ul>
        }
        .into_any()
    };
    let domains = if stops.domains.is_empty() {
        view! { <p>{t.stops_no_domains}</p> }.into_any()
    } else {
        let domains = stops.domains.iter().map(ToString::to_string).collect();
        list(t.stops_domains, domains)
    };
    let records = if stops.records.is_empty() {
        view! { <p>{t.stops_no_records}</p> }.into_any()
    } else {
        list(t.stops_records, stops.records)
    };
    view! {
        <h3>{t.stops}</h3>
        {domains}
        {records}
        <Facts>
            <Fact label=t.stops_running>{stops.running}</Fact>
        </Facts>
        <p class="soft">{t.stops_not}</p>
    }
}
