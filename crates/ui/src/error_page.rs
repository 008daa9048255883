use leptos::prelude::*;

/// A page in place of the one asked for: a code, what happened, what to do (children).
#[component]
pub fn ErrorPage(
    /// E.g. "404" or the incident number.
    #[prop(into)]
    code: Signal<String>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: Option<Signal<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="error-page">
            <p class="error-page__code num">{code}</p>
            <h1 id="page-title" tabindex="-1">
                {title}
            </h1>
            {text.map(|text| view! { <p class="soft">{text}</p> })}
            {children.map(|children| view! { <div class="acts">{children()}</div> })}
        </div>
    }
}
