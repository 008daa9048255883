use leptos::{children::ViewFnOnce, prelude::*};

/// A surface with an optional title and actions. `flush` lets a table or list reach its edges.
#[component]
pub fn Card(
    children: Children,
    #[prop(optional, into)] title: Option<Signal<String>>,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
    #[prop(optional)] flush: bool,
) -> impl IntoView {
    let header = title.map(|title| {
        view! {
            <header>
                <h2>{title}</h2>
                {actions.map(ViewFnOnce::run)}
            </header>
        }
    });
    view! {
        <section class="card">
            {header} <div class="body" class:body--flush=flush>
                {children()}
            </div>
        </section>
    }
}
