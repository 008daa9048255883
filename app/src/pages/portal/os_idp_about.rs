//! A page about one IGEL OS IdP: which one its address names, and the parts of its forms.

use domain::id::OsIdpId;
use domain::os_idp::OsIdp;
use domain::os_idp_test::OsIdpDetails;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, Card, Crumb, PageHead};

use crate::api::portal::os_idps::show_os_idp;
use crate::error::AppError;
use crate::layout::{self, Difference, FormState, loaded};
use crate::paths;
use crate::texts::{OsIdps, texts};

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

/// Which provider a form is about, and which version of it.
pub(super) fn versioned(form: FormState, shown: &OsIdp, compared: Vec<Compared>) -> impl IntoView + use<> {
    let id = shown.id;
    let compared = move |now: &OsIdpDetails| {
        let difference = |(label, typed, saved): &Compared| Difference::new(label, &saved(&now.idp), *typed);
        (now.idp.version, compared.iter().map(difference).collect())
    };
    let of_version = layout::versioned(form, shown.version, move || show_os_idp(id), compared);
    view! {
        {of_version}
        <input type="hidden" name="draft[id]" value=id.to_string()/>
    }
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
