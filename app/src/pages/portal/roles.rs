use domain::Role;
use domain::role::Row as Right;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Card, Cell, HeadCell, PageHead, Row, Table};

use crate::texts::{Roles, texts};

/// The customer's columns. App Portal User has no tick in the table, and stands below it.
const COLUMNS: [Role; 5] = [
    Role::SuperAdmin,
    Role::AccountAdmin,
    Role::ObsAdmin,
    Role::UmsAdmin,
    Role::CustomerSupportAccountManager,
];

/// The customer's table, as the product itself obeys it.
#[component]
pub fn RolesPage() -> impl IntoView {
    let t = texts::<Roles>();
    let head = move || {
        view! {
            <HeadCell label=t.permission/>
            {COLUMNS.iter().map(|role| view! { <HeadCell label=role.label()/> }).collect_view()}
        }
    };
    let mut group = "";
    let lines = Right::ALL.iter().map(|right| {
        let heading = (right.group() != group).then(|| {
            group = right.group();
            view! { <tr role="row"><th role="columnheader" scope="colgroup" colspan="6">{group}</th></tr> }
        });
        view! {
            {heading}
            <Row>
                <Cell label=t.permission main=true>{right.label()}</Cell>
                {ticks(*right)}
            </Row>
        }
    });
    let lines = lines.collect_view();
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead/>
        <Card flush=true>
            <Table caption=t.title head>{lines}</Table>
        </Card>
        <p class="soft">{t.app_portal_user}</p>
        <p class="soft">{t.only_super_admin}</p>
    }
}

fn ticks(right: Right) -> impl IntoView {
    let allowed = texts::<Roles>().allowed;
    let tick = |role: &Role| {
        let may = right.roles().contains(role);
        let mark = may.then(|| {
            view! { <span aria-hidden="true">"✓"</span><span class="visually-hidden">{allowed}</span> }
        });
        view! { <Cell label=role.label()>{mark}</Cell> }
    };
    COLUMNS.iter().map(tick).collect_view()
}
