//! A page about one IGEL OS IdP: which one its address names, and what somebody else has saved meanwhile.

use domain::Conflict;
use domain::id::OsIdpId;
use domain::os_idp::OsIdp;
use domain::os_idp_test::OsIdpDetails;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, Card, Cell, Crumb, HeadCell, Note, PageHead, Row, Table, Tone};

use crate::api::portal::os_idps::show_os_idp;
use crate::error::AppError;
use crate::layout::{FormState, loaded};
use crate::paths;
use crate::texts::{OsIdpActs, OsIdps, texts};

/// The provider that the address names; after a refusal without script, the one of the form.
pub(super) fn named(form: FormState) -> Memo<Option<OsIdpId>> {
    let refused = form.value("id").get_untracked();
    let map = use_query_map();
    Memo::new(move |_| {
        let named = map.with(|map| map.get("idp")).unwrap_or_default();
        let id = if refused.is_empty() { &named } else { &refused };
        id.parse().ok()
    })
}

/// The page: its provider, and `body` about it.
pub(super) fn about<V: IntoView + 'static>(
    (title, lead): (&'static str, &'static str),
    form: FormState,
    body: impl Fn(OsIdpDetails) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let id = named(form);
    let details = Resource::new(
        move || id.get(),
        |id| async move { show_os_idp(id.ok_or_else(AppError::missing)?).await },
    );
    let page = move |details: OsIdpDetails| {
        let crumbs = crumbs(&details.idp, title);
        view! {
            <PageHead title lead crumbs/>
            {body(details)}
        }
    };
    view! {
        <Title text=title/>
        {loaded(details, page)}
    }
}

/// The way to a page about a provider.
pub(super) fn crumbs(idp: &OsIdp, here: &'static str) -> Vec<Crumb> {
    vec![
        Crumb::link(texts::<OsIdps>().title, paths::OS_IDPS),
        Crumb::link(idp.name.clone(), paths::os_idp(idp.id)),
        Crumb::here(here),
    ]
}

/// A value of a form with what is saved of it.
pub(super) type Compared = (&'static str, RwSignal<String>, fn(&OsIdp) -> String);

/// The version that a form is about: the one that was shown, and the newest once the form was refused for being stale. Below it
/// what was saved beside what was typed (fault F30).
pub(super) fn versioned(form: FormState, shown: &OsIdp, compared: Vec<Compared>) -> impl IntoView + use<> {
    // Without script the page was loaded anew, so what is saved now is known. With script it is fetched once the form was refused.
    let version = RwSignal::new(shown.version);
    let stale = move || form.conflict() == Some(Conflict::Stale);
    let (id, here) = (shown.id, shown.clone());
    let fresh = Resource::new(stale, move |stale| {
        let here = here.clone();
        async move {
            if stale {
                show_os_idp(id).await.map(|details| details.idp)
            } else {
                Ok(here)
            }
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(now)) = fresh.get() {
            version.set(now.version);
        }
    });
    let compared = StoredValue::new(compared);
    let compare = move |now: OsIdp| {
        move || stale().then(|| compared.with_value(|compared| differences(&now, compared)))
    };
    view! {
        {loaded(fresh, compare)}
        <input type="hidden" name="draft[id]" value=id.to_string()/>
        <input type="hidden" name="draft[version]" prop:value=move || version.get().to_string() value=version.get_untracked().to_string()/>
    }
}

fn differences(now: &OsIdp, compared: &[Compared]) -> AnyView {
    let t = texts::<OsIdpActs>();
    let rows: Vec<_> = compared
        .iter()
        .map(|(label, typed, saved)| {
            let (label, typed, saved) = (*label, typed.get_untracked(), saved(now));
            view! {
                <Row>
                    <Cell label=t.field main=true>{label}</Cell>
                    <Cell label=t.theirs>{saved}</Cell>
                    <Cell label=t.yours>{typed}</Cell>
                </Row>
            }
        })
        .collect();
    let head =
        move || view! { <HeadCell label=t.field/> <HeadCell label=t.theirs/> <HeadCell label=t.yours/> };
    let table = (!rows.is_empty()).then(|| view! { <Table caption=t.stale head>{rows}</Table> });
    view! {
        <Note tone=Tone::Warn title=t.stale>{t.stale_text}</Note>
        {table}
    }
    .into_any()
}

/// The surface of a form about a provider, with its name.
pub(super) fn form_card(idp: &OsIdp, fields: impl IntoView + 'static) -> AnyView {
    let fields = fields.into_any();
    view! { <Card title=idp.name.clone()>{fields}</Card> }.into_any()
}

/// The end of such a form.
pub(super) fn acts(
    id: OsIdpId,
    (kind, label): (ButtonKind, &'static str),
    busy: Memo<bool>,
) -> impl IntoView {
    view! {
        <div class="acts">
            <Button kind submit=true busy>{label}</Button>
            <ButtonLink href=paths::os_idp(id)>{texts::<OsIdps>().back}</ButtonLink>
        </div>
    }
}
