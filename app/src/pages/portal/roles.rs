use domain::Role;
use domain::role::Row as Right;
use domain::second_factor::Requirement;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonKind, Card, Cell, CheckField, FormSummary, HeadCell, PageHead, Row, Table};

use crate::api::portal::second_factor::{RequireSecondFactor, second_factor_requirement};
use crate::layout::{FormState, loaded, say_when_done};
use crate::paths;
use crate::texts::{Roles, SecondFactor, texts};

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
    let demanded = Resource::new(|| (), |()| second_factor_requirement());
    let action = ServerAction::<RequireSecondFactor>::new();
    let form = FormState::new(action, paths::ROLES);
    say_when_done(action, texts::<SecondFactor>().demand_saved);
    let demand = move |requirement: Requirement| demand(requirement, action, form);
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead/>
        <Card flush=true>
            <Table caption=t.title head>{lines}</Table>
        </Card>
        <p class="soft">{t.app_portal_user}</p>
        <p class="soft">{t.only_super_admin}</p>
        {loaded(demanded, demand)}
    }
}

/// Whose log-in needs a second factor.
fn demand(
    requirement: Requirement,
    action: ServerAction<RequireSecondFactor>,
    form: FormState,
) -> impl IntoView {
    let t = texts::<SecondFactor>();
    if !requirement.may_change {
        let names: Vec<_> = requirement.roles.iter().map(|role| role.label()).collect();
        let names = if names.is_empty() {
            t.demand_of_none.to_owned()
        } else {
            names.join(", ")
        };
        return view! { <Card title=t.demand><p>{t.demand_of} " " {names}</p></Card> }.into_any();
    }
    let box_of = move |role: Role| {
        let checked = RwSignal::new(requirement.roles.contains(&role));
        let id = format!("role-{}", role.key());
        view! { <CheckField id name="draft[roles][]" label=role.label() value=role.key() checked/> }
    };
    view! {
        <Card title=t.demand>
            <ActionForm action=action>
                <div class="fields">
                    <FormSummary title=t.demand_failed faults=form.summary()/>
                    <p class="soft">{t.demand_text}</p>
                    // So that something is sent where nothing is ticked.
                    <input type="hidden" name="draft[roles][]" value=""/>
                    {Role::ALL.into_iter().map(box_of).collect_view()}
                    <div><Button kind=ButtonKind::Primary submit=true busy=action.pending()>{t.demand_save}</Button></div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
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
