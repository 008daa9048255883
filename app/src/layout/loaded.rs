use domain::Fault;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonLink, ErrorPage, Note, Spinner, Tone};

use crate::error::AppError;
use crate::paths;
use crate::texts::{self, Frame, texts};

/// Shows what a resource brings, or what went wrong: a missing object as a page of its own, anything else as a note.
pub fn loaded<T, V>(
    resource: Resource<Result<T, AppError>>,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    loaded_with(move || async move { resource.await }, view)
}

/// The same for what more than one resource brings.
pub fn loaded_with<T, V, F>(
    load: impl Fn() -> F + Copy + Send + Sync + 'static,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let view = StoredValue::new(view);
    view! {
        <Transition fallback=|| view! { <Spinner/> }>
            {move || Suspend::new(async move {
                match load().await {
                    Ok(value) => view.with_value(|view| view(value)).into_any(),
                    Err(error) => refused(&error),
                }
            })}
        </Transition>
    }
}

fn refused(error: &AppError) -> AnyView {
    let t = texts::<Frame>();
    let page = |code: &'static str, title: &'static str, text: &'static str| {
        view! {
            <Title text=title/>
            <ErrorPage code title text>
                <ButtonLink href=paths::HOME>{t.to_start}</ButtonLink>
            </ErrorPage>
        }
        .into_any()
    };
    match error {
        AppError::Fault(Fault::NotFound) => page("404", t.not_found, t.not_found_text),
        AppError::Fault(Fault::SignIn) => {
            // The server leads to the sign-in page, and back here afterwards.
            Effect::new(|_| {
                let _ = window().location().reload();
            });
            view! { <Spinner/> }.into_any()
        }
        AppError::Fault(Fault::Forbidden) => page("403", t.forbidden, t.forbidden_text),
        other => {
            let said = texts::said(other);
            view! { <Note tone=Tone::Bad title=t.broken>{said}</Note> }.into_any()
        }
    }
}
