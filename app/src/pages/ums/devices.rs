use domain::device::{DeviceChanges, DeviceRow, Presence};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonLink, Cell, EmptyState, Glyph, HeadCell, PageHead, Row, SortCell};

use super::presence::PresenceMark;
use crate::api::ums::devices::devices;
use crate::layout::{ListParts, ListState, list_state, loaded};
use crate::paths;
use crate::state::live::device_changes;
use crate::texts::{self, Devices, texts};

#[component]
pub fn DevicesPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| devices(query));
    let t = texts::<Devices>();
    let changes = device_changes(move || rows.refetch());
    // A device that is not on this page may be a new one: the list is read again.
    Effect::new(move |_| {
        if let Some(DeviceChanges::These(told)) = changes.get() {
            let here = |page: &Page<DeviceRow>, id| page.rows.iter().any(|row| row.id == id);
            let known = rows.with_untracked(|page| match page {
                Some(Ok(page)) => told.iter().all(|change| here(page, change.id)),
                _ => true,
            });
            if !known {
                rows.refetch();
            }
        }
    });
    let body = move |page| {
        let reboot = state.found_on(paths::REBOOT_DEVICES);
        let acts = move || view! { <ButtonLink href=reboot icon=Glyph::Power>{t.reboot_all}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=acts/>
            {list(state, page, changes)}
        }
    };
    view! {
        <Title text=t.title/>
        {loaded(rows, body)}
    }
}

type Changes = ReadSignal<Option<DeviceChanges>>;

fn list(state: ListState, page: Page<DeviceRow>, changes: Changes) -> AnyView {
    let t = texts::<Devices>();
    let head = move || {
        view! {
            <SortCell label=t.name href=state.sort_href("name") sorted=state.sorted("name")/>
            <HeadCell label=t.state/>
            <HeadCell label=t.last_ip/>
            <SortCell label=t.mac href=state.sort_href("mac") sorted=state.sorted("mac")/>
            <SortCell label=t.product href=state.sort_href("product") sorted=state.sorted("product")/>
            <HeadCell label=t.version/>
            <HeadCell label=t.onboarded_by/>
            <SortCell label=t.last_contact href=state.sort_href("last_contact") sorted=state.sorted("last_contact")/>
        }
    };
    let empty = move || {
        view! {
            <EmptyState title=t.empty text=t.empty_text icon=Glyph::Device/>
        }
    };
    let parts = ListParts {
        caption: t.title,
        search: t.search_hint,
        empty,
        head,
        row: move |device| row(device, changes),
    };
    state.show(page, parts)
}

fn row(device: DeviceRow, changes: Changes) -> impl IntoView {
    let t = texts::<Devices>();
    let (id, at_first) = (device.id, device.presence);
    let told = move || changes.with(|told| Some(told.as_ref()?.of(id)?.presence));
    let presence = Memo::new(move |before: Option<&Presence>| told().or(before.copied()).unwrap_or(at_first));
    let last = device
        .last_contact
        .map_or_else(|| t.never.to_owned(), texts::date_time);
    let contact = move || {
        if presence.get() == Presence::Online {
            t.now.to_owned()
        } else {
            last.clone()
        }
    };
    view! {
        <Row>
            <Cell label=t.name main=true><a href=paths::device(id)>{device.name}</a></Cell>
            <Cell label=t.state><PresenceMark presence/></Cell>
            <Cell label=t.last_ip>{device.last_ip.unwrap_or_default()}</Cell>
            <Cell label=t.mac><code>{device.mac}</code></Cell>
            <Cell label=t.product>{device.product}</Cell>
            <Cell label=t.version num=true>{device.version}</Cell>
            <Cell label=t.onboarded_by>{device.onboarded_by.unwrap_or_default()}</Cell>
            <Cell label=t.last_contact>{contact}</Cell>
        </Row>
    }
}
