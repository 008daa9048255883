use domain::device::{Command, CommandState, Device, DeviceChanges, Presence};
use domain::id::DeviceId;
use leptos::prelude::*;
use ui::{
    Button, Card, Cell, Copyable, EmptyState, Fact, Facts, FormSummary, Glyph, HeadCell, Row, StateMark,
    Table, Tone,
};

use super::presence::PresenceMark;
use crate::api::ums::devices::{RebootDevice, device};
use crate::error::AppError;
use crate::layout::{DetailPage, FormState, id_of_page, loaded, say_when_done};
use crate::paths;
use crate::state::live::device_changes;
use crate::texts::{self, Devices, texts};

#[component]
pub fn DevicePage() -> impl IntoView {
    let id = id_of_page::<DeviceId>();
    let reboot = ServerAction::<RebootDevice>::new();
    say_when_done(reboot, texts::<Devices>().reboot_sent);
    let version = reboot.version();
    let missing = AppError::missing;
    let device = Resource::new(
        move || (id.get(), version.get()),
        move |(id, _)| async move { device(id.ok_or_else(missing)?).await },
    );
    let form = FormState::new(reboot, paths::DEVICES);
    let changes = device_changes(move || device.refetch());
    // Whatever changes about this device (it comes, goes, answers a command) is read again.
    Effect::new(move |_| {
        let about = |told: &DeviceChanges| {
            device.with_untracked(
                |device| matches!(device, Some(Ok(device)) if told.of(device.row.id).is_some()),
            )
        };
        if changes.with(|told| told.as_ref().is_some_and(about)) {
            device.refetch();
        }
    });
    view! { {loaded(device, move |device| details(device, reboot, form))} }
}

fn details(device: Device, reboot: ServerAction<RebootDevice>, form: FormState) -> impl IntoView {
    let t = texts::<Devices>();
    let (row, history) = (device.row.clone(), device.commands.clone());
    let offline = row.presence != Presence::Online;
    let id = row.id.to_string();
    let acts = move || {
        view! {
            <ActionForm action=reboot>
                <input type="hidden" name="id" value=id/>
                <Button submit=true icon=Glyph::Power busy=reboot.pending() disabled=offline>{t.reboot}</Button>
            </ActionForm>
        }
    };
    let notice = move || view! { <FormSummary title=t.reboot faults=form.summary()/> };
    view! {
        <DetailPage name=row.name.clone() list=(t.title, paths::DEVICES) acts notice>
            <Card title=t.system_information>{facts(device)}</Card>
            <Card title=t.history flush=true>{commands(history)}</Card>
        </DetailPage>
    }
}

/// A fact that the device has not told is a dash: an empty place would look like a fault of the page.
fn told(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

fn facts(device: Device) -> impl IntoView {
    let t = texts::<Devices>();
    let row = device.row;
    let time = |at: Option<time::OffsetDateTime>| told(at.map(texts::date_time).unwrap_or_default());
    let contact = match row.presence {
        Presence::Online => t.now.to_owned(),
        _ => row
            .last_contact
            .map_or_else(|| t.never.to_owned(), texts::date_time),
    };
    view! {
        <Facts>
            <Fact label=t.name>{row.name}</Fact>
            <Fact label=t.state><PresenceMark presence=row.presence/></Fact>
            <Fact label=t.site>{told(device.site)}</Fact>
            <Fact label=t.comment>{told(device.comment)}</Fact>
            <Fact label=t.department>{told(device.department)}</Fact>
            <Fact label=t.cost_center>{told(device.cost_center)}</Fact>
            <Fact label=t.unit_id><Copyable text=device.unit_id label=t.unit_id/></Fact>
            <Fact label=t.mac><Copyable text=row.mac label=t.mac/></Fact>
            <Fact label=t.last_ip_short>{told(row.last_ip.unwrap_or_default())}</Fact>
            <Fact label=t.product>{told(row.product)}</Fact>
            <Fact label=t.product_id>{told(device.product_id)}</Fact>
            <Fact label=t.version>{told(row.version)}</Fact>
            <Fact label=t.firmware>{told(device.firmware_description)}</Fact>
            <Fact label=t.gateway>{told(device.cloud_gateway)}</Fact>
            <Fact label=t.last_contact>{contact}</Fact>
            <Fact label=t.last_boot>{time(device.last_boot)}</Fact>
            <Fact label=t.network_name>{told(device.network_name)}</Fact>
            <Fact label=t.runtime>{told(device.runtime.map(texts::duration).unwrap_or_default())}</Fact>
            <Fact label=t.operating>{told(device.total_operating_time.map(texts::duration).unwrap_or_default())}</Fact>
            <Fact label=t.battery>{told(device.battery_level.map(|level| format!("{level} %")).unwrap_or_default())}</Fact>
            <Fact label=t.onboarded_by>{told(row.onboarded_by.unwrap_or_default())}</Fact>
            <Fact label=t.enrolled>{texts::date_time(device.enrolled_at)}</Fact>
            <Fact label=t.certificate>{told(device.certificate_not_after.map(texts::date).unwrap_or_default())}</Fact>
        </Facts>
    }
}

fn commands(commands: Vec<Command>) -> AnyView {
    let t = texts::<Devices>();
    if commands.is_empty() {
        return view! { <EmptyState title=t.history_empty icon=Glyph::Clock/> }.into_any();
    }
    let head = move || {
        view! {
            <HeadCell label=t.history/>
            <HeadCell label=t.state/>
            <HeadCell label=t.by/>
            <HeadCell label=t.last_contact/>
        }
    };
    let one = move |command: Command| {
        let (tone, state) = match command.state {
            CommandState::Queued => (Tone::Neutral, t.queued),
            CommandState::Sent => (Tone::Info, t.sent),
            CommandState::Done => (Tone::Good, t.done),
            CommandState::Failed => (Tone::Bad, t.failed),
            CommandState::Expired => (Tone::Warn, t.expired),
        };
        view! {
            <Row>
                <Cell label=t.history main=true>{t.reboot}</Cell>
                <Cell label=t.state><StateMark tone text=state/>" "{command.message}</Cell>
                <Cell label=t.by>{command.by}</Cell>
                <Cell label=t.last_contact>{texts::date_time(command.at)}</Cell>
            </Row>
        }
    };
    view! { <Table caption=t.history head>{commands.into_iter().map(one).collect_view()}</Table> }.into_any()
}
