use leptos::prelude::*;

/// A row of figures.
#[component]
pub fn Tiles(children: Children) -> impl IntoView {
    view! { <div class="tiles">{children()}</div> }
}

/// One figure with its name; children say what it means now. With `href` the name is the link and the whole tile its target.
#[component]
pub fn Tile(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let name = match href {
        Some(href) => view! { <a class="tile__label" href=href>{label}</a> }.into_any(),
        None => view! { <span class="tile__label">{label}</span> }.into_any(),
    };
    view! {
        <div class="card tile">
            {name} <b class="tile__value num">{value}</b> {children.map(|children| children())}
        </div>
    }
}
