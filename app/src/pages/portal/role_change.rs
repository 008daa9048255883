use domain::id::UserId;
use domain::people::{RoleHolder, RoleHolders, grantable};
use domain::user::Me;
use domain::{Reason, Role};
use leptos::children::ViewFnOnce;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Card, Choice, FormSummary, Note, SearchBox, SelectField, Tone};

use super::invite_user::role_choices;
use super::user_administration::administrator;
use crate::api::portal::users::{AddRole, RemoveRole, users_to_choose};
use crate::error::AppError;
use crate::layout::{FormActs, FormPage, FormState, is_blank, loaded, needed, say_when_done};
use crate::paths;
use crate::texts::{UserAdministration, texts};

/// What the form is made of.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Choosing {
    me: Me,
    holders: RoleHolders,
    search: String,
    chosen: Option<UserId>,
}

/// Whom the address names, or the refused form.
fn choosing(form: FormState) -> Resource<Result<Choosing, AppError>> {
    let map = use_query_map();
    let refused = form.value("user").get_untracked();
    let wanted = Memo::new(move |_| {
        let get = |key: &str| map.with(|map| map.get(key)).unwrap_or_default();
        let user = if refused.is_empty() {
            get("user")
        } else {
            refused.clone()
        };
        (get("q"), user.parse::<UserId>().ok())
    });
    Resource::new(
        move || wanted.get(),
        |(search, chosen)| async move {
            Ok(Choosing {
                me: administrator().await?,
                holders: users_to_choose(search.clone(), chosen).await?,
                search,
                chosen,
            })
        },
    )
}

#[component]
pub fn AddRolePage() -> impl IntoView {
    let action = ServerAction::<AddRole>::new();
    let form = FormState::new(action, paths::ADD_ROLE);
    let t = texts::<UserAdministration>();
    say_when_done(action, t.added);
    let body = move |choosing: Choosing| {
        let (user, role) = chosen(&choosing, form);
        let (me, users) = (choosing.me.roles.clone(), choosing.holders.users.clone());
        let roles = Signal::derive(move || {
            let held = held(&users, user)
                .map(|user| user.roles.clone())
                .unwrap_or_default();
            role_choices(grantable(&me).filter(|role| !held.contains(role)))
        });
        let who = user_field(&choosing, form, user, t.add_user_hint);
        let fields = view! {
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_added faults=summary(form)/>
                    {who}
                    <SelectField id="role" name="draft[role]" label=t.role hint=t.role_hint required=true choices=roles value=role error=form.error("role")/>
                    <FormActs busy=action.pending() back=paths::USER_ADMINISTRATION/>
                </div>
            </ActionForm>
        };
        page(
            &choosing,
            (t.add, t.add_lead, paths::ADD_ROLE),
            user,
            role,
            fields.into_any(),
        )
    };
    view! { {loaded(choosing(form), body)} }
}

#[component]
pub fn RemoveRolePage() -> impl IntoView {
    let action = ServerAction::<RemoveRole>::new();
    let form = FormState::new(action, paths::REMOVE_ROLE);
    let t = texts::<UserAdministration>();
    say_when_done(action, t.removed);
    let body = move |choosing: Choosing| {
        let (user, role) = chosen(&choosing, form);
        let (me, users) = (
            choosing.me.roles.clone(),
            StoredValue::new(choosing.holders.users.clone()),
        );
        let roles = Signal::derive(move || {
            let held = users.with_value(|users| held(users, user).map(|user| user.roles.clone()));
            // Before the script runs, nobody is chosen yet: then all are offered.
            role_choices(grantable(&me).filter(|role| held.as_ref().is_none_or(|held| held.contains(role))))
        });
        let only = Memo::new(move |_| {
            users.with_value(|users| held(users, user).is_some_and(|user| user.roles.len() == 1))
                || form.refused("role", &Reason::LastRole)
        });
        let warning = move || {
            only.get().then(|| {
                view! {
                    <Note tone=Tone::Warn title=t.last_role live=true/>
                    <input type="hidden" name="draft[told]" value="true"/>
                }
            })
        };
        let who = user_field(&choosing, form, user, t.remove_user_hint);
        let fields = view! {
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_removed faults=summary(form)/>
                    {who}
                    <SelectField id="role" name="draft[role]" label=t.role hint=t.role_hint required=true choices=roles value=role error=form.error("role")/>
                    {warning}
                    <FormActs busy=action.pending() back=paths::USER_ADMINISTRATION/>
                </div>
            </ActionForm>
        };
        page(
            &choosing,
            (t.remove, t.remove_lead, paths::REMOVE_ROLE),
            user,
            role,
            fields.into_any(),
        )
    };
    view! { {loaded(choosing(form), body)} }
}

/// User and role, as they start.
fn chosen(choosing: &Choosing, form: FormState) -> (RwSignal<String>, RwSignal<String>) {
    let named = choosing.chosen.map(|id| id.to_string()).unwrap_or_default();
    let (user, role) = (RwSignal::new(named), form.value("role"));
    // Another user has other roles: what was chosen before may not be among them.
    Effect::new(move |before: Option<String>| {
        let now = user.get();
        if before.is_some_and(|before| before != now) {
            role.set(String::new());
        }
        now
    });
    (user, role)
}

fn held(users: &[RoleHolder], user: RwSignal<String>) -> Option<&RoleHolder> {
    let id = user.get();
    users.iter().find(|one| one.id.to_string() == id)
}

fn summary(form: FormState) -> Signal<Vec<ui::FieldFault>> {
    let t = texts::<UserAdministration>();
    form.summary_of(vec![("user", t.user), ("role", t.role)])
}

fn user_field(choosing: &Choosing, form: FormState, user: RwSignal<String>, hint: &'static str) -> AnyView {
    let t = texts::<UserAdministration>();
    let label = |user: &RoleHolder| {
        let roles: Vec<_> = user.roles.iter().copied().map(Role::label).collect();
        let name = if user.name.is_empty() {
            String::new()
        } else {
            format!("{} · ", user.name)
        };
        Choice::new(
            user.id.to_string(),
            format!("{name}{} ({})", user.email, roles.join(", ")),
        )
    };
    let none = Choice::new("", t.please_choose);
    let choices: Vec<_> = std::iter::once(none)
        .chain(choosing.holders.users.iter().map(label))
        .collect();
    view! { <SelectField id="user" name="draft[user]" label=t.user hint=hint required=true choices=choices value=user error=form.error("user")/> }
        .into_any()
}

fn page(
    choosing: &Choosing,
    (title, lead, path): (&'static str, &'static str, &'static str),
    user: RwSignal<String>,
    role: RwSignal<String>,
    fields: AnyView,
) -> AnyView {
    let t = texts::<UserAdministration>();
    let needs = vec![
        needed("user", t.user, move || !is_blank(user)),
        needed("role", t.role, move || !is_blank(role)),
    ];
    let (search, many) = (
        choosing.search.clone(),
        choosing.holders.more || !choosing.search.is_empty(),
    );
    let nobody = choosing.holders.users.is_empty();
    let more = ViewFnOnce::from(move || {
        let find = many.then(|| {
            view! {
                <Card title=t.more_users>
                    <p class="soft">{t.more_users_text}</p>
                    <SearchBox id="search" action=path label=t.search_user value=search/>
                </Card>
            }
        });
        view! {
            {find}
            {nobody.then(|| view! { <Note title=t.nobody/> })}
            <p><a href=paths::ROLES>{t.roles}</a></p>
        }
    });
    view! {
        <FormPage title lead list=(t.title, paths::USER_ADMINISTRATION) here=title needs more>
            {fields}
        </FormPage>
    }
    .into_any()
}
