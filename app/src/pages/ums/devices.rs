use domain::device::{DeviceChanges, DeviceRow, Presence};
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, EmptyState, Glyph, PageHead};

use super::presence::PresenceMark;
use crate::api::ums::devices::devices;
use crate::layout::{Bulk, BulkAct, Column, FilterKind, ListParts, ListState, list_state, listed};
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
        {listed(state, rows, body)}
    }
}

type Changes = ReadSignal<Option<DeviceChanges>>;

fn list(state: ListState, page: Page<DeviceRow>, changes: Changes) -> AnyView {
    let t = texts::<Devices>();
    let mut columns = device_columns();
    // What a connection tells meanwhile.
    for column in &mut columns {
        match column.key {
            "state" => {
                *column = state_column()
                    .cell(move |device| view! { <PresenceMark presence=presence(device, changes)/> });
            }
            "last_contact" => {
                *column = last_contact_column().cell(move |device| {
                    let (presence, last) = (presence(device, changes), last_contact(device));
                    move || {
                        if presence.get() == Presence::Online {
                            texts::<Devices>().now.to_owned()
                        } else {
                            last.clone()
                        }
                    }
                });
            }
            _ => {}
        }
    }
    let bulk = Bulk {
        page: paths::REBOOT_DEVICES,
        acts: vec![BulkAct {
            key: "reboot",
            label: t.reboot_all,
            kind: ButtonKind::Quiet,
        }],
        id: |device: &DeviceRow| Some(device.id.to_string()),
        name: |device: &DeviceRow| device.name.clone(),
    };
    let parts = ListParts {
        key: "devices",
        caption: t.title,
        search: t.search_hint,
        columns,
        filters: vec![
            ("site", t.site, FilterKind::Text),
            ("department", t.department, FilterKind::Text),
        ],
        export: Some(paths::DEVICE_EXPORT),
        bulk: Some(bulk),
        empty: view! { <EmptyState title=t.empty text=t.empty_text icon=Glyph::Device/> }.into_any(),
    };
    state.show(page, parts)
}

/// The columns of devices.
pub fn device_columns() -> Vec<Column<DeviceRow>> {
    let t = texts::<Devices>();
    vec![
        Column::<DeviceRow>::new("name", t.name, |device: &DeviceRow| device.name.clone())
            .sorted()
            .main()
            .filter(FilterKind::Text)
            .cell(|device| view! { <a href=paths::device(device.id)>{device.name.clone()}</a> }),
        state_column(),
        Column::<DeviceRow>::new("last_ip", t.last_ip, |device| {
            device.last_ip.clone().unwrap_or_default()
        })
        .sorted(),
        Column::<DeviceRow>::new("mac", t.mac, |device| device.mac.clone())
            .sorted()
            .cell(|device| view! { <code>{device.mac.clone()}</code> }),
        Column::<DeviceRow>::new("product", t.product, |device| device.product.clone()).sorted(),
        Column::<DeviceRow>::new("version", t.version, |device| device.version.clone())
            .sorted()
            .figures(),
        Column::<DeviceRow>::new("onboarded_by", t.onboarded_by, |device| {
            device.onboarded_by.clone().unwrap_or_default()
        })
        .sorted(),
        last_contact_column(),
    ]
}

fn state_column() -> Column<DeviceRow> {
    let t = texts::<Devices>();
    Column::<DeviceRow>::new("state", t.state, |device: &DeviceRow| {
        let t = texts::<Devices>();
        let text = match device.presence {
            Presence::Online => t.online,
            Presence::Offline => t.offline,
            Presence::Unknown => t.unknown,
        };
        text.to_owned()
    })
}

fn last_contact_column() -> Column<DeviceRow> {
    let t = texts::<Devices>();
    Column::<DeviceRow>::new("last_contact", t.last_contact, |device: &DeviceRow| {
        device.last_contact.map(texts::exact).unwrap_or_default()
    })
    .sorted()
}

fn last_contact(device: &DeviceRow) -> String {
    let never = || texts::<Devices>().never.to_owned();
    device.last_contact.map_or_else(never, texts::date_time)
}

/// Whether it is connected, from now on.
fn presence(device: &DeviceRow, changes: Changes) -> Memo<Presence> {
    let (id, at_first) = (device.id, device.presence);
    let told = move || changes.with(|told| Some(told.as_ref()?.of(id)?.presence));
    Memo::new(move |before: Option<&Presence>| told().or(before.copied()).unwrap_or(at_first))
}
