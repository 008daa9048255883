use domain::id::RoutingId;
use domain::routing_change::{RoutingAct, RoutingChange, RoutingHistory};
use leptos::prelude::*;
use ui::{Button, Card, Cell, Fingerprint, FormSummary, HeadCell, Row, StateMark, Table, Tone};

use super::routing_acts::page_of;
use crate::api::portal::routing::{RestoreRouting, routing_history};
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::texts::{self, Routing, RoutingActs, texts};

/// Who changed what, and the way back.
pub fn history_page(id: RoutingId) -> AnyView {
    let action = ServerAction::<RestoreRouting>::new();
    let form = FormState::new(action, paths::ROUTING_HISTORY);
    let history = Resource::new(
        move || action.version().get(),
        move |_| async move { routing_history(id).await },
    );
    let t = texts::<RoutingActs>();
    let body = move |history: RoutingHistory| {
        let RoutingHistory {
            name,
            version,
            changes,
        } = history;
        let head = move || {
            view! {
                <HeadCell label=t.change/>
                <HeadCell label=t.by/>
                <HeadCell label=t.at/>
                <HeadCell label=t.after/>
                <HeadCell label=t.restore/>
            }
        };
        let rows = changes
            .into_iter()
            .map(|change| row(id, version, change, action))
            .collect_view();
        let body = view! {
            <FormSummary title=t.not_done faults=form.summary()/>
            <Card flush=true><Table caption=t.history head>{rows}</Table></Card>
        };
        page_of(id, name, t.history, t.history_lead, body.into_any())
    };
    view! { {loaded(history, body)} }.into_any()
}

fn row(
    id: RoutingId,
    version: i64,
    change: RoutingChange,
    action: ServerAction<RestoreRouting>,
) -> impl IntoView {
    let t = texts::<RoutingActs>();
    let act = match change.act {
        RoutingAct::Registered => t.registered,
        RoutingAct::Edited => t.edited,
        RoutingAct::ChainReplaced => t.chain_replaced,
        RoutingAct::DomainsMapped => t.domains_mapped,
        RoutingAct::UsersMapped => t.users_mapped,
        RoutingAct::Enabled => t.enabled,
        RoutingAct::Disabled => t.disabled,
        RoutingAct::TargetAdded => t.target_added,
        RoutingAct::TargetRemoved => t.target_removed,
        RoutingAct::Restored => t.restored,
    };
    let users = [
        (change.users_added, t.users_added),
        (change.users_removed, t.users_removed),
    ];
    let users = users
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| view! { <div>{count} " " {words}</div> })
        .collect_view();
    let off = (!change.enabled).then(|| view! { <StateMark tone=Tone::Warn text=t.off/> });
    let label = format!("{} ({})", t.restore, change.version);
    let fingerprint = texts::<Routing>().fingerprint;
    let back = if change.version == version {
        view! { <StateMark tone=Tone::Good text=t.now/> }.into_any()
    } else {
        view! {
            <ActionForm action=action>
                <input type="hidden" name="draft[record]" value=id.to_string()/>
                <input type="hidden" name="draft[version]" value=version.to_string()/>
                <input type="hidden" name="draft[to]" value=change.version.to_string()/>
                <Button small=true submit=true busy=action.pending() attr:aria-label=label>{t.restore}</Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Row>
            <Cell label=t.change main=true>{change.version} ". " {act}</Cell>
            <Cell label=t.by><span class="wrap">{change.by}</span></Cell>
            <Cell label=t.at>{texts::date_time(change.at)}</Cell>
            <Cell label=t.after>
                <div class="wrap">{change.name} ", " {change.host} ":" {change.port} " " {off}</div>
                <div class="faint wrap">{change.domains.join(", ")}</div>
                <div class="faint wrap">{change.targets.join(", ")}</div>
                {users}
                <Fingerprint value=change.fingerprint label=fingerprint/>
            </Cell>
            <Cell label=t.restore>{back}</Cell>
        </Row>
    }
}
