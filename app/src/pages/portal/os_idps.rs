use domain::os_idp::OsIdp;
use domain::page::{ListQuery, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonKind, ButtonLink, EmptyState, Glyph, PageHead, StateMark, Tone};

use super::os_idp::EnabledMark;
use super::os_idp_test::TestMark;
use crate::api::portal::os_idps::os_idps;
use crate::components::Domains;
use crate::layout::{Column, FilterKind, ListParts, ListState, list_state, listed};
use crate::paths;
use crate::texts::{self, Lists, OsIdpActs, OsIdpTests, OsIdps, texts};

#[component]
pub fn OsIdpsPage() -> impl IntoView {
    let state = list_state();
    let rows = Resource::new(move || state.query.get(), |query: ListQuery| os_idps(query));
    let t = texts::<OsIdps>();
    let body = move |page| {
        let register = move || view! { <ButtonLink href=paths::NEW_OS_IDP kind=ButtonKind::Primary icon=Glyph::Plus>{t.register}</ButtonLink> };
        view! {
            <PageHead title=t.title lead=t.lead actions=register/>
            {list(state, page)}
        }
    };
    view! {
        <Title text=t.title/>
        {listed(state, rows, body)}
    }
}

fn list(state: ListState, page: Page<OsIdp>) -> AnyView {
    let t = texts::<OsIdps>();
    let empty = view! {
        <EmptyState title=t.empty text=t.empty_text icon=Glyph::Key>
            <ButtonLink href=paths::NEW_OS_IDP kind=ButtonKind::Primary>{t.register}</ButtonLink>
        </EmptyState>
    }
    .into_any();
    let parts = ListParts {
        key: "idps",
        caption: t.title,
        search: texts::<Lists>().search,
        columns: os_idp_columns(),
        filters: Vec::new(),
        export: Some(paths::OS_IDP_EXPORT),
        bulk: None,
        empty,
    };
    state.show(page, parts)
}

/// The columns of identity providers. Of the client secret nobody sees more than that there is one.
pub fn os_idp_columns() -> Vec<Column<OsIdp>> {
    let (t, acts, tests) = (texts::<OsIdps>(), texts::<OsIdpActs>(), texts::<OsIdpTests>());
    let long = |text: &str| {
        let text = text.to_owned();
        view! { <span class="wrap wrap--long">{text}</span> }
    };
    vec![
        Column::<OsIdp>::new("name", t.name, |idp: &OsIdp| idp.name.clone())
            .sorted()
            .main()
            .filter(FilterKind::Text)
            .cell(|idp| view! { <a href=paths::os_idp(idp.id)>{idp.name.clone()}</a> }),
        Column::<OsIdp>::new("client_id", t.client_id, |idp| idp.client_id.clone())
            .filter(FilterKind::Text)
            .cell(|idp| view! { <code class="wrap">{idp.client_id.clone()}</code> }),
        Column::<OsIdp>::unexported("client_secret", t.client_secret).cell(|_| "*****"),
        Column::<OsIdp>::new("authorization_url", t.authorization_url, |idp| {
            idp.authorization_endpoint.clone()
        })
        .cell(move |idp| long(&idp.authorization_endpoint)),
        Column::<OsIdp>::new("token_url", t.token_url, |idp| idp.token_endpoint.clone())
            .cell(move |idp| long(&idp.token_endpoint)),
        Column::<OsIdp>::new("domains", t.domains, |idp| {
            let domains = idp.domains.iter().map(|one| one.domain.as_str());
            domains.collect::<Vec<_>>().join(" ")
        })
        .cell(move |idp| view! { <Domains domains=idp.domains.clone()/> }),
        Column::<OsIdp>::new("assurance", t.assurance, |idp| assurance(idp).1.to_owned()).cell(|idp| {
            let (tone, text) = assurance(idp);
            view! { <StateMark tone text/> }
        }),
        Column::<OsIdp>::new("state", t.state, |idp| {
            let t = texts::<OsIdps>();
            if idp.enabled { t.enabled } else { t.disabled }.to_owned()
        })
        .cell(|idp| view! { <EnabledMark enabled=idp.enabled/> }),
        Column::<OsIdp>::new("tested", tests.title, |idp| {
            let t = texts::<OsIdpTests>();
            match idp.tested {
                None => String::new(),
                Some((true, _)) => t.passed_short.to_owned(),
                Some((false, _)) => t.failed_short.to_owned(),
            }
        })
        .cell(|idp| view! { <TestMark tested=idp.tested/> }),
        Column::<OsIdp>::new("secret_expires", t.secret_expires, |idp| {
            let expires = idp.secret.expires.as_ref();
            expires.map_or_else(String::new, |(at, _)| texts::exact(*at))
        })
        .extra()
        .cell(|idp| idp.secret.expires.as_ref().map(|(at, _)| texts::date(*at))),
        Column::<OsIdp>::new("created", t.created, |idp| texts::exact(idp.created_at))
            .sorted()
            .cell(|idp| texts::date(idp.created_at)),
        Column::<OsIdp>::new("updated", t.updated, |idp| texts::exact(idp.updated_at))
            .sorted()
            .cell(|idp| texts::date(idp.updated_at)),
        Column::<OsIdp>::unexported("action", t.action).cell(move |idp| {
            let to = |page| paths::about_os_idp(page, idp.id);
            view! {
                <div class="acts">
                    <ButtonLink href=to(paths::UPDATE_CLIENT_SECRET) small=true>{acts.update_secret}</ButtonLink>
                    <ButtonLink href=to(paths::UPDATE_OS_IDP_DOMAINS) small=true>{acts.update_domains}</ButtonLink>
                </div>
            }
        }),
    ]
}

fn assurance(idp: &OsIdp) -> (Tone, &'static str) {
    let t = texts::<OsIdps>();
    if idp.reduced_assurance {
        (Tone::Warn, t.reduced)
    } else {
        (Tone::Good, t.full)
    }
}
