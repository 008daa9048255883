use domain::permission::InviteUsers;
use domain::user::Me;
use domain::{Grants, Permission as _};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonLink, Card, Glyph, PageHead};

use crate::api::portal::session::me;
use crate::error::AppError;
use crate::layout::loaded;
use crate::paths;
use crate::texts::{UserAdministration, texts};

/// The reader, where their roles let them administer users.
pub(super) async fn administrator() -> Result<Me, AppError> {
    let me = me().await?;
    let grants = Grants {
        roles: me.roles.clone(),
        superuser: false,
    };
    if grants.allow(InviteUsers::NEEDS) {
        Ok(me)
    } else {
        Err(AppError::forbidden())
    }
}

#[component]
pub fn UserAdministrationPage() -> impl IntoView {
    let t = texts::<UserAdministration>();
    let reader = Resource::new(|| (), |()| administrator());
    let act = move |title: &'static str, text: &'static str, href: &'static str, glyph: Glyph| {
        view! {
            <Card title=title>
                <p class="soft">{text}</p>
                <div class="acts"><ButtonLink href=href icon=glyph>{title}</ButtonLink></div>
            </Card>
        }
    };
    let body = move |_| {
        view! {
            <PageHead title=t.title lead=t.please_choose/>
            <div class="cards">
                {act(t.invite, t.invite_text, paths::INVITE_USER, Glyph::Mail)}
                {act(t.invite_list, t.invite_list_text, paths::INVITE_USERS, Glyph::Users)}
                {act(t.add, t.add_text, paths::ADD_ROLE, Glyph::Plus)}
                {act(t.remove, t.remove_text, paths::REMOVE_ROLE, Glyph::Trash)}
            </div>
            <p><a href=paths::ROLES>{t.roles}</a></p>
        }
    };
    view! {
        <Title text=t.title/>
        {loaded(reader, body)}
    }
}
