//! What the reader has chosen for lists: kept at the server, so that it is the same in every browser.

use domain::list_choices::{ListChoices, SavedView, VIEWS_MAX};
use leptos::prelude::*;
use ui::{Button, ButtonKind, Glyph, Icon};

use super::ListAddress;
use crate::api;
use crate::error::AppError;
use crate::paths::{self, System};
use crate::texts::{Lists, texts};

pub type Choices = Resource<Result<Vec<ListChoices>, AppError>>;

/// Those of whoever looks at `path`.
pub fn choices_at(path: &str) -> Choices {
    let system = System::of(path);
    Resource::new(
        || (),
        move |()| async move {
            match system {
                System::Portal => api::portal::lists::list_choices().await,
                System::Ums => api::ums::lists::list_choices().await,
                System::Operator => api::operator::lists::list_choices().await,
            }
        },
    )
}

/// Where choices of a list are sent to.
pub fn target(path: &str) -> &'static str {
    match System::of(path) {
        System::Portal => paths::LIST_CHOICES,
        System::Ums => paths::UMS_LIST_CHOICES,
        System::Operator => paths::OPERATOR_LIST_CHOICES,
    }
}

/// The state as a view keeps it: from the first row on, with the columns that are shown.
fn state(at: &ListAddress, columns: Vec<String>) -> String {
    let mut state = at.from_start();
    state.columns = columns;
    let href = state.href("");
    href.strip_prefix('?').unwrap_or(&href).to_owned()
}

/// The views of a list, and what saves another one.
pub fn views(
    list: &'static str,
    views: &[SavedView],
    at: &ListAddress,
    path: &str,
    columns: Vec<String>,
) -> AnyView {
    let t = texts::<Lists>();
    let now = state(at, columns);
    let back = at.href(path);
    let fields = move |act: &'static str| {
        view! {
            <input type="hidden" name="list" value=list/>
            <input type="hidden" name="act" value=act/>
            <input type="hidden" name="back" value=back.clone()/>
        }
    };
    let rows: Vec<AnyView> = views
        .iter()
        .map(|view| {
            let href = format!("{path}?{}", view.state);
            let current = (view.state == now).then_some("true");
            let (name, heard) = (view.name.clone(), view.name.clone());
            view! {
                <li class="views__row">
                    <a href=href aria-current=current>{view.name.clone()}</a>
                    <form method="post" action=target(path)>
                        {fields("delete")}
                        <input type="hidden" name="name" value=name/>
                        <Button kind=ButtonKind::Quiet small=true submit=true>
                            <Icon glyph=Glyph::Trash/>
                            <span class="visually-hidden">{t.delete_view} " " {heard}</span>
                        </Button>
                    </form>
                </li>
            }
            .into_any()
        })
        .collect();
    let list = (!rows.is_empty()).then(|| view! { <ul class="views">{rows}</ul> });
    let save = if views.len() < VIEWS_MAX as usize {
        view! {
            <form method="post" action=target(path)>
                {fields("save")}
                <input type="hidden" name="state" value=now/>
                <div class="field">
                    <label for="view-name">{t.view_name}</label>
                    <input class="input" id="view-name" name="name" required=true maxlength="60" autocomplete="off"/>
                </div>
                <Button kind=ButtonKind::Primary small=true submit=true>{t.save_view}</Button>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="faint">{t.views_full}</p> }.into_any()
    };
    view! { <div class="unfold__panel">{list} {save}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_what_is_shown_and_not_which_page_of_it() {
        let at = ListAddress::read([
            ("q", "ada"),
            ("f.role", "obs-admin"),
            ("at", "abc"),
            ("row", "9"),
            ("per", "10"),
        ]);
        let columns = vec!["email".to_owned(), "role".to_owned()];
        assert_eq!(
            state(&at, columns),
            "q=ada&per=10&cols=email.role&f.role=obs-admin"
        );
        assert_eq!(state(&ListAddress::default(), Vec::new()), "");
    }
}
