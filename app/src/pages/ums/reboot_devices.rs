use domain::page::{ListQuery, Total};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Crumb, EmptyState, FormSummary, Glyph, PageHead, Tone, use_toasts,
};

use crate::api::ums::devices::{RebootDevices, devices};
use crate::layout::{FormState, list_state, loaded, total_in_words};
use crate::paths;
use crate::texts::{Devices, Forms, Lists, texts};

/// Asks before all devices that a search has found are restarted: a page, so that it works without script too.
#[component]
pub fn RebootDevicesPage() -> impl IntoView {
    let t = texts::<Devices>();
    let state = list_state();
    let action = ServerAction::<RebootDevices>::new();
    let form = FormState::new(action, paths::REBOOT_DEVICES);
    // A refused form comes back without its address: it must not turn "what was found" into "all".
    let refused = form.value("search");
    let wanted = Memo::new(move |_| {
        let query = state.query.get();
        let search = Some(refused.get()).filter(|search| !search.is_empty());
        ListQuery {
            search: search.unwrap_or_else(|| query.search.clone()),
            ..query
        }
    });
    let found = Resource::new(move || wanted.get(), |query: ListQuery| devices(query));
    let (value, toasts) = (action.value(), use_toasts());
    Effect::new(move |_| {
        if let Some(Ok(told)) = value.get() {
            toasts.say(Tone::Good, format!("{}: {told}", t.reboot_all_sent));
        }
    });
    let crumbs = vec![
        Crumb {
            label: t.title.to_owned(),
            href: Some(paths::DEVICES.to_owned()),
        },
        Crumb {
            label: t.reboot_all.to_owned(),
            href: None,
        },
    ];
    view! {
        <Title text=t.reboot_all/>
        <PageHead title=t.reboot_all lead=t.reboot_all_lead crumbs/>
        {loaded(found, move |page| question(wanted.get_untracked().search, page.total, action, form))}
    }
}

fn question(search: String, total: Total, action: ServerAction<RebootDevices>, form: FormState) -> AnyView {
    let (t, lists) = (texts::<Devices>(), texts::<Lists>());
    if total == Total::Exact(0) {
        return view! {
            <EmptyState title=lists.nothing_found text=lists.nothing_found_text icon=Glyph::Device>
                <ButtonLink href=paths::DEVICES>{t.title}</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    let what = if search.is_empty() {
        t.reboot_every.to_owned()
    } else {
        format!("{}: {search}", t.reboot_found)
    };
    view! {
        <Card title=what>
            <p>{t.found} ": " <strong>{total_in_words(total)}</strong></p>
            <p>{t.reboot_all_hint}</p>
            <FormSummary title=t.reboot_all faults=form.summary()/>
            <ActionForm action=action>
                <input type="hidden" name="search" value=search/>
                <div class="acts">
                    <Button kind=ButtonKind::Danger submit=true icon=Glyph::Power busy=action.pending()>
                        {t.reboot_all}
                    </Button>
                    <ButtonLink href=paths::DEVICES>{texts::<Forms>().cancel}</ButtonLink>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
