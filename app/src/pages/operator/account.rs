use domain::id::AccountId;
use domain::operator::AccountDetails;
use leptos::prelude::*;
use ui::{ButtonLink, Card, Fact, Facts};

use crate::api::operator::accounts::account_details;
use crate::components::{CompanyFacts, given};
use crate::error::AppError;
use crate::layout::{DetailPage, id_of_page, loaded};
use crate::paths;
use crate::texts::{self, Account, Operator, texts};

/// One account: registration data and services; its users and what was done are a link away.
#[component]
pub fn AccountPage() -> impl IntoView {
    let id = id_of_page::<AccountId>();
    let found = Resource::new(
        move || id.get(),
        move |id| async move { account_details(id.ok_or_else(AppError::missing)?).await },
    );
    view! { {loaded(found, details)} }
}

fn details(found: AccountDetails) -> impl IntoView {
    let (t, account) = (texts::<Operator>(), texts::<Account>());
    let id = found.id;
    let acts = move || {
        view! {
            <ButtonLink href=paths::account_users(id)>{t.users}</ButtonLink>
            <ButtonLink href=paths::account_activity(id)>{t.activity}</ButtonLink>
        }
    };
    let services = found.services;
    let onboarding = match services.onboarding {
        Some(active) => format!(
            "{} {} ({})",
            account.active_since,
            texts::date(active.at),
            active.by
        ),
        None => account.not_active.to_owned(),
    };
    view! {
        <DetailPage name=found.information.company.clone() list=(t.accounts, paths::ACCOUNTS) acts>
            <Card title=t.registration>
                <CompanyFacts information=found.information/>
                <Facts><Fact label=t.phone>{given(found.phone)}</Fact></Facts>
            </Card>
            <Card title=account.services>
                <Facts>
                    <Fact label=t.created>{texts::date_time(found.created_at)}</Fact>
                    <Fact label=t.users>{found.users}</Fact>
                    <Fact label=account.onboarding>{onboarding}</Fact>
                    <Fact label=account.records>{services.routings}</Fact>
                    <Fact label=account.idps>{services.os_idps}</Fact>
                    <Fact label=account.ums>{services.ums_instances}</Fact>
                </Facts>
            </Card>
        </DetailPage>
    }
}
