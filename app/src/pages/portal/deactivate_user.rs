use domain::id::UserId;
use domain::people::RoleHolder;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, Card, Crumb, FormSummary, Glyph, PageHead};

use crate::api::portal::users::{DeactivateUser, user_to_change};
use crate::error::AppError;
use crate::layout::{FormState, loaded, say_when_done};
use crate::paths;
use crate::texts::{Forms, People, UserAdministration, texts};

/// Asks before a user's access is ended: a page, so that it works without script too.
#[component]
pub fn DeactivateUserPage() -> impl IntoView {
    let t = texts::<UserAdministration>();
    let action = ServerAction::<DeactivateUser>::new();
    let form = FormState::new(action, paths::DEACTIVATE_USER);
    // A refused form comes back without its address.
    let refused = form.value("id").get_untracked();
    let map = use_query_map();
    let wanted = Memo::new(move |_| {
        let named = map.with(|map| map.get("user")).unwrap_or_default();
        let id = if refused.is_empty() { &named } else { &refused };
        id.parse::<UserId>().ok()
    });
    let user = Resource::new(
        move || wanted.get(),
        |id| async move { user_to_change(id.ok_or_else(AppError::missing)?).await },
    );
    say_when_done(action, t.deactivated);
    let crumbs = vec![
        Crumb {
            label: texts::<People>().menu.to_owned(),
            href: Some(paths::PEOPLE.to_owned()),
        },
        Crumb {
            label: t.deactivate.to_owned(),
            href: None,
        },
    ];
    view! {
        <Title text=t.deactivate/>
        <PageHead title=t.deactivate lead=t.deactivate_lead crumbs/>
        {loaded(user, move |user| question(user, action, form))}
    }
}

fn question(user: RoleHolder, action: ServerAction<DeactivateUser>, form: FormState) -> impl IntoView {
    let t = texts::<UserAdministration>();
    let who = if user.name.is_empty() {
        user.email
    } else {
        format!("{} ({})", user.name, user.email)
    };
    view! {
        <Card title=who>
            <p>{t.deactivate_text}</p>
            <FormSummary title=t.deactivate faults=form.summary()/>
            <ActionForm action=action>
                <input type="hidden" name="id" value=user.id.to_string()/>
                <div class="acts">
                    <Button kind=ButtonKind::Danger submit=true icon=Glyph::Power busy=action.pending()>
                        {t.deactivate}
                    </Button>
                    <ButtonLink href=paths::PEOPLE>{texts::<Forms>().cancel}</ButtonLink>
                </div>
            </ActionForm>
        </Card>
    }
}
