//! What can be done with one row: side by side, or, where that is more than two things, in a menu.

use leptos::prelude::*;
use ui::{ButtonKind, ButtonLink, Menu};

use crate::texts::{Lists, texts};

/// More links than these go into a menu: side by side they would make the table wider than the page.
const SIDE_BY_SIDE: usize = 2;

/// Links about a row. `id` is that of the row, `name` what it is called: each link says it to those who only hear it.
pub fn row_acts(id: &str, name: &str, links: Vec<(&'static str, String)>) -> AnyView {
    let about = || {
        let name = name.to_owned();
        view! { <span class="visually-hidden">" " {name}</span> }
    };
    if links.len() <= SIDE_BY_SIDE {
        let links = links.into_iter().map(|(label, href)| {
            let about = about();
            view! { <ButtonLink href=href kind=ButtonKind::Quiet small=true>{label} {about}</ButtonLink> }
        });
        return view! { <div class="acts">{links.collect_view()}</div> }.into_any();
    }
    let links = links.into_iter().map(|(label, href)| {
        view! { <li><a href=href>{label} {about()}</a></li> }
    });
    let (links, label) = (links.collect_view(), texts::<Lists>().row_acts);
    view! {
        <Menu id=format!("acts-{id}") label about=name.to_owned() kind=ButtonKind::Quiet small=true>
            {links}
        </Menu>
    }
    .into_any()
}
