use domain::account::AccountPage as Shown;
use domain::role::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonLink, Card, Fact, Facts, PageHead};

use crate::api::portal::account::account;
use crate::components::{CompanyFacts, Domains, given};
use crate::layout::loaded;
use crate::paths;
use crate::texts::{self, Account, Registration, texts};

/// "Account": the company as it is registered, and what it uses.
#[component]
pub fn AccountPage() -> impl IntoView {
    let t = texts::<Account>();
    let shown = Resource::new(|| (), |()| account());
    view! {
        <Title text=t.title/>
        {loaded(shown, details)}
    }
}

fn details(shown: Shown) -> impl IntoView {
    let (t, labels) = (texts::<Account>(), texts::<Registration>());
    let Shown {
        information,
        phone,
        created_at,
        domains,
        users,
        services,
        may_edit,
        ..
    } = shown;
    let edit = move || may_edit.then(|| view! { <ButtonLink href=paths::EDIT_ACCOUNT>{t.edit}</ButtonLink> });
    let domains = if domains.is_empty() {
        view! { <p class="faint">{t.domains_none}</p> }.into_any()
    } else {
        view! { <Domains domains/> }.into_any()
    };
    let count = |(role, users): (Role, u64)| view! { <Fact label=role.label()>{users}</Fact> };
    let onboarding = match services.onboarding {
        Some(active) => format!("{} {} ({})", t.active_since, texts::date(active.at), active.by),
        None => t.not_active.to_owned(),
    };
    view! {
        <PageHead title=t.title lead=t.lead actions=edit/>
        <div class="two">
            <div class="stack">
                <Card title=labels.company_information>
                    <CompanyFacts information/>
                    <Facts>
                        <Fact label=labels.phone>{given(phone)}</Fact>
                        <Fact label=t.registered>{texts::date(created_at)}</Fact>
                    </Facts>
                </Card>
            </div>
            <div class="stack">
                <Card title=t.domains>{domains}</Card>
                <Card title=t.users><Facts>{users.into_iter().map(count).collect_view()}</Facts></Card>
                <Card title=t.services>
                    <Facts>
                        <Fact label=t.onboarding>{onboarding}</Fact>
                        <Fact label=t.records>{services.routings}</Fact>
                        <Fact label=t.idps>{services.os_idps}</Fact>
                        <Fact label=t.ums>{services.ums_instances}</Fact>
                    </Facts>
                </Card>
            </div>
        </div>
    }
}
