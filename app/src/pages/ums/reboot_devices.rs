use domain::page::Total;
use domain::selection::Selection;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Crumb, EmptyState, FormSummary, Glyph, PageHead, Tone, use_toasts,
};

use crate::api::ums::devices::{RebootDevices, devices};
use crate::layout::{FormState, loaded, selection_of_address, total_in_words};
use crate::paths;
use crate::texts::{Devices, Forms, Lists, texts};

/// Asks before all devices that a search has found are restarted: a page, so that it works without script too.
#[component]
pub fn RebootDevicesPage() -> impl IntoView {
    let t = texts::<Devices>();
    let address = selection_of_address();
    let action = ServerAction::<RebootDevices>::new();
    let form = FormState::new(action, paths::REBOOT_DEVICES);
    let wanted = Memo::new(move |_| with_refused(address.get().1, form));
    let found = Resource::new(
        move || wanted.get(),
        |selection: Selection| async move {
            if selection.all {
                devices(selection.query()).await.map(|page| page.total)
            } else {
                let ids = selection.ids.split_ascii_whitespace().count();
                Ok(Total::Exact(u64::try_from(ids).unwrap_or(u64::MAX)))
            }
        },
    );
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
        {loaded(found, move |total| question(wanted.get_untracked(), total, action, form))}
    }
}

/// A link that does not say so means all that is found. A refused form comes back without its address: it must not turn "what was
/// found" into "all".
fn with_refused(mut selection: Selection, form: FormState) -> Selection {
    let refused = |field: &str| Some(form.value(field).get_untracked()).filter(|value| !value.is_empty());
    selection.all |= selection.ids.is_empty() && !selection.ticked;
    if let Some(search) = refused("search") {
        selection.search = search;
    }
    if let Some(ids) = refused("ids") {
        (selection.ids, selection.all) = (ids, false);
    }
    for name in ["name", "site", "department"] {
        if let Some(value) = refused(&format!("filters[{name}]")) {
            selection.filters.insert(name.to_owned(), value);
        }
    }
    selection
}

fn question(
    selection: Selection,
    total: Total,
    action: ServerAction<RebootDevices>,
    form: FormState,
) -> AnyView {
    let (t, lists) = (texts::<Devices>(), texts::<Lists>());
    if total == Total::Exact(0) {
        let (title, text) = if selection.all {
            (lists.nothing_found, lists.nothing_found_text)
        } else {
            (lists.none_ticked, lists.none_ticked_text)
        };
        return view! {
            <EmptyState title text icon=Glyph::Device>
                <ButtonLink href=paths::DEVICES>{t.title}</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    let narrowed: Vec<&str> = std::iter::once(selection.search.as_str())
        .chain(selection.filters.values().map(String::as_str))
        .filter(|text| !text.is_empty())
        .collect();
    let what = match (selection.all, narrowed.is_empty()) {
        (false, _) => lists.ticked.to_owned(),
        (true, true) => t.reboot_every.to_owned(),
        (true, false) => format!("{}: {}", t.reboot_found, narrowed.join(", ")),
    };
    let filters = selection.filters.iter().filter(|_| selection.all);
    let filters = filters.map(|(name, value)| {
        view! { <input type="hidden" name=format!("filters[{name}]") value=value.clone()/> }.into_any()
    });
    let filters: Vec<AnyView> = filters.collect();
    let ids =
        (!selection.all).then(|| view! { <input type="hidden" name="ids" value=selection.ids.clone()/> });
    view! {
        <Card title=what>
            <p>{t.found} ": " <strong>{total_in_words(total)}</strong></p>
            <p>{t.reboot_all_hint}</p>
            <FormSummary title=t.reboot_all faults=form.summary()/>
            <ActionForm action=action>
                <input type="hidden" name="search" value=selection.search.clone()/>
                {filters}
                {ids}
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
